import { existsSync } from 'fs';
import path from 'path';
import { createRealmGraph, readRealm } from '../../identity';
import { readManifests } from '../../manifests';
import { createMesh } from '../../mesh';
import { wholeMesh } from '../findingsOf';
import { realmFindingChecks, realmFindingsOf } from './realmFindingsOf';

const issuer = 'https://sso.example.com/realms/demo';
const now = Date.parse('2026-11-01T00:00:00Z');

interface Options {
  client?: Record<string, unknown>;
  realm?: Record<string, unknown>;
  jwtRule?: string;
  rules?: string;
  wall?: boolean;
}

const wallManifests = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
      - name: oauth2-proxy
        envoyExtAuthzHttp:
          service: oauth2-proxy.oauth2-proxy.svc.cluster.local
          port: 4180
          headersToUpstreamOnAllow: [authorization, x-auth-request-access-token]
---
apiVersion: v1
kind: Service
metadata: { name: oauth2-proxy, namespace: oauth2-proxy }
spec: { selector: { app: oauth2-proxy }, ports: [{ name: http, port: 4180 }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: login-wall, namespace: istio-system }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  action: CUSTOM
  provider: { name: oauth2-proxy }
  rules: [{}]
`;

/** One service, one client, and the findings where they meet. */
function findings(options: Options) {
  const {
    client = {},
    realm = {},
    jwtRule = `{ issuer: '${issuer}', jwksUri: '${issuer}/certs' }`,
    rules = "[{ from: [{ source: { requestPrincipals: ['*'] } }] }]",
    wall = false,
  } = options;
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
metadata: { name: app, namespace: shop }
spec: { selector: { app: app }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: shop }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app, sidecar.istio.io/inject: 'true' } }
    spec: { containers: [{ name: app, image: app }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: app, namespace: shop }
spec:
  hosts: [app.example.com]
  gateways: [istio-system/public]
  http: [{ route: [{ destination: { host: app.shop.svc.cluster.local } }] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: app, namespace: shop }
spec: { selector: { matchLabels: { app: app } }, jwtRules: [${jwtRule}] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: app, namespace: shop }
spec: { selector: { matchLabels: { app: app } }, rules: ${rules} }
${wall ? wallManifests : ''}`;
  const mesh = createMesh(
    readManifests({ files: [{ path: 'mesh.yaml', text }] }),
  );
  const graph = createRealmGraph(
    readRealm({
      realm: 'demo',
      roles: {
        realm: [{ name: 'customer' }],
        client: { app: [{ name: 'reader' }] },
      },
      clients: [
        {
          clientId: 'app',
          fullScopeAllowed: false,
          attributes: { 'pkce.code.challenge.method': 'S256' },
          ...client,
        },
      ],
      users: [
        { username: 'ana', enabled: true, clientRoles: { app: ['reader'] } },
      ],
      ...realm,
    }),
  );
  return realmFindingsOf({ ...wholeMesh(mesh), graph, now });
}

const roleRule = (key: string, value: string) =>
  `[{ when: [{ key: 'request.auth.claims${key}', values: [${value}] }] }]`;

