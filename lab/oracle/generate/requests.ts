import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { DecisionRequest, RequestToken } from '@mesh-auth/access-model';
import {
  AUDIENCES,
  HEADER_NAMES,
  HEADER_VALUES,
  HOSTS,
  ISSUERS,
  METHODS,
  PRINCIPALS,
  QUERY_NAMES,
  ROLES,
  SUBJECTS,
} from './alphabet';
import { plainPath } from './policies';

const one = <T>(values: readonly T[]): Arbitrary<T> =>
  fc.constantFrom(...values);

/** Ways to write a path that a proxy may or may not see through. */
const MUTATIONS: ((path: string) => string)[] = [
  path => `${path}/`,
  path => `/${path}`,
  path => path.toUpperCase(),
  path =>
    path.replace(/[a-z]/, letter => `%${letter.charCodeAt(0).toString(16)}`),
  path => `/x/..${path}`,
  path => `/.${path}`,
  path => `${path};v=1`,
  path => `${path}%2F`,
  path => `${path}%20`,
  path => `/x%2F..%2F${path.slice(1)}`,
  path => `/x%5C..%5C${path.slice(1)}`,
  path => path.replace(/\/(?=[^/]*$)/, '\\'),
  path => `${path}/../..`,
  path => `${path}%`,
  path => `${path}/%2e%2E/b`,
  path => `${path}/[x]`,
  path => `${path}/{x}`,
  path => `${path}|x^y`,
  path => `${path}//items`,
  path => `${path}.html`,
  path => `${path}/x"<>`,
  path => `${path}%00`,
  path => `${path}/*`,
  path => `${path}%zz`,
  path => `${path}/.`,
  path => `${path}/..%2f`,
  path => `${path}%7e%5f`,
  path => `${path}\``,
];

const path: Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: plainPath },
      { weight: 1, arbitrary: fc.constant('/') },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 3, arbitrary: one(MUTATIONS) },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      {
        weight: 3,
        arbitrary: fc
          .array(
            fc.tuple(
              one(QUERY_NAMES),
              one(['', '=1', '=x', '=', '=yes', '=%31']),
            ),
            { minLength: 1, maxLength: 3 },
          )
          .map(pairs => `?${pairs.map(pair => pair.join('')).join('&')}`),
      },
    ),
  )
  .map(([base, mutate, query]) => (mutate ? mutate(base) : base) + query);

const host: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: one(HOSTS) },
  { weight: 1, arbitrary: one(HOSTS).map(name => name.toUpperCase()) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(one(HOSTS), one(['80', '8080', '443', '1']))
      .map(([name, port]) => `${name}:${port}`),
  },
  {
    weight: 1,
    arbitrary: one([
      'a.com.',
      'unknown.example',
      'user@a.com',
      '127.0.0.1',
      '[::1]:80',
      'a.com:x',
      'deep.x.b.a.com',
    ]),
  },
);

const roles = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(one(ROLES), { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: one<unknown>([
      'customer',
      [],
      3,
      true,
      { admin: true },
      [['customer']],
      ['', 'admin'],
      null,
    ]),
  },
);

const claims: Arbitrary<Record<string, unknown>> = fc
  .record({
    iss: fc.oneof(
      { weight: 9, arbitrary: one(ISSUERS) },
      { weight: 1, arbitrary: fc.constant('https://nobody') },
    ),
    sub: fc.option(one(SUBJECTS), { nil: undefined, freq: 9 }),
    aud: fc.option(
      fc.oneof(
        one(AUDIENCES),
        fc.uniqueArray(one([...AUDIENCES, 'x']), { maxLength: 3 }),
      ),
      {
        nil: undefined,
        freq: 6,
      },
    ),
    azp: fc.option(one(['web', 'orders']), { nil: undefined, freq: 3 }),
    realm_access: fc.option(
      roles.map(list => ({ roles: list })),
      { nil: undefined, freq: 6 },
    ),
    resource_access: fc.option(
      roles.map(list => ({ orders: { roles: list } })),
      { nil: undefined, freq: 2 },
    ),
    groups: fc.option(
      one<unknown>([
        ['/staff'],
        '/staff customer',
        'customer',
        ['customer', 'admin'],
        [],
      ]),
      {
        nil: undefined,
        freq: 3,
      },
    ),
    scope: fc.option(one(['openid profile', 'openid', 'customer admin']), {
      nil: undefined,
      freq: 2,
    }),
    level: fc.option(one<unknown>([3, '3', true]), { nil: undefined, freq: 2 }),
    email_verified: fc.option(fc.boolean(), { nil: undefined, freq: 2 }),
    nested: fc.option(
      one<unknown>([
        { deep: { value: 'admin' } },
        { deep: 'admin' },
        { deep: { value: ['customer'] } },
      ]),
      {
        nil: undefined,
        freq: 2,
      },
    ),
    'realm_access.roles': fc.option(one<unknown>([['customer']]), {
      nil: undefined,
      freq: 1,
    }),
  })
  .map(all =>
    Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ),
  );

