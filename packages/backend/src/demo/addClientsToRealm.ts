import { KeycloakClientDeclaration } from '@mesh-auth/access-model';

type RealmRole = {
  name: string;
  description?: string;
  composite: boolean;
  clientRole: boolean;
  composites?: { client: Record<string, string[]> };
};

/** The parts of a realm export that a new client touches; whatever else it holds stays as it is. */
export type RealmExport = {
  realm: string;
  clients?: { clientId: string }[];
  roles?: { realm?: unknown[]; client?: Record<string, RealmRole[]> };
  users?: object[];
};

const DEFAULT_SCOPES = [
  'acr',
  'basic',
  'email',
  'profile',
  'roles',
  'web-origins',
];

/**
 * What a realm looks like after an operator has made these clients in it.
 * Clients of other realms, and those that the realm has already, are left out.
 */
export function addClientsToRealm(
  realm: RealmExport,
  clients: KeycloakClientDeclaration[],
): RealmExport {
  const taken = new Set(realm.clients?.map(({ clientId }) => clientId));
  const added: KeycloakClientDeclaration[] = [];
  for (const client of clients) {
    if (client.realm.realm === realm.realm && !taken.has(client.clientId)) {
      taken.add(client.clientId);
      added.push(client);
    }
  }
  const withAccount = added.filter(client => client.serviceAccount);
  return {
    ...realm,
    clients: [...(realm.clients ?? []), ...added.map(clientOf)],
    roles: {
      ...realm.roles,
      client: {
        ...realm.roles?.client,
        ...Object.fromEntries(added.map(c => [c.clientId, rolesOf(c)])),
      },
    },
    users: [...(realm.users ?? []), ...withAccount.map(serviceAccountOf)],
  };
}

function clientOf(client: KeycloakClientDeclaration) {
  const { browserLogin, serviceAccount } = client;
  return {
    clientId: client.clientId,
    ...(client.description && { description: client.description }),
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    bearerOnly: false,
    standardFlowEnabled: browserLogin !== undefined,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: serviceAccount !== undefined,
    fullScopeAllowed: false,
    redirectUris: browserLogin?.redirectUris ?? [],
    webOrigins: browserLogin?.webOrigins ?? [],
    defaultClientScopes: serviceAccount
      ? ['service_account', ...DEFAULT_SCOPES]
      : DEFAULT_SCOPES,
    protocolMappers: (serviceAccount?.audiences ?? []).map(audience => ({
      name: `audience-${audience}`,
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: {
        'included.client.audience': audience,
        'id.token.claim': 'false',
        'access.token.claim': 'true',
      },
    })),
  };
}

function rolesOf({ clientId, roles }: KeycloakClientDeclaration): RealmRole[] {
  return roles.map(({ name, description, composites }) => ({
    name,
    ...(description && { description }),
    composite: composites.length > 0,
    clientRole: true,
    ...(composites.length > 0 && {
      composites: { client: { [clientId]: composites } },
    }),
  }));
}

function serviceAccountOf({
  clientId,
  serviceAccount,
}: KeycloakClientDeclaration) {
  return {
    username: `service-account-${clientId}`,
    enabled: true,
    serviceAccountClientId: clientId,
    realmRoles: serviceAccount?.realmRoles ?? [],
    clientRoles: Object.fromEntries(
      (serviceAccount?.clientRoles ?? []).map(entry => [
        entry.clientId,
        entry.roles,
      ]),
    ),
  };
}
