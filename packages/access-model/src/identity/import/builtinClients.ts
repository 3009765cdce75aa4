import { RealmClient, RealmRole, RoleRef } from '../types';

/**
 * The clients that Keycloak 26.7 makes in every realm that lacks them
 * (`RealmManager.setupAccountManagement` and its siblings).
 */

function client(
  clientId: string,
  rest: Partial<RealmClient> = {},
): RealmClient {
  return {
    clientId,
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    bearerOnly: false,
    consentRequired: false,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    redirectUris: [],
    webOrigins: [],
    attributes: {},
    mappers: [],
    defaultClientScopes: [],
    optionalClientScopes: [],
    scopeMappings: [],
    roles: [],
    ...rest,
  };
}

function roles(
  names: readonly string[],
  composites: Readonly<Record<string, readonly RoleRef[]>> = {},
): RealmRole[] {
  return names.map(name => ({
    name,
    composites: [...(composites[name] ?? [])],
  }));
}

function inClient(clientId: string, names: readonly string[]): RoleRef[] {
  return names.map(name => ({ client: clientId, name }));
}

const account = 'account';
const management = 'realm-management';

/** The client whose roles administer the realm. @internal */
export const managementClient = management;

const managementRoles = [
  'create-client',
  'view-realm',
  'view-users',
  'view-clients',
  'view-events',
  'view-identity-providers',
  'view-authorization',
  'view-organizations',
  'manage-realm',
  'manage-users',
  'manage-clients',
  'manage-events',
  'manage-identity-providers',
  'manage-authorization',
  'manage-organizations',
  'query-users',
  'query-clients',
  'query-realms',
  'query-groups',
  'query-organizations',
  'impersonation',
];

/** `AdminRoles.REALM_MANAGEMENT_ROLES`. @internal */
export const managementRoleNames: ReadonlySet<string> = new Set([
  ...managementRoles,
  'realm-admin',
]);

const lightweight = { 'client.use.lightweight.access.token.enabled': 'true' };

/** Roles of `account` that every user of a new realm gets. @internal */
export const accountDefaultRoles: readonly RoleRef[] = inClient(account, [
  'view-profile',
  'manage-account',
]);

/** @internal */
export function builtinClients(realm: string): RealmClient[] {
  const accountPath = `/realms/${encodeURIComponent(realm)}/account/*`;
  return [
    client(account, {
      publicClient: true,
      rootUrl: '${authBaseUrl}',
      redirectUris: [accountPath],
      roles: roles(
        [
          'view-profile',
          'manage-account',
          'manage-account-links',
          'view-applications',
          'view-consent',
          'manage-consent',
          'view-groups',
          'delete-account',
        ],
        {
          'manage-account': inClient(account, ['manage-account-links']),
          'manage-consent': inClient(account, ['view-consent']),
        },
      ),
    }),
    client('account-console', {
      publicClient: true,
      rootUrl: '${authBaseUrl}',
      redirectUris: [accountPath],
      attributes: { 'pkce.code.challenge.method': 'S256' },
      mappers: [
        {
          name: 'audience resolve',
          provider: 'oidc-audience-resolve-mapper',
          config: {},
        },
      ],
      scopeMappings: inClient(account, ['manage-account', 'view-groups']),
    }),
    client('admin-cli', {
      publicClient: true,
      standardFlowEnabled: false,
      directAccessGrantsEnabled: true,
      fullScopeAllowed: true,
      attributes: { ...lightweight },
    }),
    client('broker', {
      bearerOnly: true,
      roles: roles(['read-token']),
    }),
    client(management, {
      bearerOnly: true,
      roles: roles([...managementRoles, 'realm-admin'], {
        'realm-admin': inClient(management, managementRoles),
        'view-users': inClient(management, ['query-users', 'query-groups']),
        'view-clients': inClient(management, ['query-clients']),
        'view-organizations': inClient(management, ['query-organizations']),
      }),
    }),
    client('security-admin-console', {
      publicClient: true,
      fullScopeAllowed: true,
      rootUrl: '${authAdminUrl}',
      redirectUris: [`/admin/${encodeURIComponent(realm)}/console/*`],
      webOrigins: ['+'],
      attributes: { ...lightweight, 'pkce.code.challenge.method': 'S256' },
      mappers: [
        {
          name: 'locale',
          provider: 'oidc-usermodel-attribute-mapper',
          config: {
            'id.token.claim': 'true',
            'access.token.claim': 'true',
            'user.attribute': 'locale',
            'claim.name': 'locale',
            'jsonType.label': 'String',
          },
        },
      ],
    }),
  ];
}
