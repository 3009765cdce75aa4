import { Part } from '../parts/Part';
import { parts } from '../parts';
import { processState, ProcessState } from '../processes/startProcess';
import { readSettings } from '../settings';

/** State of a part as `status` tells it. @internal */
export interface PartStatus {
  part: string;
  title: string;
  /** `up` answers, `unready` runs but does not answer, `down` has ended by itself, `stopped` was not started. */
  state: 'up' | 'unready' | 'down' | 'stopped';
  processes: ({ name: string } & ProcessState)[];
  ports: Record<string, number>;
  message?: string;
}

/** Looks at every part. @internal */
export async function statusOfParts(): Promise<PartStatus[]> {
  const settings = await readSettings();
  return Promise.all(
    parts
      .filter(part => part.processNames.length)
      .map(async part => {
        const processes = await Promise.all(
          part.processNames.map(async name => ({
            name,
            ...(await processState(name)),
          })),
        );
        const found: PartStatus = {
          part: part.name,
          title: part.title,
          state: 'stopped',
          processes,
          ports: settings
            ? Object.fromEntries(
                part.ports.map(port => [port, settings.ports[port]]),
              )
            : {},
        };
        if (processes.some(({ state }) => state === 'down')) {
          found.state = 'down';
          found.message = processes
            .flatMap(state =>
              state.state === 'down' ? [`${state.name} ${state.exit}`] : [],
            )
            .join(', ');
        } else if (processes.every(({ state }) => state === 'running')) {
          found.message = await reasonNotReady(part, settings!);
          found.state = found.message === undefined ? 'up' : 'unready';
        }
        return found;
      }),
  );
}

async function reasonNotReady(
  part: Part,
  settings: NonNullable<Awaited<ReturnType<typeof readSettings>>>,
): Promise<string | undefined> {
  try {
    await part.ready(settings);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Prints the state of every part. @internal */
export async function status(options: { json?: boolean }): Promise<void> {
  const states = await statusOfParts();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(states, undefined, 2)}\n`);
    return;
  }
  const rows = [
    ['PART', 'STATE', 'PID', 'PORTS', ''],
    ...states.map(({ part, state, processes, ports, message }) => [
      part,
      state,
      processes
        .flatMap(item => ('pid' in item ? [String(item.pid)] : []))
        .join(','),
      Object.values(ports).join(','),
      message ?? '',
    ]),
  ];
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map(row => row[column].length)),
  );
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}
