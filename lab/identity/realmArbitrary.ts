import fc from 'fast-check';
import { clientsArbitrary } from './clientArbitrary';
import { mapperArbitrary } from './mapperArbitrary';
import { PASSWORD, unique } from './generated';
import { attributeNames, clientIds, roleNames, scopeNames } from './names';

/** One token that is asked for. */
export interface TokenCase {
  client: string;
  /** A user name; absent for the service account of the client. */
  user?: string;
  scope?: string;
}

/** A realm as a file for an import, and who signs in to it. */
export interface RealmCase {
  realm: Record<string, any>;
  tokens: TokenCase[];
}

/** A subset of some items, of at most `max`. */
function some<T>(items: readonly T[], max = items.length): fc.Arbitrary<T[]> {
  return fc.subarray([...items], { maxLength: Math.min(max, items.length) });
}

/** `{ clientId: [roles] }` with few entries. */
function clientRolesArbitrary(
  max: number,
): fc.Arbitrary<Record<string, string[]>> {
  return fc
    .array(
      fc.tuple(
        fc.constantFrom(...clientIds),
        fc.constantFrom(...roleNames.client),
      ),
      {
        maxLength: max,
      },
    )
    .map(pairs => {
      const roles: Record<string, string[]> = {};
      for (const [client, role] of pairs) {
        const list = (roles[client] ??= []);
        if (!list.includes(role)) {
          list.push(role);
        }
      }
      return roles;
    });
}

const attributesArbitrary = fc.dictionary(
  fc.constantFrom(...attributeNames),
  fc.array(
    fc.constantFrom(
      'a',
      'b',
      'true',
      'TRUE',
      '7',
      '-3',
      '1.5',
      'x y',
      '{"k":[1]}',
      '[1,2]',
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  { maxKeys: 3 },
);

/** Composites, cycles included. */
function roleArbitrary(name: string): fc.Arbitrary<Record<string, any>> {
  return fc
    .record({
      realm: some(roleNames.realm, 2),
      client: clientRolesArbitrary(2),
      composite: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ realm, client, composite }) =>
      composite === 0 ? { name, composites: { realm, client } } : { name },
    );
}

function groupArbitrary(
  name: string,
  depth: number,
): fc.Arbitrary<Record<string, any>> {
  return fc.record({
    name: fc.constant(name),
    realmRoles: some(roleNames.realm, 1),
    clientRoles: clientRolesArbitrary(1),
    attributes: fc.oneof(fc.constant({}), attributesArbitrary),
    subGroups:
      depth === 0
        ? fc.constant([])
        : some(['north', 'south', 'east/west'], 2).chain(names =>
            fc.tuple(...names.map(child => groupArbitrary(child, depth - 1))),
          ),
  });
}

function pathsOf(groups: Record<string, any>[], parent = ''): string[] {
  return groups.flatMap(group => {
    const path = `${parent}/${group.name}`;
    return [path, ...pathsOf(group.subGroups ?? [], path)];
  });
}

function userArbitrary(options: {
  username: string;
  paths: string[];
  defaultRole: string;
}): fc.Arbitrary<Record<string, any>> {
  const { username, paths, defaultRole } = options;
  const text = fc.option(fc.constantFrom('Ada', 'Bo', 'de la Cruz'), {
    nil: undefined,
  });
  return fc
    .record({
      id: fc.option(fc.uuid(), { nil: undefined, freq: 4 }),
      emailVerified: fc.boolean(),
      hasEmail: fc.boolean(),
      firstName: text,
      lastName: text,
      attributes: attributesArbitrary,
      roles: some(roleNames.realm, 3),
      isDefault: fc.boolean(),
      clientRoles: clientRolesArbitrary(3),
      groups: some(paths, 3),
    })
    .map(({ hasEmail, roles, isDefault, ...rest }) => ({
      ...rest,
      username,
      enabled: true,
      email: hasEmail ? `${username}@example.com` : undefined,
      realmRoles: isDefault ? [...roles, defaultRole] : roles,
      credentials: [{ type: 'password', value: PASSWORD }],
    }));
}

const userNames = ['ana', 'Ben', 'cy', 'dee', 'eli'];

/** Keycloak's own mappers of the scopes that make a token useful. */
const usualMappers: Readonly<Record<string, Record<string, any>[]>> = {
  basic: [
    {
      protocol: 'openid-connect',
      protocolMapper: 'oidc-sub-mapper',
      config: { 'access.token.claim': 'true' },
    },
  ],
  roles: [
    {
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usermodel-realm-role-mapper',
      config: {
        'access.token.claim': 'true',
        multivalued: 'true',
        'claim.name': 'realm_access.roles',
        'jsonType.label': 'String',
      },
    },
    {
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usermodel-client-role-mapper',
      config: {
        'access.token.claim': 'true',
        multivalued: 'true',
        'claim.name': 'resource_access.${client_id}.roles',
        'jsonType.label': 'String',
      },
    },
    {
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-resolve-mapper',
      config: {},
    },
  ],
};

function scopeArbitrary(name: string): fc.Arbitrary<Record<string, any>> {
  return fc
    .record({
      mappers: fc.array(mapperArbitrary, { maxLength: 3 }),
      included: fc.constantFrom('true', 'false', undefined),
      usual: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ mappers, included, usual }) => ({
      name,
      protocol: 'openid-connect',
      attributes:
        included === undefined ? {} : { 'include.in.token.scope': included },
      protocolMappers: unique([
        ...(usual === 0 ? [] : usualMappers[name] ?? []),
        ...mappers,
      ]),
    }));
}

