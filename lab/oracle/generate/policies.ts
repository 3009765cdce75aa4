import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import {
  AUDIENCES,
  HEADER_NAMES,
  HEADER_VALUES,
  HOSTS,
  ISSUERS,
  METHODS,
  PRINCIPALS,
  ROLES,
  SEGMENTS,
  SUBJECTS,
  WILDCARDS,
} from './alphabet';

const one = <T>(values: readonly T[]): Arbitrary<T> =>
  fc.constantFrom(...values);
const some = <T>(value: Arbitrary<T>, maxLength = 3): Arbitrary<T[]> =>
  fc.array(value, { minLength: 1, maxLength });

/** A value with a wildcard now and then. */
const wild = (value: Arbitrary<string>): Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 1, arbitrary: fc.constant('*') },
    { weight: 1, arbitrary: value.map(text => `${text.slice(0, 3)}*`) },
    { weight: 1, arbitrary: value.map(text => `*${text.slice(-3)}`) },
    { weight: 1, arbitrary: value.map(text => `*${text.slice(1, 3)}*`) },
  );

export const plainPath: Arbitrary<string> = fc
  .array(one(SEGMENTS), { minLength: 1, maxLength: 3 })
  .map(parts => `/${parts.join('/')}`);

const templated: Arbitrary<string> = fc
  .tuple(
    fc.array(one([...SEGMENTS, '{*}']), { minLength: 1, maxLength: 3 }),
    fc.option(one(['{**}'])),
    fc.option(one(SEGMENTS)),
  )
  .map(
    ([parts, any, tail]) =>
      `/${[...parts, ...(any ? [any] : []), ...(tail ? [tail] : [])].join(
        '/',
      )}`,
  );

export const policyPath: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: plainPath },
  { weight: 3, arbitrary: plainPath.map(path => `${path}/*`) },
  { weight: 2, arbitrary: plainPath.map(path => `${path}*`) },
  { weight: 1, arbitrary: plainPath.map(path => `*${path}`) },
  { weight: 1, arbitrary: plainPath.map(path => `${path}/`) },
  {
    weight: 1,
    arbitrary: one([
      '*',
      '/*',
      '*.html',
      '/',
      '/admin;v=1',
      '/a%2Fb',
      '/%61dmin',
      '/Admin',
      '/a*/b',
      '/a?x=1',
    ]),
  },
  { weight: 3, arbitrary: templated },
);

const host = fc.oneof(
  { weight: 4, arbitrary: one(HOSTS) },
  { weight: 3, arbitrary: one(WILDCARDS) },
  {
    weight: 1,
    arbitrary: one(['a.com:*', 'a.com:80', 'A.COM', 'b*', '*.com', 'a.com.']),
  },
);

const method = fc.oneof(
  { weight: 8, arbitrary: one(METHODS) },
  { weight: 1, arbitrary: one(['*', 'P*', '*T', 'get']) },
);

const address = one([
  '127.0.0.1',
  '127.0.0.0/24',
  '127.0.0.2',
  '127.0.0.2/31',
  '10.0.0.0/8',
  '10.1.2.3',
  '::1',
  '0.0.0.0/0',
]);

const requestPrincipal = fc.oneof(
  fc.tuple(one(ISSUERS), one(SUBJECTS)).map(([iss, sub]) => `${iss}/${sub}`),
  one(ISSUERS).map(iss => `${iss}/*`),
  one([
    '*',
    '*/alice',
    '*/*',
    'https://*',
    '*ice',
    '*x/bob',
    'https://kc/realms/*',
    'issuer-z/al*',
  ]),
);

const claimValue = wild(one(ROLES));

/** An object with some of the fields, at least one. */
function fields(
  choices: Record<string, Arbitrary<string[]>>,
): Arbitrary<Record<string, string[]>> {
  const names = Object.keys(choices);
  return fc
    .subarray(names, { minLength: 1, maxLength: 2 })
    .chain(chosen =>
      fc.record(Object.fromEntries(chosen.map(name => [name, choices[name]]))),
    );
}

const operation = (ports: number[]) =>
  fields({
    paths: some(policyPath),
    notPaths: some(policyPath, 2),
    methods: some(method),
    notMethods: some(method, 2),
    hosts: some(host),
    notHosts: some(host, 2),
    ports: some(one([...ports, 9999]).map(String), 2),
    notPorts: some(one([...ports, 9999]).map(String), 2),
  });

const namespaces = wild(one(['foo', 'bar', 'istio-system']));
const principal = fc.oneof(
  { weight: 5, arbitrary: one(PRINCIPALS) },
  {
    weight: 3,
    arbitrary: one([
      '*',
      'cluster.local/*',
      '*/sa/sleep',
      '*sleep',
      'cluster.local/ns/foo/*',
      '*/ns/foo/sa/sleep',
      'foo/sa/sleep',
    ]),
  },
);