const token = (providers: string[]): Arbitrary<RequestToken> =>
  fc
    .record({
      via: fc.oneof(
        { weight: 8, arbitrary: fc.constant('authorization') },
        {
          weight: 2,
          arbitrary: fc.constant('header:x-auth-request-access-token'),
        },
        {
          weight: 1,
          arbitrary: one([
            'header:x-token',
            'query:access_token',
            'query:tok',
            'cookie:session',
            'cookie:other',
          ]),
        },
        ...(providers.length
          ? [
              {
                weight: 3,
                arbitrary: one(providers).map(name => `extAuthz:${name}`),
              },
            ]
          : []),
      ),
      state: fc.oneof(
        { weight: 8, arbitrary: fc.constant('valid') },
        { weight: 1, arbitrary: fc.constant('expired') },
        { weight: 1, arbitrary: fc.constant('signature') },
      ),
      odd: fc.integer({ min: 0, max: 12 }),
      claims,
    })
    .map(({ via, state, odd, claims: content }) => ({
      via,
      valid: state === 'valid',
      ...(state === 'valid' ? {} : { why: state }),
      prefix: prefixFor(via, odd),
      claims: content,
    }));

function prefixFor(via: string, odd: number): string {
  const bearer = via === 'authorization' || via.startsWith('extAuthz:');
  if (bearer)
    return (
      (
        { 0: 'bearer ', 1: '', 2: 'Basic x, Bearer ' } as Record<number, string>
      )[odd] ?? 'Bearer '
    );
  if (via === 'header:x-token')
    return ({ 0: '', 1: 'foo jwt ' } as Record<number, string>)[odd] ?? 'jwt ';
  return odd === 0 && via.startsWith('header:') ? 'Bearer ' : '';
}

const headers: Arbitrary<Record<string, string | string[]>> = fc
  .tuple(
    fc.dictionary(
      one(HEADER_NAMES),
      fc.oneof(
        { weight: 5, arbitrary: one<string | string[]>(HEADER_VALUES) },
        {
          weight: 1,
          arbitrary: one<string | string[]>([
            ['a', 'b'],
            ['b', 'a'],
          ]),
        },
      ),
      { maxKeys: 2 },
    ),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant({}) },
      {
        weight: 3,
        arbitrary: one<Record<string, string | string[]>>([
          { 'x-forwarded-for': '10.1.2.3' },
          { 'x-forwarded-for': '10.1.2.3, 127.0.0.2' },
          { 'x-forwarded-for': '9.9.9.9, 10.1.2.3,127.0.0.1' },
          { 'x-forwarded-for': 'garbage' },
          { 'x-forwarded-proto': 'https' },
          { cookie: 'session=garbage' },
          { cookie: 'tenant a' },
          { authorization: 'Bearer garbage' },
          { authorization: 'Basic dXNlcg==' },
          { authorization: 'Bearer' },
          { 'x-auth-request-access-token': 'garbage' },
          {
            origin: 'https://app.example.com',
            'access-control-request-method': 'GET',
          },
        ]),
      },
    ),
  )
  .map(parts => Object.assign({}, ...parts));

/** Server name that a client would send for a host. */
function serverName(name: string): string {
  const bare = name.replace(/:.*$/, '').replace(/\.$/, '').toLowerCase();
  return /^[a-z0-9.-]+$/.test(bare) && !/^[0-9.]+$/.test(bare) ? bare : 'a.com';
}

/** Requests at one gateway. */
export function gatewayRequest(options: {
  at: DecisionRequest['at'];
  ports: number[];
  providers: string[];
  /** Ports on which TLS is spoken. */
  tlsPorts?: number[];
}): Arbitrary<DecisionRequest> {
  const { at, ports, providers, tlsPorts = [] } = options;
  return fc
    .record({
      port: one(ports),
      method: fc.oneof(
        { weight: 20, arbitrary: one(METHODS) },
        {
          weight: 1,
          arbitrary: one(['get', 'FOO', 'TRACE', 'PROPFIND', 'PURGE']),
        },
      ),
      host,
      path,
      headers,
      token: fc.option(token(providers), { nil: null, freq: 2 }),
      sourceIp: one(['127.0.0.1', '127.0.0.2', '127.0.0.3']),
      answers: fc.tuple(
        ...providers.map(() =>
          one([200, 200, 200, 302, 401, 403, 201, 500, 0]),
        ),
      ),
      principal: fc.option(one(PRINCIPALS), { nil: null, freq: 1 }),
      otherName: fc.option(one(HOSTS), { nil: undefined, freq: 1 }),
    })
    .map(({ port, answers, principal, otherName, ...rest }) => {
      const tls = tlsPorts.includes(port);
      const request: DecisionRequest = {
        at: { ...at, port },
        scheme: tls ? 'https' : 'http',
        peer: tls && principal ? { principal } : null,
        ...rest,
        ...(tls ? { sni: otherName ?? serverName(rest.host) } : {}),
        // One stub answers for every provider.
        extAuthz: Object.fromEntries(
          providers.map(name => [name, { status: answers[0] ?? 403 }]),
        ),
      };
      // A header that the token itself takes up cannot be sent twice.
      const place = request.token?.via;
      const sent = { ...request.headers };
      if (place === 'authorization') delete sent.authorization;
      if (place?.startsWith('header:')) delete sent[place.slice(7)];
      if (place?.startsWith('cookie:')) delete sent.cookie;
      return { ...request, headers: sent };
    });
}
