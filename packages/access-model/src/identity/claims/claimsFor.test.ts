import { readRealm } from '../readRealm';
import { createRealmGraph } from '../RealmGraph';
import { claimsFor, TokenCaller } from './claimsFor';

type Mapper = { protocolMapper: string; config: Record<string, string> };

const on = { 'access.token.claim': 'true', 'id.token.claim': 'true' };

/** A realm with two clients and user u, who has a, app/reader, other/reader. */
function graphWith(options: {
  mappers?: Mapper[];
  client?: Record<string, unknown>;
  rest?: Record<string, unknown>;
}) {
  return createRealmGraph(
    readRealm({
      realm: 'demo',
      roles: {
        realm: [{ name: 'a', composites: { realm: ['b'] } }, { name: 'b' }],
        client: {
          app: [{ name: 'reader' }],
          other: [{ name: 'reader' }],
        },
      },
      clients: [
        {
          clientId: 'app',
          serviceAccountsEnabled: true,
          protocolMappers: (options.mappers ?? []).map(mapper => ({
            protocol: 'openid-connect',
            ...mapper,
          })),
          ...options.client,
        },
        { clientId: 'other' },
      ],
      users: [
        {
          id: '11111111-1111-1111-1111-111111111111',
          username: 'u',
          enabled: true,
          realmRoles: ['a'],
          clientRoles: { app: ['reader'], other: ['reader'] },
        },
      ],
      ...options.rest,
    }),
  );
}

function claims(
  options: Parameters<typeof graphWith>[0] & {
    as?: TokenCaller;
    scope?: string;
    kind?: 'access' | 'id';
  } = {},
) {
  const { as = { user: 'u' }, scope, kind, ...realm } = options;
  return claimsFor({ graph: graphWith(realm), client: 'app', as, scope, kind });
}

const hardcoded = (name: string, value: string): Mapper => ({
  protocolMapper: 'oidc-hardcoded-claim-mapper',
  config: { ...on, 'claim.name': name, 'claim.value': value },
});

describe('claimsFor', () => {
  it('gives what a login through a plain client carries', () => {
    expect(claims({ scope: 'openid' })).toEqual({
      claims: {
        typ: 'Bearer',
        azp: 'app',
        scope: 'openid email profile',
        sub: '11111111-1111-1111-1111-111111111111',
        acr: '1',
        preferred_username: 'u',
        email_verified: false,
        realm_access: { roles: ['a', 'b'] },
        resource_access: {
          app: { roles: ['reader'] },
          other: { roles: ['reader'] },
        },
        aud: 'other',
      },
      unknown: [],
    });
  });

  it('keeps roles out of the ID token, whose audience is the client', () => {
    const { claims: id } = claims({ scope: 'openid', kind: 'id' });
    expect(id).toMatchObject({ typ: 'ID', aud: 'app' });
    expect(id).not.toHaveProperty('realm_access');
  });

  it('lets only own roles and mapped roles pass without full scope', () => {
    const { claims: narrow } = claims({
      client: { fullScopeAllowed: false },
      rest: { scopeMappings: [{ client: 'app', roles: ['b'] }] },
    });
    expect(narrow).toMatchObject({
      realm_access: { roles: ['b'] },
      resource_access: { app: { roles: ['reader'] } },
    });
    expect(narrow).not.toHaveProperty('aud');
  });

  it('leaves little in a lightweight token', () => {
    expect(
      claims({
        client: {
          attributes: { 'client.use.lightweight.access.token.enabled': 'true' },
        },
      }).claims,
    ).toEqual({ typ: 'Bearer', azp: 'app', scope: 'email profile' });
  });

  it('gives a service account that the file does not name its default roles', () => {
    expect(claims({ as: 'service-account' })).toMatchObject({
      claims: {
        client_id: 'app',
        preferred_username: 'service-account-app',
        aud: 'account',
        realm_access: {
          roles: ['default-roles-demo', 'offline_access', 'uma_authorization'],
        },
      },
      unknown: ['sub'],
    });
  });

  it('says unknown where the order of mappers decides', () => {
    const { claims: known, unknown } = claims({
      mappers: [hardcoded('x', '1'), hardcoded('x', '2'), hardcoded('y', '1')],
    });
    expect(unknown).toEqual(['x']);
    expect(known).toMatchObject({ y: '1' });
  });

  it('says unknown where the token would carry a key twice', () => {
    expect(
      claims({ mappers: [hardcoded('realm_access.level', 'X')] }).unknown,
    ).toEqual(['realm_access']);
    expect(claims({ mappers: [hardcoded('sid', 'X')] }).unknown).toEqual([
      'sid',
    ]);
  });

  it('names the claim of a mapper that it does not know', () => {
    expect(
      claims({
        mappers: [
          {
            protocolMapper: 'oidc-script-based-protocol-mapper',
            config: { ...on, 'claim.name': 'tenant.id', script: 'x' },
          },
        ],
      }).unknown,
    ).toEqual(['tenant']);
  });

  it('nests claims at dots, unless they are escaped', () => {
    expect(
      claims({
        mappers: [
          hardcoded('x.tier', '1'),
          hardcoded('example\\.com/tier', '2'),
        ],
      }).claims,
    ).toMatchObject({ x: { tier: '1' }, 'example.com/tier': '2' });
  });

  it('moves roles with a role-name mapper, and the audience with them', () => {
    const { claims: moved } = claims({
      mappers: [
        {
          protocolMapper: 'oidc-role-name-mapper',
          config: { role: 'other.reader', 'new.role.name': 'renamed' },
        },
      ],
    });
    expect(moved).toMatchObject({
      realm_access: { roles: ['a', 'b', 'renamed'] },
    });
    expect(moved).not.toHaveProperty('aud');
  });

  it('takes out roles of administration that the user does not hold', () => {
    expect(
      claims({
        mappers: [
          {
            protocolMapper: 'oidc-hardcoded-role-mapper',
            config: { role: 'realm-management.view-users' },
          },
        ],
      }).claims,
    ).toMatchObject({
      resource_access: { 'realm-management': { roles: [] } },
      aud: ['other', 'realm-management'],
    });
  });

  it('opens a scope with role mappings to those who have one of the roles', () => {
    const rest = {
      clientScopes: [
        {
          name: 'gated',
          protocol: 'openid-connect',
          protocolMappers: [
            { protocol: 'openid-connect', ...hardcoded('gate', 'open') },
          ],
        },
      ],
      clientScopeMappings: {
        other: [{ clientScope: 'gated', roles: ['writer'] }],
      },
    };
    const client = { defaultClientScopes: ['gated'], optionalClientScopes: [] };
    expect(claims({ rest, client }).claims).toMatchObject({ scope: '' });
    const open = {
      ...rest,
      clientScopeMappings: {
        other: [{ clientScope: 'gated', roles: ['reader'] }],
      },
    };
    expect(claims({ rest: open, client }).claims).toMatchObject({
      scope: 'gated',
      gate: 'open',
    });
  });

  it('refuses what Keycloak refuses', () => {
    expect(claims({ scope: 'nothing' }).refused).toMatch(/^invalid_scope/);
    expect(claims({ scope: 'offline_access' }).refused).toMatch(/^not_allowed/);
    expect(claims({ as: { user: 'nobody' } }).refused).toBe(
      'there is no user nobody',
    );
    expect(claims({ client: { enabled: false } }).refused).toBe(
      'client app is disabled',
    );
    expect(
      claims({
        client: { serviceAccountsEnabled: false },
        as: 'service-account',
      }).refused,
    ).toBe('client app has no service account');
  });
});
