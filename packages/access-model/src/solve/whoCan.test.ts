import { createRealmGraph, readRealm } from '../identity';
import { readManifests } from '../manifests';
import { createMesh } from '../mesh';
import { changesFor } from './changesFor';
import { whoCan } from './whoCan';

const issuer = 'https://sso.example.com/realms/demo';

/** One service behind a gateway, and the rules of its AuthorizationPolicy. */
function meshWith(options: {
  rules: string;
  action?: string;
  audiences?: string;
}) {
  const { rules, action = 'ALLOW', audiences = '[]' } = options;
  const text = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, sidecar.istio.io/inject: 'true' } }
    spec: { serviceAccountName: orders, containers: [{ name: orders, image: orders }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders.example.com]
  gateways: [istio-system/public]
  http: [{ match: [{ uri: { prefix: /orders } }], route: [{ destination: { host: orders.shop.svc.cluster.local } }] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  jwtRules: [{ issuer: '${issuer}', jwksUri: '${issuer}/certs', audiences: ${audiences} }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  action: ${action}
  rules: ${rules}
`;
  return createMesh(readManifests({ files: [{ path: 'mesh.yaml', text }] }));
}

const realm = {
  realm: 'demo',
  roles: {
    realm: [{ name: 'admin', composites: { client: { orders: ['writer'] } } }],
    client: { orders: [{ name: 'writer' }] },
  },
  clients: [
    { clientId: 'orders', standardFlowEnabled: false },
    { clientId: 'app', publicClient: true },
    {
      clientId: 'batch',
      standardFlowEnabled: false,
      serviceAccountsEnabled: true,
    },
    { clientId: 'narrow', fullScopeAllowed: false, publicClient: true },
  ],
  groups: [{ name: 'staff', realmRoles: ['admin'] }],
  users: [
    { username: 'ana', enabled: true, groups: ['/staff'] },
    { username: 'ben', enabled: true, clientRoles: { orders: ['writer'] } },
    { username: 'cy', enabled: true },
    { username: 'dee', enabled: false, clientRoles: { orders: ['writer'] } },
    {
      username: 'service-account-batch',
      enabled: true,
      serviceAccountClientId: 'batch',
      clientRoles: { orders: ['writer'] },
    },
  ],
};

const graph = createRealmGraph(readRealm(realm));

function ask(
  mesh: Parameters<typeof meshWith>[0],
  request: { method?: string; path?: string; host?: string } = {},
) {
  return whoCan({
    mesh: meshWith(mesh),
    graph,
    request: { host: 'orders.example.com', path: '/orders/1', ...request },
  });
}

const names = (answer: ReturnType<typeof ask>) =>
  answer.holders.map(({ name }) => name);

const writerRule =
  "[{ when: [{ key: 'request.auth.claims[resource_access][orders][roles]', values: [writer] }] }]";

describe('whoCan', () => {
  it('finds the holders of the role that a policy asks for, with their paths', () => {
    const answer = ask({ rules: writerRule });
    expect(answer).toMatchObject({
      anonymous: false,
      counts: { users: 2, serviceAccounts: 1 },
      callers: [],
      unknown: [],
    });
    expect(answer.holders).toEqual([
      {
        type: 'user',
        name: 'ana',
        paths: [['group:/staff', 'realm:admin', 'client:orders/writer']],
        through: ['app'],
      },
      {
        type: 'user',
        name: 'ben',
        paths: [['client:orders/writer']],
        through: ['app'],
      },
      {
        type: 'service-account',
        name: 'service-account-batch',
        client: 'batch',
        paths: [['client:orders/writer']],
        through: ['batch'],
      },
    ]);
    expect(answer.why[0].conditions).toEqual(['role writer of client orders']);
  });

  it('lets nobody in where the claim path is dotted', () => {
    expect(
      names(
        ask({
          rules:
            "[{ when: [{ key: 'request.auth.claims[resource_access.orders.roles]', values: [writer] }] }]",
        }),
      ),
    ).toEqual([]);
  });

  it('takes audiences into account', () => {
    const withToken = (audiences: string) =>
      names(
        ask({
          rules: "[{ from: [{ source: { requestPrincipals: ['*'] } }] }]",
          audiences,
        }),
      );
    // Only holders of a role of orders have it in their audience.
    expect(withToken('[orders]')).toEqual([
      'ana',
      'ben',
      'service-account-batch',
    ]);
    expect(withToken('[nobody]')).toEqual([]);
  });

  it('sees that a denial by role does not meet tokens without roles', () => {
    const denied = ask({
      action: 'DENY',
      rules:
        "[{ when: [{ key: 'request.auth.claims[realm_access][roles]', values: [admin] }] }]",
    });
    expect(denied.anonymous).toBe(true);
    // By an ID token, or through a client that lets the role not pass.
    const ana = denied.holders.find(({ name }) => name === 'ana');
    expect(ana?.through).toEqual(expect.arrayContaining(['app', 'narrow']));
  });

  it('takes those away whom a condition excludes', () => {
    expect(
      names(
        ask({
          rules: `[{ when: [
            { key: 'request.auth.claims[resource_access][orders][roles]', values: [writer] },
            { key: 'request.auth.claims[realm_access][roles]', notValues: [admin] }] }]`,
        }),
      ),
    ).toEqual(['ben', 'service-account-batch']);
  });

  it('tells anonymous callers, methods and paths apart', () => {
    const rules =
      "[{ to: [{ operation: { methods: [GET], paths: ['/orders/public*'] } }] }]";
    expect(ask({ rules }, { path: '/orders/public/1' }).anonymous).toBe(true);
    expect(ask({ rules }, { path: '/orders/1' })).toMatchObject({
      anonymous: false,
      holders: [],
    });
    expect(
      ask({ rules }, { path: '/orders/public/1', method: 'POST' }).anonymous,
    ).toBe(false);
  });

  it('names the workloads that may call past the gateway', () => {
    expect(
      ask({
        rules:
          "[{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }]",
      }).callers,
    ).toEqual([{ principal: 'cluster.local/ns/shop/sa/web' }]);
  });

  it('says that a host or path is not served', () => {
    expect(
      ask({ rules: '[{}]' }, { host: 'nowhere.example.com' }).unknown,
    ).toEqual(['no gateway serves nowhere.example.com/orders/1']);
    expect(ask({ rules: '[{}]' }, { path: '/' }).holders).toEqual([]);
  });

  it('does not let a claim in that it cannot know', () => {
    const unknowing = whoCan({
      mesh: meshWith({
        rules:
          "[{ when: [{ key: 'request.auth.claims[groups]', values: [staff] }] }]",
      }),
      graph: createRealmGraph(
        readRealm({
          ...realm,
          clients: [
            {
              clientId: 'app',
              publicClient: true,
              protocolMappers: [
                {
                  protocol: 'openid-connect',
                  protocolMapper: 'script-groups.js',
                  config: {
                    'access.token.claim': 'true',
                    'claim.name': 'groups',
                  },
                },
              ],
            },
            ...realm.clients.filter(({ clientId }) => clientId !== 'app'),
          ],
        }),
      ),
      request: { host: 'orders.example.com', path: '/orders/1' },
    });
    expect(unknowing.holders).toEqual([]);
    expect(unknowing.unknown).toEqual([
      'claim groups of a token through client app',
    ]);
  });
});

describe('changesFor', () => {
  const change = (user: string, rules = writerRule) =>
    changesFor({
      mesh: meshWith({ rules }),
      graph,
      request: { host: 'orders.example.com', path: '/orders/1' },
      user,
    });

  it('proposes the narrowest changes that let a user in', () => {
    expect(change('cy')).toEqual({
      allowed: false,
      changes: [
        { change: 'assign-role', what: 'client:orders/writer', alsoGains: [] },
        {
          change: 'join-group',
          what: 'group:/staff',
          alsoGains: ['realm:admin'],
        },
        {
          change: 'assign-role',
          what: 'realm:admin',
          alsoGains: ['realm:admin'],
        },
      ],
    });
  });

  it('names every grant that has to go to keep a user out', () => {
    expect(change('ana')).toEqual({
      allowed: true,
      changes: [
        { change: 'remove-grant', what: 'group:/staff', alsoGains: [] },
      ],
    });
  });

  it('proposes nothing that does not help', () => {
    expect(
      change(
        'cy',
        "[{ when: [{ key: 'request.auth.claims[resource_access.orders.roles]', values: [writer] }] }]",
      ),
    ).toEqual({ allowed: false, changes: [] });
    expect(change('nobody')).toBeUndefined();
  });
});
