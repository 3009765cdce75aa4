import { Command } from 'commander';
import { addDecide } from './commands/decide';
import { addDiff } from './commands/diff';
import { addExplain } from './commands/explain';
import { addExposures } from './commands/exposures';
import { addFindings } from './commands/findings';
import { addHolders } from './commands/holders';
import { addToken } from './commands/token';
import { addWhoCan } from './commands/whoCan';
import { UsageError } from './load/loadMesh';

/** Builds the program; commands that are not parsed do nothing. */
export function createProgram(): Command {
  const program = new Command('mesh-auth')
    .description(
      'Who may reach a service through the mesh, and why: the answers of mesh-auth on a folder of manifests or on a cluster',
    )
    .version('0.1.0')
    .showHelpAfterError('(add --help for the options)');
  addDecide(program);
  addDiff(program);
  addExplain(program);
  addExposures(program);
  addToken(program);
  addHolders(program);
  addFindings(program);
  addWhoCan(program);
  return program;
}

/**
 * Runs the command line.
 *
 * @public
 */
export async function main(argv: string[]): Promise<void> {
  process.stdout.on('error', error => {
    // A reader such as head has seen enough.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`mesh-auth: ${message}\n`);
    if (!(error instanceof UsageError) && process.env.DEBUG) {
      process.stderr.write(`${(error as Error).stack}\n`);
    }
    process.exitCode = 1;
  }
}
