import {
  countHolders,
  createRealmGraph,
  RoleRef,
} from '@mesh-auth/access-model';
import {
  KeycloakConnection,
  readAllClientRoles,
  readAllUsers,
  readClientRoles,
  readHolders,
  readRealmIndex,
  withClientRoles,
} from '@mesh-auth/keycloak-reader';
import { Command } from 'commander';
import { createReader } from './createReader';
import { KeycloakServer } from './KeycloakServer';
import { clientName, LARGE } from './largeRealm';

const SECRET = 'secret-of-the-reader';

interface Options {
  url: string;
  realm: string;
  username: string;
  password: string;
  all?: boolean;
}

/** The way without an index: users and groups of every client role. */
const NAIVE_REQUESTS = LARGE.clients * LARGE.rolesPerClient * 2;

async function run(options: Options): Promise<void> {
  const { url, realm } = options;
  await createReader({
    server: new KeycloakServer(options),
    realm,
    clientId: 'bench-reader',
    secret: SECRET,
    rights: ['view-clients', 'view-users', 'view-realm', 'view-events'],
  });
  let requests = 0;
  const connection = new KeycloakConnection({
    realm,
    endpoint: {
      baseUrl: url,
      clientId: 'bench-reader',
      clientSecret: SECRET,
      timeoutMs: 30_000,
    },
    onRequest: () => {
      requests++;
    },
  });
  const measure = async <T>(label: string, work: () => Promise<T> | T) => {
    requests = 0;
    const started = performance.now();
    const result = await work();
    const ms = performance.now() - started;
    console.log(
      `${label}: ${requests} requests, ${ms.toFixed(ms < 10 ? 1 : 0)} ms`,
    );
    return { result, requests, ms };
  };

  const { result: index } = await measure('snapshot, first', () =>
    readRealmIndex(connection),
  );
  const again = await measure('snapshot, again', () =>
    readRealmIndex(connection),
  );
  const graph = createRealmGraph(index.realm);

  let most = 0;
  const times: number[] = [];
  for (let n = 0; n < 25; n++) {
    const client = graph.client(clientName((n * 79) % LARGE.clients))!;
    requests = 0;
    const started = performance.now();
    const roles = await readClientRoles(
      connection,
      client,
      index.realm.clients,
    );
    const known = createRealmGraph(
      withClientRoles(index.realm, new Map([[client.clientId, roles]])),
    );
    await readHolders(
      connection,
      known,
      roles.map(({ name }) => ({ client: client.clientId, name })),
    );
    times.push(performance.now() - started);
    most = Math.max(most, requests);
  }
  times.sort((a, b) => a - b);
  console.log(
    `one client complete (25 of them): at most ${most} requests, median ${times[12].toFixed(
      0,
    )} ms`,
  );
  console.log(
    `limits: snapshot ${again.requests} of 60 requests, client ${most} of 20 requests`,
  );

  if (options.all) {
    const crawl = await measure('roles of all clients with composites', () =>
      readAllClientRoles(connection, index.realm.clients),
    );
    const realmWithRoles = withClientRoles(index.realm, crawl.result);
    const people = await measure('all users with roles and groups', () =>
      readAllUsers(connection, realmWithRoles),
    );
    const whole = createRealmGraph(people.result);
    const roles: RoleRef[] = whole.roles.map(({ ref }) => ref);
    const counted = await measure(`holders of all ${roles.length} roles`, () =>
      roles.map(role => countHolders(whole, role)),
    );
    const total =
      again.requests + crawl.requests + people.requests + counted.requests;
    console.log(
      `holders of all roles: ${total} requests, naive ${NAIVE_REQUESTS}, ratio ${(
        total / NAIVE_REQUESTS
      ).toFixed(2)}`,
    );
  }
}

new Command('bench')
  .description(
    'Count requests and measure times on the realm that load.ts makes',
  )
  .requiredOption('--url <url>', 'address of the Keycloak')
  .option('--realm <name>', 'name of the realm', 'large')
  .option('--all', 'read the holders of all roles, too')
  .option('--username <name>', 'administrator', 'admin')
  .option(
    '--password <password>',
    "the administrator's password",
    process.env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
  )
  .action(run)
  .parseAsync()
  .catch(error => {
    console.error(error);
    process.exitCode = 2;
  });
