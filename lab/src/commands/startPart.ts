import fs from 'fs-extra';
import { Part } from '../parts/Part';
import { endProcesses, findLabProcesses } from '../processes/labProcesses';
import {
  lastLogLines,
  logFile,
  processState,
  startProcess,
} from '../processes/startProcess';
import { isFree, LabSettings } from '../settings';

const DEFAULT_PATIENCE = 90_000;
const POLL = 200;
/** A log of CI shows every word of progress, so there are not many. */
const WORD_EVERY = 5000;

/**
 * Brings one part up: starts what does not run, waits until it answers, then sets it up. A part that runs is left
 * alone, apart from its set-up, which is idempotent.
 *
 * @returns whether a process was started
 * @throws with the last lines of the log when the part ends or does not answer in time
 * @internal
 */
export async function startPart(options: {
  part: Part;
  settings: LabSettings;
  progress: (line: string) => void;
}): Promise<boolean> {
  const { part, settings, progress } = options;
  const states = await Promise.all(part.processNames.map(processState));
  const missing = states.some(state => state.state !== 'running');
  if (missing) {
    // What a killed supervisor left behind would hold the ports.
    await endProcesses({
      processes: await findLabProcesses(part.name),
      grace: part.grace ?? 5000,
    });
    await assertPortsFree(part, settings);
    progress('starting');
    for (const spec of await part.processes(settings)) {
      await startProcess(part.name, spec);
    }
  }
  await awaitReady({ part, settings, progress });
  await part.setUp?.(settings, progress);
  return missing;
}

async function assertPortsFree(part: Part, settings: LabSettings) {
  for (const name of part.ports) {
    const port = settings.ports[name];
    if (!(await isFree(port, '127.0.0.1'))) {
      throw new Error(
        `${part.title}: port ${port} (${name}) is taken by another process. Stop that, or run \`yarn lab down\` and remove the line from .lab/env to have another port chosen`,
      );
    }
  }
}

async function awaitReady(options: {
  part: Part;
  settings: LabSettings;
  progress: (line: string) => void;
}) {
  const { part, settings, progress } = options;
  const start = Date.now();
  const patience = part.patience ?? DEFAULT_PATIENCE;
  let nextWord = start + WORD_EVERY;
  for (;;) {
    let reason: string;
    try {
      await part.ready(settings);
      return;
    } catch (error) {
      reason = rootMessage(error);
    }
    for (const name of part.processNames) {
      const state = await processState(name);
      if (state.state === 'down') {
        throw new Error(await failure(part, name, state.exit));
      }
    }
    const seconds = Math.round((Date.now() - start) / 1000);
    if (Date.now() - start > patience) {
      throw new Error(
        await failure(
          part,
          part.processNames[0],
          `does not answer after ${seconds} s: ${reason}`,
        ),
      );
    }
    if (Date.now() >= nextWord) {
      progress(`waiting ${seconds} s: ${reason}`);
      nextWord = Date.now() + WORD_EVERY;
    }
    await new Promise(resolve => setTimeout(resolve, POLL));
  }
}

async function failure(part: Part, processName: string, what: string) {
  const head = `${part.title}: ${what}`;
  if (!processName || !(await fs.pathExists(logFile(processName)))) {
    return head;
  }
  return `${head}\nLast lines of ${logFile(processName)}:\n${await lastLogLines(
    processName,
  )}`;
}

function rootMessage(error: unknown): string {
  const { message, cause, code } = error as Error & {
    cause?: Error & { code?: string };
    code?: string;
  };
  return (cause?.code ?? cause?.message ?? message ?? code ?? '').split(
    '\n',
  )[0];
}
