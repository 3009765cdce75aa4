import { Listr } from 'listr2';
import { Part } from '../parts/Part';
import { parts } from '../parts';
import { endProcesses, findLabProcesses } from '../processes/labProcesses';
import { isAlive, ProcessIdentity, signal } from '../processes/processIdentity';
import { readRecord, removeRecord } from '../processes/startProcess';

const DEFAULT_GRACE = 5000;

/**
 * Ends every process of the lab, those who need others first, and makes sure that none is left.
 *
 * @internal
 */
export async function down(): Promise<void> {
  const runs = new Map<string, Promise<void>>();
  const bringDown = async (part: Part) => {
    await Promise.all(
      parts.filter(other => other.needs.includes(part.name)).map(runOnce),
    );
    await stopPart(part);
  };
  function runOnce(part: Part): Promise<void> {
    const run = runs.get(part.name) ?? bringDown(part);
    runs.set(part.name, run);
    return run;
  }
  await new Listr(
    [...parts]
      .reverse()
      .map(part => ({ title: part.title, task: () => runOnce(part) })),
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
      await endGently(record, part.grace ?? DEFAULT_GRACE);
    }
  }
  await endProcesses({
    processes: await findLabProcesses(part.name),
    grace: part.grace ?? DEFAULT_GRACE,
  });
  await Promise.all(part.processNames.map(removeRecord));
}

async function endGently(identity: ProcessIdentity, patience: number) {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline && (await isAlive(identity))) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
