import { KeycloakServer } from './KeycloakServer';

/** Sizes of a realm of a large company. */
export interface RealmSizes {
  clients: number;
  rolesPerClient: number;
  realmRoles: number;
  topGroups: number;
  subGroups: number;
  users: number;
  /** One of so many clients has a service account. */
  serviceAccountEvery: number;
}

export const LARGE: RealmSizes = {
  clients: 2_000,
  rolesPerClient: 5,
  realmRoles: 50,
  topGroups: 20,
  subGroups: 9,
  users: 5_000,
  serviceAccountEvery: 6,
};

const ROLE_NAMES = ['reader', 'writer', 'admin', 'auditor', 'operator'];

/** Clients and users that one import request carries; larger ones crawl. */
const CLIENTS_PER_IMPORT = 100;
const USERS_PER_IMPORT = 250;

export const clientName = (index: number) =>
  `svc-${String(index).padStart(5, '0')}`;

function rolesOf(client: string, count: number) {
  return ROLE_NAMES.slice(0, count).map(name =>
    name === 'admin'
      ? {
          name,
          composite: true,
          composites: { client: { [client]: ['reader', 'writer'] } },
        }
      : { name },
  );
}

/** A cheap sequence that spreads: the same every time. */
function* spread(limit: number): Generator<number> {
  for (let state = 1; ; state = (state * 48_271) % 2_147_483_647) {
    yield state % limit;
  }
}

function groupsOf(sizes: RealmSizes) {
  const clients = spread(sizes.clients);
  return Array.from({ length: sizes.topGroups }, (_, top) => ({
    name: `dept-${top}`,
    path: `/dept-${top}`,
    clientRoles: { [clientName(clients.next().value!)]: ['reader'] },
    subGroups: Array.from({ length: sizes.subGroups }, (__, sub) => ({
      name: `team-${sub}`,
      path: `/dept-${top}/team-${sub}`,
      clientRoles: {
        [clientName(clients.next().value!)]: ['writer'],
        [clientName(clients.next().value!)]: ['admin'],
      },
    })),
  }));
}

function realmRolesOf(sizes: RealmSizes) {
  const clients = spread(sizes.clients);
  return Array.from({ length: sizes.realmRoles }, (_, index) => {
    const client: Record<string, string[]> = {};
    for (let n = 0; n < 20; n++) {
      client[clientName(clients.next().value!)] = ['reader'];
    }
    return index % 5 === 0
      ? { name: `realm-${index}`, composite: true, composites: { client } }
      : { name: `realm-${index}` };
  });
}

function usersOf(sizes: RealmSizes) {
  const numbers = spread(1_000_003);
  const next = (limit: number) => numbers.next().value! % limit;
  return Array.from({ length: sizes.users }, (_, index) => ({
    username: `user-${index}`,
    enabled: true,
    email: `user-${index}@example.com`,
    firstName: 'User',
    lastName: String(index),
    realmRoles: [`realm-${next(sizes.realmRoles)}`],
    clientRoles: {
      [clientName(next(sizes.clients))]: [
        ROLE_NAMES[next(sizes.rolesPerClient)],
      ],
    },
    groups: [`/dept-${next(sizes.topGroups)}/team-${next(sizes.subGroups)}`],
  }));
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Loads a large realm in parts; one import of it all would not end. */
export async function loadLargeRealm(options: {
  server: KeycloakServer;
  realm: string;
  sizes: RealmSizes;
  progress: (line: string) => void;
}): Promise<void> {
  const { server, realm, sizes, progress } = options;
  const send = async (body: object) => {
    const answer = await server.admin(
      'POST',
      `/realms/${realm}/partialImport`,
      {
        ifResourceExists: 'SKIP',
        ...body,
      },
    );
    if (answer.status !== 200) {
      throw new Error(
        `import: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    }
  };
  await server.importRealm({ realm, enabled: true, sslRequired: 'none' });
  const names = Array.from({ length: sizes.clients }, (_, n) => clientName(n));
  for (const [part, chunk] of chunks(names, CLIENTS_PER_IMPORT).entries()) {
    await send({
      clients: chunk.map((clientId, n) => ({
        clientId,
        publicClient: false,
        serviceAccountsEnabled:
          (part * CLIENTS_PER_IMPORT + n) % sizes.serviceAccountEvery === 0,
      })),
      roles: {
        client: Object.fromEntries(
          chunk.map(clientId => [
            clientId,
            rolesOf(clientId, sizes.rolesPerClient),
          ]),
        ),
      },
    });
    progress(`${(part + 1) * CLIENTS_PER_IMPORT} clients`);
  }
  await send({ roles: { realm: realmRolesOf(sizes) } });
  await send({ groups: groupsOf(sizes) });
  for (const [part, users] of chunks(
    usersOf(sizes),
    USERS_PER_IMPORT,
  ).entries()) {
    await send({ users });
    progress(`${(part + 1) * USERS_PER_IMPORT} users`);
  }
}
