import { spawn } from 'child_process';
import fs from 'fs-extra';
import { labData, labPath } from '../paths';
import { LAB_MARKER, PART_MARKER } from './labProcesses';
import { identify, isAlive, ProcessIdentity } from './processIdentity';

/** How to start one long-running process of a part. @internal */
export interface ProcessSpec {
  /** Unique in the lab; names the log and the record. */
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  /** Added to a small inherited environment (PATH, HOME, …). */
  environment?: Record<string, string>;
  /** The signal that ends it politely; SIGTERM unless told. */
  stopSignal?: NodeJS.Signals;
}

/** What is written down about a started process. @internal */
export interface ProcessRecord extends ProcessIdentity {
  name: string;
  part: string;
  /** ISO 8601. */
  startedAt: string;
  stopSignal: NodeJS.Signals;
}

/**
 * A shell stays behind each process to write down how it ended, since the command that started it is long gone then.
 * The inner shell becomes the process itself, so that its id is known.
 */
const SUPERVISOR = [
  `sh -c 'echo $$ > "$0.tmp" && mv "$0.tmp" "$0"; exec "$@"' "$PID_FILE" "$@"`,
  'echo $? > "$EXIT_FILE"',
].join('\n');

const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'JAVA_HOME', 'USER'];

function runFile(name: string, kind: 'json' | 'pid' | 'exit') {
  return labPath('run', `${name}.${kind}`);
}

/** The log of a process. @internal */
export function logFile(name: string): string {
  return labPath('logs', `${name}.log`);
}

/**
 * Starts a process that outlives this command, in a session of its own, with its output in the log.
 *
 * @internal
 */
export async function startProcess(
  part: string,
  spec: ProcessSpec,
): Promise<ProcessRecord> {
  const { name, command, args, cwd, environment } = spec;
  await fs.ensureDir(labPath('run'));
  await fs.ensureDir(labPath('logs'));
  const pidFile = runFile(name, 'pid');
  const exitFile = runFile(name, 'exit');
  await Promise.all([fs.remove(pidFile), fs.remove(exitFile)]);
  if (await fs.pathExists(logFile(name))) {
    await fs.rename(logFile(name), `${logFile(name)}.1`);
  }
  const log = await fs.open(logFile(name), 'a', 0o600);
  try {
    const child = spawn('sh', ['-c', SUPERVISOR, 'lab', command, ...args], {
      cwd: cwd ?? labData,
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...Object.fromEntries(
          INHERITED.filter(variable => process.env[variable]).map(variable => [
            variable,
            process.env[variable],
          ]),
        ),
        ...environment,
        [LAB_MARKER]: labData,
        [PART_MARKER]: part,
        PID_FILE: pidFile,
        EXIT_FILE: exitFile,
      },
    });
    child.on('error', () => {});
    child.unref();
  } finally {
    await fs.close(log);
  }
  const pid = await writtenPid(pidFile);
  const identity = await identify(pid);
  const record: ProcessRecord = {
    name,
    part,
    pid,
    // A process that has ended already gets a start that no process has.
    startTicks: identity?.startTicks ?? -1,
    startedAt: new Date().toISOString(),
    stopSignal: spec.stopSignal ?? 'SIGTERM',
  };
  await fs.writeJson(runFile(name, 'json'), record, { spaces: 2 });
  return record;
}

async function writtenPid(pidFile: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await fs.pathExists(pidFile)) {
      return Number(await fs.readFile(pidFile, 'utf8'));
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`No process wrote its id to ${pidFile}`);
}

/** What was written down about a process; undefined when it was never started or was stopped. @internal */
export async function readRecord(
  name: string,
): Promise<ProcessRecord | undefined> {
  return fs.readJson(runFile(name, 'json')).catch(() => undefined);
}

/** Forgets a process that was stopped on purpose. @internal */
export async function removeRecord(name: string): Promise<void> {
  await Promise.all(
    (['json', 'pid', 'exit'] as const).map(kind =>
      fs.remove(runFile(name, kind)),
    ),
  );
}

/** State of one process. @internal */
export type ProcessState =
  | { state: 'running'; pid: number; startedAt: string }
  | { state: 'down'; pid: number; exit: string }
  | { state: 'stopped' };

/** Whether a process runs, and otherwise how it ended. @internal */
export async function processState(name: string): Promise<ProcessState> {
  const record = await readRecord(name);
  if (!record) {
    return { state: 'stopped' };
  }
  if (await isAlive(record)) {
    return { state: 'running', pid: record.pid, startedAt: record.startedAt };
  }
  const code = await fs
    .readFile(runFile(name, 'exit'), 'utf8')
    .catch(() => undefined);
  return { state: 'down', pid: record.pid, exit: describeExit(code?.trim()) };
}

const SIGNAL_NAMES: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/**
 * Words for an exit code as a shell gives it: above 128 it is 128 plus the signal.
 *
 * @internal
 */
export function describeExit(code: string | undefined): string {
  if (code === undefined || code === '') {
    return 'ended unseen';
  }
  const number = Number(code);
  if (number > 128 && number < 160) {
    const signalNumber = number - 128;
    return `ended by ${SIGNAL_NAMES[signalNumber] ?? `signal ${signalNumber}`}`;
  }
  return `exit code ${number}`;
}

/** The last lines of a process's log. @internal */
export async function lastLogLines(name: string, count = 15): Promise<string> {
  const text = await fs.readFile(logFile(name), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
