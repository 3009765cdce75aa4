import * as fc from 'fast-check';
import { decide, decideWay, DecisionRequest, RequestToken } from '../decide';
import { TOKEN_TEXT } from '../decide/requestFacts';
import { Mesh } from '../mesh';
import { AccessDeclaration, RoleReference } from './types';
import {
  DeclaredCaller,
  declaredAccessTable,
  isDeclared,
} from './declaredAccess';
import { HTTP_METHODS } from './validateDeclaration';
import { declarations } from './__testUtils__/arbitraries';
import { meshOf } from './__testUtils__/platform';
import { ownWall, webApplication } from './__testUtils__/examples';

const STRANGER = { namespace: 'stranger', name: 'stranger' };

function claimsOf(
  declaration: AccessDeclaration,
  audience: string,
  roles: RoleReference[],
): Record<string, unknown> {
  const { issuer, clientId } = declaration.identity;
  const names = (kind: RoleReference['kind']) =>
    roles.filter(role => role.kind === kind).map(role => role.name);
  return {
    iss: issuer,
    sub: 'ada',
    aud: [audience, 'account'],
    realm_access: { roles: names('realm') },
    resource_access: { [clientId]: { roles: names('client') } },
  };
}

/** The token of a program, in Authorization. */
function programToken(
  declaration: AccessDeclaration,
  roles: RoleReference[],
): RequestToken {
  return {
    via: 'authorization',
    valid: true,
    prefix: 'Bearer ',
    claims: claimsOf(declaration, declaration.identity.clientId, roles),
  };
}

/** The token that the wall adds. */
function browserToken(
  declaration: AccessDeclaration,
  roles: RoleReference[],
): RequestToken | undefined {
  const wall = declaration.exposure?.loginWall;
  return (
    wall && {
      via: `header:${wall.tokenHeader}`,
      valid: true,
      claims: claimsOf(declaration, wall.audience, roles),
    }
  );
}

function atWorkload(
  declaration: AccessDeclaration,
  request: { method: string; path: string },
  caller: DeclaredCaller,
  token: RequestToken | undefined,
): DecisionRequest {
  const { service, exposure } = declaration;
  const account =
    caller.peer === 'gateway'
      ? exposure?.gateway.serviceAccount ?? STRANGER
      : caller.peer;
  return {
    at: {
      kind: 'workload',
      namespace: service.namespace,
      labels: { app: service.name },
      port: service.containerPort,
    },
    ...request,
    scheme: 'http',
    host: exposure?.host ?? service.name,
    token: token ?? null,
    peer: {
      principal: `cluster.local/ns/${account.namespace}/sa/${account.name}`,
    },
  };
}

/** All roles that a declaration asks for, and one that it does not. */
function rolesOf(declaration: AccessDeclaration): RoleReference[] {
  return [
    ...declaration.rules.flatMap(rule =>
      rule.access.kind === 'roles' ? rule.access.roles : [],
    ),
    ...declaration.callers.flatMap(rule => rule.roles),
    { kind: 'client', name: 'no-such-role' },
  ];
}