const source = (custom: boolean) =>
  fields(
    custom
      ? {
          ipBlocks: some(address, 2),
          notIpBlocks: some(address, 2),
          remoteIpBlocks: some(address, 2),
          notRemoteIpBlocks: some(address, 2),
        }
      : {
          requestPrincipals: some(requestPrincipal, 2),
          notRequestPrincipals: some(requestPrincipal, 2),
          principals: some(principal, 2),
          notPrincipals: some(principal, 2),
          namespaces: some(namespaces, 2),
          notNamespaces: some(namespaces, 2),
          ipBlocks: some(address, 2),
          notIpBlocks: some(address, 2),
          remoteIpBlocks: some(address, 2),
          notRemoteIpBlocks: some(address, 2),
        },
  ).filter(
    fieldsOf =>
      !(
        (fieldsOf.serviceAccounts || fieldsOf.notServiceAccounts) &&
        (fieldsOf.principals ||
          fieldsOf.namespaces ||
          fieldsOf.notPrincipals ||
          fieldsOf.notNamespaces)
      ),
  );

const accounts = fields({
  serviceAccounts: some(one(['foo/sleep', 'sleep', 'bar/sleep', 'httpbin']), 2),
  notServiceAccounts: some(
    one(['foo/sleep', 'sleep', 'bar/sleep', 'httpbin']),
    2,
  ),
});

const sided = (key: Arbitrary<string>, value: Arbitrary<string>) =>
  fc
    .tuple(
      key,
      fc.option(some(value, 2), { nil: undefined, freq: 3 }),
      fc.option(some(value, 2), { nil: undefined, freq: 2 }),
    )
    .filter(([, values, notValues]) => Boolean(values || notValues))
    .map(([name, values, notValues]) => ({
      key: name,
      ...(values ? { values } : {}),
      ...(notValues ? { notValues } : {}),
    }));

const header = sided(
  one([
    ...HEADER_NAMES,
    'X-Tenant',
    ':path',
    ':method',
    ':authority',
    'authorization',
    'cookie',
    'x-forwarded-proto',
  ]).map(name => `request.headers[${name}]`),
  fc.oneof(
    { weight: 4, arbitrary: wild(one(HEADER_VALUES.filter(Boolean))) },
    {
      weight: 1,
      arbitrary: one(['/admin*', 'GET', 'a.com', 'Bearer *', 'http', 'https']),
    },
  ),
);

const claim = sided(
  one([
    'request.auth.claims[realm_access][roles]',
    'request.auth.claims[realm_access.roles]',
    'request.auth.claims[resource_access][orders][roles]',
    'request.auth.claims[groups]',
    'request.auth.claims[scope]',
    'request.auth.claims[level]',
    'request.auth.claims[email_verified]',
    'request.auth.claims[nested][deep][value]',
    'request.auth.claims[realm_access]',
  ]),
  fc.oneof(
    claimValue,
    one(['/staff', 'openid', 'openid profile', 'true', '3', '*']),
  ),
);

const when = (custom: boolean, ports: number[]) =>
  fc.oneof(
    { weight: 3, arbitrary: header },
    { weight: 1, arbitrary: sided(fc.constant('source.ip'), address) },
    { weight: 1, arbitrary: sided(fc.constant('remote.ip'), address) },
    {
      weight: 1,
      arbitrary: sided(
        fc.constant('destination.port'),
        one([...ports, 9999]).map(String),
      ),
    },
    {
      weight: 1,
      arbitrary: sided(
        fc.constant('connection.sni'),
        one(['a.com', '*', '*.com']),
      ),
    },
    ...(custom
      ? []
      : [
          { weight: 6, arbitrary: claim },
          {
            weight: 1,
            arbitrary: sided(
              fc.constant('request.auth.audiences'),
              wild(one(AUDIENCES)),
            ),
          },
          {
            weight: 1,
            arbitrary: sided(
              fc.constant('request.auth.presenter'),
              one(['web', 'orders', '*']),
            ),
          },
          {
            weight: 1,
            arbitrary: sided(
              fc.constant('request.auth.principal'),
              requestPrincipal,
            ),
          },
          {
            weight: 1,
            arbitrary: sided(fc.constant('source.principal'), principal),
          },
          {
            weight: 1,
            arbitrary: sided(fc.constant('source.namespace'), namespaces),
          },
          {
            weight: 1,
            arbitrary: sided(
              fc.constant('source.serviceAccount'),
              one(['foo/sleep', 'sleep']),
            ),
          },
        ]),
  );

