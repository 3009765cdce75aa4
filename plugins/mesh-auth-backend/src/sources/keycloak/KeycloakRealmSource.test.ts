import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { readRealm, Realm } from '@mesh-auth/access-model';
import * as reader from '@mesh-auth/keycloak-reader';
import { KeycloakRealmSource, SharedReadings } from './KeycloakRealmSource';
import { RealmReadingStore } from './RealmReadingStore';

jest.mock('@mesh-auth/keycloak-reader', () => ({
  ...jest.requireActual('@mesh-auth/keycloak-reader'),
  readRealmIndex: jest.fn(),
  readAllClientRoles: jest.fn(),
  readClientRoles: jest.fn(),
  readHolders: jest.fn(),
}));

const mocked = jest.mocked(reader);

const full: Realm = readRealm({
  realm: 'shop',
  roles: {
    realm: [{ name: 'customer' }],
    client: { orders: [{ name: 'reader' }] },
  },
  clients: [{ clientId: 'orders' }],
  users: [
    { username: 'ana', enabled: true, clientRoles: { orders: ['reader'] } },
  ],
});

/** The realm as the index shows it: without people. */
const index = (missingRights: reader.Right[] = []): reader.RealmIndex => ({
  realm: {
    ...full,
    users: [],
    knowledge: { ...full.knowledge, users: 'none' },
  },
  missingRights,
  warnings: [],
});

/** Resolves when a source gets into a state. */
function changed(source: KeycloakRealmSource, state = 'live'): Promise<void> {
  return new Promise(resolve => {
    source.onChange(() => {
      if (source.snapshot().state === state) {
        resolve();
      }
    });
  });
}

const upstream = (message: string) =>
  new reader.UpstreamError(message, { status: 503 });

function createSource(shared?: SharedReadings) {
  const logger = mockServices.logger.mock();
  logger.child.mockReturnValue(logger);
  const source = KeycloakRealmSource.create({
    instance: {
      name: 'main',
      baseUrl: 'https://sso.example.com',
      realms: ['shop'],
      clientId: 'reader',
      clientSecret: 'the-secret',
      timeoutMs: 1_000,
      intervalMs: 60_000,
    },
    realm: 'shop',
    logger,
    shared,
  });
  return { source, logger };
}

