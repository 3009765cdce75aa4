import { Command } from 'commander';
import { artifactNamed, artifacts } from './build/artifacts';
import { buildAll } from './build/buildTasks';
import { ensureBinary } from './build/ensureArtifact';

const program = new Command('lab').description(
  'The real servers of the field on loopback: Keycloak, Kubernetes, Istio, Envoy, oauth2-proxy and their stores',
);

program
  .command('build [artifact...]')
  .description('download and build the servers without starting any')
  .action(async (names: string[]) => {
    await buildAll({
      artifacts: names.length ? names.map(artifactNamed) : artifacts,
      debian: names.length === 0,
    });
  });

program
  .command('path <program>')
  .description('print the path of a program, building it first where necessary')
  .action(async (name: string) => {
    process.stdout.write(
      `${await ensureBinary(name, line => process.stderr.write(`${line}\n`))}\n`,
    );
  });

program.parseAsync().catch(error => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
