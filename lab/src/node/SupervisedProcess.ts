import { ChildProcess, spawn } from 'child_process';
import fs from 'fs-extra';
import path from 'path';
import { LAB_MARKER, PART_MARKER } from '../processes/labProcesses';
import { ProcessSpec } from '../processes/startProcess';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** A process that ran this long starts anew with the shortest pause. */
const SOUND_RUN = 30_000;
const GRACE = 3000;

/**
 * A process of a workload, started again whenever it ends, with growing pauses, as a kubelet does.
 *
 * @internal
 */
export class SupervisedProcess {
  readonly #describe: () => Promise<ProcessSpec>;
  readonly #log: string;
  #child: ChildProcess | undefined;
  #stopped = false;
  #pause = FIRST_PAUSE;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param describe - called before each start, so that short-lived credentials are fresh
   */
  constructor(options: { describe: () => Promise<ProcessSpec>; log: string }) {
    this.#describe = options.describe;
    this.#log = options.log;
  }

  start(): void {
    this.#run().catch(error => this.#later(error as Error));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    await new Promise<void>(resolve => {
      const kill = setTimeout(() => child.kill('SIGKILL'), GRACE);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  async #run() {
    const spec = await this.#describe();
    if (this.#stopped) {
      return;
    }
    await fs.ensureDir(path.dirname(this.#log));
    const log = await fs.open(this.#log, 'w', 0o600);
    const started = Date.now();
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...spec.environment,
        [LAB_MARKER]: process.env[LAB_MARKER],
        [PART_MARKER]: process.env[PART_MARKER],
      },
    });
    await fs.close(log);
    this.#child = child;
    child.once('error', error => this.#later(error));
    child.once('exit', (code, signal) => {
      if (Date.now() - started > SOUND_RUN) {
        this.#pause = FIRST_PAUSE;
      }
      this.#later(new Error(`${spec.name} ended: ${signal ?? code}`));
    });
  }

  #later(reason: Error) {
    if (this.#stopped) {
      return;
    }
    process.stderr.write(`${reason.message}; again in ${this.#pause} ms\n`);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
