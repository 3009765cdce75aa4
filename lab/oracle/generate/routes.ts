import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import {
  HEADER_NAMES,
  HEADER_VALUES,
  HOSTS,
  METHODS,
  MISSING_SERVICE,
  QUERY_NAMES,
  ROLES,
  SERVICES,
  WILDCARDS,
} from './alphabet';
import { plainPath } from './policies';

const one = <T>(values: readonly T[]): Arbitrary<T> =>
  fc.constantFrom(...values);

const text = (value: Arbitrary<string>): Arbitrary<Record<string, string>> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map(exact => ({ exact })) },
    { weight: 2, arbitrary: value.filter(Boolean).map(prefix => ({ prefix })) },
    {
      weight: 1,
      arbitrary: value.filter(Boolean).map(word => ({
        regex: `${word.slice(0, 2).replace(/[^a-zA-Z/]/g, '.')}.*`,
      })),
    },
  );

const uri: Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 5, arbitrary: plainPath.map(prefix => ({ prefix })) },
  { weight: 2, arbitrary: plainPath.map(prefix => ({ prefix: `${prefix}/` })) },
  { weight: 3, arbitrary: plainPath.map(exact => ({ exact })) },
  {
    weight: 1,
    arbitrary: one<Record<string, string>>([
      { prefix: '/' },
      { regex: '/[ab]/.*' },
      { regex: '.*' },
      { regex: '/(orders|admin)(/v1)?' },
      { prefix: '' },
    ]),
  },
);

const headerMap = fc.dictionary(
  one(HEADER_NAMES),
  fc.oneof(
    { weight: 5, arbitrary: text(one(HEADER_VALUES)) },
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ regex: '*' }) },
  ),
  { minKeys: 1, maxKeys: 1 },
);

const claimMap = fc.dictionary(
  one([
    '@request.auth.claims.groups',
    '@request.auth.claims[realm_access][roles]',
    '@request.auth.claims.sub',
  ]),
  one([...ROLES, 'alice']).map(exact => ({ exact })),
  { minKeys: 1, maxKeys: 1 },
);

const match = (gateway: string): Arbitrary<Record<string, unknown>> =>
  fc
    .record({
      uri: fc.option(uri, { nil: undefined, freq: 6 }),
      ignoreUriCase: fc.option(fc.constant(true), { nil: undefined, freq: 1 }),
      method: fc.option(text(one(METHODS)), { nil: undefined, freq: 1 }),
      headers: fc.option(
        fc.oneof(
          { weight: 4, arbitrary: headerMap },
          { weight: 1, arbitrary: claimMap },
        ),
        { nil: undefined, freq: 1 },
      ),
      withoutHeaders: fc.option(
        fc.oneof(
          { weight: 4, arbitrary: headerMap },
          { weight: 1, arbitrary: claimMap },
        ),
        {
          nil: undefined,
          freq: 1,
        },
      ),
      queryParams: fc.option(
        fc.dictionary(one(QUERY_NAMES), text(one(['1', 'x', 'yes'])), {
          minKeys: 1,
          maxKeys: 1,
        }),
        { nil: undefined, freq: 1 },
      ),
      authority: fc.option(text(one(HOSTS)), { nil: undefined, freq: 1 }),
      scheme: fc.option(text(one(['http', 'https'])), {
        nil: undefined,
        freq: 1,
      }),
      rare: fc.integer({ min: 0, max: 30 }),
    })
    .map(({ rare, ...parts }) => ({
      ...Object.fromEntries(
        Object.entries(parts).filter(([, value]) => value !== undefined),
      ),
      ...(rare === 0 ? { sourceLabels: { app: 'gw' } } : {}),
      ...(rare === 1 ? { sourceLabels: { app: 'nobody' } } : {}),
      ...(rare === 2 ? { gateways: [gateway] } : {}),
      ...(rare === 3 ? { port: 9999 } : {}),
    }))
    .filter(parts => Object.keys(parts).some(key => key !== 'ignoreUriCase'));

const destination = fc.oneof(
  { weight: 9, arbitrary: one(SERVICES) },
  { weight: 1, arbitrary: fc.constant(MISSING_SERVICE) },
);

