import execa from 'execa';
import fs from 'fs-extra';
import { labPath } from '../paths';
import { partNamed } from '../parts';
import { logFile } from '../processes/startProcess';

/** Prints the end of the logs of a part (of all parts), and follows them where wanted. @internal */
export async function logs(
  name: string | undefined,
  options: { follow?: boolean; lines: string },
): Promise<void> {
  const files = name
    ? partNamed(name).processNames.map(logFile)
    : (await fs.readdir(labPath('logs')).catch(() => [] as string[]))
        .filter(file => file.endsWith('.log'))
        .map(file => labPath('logs', file));
  if (!files.length) {
    throw new Error('There are no logs yet: `yarn lab up` comes first');
  }
  await execa(
    'tail',
    ['-n', options.lines, ...(options.follow ? ['-F'] : []), ...files],
    { stdio: 'inherit' },
  );
}
