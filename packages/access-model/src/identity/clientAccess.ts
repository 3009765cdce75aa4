import { countHolders, RoleHolderCounts } from './effectiveHolders';
import { RealmGraph } from './RealmGraph';
import { RealmClient, RoleRef } from './types';

/** @public */
export interface ClientRoleAccess {
  name: string;
  description?: string;
  /** Roles that this one contains, one level down. */
  composites: RoleRef[];
  /** Roles that contain this one, one level up. */
  containedIn: RoleRef[];
  holders: RoleHolderCounts;
}

/** @public */
export interface ClientAccess {
  client: RealmClient;
  /** By name. */
  roles: ClientRoleAccess[];
}

/**
 * The roles of a client with what they contain and how many hold them;
 * undefined where the realm has no such client.
 *
 * @public
 */
export function clientAccess(
  graph: RealmGraph,
  clientId: string,
): ClientAccess | undefined {
  const client = graph.client(clientId);
  if (!client) {
    return undefined;
  }
  const roles: ClientRoleAccess[] = [];
  for (const definition of client.roles) {
    const ref: RoleRef = { client: clientId, name: definition.name };
    const node = graph.role(ref);
    const holders = countHolders(graph, ref);
    if (node && holders) {
      roles.push({
        name: definition.name,
        description: definition.description,
        composites: node.children.map(child => graph.roles[child].ref),
        containedIn: node.parents.map(parent => graph.roles[parent].ref),
        holders,
      });
    }
  }
  roles.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return { client, roles };
}
