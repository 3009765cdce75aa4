import { accessTable } from '../access';
import { explain } from '../decide';
import type { DecisionRequest } from '../decide';
import { exposuresOf, exposuresOfService } from '../routing';
import {
  ask,
  authentication,
  bearer,
  ENTRANCE,
  GATEWAY,
  ISSUER,
  meshOf,
  policy,
  ROUTE,
  status,
} from '../testUtils';

const route = (
  spec: string,
  options: { name?: string; namespace?: string; at?: string } = {},
) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${options.name ?? 'vs'}, namespace: ${
  options.namespace ?? 'foo'
}${options.at ? `, creationTimestamp: "${options.at}"` : ''} }
spec: ${spec}
`;
const destination =
  '{ destination: { host: app.foo.svc.cluster.local, port: { number: 80 } } }';
const rule = (match: string, extra = `route: [${destination}]`) =>
  `{ match: [${match}], ${extra} }`;
const served = (rules: string, hosts = '"*"', extra = '') =>
  route(
    `{ hosts: [${hosts}], gateways: [istio-system/gw], http: [${rules}]${extra} }`,
  );
const at = (objects: string[], request: Partial<DecisionRequest> = {}) =>
  status(meshOf(ENTRANCE, ...objects), { at: GATEWAY, ...request });
const answer = (code: number) => `directResponse: { status: ${code} }`;

describe('gateways and virtual services', () => {
  it('16 show policies the path before it is rewritten, and the next proxy the path after', () => {
    const vs = served(
      rule(
        '{ uri: { prefix: /orders } }',
        `rewrite: { uri: /admin }, route: [${destination}]`,
      ),
    );
    const decision = ask(meshOf(ENTRANCE, vs), {
      at: GATEWAY,
      path: '/orders/1?x=1',
    });
    expect(decision.target?.forwarded.path).toBe('/admin/1?x=1');
    const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: foo }
spec: { template: { metadata: { labels: { app: app, sidecar.istio.io/inject: "true" } }, spec: { serviceAccountName: app } } }
`;
    const denies = policy(
      '{ action: DENY, rules: [{ to: [{ operation: { paths: ["/admin/*"] } }] }] }',
    );
    const way = explain(meshOf(ENTRANCE, vs, workload, denies), {
      at: GATEWAY,
      host: 'a.com',
      path: '/orders/1',
      peer: null,
      extAuthz: {},
    });
    expect(way.hops.map(({ decision: { verdict } }) => verdict)).toEqual([
      'allow',
      'deny',
    ]);
    expect(way.hops[1].matched?.conditions).toEqual([
      { wanted: 'path "/admin/*"', found: '"/admin/1"', negated: false },
    ]);
  });

  it('77 bind to pods of any namespace by label', () => {
    const other = ENTRANCE.replace(
      'namespace: istio-system',
      'namespace: tenant',
    );
    expect(
      status(meshOf(other, ROUTE.replace('istio-system/gw', 'tenant/gw')), {
        at: GATEWAY,
      }),
    ).toBe(200);
    expect(
      status(meshOf(other, ROUTE.replace('istio-system/gw', 'tenant/gw')), {
        at: { ...GATEWAY, labels: { istio: 'x' } },
      }),
    ).toBe(0);
  });

  it.each([
    ['foo/*', 200],
    ['bar/*', 404],
    ['./*', 404],
    ['*/a.com', 200],
    ['*.com', 200],
    ['*.org', 404],
  ])(
    '78 server host %s lets a route of namespace foo for a.com in: %s',
    (host, expected) => {
      expect(
        status(
          meshOf(
            ENTRANCE.replace('hosts: ["*"]', `hosts: ["${host}"]`),
            ROUTE.replace('"*"', 'a.com'),
          ),
          { at: GATEWAY, host: 'a.com' },
        ),
      ).toBe(expected);
    },
  );

  it('79 listen on the target port of the Service in front of them', () => {
    const front =
      '\napiVersion: v1\nkind: Service\nmetadata: { name: gw, namespace: istio-system }\nspec: { selector: { istio: gw }, ports: [{ name: http, port: 80, targetPort: 8080 }] }\n';
    const eighty = ENTRANCE.replace('number: 8080', 'number: 80');
    expect(
      status(meshOf(eighty, front, ROUTE), { at: { ...GATEWAY, port: 8080 } }),
    ).toBe(200);
    expect(
      status(meshOf(eighty, ROUTE), { at: { ...GATEWAY, port: 8080 } }),
    ).toBe(0);
    expect(exposuresOf(meshOf(eighty, front, ROUTE))[0]).toMatchObject({
      port: 80,
      listenerPort: 8080,
    });
  });

  it('80 share one table among the plain servers of a port, and skip a TLS host that is taken', () => {
    const second =
      '\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: gw2, namespace: istio-system }\nspec: { selector: { istio: gw }, servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }] }\n';
    const bound = route(
      '{ hosts: [b.com], gateways: [istio-system/gw2], http: [{ directResponse: { status: 418 } }] }',
    );
    expect(
      at([second, bound, ROUTE.replace('"*"', 'a.com')], { host: 'b.com' }),
    ).toBe(418);
    const tls = (name: string) =>
      `\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: ${name}, namespace: istio-system }\nspec: { selector: { istio: gw }, servers: [{ port: { number: 8443, name: https, protocol: HTTPS }, hosts: [a.com], tls: { mode: SIMPLE, credentialName: c } }] }\n`;
    const late = route(
      '{ hosts: [a.com], gateways: [istio-system/second], http: [{ directResponse: { status: 418 } }] }',
    );
    expect(
      status(meshOf(tls('first'), tls('second'), late), {
        at: { ...GATEWAY, port: 8443 },
        scheme: 'https',
        host: 'a.com',
      }),
    ).toBe(404);
  });

  it('81 take a route only where it is exported to their namespace', () => {
    expect(
      at([served(`{ route: [${destination}] }`, '"*"', ', exportTo: ["."]')]),
    ).toBe(404);
    expect(
      at([
        served(
          `{ route: [${destination}] }`,
          '"*"',
          ', exportTo: [istio-system]',
        ),
      ]),
    ).toBe(200);
    expect(
      at([
        served(`{ route: [${destination}] }`).replace('istio-system/gw', 'gw'),
      ]),
    ).toBe(404);
    expect(
      at([
        served(`{ route: [${destination}] }`)
          .replace('[istio-system/gw]', '[mesh]')
          .replace('"*"', 'a.com'),
      ]),
    ).toBe(404);
  });

  it('82 serve the hosts that server and route have in common', () => {
    const narrow = ENTRANCE.replace('hosts: ["*"]', 'hosts: ["*.a.com"]');
    expect(
      status(meshOf(narrow, ROUTE.replace('"*"', 'x.A.com')), {
        at: GATEWAY,
        host: 'x.a.com',
      }),
    ).toBe(404);
    expect(
      status(meshOf(narrow, ROUTE.replace('"*"', 'x.a.com')), {
        at: GATEWAY,
        host: 'X.A.com',
      }),
    ).toBe(200);
    expect(
      status(meshOf(narrow, ROUTE), { at: GATEWAY, host: 'y.a.com' }),
    ).toBe(200);
    expect(at([ROUTE.replace('"*"', 'short')], { host: 'short' })).toBe(404);
  });

  it('83 choose the most specific host and never fall back', () => {
    const wide = route(
      `{ hosts: ["*"], gateways: [istio-system/gw], http: [{ ${answer(
        299,
      )} }] }`,
      { name: 'wide' },
    );
    const wild = route(
      `{ hosts: ["*.a.com"], gateways: [istio-system/gw], http: [{ ${answer(
        298,
      )} }] }`,
      { name: 'wild' },
    );
    const exact = served(
      rule('{ uri: { prefix: /x } }', answer(297)),
      'b.a.com',
    );
    const ways = [wide, wild, exact];
    expect(at(ways, { host: 'b.a.com', path: '/x' })).toBe(297);
    expect(at(ways, { host: 'b.a.com', path: '/y' })).toBe(404);
    expect(at(ways, { host: 'c.d.a.com:81' })).toBe(298);
    expect(at(ways, { host: 'a.com' })).toBe(299);
    expect(at([exact], { host: 'b.a.com.', path: '/x' })).toBe(404);
  });

  it('84 join the routes of one host by age, and put what takes everything last', () => {
    const old = route(
      `{ hosts: [a.com], gateways: [istio-system/gw], http: [{ ${answer(
        297,
      )} }] }`,
      { name: 'old', at: '2020-01-01T00:00:00Z' },
    );
    const young = route(
      `{ hosts: [a.com], gateways: [istio-system/gw], http: [${rule(
        '{ uri: { prefix: /x } }',
        answer(298),
      )}, { ${answer(299)} }] }`,
      { name: 'young', at: '2021-01-01T00:00:00Z' },
    );
    expect(at([young, old], { host: 'a.com', path: '/x' })).toBe(298);
    expect(at([young, old], { host: 'a.com', path: '/y' })).toBe(297);
    expect(
      at(
        [
          served(
            `{ ${answer(297)} }, ${rule(
              '{ uri: { prefix: /x } }',
              answer(298),
            )}`,
          ),
        ],
        { path: '/x' },
      ),
    ).toBe(297);
  });

  it.each([
    ['{ uri: { prefix: /foo } }', { path: '/foobar' }, 200],
    ['{ uri: { prefix: /foo/ } }', { path: '/foo' }, 404],
    ['{ uri: { exact: /foo } }', { path: '/foo/' }, 404],
    ['{ uri: { exact: /foo } }', { path: '/foo?x' }, 200],
    ['{ uri: { regex: "/f.o" } }', { path: '/fxo?y' }, 200],
    ['{ uri: { regex: "/f.o" } }', { path: '/fxoo' }, 404],
    ['{ uri: { prefix: /foo }, ignoreUriCase: true }', { path: '/FOO' }, 200],
    ['{ method: { exact: POST } }', { method: 'GET' }, 404],
    ['{ authority: { exact: a.com } }', { host: 'a.com:80' }, 404],
    ['{ headers: { x-a: { exact: b } } }', { headers: { 'x-a': 'b' } }, 200],
    ['{ headers: { x-a: { exact: b } } }', {}, 404],
    ['{ headers: { x-a: {} } }', { headers: { 'x-a': '' } }, 200],
    ['{ withoutHeaders: { x-a: { exact: b } } }', {}, 200],
    [
      '{ withoutHeaders: { x-a: { exact: b } } }',
      { headers: { 'x-a': 'b' } },
      404,
    ],
    ['{ queryParams: { q: { exact: "1" } } }', { path: '/?q=1&q=2' }, 200],
    ['{ queryParams: { q: { exact: "2" } } }', { path: '/?q=1&q=2' }, 404],
    ['{ queryParams: { q: { exact: "" } } }', { path: '/?q' }, 200],
    ['{ queryParams: { q: { exact: "" } } }', { path: '/' }, 404],
    ['{ port: 9090 }', {}, 404],
    ['{ sourceLabels: { istio: gw } }', {}, 200],
    ['{ sourceLabels: { istio: x } }', {}, 404],
    ['{ gateways: [istio-system/gw] }', {}, 200],
    ['{ gateways: [istio-system/x] }', {}, 404],
  ] as [string, Partial<DecisionRequest>, number][])(
    '85 match %s of %j: %d',
    (match, request, expected) => {
      expect(at([served(rule(match))], request)).toBe(expected);
    },
  );

  it('86 answer redirects, direct responses and missing services themselves', () => {
    expect(at([served('{ redirect: { uri: /x } }')])).toBe(301);
    expect(at([served('{ redirect: { uri: /x, redirectCode: 308 } }')])).toBe(
      308,
    );
    expect(at([served(`{ ${answer(418)} }`)])).toBe(418);
    expect(
      at([
        served(
          '{ route: [{ destination: { host: nobody.foo.svc.cluster.local } }] }',
        ),
      ]),
    ).toBe(503);
    expect(
      at([
        served(
          `{ route: [${destination}], fault: { abort: { httpStatus: 451, percentage: { value: 100 } } } }`,
        ),
      ]),
    ).toBe(451);
    const prefix = served(
      rule(
        '{ uri: { prefix: /foo } }',
        `rewrite: { uri: /FOO }, route: [${destination}]`,
      ),
    );
    expect(
      ask(meshOf(ENTRANCE, prefix), { at: GATEWAY, path: '/foobar' }).target
        ?.forwarded.path,
    ).toBe('/FOObar');
  });

  it('87 merge a delegate into the rule that names it', () => {
    const root = served(
      rule(
        '{ uri: { prefix: /a } }',
        'delegate: { name: child, namespace: bar }',
      ),
    );
    const child = (match: string, extra = '') =>
      route(`{ http: [${rule(match, answer(299))}]${extra} }`, {
        name: 'child',
        namespace: 'bar',
      });
    expect(
      at([root, child('{ uri: { prefix: /a/b } }')], { path: '/a/b/c' }),
    ).toBe(299);
    expect(
      at([root, child('{ uri: { prefix: /a/b } }')], { path: '/a/c' }),
    ).toBe(404);
    expect(at([root, child('{ uri: { prefix: /b } }')], { path: '/b' })).toBe(
      404,
    );
    expect(
      at([root, child('{ method: { exact: GET } }')], { path: '/a/x' }),
    ).toBe(299);
    expect(
      at([root, child('{ method: { exact: GET } }', ', exportTo: ["."]')], {
        path: '/a/x',
      }),
    ).toBe(404);
    expect(at([root])).toBe(404);
  });

  it('88 route by claims of the token', () => {
    const tokens = authentication(ISSUER).replace(
      'namespace: foo',
      'namespace: istio-system',
    );
    const group = served(
      `${rule(
        '{ headers: { "@request.auth.claims.group": { exact: admin } } }',
        answer(299),
      )}, ${rule(
        '{ withoutHeaders: { "@request.auth.claims[group]": { exact: admin } } }',
        answer(298),
      )}`,
    );
    expect(at([group, tokens], { token: bearer({ group: ['admin'] }) })).toBe(
      299,
    );
    expect(at([group, tokens], { token: bearer({ group: 'user' }) })).toBe(298);
    expect(at([group, tokens])).toBe(298);
    expect(
      at([group, tokens], { headers: { authorization: 'Bearer garbage' } }),
    ).toBe(401);
  });

  it('89 redirect plain text to https where a server says so, after the policies', () => {
    const tls = ENTRANCE.replace(
      'hosts: ["*"] }]',
      'hosts: ["*"], tls: { httpsRedirect: true } }]',
    );
    expect(status(meshOf(tls, ROUTE), { at: GATEWAY })).toBe(301);
    const deny =
      '\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: p, namespace: istio-system }\nspec: { action: DENY, rules: [{}] }\n';
    expect(status(meshOf(tls, ROUTE, deny), { at: GATEWAY })).toBe(403);
    expect(
      accessTable(meshOf(tls, ROUTE), exposuresOf(meshOf(tls, ROUTE))[0])[0]
        .audience,
    ).toBe('redirected to https');
  });

  it('90 look up a host in the table of the server that the server name chose', () => {
    const tls = (name: string, host: string) =>
      `{ port: { number: 8443, name: ${name}, protocol: HTTPS }, hosts: [${host}], tls: { mode: SIMPLE, credentialName: c } }`;
    const gateway = `\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: gw, namespace: istio-system }\nspec: { selector: { istio: gw }, servers: [${tls(
      'one',
      'a.com',
    )}, ${tls('two', 'b.com')}] }\n`;
    const both = route(
      `{ hosts: [a.com, b.com], gateways: [istio-system/gw], http: [{ ${answer(
        299,
      )} }] }`,
    );
    const tlsAt = { at: { ...GATEWAY, port: 8443 }, scheme: 'https' };
    expect(status(meshOf(gateway, both), { ...tlsAt, host: 'b.com' })).toBe(
      299,
    );
    expect(
      status(meshOf(gateway, both), { ...tlsAt, host: 'b.com', sni: 'a.com' }),
    ).toBe(404);
    expect(
      status(meshOf(gateway, both), { ...tlsAt, host: 'b.com', sni: 'c.com' }),
    ).toBe(0);
  });

  it('91 lead to services of ServiceEntries as to any other', () => {
    const entry =
      '\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: e, namespace: foo }\nspec: { hosts: [ext.example], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }\n';
    const vs = served(
      '{ route: [{ destination: { host: ext.example, port: { number: 80 } } }] }',
    );
    expect(at([entry, vs])).toBe(200);
    expect(
      at([
        entry
          .replace('resolution: DNS', 'resolution: DNS, exportTo: ["."]')
          .replace('namespace: foo', 'namespace: bar'),
        vs,
      ]),
    ).toBe(503);
  });
});

