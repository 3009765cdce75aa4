import {
  KeycloakClientDeclaration,
  KeycloakClientRole,
  KeycloakSecretSource,
} from './keycloakClient';
import { Manifest } from './types';
import {
  audienceMapper,
  audiencesOf,
  BROWSER_LOGIN_ATTRIBUTES,
  defaultScopes,
} from './clientDefaults';
import { objectLabels } from './labels';

/** The realm's own name; the reference names the operator's object. */
const REALM_ANNOTATION = 'mesh-auth.io/realm';

interface EdpClientSpec {
  clientId: string;
  realmRef: { kind?: string; name: string };
  description?: string;
  standardFlowEnabled?: boolean;
  redirectUris?: string[];
  webOrigins?: string[];
  secret?: string;
  clientRolesV2?: {
    name: string;
    description?: string;
    associatedClientRoles?: string[];
  }[];
  serviceAccount?: {
    enabled?: boolean;
    realmRoles?: string[];
    clientRoles?: { clientId: string; roles?: string[] }[];
  };
  protocolMappers?: {
    name: string;
    protocolMapper: string;
    config?: Record<string, string>;
  }[];
}

function renderRole(role: KeycloakClientRole) {
  return {
    name: role.name,
    ...(role.description !== undefined && { description: role.description }),
    ...(role.composites.length > 0 && {
      associatedClientRoles: role.composites,
    }),
  };
}

/**
 * The client as a `KeycloakClient` of the EDP Keycloak operator (`v1.edp.epam.com/v1`).
 *
 * @remarks
 * The operator's own defaults are wider than needed, so everything is said: `standardFlowEnabled` and
 * `fullScopeAllowed` default to true there. A service account that holds roles of other clients needs the full scope,
 * because the resource has no field for scope mappings and the roles would be missing from its tokens.
 *
 * @public
 */
export function renderEdpKeycloakClient(
  client: KeycloakClientDeclaration,
): Manifest {
  const { serviceAccount, browserLogin } = client;
  const holdsForeignRoles =
    serviceAccount !== undefined &&
    (serviceAccount.clientRoles.length > 0 ||
      serviceAccount.realmRoles.length > 0);
  return {
    apiVersion: 'v1.edp.epam.com/v1',
    kind: 'KeycloakClient',
    metadata: {
      name: client.name,
      namespace: client.namespace,
      labels: objectLabels(client.name),
      annotations: { [REALM_ANNOTATION]: client.realm.realm },
    },
    spec: {
      clientId: client.clientId,
      realmRef: client.realm.reference,
      ...(client.description !== undefined && {
        description: client.description,
      }),
      enabled: true,
      protocol: 'openid-connect',
      public: false,
      standardFlowEnabled: browserLogin !== undefined,
      implicitFlowEnabled: false,
      directAccess: false,
      fullScopeAllowed: holdsForeignRoles,
      ...(browserLogin && {
        redirectUris: browserLogin.redirectUris,
        webOrigins: browserLogin.webOrigins,
        attributes: BROWSER_LOGIN_ATTRIBUTES,
      }),
      ...(client.secret.kind === 'reference' && {
        secret: `$${client.secret.secretName}:${client.secret.key}`,
      }),
      defaultClientScopes: defaultScopes(serviceAccount !== undefined),
      ...(client.roles.length > 0 && {
        clientRolesV2: client.roles.map(renderRole),
      }),
      ...(serviceAccount && {
        serviceAccount: {
          enabled: true,
          ...(serviceAccount.realmRoles.length > 0 && {
            realmRoles: serviceAccount.realmRoles,
          }),
          ...(serviceAccount.clientRoles.length > 0 && {
            clientRoles: serviceAccount.clientRoles,
          }),
        },
        ...(serviceAccount.audiences.length > 0 && {
          protocolMappers: serviceAccount.audiences.map(audienceMapper),
        }),
      }),
    },
  };
}

function parseSecret(text: string | undefined): KeycloakSecretSource {
  const match = /^\$([^:]+):(.+)$/.exec(text ?? '');
  return match
    ? { kind: 'reference', secretName: match[1], key: match[2] }
    : { kind: 'generated' };
}

/**
 * Reads a client back from its EDP resource, also one that was written by hand.
 *
 * @remarks
 * Fields that the declaration has no word for are left out, so rendering it again may change a hand-written resource.
 *
 * @returns `undefined` when the object is not a `KeycloakClient` with a client id and a realm
 *
 * @public
 */
export function parseEdpKeycloakClient(
  manifest: Manifest,
): KeycloakClientDeclaration | undefined {
  const spec = manifest.spec as Partial<EdpClientSpec> | undefined;
  const { name, namespace, annotations } = manifest.metadata;
  if (
    manifest.kind !== 'KeycloakClient' ||
    !manifest.apiVersion.startsWith('v1.edp.epam.com/') ||
    typeof spec?.clientId !== 'string' ||
    typeof spec.realmRef?.name !== 'string' ||
    namespace === undefined
  ) {
    return undefined;
  }
  const account = spec.serviceAccount;
  return {
    name,
    namespace,
    clientId: spec.clientId,
    realm: {
      realm: annotations?.[REALM_ANNOTATION] ?? spec.realmRef.name,
      reference: {
        kind:
          spec.realmRef.kind === 'ClusterKeycloakRealm'
            ? 'ClusterKeycloakRealm'
            : 'KeycloakRealm',
        name: spec.realmRef.name,
      },
    },
    ...(spec.description !== undefined && { description: spec.description }),
    roles: (spec.clientRolesV2 ?? []).map(role => ({
      name: role.name,
      ...(role.description !== undefined && { description: role.description }),
      composites: role.associatedClientRoles ?? [],
    })),
    // The operator reads an absent flag as true.
    ...(spec.standardFlowEnabled !== false && {
      browserLogin: {
        redirectUris: spec.redirectUris ?? [],
        webOrigins: spec.webOrigins ?? [],
      },
    }),
    ...(account?.enabled && {
      serviceAccount: {
        realmRoles: account.realmRoles ?? [],
        clientRoles: (account.clientRoles ?? []).map(entry => ({
          clientId: entry.clientId,
          roles: entry.roles ?? [],
        })),
        audiences: audiencesOf(spec.protocolMappers ?? []),
      },
    }),
    secret: parseSecret(spec.secret),
  };
}
