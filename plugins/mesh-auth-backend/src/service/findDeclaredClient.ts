import {
  KeycloakClientDeclaration,
  Manifest,
  parseEdpKeycloakClient,
} from '@mesh-auth/access-model';
import type {
  ClientRole,
  HolderCount,
  ObjectRef,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { Snapshot } from '../snapshot/Snapshot';
import { toObjectRef } from './toApi';

const KEYCLOAK_CLIENT = 'v1.edp.epam.com/KeycloakClient';

/** Nobody can hold a role that does not exist yet, but somebody may once it does. */
const NO_HOLDERS_YET: HolderCount = {
  users: 0,
  serviceAccounts: 0,
  groups: 0,
  state: 'unknown',
  reason: 'The role does not exist in Keycloak yet',
};

/** @internal */
export interface DeclaredClient {
  /** The object that declares the client. */
  object: ObjectRef;
  roles: ClientRole[];
}

/**
 * Finds the object by which a client that Keycloak does not have yet is declared among the manifests.
 *
 * @internal
 */
export function findDeclaredClient(
  snapshot: Snapshot,
  ref: { realm: string; clientId: string },
): DeclaredClient | undefined {
  for (const cluster of snapshot.clusters) {
    for (const object of cluster.mesh.list(KEYCLOAK_CLIENT)) {
      const declared = parseEdpKeycloakClient(object as unknown as Manifest);
      if (
        declared?.clientId === ref.clientId &&
        declared.realm.realm === ref.realm
      ) {
        return {
          object: toObjectRef(cluster, {
            group: 'v1.edp.epam.com',
            kind: 'KeycloakClient',
            namespace: declared.namespace,
            name: declared.name,
          }),
          roles: declared.roles.map(toRole),
        };
      }
    }
  }
  return undefined;
}

function toRole(role: KeycloakClientDeclaration['roles'][number]): ClientRole {
  return {
    name: role.name,
    ...(role.description !== undefined && { description: role.description }),
    composites: role.composites,
    holders: NO_HOLDERS_YET,
    opens: [],
  };
}