const rule = (
  custom: boolean,
  ports: number[],
): Arbitrary<Record<string, unknown>> =>
  fc
    .record({
      from: fc.option(
        some(
          fc
            .oneof(
              { weight: 5, arbitrary: source(custom) },
              ...(custom ? [] : [{ weight: 1, arbitrary: accounts }]),
            )
            .map(value => ({ source: value })),
          2,
        ),
        { nil: undefined, freq: 2 },
      ),
      to: fc.option(
        some(
          operation(ports).map(value => ({ operation: value })),
          2,
        ),
        {
          nil: undefined,
          freq: 3,
        },
      ),
      when: fc.option(some(when(custom, ports), 2), {
        nil: undefined,
        freq: 2,
      }),
    })
    .map(parts =>
      Object.fromEntries(
        Object.entries(parts).filter(([, value]) => value !== undefined),
      ),
    );

/** Which proxies a policy is for. */
export interface Targets {
  namespaces: string[];
  labels: Record<string, string>[];
}

/** An AuthorizationPolicy. */
export function authorizationPolicy(options: {
  name: string;
  targets: Targets;
  ports: number[];
  providers: string[];
}): Arbitrary<Record<string, any>> {
  const { name, targets, ports, providers } = options;
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.constant('ALLOW') },
    { weight: 4, arbitrary: fc.constant('DENY') },
    { weight: 2, arbitrary: fc.constant(providers.length ? 'CUSTOM' : 'DENY') },
    { weight: 1, arbitrary: fc.constant('AUDIT') },
  );
  return action.chain(chosen =>
    fc
      .record({
        namespace: one(targets.namespaces),
        selector: fc.option(one(targets.labels), { nil: undefined, freq: 1 }),
        rules: fc.oneof(
          { weight: 10, arbitrary: some(rule(chosen === 'CUSTOM', ports), 3) },
          { weight: 1, arbitrary: fc.constant([{}]) },
          {
            weight: 1,
            arbitrary: fc.constant(
              chosen === 'ALLOW' || chosen === 'AUDIT' ? undefined : [{}],
            ),
          },
        ),
        dryRun: fc.integer({ min: 0, max: 11 }),
        provider: one(providers.length ? providers : ['none']),
      })
      .map(({ namespace, selector, rules, dryRun, provider }) => ({
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: {
          name,
          namespace,
          ...(dryRun === 0 && (chosen === 'ALLOW' || chosen === 'DENY')
            ? { annotations: { 'istio.io/dry-run': 'true' } }
            : {}),
        },
        spec: {
          ...(selector ? { selector: { matchLabels: selector } } : {}),
          action: chosen,
          ...(chosen === 'CUSTOM' ? { provider: { name: provider } } : {}),
          ...(rules ? { rules } : {}),
        },
      })),
  );
}

/** A RequestAuthentication whose keys are those of the run. */
export function requestAuthentication(options: {
  name: string;
  targets: Targets;
  jwks: string;
}): Arbitrary<Record<string, any>> {
  const { name, targets, jwks } = options;
  const jwtRule = fc
    .record({
      issuer: one(ISSUERS),
      audiences: fc.option(some(one(AUDIENCES), 2), {
        nil: undefined,
        freq: 1,
      }),
      place: one([
        'default',
        'default',
        'default',
        'header',
        'prefixed',
        'param',
        'cookie',
        'two',
      ]),
      forward: fc.boolean(),
      spaced: fc.boolean(),
      output: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ issuer, audiences, place, forward, spaced, output }) => ({
      issuer,
      jwks,
      ...(audiences ? { audiences } : {}),
      ...(place === 'header'
        ? { fromHeaders: [{ name: 'x-auth-request-access-token' }] }
        : {}),
      ...(place === 'prefixed'
        ? { fromHeaders: [{ name: 'x-token', prefix: 'jwt ' }] }
        : {}),
      ...(place === 'param' ? { fromParams: ['tok'] } : {}),
      ...(place === 'cookie' ? { fromCookies: ['session'] } : {}),
      ...(place === 'two'
        ? {
            fromHeaders: [
              { name: 'Authorization', prefix: 'Bearer ' },
              { name: 'x-auth-request-access-token' },
            ],
          }
        : {}),
      ...(forward ? { forwardOriginalToken: true } : {}),
      ...(spaced ? { spaceDelimitedClaims: ['groups'] } : {}),
      ...(output === 0
        ? { outputClaimToHeaders: [{ header: 'x-role', claim: 'sub' }] }
        : {}),
      ...(output === 1
        ? { outputClaimToHeaders: [{ header: 'x-tenant', claim: 'level' }] }
        : {}),
    }));
  return fc
    .record({
      namespace: one(targets.namespaces),
      selector: fc.option(one(targets.labels), { nil: undefined, freq: 1 }),
      jwtRules: some(jwtRule, 2),
    })
    .map(({ namespace, selector, jwtRules }) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { name, namespace },
      spec: {
        ...(selector ? { selector: { matchLabels: selector } } : {}),
        jwtRules,
      },
    }));
}
