import { clientAccess } from './clientAccess';
import { countHolders, effectiveHolders } from './effectiveHolders';
import { parseRealm, readRealm } from './readRealm';
import { createRealmGraph } from './RealmGraph';
import { parseRole } from './roleRef';

const shop = {
  realm: 'shop',
  defaultRole: { name: 'default-roles-shop' },
  roles: {
    realm: [
      { name: 'default-roles-shop', composites: { realm: ['visitor'] } },
      { name: 'visitor' },
      {
        name: 'ledger-admin',
        composites: { client: { orders: ['write'] }, realm: ['loop'] },
      },
      { name: 'loop', composites: { realm: ['ledger-admin'] } },
    ],
    client: {
      orders: [
        { name: 'read' },
        { name: 'write', composites: { client: { orders: ['read'] } } },
        { name: 'a/b' },
      ],
    },
  },
  clients: [
    {
      clientId: 'orders',
      secret: 'not-to-be-seen',
      serviceAccountsEnabled: true,
    },
  ],
  groups: [
    {
      name: 'finance',
      subGroups: [
        { name: 'leads', realmRoles: ['ledger-admin'] },
        { name: 'north/south', clientRoles: { orders: ['read'] } },
      ],
    },
    {
      name: 'staff',
      clientRoles: { orders: ['write'] },
      subGroups: [{ name: 'night' }],
    },
  ],
  users: [
    {
      username: 'Bob',
      enabled: true,
      groups: ['/finance/leads'],
      realmRoles: ['default-roles-shop'],
    },
    {
      username: 'eve',
      enabled: false,
      groups: ['/staff/night', '/finance/north/south'],
    },
    {
      username: 'kim',
      enabled: true,
      clientRoles: { orders: ['write'] },
      groups: ['/staff'],
    },
    {
      username: 'service-account-orders',
      serviceAccountClientId: 'orders',
      enabled: true,
      realmRoles: ['loop'],
      credentials: [{ value: 'not-to-be-seen' }],
    },
  ],
};

describe('effectiveHolders', () => {
  const graph = createRealmGraph(readRealm(shop));

  it('lists groups, users and service accounts with the path of every grant', () => {
    const write = effectiveHolders(graph, { client: 'orders', name: 'write' });
    expect(write?.holders).toEqual([
      {
        type: 'group',
        name: '/finance/leads',
        enabled: true,
        paths: [['realm:ledger-admin', 'client:orders/write']],
      },
      {
        type: 'group',
        name: '/staff',
        enabled: true,
        paths: [['client:orders/write']],
      },
      {
        type: 'group',
        name: '/staff/night',
        enabled: true,
        paths: [['group:/staff', 'client:orders/write']],
      },
      {
        type: 'user',
        name: 'bob',
        enabled: true,
        paths: [
          ['group:/finance/leads', 'realm:ledger-admin', 'client:orders/write'],
        ],
      },
      {
        type: 'user',
        name: 'eve',
        enabled: false,
        paths: [['group:/staff/night', 'group:/staff', 'client:orders/write']],
      },
      {
        type: 'user',
        name: 'kim',
        enabled: true,
        paths: [
          ['client:orders/write'],
          ['group:/staff', 'client:orders/write'],
        ],
      },
      {
        type: 'service-account',
        name: 'service-account-orders',
        client: 'orders',
        enabled: true,
        paths: [['realm:loop', 'realm:ledger-admin', 'client:orders/write']],
      },
    ]);
    expect(write?.counts).toEqual({
      users: 3,
      serviceAccounts: 1,
      groups: 3,
      state: 'known',
      byDefault: false,
    });
  });

  it('finds members of a group whose name holds a slash', () => {
    const read = effectiveHolders(graph, { client: 'orders', name: 'read' });
    expect(
      read?.holders.find(holder => holder.name === 'eve')?.paths,
    ).toContainEqual(['group:/finance/north/south', 'client:orders/read']);
  });

  it('marks roles that every new user gets', () => {
    expect(countHolders(graph, { name: 'visitor' })).toMatchObject({
      users: 1,
      byDefault: true,
    });
  });

  it('says unknown instead of nobody where users are missing', () => {
    const { users: _, ...noUsers } = shop;
    const counts = countHolders(createRealmGraph(readRealm(noUsers)), {
      name: 'visitor',
    });
    expect(counts).toMatchObject({
      users: 0,
      state: 'unknown',
      reason: 'the realm file holds no users',
    });
  });

  it('shows the roles of a client', () => {
    const access = clientAccess(graph, 'orders');
    expect(
      access?.roles.map(role => [
        role.name,
        role.composites,
        role.holders.users,
      ]),
    ).toEqual([
      ['a/b', [], 0],
      ['read', [], 3],
      ['write', [{ client: 'orders', name: 'read' }], 3],
    ]);
    expect(clientAccess(graph, 'nobody')).toBeUndefined();
  });
});

describe('readRealm', () => {
  it('lets no secret into the types', () => {
    expect(JSON.stringify(readRealm(shop))).not.toContain('not-to-be-seen');
  });

  it('names the place of a wrong field and of a syntax error', () => {
    expect(() =>
      readRealm({
        realm: 'x',
        clients: [{ clientId: 'a', redirectUris: 'b' }],
      }),
    ).toThrow('clients[0].redirectUris must be a list');
    expect(() => parseRealm('{\n  "realm": secret\n}')).toThrow(
      /^not valid JSON at line 2, column 12$/,
    );
    expect(() => parseRealm('{\n  "realm": "x",\n  secret\n}')).toThrow(
      'not valid JSON at line 3, column 3',
    );
  });
});

describe('parseRole', () => {
  it('reads every way to split a clientId from a role name', () => {
    expect(parseRole('realm:a/b')).toEqual([{ name: 'a/b' }]);
    expect(parseRole('client:a/b/c')).toEqual([
      { client: 'a', name: 'b/c' },
      { client: 'a/b', name: 'c' },
    ]);
    expect(parseRole('orders')).toEqual([]);
  });
});
