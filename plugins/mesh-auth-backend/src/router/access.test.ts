import { waitFor } from '../__testUtils__/waitFor';
import { useMeshAuth } from '../__testUtils__/useMeshAuth';

describe('GET /entities/{kind}/{namespace}/{name}/access', () => {
  const { access, folder, write } = useMeshAuth();

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
});
