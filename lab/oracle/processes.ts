import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A child that dies with its parent's wish. */
export interface RunningProcess {
  child: ChildProcess;
  log: string;
  stop(): Promise<void>;
}

export function startProcess(options: {
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd: string;
  name: string;
}): RunningProcess {
  const { command, args, env, cwd, name } = options;
  const log = path.join(cwd, `${name}.log`);
  const out = fs.openSync(log, 'w');
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', out, out],
  });
  fs.closeSync(out);
  const exited = new Promise<void>(resolve => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  return {
    child,
    log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null)
        child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Asks until it is so. @throws Error after the time is over. */
export async function until(
  what: string,
  test: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await test().catch(() => false)) return;
    if (Date.now() > end)
      throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 40));
  }
}