const cases: {
  code: string;
  severity: string;
  says: RegExp;
  bad: Options;
  good: Options;
}[] = [
  {
    code: 'MA0101',
    severity: 'high',
    says: /Role customers does not exist/,
    bad: { rules: roleRule('[realm_access][roles]', 'customers') },
    good: { rules: roleRule('[realm_access][roles]', 'customer') },
  },
  {
    code: 'MA0101',
    severity: 'high',
    says: /realm demo has no client gone/,
    bad: { rules: roleRule('[resource_access][gone][roles]', 'reader') },
    good: { rules: roleRule('[resource_access][app][roles]', 'reader') },
  },
  {
    code: 'MA0102',
    severity: 'high',
    says: /No token can have the audience nobody/,
    bad: { jwtRule: `{ issuer: '${issuer}', audiences: [nobody] }` },
    good: { jwtRule: `{ issuer: '${issuer}', audiences: [app] }` },
  },
  {
    code: 'MA0103',
    severity: 'high',
    says: /https:\/\/login\.example\.com\/realms\/demo/,
    bad: {
      realm: { attributes: { frontendUrl: 'https://login.example.com' } },
    },
    good: {
      realm: { attributes: { frontendUrl: 'https://sso.example.com/' } },
    },
  },
  {
    code: 'MA0104',
    severity: 'high',
    says: /ID token/,
    bad: { wall: true, rules: roleRule('[realm_access][roles]', 'customer') },
    good: {
      wall: true,
      rules: roleRule('[realm_access][roles]', 'customer'),
      jwtRule: `{ issuer: '${issuer}', fromHeaders: [{ name: x-auth-request-access-token }] }`,
    },
  },
  {
    code: 'MA0105',
    severity: 'medium',
    says: /lack sub \(scope basic\)/,
    bad: { client: { defaultClientScopes: ['roles'] } },
    good: { client: { defaultClientScopes: ['roles', 'basic'] } },
  },
  {
    code: 'MA0106',
    severity: 'medium',
    says: /no scope mapping for customer/,
    bad: {
      client: { serviceAccountsEnabled: true },
      realm: {
        users: [
          {
            username: 'service-account-app',
            serviceAccountClientId: 'app',
            enabled: true,
            realmRoles: ['customer'],
          },
        ],
      },
    },
    good: {
      client: { serviceAccountsEnabled: true },
      realm: {
        users: [
          {
            username: 'service-account-app',
            serviceAccountClientId: 'app',
            enabled: true,
            realmRoles: ['customer'],
          },
        ],
        scopeMappings: [{ client: 'app', roles: ['customer'] }],
      },
    },
  },
  {
    code: 'MA0107',
    severity: 'high',
    says: /do not name it as audience/,
    bad: {
      client: { redirectUris: ['https://app.example.com/oauth2/callback'] },
    },
    good: {
      client: {
        redirectUris: ['https://app.example.com/oauth2/callback'],
        protocolMappers: [
          {
            protocol: 'openid-connect',
            protocolMapper: 'oidc-audience-mapper',
            config: {
              'included.client.audience': 'app',
              'access.token.claim': 'true',
            },
          },
        ],
      },
    },
  },
  {
    code: 'MA0111',
    severity: 'high',
    says: /https:\/\/\*\.example\.com/,
    bad: { client: { redirectUris: ['https://*.example.com/cb'] } },
    good: {
      client: {
        redirectUris: [
          'https://app.example.com/cb',
          'http://localhost:3000/cb',
        ],
      },
    },
  },
  {
    code: 'MA0112',
    severity: 'medium',
    says: /implicit flow/,
    bad: { client: { implicitFlowEnabled: true } },
    good: {},
  },
  {
    code: 'MA0113',
    severity: 'low',
    says: /passwords/,
    bad: { client: { directAccessGrantsEnabled: true } },
    good: {},
  },
  {
    code: 'MA0114',
    severity: 'high',
    says: /public/,
    bad: { client: { publicClient: true, serviceAccountsEnabled: true } },
    good: { client: { publicClient: true } },
  },
  {
    code: 'MA0115',
    severity: 'low',
    says: /every role/,
    bad: { client: { fullScopeAllowed: true } },
    good: {},
  },
  {
    code: 'MA0116',
    severity: 'low',
    says: /PKCE/,
    bad: { client: { attributes: {} } },
    good: {},
  },
  {
    code: 'MA0117',
    severity: 'medium',
    says: /120 minutes/,
    bad: { realm: { accessTokenLifespan: 7200 } },
    good: { realm: { accessTokenLifespan: 300 } },
  },
  {
    code: 'MA0118',
    severity: 'medium',
    says: /2020-09-13/,
    bad: {
      client: { attributes: { 'client.secret.creation.time': '1600000000' } },
    },
    // Unknown is not old.
    good: { client: { attributes: {} } },
  },
  {
    code: 'MA0119',
    severity: 'high',
    says: /manage-clients/,
    bad: {
      client: { serviceAccountsEnabled: true },
      realm: {
        users: [
          {
            username: 'service-account-app',
            serviceAccountClientId: 'app',
            enabled: true,
            clientRoles: { 'realm-management': ['manage-clients'] },
          },
        ],
      },
    },
    good: { client: { serviceAccountsEnabled: true } },
  },
  {
    code: 'MA0120',
    severity: 'medium',
    says: /old\.example\.com/,
    bad: { client: { redirectUris: ['https://old.example.com/cb'] } },
    good: {
      client: {
        redirectUris: [
          'https://app.example.com/cb',
          'https://elsewhere.org/cb',
        ],
      },
    },
  },
  {
    code: 'MA0121',
    severity: 'info',
    says: /reader/,
    bad: { realm: { users: [{ username: 'ana', enabled: true }] } },
    good: {},
  },
];

describe('realmFindingsOf', () => {
  it.each(cases)('$code: $says', ({ code, severity, says, bad, good }) => {
    const found = findings(bad).filter(finding => finding.code === code);
    expect(found).toHaveLength(1);
    expect(found[0].severity).toBe(severity);
    expect(`${found[0].title} ${found[0].evidence}`).toMatch(says);
    expect(found[0].fix).not.toBe('');
    expect(findings(good).filter(finding => finding.code === code)).toEqual([]);
  });

  it('looks at nothing that could not be read', () => {
    const unread = findings({
      rules: roleRule('[realm_access][roles]', 'customers'),
      realm: { keycloakVersion: '26.7.3', roles: undefined, users: undefined },
    });
    expect(unread.map(({ code }) => code)).not.toContain('MA0101');
    expect(unread.map(({ code }) => code)).not.toContain('MA0121');
  });

  it('has a page for each finding, and each in a case', () => {
    for (const { code } of realmFindingChecks) {
      expect(cases.some(one => one.code === code)).toBe(true);
      expect([
        code,
        existsSync(
          path.join(__dirname, `../../../../../docs/findings/${code}.md`),
        ),
      ]).toEqual([code, true]);
    }
  });
});
