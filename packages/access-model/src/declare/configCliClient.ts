import {
  KeycloakClientDeclaration,
  KeycloakClientPlacement,
  KeycloakClientRole,
  KeycloakSecretSource,
} from './keycloakClient';
import {
  audienceMapper,
  audiencesOf,
  BROWSER_LOGIN_ATTRIBUTES,
  defaultScopes,
} from './clientDefaults';

/**
 * The part of a realm representation that keycloak-config-cli imports for one client.
 *
 * @public
 */
export interface ConfigCliRealm {
  /** Name of the realm. */
  realm: string;
  /** The client, alone in the list. */
  clients: Record<string, unknown>[];
  /** Roles of the client. */
  roles?: { client: Record<string, unknown[]> };
  /** The user of the service account with its roles. */
  users?: Record<string, unknown>[];
  /** Roles of other clients that pass into the client's tokens. */
  clientScopeMappings?: Record<string, { client: string; roles: string[] }[]>;
  /** Roles of the realm that pass into the client's tokens. */
  scopeMappings?: { client: string; roles: string[] }[];
}

const SECRET_FILE = /^\$\(file:UTF-8:\/run\/secrets\/([^/]+)\/(.+)\)$/;

function renderRole(clientId: string, role: KeycloakClientRole) {
  return {
    name: role.name,
    ...(role.description !== undefined && { description: role.description }),
    ...(role.composites.length > 0 && {
      composite: true,
      composites: { client: { [clientId]: role.composites } },
    }),
  };
}

/**
 * The client as a fragment for keycloak-config-cli.
 *
 * @remarks
 * Unlike the operators' objects it can map scopes, so the client's scope stays closed and roles of others pass one by
 * one. A referenced secret is read by the job from the file `/run/secrets/NAME/KEY`, which needs
 * `import.var-substitution.enabled=true`. Run it with a cache key of its own and with `import.managed.client`, `role`,
 * `client-scope-mapping` and `scope-mapping` set to `no-delete`: one run must not remove what another repository has made.
 *
 * @public
 */
export function renderConfigCliClient(
  client: KeycloakClientDeclaration,
): ConfigCliRealm {
  const { clientId, browserLogin, serviceAccount, secret } = client;
  const account = `service-account-${clientId}`.toLowerCase();
  return {
    realm: client.realm.realm,
    clients: [
      {
        clientId,
        ...(client.description !== undefined && {
          description: client.description,
        }),
        enabled: true,
        protocol: 'openid-connect',
        publicClient: false,
        bearerOnly: false,
        standardFlowEnabled: browserLogin !== undefined,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: serviceAccount !== undefined,
        fullScopeAllowed: false,
        ...(browserLogin && {
          redirectUris: browserLogin.redirectUris,
          webOrigins: browserLogin.webOrigins,
          attributes: BROWSER_LOGIN_ATTRIBUTES,
        }),
        ...(secret.kind === 'reference' && {
          secret: `$(file:UTF-8:/run/secrets/${secret.secretName}/${secret.key})`,
        }),
        defaultClientScopes: defaultScopes(serviceAccount !== undefined),
        ...(serviceAccount &&
          serviceAccount.audiences.length > 0 && {
            protocolMappers: serviceAccount.audiences.map(audienceMapper),
          }),
      },
    ],
    ...(client.roles.length > 0 && {
      roles: {
        client: {
          [clientId]: client.roles.map(role => renderRole(clientId, role)),
        },
      },
    }),
    ...(serviceAccount && {
      users: [
        {
          username: account,
          enabled: true,
          serviceAccountClientId: clientId,
          ...(serviceAccount.realmRoles.length > 0 && {
            realmRoles: serviceAccount.realmRoles,
          }),
          ...(serviceAccount.clientRoles.length > 0 && {
            clientRoles: Object.fromEntries(
              serviceAccount.clientRoles.map(entry => [
                entry.clientId,
                entry.roles,
              ]),
            ),
          }),
        },
      ],
      ...(serviceAccount.clientRoles.length > 0 && {
        clientScopeMappings: Object.fromEntries(
          serviceAccount.clientRoles.map(entry => [
            entry.clientId,
            [{ client: clientId, roles: entry.roles }],
          ]),
        ),
      }),
      ...(serviceAccount.realmRoles.length > 0 && {
        scopeMappings: [{ client: clientId, roles: serviceAccount.realmRoles }],
      }),
    }),
  };
}

interface ClientFields {
  clientId?: string;
  description?: string;
  standardFlowEnabled?: boolean;
  redirectUris?: string[];
  webOrigins?: string[];
  secret?: string;
  serviceAccountsEnabled?: boolean;
  protocolMappers?: {
    protocolMapper: string;
    config?: Record<string, string>;
  }[];
}

interface RoleFields {
  name: string;
  description?: string;
  composites?: { client?: Record<string, string[]> };
}

interface UserFields {
  serviceAccountClientId?: string;
  realmRoles?: string[];
  clientRoles?: Record<string, string[]>;
}

function parseSecret(text: string | undefined): KeycloakSecretSource {
  const match = SECRET_FILE.exec(text ?? '');
  return match
    ? { kind: 'reference', secretName: match[1], key: match[2] }
    : { kind: 'generated' };
}

/**
 * Reads a client back from a fragment for keycloak-config-cli.
 *
 * @param placement - what the fragment does not say: the names of the objects around it
 *
 * @returns `undefined` when the fragment does not hold exactly one client
 *
 * @public
 */
export function parseConfigCliClient(
  fragment: ConfigCliRealm,
  placement: KeycloakClientPlacement,
): KeycloakClientDeclaration | undefined {
  const client = fragment.clients?.[0] as ClientFields | undefined;
  if (fragment.clients?.length !== 1 || client?.clientId === undefined) {
    return undefined;
  }
  const { clientId } = client;
  const roles = (fragment.roles?.client?.[clientId] ?? []) as RoleFields[];
  const user = (fragment.users as UserFields[] | undefined)?.find(
    candidate => candidate.serviceAccountClientId === clientId,
  );
  return {
    name: placement.name,
    namespace: placement.namespace,
    clientId,
    realm: { realm: fragment.realm, reference: placement.reference },
    ...(client.description !== undefined && {
      description: client.description,
    }),
    roles: roles.map(role => ({
      name: role.name,
      ...(role.description !== undefined && { description: role.description }),
      composites: role.composites?.client?.[clientId] ?? [],
    })),
    ...(client.standardFlowEnabled && {
      browserLogin: {
        redirectUris: client.redirectUris ?? [],
        webOrigins: client.webOrigins ?? [],
      },
    }),
    ...(client.serviceAccountsEnabled && {
      serviceAccount: {
        realmRoles: user?.realmRoles ?? [],
        clientRoles: Object.entries(user?.clientRoles ?? {}).map(
          ([owner, names]) => ({ clientId: owner, roles: names }),
        ),
        audiences: audiencesOf(client.protocolMappers ?? []),
      },
    }),
    secret: parseSecret(client.secret),
  };
}
