import { Listr } from 'listr2';
import { Part } from '../parts/Part';
import { parts } from '../parts';
import { endProcesses, findLabProcesses } from '../processes/labProcesses';
import { identify, signal } from '../processes/processIdentity';
import { readRecord, removeRecord } from '../processes/startProcess';

const DEFAULT_GRACE = 5000;

/**
 * Ends every process of the lab, those who need others first, and makes sure that none is left.
 *
 * @internal
 */
export async function down(): Promise<void> {
  const stopped = new Map<string, Promise<void>>();
  const tasks = [...parts].reverse().map(part => {
    const dependents = parts.filter(other => other.needs.includes(part.name));
    return {
      title: part.title,
      task: async () => {
        await Promise.all(dependents.map(other => stopped.get(other.name)));
        await stopPart(part);
      },
      part,
    };
  });
  await new Listr(
    tasks.map(({ part, title, task }) => ({
      title,
      task: () => {
        const promise = task();
        stopped.set(part.name, promise);
        return promise;
      },
    })),
    { concurrent: true, fallbackRenderer: 'simple' },
  ).run();

  const left = await findLabProcesses();
  await endProcesses({ processes: left, grace: DEFAULT_GRACE });
  const stubborn = await findLabProcesses();
  if (stubborn.length) {
    throw new Error(
      `Still running: ${stubborn
        .map(({ part, pid }) => `${part} (${pid})`)
        .join(', ')}`,
    );
  }
}

/** Ends the processes of one part. @internal */
export async function stopPart(part: Part): Promise<void> {
  for (const name of part.processNames) {
    const record = await readRecord(name);
    if (record) {
      await signal(record, record.stopSignal);
      await endGently(record.pid, part.grace ?? DEFAULT_GRACE);
    }
  }
  await endProcesses({
    processes: await findLabProcesses(part.name),
    grace: part.grace ?? DEFAULT_GRACE,
  });
  await Promise.all(part.processNames.map(removeRecord));
}

async function endGently(pid: number, patience: number) {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline && (await identify(pid))) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
