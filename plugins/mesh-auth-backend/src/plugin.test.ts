import assert from 'node:assert';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { EntityAccess, Source } from '@mesh-auth/plugin-mesh-auth-common';
import request from 'supertest';
import meshAuthPlugin from '.';
import { expectDocumented } from './__testUtils__/expectDocumented';
import { manifests, realm } from './__testUtils__/shop';
import { waitFor } from './__testUtils__/waitFor';

const PATH = '/entities/component/default/payments/access';

function component(name: string, annotations: Record<string, string>) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations },
    spec: { type: 'service', lifecycle: 'production', owner: 'team' },
  };
}

const entities = [
  component('payments', {
    'backstage.io/kubernetes-namespace': 'shop',
    'backstage.io/kubernetes-label-selector': 'app=payments',
    'mesh-auth.io/keycloak-client': 'main/shop/payments',
  }),
  component('bare', {}),
  component('lost', {
    'backstage.io/kubernetes-namespace': 'nowhere',
    'backstage.io/kubernetes-label-selector': 'app=lost',
    'mesh-auth.io/keycloak-client':
      'main/shop/lost,main/shop/payments,nil/nil/nil,x',
  }),
  component('absent', {
    'backstage.io/kubernetes-namespace': 'shop',
    'backstage.io/kubernetes-label-selector': 'app=absent',
  }),
];

// Loading a whole backend takes its time on a busy machine.
jest.setTimeout(60_000);

describe('meshAuthPlugin', () => {
  const folder = createMockDirectory();
  const denied = new Set<string>();
  let server: Parameters<typeof request>[0];
  let stop: () => Promise<void>;

  async function write(path: string, text: string) {
    await mkdir(dirname(folder.resolve(path)), { recursive: true });
    await writeFile(folder.resolve(path), text);
  }

  async function get(path: string): Promise<request.Response> {
    const response = await request(server)
      .get(`/api/mesh-auth${path}`)
      .set('authorization', mockCredentials.user.header());
    expectDocumented({ path, response });
    return response;
  }

  async function access(name: string): Promise<EntityAccess> {
    const response = await get(`/entities/component/default/${name}/access`);
    expect(response.status).toBe(200);
    return response.body;
  }

  beforeAll(async () => {
    for (const [name, text] of Object.entries(manifests)) {
      await write(`manifests/${name}.yaml`, text);
    }
    await write('realm.json', JSON.stringify(realm));
    const backend = await startTestBackend({
      features: [
        meshAuthPlugin,
        mockServices.rootConfig.factory({
          data: {
            meshAuth: {
              clusters: [],
              folders: [
                {
                  id: 'demo',
                  title: 'Demo',
                  paths: [folder.resolve('manifests')],
                },
              ],
              keycloak: {
                exports: [
                  {
                    instance: 'main',
                    realm: 'shop',
                    file: folder.resolve('realm.json'),
                  },
                ],
              },
            },
          },
        }),
        catalogServiceMock.factory({ entities }),
        mockServices.permissions.mock({
          authorize: async requests =>
            requests.map(({ permission }) => ({
              result: denied.has(permission.name)
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
            })),
        }).factory,
      ],
    });
    stop = () => backend.stop();
    server = backend.server;
    await waitFor(async () => {
      const { body } = await get('/sources');
      const { workloads } = await access('payments');
      assert.ok((body as Source[]).every(({ state }) => state === 'live'));
      assert.equal(workloads.length, 1);
    });
  });

  afterAll(() => stop());
  beforeEach(() => denied.clear());

  it('answers for an entity', async () => {
    const answer = await access('payments');
    expect(answer).toEqual({
      entityRef: 'component:default/payments',
      snapshotVersion: expect.any(String),
      builtAt: expect.any(String),
      sources: [
        expect.objectContaining({ id: 'folder:demo', state: 'live' }),
        expect.objectContaining({
          id: 'realm-export:main/shop',
          state: 'live',
        }),
      ],
      missingAnnotations: [],
      notices: [],
      workloads: [expect.any(Object)],
      exposures: expect.any(Array),
      policies: expect.any(Array),
      clients: [expect.any(Object)],
      findings: expect.any(Array),
    });
    expect(answer.workloads).toEqual([
      {
        ref: {
          source: 'folder:demo',
          kind: 'Deployment',
          namespace: 'shop',
          name: 'payments',
          file: 'manifests/payments.yaml',
          line: 7,
        },
        labels: { app: 'payments' },
        serviceAccount: 'payments',
        principal: 'cluster.local/ns/shop/sa/payments',
        mtls: {
          mode: 'STRICT',
          decidedBy: {
            source: 'folder:demo',
            kind: 'PeerAuthentication',
            namespace: 'istio-system',
            name: 'default',
            file: 'manifests/mesh.yaml',
            line: 21,
          },
        },
        ports: [8080],
        identity: [
          {
            issuer: 'https://sso.example.com/realms/shop',
            audiences: ['payments'],
            locations: ['header X-Auth-Request-Access-Token'],
            at: 'workload',
            policy: expect.objectContaining({
              kind: 'RequestAuthentication',
              name: 'payments',
            }),
          },
        ],
      },
    ]);
    expect(answer.clients).toEqual([
      {
        instance: 'main',
        realm: 'shop',
        clientId: 'payments',
        state: 'found',
        enabled: true,
        publicClient: false,
        serviceAccount: true,
        secretAgeDays: expect.any(Number),
        roles: [
          {
            name: 'pay',
            description: 'May pay',
            composites: expect.arrayContaining(['read', 'realm:customer']),
            holders: {
              users: 1,
              serviceAccounts: 0,
              groups: 1,
              state: 'known',
            },
            opens: expect.any(Array),
          },
          {
            name: 'read',
            composites: [],
            holders: {
              users: 2,
              serviceAccounts: 0,
              groups: 1,
              state: 'known',
            },
            opens: expect.any(Array),
          },
        ],
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('do-not-show');
    expect(JSON.stringify(answer)).not.toContain(folder.path);
  });

  it('says what serves a host', async () => {
    const taken = await get('/exposures?host=shop.example.com');
    expect(taken.status).toBe(200);
    expect(taken.body).toEqual({
      host: 'shop.example.com',
      exposures: [
        {
          route: expect.objectContaining({
            source: 'folder:demo',
            kind: 'VirtualService',
            namespace: 'shop',
            name: 'payments',
          }),
          gateway: expect.objectContaining({
            kind: 'Gateway',
            namespace: 'istio-system',
            name: 'public',
          }),
          path: { type: 'prefix', value: '/payments' },
        },
      ],
      sources: [expect.objectContaining({ id: 'folder:demo', state: 'live' })],
    });
    const free = await get('/exposures?host=free.example.com');
    expect(free.body).toMatchObject({ exposures: [] });
  });

  it('says what serves a host only to those who may preview', async () => {
    denied.add('mesh-auth.preview.use');
    const response = await get('/exposures?host=shop.example.com');
    expect(response.status).toBe(403);
    expect(response.body.error.message).toContain('mesh-auth.preview.use');
  });

  it.each(['', '?host=', '?host=A.example.com', '?host=a:80', '?host=*.a.b'])(
    'refuses /exposures%s',
    async query => {
      expect((await get(`/exposures${query}`)).status).toBe(400);
    },
  );

  it('asks for credentials on every path', async () => {
    for (const path of [PATH, '/sources', '/exposures?host=shop.example.com']) {
      const response = await request(server)
        .get(`/api/mesh-auth${path}`)
        .set('authorization', mockCredentials.none.header());
      expect(response.status).toBe(401);
    }
  });
});
