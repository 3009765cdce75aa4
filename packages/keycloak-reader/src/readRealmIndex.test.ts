import { KeycloakConnection } from './KeycloakConnection';
import { readHolders, MAX_HOLDERS } from './readHolders';
import { readRealmIndex } from './readRealmIndex';
import { createRealmGraph } from '@mesh-auth/access-model';
import { UpstreamError } from './UpstreamError';

/**
 * A connection whose admin client answers from a table; what stands there may
 * also be thrown. The way over HTTP is tested with KeycloakConnection.
 */
function connectionTo(answers: {
  realm?: unknown;
  clients?: unknown;
  scopes?: unknown;
  roles?: unknown;
  groups?: unknown;
  users?: unknown;
  holders?: (range: { first: number; max: number }) => unknown;
}): KeycloakConnection {
  const give = (value: unknown, otherwise: unknown) => async () => {
    if (value instanceof Error) {
      throw value;
    }
    return value === undefined ? otherwise : value;
  };
  const admin = {
    realms: {
      findOne: give(answers.realm, {
        realm: 'shop',
        accessTokenLifespan: 300,
        defaultRole: { name: 'default-roles-shop' },
      }),
    },
    clients: {
      find: give(answers.clients, [
        { id: 'c1', clientId: 'orders', secret: 'not-to-be-seen' },
      ]),
      findUsersWithRole: async (query: { first: number; max: number }) =>
        answers.holders?.(query) ?? [],
    },
    clientScopes: {
      find: give(answers.scopes, []),
      listScopeMappings: give(undefined, {}),
    },
    roles: {
      find: give(answers.roles, [{ id: 'r1', name: 'customer' }]),
      getCompositeRoles: give(undefined, []),
      findUsersWithRole: give(undefined, []),
    },
    groups: {
      find: give(answers.groups, []),
      listMembers: give(undefined, []),
    },
    users: { find: give(answers.users, []) },
  };
  return {
    realm: 'shop',
    read: (_: string, read: (client: typeof admin) => Promise<unknown>) =>
      read(admin),
  } as unknown as KeycloakConnection;
}

const status = (code: number) =>
  new UpstreamError(`Keycloak answered ${code}`, { status: code });

describe('readRealmIndex', () => {
  it('reads a realm without secrets', async () => {
    const index = await readRealmIndex(connectionTo({}));
    expect(index).toMatchObject({
      missingRights: [],
      realm: {
        realm: 'shop',
        clients: [{ clientId: 'orders' }],
        realmRoles: [{ name: 'customer' }],
        knowledge: { users: 'none', clients: true, groups: true },
      },
    });
    expect(JSON.stringify(index)).not.toContain('not-to-be-seen');
  });

  it('takes an empty list for a missing right where there must be something', async () => {
    expect(
      (await readRealmIndex(connectionTo({ clients: [] }))).missingRights,
    ).toEqual(['view-clients']);
    expect(
      (await readRealmIndex(connectionTo({ realm: { realm: 'shop' } })))
        .missingRights,
    ).toEqual(['view-realm']);
  });

  it('goes on with the rest when one endpoint is forbidden', async () => {
    const index = await readRealmIndex(
      connectionTo({ users: status(403), groups: status(403) }),
    );
    expect(index.missingRights).toEqual(['view-users']);
    expect(index.realm.clients).toHaveLength(1);
    expect(index.realm.knowledge).toMatchObject({
      groups: false,
      reasons: ['the reader lacks the role view-users'],
    });
  });

  it.each([
    ['a realm that vanishes', { realm: status(404) }, /404/],
    ['a fault of the server', { roles: status(500) }, /500/],
    [
      'HTML instead of JSON',
      { clients: '<html>Sign in</html>' },
      /answer for clients is not a list/,
    ],
    ['an empty body', { scopes: '' }, /answer for client scopes is not a list/],
    ['something else', { realm: [] }, /answer for the realm is not an object/],
  ])('fails as a whole for %s', async (_, answers, message) => {
    await expect(readRealmIndex(connectionTo(answers))).rejects.toThrow(
      message,
    );
  });
});

describe('readHolders', () => {
  it('stops at a bound where a role has very many holders, and says so', async () => {
    let requests = 0;
    const connection = connectionTo({
      holders: ({ first, max }) => {
        requests++;
        return Array.from({ length: max }, (_, n) => ({
          id: `u${first + n}`,
          username: `user-${first + n}`,
          enabled: true,
        }));
      },
    });
    const { realm } = await readRealmIndex(connection);
    const graph = createRealmGraph({
      ...realm,
      clients: realm.clients.map(client => ({
        ...client,
        roles: [{ name: 'reader', composites: [] }],
      })),
    });
    const held = await readHolders(connection, graph, [
      { client: 'orders', name: 'reader' },
    ]);
    expect(requests).toBe(MAX_HOLDERS / 200);
    expect(held.users).toHaveLength(MAX_HOLDERS);
    expect(held.knowledge).toMatchObject({
      users: 'none',
      reasons: [`only the first ${MAX_HOLDERS} users with a role were read`],
    });
  });

  it('says which right is missing instead of nobody', async () => {
    const connection = connectionTo({
      holders: () => {
        throw status(403);
      },
    });
    const { realm } = await readRealmIndex(connection);
    const graph = createRealmGraph({
      ...realm,
      clients: realm.clients.map(client => ({
        ...client,
        roles: [{ name: 'reader', composites: [] }],
      })),
    });
    const held = await readHolders(connection, graph, [
      { client: 'orders', name: 'reader' },
    ]);
    expect(held.knowledge).toMatchObject({
      users: 'none',
      reasons: ['the reader lacks the role view-users'],
    });
  });
});
