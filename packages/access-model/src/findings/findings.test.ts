import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  findingsIn,
  policy,
  PROVIDER,
  STRICT,
  TOKENS,
  WALL,
} from './__testUtils__/findingsIn';
import { findingChecks } from './findingsOf';

const ISSUER = 'https://sso.example.com/realms/shop';
const ANY_TOKEN = `{source: {requestPrincipals: ['${ISSUER}/*']}}`;

function tokensWith(rule: string): string {
  return TOKENS.replace(/jwtRules:[\s\S]*/, `jwtRules: [${rule}]`);
}

function provider(from: string, to: string): string {
  return PROVIDER.replace(from, to);
}

/** Tokens of an issuer, for any audience. */
function tokensOf(issuer: string): string {
  return tokensWith(`{issuer: '${issuer}/realms/shop'}`);
}

function atGateway(manifest: string): string {
  return manifest
    .replace('namespace: shop', 'namespace: istio-system')
    .replace('{app: app}', '{istio: gateway}');
}

/** A route on the host of the app, from another namespace. */
function route(namespace: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: other, namespace: ${namespace}}
spec:
  hosts: [app.example.com]
  gateways: [istio-system/public]
  http: [{match: [{uri: {prefix: /oauth2}}], route: [{destination: {host: app.shop.svc.cluster.local}}]}]
