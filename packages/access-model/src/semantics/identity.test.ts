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
  WORKLOAD,
} from '../testUtils';
import { peerAuthenticationFor } from '../authn';
import type { DecisionRequest } from '../decide';

const provider = (
  extra = '',
  kind = 'envoyExtAuthzHttp',
  service = 'authz.auth.svc.cluster.local',
  name = 'p',
) => `{ name: ${name}, ${kind}: { service: ${service}, port: 80${extra} } }`;

const config = (...providers: string[]) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [${providers.join(', ')}]
---
apiVersion: v1
kind: Service
metadata: { name: authz, namespace: auth }
spec: { ports: [{ port: 80, name: http }] }
`;

const custom = (rule = '{}', name = 'p', namespace = 'istio-system') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: custom-${name}, namespace: ${namespace} }
spec: { action: CUSTOM, provider: { name: ${name} }, rules: [${rule}] }
`;

const gateway = (answer: number | undefined, ...objects: string[]) =>
  status(meshOf(ENTRANCE, ROUTE, ...objects), {
    at: GATEWAY,
    extAuthz: answer === undefined ? {} : { p: { status: answer } },
  });

describe('external authorisers', () => {
  it('15a are not asked about a request that has no route', () => {
    const mesh = meshOf(
      ENTRANCE,
      ROUTE.replace('"*"', 'a.com'),
      config(provider()),
      custom(),
    );
    expect(
      status(mesh, {
        at: GATEWAY,
        host: 'b.com',
        extAuthz: { p: { status: 302 } },
      }),
    ).toBe(404);
    expect(
      status(mesh, {
        at: GATEWAY,
        host: 'a.com',
        extAuthz: { p: { status: 302 } },
      }),
    ).toBe(302);
  });

  it('49 that speak HTTP are not asked about TCP, those that speak gRPC are', () => {
    const mesh = (kind: string) =>
      meshOf(config(provider('', kind)), custom('{}', 'p', 'foo'));
    const tcp: Partial<DecisionRequest> = {
      protocol: 'tcp',
      extAuthz: { p: { status: 403 } },
    };
    expect(status(mesh('envoyExtAuthzHttp'), tcp)).toBe(200);
    expect(status(mesh('envoyExtAuthzGrpc'), tcp)).toBe(0);
  });

  it('51 that are not known, or whose service is not, deny what the rules match and nothing else', () => {
    const rule = '{ to: [{ operation: { paths: [/x] } }] }';
    for (const objects of [
      [config(), custom(rule)],
      [
        config(
          provider('', 'envoyExtAuthzHttp', 'nobody.auth.svc.cluster.local'),
        ),
        custom(rule),
      ],
    ]) {
      const mesh = meshOf(ENTRANCE, ROUTE, ...objects);
      expect(status(mesh, { at: GATEWAY, path: '/x' })).toBe(403);
      expect(status(mesh, { at: GATEWAY, path: '/y' })).toBe(200);
    }
  });

  it('52 that are two on one proxy deny what either matches', () => {
    const two = config(
      provider(),
      provider('', 'envoyExtAuthzHttp', 'authz.auth.svc.cluster.local', 'q'),
    );
    expect(
      gateway(
        200,
        two,
        custom(),
        custom('{ to: [{ operation: { paths: [/never] } }] }', 'q'),
      ),
    ).toBe(403);
  });

  it('53 are asked only where a rule matches; unreachable ones deny unless they fail open', () => {
    expect(
      gateway(
        403,
        config(provider()),
        custom('{ to: [{ operation: { paths: [/x] } }] }'),
      ),
    ).toBe(200);
    expect(gateway(0, config(provider()), custom())).toBe(403);
    expect(gateway(503, config(provider()), custom())).toBe(403);
    expect(gateway(0, config(provider(', failOpen: true')), custom())).toBe(
      200,
    );
    expect(
      gateway(0, config(provider(', statusOnError: "500"')), custom()),
    ).toBe(500);
    expect(gateway(undefined, config(provider()), custom())).toBe('unknown');
    expect(gateway(201, config(provider()), custom())).toBe(201);
  });

  it('54 hand on only the headers that the provider lists', () => {
    const read = (extra: string) =>
      ask(meshOf(ENTRANCE, ROUTE, config(provider(extra)), custom()), {
        at: GATEWAY,
        headers: { 'x-user': 'mallory' },
        extAuthz: { p: { status: 200, headers: { 'x-user': 'alice' } } },
      }).target?.forwarded.headers['x-user'];
    expect(read(', headersToUpstreamOnAllow: ["X-User"]')).toEqual(['alice']);
    expect(read('')).toEqual(['mallory']);
    expect(
      gateway(
        200,
        config(provider(', headersToUpstreamOnAllow: ["*"]')),
        custom(),
      ),
    ).toBe(403);
  });

  const allow =
    '\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: allow, namespace: istio-system }\nspec: { rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }\n';
  const tokens = authentication(ISSUER).replace(
    'namespace: foo',
    'namespace: istio-system',
  );

  it('55 run before the token is read: what they put into Authorization counts', () => {
    const mesh = (extra: string) =>
      meshOf(ENTRANCE, ROUTE, config(provider(extra)), custom(), tokens, allow);
    const request = {
      at: GATEWAY,
      token: { ...bearer()!, via: 'extAuthz:p' },
      extAuthz: { p: { status: 200 } },
    };
    expect(
      status(mesh(', headersToUpstreamOnAllow: [authorization]'), request),
    ).toBe(200);
    expect(status(mesh(''), request)).toBe(403);
    expect(
      status(mesh(''), {
        at: GATEWAY,
        token: bearer(),
        extAuthz: { p: { status: 302 } },
      }),
    ).toBe(302);
  });

  it('56 leave a path out, and the token is still checked there', () => {
    const mesh = meshOf(
      ENTRANCE,
      ROUTE,
      config(provider()),
      custom('{ to: [{ operation: { notPaths: [/health] } }] }'),
      tokens,
    );
    expect(
      status(mesh, {
        at: GATEWAY,
        path: '/health',
        headers: { authorization: 'Bearer garbage' },
      }),
    ).toBe(401);
  });
});

