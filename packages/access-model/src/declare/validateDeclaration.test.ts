import { AccessDeclaration, AccessRule } from './types';
import { validateDeclaration } from './validateDeclaration';
import {
  ownWall,
  programInterface,
  webApplication,
} from './__testUtils__/examples';

function fields(declaration: AccessDeclaration): string[] {
  return validateDeclaration(declaration).map(problem => problem.field);
}

function withRules(...rules: AccessRule[]): AccessDeclaration {
  return { ...webApplication, rules };
}

const loggedIn = { kind: 'loggedIn' } as const;
const open = { kind: 'public' } as const;
const role = (...names: string[]) =>
  ({
    kind: 'roles',
    roles: names.map(name => ({ kind: 'client' as const, name })),
  } as const);

describe('validateDeclaration', () => {
  it.each([webApplication, programInterface, ownWall])(
    'takes a sound declaration',
    declaration => {
      expect(validateDeclaration(declaration)).toEqual([]);
    },
  );

  it.each([
    'Returns',
    'returns_1',
    '-returns',
    'returns-',
    '1returns',
    '',
    'a'.repeat(64),
    'returns.shop',
  ])('refuses the service name "%s"', name => {
    expect(
      fields({
        ...webApplication,
        service: { ...webApplication.service, name },
      }),
    ).toEqual(['service.name']);
  });

  it.each(['istio-system', 'kube-system', 'kube-x', 'Shop', 'a.b'])(
    'refuses the namespace "%s"',
    namespace => {
      expect(
        fields({
          ...webApplication,
          service: { ...webApplication.service, namespace },
        }),
      ).toEqual(['service.namespace']);
    },
  );

  it('refuses the namespace of the gateway', () => {
    expect(
      fields({
        ...programInterface,
        service: { ...programInterface.service, namespace: 'istio-ingress' },
      }),
    ).toEqual(['service.namespace']);
  });

  it.each([
    '*.example.com',
    'returns',
    'Returns.example.com',
    'returns.example.com.',
    'returns.example.com:443',
    'https://returns.example.com',
    '10.0.0.1',
    'a..example.com',
    'user@returns.example.com',
  ])('refuses the host "%s"', host => {
    expect(
      fields({
        ...webApplication,
        exposure: { ...webApplication.exposure!, host },
      }),
    ).toEqual(['exposure.host']);
  });

  it.each(['/oauth2', '/oauth2/x', '/a/', '/a/*', '/{*}', 'a', '/a b'])(
    'refuses the path prefix "%s"',
    pathPrefix => {
      expect(
        fields({
          ...webApplication,
          exposure: { ...webApplication.exposure!, pathPrefix },
        }),
      ).toContain('exposure.pathPrefix');
    },
  );

  it.each([
    'orders',
    '/orders/',
    '/a//b',
    '/a/../b',
    '/a*',
    '/*/b',
    '/a?x=1',
    '/a%2Fb',
    '/a/{**}',
    '/a/{id}',
    '/a;b',
    '/a[1]',
  ])('refuses the path "%s"', path => {
    expect(
      fields(withRules({ methods: [], paths: [path], access: open })),
    ).toEqual(['rules[0].paths[0]']);
  });

  it('refuses a path that the gateway does not send', () => {
    expect(
      fields({
        ...programInterface,
        rules: [{ methods: [], paths: ['/ratesX'], access: open }],
      }),
    ).toEqual(['rules[0].paths[0]']);
  });

  it.each(['get', 'TRACE', '*', ''])('refuses the method "%s"', method => {
    expect(
      fields(withRules({ methods: [method], paths: ['/'], access: open })),
    ).toEqual(['rules[0].methods[0]']);
  });

  it.each(['', '*', 'a*', 'a b', 'a"', 'a\n'])(
    'refuses the role "%s"',
    name => {
      expect(
        fields(withRules({ methods: [], paths: ['/'], access: role(name) })),
      ).toEqual(['rules[0].access.roles[0]']);
    },
  );

  it.each([
    'sso.example.com',
    'ftp://sso.example.com/x',
    'https://sso.example.com/x/',
    'https://user:word@sso.example.com/x',
    'https://sso.example.com/x?y',
    'https://sso.example.com/*',
  ])('refuses the issuer "%s"', issuer => {
    expect(
      fields({
        ...webApplication,
        identity: { ...webApplication.identity, issuer },
      }),
    ).toEqual(['identity.issuer']);
  });

  it('refuses an exposure without rules, and rules without exposure', () => {
    expect(fields(withRules())).toEqual(['rules']);
    const { exposure: _, ...inside } = webApplication;
    expect(fields(inside)).toEqual(['rules']);
    expect(fields({ ...inside, rules: [] })).toEqual([]);
  });

  it('refuses a wall of its own without the labels of the gateway', () => {
    expect(
      fields({
        ...ownWall,
        exposure: {
          ...ownWall.exposure!,
          loginWall: {
            ...ownWall.exposure!.loginWall!,
            policy: { provider: 'oauth2-proxy' },
          },
        },
      }),
    ).toEqual(['exposure.loginWall.policy.gatewayLabels']);
  });

  describe('rules that open each other', () => {
    it.each<[string, AccessRule, AccessRule]>([
      [
        'anyone logged in everywhere, a role below',
        { methods: [], paths: ['/*'], access: loggedIn },
        { methods: [], paths: ['/admin/*'], access: role('admin') },
      ],
      [
        'the same the other way round',
        { methods: ['GET'], paths: ['/admin/*'], access: role('admin') },
        { methods: ['GET', 'POST'], paths: ['/*'], access: loggedIn },
      ],
      [
        'two roles',
        { methods: [], paths: ['/a/*'], access: role('reader') },
        { methods: [], paths: ['/a/b'], access: role('admin') },
      ],
      [
        'a pattern over a name',
        { methods: [], paths: ['/a/{*}'], access: role('reader') },
        { methods: [], paths: ['/a/secret'], access: role('admin') },
      ],
      [
        'crossing patterns',
        { methods: [], paths: ['/a/{*}'], access: role('reader') },
        { methods: [], paths: ['/{*}/b'], access: role('admin') },
      ],
      [
        'the same path twice',
        { methods: ['GET'], paths: ['/a'], access: role('reader') },
        { methods: ['GET'], paths: ['/a'], access: role('admin') },
      ],
    ])('refuses %s', (_title, first, second) => {
      expect(fields(withRules(first, second))).toEqual(['rules[1].paths[0]']);
    });

    it.each<[string, AccessRule, AccessRule]>([
      [
        'other methods',
        { methods: ['GET'], paths: ['/a'], access: loggedIn },
        { methods: ['POST'], paths: ['/a'], access: role('admin') },
      ],
      [
        'a narrow path that is more open',
        { methods: [], paths: ['/*'], access: role('admin') },
        { methods: [], paths: ['/about'], access: loggedIn },
      ],
      [
        'a narrow path for further roles',
        { methods: [], paths: ['/a/*'], access: role('admin') },
        { methods: [], paths: ['/a/b'], access: role('reader', 'admin') },
      ],
      [
        'paths beside each other',
        { methods: [], paths: ['/a/*'], access: loggedIn },
        { methods: [], paths: ['/ab'], access: role('admin') },
      ],
    ])('takes %s', (_title, first, second) => {
      expect(fields(withRules(first, second))).toEqual([]);
    });

    it('refuses overlapping paths within one rule', () => {
      expect(
        fields(
          withRules({
            methods: [],
            paths: ['/a/*', '/a/b'],
            access: loggedIn,
          }),
        ),
      ).toEqual(['rules[0].paths[1]']);
    });

    it('wants all methods of a public path behind a wall in one rule', () => {
      expect(
        fields(
          withRules(
            { methods: ['GET'], paths: ['/a/*'], access: open },
            { methods: ['POST'], paths: ['/a/b'], access: open },
          ),
        ),
      ).toEqual(['rules[1].paths']);
    });
  });
});