interface ScopeMapping {
  clientScope?: string;
  client?: string;
  roles: string[];
}

const scopeMappingsArbitrary = fc.record({
  realm: fc.array(
    fc.record({
      holder: fc.constantFrom(
        ...scopeNames.map(clientScope => ({ clientScope })),
        ...clientIds.map(client => ({ client })),
      ),
      role: fc.constantFrom(...roleNames.realm),
    }),
    { maxLength: 3 },
  ),
  client: fc.array(
    fc.record({
      holder: fc.constantFrom(
        ...scopeNames.map(clientScope => ({ clientScope })),
        ...clientIds.map(client => ({ client })),
      ),
      owner: fc.constantFrom(...clientIds),
      role: fc.constantFrom(...roleNames.client),
    }),
    { maxLength: 4 },
  ),
});

function tokensArbitrary(callers: number): fc.Arbitrary<TokenCase[]> {
  const scope = fc.option(
    fc
      .tuple(
        fc.boolean(),
        some(
          [...scopeNames, 'profile', 'email', 'phone', 'microprofile-jwt'],
          3,
        ),
      )
      .map(
        ([openid, names]) =>
          [...(openid ? ['openid'] : []), ...names].join(' ') || undefined,
      ),
    { nil: undefined, freq: 5 },
  );
  return fc.array(
    fc.record({
      client: fc.constantFrom(
        ...clientIds,
        ...clientIds,
        ...clientIds,
        'admin-cli',
      ),
      user: fc.option(
        fc.constantFrom(...userNames.map(name => name.toLowerCase())),
        {
          nil: undefined,
          freq: 4,
        },
      ),
      scope: fc.oneof(fc.constant('openid'), scope),
    }),
    { minLength: callers, maxLength: callers },
  );
}

/**
 * Random realms: composites across clients with cycles, nested groups whose
 * names hold slashes, default roles, service accounts with and without a user
 * in the file, mappers of every kind, scope mappings, full scope on and off,
 * lightweight tokens; with Keycloak's own client scopes or with its own copies.
 *
 * @param name - of the realm
 * @param callers - tokens that are asked for
 */
