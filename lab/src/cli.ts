import { Command } from 'commander';
import execa from 'execa';
import fs from 'fs-extra';
import path from 'path';
import { artifactNamed, artifacts } from './build/artifacts';
import { buildAll } from './build/buildTasks';
import { runOracle } from '../oracle/run';
import { ensureBinary } from './build/ensureArtifact';
import { down } from './commands/down';
import { logs } from './commands/logs';
import { status } from './commands/status';
import { up } from './commands/up';
import { ensureDebianPackages } from './build/ensureDebianPackages';
import { labPackage, labPath, repositoryRoot } from './paths';
import { DebianPackage, debianPackages } from './versions';
import { withLock } from './processes/withLock';

/** Held while parts are started or stopped. */
const lockFile = labPath('lock');

const program = new Command('lab').description(
  'The real servers of the field on loopback: Keycloak, Kubernetes, Istio, Envoy, oauth2-proxy and their stores',
);

program
  .command('up [part...]')
  .description('bring parts up with what they need (all, when none is named)')
  .action(async (names: string[]) => {
    await withLock(lockFile, () => up(names));
  });

program
  .command('down')
  .description('end every process of the lab; its data stays')
  .action(async () => {
    await withLock(lockFile, () => down());
  });

program
  .command('status')
  .description('tell which part runs, and how one that does not has ended')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => {
    await status(options);
  });

program
  .command('logs [part]')
  .description('print the end of the logs')
  .option('-f, --follow', 'go on as they grow')
  .option('-n, --lines <count>', 'how many lines of each', '40')
  .action(
    async (
      part: string | undefined,
      options: { follow?: boolean; lines: string },
    ) => {
      await logs(part, options);
    },
  );

program
  .command('env')
  .description('print the ports, addresses and paths of the lab as KEY=value')
  .action(async () => {
    const file = labPath('env');
    if (!(await fs.pathExists(file))) {
      throw new Error(`${file} does not exist: \`yarn lab up\` comes first`);
    }
    process.stdout.write(await fs.readFile(file, 'utf8'));
  });

program
  .command('test [filter...]')
  .description(
    'run the end-to-end tests, starting the lab where it does not run',
  )
  .action(async (filter: string[]) => {
    await ensureDebianPackages(['chromium']);
    const { exitCode } = await execa(
      process.execPath,
      [
        require.resolve('@playwright/test/cli'),
        'test',
        `--config=${path.join(labPackage, 'playwright.config.ts')}`,
        ...filter,
      ],
      { cwd: repositoryRoot, stdio: 'inherit', reject: false },
    );
    process.exitCode = exitCode;
  });

program
  .command('build [artifact...]')
  .description('download and build the servers without starting any')
  .action(async (names: string[]) => {
    await buildAll({
      artifacts: names.length ? names.map(artifactNamed) : artifacts,
      packages: names.length
        ? []
        : (Object.keys(debianPackages) as DebianPackage[]),
    });
  });

program
  .command('path <program>')
  .description('print the path of a program, building it first where necessary')
  .action(async (name: string) => {
    process.stdout.write(
      `${await ensureBinary(name, line =>
        process.stderr.write(`${line}\n`),
      )}\n`,
    );
  });

program
  .command('oracle')
  .description(
    'send random requests to a real istiod and Envoy and compare their answers with the model',
  )
  .option('--cases <count>', 'at least so many requests', '2000')
  .option('--seed <number>', 'seed of the first batch, or random', 'random')
  .option('--at <proxies>', 'gateway, workload or both', 'both')
  .option('--failures <file>', 'write what differs, one JSON object a line')
  .option('--record <file>', 'record the cases for the replay in unit tests')
  .action(
    async (options: {
      cases: string;
      seed: string;
      at: 'gateway' | 'workload' | 'both';
      failures?: string;
      record?: string;
    }) => {
      const wrong = await runOracle({
        ...options,
        cases: Number(options.cases),
      });
      process.exitCode = wrong > 0 ? 1 : 0;
    },
  );

program.parseAsync().catch(error => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
