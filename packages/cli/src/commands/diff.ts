import { accessDiff } from '@mesh-auth/access-model';
import type { AccessDifference } from '@mesh-auth/access-model';
import type { Command } from 'commander';
import { loadMesh, UsageError } from '../load/loadMesh';
import { formatDiff, DIFF_FORMATS } from '../output/formatDiff';
import type { DiffFormat } from '../output/formatDiff';

/** Which differences end the command with exit code 2. */
const FAIL_ON: Record<string, (difference: AccessDifference) => boolean> = {
  none: () => false,
  public: ({ becomesPublic }) => becomesPublic,
  gained: ({ gained }) => gained.length > 0,
  any: () => true,
};

interface DiffOptions {
  base: string;
  head: string;
  output: string;
  failOn: string;
  strict?: boolean;
}

/** `mesh-auth diff` */
export function addDiff(program: Command) {
  program
    .command('diff')
    .description(
      'say what changes in who may do what between two folders of manifests, however they are written',
    )
    .requiredOption('--base <dir>', 'manifests before the change')
    .requiredOption('--head <dir>', 'manifests after the change')
    .option('--output <format>', DIFF_FORMATS.join(', '), 'text')
    .option(
      '--fail-on <what>',
      'public (callable without login), gained (anyone gains), any, none',
      'public',
    )
    .option(
      '--strict',
      'end with an error where an object would be refused by Istio',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done · 1 wrong usage · 2 a difference that --fail-on names',
    )
    .action(async (options: DiffOptions) => {
      const fails = FAIL_ON[options.failOn];
      const format = DIFF_FORMATS.find(name => name === options.output);
      if (!fails) {
        throw new UsageError(`--fail-on is ${Object.keys(FAIL_ON).join(', ')}`);
      }
      if (!format) {
        throw new UsageError(`--output is ${DIFF_FORMATS.join(', ')}`);
      }
      const { strict } = options;
      const base = await loadMesh({ config: options.base, strict });
      const head = await loadMesh({ config: options.head, strict });
      const differences = accessDiff(base, head);
      process.stdout.write(formatDiff(differences, format as DiffFormat));
      if (differences.some(fails)) process.exitCode = 2;
    });
}