`;
}

interface Case {
  code: string;
  name: string;
  failing: string[];
  passing: string[];
  object?: string;
  severity: string;
  /** Part of the title or evidence. */
  says: RegExp;
}

const cases: Case[] = [
  {
    code: 'MA0001',
    name: 'reachable without login',
    failing: [],
    passing: [TOKENS, policy(`[{from: [${ANY_TOKEN}]}]`)],
    object: 'VirtualService/app',
    severity: 'high',
    says: /app\.example\.com is reachable without login.*every method \//,
  },
  {
    code: 'MA0001',
    name: 'reachable without login beside the wall',
    failing: [
      PROVIDER,
      WALL.replace('[{}]', `[{to: [{operation: {notPaths: [/open]}}]}]`),
    ],
    passing: [PROVIDER, WALL],
    object: 'VirtualService/app',
    severity: 'high',
    says: /every method \/open$/,
  },
  {
    code: 'MA0001',
    name: 'a host that is not the one of the login',
    failing: [tokensOf('https://sso.example.com')],
    passing: [tokensOf('https://app.example.com')],
    object: 'VirtualService/app',
    severity: 'high',
    says: /reachable without login/,
  },
  {
    code: 'MA0002',
    name: 'a RequestAuthentication at a workload, not at the gateway',
    failing: [TOKENS],
    passing: [atGateway(TOKENS)],
    object: 'RequestAuthentication/tokens',
    severity: 'high',
    says: /verified at app/,
  },
  {
    code: 'MA0010',
    name: 'an audience at a workload, not at the gateway',
    failing: [tokensOf('https://sso.example.com')],
    passing: [atGateway(tokensOf('https://sso.example.com'))],
    severity: 'medium',
    says: /names no audience/,
  },
  {
    code: 'MA0002',
    name: 'a RequestAuthentication that nothing requires',
    failing: [TOKENS, policy('[{to: [{operation: {methods: [GET]}}]}]')],
    passing: [TOKENS, policy(`[{from: [${ANY_TOKEN}]}]`)],
    object: 'RequestAuthentication/tokens',
    severity: 'high',
    says: /verified at app but nothing requires one/,
  },
  {
    code: 'MA0003',
    name: 'a dotted claim path',
    failing: [
      policy(
        `[{when: [{key: 'request.auth.claims[realm_access.roles]', values: [a]}]}]`,
      ),
    ],
    passing: [
      policy(
        `[{when: [{key: 'request.auth.claims[realm_access][roles]', values: [a]}]}]`,
      ),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /realm_access\.roles can never match/,
  },
  {
    code: 'MA0003',
    name: 'a dotted claim path to the roles of a client',
    failing: [
      policy(
        `[{when: [{key: 'request.auth.claims[resource_access.my.app.roles]', values: [a]}]}]`,
      ),
    ],
    passing: [
      policy(
        `[{when: [{key: 'request.auth.claims[https://example.com/roles]', values: [a]}]}]`,
      ),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /\[resource_access\]\[my\.app\]\[roles\]/,
  },
  {
    code: 'MA0004',
    name: 'a login wall only at the gateway',
    failing: [PROVIDER, WALL, STRICT],
    passing: [
      PROVIDER,
      WALL,
      STRICT,
      policy(
        `[{from: [{source: {principals: [cluster.local/ns/istio-system/sa/gateway]}}]}]`,
      ),
    ],
    object: 'Service/app',
    severity: 'high',
    says: /any pod walks around it/,
  },
  {
    code: 'MA0005',
    name: 'a provider that is not configured',
    failing: [provider('name: login', 'name: other'), WALL],
    passing: [PROVIDER, WALL],
    object: 'AuthorizationPolicy/wall',
    severity: 'high',
    says: /names the provider "login".*has other/,
  },
  {
    code: 'MA0005',
    name: 'a provider that cannot be used',
    failing: [provider('port: 4180', 'port: 0'), WALL],
    passing: [PROVIDER, WALL],
    object: 'AuthorizationPolicy/wall',
    severity: 'high',
    says: /not usable: port must be/,
  },
  {
    code: 'MA0006',
    name: 'a DENY host without its port form',
    failing: [
      policy('[{to: [{operation: {hosts: [app.example.com]}}]}]', 'DENY'),
    ],
    passing: [
      policy(
        `[{to: [{operation: {hosts: [app.example.com, 'app.example.com:*']}}]}]`,
        'DENY',
      ),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /Host: app\.example\.com:443/,
  },
  {
    code: 'MA0006',
    name: 'an ALLOW that leaves out a host without its port form',
    failing: [policy('[{to: [{operation: {notHosts: [app.example.com]}}]}]')],
    passing: [policy('[{to: [{operation: {hosts: [app.example.com]}}]}]')],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /steps around the host rule/,
  },
  {
    code: 'MA0007',
    name: 'ALLOW by identity where plain text is taken',
    failing: [policy('[{from: [{source: {namespaces: [shop]}}]}]')],
    passing: [STRICT, policy('[{from: [{source: {namespaces: [shop]}}]}]')],
    object: 'AuthorizationPolicy/rules',
    severity: 'medium',
    says: /mode of app is PERMISSIVE \(no PeerAuthentication/,
  },
  {
    code: 'MA0007',
    name: 'DENY by identity where plain text is taken',
    failing: [policy('[{from: [{source: {namespaces: [foreign]}}]}]', 'DENY')],
    passing: [
      STRICT,
      policy('[{from: [{source: {namespaces: [foreign]}}]}]', 'DENY'),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /Callers in plain text step around/,
  },
  {
    code: 'MA0008',
    name: 'a claim that is no string',
    failing: [
      policy(
        `[{when: [{key: 'request.auth.claims[email_verified]', values: ['true']}]}]`,
      ),
    ],
    passing: [
      policy(`[{when: [{key: 'request.auth.claims[email]', values: [a]}]}]`),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /email_verified is true or false and never matches/,
  },
  {
    code: 'MA0009',
    name: 'a claim that must not be, of a token that need not be',
    failing: [
      policy(`[{when: [{key: 'request.auth.claims[sub]', notValues: [eve]}]}]`),
    ],
    passing: [
      policy(
        `[{from: [{source: {requestPrincipals: ['*']}}], when: [{key: 'request.auth.claims[sub]', notValues: [eve]}]}]`,
      ),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /notValues of request\.auth\.claims\[sub\]/,
  },
  {
    code: 'MA0009',
    name: 'a workload that must not be',
    failing: [
      STRICT,
      policy('[{from: [{source: {notNamespaces: [foreign]}}]}]'),
    ],
    passing: [
      STRICT,
      policy('[{from: [{source: {namespaces: [shop], notPrincipals: [a]}}]}]'),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /uses notNamespaces/,
  },
  {
    code: 'MA0010',
    name: 'an audience that is not checked',
    failing: [
      tokensWith(`{issuer: ${ISSUER}, fromHeaders: [{name: Authorization}]}`),
    ],
    passing: [TOKENS],
    object: 'RequestAuthentication/tokens',
    severity: 'medium',
    says: /names no audience/,
  },
  {
    code: 'MA0010',
    name: 'an audience that a policy checks',
    failing: [
      tokensWith(`{issuer: ${ISSUER}}`),
      policy(`[{from: [${ANY_TOKEN}]}]`),
    ],
    passing: [
      tokensWith(`{issuer: ${ISSUER}}`),
      policy(`[{when: [{key: request.auth.audiences, values: [app]}]}]`),
    ],
    severity: 'medium',
    says: /accepted at app/,
  },
  {
    code: 'MA0011',
    name: 'tokens in the address',
    failing: [tokensWith(`{issuer: ${ISSUER}, audiences: [app]}`)],
    passing: [TOKENS],
    object: 'RequestAuthentication/tokens',
    severity: 'low',
    says: /\?access_token=/,
  },
  {
    code: 'MA0012',
    name: 'a path for any pod',
    failing: [policy('[{to: [{operation: {paths: [/actuator/health]}}]}]')],
    passing: [
      policy(
        '[{from: [{source: {namespaces: [m]}}], to: [{operation: {paths: [/actuator/health]}}]}]',
      ),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /\/actuator\/health at app is reachable by any pod, no identity asked/,
  },
  {
    code: 'MA0012',
    name: 'a harmless path for any pod',
    failing: [policy('[{to: [{operation: {paths: [/public/*]}}]}]')],
    passing: [policy('[{to: [{operation: {paths: [/public/*]}}]}]', 'DENY')],
    severity: 'medium',
    says: /reachable by any pod/,
  },
  {
    code: 'MA0013',
    name: 'a provider that fails open',
    failing: [
      provider('port: 4180', 'port: 4180\n          failOpen: true'),
      WALL,
    ],
    passing: [PROVIDER, WALL],
    object: 'AuthorizationPolicy/wall',
    severity: 'high',
    says: /failOpen: true/,
  },
  {
    code: 'MA0014',
    name: 'an empty list',
    failing: [policy('[{from: [], to: [{operation: {methods: [GET]}}]}]')],
    passing: [policy('[{to: [{operation: {methods: [GET]}}]}]')],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /An empty list means everyone.*from: \[\]/,
  },
  {
    code: 'MA0015',
    name: 'a DENY of one exact path',
    failing: [policy('[{to: [{operation: {paths: [/admin]}}]}]', 'DENY')],
    passing: [
      policy(`[{to: [{operation: {paths: [/admin, '/admin/*']}}]}]`, 'DENY'),
    ],
    object: 'AuthorizationPolicy/rules',
    severity: 'medium',
    says: /next to \/admin is not denied/,
  },
  {
    code: 'MA0016',
    name: 'a host of two owners',
    failing: [
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: thief, namespace: other}
spec:
  hosts: [app.example.com]
  gateways: [istio-system/public]
  http: [{match: [{uri: {prefix: /x}}], route: [{destination: {host: app.shop.svc.cluster.local}}]}]
`,
    ],
    passing: [
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: other, namespace: other}
spec:
  hosts: [other.example.com]
  gateways: [istio-system/public]
  http: [{route: [{destination: {host: app.shop.svc.cluster.local}}]}]
