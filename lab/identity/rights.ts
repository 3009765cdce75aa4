import {
  countHolders,
  createRealmGraph,
  readRealm,
} from '@mesh-auth/access-model';
import {
  KeycloakConnection,
  readAllClientRoles,
  readHolders,
  readRealmIndex,
  withClientRoles,
} from '@mesh-auth/keycloak-reader';
import { Command } from 'commander';
import { readFile } from 'fs/promises';
import path from 'path';
import { createReader } from './createReader';
import { KeycloakServer } from './KeycloakServer';

const REALM = 'least-privilege';
const READER = 'mesh-auth-reader';
/** Must show up nowhere in what is read. */
const SECRETS = ['secret-of-the-reader', 'secret-of-another-client'];

interface Expectation {
  rights: string[];
  missing: string[];
  /** Whether the holders of a role must be known. */
  known: boolean;
}

/** The two supported modes, and each right taken away. */
const expectations: Expectation[] = [
  {
    rights: ['view-clients', 'view-users', 'view-realm', 'view-events'],
    missing: [],
    known: true,
  },
  {
    rights: ['view-clients', 'view-realm'],
    missing: ['view-users'],
    known: false,
  },
  {
    rights: ['view-users', 'view-realm', 'view-events'],
    missing: ['view-clients'],
    known: false,
  },
  {
    rights: ['view-clients', 'view-users', 'view-events'],
    missing: ['view-realm'],
    known: false,
  },
  {
    rights: [],
    missing: ['view-clients', 'view-realm', 'view-users'],
    known: false,
  },
];

let passed = 0;
let failed = 0;

function check(what: string, expected: unknown, actual: unknown): void {
  const same = JSON.stringify(expected) === JSON.stringify(actual);
  passed += same ? 1 : 0;
  failed += same ? 0 : 1;
  console.log(
    `${same ? 'ok  ' : 'FAIL'} ${what}: ${JSON.stringify(actual)}${
      same ? '' : `, expected ${JSON.stringify(expected)}`
    }`,
  );
}

async function read(url: string) {
  let requests = 0;
  const connection = new KeycloakConnection({
    realm: REALM,
    endpoint: {
      baseUrl: url,
      clientId: READER,
      clientSecret: SECRETS[0],
      timeoutMs: 10_000,
    },
    onRequest: () => {
      requests++;
    },
  });
  const index = await readRealmIndex(connection);
  const indexRequests = requests;
  const realm = withClientRoles(
    index.realm,
    await readAllClientRoles(connection, index.realm.clients),
  );
  const graph = createRealmGraph(realm);
  const role = { client: 'payments', name: 'reader' };
  const held = await readHolders(connection, graph, [role]);
  return {
    index,
    indexRequests,
    held,
    counts: countHolders(createRealmGraph(held), role),
  };
}

async function run(options: {
  url: string;
  username: string;
  password: string;
}): Promise<void> {
  const server = new KeycloakServer(options);
  const file = path.resolve(__dirname, '../../examples/realm/shop-realm.json');
  const shop = JSON.parse(await readFile(file, 'utf8'));
  const realm = {
    ...shop,
    realm: REALM,
    clients: shop.clients.map((client: any) => ({
      ...client,
      secret: SECRETS[1],
    })),
  };
  const truth = countHolders(createRealmGraph(readRealm(realm)), {
    client: 'payments',
    name: 'reader',
  });
  try {
    const { status, body } = await server.importRealm(realm);
    if (status !== 201) {
      throw new Error(`the realm was refused: ${JSON.stringify(body)}`);
    }
    for (const { rights, missing, known } of expectations) {
      const label = rights.join(' ') || 'no right';
      await createReader({
        server,
        realm: REALM,
        clientId: READER,
        secret: SECRETS[0],
        rights,
      });
      const { index, indexRequests, held, counts } = await read(options.url);
      check(`${label}: missing rights`, missing, index.missingRights);
      check(
        `${label}: holders`,
        known ? { ...truth, state: 'known' } : 'unknown',
        known ? counts : counts?.state ?? 'unknown',
      );
      check(
        `${label}: every missing right is a reason`,
        true,
        missing.every(right =>
          held.knowledge.reasons.some(reason => reason.includes(right)),
        ),
      );
      const text = JSON.stringify([index, held, counts]);
      check(
        `${label}: secrets in what was read`,
        [],
        SECRETS.filter(secret => text.includes(secret)),
      );
      console.log(`     ${indexRequests} requests for the index`);
    }
  } finally {
    await server.removeRealm(REALM);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

new Command('rights')
  .description('Read a realm with exactly the rights that are asked for')
  .requiredOption('--url <url>', 'address of the Keycloak')
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
