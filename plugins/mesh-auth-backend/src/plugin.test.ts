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
import type {
  EntityAccess,
  Explanation,
  FleetFindings,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
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

  async function post(path: string, body: object): Promise<request.Response> {
    const response = await request(server)
      .post(`/api/mesh-auth${path}`)
      .set('authorization', mockCredentials.user.header())
      .send(body);
    expectDocumented({ method: 'post', path, response });
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
    expect(answer.findings).toContainEqual({
      code: 'MA0012',
      severity: 'high',
      title:
        '/actuator/health at payments is reachable by any pod, no identity asked',
      object: expect.objectContaining({
        kind: 'AuthorizationPolicy',
        name: 'payments',
        file: 'manifests/payments.yaml',
      }),
      evidence: expect.stringContaining('rule 3'),
      fix: expect.stringContaining('principals'),
    });
    const [exposure] = answer.exposures;
    expect(answer.exposures).toHaveLength(1);
    expect(exposure).toMatchObject({
      address: 'https://shop.example.com/payments',
      path: { type: 'prefix', value: '/payments' },
      gateway: { kind: 'Gateway', name: 'public' },
      route: { kind: 'VirtualService', file: 'manifests/payments.yaml' },
      service: { kind: 'Service', name: 'payments' },
      tls: { mode: 'SIMPLE', credentialName: 'example-com' },
      loginWall: {
        state: 'required',
        provider: 'oauth2-proxy',
        description: 'Keycloak realm shop',
        policy: { name: 'login-wall' },
      },
    });
    const pay = exposure.access.find(({ methods }) => methods.includes('POST'));
    expect(pay).toMatchObject({
      methods: ['POST'],
      path: { type: 'exact', value: '/payments' },
      audience: 'pay',
      roles: [
        {
          kind: 'client',
          client: 'payments',
          realm: 'shop',
          name: 'pay',
          holders: { users: 1, serviceAccounts: 0, groups: 1, state: 'known' },
        },
      ],
    });
    expect(pay?.callers).toContainEqual({
      caller: 'anonymous',
      verdict: 'deny',
      status: 302,
      decidedBy: 'AuthorizationPolicy/istio-system/login-wall#0',
    });
    expect(
      answer.policies.map(({ action, at, ref }) => [action, at, ref.name]),
    ).toEqual([
      ['CUSTOM', 'gateway', 'login-wall'],
      ['ALLOW', 'workload', 'payments'],
      ['JWT', 'workload', 'payments'],
      ['MTLS', 'workload', 'default'],
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
            // The role itself, and by way of the realm role inside it.
            opens: ['POST /payments', 'GET /payments/*'],
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
            opens: [],
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

  it.each([
    'mesh-auth.exposure.read',
    'mesh-auth.fleet.read',
    'mesh-auth.preview.use',
  ])('refuses by the name of the permission %s', async permission => {
    denied.add(permission);
    const paths: Record<string, string> = {
      'mesh-auth.exposure.read': PATH,
      'mesh-auth.fleet.read': '/sources',
      'mesh-auth.preview.use': '/exposures?host=shop.example.com',
    };
    const response = await get(paths[permission]);
    expect(response.status).toBe(403);
    expect(response.body.error).toMatchObject({
      name: 'NotAllowedError',
      message: `Missing permission ${permission}`,
    });
  });

  it('leaves out who may call without mesh-auth.access.read, and says so', async () => {
    denied.add('mesh-auth.access.read');
    const answer = await access('payments');
    expect(answer.exposures).toHaveLength(1);
    expect(answer.exposures[0]).toMatchObject({
      address: 'https://shop.example.com/payments',
      jwt: [],
      access: [],
    });
    expect(answer.workloads[0].identity).toEqual([]);
    expect(answer).toMatchObject({ policies: [], clients: [], findings: [] });
    expect(answer.notices).toEqual([
      {
        severity: 'info',
        code: 'permission-missing',
        message:
          'Who may call is hidden: missing permission mesh-auth.access.read',
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('customer');
  });

  it('hides the holders without mesh-auth.holders.read, and nothing else', async () => {
    denied.add('mesh-auth.holders.read');
    const answer = await access('payments');
    const holders = [
      ...answer.clients.flatMap(({ roles }) => roles),
      ...answer.exposures.flatMap(({ access: rows }) =>
        rows.flatMap(({ roles }) => roles),
      ),
    ].map(role => role.holders);
    expect(holders.length).toBeGreaterThan(2);
    for (const count of holders) {
      expect(count).toEqual({
        users: 0,
        serviceAccounts: 0,
        groups: 0,
        state: 'hidden',
        reason: 'Missing permission mesh-auth.holders.read',
      });
    }
  });

  it('says 404 of an entity that is hidden or is not there', async () => {
    const response = await get('/entities/component/default/secret/access');
    expect(response.status).toBe(404);
    expect(response.body.error.message).toBe(
      'No entity component:default/secret',
    );
  });

  it.each([
    '/entities/component/default/-bad-/access',
    '/entities/1kind/default/payments/access',
    `/entities/component/default/${'x'.repeat(64)}/access`,
    '/exposures',
    '/exposures?host=UPPER.example.com',
    '/exposures?host=a&other=b',
  ])('refuses the bad request %s', async path => {
    expect((await get(path)).status).toBe(400);
  });

  it('names the annotations that are missing', async () => {
    const answer = await access('bare');
    expect(answer.missingAnnotations).toEqual([
      {
        annotation: 'backstage.io/kubernetes-label-selector',
        example: 'backstage.io/kubernetes-label-selector: app=bare',
        reason: expect.any(String),
      },
      {
        annotation: 'backstage.io/kubernetes-namespace',
        example: 'backstage.io/kubernetes-namespace: bare',
        reason: expect.any(String),
      },
      {
        annotation: 'mesh-auth.io/keycloak-client',
        example: 'mesh-auth.io/keycloak-client: shop/bare',
        reason: expect.any(String),
      },
    ]);
    expect(answer).toMatchObject({
      notices: [],
      workloads: [],
      exposures: [],
      clients: [],
    });
  });

  it('names what does not exist and leaves the rest intact', async () => {
    const lost = await access('lost');
    expect(lost.notices.map(({ code, message }) => [code, message])).toEqual([
      ['namespace-not-found', "There is no namespace 'nowhere' in demo"],
      [
        'keycloak-client-malformed',
        expect.stringContaining("'x' has 1 part, expected"),
      ],
      ['client-not-found', "There is no client 'lost' in the realm 'shop'"],
      [
        'realm-not-found',
        "The realm of the client 'nil/nil/nil' is no source of mesh-auth",
      ],
    ]);
    expect(
      lost.clients.map(({ clientId, state }) => [clientId, state]),
    ).toEqual([
      ['lost', 'missing'],
      ['payments', 'found'],
      ['nil', 'unavailable'],
    ]);
    const absent = await access('absent');
    expect(absent.notices).toEqual([
      {
        severity: 'error',
        code: 'workload-not-found',
        message:
          "There is no workload with labels app=absent in the namespace 'shop' in demo",
      },
    ]);
  });

  it('shows a client that is declared and not in Keycloak yet', async () => {
    await write(
      'manifests/newcomer.yaml',
      `apiVersion: v1.edp.epam.com/v1
kind: KeycloakClient
metadata: { name: newcomer, namespace: shop }
spec:
  clientId: newcomer
  realmRef: { kind: ClusterKeycloakRealm, name: shop }
  clientRolesV2:
    - { name: reader, description: Reads }
    - { name: admin, associatedClientRoles: [reader] }
`,
    );
    await waitFor(async () => {
      const { clients, notices } = await access('newcomer');
      expect(notices).toEqual([
        {
          severity: 'info',
          code: 'client-declared',
          message:
            "The client 'newcomer' is declared and does not exist in the realm 'shop' yet",
          object: expect.objectContaining({
            kind: 'KeycloakClient',
            file: 'manifests/newcomer.yaml',
          }),
        },
      ]);
      expect(clients).toMatchObject([
        {
          clientId: 'newcomer',
          state: 'missing',
          roles: [
            {
              name: 'reader',
              description: 'Reads',
              composites: [],
              holders: { state: 'unknown' },
            },
            { name: 'admin', composites: ['reader'] },
          ],
        },
      ]);
    });
  });

  it('answers 304 while nothing changes for the caller', async () => {
    const first = await get(PATH);
    const etag = first.headers.etag;
    const again = await request(server)
      .get(`/api/mesh-auth${PATH}`)
      .set('authorization', mockCredentials.user.header())
      .set('if-none-match', etag);
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toBe('private, no-cache');
    denied.add('mesh-auth.holders.read');
    const other = await get(PATH);
    expect(other.headers.etag).not.toBe(etag);
  });

  describe('explain', () => {
    const path = '/entities/component/default/payments/explain';
    const question = {
      url: 'https://shop.example.com/payments',
      method: 'POST',
      caller: { kind: 'loggedIn' },
    };

    it('names the rule that came nearest, and the one that lets in', async () => {
      const refused = (await post(path, question)).body as Explanation;
      expect(refused).toMatchObject({
        entityRef: 'component:default/payments',
        source: 'folder:demo',
        verdict: 'deny',
        status: 403,
        hops: [
          { at: 'gateway', verdict: 'allow' },
          { at: 'workload', verdict: 'deny', workload: { name: 'payments' } },
        ],
      });
      expect(refused.hops[1].nearest[0]).toMatchObject({
        policy: 'AuthorizationPolicy/shop/payments',
        rule: 0,
        file: 'manifests/payments.yaml',
        conditions: [
          {
            wanted: expect.stringContaining('resource_access.payments.roles'),
            found: 'a token without it',
            negated: false,
          },
        ],
      });

      const allowed = (
        await post(path, {
          ...question,
          caller: {
            kind: 'loggedIn',
            clientRoles: [{ client: 'payments', name: 'pay' }],
          },
        })
      ).body as Explanation;
      expect(allowed).toMatchObject({ verdict: 'allow', status: 200 });
      expect(allowed.hops[1].matched).toMatchObject({ rule: 0 });
    });

    it('knows anonymous callers and workloads', async () => {
      const anonymous = await post(path, {
        ...question,
        caller: { kind: 'anonymous' },
      });
      expect(anonymous.body).toMatchObject({
        verdict: 'deny',
        status: 302,
        decidedBy: 'AuthorizationPolicy/istio-system/login-wall#0',
      });
      const pod = {
        url: 'http://payments.shop/actuator/health',
        caller: { kind: 'workload' },
      };
      expect((await post(path, pod)).body).toMatchObject({ verdict: 'allow' });
      expect(
        (
          await post(path, {
            ...pod,
            caller: { kind: 'workload', plaintext: true },
          })
        ).body,
      ).toMatchObject({
        verdict: 'deny',
        decidedBy: 'PeerAuthentication/istio-system/default',
      });
    });

    it('refuses what it cannot answer, without repeating a query', async () => {
      const elsewhere = await post(path, {
        ...question,
        url: 'https://other.example.com/x?access_token=hunter2',
      });
      expect(elsewhere.status).toBe(404);
      expect(elsewhere.body.error.message).toBe(
        'The entity is not reachable at https://other.example.com/x; it is at https://shop.example.com:443/payments',
      );
      for (const bad of [
        {},
        { ...question, url: 'ftp://x' },
        { ...question, caller: { kind: 'root' } },
        { ...question, method: 'get' },
        { ...question, more: 1 },
      ]) {
        expect((await post(path, bad)).status).toBe(400);
      }
      denied.add('mesh-auth.access.read');
      const response = await post(path, question);
      expect(response.status).toBe(403);
      expect(response.body.error.message).toBe(
        'Missing permission mesh-auth.access.read',
      );
    });
  });

  describe('who can', () => {
    const path = (url: string, more = '') =>
      `/entities/component/default/payments/who-can?url=${encodeURIComponent(
        url,
      )}${more}`;

    it('names people with the way to their role', async () => {
      const { body } = await get(
        path('https://shop.example.com/payments', '&method=POST'),
      );
      expect(body).toMatchObject({
        realm: 'shop',
        anonymous: 'deny',
        counts: { users: 1, serviceAccounts: 0 },
        holders: [
          {
            type: 'user',
            name: 'ann',
            paths: [['group:/buyers', 'client:payments/pay']],
          },
        ],
      });
    });

    it.each([
      'mesh-auth.exposure.read',
      'mesh-auth.access.read',
      'mesh-auth.holders.read',
    ])('needs %s', async permission => {
      denied.add(permission);
      const response = await get(path('https://shop.example.com/payments'));
      expect(response.status).toBe(403);
      expect(response.body.error.message).toBe(
        `Missing permission ${permission}`,
      );
    });

    it('refuses bad addresses and unknown ones', async () => {
      expect((await get(path('shop'))).status).toBe(400);
      expect((await get(path('https://x.example.com/'))).status).toBe(404);
    });
  });

  describe('fleet', () => {
    it('lists findings with facets, filters and pages', async () => {
      const all = (await get('/fleet/findings')).body as FleetFindings;
      expect(all.total).toBe(all.items.length);
      expect(all.items).toContainEqual({
        source: 'folder:demo',
        finding: expect.objectContaining({ code: 'MA0012' }),
      });
      const high = (await get('/fleet/findings?severity=high&namespace=shop'))
        .body as FleetFindings;
      expect(high.items.map(({ finding }) => finding.severity)).toEqual(
        high.items.map(() => 'high'),
      );
      expect(high.total).toBeGreaterThan(0);
      expect(high.facets.severity).toContainEqual({
        value: 'high',
        count: high.total,
      });
      expect((await get('/fleet/findings?code=MA9999')).body.items).toEqual([]);
      expect((await get('/fleet/findings?cluster=other')).body.total).toBe(0);
    });

    it('lists exposures by page', async () => {
      const first = (await get('/fleet/exposures?limit=1&text=SHOP.')).body;
      expect(first.items).toEqual([
        {
          source: 'folder:demo',
          id: expect.any(String),
          address: 'https://shop.example.com/payments',
          host: 'shop.example.com',
          gateway: expect.objectContaining({ name: 'public' }),
          route: expect.objectContaining({ name: 'payments' }),
          service: expect.objectContaining({ name: 'payments' }),
          loginWall: 'required',
          anonymous: ['deny'],
        },
      ]);
      expect((await get('/fleet/exposures?anonymous=allow')).body.total).toBe(
        0,
      );
      expect((await get('/fleet/exposures?namespace=none')).body.total).toBe(0);
    });

    it('needs mesh-auth.fleet.read, and good parameters', async () => {
      for (const path of ['/fleet/findings', '/fleet/exposures']) {
        expect((await get(`${path}?limit=0`)).status).toBe(400);
        expect((await get(`${path}?cursor=AAAA`)).status).toBe(400);
        denied.add('mesh-auth.fleet.read');
        expect((await get(path)).status).toBe(403);
        denied.clear();
      }
    });
  });

  it('sees a changed manifest, and goes on with the others when one is malformed', async () => {
    const { snapshotVersion } = await access('payments');
    await write('manifests/more.yaml', 'kind: [unclosed\n');
    await write(
      'manifests/gateway.yaml',
      manifests.gateway.replace('*.example.com', 'shop.example.com'),
    );
    await write(
      'manifests/payments.yaml',
      manifests.payments.replace('prefix: /payments', 'prefix: /pay'),
    );
    await waitFor(async () => {
      const answer = await access('payments');
      expect(answer.exposures[0].address).toBe('https://shop.example.com/pay');
      expect(answer.snapshotVersion).not.toBe(snapshotVersion);
      expect(
        answer.sources[0].warnings.map(({ file, line }) => [file, line]),
      ).toEqual([['manifests/more.yaml', 2]]);
    });
  });

  it('asks for credentials on every path', async () => {
    for (const path of [PATH, '/sources', '/exposures?host=shop.example.com']) {
      const response = await request(server)
        .get(`/api/mesh-auth${path}`)
        .set('authorization', mockCredentials.none.header());
      expect(response.status).toBe(401);
    }
  });
});