describe('request authentication', () => {
  const alone = (rules: string, request: Partial<DecisionRequest>) =>
    status(meshOf(authentication(rules)), request);

  it('59 is a union: one valid token is enough, and another audience is another way in', () => {
    const two =
      '[{ issuer: https://kc/realms/x, jwks: "{}", audiences: [a] }, { issuer: https://kc/realms/x, jwks: "{}", audiences: [b] }]';
    expect(alone(two, { token: bearer({ aud: 'a' }) })).toBe(200);
    expect(alone(two, { token: bearer({ aud: 'b' }) })).toBe(200);
    expect(alone(two, { token: bearer({ aud: 'c' }) })).toBe(403);
    const places =
      '[{ issuer: https://kc/realms/x, jwks: "{}" }, { issuer: other, jwks: "{}", fromHeaders: [{ name: x-token }] }]';
    expect(
      alone(places, { token: bearer(), headers: { 'x-token': 'garbage' } }),
    ).toBe(200);
    expect(alone(places, { headers: { 'x-token': 'garbage' } })).toBe(401);
  });

  it('60 never asks for a token by itself, and without it no claim exists', () => {
    expect(alone(ISSUER, {})).toBe(200);
    const claim =
      '{ rules: [{ when: [{ key: "request.auth.claims[a]", values: [b] }] }] }';
    expect(status(meshOf(policy(claim)), { token: bearer({ a: 'b' }) })).toBe(
      403,
    );
    expect(
      status(meshOf(policy(claim), authentication(ISSUER)), {
        token: bearer({ a: 'b' }),
      }),
    ).toBe(200);
  });

  it('61 looks in Authorization and access_token, or where it is told to', () => {
    const bad = (via: string, prefix = '') => ({
      token: {
        via,
        valid: false,
        prefix,
        claims: { iss: 'https://kc/realms/x' },
      },
    });
    expect(alone(ISSUER, bad('authorization', 'Bearer '))).toBe(401);
    expect(alone(ISSUER, bad('authorization', 'bearer '))).toBe(200);
    expect(alone(ISSUER, bad('query:access_token'))).toBe(401);
    const header =
      '[{ issuer: https://kc/realms/x, jwks: "{}", fromHeaders: [{ name: x-token, prefix: "jwt " }] }]';
    expect(alone(header, bad('authorization', 'Bearer '))).toBe(200);
    expect(alone(header, bad('header:x-token', 'foo jwt '))).toBe(401);
    expect(alone(header, bad('header:x-token'))).toBe(200);
    expect(
      alone(
        '[{ issuer: https://kc/realms/x, jwks: "{}", fromCookies: [session] }]',
        bad('cookie:session'),
      ),
    ).toBe(401);
    expect(
      alone(ISSUER, {
        headers: { authorization: ['Bearer garbage', 'Basic x'] },
      }),
    ).toBe(401);
    expect(alone(ISSUER, { headers: { authorization: 'Basic x' } })).toBe(200);
  });

  it('62 checks issuer, times, audience and signature; only a wrong audience is 403', () => {
    const rule =
      '[{ issuer: https://kc/realms/x, jwks: "{}", audiences: [orders] }]';
    expect(alone(rule, { token: bearer({ aud: ['account', 'orders'] }) })).toBe(
      200,
    );
    expect(alone(rule, { token: bearer({ aud: 'https://orders/' }) })).toBe(
      200,
    );
    expect(alone(rule, { token: bearer() })).toBe(403);
    expect(
      alone(rule, { token: bearer({ aud: 'orders', iss: 'other' }) }),
    ).toBe(401);
    expect(
      alone(rule, {
        token: { ...bearer({ aud: 'orders' })!, valid: false, why: 'expired' },
      }),
    ).toBe(401);
    expect(
      alone(rule, {
        headers: {
          authorization:
            'Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2tjL3JlYWxtcy94IiwiYXVkIjoib3JkZXJzIn0.AA',
        },
      }),
    ).toBe('unknown');
  });

  it('63 wants an issuer or the address of keys, and not two sources of keys', () => {
    const bad = (rules: string) =>
      problemsOf(authentication(rules)).some(
        ({ severity }) => severity === 'error',
      );
    expect(bad('[{ audiences: [a] }]')).toBe(true);
    expect(bad('[{ issuer: a, jwksUri: "ftp://a/keys" }]')).toBe(true);
    expect(bad('[{ issuer: a, jwksUri: "https://a/keys", jwks: "{}" }]')).toBe(
      true,
    );
    expect(bad('[{ issuer: a, jwksUri: "https://a/keys" }]')).toBe(false);
  });

  it('64 takes the token away unless it is to be passed on, and never believes a claim header of the client', () => {
    const authorization =
      '{ rules: [{ when: [{ key: "request.headers[authorization]", values: ["Bearer *"] }] }] }';
    expect(
      status(meshOf(policy(authorization), authentication(ISSUER)), {
        token: bearer(),
      }),
    ).toBe(403);
    const forwarding = ISSUER.replace(' }]', ', forwardOriginalToken: true }]');
    expect(
      status(meshOf(policy(authorization), authentication(forwarding)), {
        token: bearer(),
      }),
    ).toBe(200);
    const output = ISSUER.replace(
      ' }]',
      ', outputClaimToHeaders: [{ header: x-sub, claim: sub }] }]',
    );
    const header =
      '{ rules: [{ when: [{ key: "request.headers[x-sub]", values: [alice] }] }] }';
    expect(
      status(meshOf(policy(header), authentication(output)), {
        headers: { 'x-sub': 'alice' },
      }),
    ).toBe(403);
    expect(
      status(meshOf(policy(header), authentication(output)), {
        token: bearer(),
      }),
    ).toBe(200);
  });

  it('65 lets a CORS preflight pass, which an ALLOW rule on claims then denies', () => {
    const preflight = {
      method: 'OPTIONS',
      headers: {
        origin: 'https://a',
        'access-control-request-method': 'GET',
        authorization: 'Bearer garbage',
      },
    };
    expect(alone(ISSUER, preflight)).toBe(200);
    expect(
      status(
        meshOf(
          policy(
            '{ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }',
          ),
          authentication(ISSUER),
        ),
        preflight,
      ),
    ).toBe(403);
  });

  it('66 counts at its own proxy only', () => {
    const atGateway = authentication(ISSUER)
      .replace('namespace: foo', 'namespace: istio-system')
      .replace('spec:', 'spec:');
    const claim = policy(
      '{ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }',
    );
    const only = meshOf(
      claim,
      authentication(ISSUER).replace(
        '{ jwtRules',
        '{ selector: { matchLabels: { app: other } }, jwtRules',
      ),
    );
    expect(atGateway).toContain('istio-system');
    expect(status(only, { token: bearer() })).toBe(403);
  });
});

