import fc from 'fast-check';
import { PASSWORD, unique } from './generated';
import { mapperArbitrary } from './mapperArbitrary';
import { clientIds, scopeNames } from './names';

const origins = fc.constantFrom(
  undefined,
  [],
  ['+'],
  ['*'],
  ['https://shop.example.com'],
  ['+', 'http://localhost:3000'],
);

const redirects = fc.constantFrom(
  [],
  ['*'],
  ['https://shop.example.com/*'],
  ['/relative/*'],
  ['https://a.example.com:8443/cb', 'http://b.example.com/*', 'app:/cb'],
);

const builtin = [
  'basic',
  'roles',
  'profile',
  'email',
  'web-origins',
  'acr',
  'phone',
  'address',
  'microprofile-jwt',
];

function scopeListsArbitrary(ownScopes: boolean) {
  const names = ownScopes ? [...scopeNames] : builtin;
  return fc.option(
    fc
      .tuple(
        fc.subarray(names),
        fc.subarray(names),
        fc.integer({ min: 0, max: 4 }),
      )
      .map(([some, rest, usual]) => {
        // Most clients keep the scopes that make a token useful.
        const defaults =
          usual === 0
            ? some
            : [...new Set(['basic', 'roles', 'profile', ...some])];
        const optional = usual === 0 ? rest : names;
        return {
          defaultClientScopes: defaults,
          optionalClientScopes: optional.filter(
            name => !defaults.includes(name),
          ),
        };
      }),
    { nil: {}, freq: 4 },
  );
}

function clientArbitrary(clientId: string, ownScopes: boolean) {
  return fc
    .record({
      serviceAccountsEnabled: fc.boolean(),
      fullScopeAllowed: fc.option(fc.boolean(), { nil: undefined }),
      lightweight: fc.integer({ min: 0, max: 6 }),
      refreshToken: fc.integer({ min: 0, max: 4 }),
      webOrigins: origins,
      redirectUris: redirects,
      rootUrl: fc.constantFrom(undefined, 'https://root.example.com'),
      mappers: fc.array(mapperArbitrary, { maxLength: 5 }),
      scopes: scopeListsArbitrary(ownScopes),
    })
    .map(parts => ({
      clientId,
      secret: PASSWORD,
      publicClient: false,
      directAccessGrantsEnabled: true,
      serviceAccountsEnabled: parts.serviceAccountsEnabled,
      fullScopeAllowed: parts.fullScopeAllowed,
      webOrigins: parts.webOrigins,
      redirectUris: parts.redirectUris,
      rootUrl: parts.rootUrl,
      attributes: {
        ...(parts.lightweight === 0
          ? { 'client.use.lightweight.access.token.enabled': 'true' }
          : {}),
        ...(parts.refreshToken === 0
          ? { 'client_credentials.use_refresh_token': 'true' }
          : {}),
      },
      protocolMappers: unique(parts.mappers),
      ...parts.scopes,
    }));
}

/** The clients of a realm that has its own client scopes, or Keycloak's. */
export function clientsArbitrary(ownScopes: boolean) {
  return fc.tuple(
    ...clientIds.map(clientId => clientArbitrary(clientId, ownScopes)),
  );
}