describe('KeycloakRealmSource', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  beforeEach(() => {
    jest.resetAllMocks();
    mocked.readRealmIndex.mockResolvedValue(index());
    mocked.readAllClientRoles.mockResolvedValue(
      new Map(full.clients.map(({ clientId, roles }) => [clientId, roles])),
    );
    mocked.readClientRoles.mockResolvedValue([
      { name: 'reader', composites: [] },
    ]);
    mocked.readHolders.mockResolvedValue(full);
  });

  it('goes from loading to live', async () => {
    const { source } = createSource();
    expect(source).toMatchObject({ id: 'main/shop', kind: 'keycloak-realm' });
    expect(source.snapshot().state).toBe('loading');
    const onChange = jest.fn();
    source.onChange(onChange);
    await source.refresh();
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(source.snapshot()).toMatchObject({
      state: 'live',
      missingRights: [],
    });
  });

  it('is unavailable when the first reading fails, and says why', async () => {
    mocked.readRealmIndex.mockRejectedValue(upstream('Keycloak answered 503'));
    const { source, logger } = createSource();
    await source.refresh();
    expect(source.snapshot()).toMatchObject({
      state: 'unavailable',
      realm: undefined,
      message: 'Keycloak answered 503',
    });
    expect(await source.clientAccess('orders')).toBeUndefined();
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain('the-secret');
  });

  it('serves what it read before, with its time, while readings fail', async () => {
    const { source } = createSource();
    await source.refresh();
    const { observedAt } = source.snapshot();
    mocked.readRealmIndex.mockRejectedValue(upstream('Keycloak answered 500'));
    await source.refresh();
    expect(source.snapshot()).toMatchObject({
      state: 'stale',
      observedAt,
      message: 'Keycloak answered 500',
    });
    expect(source.snapshot().realm?.realm).toBe('shop');
    mocked.readRealmIndex.mockResolvedValue(index());
    await source.refresh();
    expect(source.snapshot().state).toBe('live');
    expect(source.snapshot().message).toBeUndefined();
  });

  it('names missing rights and does not show nobody for them', async () => {
    mocked.readRealmIndex.mockResolvedValue({
      ...index(['view-users']),
      realm: {
        ...index().realm,
        knowledge: {
          ...full.knowledge,
          users: 'none',
          groups: false,
          reasons: ['the reader lacks the role view-users'],
        },
      },
    });
    mocked.readHolders.mockImplementation(async (_, graph) => graph.realm);
    const { source, logger } = createSource();
    await source.refresh();
    expect(source.snapshot().missingRights).toEqual(['view-users']);
    expect(logger.warn).toHaveBeenCalledWith(
      'the reader lacks view-users of realm-management',
    );
    const access = await source.clientAccess('orders');
    expect(access?.roles[0].holders).toMatchObject({
      state: 'unknown',
      reason: 'the reader lacks the role view-users',
    });
  });

  it('reads holders on demand, once for many askers', async () => {
    const { source } = createSource();
    await source.refresh();
    const [first, second] = await Promise.all([
      source.clientAccess('orders'),
      source.clientAccess('orders'),
    ]);
    expect(first?.roles[0].holders).toMatchObject({
      users: 1,
      state: 'known',
    });
    expect(second).toBe(first);
    await source.clientAccess('orders');
    expect(mocked.readHolders).toHaveBeenCalledTimes(1);
    expect(await source.clientAccess('nobody')).toBeUndefined();
    expect(
      (await source.holders({ client: 'orders', name: 'reader' }))?.holders,
    ).toMatchObject([{ name: 'ana' }]);
    expect(await source.holders({ name: 'nothing' })).toBeUndefined();
  });

  it('answers without holders when they cannot be read', async () => {
    const { source } = createSource();
    await source.refresh();
    mocked.readHolders.mockRejectedValue(upstream('Keycloak answered 503'));
    const access = await source.clientAccess('orders');
    expect(access?.roles[0].holders).toMatchObject({
      state: 'unknown',
      reason: 'Keycloak answered 503',
    });
  });

  it('serves a large realm before all client roles are read', async () => {
    const clients = Array.from({ length: 300 }, (_, n) => ({
      ...full.clients[0],
      clientId: `c${n}`,
    }));
    mocked.readRealmIndex.mockResolvedValue({
      ...index(),
      realm: { ...index().realm, clients },
    });
    let finish: (roles: Map<string, never[]>) => void = () => {};
    mocked.readAllClientRoles.mockReturnValue(
      new Promise(resolve => {
        finish = resolve;
      }),
    );
    const { source } = createSource();
    const reading = source.refresh();
    await new Promise(resolve => {
      source.onChange(() => resolve(undefined));
    });
    expect(source.snapshot().realm?.knowledge).toMatchObject({
      clients: false,
      reasons: [
        'the realm file holds no users',
        'the roles of all clients are being read',
      ].slice(-1),
    });
    finish(new Map());
    await reading;
    expect(source.snapshot().realm?.knowledge.clients).toBe(true);
    // The roles are not read again with every reading.
    await source.refresh();
    expect(mocked.readAllClientRoles).toHaveBeenCalledTimes(1);
  });

  it('shares one reading among replicas, and its failure', async () => {
    const knex = await databases.init('SQLITE_3');
    const store = RealmReadingStore.create({
      database: mockServices.database({ knex }),
    });
    const tasks: { id: string; scope?: string; fn: () => unknown }[] = [];
    const scheduler = mockServices.scheduler.mock();
    scheduler.scheduleTask.mockImplementation(async task => {
      tasks.push(task as never);
    });
    const reader1 = createSource({ store, scheduler }).source;
    const { source: other } = createSource({ store, scheduler });
    await reader1.start();
    expect(tasks).toMatchObject([
      { id: 'keycloak-realm-main/shop', scope: 'global' },
    ]);
    await tasks[0].fn();
    expect(reader1.snapshot().state).toBe('live');
    expect(mocked.readRealmIndex).toHaveBeenCalledTimes(1);

    const took = changed(other);
    await other.start();
    await took;
    expect(other.snapshot()).toMatchObject({
      state: 'live',
      observedAt: reader1.snapshot().observedAt,
    });
    // Details are asked for by each replica itself.
    expect((await other.clientAccess('orders'))?.roles).toHaveLength(1);
    expect(mocked.readRealmIndex).toHaveBeenCalledTimes(1);

    mocked.readRealmIndex.mockRejectedValue(upstream('Keycloak answered 503'));
    await tasks[0].fn();
    const { source: late } = createSource({ store, scheduler });
    const failed = changed(late, 'stale');
    await late.start();
    await failed;
    expect(late.snapshot()).toMatchObject({
      state: 'stale',
      message: 'Keycloak answered 503',
    });
    await Promise.all([reader1.stop(), other.stop(), late.stop()]);
  });
});