describe('peer authentication', () => {
  const peers = (name: string, namespace: string, spec: string) => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
  const mode = (...objects: string[]) =>
    peerAuthenticationFor(
      meshOf(...objects),
      { namespace: 'foo', labels: { app: 'app' } },
      8080,
    ).mode;

  it('67 takes the narrowest scope that says something; UNSET inherits; a selector in the root namespace has no effect', () => {
    const mesh = peers('m', 'istio-system', '{ mtls: { mode: STRICT } }');
    expect(mode(policy('{}'))).toBe('PERMISSIVE');
    expect(mode(mesh)).toBe('STRICT');
    expect(mode(mesh, peers('ns', 'foo', '{ mtls: { mode: DISABLE } }'))).toBe(
      'DISABLE',
    );
    expect(mode(mesh, peers('ns', 'foo', '{ mtls: { mode: UNSET } }'))).toBe(
      'STRICT',
    );
    expect(
      mode(
        peers(
          'm',
          'istio-system',
          '{ selector: { matchLabels: { app: app } }, mtls: { mode: STRICT } }',
        ),
      ),
    ).toBe('PERMISSIVE');
  });

  it('68 overrides single container ports of a selected workload', () => {
    const own = peers(
      'w',
      'foo',
      '{ selector: { matchLabels: { app: app } }, mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: PERMISSIVE } } }',
    );
    expect(mode(own)).toBe('PERMISSIVE');
    expect(
      problemsOf(
        peers('ns', 'foo', '{ portLevelMtls: { "8080": { mode: STRICT } } }'),
      ).some(({ severity }) => severity === 'error'),
    ).toBe(true);
  });

  it('69 resets plain text where it is STRICT, and a handshake where it is DISABLE', () => {
    const peer = { principal: 'cluster.local/ns/foo/sa/sleep' };
    const strict = meshOf(peers('ns', 'foo', '{ mtls: { mode: STRICT } }'));
    expect(status(strict)).toBe(0);
    expect(status(strict, { peer })).toBe(200);
    expect(status(strict, { peer: undefined })).toBe('unknown');
    expect(
      status(meshOf(peers('ns', 'foo', '{ mtls: { mode: DISABLE } }')), {
        peer,
      }),
    ).toBe(0);
  });

  it('70 has no effect on a gateway, whose servers have TLS modes of their own', () => {
    expect(
      status(
        meshOf(
          ENTRANCE,
          ROUTE,
          peers('m', 'istio-system', '{ mtls: { mode: STRICT } }'),
        ),
        { at: GATEWAY },
      ),
    ).toBe(200);
    const tls = ENTRANCE.replace(
      'protocol: HTTP }',
      'protocol: HTTPS }',
    ).replace(
      'hosts: ["*"] }]',
      'hosts: ["*"], tls: { mode: MUTUAL, credentialName: c } }]',
    );
    const mesh = meshOf(tls, ROUTE);
    expect(status(mesh, { at: GATEWAY, scheme: 'https', peer: null })).toBe(0);
    expect(
      status(mesh, {
        at: GATEWAY,
        scheme: 'https',
        peer: { principal: 'a/ns/b/sa/c' },
      }),
    ).toBe(200);
  });

  it('71 decides who has an identity at all', () => {
    const permissive = peers('ns', 'foo', '{ mtls: { mode: PERMISSIVE } }');
    expect(
      status(
        meshOf(
          permissive,
          policy('{ rules: [{ from: [{ source: { principals: ["*"] } }] }] }'),
        ),
      ),
    ).toBe(403);
    expect(
      status(
        meshOf(
          permissive,
          policy(
            '{ action: DENY, rules: [{ from: [{ source: { principals: ["*"] } }] }] }',
          ),
        ),
      ),
    ).toBe(200);
  });
});

describe('what nobody can see from outside', () => {
  it('101 makes the decisions at the proxies that it touches unknown, by name', () => {
    const filter = (selector: string, context: string) => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: lua, namespace: foo }
spec: { workloadSelector: { labels: { ${selector} } }, configPatches: [{ applyTo: HTTP_FILTER, match: { context: ${context} } }] }
`;
    expect(ask(meshOf(filter('app: app', 'SIDECAR_INBOUND'))).unknown).toEqual([
      'EnvoyFilter/foo/lua',
    ]);
    expect(status(meshOf(filter('app: other', 'SIDECAR_INBOUND')))).toBe(200);
    expect(status(meshOf(filter('app: app', 'SIDECAR_OUTBOUND')))).toBe(200);
    const plugin =
      '\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: w, namespace: foo }\nspec: { url: "oci://a/b" }\n';
    expect(ask(meshOf(plugin), { at: WORKLOAD }).unknown).toEqual([
      'WasmPlugin/foo/w',
    ]);
  });
});