const CLASS =
  '\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: istio }\nspec: { controllerName: istio.io/gateway-controller }\n';
const listeners = (list: string, className = 'istio') => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: edge }
spec: { gatewayClassName: ${className}, listeners: [${list}] }
---
apiVersion: v1
kind: Service
metadata: { name: app, namespace: foo }
spec: { ports: [{ port: 80, name: http }] }
`;
const ALL = 'allowedRoutes: { namespaces: { from: All } }';
const HTTP = `{ name: http, port: 80, protocol: HTTP, ${ALL} }`;
const httpRoute = (
  spec: string,
  name = 'route',
  namespace = 'foo',
  time = '',
) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace}${
  time && `, creationTimestamp: "${time}"`
} }
spec: ${spec}
`;
const parent = 'parentRefs: [{ name: gw, namespace: edge }]';
const backend = 'backendRefs: [{ name: app, port: 80 }]';
const KUBERNETES: DecisionRequest['at'] = {
  kind: 'gateway',
  namespace: 'edge',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' },
  port: 80,
};
const through = (objects: string[], request: Partial<DecisionRequest> = {}) =>
  status(meshOf(CLASS, ...objects), {
    at: KUBERNETES,
    host: 'a.com',
    ...request,
  });

describe('Gateway API', () => {
  it("76 and 92 are read where the class is Istio's", () => {
    const simple = httpRoute(`{ ${parent}, rules: [{ ${backend} }] }`);
    expect(through([listeners(HTTP), simple])).toBe(200);
    expect(status(meshOf(listeners(HTTP), simple), { at: KUBERNETES })).toBe(
      200,
    );
    expect(through([listeners(HTTP, 'agent'), simple])).toBe(0);
  });

  it('93 take routes of their own namespace, of all, or of chosen ones, and of the kinds they name', () => {
    const simple = httpRoute(`{ ${parent}, rules: [{ ${backend} }] }`);
    expect(
      through([listeners('{ name: http, port: 80, protocol: HTTP }'), simple]),
    ).toBe(404);
    const chosen = listeners(
      '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { edge: "yes" } } } } }',
    );
    const namespace = (label: string) =>
      `\napiVersion: v1\nkind: Namespace\nmetadata: { name: foo, labels: { edge: "${label}" } }\n`;
    expect(through([chosen, namespace('yes'), simple])).toBe(200);
    expect(through([chosen, namespace('no'), simple])).toBe(404);
    expect(
      through([
        listeners(HTTP),
        httpRoute(
          `{ parentRefs: [{ name: gw, namespace: edge, sectionName: other }], rules: [{ ${backend} }] }`,
        ),
      ]),
    ).toBe(404);
    expect(
      through([
        listeners(HTTP),
        httpRoute(
          `{ parentRefs: [{ name: gw, namespace: edge, port: 81 }], rules: [{ ${backend} }] }`,
        ),
      ]),
    ).toBe(404);
    expect(
      through([
        listeners(
          `{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All }, kinds: [{ kind: GRPCRoute }] } }`,
        ),
        simple,
      ]),
    ).toBe(404);
  });

  it('94 serve the hosts of listener and route, each host by its most specific listener', () => {
    const wild = listeners(
      `{ name: wild, hostname: "*.a.com", port: 80, protocol: HTTP, ${ALL} }, { name: app, hostname: app.a.com, port: 80, protocol: HTTP, ${ALL} }`,
    );
    const free = httpRoute(
      `{ parentRefs: [{ name: gw, namespace: edge, sectionName: wild }], rules: [{ ${backend} }] }`,
    );
    expect(through([wild, free], { host: 'b.c.a.com' })).toBe(200);
    expect(through([wild, free], { host: 'a.com' })).toBe(404);
    const named = httpRoute(
      `{ parentRefs: [{ name: gw, namespace: edge, sectionName: wild }], hostnames: [app.a.com], rules: [{ ${backend} }] }`,
    );
    expect(through([wild, named], { host: 'app.a.com' })).toBe(404);
  });

  it('95 match prefixes by segments, and order rules by exactness, length, method, headers and query', () => {
    const rules = (list: string) =>
      httpRoute(`{ ${parent}, rules: [${list}] }`);
    const redirect = (code: number) =>
      `filters: [{ type: RequestRedirect, requestRedirect: { hostname: x.com, statusCode: ${code} } }]`;
    expect(
      through(
        [
          listeners(HTTP),
          rules(
            `{ matches: [{ path: { type: PathPrefix, value: /foo } }], ${backend} }`,
          ),
        ],
        { path: '/foobar' },
      ),
    ).toBe(404);
    expect(
      through(
        [
          listeners(HTTP),
          rules(
            `{ matches: [{ path: { type: PathPrefix, value: /foo/ } }], ${backend} }`,
          ),
        ],
        { path: '/foo' },
      ),
    ).toBe(200);
    const order = rules(
      `{ matches: [{ path: { type: RegularExpression, value: "/re.*" } }], ${redirect(
        301,
      )} }, { matches: [{ path: { type: PathPrefix, value: / } }], ${redirect(
        302,
      )} }, { matches: [{ path: { type: Exact, value: /x } }], ${backend} }`,
    );
    expect(through([listeners(HTTP), order], { path: '/x' })).toBe(200);
    expect(through([listeners(HTTP), order], { path: '/regex' })).toBe(302);
    const older = httpRoute(
      `{ ${parent}, rules: [{ ${redirect(301)} }] }`,
      'b',
      'foo',
      '2020-01-01T00:00:00Z',
    );
    const younger = httpRoute(
      `{ ${parent}, rules: [{ ${redirect(302)} }] }`,
      'a',
      'foo',
      '2021-01-01T00:00:00Z',
    );
    expect(through([listeners(HTTP), older, younger])).toBe(301);
  });

  it('96 use a backend of another namespace only where its owner grants it', () => {
    const cross = httpRoute(
      `{ ${parent}, rules: [{ matches: [{ path: { value: /x } }], backendRefs: [{ name: app, namespace: foo, port: 80 }] }] }`,
      'route',
      'bar',
    );
    const grant =
      '\napiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: { name: g, namespace: foo }\nspec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: bar }], to: [{ group: "", kind: Service }] }\n';
    expect(through([listeners(HTTP), cross], { path: '/x' })).toBe(500);
    expect(through([listeners(HTTP), cross, grant], { path: '/x' })).toBe(200);
  });

  it('97 drop a whole route for one filter that is not supported, and answer 500 where no backend is left', () => {
    const bad = httpRoute(
      `{ ${parent}, rules: [{ matches: [{ path: { value: /x } }], ${backend} }, { filters: [{ type: ExtensionRef, extensionRef: { group: g, kind: K, name: filter } }], ${backend} }] }`,
    );
    expect(through([listeners(HTTP), bad], { path: '/x' })).toBe(404);
    expect(
      through([
        listeners(HTTP),
        httpRoute(
          `{ ${parent}, rules: [{ backendRefs: [{ name: nobody, port: 80 }] }] }`,
        ),
      ]),
    ).toBe(500);
    expect(
      through([
        listeners(HTTP),
        httpRoute(
          `{ ${parent}, rules: [{ backendRefs: [{ name: app, port: 80, weight: 0 }] }] }`,
        ),
      ]),
    ).toBe(500);
    const rewrite = httpRoute(
      `{ ${parent}, rules: [{ matches: [{ path: { value: /x } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }], ${backend} }] }`,
    );
    expect(
      ask(meshOf(CLASS, listeners(HTTP), rewrite), {
        at: KUBERNETES,
        path: '/x/y',
      }).target?.forwarded.path,
    ).toBe('/y');
    expect(
      exposuresOfService(meshOf(CLASS, listeners(HTTP), rewrite), {
        namespace: 'foo',
        name: 'app',
      }),
    ).toHaveLength(1);
  });
});
