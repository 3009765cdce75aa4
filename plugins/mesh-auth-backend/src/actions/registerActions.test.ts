import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import {
  actionsRegistryServiceMock,
  metricsServiceMock,
} from '@backstage/backend-test-utils/alpha';
import { readManifests, parseRealm } from '@mesh-auth/access-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { manifests, realm } from '../__testUtils__/shop';
import { waitFor } from '../__testUtils__/waitFor';
import { EntityAuthorizer } from '../auth/EntityAuthorizer';
import { createMetrics } from '../metrics';
import { DefaultMeshAuthService } from '../service/DefaultMeshAuthService';
import { SnapshotStore } from '../snapshot/SnapshotStore';
import { registerActions } from './registerActions';

describe('registerActions', () => {
  const registry = actionsRegistryServiceMock();
  const auditor = mockServices.auditor.mock({
    createEvent: async () => ({
      success: async () => {},
      fail: async () => {},
    }),
  });
  const denied = new Set<string>();
  const metrics = createMetrics(metricsServiceMock.mock());
  const store = new SnapshotStore({
    logger: mockServices.logger.mock(),
    metrics,
  });
  const credentials = mockCredentials.user();

  beforeAll(async () => {
    const { objects } = readManifests({
      files: Object.entries(manifests).map(([path, text]) => ({ path, text })),
    });
    store.add({
      id: 'other:test',
      kind: 'other',
      title: 'Test',
      start: publish =>
        publish({
          state: 'live',
          warnings: [],
          cluster: { cluster: 'test', objects },
          realm: { instance: 'main', realm: parseRealm(JSON.stringify(realm)) },
        }),
      stop: async () => {},
    });
    registerActions(registry, {
      service: new DefaultMeshAuthService({ store, metrics }),
      authorizer: new EntityAuthorizer({
        catalog: catalogServiceMock({
          entities: [
            {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: {
                name: 'payments',
                namespace: 'default',
                annotations: {
                  'backstage.io/kubernetes-namespace': 'shop',
                  'backstage.io/kubernetes-label-selector': 'app=payments',
                  'mesh-auth.io/keycloak-client': 'main/shop/payments',
                },
              },
            },
          ],
        }),
        permissions: mockServices.permissions.mock({
          authorize: async requests =>
            requests.map(({ permission }) => ({
              result: denied.has(permission.name)
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
            })),
        }),
      }),
      auditor,
      metrics,
    });
    await waitFor(() => {
      if (store.current().clusters.length === 0) {
        throw new Error('no snapshot yet');
      }
    });
  });

  afterAll(() => store.stop());

  beforeEach(() => {
    denied.clear();
    jest.clearAllMocks();
  });

  function invoke(name: string, input: any) {
    return registry.invoke({ id: `test:${name}`, input, credentials });
  }

  it('offers only actions that read, each with an example that its schema takes', async () => {
    const { actions } = await registry.list();
    expect(actions.map(({ name }) => name)).toEqual([
      'get-access',
      'explain-request',
      'who-can-call',
      'list-findings',
    ]);
    for (const { name, attributes, description } of actions) {
      expect(attributes).toEqual({
        readOnly: true,
        idempotent: true,
        destructive: false,
      });
      expect(description).toContain('When to use');
      const [example] = registry.actions.get(`test:${name}`)!.examples!;
      await expect(invoke(name, example.input)).resolves.toBeDefined();
    }
  });

  it('gets the access of a service', async () => {
    const { output } = await invoke('get-access', { entityRef: 'payments' });
    expect(output).toMatchObject({
      entityRef: 'component:default/payments',
      notices: [],
      exposures: [
        {
          address: 'https://shop.example.com/payments',
          loginWall: 'required',
          access: expect.arrayContaining([
            {
              methods: 'POST',
              path: 'exact /payments',
              who: 'pay',
              roles: ['payments/pay'],
              unknown: [],
            },
          ]),
        },
      ],
      mtls: ['Deployment payments: STRICT'],
    });
  });

  it('explains a request with what was missing', async () => {
    const input = {
      entityRef: 'component:default/payments',
      url: 'https://shop.example.com/payments/7',
      caller: 'loggedIn',
    };
    const refused = await invoke('explain-request', input);
    expect(refused.output).toMatchObject({ verdict: 'deny', status: 403 });
    expect((refused.output as any).missing.join()).toContain(
      'claim realm_access.roles',
    );
    const allowed = await invoke('explain-request', {
      ...input,
      realmRoles: ['customer'],
    });
    expect(allowed.output).toMatchObject({ verdict: 'allow', missing: [] });
  });

  it('names who can call', async () => {
    const { output } = await invoke('who-can-call', {
      entityRef: 'payments',
      url: 'https://shop.example.com/payments',
      method: 'POST',
    });
    expect(output).toEqual({
      anonymous: 'deny',
      users: 1,
      serviceAccounts: 0,
      holders: [
        {
          type: 'user',
          name: 'ann',
          paths: ['group:/buyers → client:payments/pay'],
        },
      ],
      workloads: [],
      unknown: [],
    });
  });

  it('lists findings', async () => {
    const { output } = await invoke('list-findings', { entityRef: 'payments' });
    expect((output as any).findings).toContainEqual(
      expect.objectContaining({
        code: 'MA0012',
        object: 'AuthorizationPolicy/shop/payments',
        file: 'payments:66',
      }),
    );
  });

  it.each([
    ['get-access', 'mesh-auth.exposure.read'],
    ['explain-request', 'mesh-auth.access.read'],
    ['who-can-call', 'mesh-auth.holders.read'],
    ['list-findings', 'mesh-auth.access.read'],
  ])('%s checks %s and leaves an audit event', async (name, permission) => {
    denied.add(permission);
    const [example] = registry.actions.get(`test:${name}`)!.examples!;
    await expect(invoke(name, example.input)).rejects.toThrow(
      `Missing permission ${permission}`,
    );
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        meta: {
          entityRef: 'component:default/payments',
          caller: 'user:default/mock',
        },
      }),
    );
  });

  it('refuses what is not there and what is no reference', async () => {
    await expect(
      invoke('get-access', { entityRef: 'component:default/nope' }),
    ).rejects.toThrow('No entity component:default/nope');
    await expect(invoke('get-access', { entityRef: ':/' })).rejects.toThrow(
      'is not an entity reference',
    );
  });
});