/** Every path of the declaration, and what lies near it. */
function pathsNear(declaration: AccessDeclaration): string[] {
  const declared = [...declaration.rules, ...declaration.callers].flatMap(
    rule => rule.paths,
  );
  return [
    ...new Set([
      '/',
      '/elsewhere',
      ...declared.flatMap(path => {
        const base = path.replace(/\/\*$/, '').replace(/\{\*\}/g, 'x') || '/';
        return [
          base,
          `${base}/`,
          `${base}/x`,
          `${base}/x/y`,
          `${base}X`,
          `${base};x`,
          base.toUpperCase(),
          `${base}?q=/${base}`,
        ].map(near => near.replace(/^\/\//, '/'));
      }),
    ]),
  ];
}

interface Cell {
  method: string;
  path: string;
  caller: DeclaredCaller;
  token: RequestToken | undefined;
}

/** A cell with what the manifests decide, and with what was declared. */
function judge(mesh: Mesh, declaration: AccessDeclaration, cell: Cell) {
  const { method, path, caller, token } = cell;
  const { verdict, trace } = decide(
    mesh,
    atWorkload(declaration, { method, path }, caller, token),
  );
  const declared = isDeclared(declaration, {
    method,
    path: path.split('?')[0],
    caller,
  });
  return {
    decided: { ...cell, verdict, trace },
    declared: { ...cell, verdict: declared ? 'allow' : 'deny', trace },
  };
}

describe('the manifests of a declaration', () => {
  it('decide every cell as declared, at the workload', () => {
    const callerOf = (declaration: AccessDeclaration) =>
      fc.constantFrom(
        'gateway' as const,
        STRANGER,
        ...declaration.callers.map(rule => rule.caller),
      );
    fc.assert(
      fc.property(
        declarations.chain(declaration =>
          fc.tuple(
            fc.constant(declaration),
            fc.array(
              fc.record({
                method: fc.constantFrom(...HTTP_METHODS),
                path: fc.constantFrom(...pathsNear(declaration)),
                peer: callerOf(declaration),
                way: fc.constantFrom('none', 'program', 'browser'),
                roles: fc.uniqueArray(
                  fc.constantFrom(...rolesOf(declaration)),
                  { maxLength: 2 },
                ),
              }),
              { minLength: 30, maxLength: 30 },
            ),
          ),
        ),
        ([declaration, cells]) => {
          const mesh = meshOf(declaration);
          for (const { method, path, peer, way, roles } of cells) {
            let token: RequestToken | undefined;
            if (way === 'program') {
              token = programToken(declaration, roles);
            } else if (way === 'browser') {
              token = browserToken(declaration, roles);
            }
            const { decided, declared } = judge(mesh, declaration, {
              method,
              path,
              caller: { peer, ...(token && { token: { roles } }) },
              token,
            });
            expect(decided).toEqual(declared);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ['web application', webApplication],
    ['wall of its own', ownWall],
  ])('decide every method on every path near: %s', (_, declaration) => {
    const mesh = meshOf(declaration);
    const seen = { allow: 0, deny: 0 };
    for (const method of HTTP_METHODS) {
      for (const path of pathsNear(declaration)) {
        for (const roles of rolesOf(declaration).map(role => [role])) {
          for (const peer of [
            'gateway' as const,
            STRANGER,
            ...declaration.callers.map(rule => rule.caller),
          ]) {
            for (const token of [
              undefined,
              programToken(declaration, roles),
              browserToken(declaration, roles),
            ]) {
              const caller = { peer, ...(token && { token: { roles } }) };
              const { decided, declared } = judge(mesh, declaration, {
                method,
                path,
                caller,
                token,
              });
              expect(decided).toEqual(declared);
              seen[declared.verdict as 'allow' | 'deny']++;
            }
          }
        }
      }
    }
    expect(seen.allow).toBeGreaterThan(10);
    expect(seen.deny).toBeGreaterThan(20);
  });

  it('let nobody in without mutual TLS', () => {
    const request = atWorkload(
      webApplication,
      { method: 'GET', path: '/' },
      { peer: 'gateway' },
      browserToken(webApplication, []),
    );
    const decision = decide(meshOf(webApplication), { ...request, peer: null });
    expect(decision.verdict).toBe('deny');
  });

  it.each<[string, (token: RequestToken) => RequestToken]>([
    [
      'is meant for another service',
      token => ({
        ...token,
        claims: { ...token.claims, aud: 'payments' },
      }),
    ],
    [
      'has no audience',
      token => ({
        ...token,
        claims: { ...token.claims, aud: undefined },
      }),
    ],
    [
      'comes from another realm',
      token => ({
        ...token,
        claims: { ...token.claims, iss: 'https://sso.example.com/realms/x' },
      }),
    ],
    ['is not valid', token => ({ ...token, valid: false })],
    ['stands in the query', token => ({ ...token, via: 'query:access_token' })],
  ])('refuse a token that %s', (_title, change) => {
    const mesh = meshOf(webApplication);
    for (const token of [
      programToken(webApplication, []),
      browserToken(webApplication, [])!,
    ]) {
      const ask = (sent: RequestToken) =>
        decide(
          mesh,
          atWorkload(
            webApplication,
            { method: 'GET', path: '/' },
            { peer: 'gateway' },
            sent,
          ),
        ).verdict;
      expect(ask(token)).toBe('allow');
      expect(ask(change(token))).toBe('deny');
    }
  });

  it('take the ID token of the wall for no token of a program', () => {
    const token = programToken(webApplication, []);
    token.claims.aud = 'oauth2-proxy';
    const request = atWorkload(
      webApplication,
      { method: 'GET', path: '/' },
      { peer: 'gateway' },
      token,
    );
    expect(decide(meshOf(webApplication), request).verdict).toBe('deny');
  });

  describe('at the gateway', () => {
    function throughGateway(
      declaration: AccessDeclaration,
      request: { method: string; path: string; host?: string },
      session?: RoleReference[],
    ) {
      const wall = declaration.exposure!.loginWall!;
      return decideWay(meshOf(declaration), {
        at: {
          kind: 'gateway',
          namespace: declaration.exposure!.gateway.namespace,
          labels: { istio: 'ingressgateway' },
          port: 8080,
          serviceAccount: declaration.exposure!.gateway.serviceAccount!.name,
        },
        scheme: 'http',
        host: declaration.exposure!.host,
        ...request,
        token: session
          ? {
              via: 'extAuthz:oauth2-proxy',
              valid: true,
              claims: claimsOf(declaration, wall.audience, session),
            }
          : null,
        extAuthz: {
          'oauth2-proxy': session
            ? { status: 200, headers: { [wall.tokenHeader]: TOKEN_TEXT } }
            : { status: 302 },
        },
      });
    }

    it('send a browser without a session to the login page', () => {
      for (const host of ['returns.example.com', 'returns.example.com:443']) {
        for (const declaration of [webApplication, ownWall]) {
          expect(
            throughGateway(declaration, { method: 'GET', path: '/', host }),
          ).toMatchObject({ verdict: 'deny', status: 302 });
        }
      }
    });

    it('let a session in as far as its roles reach', () => {
      const ask = (method: string, path: string, names: string[]) =>
        throughGateway(
          webApplication,
          { method, path },
          names.map(name => ({ kind: 'client', name })),
        );
      expect(ask('GET', '/', []).verdict).toBe('allow');
      expect(ask('GET', '/items/1', [])).toMatchObject({
        verdict: 'deny',
        status: 403,
      });
      expect(ask('GET', '/items/1', ['reader']).verdict).toBe('allow');
      expect(ask('POST', '/items', ['reader']).status).toBe(403);
      expect(ask('POST', '/items', ['editor']).verdict).toBe('allow');
      expect(ask('GET', '/other', ['reader', 'editor']).status).toBe(403);
    });

    it('leave public paths out of a wall of their own, for their methods', () => {
      expect(
        throughGateway(ownWall, { method: 'GET', path: '/about/us' }).verdict,
      ).toBe('allow');
      expect(
        throughGateway(ownWall, { method: 'POST', path: '/about/us' }).status,
      ).toBe(302);
      expect(
        throughGateway(ownWall, { method: 'GET', path: '/aboutX' }).status,
      ).toBe(302);
    });
  });
});

describe('declaredAccessTable', () => {
  it('says each row in words', () => {
    expect(declaredAccessTable(webApplication)).toEqual([
      { methods: ['GET'], path: '/', who: 'anyone logged in' },
      { methods: ['GET'], path: '/items/*', who: 'role reader' },
      {
        methods: ['POST', 'DELETE'],
        path: '/items',
        who: 'role editor or admin (of the realm)',
      },
      {
        methods: ['POST', 'DELETE'],
        path: '/items/{*}',
        who: 'role editor or admin (of the realm)',
      },
      { methods: ['GET'], path: '/items/*', who: 'workload shop/orders' },
      {
        methods: ['POST'],
        path: '/items',
        who: 'workload shop/payments with role editor',
      },
    ]);
    expect(declaredAccessTable(ownWall)[0].who).toBe('public');
  });
});
