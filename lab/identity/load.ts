import { Command } from 'commander';
import { KeycloakServer } from './KeycloakServer';
import { LARGE, loadLargeRealm } from './largeRealm';

new Command('load')
  .description('Load a large realm into a Keycloak, for benchmarks')
  .requiredOption('--url <url>', 'address of the Keycloak')
  .option('--realm <name>', 'name of the realm', 'large')
  .option('--username <name>', 'administrator', 'admin')
  .option(
    '--password <password>',
    "the administrator's password",
    process.env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
  )
  .action(
    async (
      options: Record<'url' | 'realm' | 'username' | 'password', string>,
    ) => {
      const started = performance.now();
      await loadLargeRealm({
        server: new KeycloakServer(options),
        realm: options.realm,
        sizes: LARGE,
        progress: line =>
          console.log(
            `${((performance.now() - started) / 1000).toFixed(0)} s  ${line}`,
          ),
      });
    },
  )
  .parseAsync()
  .catch(error => {
    console.error(error);
    process.exitCode = 2;
  });