export function realmArbitrary(
  name: string,
  callers: number,
): fc.Arbitrary<RealmCase> {
  const defaultRole = `default-roles-${name}`;
  return fc
    .record({
      groups: some(['finance', 'staff', 'ops/night'], 3).chain(names =>
        fc.tuple(...names.map(group => groupArbitrary(group, 2))),
      ),
      realmRoles: fc.tuple(...roleNames.realm.map(roleArbitrary)),
      clientRoles: fc.tuple(
        ...clientIds.map(() =>
          fc.tuple(...roleNames.client.map(roleArbitrary)),
        ),
      ),
      declaresDefaultRole: fc.boolean(),
      defaultComposites: fc.record({
        realm: some(roleNames.realm, 1),
        client: clientRolesArbitrary(1),
      }),
      clientScopes: fc.option(fc.tuple(...scopeNames.map(scopeArbitrary)), {
        nil: undefined,
        freq: 5,
      }),
      scopeMappings: scopeMappingsArbitrary,
      tokens: tokensArbitrary(callers),
    })
    .chain(parts =>
      fc
        .record({
          clients: clientsArbitrary(parts.clientScopes !== undefined),
          users: fc.tuple(
            ...userNames.map(username =>
              userArbitrary({
                username,
                paths: pathsOf(parts.groups),
                defaultRole,
              }),
            ),
          ),
          defaultGroups: some(pathsOf(parts.groups), 1),
          serviceAccounts: fc.tuple(
            ...clientIds.map(clientId =>
              fc.option(
                userArbitrary({
                  username: `service-account-${clientId}`,
                  paths: pathsOf(parts.groups),
                  defaultRole,
                }),
                { nil: undefined },
              ),
            ),
          ),
        })
        .map(late => ({ ...parts, ...late })),
    )
    .map(parts => ({
      realm: assemble({ name, defaultRole, parts }),
      tokens: parts.tokens,
    }));
}

function assemble(options: {
  name: string;
  defaultRole: string;
  parts: any;
}): Record<string, any> {
  const { name, defaultRole, parts } = options;
  const { clients, serviceAccounts, scopeMappings } = parts;
  const own = parts.clientScopes !== undefined;
  const holderExists = ({ clientScope }: ScopeMapping) =>
    own || clientScope === undefined;
  const clientScopeMappings: Record<string, ScopeMapping[]> = {};
  for (const { holder, owner, role } of scopeMappings.client) {
    if (holderExists(holder)) {
      (clientScopeMappings[owner] ??= []).push({ ...holder, roles: [role] });
    }
  }
  return {
    realm: name,
    enabled: true,
    sslRequired: 'none',
    // Users without a name or email may sign in.
    requiredActions: [
      {
        alias: 'VERIFY_PROFILE',
        name: 'Verify Profile',
        providerId: 'VERIFY_PROFILE',
        enabled: false,
        defaultAction: false,
        priority: 90,
      },
    ],
    // The cheapest hash, since the time of a login is not what is tested.
    passwordPolicy: 'hashAlgorithm(pbkdf2-sha256) and hashIterations(1)',
    ...(parts.declaresDefaultRole
      ? { defaultRole: { name: defaultRole } }
      : {}),
    roles: {
      realm: [
        ...(parts.declaresDefaultRole
          ? [{ name: defaultRole, composites: parts.defaultComposites }]
          : []),
        ...parts.realmRoles,
      ],
      client: Object.fromEntries(
        clientIds.map((clientId, index) => [
          clientId,
          parts.clientRoles[index],
        ]),
      ),
    },
    groups: parts.groups,
    defaultGroups: parts.defaultGroups,
    clients,
    ...(own ? { clientScopes: parts.clientScopes } : {}),
    scopeMappings: scopeMappings.realm
      .filter(({ holder }: { holder: ScopeMapping }) => holderExists(holder))
      .map(({ holder, role }: { holder: ScopeMapping; role: string }) => ({
        ...holder,
        roles: [role],
      })),
    clientScopeMappings,
    users: [
      ...parts.users,
      ...clientIds.flatMap((clientId, index) => {
        const account = serviceAccounts[index];
        return account && clients[index].serviceAccountsEnabled
          ? [
              {
                ...account,
                credentials: undefined,
                serviceAccountClientId: clientId,
              },
            ]
          : [];
      }),
    ],
  };
}