const action: Arbitrary<Record<string, unknown>> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        destination,
        fc.option(
          one<Record<string, unknown>>([
            { uri: '/' },
            { uri: '/admin' },
            { uri: '/a/' },
            { authority: 'rewritten.example.com' },
            { uri: '/v1', authority: 'd.org' },
            {
              uriRegexRewrite: { match: '/([a-z]+)/(.*)', rewrite: '/\\2/\\1' },
            },
          ]),
          { nil: undefined, freq: 1 },
        ),
      )
      .map(([host, rewrite]) => ({
        route: [{ destination: { host, port: { number: 80 } } }],
        ...(rewrite ? { rewrite } : {}),
      })),
  },
  {
    weight: 1,
    arbitrary: one([
      { redirect: { uri: '/login' } },
      { redirect: { authority: 'login.example.com', redirectCode: 302 } },
      { redirect: { scheme: 'https', redirectCode: 307 } },
    ]),
  },
  {
    weight: 1,
    arbitrary: one([
      { directResponse: { status: 418 } },
      { directResponse: { status: 200 } },
      { directResponse: { status: 503 } },
    ]),
  },
  {
    weight: 1,
    arbitrary: destination.map(host => ({
      route: [{ destination: { host, port: { number: 80 } } }],
      fault: { abort: { httpStatus: 451, percentage: { value: 100 } } },
    })),
  },
  {
    weight: 1,
    arbitrary: destination.map(host => ({
      route: [{ destination: { host, port: { number: 80 } } }],
      corsPolicy: {
        allowOrigins: [{ exact: 'https://app.example.com' }],
        allowMethods: ['GET', 'POST'],
      },
    })),
  },
);

const httpRoute = (gateway: string): Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      fc.option(fc.array(match(gateway), { minLength: 1, maxLength: 2 }), {
        nil: undefined,
        freq: 5,
      }),
      action,
    )
    .map(([matches, then]) => ({
      ...(matches ? { match: matches } : {}),
      ...then,
    }));

const vsHosts = fc
  .uniqueArray(one([...HOSTS, ...WILDCARDS]), { minLength: 1, maxLength: 2 })
  .filter(hosts => {
    const overlap = (a: string, b: string) =>
      (a.startsWith('*') && b.endsWith(a.slice(1))) ||
      (b.startsWith('*') && a.endsWith(b.slice(1)));
    return hosts.length < 2 || !overlap(hosts[0], hosts[1]);
  });

/** A VirtualService bound to a gateway, with a delegate now and then. */
export function virtualService(options: {
  name: string;
  namespaces: string[];
  gateway: string;
  /** Name of a delegate that exists, as `namespace/name`. */
  delegate?: string;
}): Arbitrary<Record<string, any>> {
  const { name, namespaces, gateway, delegate } = options;
  return fc
    .record({
      namespace: one(namespaces),
      hosts: vsHosts,
      http: fc.array(httpRoute(gateway), { minLength: 1, maxLength: 4 }),
      exportTo: fc.option(one([['.'], ['*'], ['elsewhere'], namespaces]), {
        nil: undefined,
        freq: 1,
      }),
      delegated: fc.integer({ min: 0, max: 3 }),
      root: fc.option(match(gateway), { nil: undefined, freq: 3 }),
    })
    .map(({ namespace, hosts, http, exportTo, delegated, root }) => {
      const rules: Record<string, unknown>[] = [...http];
      if (delegate && delegated === 0) {
        const [owner, child] = delegate.split('/');
        rules.unshift({
          ...(root ? { match: [root] } : {}),
          delegate: { name: child, namespace: owner },
        });
      }
      return {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name, namespace },
        spec: {
          hosts,
          gateways: [gateway],
          http: rules,
          ...(exportTo ? { exportTo } : {}),
        },
      };
    });
}

/** What another VirtualService delegates to. */
export function delegateService(
  name: string,
  namespace: string,
  gateway: string,
): Arbitrary<Record<string, any>> {
  return fc
    .array(httpRoute(gateway), { minLength: 1, maxLength: 3 })
    .map(http => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: { http },
    }));
}

/** Hosts of a gateway server. No mix of a host for all with the same host for one namespace: istiod does not take it. */
export const serverHosts: Arbitrary<string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<string[]>(['*']) },
  {
    weight: 2,
    arbitrary: one([
      ['*.a.com', 'd.org'],
      ['a.com', '*.a.com'],
      ['*.a.com'],
      ['a.com', 'b.a.com'],
    ]),
  },
  {
    weight: 1,
    arbitrary: one([['./*'], ['app/*'], ['app/*.a.com', './d.org']]),
  },
);
