import {
  ask,
  authentication,
  bearer,
  ENTRANCE,
  GATEWAY,
  ISSUER,
  meshOf,
  policy,
  problemsOf,
  ROUTE,
  status,
} from '../testUtils';
import type { DecisionRequest } from '../decide';

/** Whether one operation or source lets a request through at a workload. */
const allows = (
  spec: string,
  request: Partial<DecisionRequest> = {},
  ...more: string[]
) =>
  status(
    meshOf(policy(`{ action: ALLOW, rules: [${spec}] }`), ...more),
    request,
  ) === 200;
const to = (operation: string) => `{ to: [{ operation: ${operation} }] }`;
const from = (source: string) => `{ from: [{ source: ${source} }] }`;
const when = (condition: string) => `{ when: [${condition}] }`;
const refused = (spec: string, metadata?: string) =>
  problemsOf(policy(spec, metadata)).some(
    ({ severity }) => severity === 'error',
  );

describe('order and outcome', () => {
  it('10 asks CUSTOM first, then JWT, then DENY, then ALLOW', () => {
    const stages = ask(
      meshOf(
        policy(
          '{ action: DENY, rules: [{ to: [{ operation: { paths: [/x] } }] }] }',
        ),
        policy('{ rules: [{}] }'),
        authentication(ISSUER),
      ),
    ).trace.map(({ stage }) => stage);
    expect(stages).toEqual(['mtls', 'CUSTOM', 'JWT', 'DENY', 'ALLOW']);
  });

  it('12 denies what no enforced ALLOW policy allows, and DENY wins', () => {
    expect(
      status(
        meshOf(
          policy(
            '{ action: DENY, rules: [{ to: [{ operation: { paths: [/x] } }] }] }',
          ),
        ),
      ),
    ).toBe(200);
    expect(allows(to('{ paths: [/other] }'))).toBe(false);
    expect(
      status(
        meshOf(
          policy('{ rules: [{}] }'),
          policy('{ action: DENY, rules: [{}] }'),
        ),
      ),
    ).toBe(403);
  });

  it('13 takes no rules as nothing and an empty rule as everything; DENY and CUSTOM need rules; AUDIT changes nothing', () => {
    expect(status(meshOf(policy('{}')))).toBe(403);
    expect(status(meshOf(policy('{ rules: [] }')))).toBe(403);
    expect(status(meshOf(policy('{ rules: [{}] }')))).toBe(200);
    expect(status(meshOf(policy('{ action: DENY, rules: [{}] }')))).toBe(403);
    expect(status(meshOf(policy('{ action: AUDIT, rules: [{}] }')))).toBe(200);
    expect(refused('{ action: DENY }')).toBe(true);
    expect(refused('{ action: CUSTOM, provider: { name: p } }')).toBe(true);
  });

  it('14 does not enforce a dry run, and refuses one with CUSTOM, AUDIT or a value that is no boolean', () => {
    const dry = 'annotations: { istio.io/dry-run: "true" }';
    expect(status(meshOf(policy('{}', dry)))).toBe(200);
    expect(status(meshOf(policy('{ action: DENY, rules: [{}] }', dry)))).toBe(
      200,
    );
    expect(refused('{ action: AUDIT, rules: [{}] }', dry)).toBe(true);
    expect(
      refused('{ action: CUSTOM, provider: { name: p }, rules: [{}] }', dry),
    ).toBe(true);
    expect(refused('{}', 'annotations: { istio.io/dry-run: "maybe" }')).toBe(
      true,
    );
  });

  it('15 looks at policies before routes: an unknown host is 403 where nothing is allowed, 404 otherwise', () => {
    const nothing =
      '\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: p, namespace: istio-system }\nspec: {}\n';
    expect(
      status(meshOf(ENTRANCE, ROUTE.replace('"*"', 'a.com'), nothing), {
        at: GATEWAY,
        host: 'b.com',
      }),
    ).toBe(403);
    expect(
      status(meshOf(ENTRANCE, ROUTE.replace('"*"', 'a.com')), {
        at: GATEWAY,
        host: 'b.com',
      }),
    ).toBe(404);
  });
});

