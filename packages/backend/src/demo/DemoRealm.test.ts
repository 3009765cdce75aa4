import fs from 'node:fs';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  countHolders,
  createRealmGraph,
  readRealm,
} from '@mesh-auth/access-model';
import { commitFiles } from './__testUtils__/commitFiles';
import { eventually } from './__testUtils__/eventually';
import { DemoRealm } from './DemoRealm';

const loyalty = `apiVersion: v1.edp.epam.com/v1
kind: KeycloakClient
metadata: { name: loyalty, namespace: loyalty }
spec:
  clientId: loyalty
  realmRef: { kind: ClusterKeycloakRealm, name: shop }
  description: Points for purchases
  public: false
  standardFlowEnabled: false
  clientRolesV2:
    - { name: reader, description: Sees points }
    - { name: editor, associatedClientRoles: [reader] }
  serviceAccount:
    enabled: true
    realmRoles: [customer]
    clientRoles:
      - { clientId: orders, roles: [reader] }
`;

const shop = {
  realm: 'shop',
  accessTokenLifespan: 300,
  clients: [{ clientId: 'orders' }],
  roles: {
    realm: [{ name: 'customer' }],
    client: { orders: [{ name: 'reader' }] },
  },
  users: [{ username: 'alice', realmRoles: ['customer'] }],
};

describe('DemoRealm', () => {
  const directory = createMockDirectory();
  const logger = mockServices.logger.mock();
  const file = () => directory.resolve('realm/shop-realm.json');
  let demoRealm: DemoRealm;

  beforeEach(() => {
    jest.clearAllMocks();
    directory.setContent({ 'base.json': JSON.stringify(shop) });
    demoRealm = DemoRealm.create({
      baseFile: directory.resolve('base.json'),
      file: file(),
      directory: directory.resolve('repositories'),
      logger,
    });
  });

  afterEach(() => demoRealm.close());

  function commit(name: string, files: Record<string, string>) {
    return commitFiles(directory.resolve('repositories', name), files);
  }

  function written() {
    return JSON.parse(fs.readFileSync(file(), 'utf8'));
  }

  function clientIds(): string[] {
    return written().clients.map((c: { clientId: string }) => c.clientId);
  }

  it('adds a client with its roles and its service account, as the realm is read', async () => {
    await commit('loyalty', { 'deploy/keycloak-client.yaml': loyalty });
    await demoRealm.start();

    const realm = readRealm(written());
    const client = realm.clients.find(c => c.clientId === 'loyalty');
    expect(client).toMatchObject({
      enabled: true,
      publicClient: false,
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      fullScopeAllowed: false,
    });
    const graph = createRealmGraph(realm);
    expect(graph.dangling).toEqual([]);
    expect(
      countHolders(graph, {
        client: 'loyalty',
        name: 'reader',
      }),
    ).toMatchObject({ users: 0, serviceAccounts: 0 });
    expect(countHolders(graph, { name: 'customer' })).toMatchObject({
      users: 1,
      serviceAccounts: 1,
    });
    expect(
      countHolders(graph, {
        client: 'orders',
        name: 'reader',
      }),
    ).toMatchObject({ serviceAccounts: 1 });
    expect(written().accessTokenLifespan).toBe(300);
  });

  it('follows commits and removals, and no change of the work tree', async () => {
    await demoRealm.start();
    expect(clientIds()).toEqual(['orders']);

    await commit('loyalty', { 'deploy/keycloak-client.yaml': loyalty });
    await eventually(() => expect(clientIds()).toEqual(['orders', 'loyalty']));

    fs.rmSync(
      directory.resolve('repositories/loyalty/deploy/keycloak-client.yaml'),
    );
    await commit('other', {
      'deploy/client.yml': loyalty.replaceAll('loyalty', 'other'),
    });
    await eventually(() =>
      expect(clientIds()).toEqual(['orders', 'loyalty', 'other']),
    );

    fs.rmSync(directory.resolve('repositories/loyalty'), { recursive: true });
    await eventually(() => expect(clientIds()).toEqual(['orders', 'other']));
  });

  it('takes what stands below deploy and belongs to the realm, and no client that the realm has already', async () => {
    await commit('strange', {
      'client.yaml': loyalty,
      'deploy/broken.yaml': 'kind: [',
      'deploy/orders.yaml': loyalty.replaceAll('loyalty', 'orders'),
      'deploy/elsewhere.yaml': loyalty
        .replaceAll('loyalty', 'elsewhere')
        .replace('name: shop', 'name: bank'),
    });
    await commit('loyalty', { 'deploy/keycloak-client.yaml': loyalty });
    await demoRealm.start();

    expect(clientIds()).toEqual(['orders', 'loyalty']);
    expect(written().roles.client.orders).toEqual([{ name: 'reader' }]);
  });

  it('does not touch the file when nothing changed', async () => {
    await demoRealm.start();
    const { ino } = fs.statSync(file());
    await demoRealm.close();
    await demoRealm.start();
    expect(fs.statSync(file()).ino).toBe(ino);
  });

  it('says when the realm to begin with cannot be read', async () => {
    directory.addContent({ 'base.json': '{' });
    await demoRealm.start();
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringMatching(/Cannot follow the repositories in .*JSON/),
    );
  });
});
