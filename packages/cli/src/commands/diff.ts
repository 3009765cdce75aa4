import { accessDiff } from '@mesh-auth/access-model';
import type { AccessDifference } from '@mesh-auth/access-model';
import type { Command } from 'commander';
import { UsageError } from '../load/loadMesh';
import { loadSides } from '../load/loadSides';
import type { SidesOptions } from '../load/loadSides';
import { formatDiff, DIFF_FORMATS } from '../output/formatDiff';
import type { DiffFormat } from '../output/formatDiff';

/** Which differences end the command with exit code 2. */
const FAIL_ON: Record<string, (difference: AccessDifference) => boolean> = {
  none: () => false,
  public: ({ becomesPublic }) => becomesPublic,
  gained: ({ gained }) => gained.length > 0,
  any: () => true,
};

interface DiffOptions extends SidesOptions {
  output: string;
  failOn: string;
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
    .option(
      '--with <dir...>',
      "the platform's manifests around both sides: gateways, mesh configuration, policies",
    )
    .option('--kubeconfig <file>', 'a cluster around both sides instead')
    .option('--context <name>', 'context of the kubeconfig')
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
      const { base, head } = await loadSides(options);
      const differences = accessDiff(base, head);
      process.stdout.write(formatDiff(differences, format as DiffFormat));
      if (differences.some(fails)) process.exitCode = 2;
    });
}
