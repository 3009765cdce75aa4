import type { Entity } from '@backstage/catalog-model';
import {
  ClientAccess,
  clientAccess,
  formatRole,
  RoleHolderCounts,
} from '@mesh-auth/access-model';
import {
  ANNOTATION_KEYCLOAK_CLIENT,
  Client,
  formatKeycloakClientRef,
  HolderCount,
  KeycloakClientRef,
  MissingAnnotation,
  Notice,
  parseKeycloakClientAnnotation,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { RealmSnapshot, Snapshot } from '../snapshot/Snapshot';
import { withinDeadline } from './withinDeadline';
import { findDeclaredClient } from './findDeclaredClient';

const MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000;
/** Attribute of a client that holds the second in which its secret was made. */
const SECRET_CREATED = 'client.secret.creation.time';

/**
 * What stands in place of a count for a caller who may not see it.
 *
 * @internal
 */
export const HIDDEN_HOLDERS: HolderCount = {
  users: 0,
  serviceAccounts: 0,
  groups: 0,
  state: 'hidden',
  reason: 'Missing permission mesh-auth.holders.read',
};

/** @internal */
export function toHolderCount(counts: RoleHolderCounts): HolderCount {
  return {
    users: counts.users,
    serviceAccounts: counts.serviceAccounts,
    groups: counts.groups,
    state: counts.state,
    ...(counts.reason !== undefined && { reason: counts.reason }),
  };
}

/** @internal */
export interface ClientReading {
  clients: Client[];
  notices: Notice[];
  missingAnnotations: MissingAnnotation[];
}

/**
 * Reads the Keycloak clients that an entity names.
 *
 * @remarks
 * A client that cannot be found is named with the reason; the others are unaffected.
 *
 * @internal
 */
export async function readClients(options: {
  entity: Entity;
  snapshot: Snapshot;
  sources: Source[];
  mayReadHolders: boolean;
  now: Date;
}): Promise<ClientReading> {
  const { entity } = options;
  const text = entity.metadata.annotations?.[ANNOTATION_KEYCLOAK_CLIENT];
  const { clients: refs, problems } = parseKeycloakClientAnnotation(text);
  const read = await Promise.all(refs.map(ref => readClient(ref, options)));
  return {
    clients: read.map(({ client }) => client),
    notices: [
      ...problems.map(
        ({ message }): Notice => ({
          severity: 'error',
          code: 'keycloak-client-malformed',
          message: `The annotation ${ANNOTATION_KEYCLOAK_CLIENT} cannot be read: ${message}`,
        }),
      ),
      ...read.flatMap(({ notice }) => (notice ? [notice] : [])),
    ],
    missingAnnotations:
      text === undefined ? [missingAnnotation(entity, options.snapshot)] : [],
  };
}

function missingAnnotation(
  entity: Entity,
  snapshot: Snapshot,
): MissingAnnotation {
  const { name } = entity.metadata;
  const realm =
    snapshot.realms.find(({ graph }) => graph.client(name)) ??
    snapshot.realms[0];
  const example = formatKeycloakClientRef({
    realm: realm?.reading.realm.realm ?? 'REALM',
    clientId: name,
  });
  return {
    annotation: ANNOTATION_KEYCLOAK_CLIENT,
    example: `${ANNOTATION_KEYCLOAK_CLIENT}: ${example}`,
    reason:
      'It says which Keycloak client holds the roles of the entity; services without a client do without it',
  };
}

/**
 * The realm that a client's reference means; without an instance, the first source of a realm of that name.
 *
 * @internal
 */
export function findRealm(
  snapshot: Snapshot,
  ref: { instance?: string; realm: string },
): RealmSnapshot | undefined {
  return snapshot.realms.find(
    ({ reading }) =>
      reading.realm.realm === ref.realm &&
      (ref.instance === undefined || reading.instance === ref.instance),
  );
}

async function readClient(
  ref: KeycloakClientRef,
  options: {
    snapshot: Snapshot;
    sources: Source[];
    mayReadHolders: boolean;
    now: Date;
  },
): Promise<{ client: Client; notice?: Notice }> {
  const { snapshot, sources, now, mayReadHolders } = options;
  const realm = findRealm(snapshot, ref);
  const name = formatKeycloakClientRef(ref);
  const absent = (
    state: 'missing' | 'unavailable',
    notice: Notice,
  ): { client: Client; notice: Notice } => ({
    client: {
      instance: realm?.reading.instance ?? ref.instance ?? '',
      realm: ref.realm,
      clientId: ref.clientId,
      state,
      roles: [],
      message: notice.message,
    },
    notice,
  });

  if (!realm) {
    const source = sources.find(
      ({ kind, title }) =>
        (kind === 'keycloak-realm' || kind === 'realm-export') &&
        (ref.instance === undefined
          ? title.endsWith(`/${ref.realm}`)
          : title === `${ref.instance}/${ref.realm}`),
    );
    return source
      ? absent('unavailable', {
          severity: source.state === 'loading' ? 'info' : 'warning',
          code: 'realm-not-read',
          message: `The realm of the client '${name}' has not been read${
            source.message ? `: ${source.message}` : ''
          }`,
        })
      : absent('unavailable', {
          severity: 'error',
          code: 'realm-not-found',
          message: `The realm of the client '${name}' is no source of mesh-auth`,
        });
  }
  const { reading, graph } = realm;
  const access = await withinDeadline({
    ask: reading.clientAccess && (() => reading.clientAccess!(ref.clientId)),
    otherwise: () => clientAccess(graph, ref.clientId),
  });
  if (!access) {
    const declared = findDeclaredClient(snapshot, ref);
    if (declared) {
      const found = absent('missing', {
        severity: 'info',
        code: 'client-declared',
        message: `The client '${ref.clientId}' is declared and does not exist in the realm '${ref.realm}' yet`,
        object: declared.object,
      });
      return {
        ...found,
        client: { ...found.client, roles: declared.roles },
      };
    }
    return absent('missing', {
      severity: 'error',
      code: 'client-not-found',
      message: `There is no client '${ref.clientId}' in the realm '${ref.realm}'`,
    });
  }
  return {
    client: toClient({ access, realm, mayReadHolders, now }),
  };
}

function toClient(options: {
  access: ClientAccess;
  realm: RealmSnapshot;
  mayReadHolders: boolean;
  now: Date;
}): Client {
  const { access, realm, mayReadHolders, now } = options;
  const { client } = access;
  const created = Number(client.attributes[SECRET_CREATED]);
  return {
    instance: realm.reading.instance,
    realm: realm.reading.realm.realm,
    clientId: client.clientId,
    state: 'found',
    enabled: client.enabled,
    publicClient: client.publicClient,
    serviceAccount: client.serviceAccountsEnabled,
    ...(created > 0 && {
      secretAgeDays: Math.max(
        0,
        Math.floor((now.getTime() - created * 1000) / MILLISECONDS_PER_DAY),
      ),
    }),
    roles: access.roles.map(role => ({
      name: role.name,
      ...(role.description !== undefined && { description: role.description }),
      // A role of the same client goes by its bare name.
      composites: role.composites.map(composite =>
        composite.client === client.clientId
          ? composite.name
          : formatRole(composite),
      ),
      holders: mayReadHolders ? toHolderCount(role.holders) : HIDDEN_HOLDERS,
      opens: [],
    })),
  };
}
