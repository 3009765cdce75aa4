import fs from 'fs-extra';

/**
 * A process and the moment of its start: the kernel gives process ids out again, so an id alone may name a stranger.
 *
 * @internal
 */
export interface ProcessIdentity {
  pid: number;
  /** Start in clock ticks after boot, from `/proc/<pid>/stat`. */
  startTicks: number;
}

/**
 * Reads start and state out of the text of a `/proc/<pid>/stat` file. The second field, the program's name, may hold
 * spaces and parentheses, so fields count from the last parenthesis (proc(5)).
 *
 * @internal
 */
export function parseProcessStat(text: string): {
  state: string;
  group: number;
  session: number;
  startTicks: number;
} {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0],
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}

async function statOf(pid: number) {
  try {
    return parseProcessStat(await fs.readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The identity of a running process, undefined if there is none with that id. @internal */
export async function identify(
  pid: number,
): Promise<ProcessIdentity | undefined> {
  const stat = await statOf(pid);
  return stat && stat.state !== 'Z'
    ? { pid, startTicks: stat.startTicks }
    : undefined;
}

/** Whether exactly this process still runs (a zombie does not). @internal */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now?.startTicks === identity.startTicks;
}

/** Sends a signal to exactly this process; does nothing when it is gone. @internal */
export async function signal(
  identity: ProcessIdentity,
  name: NodeJS.Signals,
): Promise<void> {
  if (!(await isAlive(identity))) {
    return;
  }
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
