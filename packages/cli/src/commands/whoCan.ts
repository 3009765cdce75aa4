import { changesFor, whoCan } from '@mesh-auth/access-model';
import type { Command } from 'commander';
import { loadMesh, UsageError } from '../load/loadMesh';
import type { SourceOptions } from '../load/loadMesh';
import { loadRealm } from '../load/loadRealm';
import { sourceOptions } from './sourceOptions';

interface WhoCanOptions extends SourceOptions {
  realm: string;
  host: string;
  method: string;
  path: string;
  user?: string;
}

/** `mesh-auth who-can` */
export function addWhoCan(program: Command) {
  sourceOptions(
    program
      .command('who-can')
      .description(
        'list who can send a request: users and service accounts with the paths to the roles that let them in, and workloads',
      )
      .requiredOption(
        '--realm <file|url>',
        'realm export, or BASE/realms/NAME of a Keycloak',
      )
      .requiredOption('--host <host>', 'host of the request')
      .option('--method <method>', 'method of the request', 'GET')
      .option('--path <path>', 'path of the request', '/')
      .option(
        '--user <name>',
        'say for one user what would let it in, or keep it out',
      ),
  )
    .addHelpText(
      'after',
      `
An answer: {"anonymous":true|false|"unknown","holders":[…],"callers":[{"principal":"…"}],"unknown":["…"],"why":[…]}
A realm by URL is read with KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET (and KEYCLOAK_AUTH_REALM, KEYCLOAK_CA_FILE).`,
    )
    .action(async (options: WhoCanOptions) => {
      const mesh = await loadMesh(options);
      const realm = await loadRealm(options.realm);
      const graph = await realm.people();
      const request = {
        host: options.host,
        method: options.method.toUpperCase(),
        path: options.path,
      };
      if (options.user === undefined) {
        const answer = whoCan({ mesh, graph, request });
        process.stdout.write(`${JSON.stringify(answer)}\n`);
        return;
      }
      const changes = changesFor({ mesh, graph, request, user: options.user });
      if (!changes) {
        throw new UsageError(`there is no user ${options.user}`);
      }
      process.stdout.write(`${JSON.stringify(changes)}\n`);
    });
}