`,
    ],
    severity: 'medium',
    says: /claimed from several namespaces/,
  },
  {
    code: 'MA0016',
    name: 'a host that its login wall shares',
    failing: [route('oauth2-proxy')],
    passing: [PROVIDER, WALL, route('oauth2-proxy')],
    severity: 'medium',
    says: /claimed from several namespaces/,
  },
  {
    code: 'MA0017',
    name: 'a method in small letters',
    failing: [policy('[{to: [{operation: {methods: [delete]}}]}]', 'DENY')],
    passing: [policy('[{to: [{operation: {methods: [DELETE]}}]}]', 'DENY')],
    object: 'AuthorizationPolicy/rules',
    severity: 'high',
    says: /method delete never matches/,
  },
  {
    code: 'MA0018',
    name: 'a token that is not verified',
    failing: [policy(`[{from: [${ANY_TOKEN}]}]`)],
    passing: [TOKENS, policy(`[{from: [${ANY_TOKEN}]}]`)],
    object: 'AuthorizationPolicy/rules',
    severity: 'medium',
    says: /does not verify, so nobody gets in/,
  },
];

describe('findings', () => {
  it.each(cases)(
    '$code $name',
    ({ code, failing, passing, object, severity, says }) => {
      const found = findingsIn(...failing).filter(
        finding => finding.code === code,
      );
      expect(found.length).toBeGreaterThan(0);
      expect(found[0].severity).toBe(severity);
      expect(
        `${found[0].title} ${found[0].evidence} ${found[0].fix}`.replace(
          /\n/g,
          ' ',
        ),
      ).toMatch(new RegExp(says.source.replace(/\$$/, '(?= |$)')));
      const named = `${found[0].object?.kind}/${found[0].object?.name}`;
      expect(named).toBe(object ?? named);
      expect(
        findingsIn(...passing).filter(finding => finding.code === code),
      ).toEqual([]);
    },
  );

  it('has a case and a page for every code, each code once', () => {
    const codes = findingChecks.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual(
      [...codes].sort(),
    );
    for (const code of codes) {
      expect([
        code,
        existsSync(join(__dirname, `../../../../docs/findings/${code}.md`)),
      ]).toEqual([code, true]);
    }
  });

  it('lists the gravest first and says nothing of policies in dry run', () => {
    const rank = { high: 0, medium: 1, low: 2, info: 3 };
    const ranks = findingsIn(
      tokensWith(`{issuer: ${ISSUER}}`),
      policy('[{to: [{operation: {paths: [/actuator]}}]}]'),
    ).map(({ severity }) => rank[severity]);
    expect(new Set(ranks).size).toBeGreaterThan(2);
    expect(ranks).toEqual([...ranks].sort());
    const dryRun = policy(
      '[{to: [{operation: {paths: [/admin]}}]}]',
      'DENY',
    ).replace(
      '{name: rules,',
      "{name: rules, annotations: {istio.io/dry-run: 'true'},",
    );
    expect(findingsIn(dryRun).filter(({ code }) => code === 'MA0015')).toEqual(
      [],
    );
  });
});