describe('rule algebra', () => {
  it('19 joins rules and values by or, fields and conditions by and, and subtracts notX', () => {
    const rule =
      '{ to: [{ operation: { methods: [GET, PUT], notPaths: [/x] } }], from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }';
    expect(allows(rule)).toBe(true);
    expect(allows(rule, { method: 'PUT' })).toBe(true);
    expect(allows(rule, { method: 'POST' })).toBe(false);
    expect(allows(rule, { path: '/x' })).toBe(false);
    expect(allows(rule, { sourceIp: '9.9.9.9' })).toBe(false);
  });

  it('20 adds every condition to every source and operation', () => {
    const rule =
      '{ from: [{ source: { ipBlocks: [10.0.0.1] } }, { source: { ipBlocks: [10.0.0.2] } }], when: [{ key: "request.headers[x-a]", values: [b] }] }';
    expect(allows(rule, { headers: { 'x-a': 'b' } })).toBe(true);
    expect(allows(rule, { sourceIp: '10.0.0.2' })).toBe(false);
    expect(
      allows(
        '{ when: [{ key: "request.headers[x-a]", values: [b] }, { key: "request.headers[x-a]", values: [c] }] }',
        { headers: { 'x-a': 'b' } },
      ),
    ).toBe(false);
  });

  it('21 takes empty lists for absent fields', () => {
    expect(allows('{ from: [], to: [{ operation: { paths: [/] } }] }')).toBe(
      true,
    );
    expect(allows(to('{ methods: [], paths: [/] }'))).toBe(true);
    expect(refused('{ rules: [{ from: [{ source: {} }] }] }')).toBe(true);
    expect(refused('{ rules: [{ from: [{}] }] }')).toBe(true);
    expect(
      refused('{ rules: [{ to: [{ operation: { paths: [""] } }] }] }'),
    ).toBe(true);
    expect(
      refused('{ rules: [{ when: [{ key: source.ip, values: [] }] }] }'),
    ).toBe(true);
  });

  it('22 drops an ALLOW rule that cannot be translated, and only the value from a DENY rule', () => {
    const tcp = { protocol: 'tcp' as const };
    expect(
      status(
        meshOf(
          policy(
            '{ rules: [{ to: [{ operation: { ports: ["8080"], methods: [GET] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(0);
    expect(
      status(
        meshOf(
          policy(
            '{ action: DENY, rules: [{ to: [{ operation: { ports: ["9090"], methods: [GET] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(200);
    expect(
      status(
        meshOf(
          policy(
            '{ action: DENY, rules: [{ to: [{ operation: { ports: ["8080"], methods: [GET] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(0);
  });

  it('23 refuses an unknown key', () => {
    expect(
      refused('{ rules: [{ when: [{ key: request.nothing, values: [a] }] }] }'),
    ).toBe(true);
    expect(
      refused(
        '{ rules: [{ when: [{ key: destination.labels, values: [a] }] }] }',
      ),
    ).toBe(true);
  });

  it('24 holds the size limits of the definition', () => {
    const accounts = Array.from({ length: 17 }, (_, index) => `a${index}`).join(
      ', ',
    );
    expect(
      refused(
        `{ rules: [{ from: [{ source: { serviceAccounts: [${accounts}] } }] }] }`,
      ),
    ).toBe(true);
  });
});

describe('strings', () => {
  it('25 knows a star alone, in front, at the end, and nowhere else', () => {
    expect(allows(to('{ paths: ["*.html"] }'), { path: '/a/b.html' })).toBe(
      true,
    );
    expect(allows(to('{ paths: ["/a/*"] }'), { path: '/a/b/c' })).toBe(true);
    expect(allows(to('{ paths: ["/a/*"] }'), { path: '/a' })).toBe(false);
    expect(allows(to('{ paths: ["*"] }'), { path: '/anything' })).toBe(true);
    expect(allows(to('{ paths: ["/a*/b"] }'), { path: '/ax/b' })).toBe(false);
    expect(allows(to('{ paths: ["/a*/b"] }'), { path: '/a*/b' })).toBe(true);
    expect(
      allows(when('{ key: "request.headers[x-a]", values: ["*evil*"] }'), {
        headers: { 'x-a': 'an evil one' },
      }),
    ).toBe(false);
    expect(
      allows(when('{ key: "request.headers[x-a]", values: ["*"] }'), {
        headers: { 'x-a': '' },
      }),
    ).toBe(true);
  });

  it('26 is case-sensitive, except for hosts and the names of headers', () => {
    expect(allows(to('{ paths: [/a] }'), { path: '/A' })).toBe(false);
    expect(allows(to('{ hosts: [App.Foo] }'), { host: 'aPP.fOO' })).toBe(true);
    expect(
      allows(when('{ key: "request.headers[X-A]", values: [b] }'), {
        headers: { 'x-a': 'b' },
      }),
    ).toBe(true);
    expect(
      allows(when('{ key: "request.headers[x-a]", values: [b] }'), {
        headers: { 'x-a': 'B' },
      }),
    ).toBe(false);
    expect(
      allows(
        when('{ key: "request.headers[:authority]", values: [app.foo] }'),
        { host: 'APP.FOO' },
      ),
    ).toBe(false);
  });

  it('27 takes regular expressions and double stars for what they are: text', () => {
    expect(allows(to('{ paths: ["/a/.*"] }'), { path: '/a/b' })).toBe(false);
    expect(allows(to('{ paths: ["/a/**"] }'), { path: '/a/*x' })).toBe(true);
    expect(allows(to('{ paths: ["/a?"] }'), { path: '/ab' })).toBe(false);
  });
});

describe('operations', () => {
  it('28 compares hosts with their port, which a DENY rule by host misses', () => {
    expect(allows(to('{ hosts: [a.com] }'), { host: 'a.com:80' })).toBe(false);
    expect(allows(to('{ hosts: ["a.com:*"] }'), { host: 'a.com:80' })).toBe(
      true,
    );
    expect(allows(to('{ hosts: ["*.a.com"] }'), { host: 'a.com' })).toBe(false);
    expect(allows(to('{ hosts: ["*.a.com"] }'), { host: 'x.a.com:80' })).toBe(
      false,
    );
    expect(allows(to('{ hosts: [a.com] }'), { host: 'a.com.' })).toBe(false);
    expect(
      allows(to('{ hosts: [x.com] }'), {
        host: 'a.com',
        path: 'http://x.com/',
      }),
    ).toBe(true);
    expect(status(meshOf(policy('{ rules: [{}] }')), { host: '' })).toBe(400);
  });

  it('29 compares methods as they are; lower case never gets that far', () => {
    expect(allows(to('{ methods: [GET] }'), { method: 'HEAD' })).toBe(false);
    expect(allows(to('{ methods: ["P*"] }'), { method: 'PATCH' })).toBe(true);
    expect(status(meshOf(policy('{ rules: [{}] }')), { method: 'get' })).toBe(
      400,
    );
    expect(allows(to('{ methods: [get] }'))).toBe(false);
  });

  it('30 compares the port that the proxy listens on', () => {
    expect(allows(to('{ ports: ["8080"] }'))).toBe(true);
    expect(allows(to('{ ports: ["80"] }'))).toBe(false);
    expect(allows(when('{ key: destination.port, notValues: ["80"] }'))).toBe(
      true,
    );
    expect(
      refused('{ rules: [{ to: [{ operation: { ports: ["70000"] } }] }] }'),
    ).toBe(true);
  });

  it('31 compares paths without query, to the letter', () => {
    expect(allows(to('{ paths: [/a] }'), { path: '/a?x=1' })).toBe(true);
    expect(allows(to('{ paths: [/a] }'), { path: '/a/' })).toBe(false);
    expect(allows(to('{ paths: [/a] }'), { path: '/a;v=1' })).toBe(false);
    expect(allows(to('{ paths: ["/a?x=1"] }'), { path: '/a?x=1' })).toBe(false);
  });

  it.each([
    ['/admin/{*}', '/admin/a', true],
    ['/admin/{*}', '/admin/a;x=y', true],
    ['/admin/{*}', '/admin/a?x', true],
    ['/admin/{*}', '/admin', false],
    ['/admin/{*}', '/admin/', false],
    ['/admin/{*}', '/admin/a/', false],
    ['/admin/{*}', '/admin//a', false],
    ['/s/{**}', '/s/', true],
    ['/s/{**}', '/s/a/b', true],
    ['/s/{**}', '/s', false],
    ['/t/{**}/x', '/t//x', true],
    ['/t/{**}/x', '/t/a/b/x', true],
    ['/t/{**}/x', '/t/x', false],
    ['/q/{**}/', '/q/b/', true],
    ['/q/{**}/', '/q/b/c.txt', false],
    ['/admin/{*}', '/admin/a[b]', false],
    ['/admin/{*}', '/admin/a{b}', true],
  ])('32 path template %s, path %s: %s', (template, path, expected) => {
    expect(allows(to(`{ paths: ["${template}"] }`), { path })).toBe(expected);
  });

  it('32 refuses templates that Istio refuses', () => {
    const bad = (path: string) =>
      refused(`{ rules: [{ to: [{ operation: { paths: ["${path}"] } }] }] }`);
    expect(bad('/{**}/{*}')).toBe(true);
    expect(bad('/a{*}')).toBe(true);
    expect(bad('/{*}/a b')).toBe(true);
    expect(bad('/{*}/{**}')).toBe(false);
  });

  it.each([
    ['BASE', '/./admin', true],
    ['BASE', '/x/../admin', true],
    ['BASE', '/%61dmin', true],
    ['BASE', '/x\\\\..\\\\admin', true],
    ['BASE', '//admin', false],
    ['BASE', '/admin%2f', false],
    ['BASE', '/Admin', false],
    ['BASE', '/foo/..%2fadmin', false],
    ['MERGE_SLASHES', '//admin', true],
    ['MERGE_SLASHES', '/foo/..%2fadmin', false],
    ['DECODE_AND_MERGE_SLASHES', '/foo/..%2fadmin', true],
    ['DECODE_AND_MERGE_SLASHES', '/foo%5C..%5Cadmin', true],
    ['DECODE_AND_MERGE_SLASHES', '/admin%2f', false],
    ['NONE', '/./admin', false],
    ['NONE', '/admin', true],
  ])(
    '33 normalization %s, path %s is /admin: %s',
    (normalization, path, expected) => {
      const config = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "pathNormalization: { normalization: ${normalization} }" }
`;
      expect(
        allows(
          to('{ paths: [/admin] }'),
          { path: path.replaceAll('\\\\', '\\') },
          config,
        ),
      ).toBe(expected);
    },
  );

  it('33 answers 400 to a path that it cannot normalize', () => {
    expect(status(meshOf(policy('{ rules: [{}] }')), { path: '/a%00' })).toBe(
      400,
    );
    expect(status(meshOf(policy('{ rules: [{}] }')), { path: '/ä' })).toBe(400);
  });
});

describe('sources and conditions', () => {
  const sleep = { principal: 'cluster.local/ns/foo/sa/sleep' };

  it('34 compares the identity of a certificate; without one only negations match', () => {
    expect(
      allows(from('{ principals: [cluster.local/ns/foo/sa/sleep] }'), {
        peer: sleep,
      }),
    ).toBe(true);
    expect(allows(from('{ principals: ["*"] }'), { peer: sleep })).toBe(true);
    expect(
      allows(from('{ principals: ["cluster.local/ns/foo/*"] }'), {
        peer: sleep,
      }),
    ).toBe(true);
    expect(
      allows(from('{ principals: ["*/sa/sleep"] }'), { peer: sleep }),
    ).toBe(true);
    expect(allows(from('{ principals: ["*"] }'))).toBe(false);
    expect(allows(from('{ notPrincipals: ["*"] }'))).toBe(true);
    expect(
      ask(meshOf(policy(`{ rules: [${from('{ principals: ["*"] }')}] }`)), {
        peer: undefined,
      }).unknown,
    ).toEqual(['identity of the calling workload']);
  });

  it('35 takes the trust domain, its aliases and cluster.local for one', () => {
    const config = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "{ trustDomain: td1, trustDomainAliases: [td2] }" }
`;
    const rule = (principal: string) => from(`{ principals: [${principal}] }`);
    const peer = { principal: 'td1/ns/foo/sa/sleep' };
    expect(
      allows(rule('cluster.local/ns/foo/sa/sleep'), { peer }, config),
    ).toBe(true);
    expect(allows(rule('td2/ns/foo/sa/sleep'), { peer }, config)).toBe(true);
    expect(allows(rule('td3/ns/foo/sa/sleep'), { peer }, config)).toBe(false);
  });

  it('36 finds a namespace inside the identity', () => {
    expect(allows(from('{ namespaces: [foo] }'), { peer: sleep })).toBe(true);
    expect(allows(from('{ namespaces: ["f*"] }'), { peer: sleep })).toBe(true);
    expect(allows(from('{ namespaces: [bar] }'), { peer: sleep })).toBe(false);
    expect(allows(from('{ notNamespaces: [foo] }'))).toBe(true);
  });

  it('37 completes a service account with the namespace of the policy', () => {
    expect(allows(from('{ serviceAccounts: [sleep] }'), { peer: sleep })).toBe(
      true,
    );
    expect(
      allows(from('{ serviceAccounts: [bar/sleep] }'), { peer: sleep }),
    ).toBe(false);
    expect(allows(from('{ serviceAccounts: [sle] }'), { peer: sleep })).toBe(
      false,
    );
    expect(
      refused(
        `{ rules: [${from(
          '{ serviceAccounts: [sleep], namespaces: [foo] }',
        )}] }`,
      ),
    ).toBe(true);
  });

  it('39 tells the connection from the client: X-Forwarded-For counts at sidecars, at gateways only behind trusted proxies', () => {
    const headers = { 'x-forwarded-for': '1.2.3.4' };
    expect(allows(from('{ remoteIpBlocks: [1.2.3.4] }'), { headers })).toBe(
      true,
    );
    expect(allows(from('{ ipBlocks: [1.2.3.4] }'), { headers })).toBe(false);
    const gateway = (hops: number) =>
      status(
        meshOf(
          ENTRANCE,
          ROUTE,
          '\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: p, namespace: istio-system }\nspec: { rules: [{ from: [{ source: { remoteIpBlocks: [1.2.3.4] } }] }] }\n',
          `\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "defaultConfig: { gatewayTopology: { numTrustedProxies: ${hops} } }" }\n`,
        ),
        { at: GATEWAY, headers },
      );
    expect(gateway(0)).toBe(403);
    expect(gateway(1)).toBe(200);
    expect(gateway(2)).toBe(403);
  });

  const token = (rule: string, claims: Record<string, unknown> = {}) =>
    allows(rule, { token: bearer(claims) }, authentication(ISSUER));

  it('40 cuts request principals at the last slash', () => {
    expect(token(from('{ requestPrincipals: ["*"] }'))).toBe(true);
    expect(
      token(from('{ requestPrincipals: ["*"] }'), { sub: undefined }),
    ).toBe(false);
    expect(
      token(from('{ requestPrincipals: ["https://kc/realms/x/*"] }')),
    ).toBe(true);
    expect(
      token(from('{ requestPrincipals: ["https://kc/realms/x/al*"] }')),
    ).toBe(true);
    expect(token(from('{ requestPrincipals: ["*/alice"] }'))).toBe(true);
    expect(token(from('{ requestPrincipals: ["https://kc/realms/*"] }'))).toBe(
      false,
    );
    expect(token(from('{ requestPrincipals: ["*/*"] }'))).toBe(false);
    expect(
      token(from('{ requestPrincipals: ["https://kc/realms/x/a/b"] }'), {
        sub: 'a/b',
      }),
    ).toBe(false);
  });

  it('41 finds a value in a string or in a list of strings, and nowhere else', () => {
    const roles = when(
      '{ key: "request.auth.claims[realm_access][roles]", values: [admin] }',
    );
    expect(token(roles, { realm_access: { roles: ['user', 'admin'] } })).toBe(
      true,
    );
    expect(token(roles, { realm_access: { roles: 'admin' } })).toBe(true);
    expect(token(roles, { realm_access: { roles: [['admin']] } })).toBe(false);
    expect(token(roles, { realm_access: { roles: { admin: true } } })).toBe(
      false,
    );
    const dotted = when(
      '{ key: "request.auth.claims[realm_access.roles]", values: [admin] }',
    );
    expect(token(dotted, { realm_access: { roles: ['admin'] } })).toBe(false);
    expect(token(dotted, { 'realm_access.roles': ['admin'] })).toBe(true);
    const verified = when(
      '{ key: "request.auth.claims[email_verified]", values: ["true", "*"] }',
    );
    expect(token(verified, { email_verified: true })).toBe(false);
    expect(
      token(when('{ key: "request.auth.claims[groups]", values: ["*"] }'), {
        groups: [],
      }),
    ).toBe(false);
    expect(
      token(when('{ key: "request.auth.claims[scope]", values: [profile] }'), {
        scope: 'openid profile',
      }),
    ).toBe(true);
    expect(
      token(
        when(
          '{ key: "request.auth.claims[scope]", values: ["openid profile"] }',
        ),
        { scope: 'openid profile' },
      ),
    ).toBe(false);
    expect(
      token(when('{ key: request.auth.audiences, values: [orders] }'), {
        aud: ['account', 'orders'],
      }),
    ).toBe(true);
    expect(
      token(when('{ key: request.auth.presenter, values: [web] }'), {
        azp: 'web',
      }),
    ).toBe(true);
  });

  it('42 takes a negation for met where the attribute is missing', () => {
    expect(
      allows(when('{ key: "request.auth.claims[a]", notValues: [b] }')),
    ).toBe(true);
    expect(
      allows(when('{ key: "request.headers[x-a]", notValues: [b] }')),
    ).toBe(true);
    expect(allows(from('{ notRequestPrincipals: ["*"] }'))).toBe(true);
    expect(
      token(when('{ key: "request.auth.claims[groups]", notValues: [b] }'), {
        groups: ['a', 'b'],
      }),
    ).toBe(false);
  });

  it('43 looks at each line of a repeated header', () => {
    const header = when('{ key: "request.headers[x-a]", values: [a] }');
    expect(allows(header, { headers: { 'x-a': ['b', 'a'] } })).toBe(true);
    expect(allows(header, { headers: { 'x-a': 'a,b' } })).toBe(false);
    expect(
      allows(when('{ key: "request.headers[:path]", values: ["/?x=1"] }'), {
        path: '/?x=1',
      }),
    ).toBe(true);
  });

  it('44 has an empty server name in plain text, and does not know the own address', () => {
    expect(allows(when('{ key: connection.sni, notValues: [a.com] }'))).toBe(
      true,
    );
    expect(allows(when('{ key: connection.sni, values: ["*"] }'))).toBe(false);
    expect(
      ask(
        meshOf(
          policy(
            `{ rules: [${when(
              '{ key: destination.ip, values: [10.0.0.9] }',
            )}] }`,
          ),
        ),
      ).unknown,
    ).toEqual(['address of the proxy']);
  });

  it('45 does not know what other filters have put into their metadata', () => {
    const mesh = meshOf(
      policy(
        `{ rules: [${when(
          '{ key: "experimental.envoy.filters.a[b]", values: [c] }',
        )}] }`,
      ),
    );
    expect(ask(mesh)).toMatchObject({
      verdict: 'unknown',
      unknown: ['dynamic metadata experimental.envoy.filters.a[b]'],
    });
  });

  it('46 refuses identities in CUSTOM rules', () => {
    const custom = (rule: string) =>
      refused(`{ action: CUSTOM, provider: { name: p }, rules: [${rule}] }`);
    expect(custom(from('{ principals: ["*"] }'))).toBe(true);
    expect(custom(from('{ requestPrincipals: ["*"] }'))).toBe(true);
    expect(custom(when('{ key: "request.auth.claims[a]", values: [b] }'))).toBe(
      true,
    );
    expect(custom(from('{ ipBlocks: [10.0.0.1] }'))).toBe(false);
  });
});

describe('TCP', () => {
  const tcp = { protocol: 'tcp' as const };

  it('47 leaves TCP its own attributes', () => {
    expect(
      status(
        meshOf(
          policy(
            '{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(200);
    expect(
      status(
        meshOf(
          policy(
            '{ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(0);
  });

  it('48 denies all TCP by a DENY rule of HTTP attributes alone, and warns about it', () => {
    expect(
      status(
        meshOf(
          policy(
            '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }',
          ),
        ),
        tcp,
      ),
    ).toBe(0);
    expect(
      problemsOf(
        policy(
          '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }',
        ),
      ),
    ).toMatchObject([{ severity: 'warning', path: 'spec.rules[0]' }]);
  });
});
