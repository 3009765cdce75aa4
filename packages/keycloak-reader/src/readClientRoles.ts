import { Realm, RealmClient, RealmRole } from '@mesh-auth/access-model';
import pLimit from 'p-limit';
import { readPages } from './answers';
import { KeycloakConnection } from './KeycloakConnection';
import { readComposites } from './readComposites';
import { clientIdsById } from './readRealmIndex';
import { readRoleNode } from './roleEntries';

const ROLE_PAGE = 100;
const MAX_ROLES_OF_CLIENT = 10_000;

/** Clients that are worked on at the same time. */
const CRAWL_WIDTH = 2;

/**
 * Reads the roles of one client with their composites.
 *
 * @public
 */
export async function readClientRoles(
  connection: KeycloakConnection,
  client: RealmClient,
  clients: RealmClient[],
): Promise<RealmRole[]> {
  const { realm } = connection;
  const what = 'roles of a client';
  const { entries } = await readPages({
    size: ROLE_PAGE,
    limit: MAX_ROLES_OF_CLIENT,
    what,
    page: range =>
      connection.read(what, admin =>
        // The paging arguments work and are missing in the types.
        admin.clients.listRoles({ realm, id: client.id ?? '', ...range }),
      ),
  });
  const owners = clientIdsById(clients);
  return Promise.all(
    entries
      .map(readRoleNode)
      .map(entry => readComposites(connection, entry, owners)),
  );
}

/**
 * Reads the roles of all clients. A role of one client may contain a role of
 * another, and Keycloak cannot be asked for the parents of a role.
 *
 * @public
 */
export async function readAllClientRoles(
  connection: KeycloakConnection,
  clients: RealmClient[],
): Promise<Map<string, RealmRole[]>> {
  const limit = pLimit(CRAWL_WIDTH);
  const read = await Promise.all(
    clients.map(client =>
      limit(
        async (): Promise<[string, RealmRole[]]> => [
          client.clientId,
          await readClientRoles(connection, client, clients),
        ],
      ),
    ),
  );
  return new Map(read);
}

/**
 * A copy of a realm in which clients have the given roles.
 *
 * @public
 */
export function withClientRoles(
  realm: Realm,
  roles: ReadonlyMap<string, RealmRole[]>,
): Realm {
  return {
    ...realm,
    clients: realm.clients.map(client => {
      const read = roles.get(client.clientId);
      return read ? { ...client, roles: read } : client;
    }),
  };
}
