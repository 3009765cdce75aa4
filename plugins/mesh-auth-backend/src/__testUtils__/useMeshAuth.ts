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
import meshAuthPlugin from '..';
import { expectDocumented } from './expectDocumented';
import { manifests, realm } from './shop';
import { waitFor } from './waitFor';

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
  component('newcomer', {
    'backstage.io/kubernetes-namespace': 'shop',
    'backstage.io/kubernetes-label-selector': 'app=payments',
    'mesh-auth.io/keycloak-client': 'main/shop/newcomer',
  }),
  component('absent', {
    'backstage.io/kubernetes-namespace': 'shop',
    'backstage.io/kubernetes-label-selector': 'app=absent',
  }),
];

/**
 * Starts the plugin in a backend of its own on the manifests and the realm of the shop, for the tests of one describe block. Every answer is
 * held against the OpenAPI file.
 */
export function useMeshAuth() {
  // Loading a whole backend takes its time on a busy machine.
  jest.setTimeout(60_000);
  const folder = createMockDirectory();
  /** Names of the permissions that are refused; empty again for each test. */
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

  async function post(path: string, body: object): Promise<request.Response> {
    const response = await request(server)
      .post(`/api/mesh-auth${path}`)
      .set('authorization', mockCredentials.user.header())
      .send(body);
    expectDocumented({ method: 'post', path, response });
    return response;
  }

  /** As `get`, without credentials or with other headers. */
  async function getWith(
    path: string,
    headers: Record<string, string>,
  ): Promise<request.Response> {
    return request(server)
      .get(`/api/mesh-auth${path}`)
      .set({ authorization: mockCredentials.user.header(), ...headers });
  }

  async function access(name: string): Promise<EntityAccess> {
    const response = await get(`/entities/component/default/${name}/access`);
    assert.equal(response.status, 200);
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

  return { folder, denied, write, get, getWith, post, access };
}
