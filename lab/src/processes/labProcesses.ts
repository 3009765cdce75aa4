import fs from 'fs-extra';
import path from 'path';
import { labData } from '../paths';
import { identify, isAlive, ProcessIdentity, signal } from './processIdentity';

/** Environment variables that every process of the lab and its descendants carry. @internal */
export const LAB_MARKER = 'MESH_AUTH_LAB_DATA';
/** @internal */
export const PART_MARKER = 'MESH_AUTH_LAB_PART';

const POSTGRESQL = 'postgresql';

/** A running process of this lab with the part that it belongs to. @internal */
export interface LabProcess extends ProcessIdentity {
  part: string;
}

/**
 * Finds the processes of this checkout's lab by what they are rather than by what was written down about them: the
 * marker in their environment. A supervisor that was killed leaves children, and those are found as well.
 *
 * @param part - only the processes of this part
 * @internal
 */
export async function findLabProcesses(part?: string): Promise<LabProcess[]> {
  const found: LabProcess[] = [];
  for (const entry of await fs.readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) {
      continue;
    }
    const owner = await partOfProcess(pid);
    if (owner === undefined || (part !== undefined && owner !== part)) {
      continue;
    }
    const identity = await identify(pid);
    if (identity) {
      found.push({ ...identity, part: owner });
    }
  }
  return found;
}

async function partOfProcess(pid: number): Promise<string | undefined> {
  try {
    const variables = (await fs.readFile(`/proc/${pid}/environ`, 'utf8')).split(
      '\0',
    );
    if (variables.includes(`${LAB_MARKER}=${labData}`)) {
      return variables
        .find(variable => variable.startsWith(`${PART_MARKER}=`))
        ?.slice(PART_MARKER.length + 1);
    }
    // PostgreSQL writes its status line over its environment, and gives each backend a session of its own.
    const name = await fs.readFile(`/proc/${pid}/comm`, 'utf8');
    if (name.trim() === 'postgres') {
      const folder = await fs.readlink(`/proc/${pid}/cwd`);
      const own = await postgresqlFolder();
      return own && folder === own ? POSTGRESQL : undefined;
    }
  } catch {
    // The process ended meanwhile, or belongs to someone whom we may not look at: not ours either way.
  }
  return undefined;
}

async function postgresqlFolder(): Promise<string | undefined> {
  return fs.realpath(path.join(labData, POSTGRESQL)).catch(() => undefined);
}

/**
 * Ends processes: the polite signal, then after `grace` the one that cannot be refused.
 *
 * @param options - `grace` in milliseconds
 * @internal
 */
export async function endProcesses(options: {
  processes: ProcessIdentity[];
  grace: number;
  politeSignal?: NodeJS.Signals;
}): Promise<void> {
  const { processes, grace, politeSignal = 'SIGTERM' } = options;
  await Promise.all(processes.map(process => signal(process, politeSignal)));
  if (await gone(processes, grace)) {
    return;
  }
  await Promise.all(processes.map(process => signal(process, 'SIGKILL')));
  if (!(await gone(processes, 10_000))) {
    throw new Error(
      `Processes ${processes
        .map(process => process.pid)
        .join(', ')} do not end, not even after SIGKILL`,
    );
  }
}

async function gone(
  processes: ProcessIdentity[],
  patience: number,
): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    const alive = await Promise.all(processes.map(isAlive));
    if (!alive.includes(true)) {
      return true;
    }
    if (Date.now() > deadline) {
      return false;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
