import { RealmGraph, UserNode } from './RealmGraph';

/**
 * All roles that come with the given ones, themselves included, in the order
 * in which they are met. Cycles end where they meet themselves.
 *
 * @remarks
 * The rule of `RoleUtils.expandCompositeRoles`.
 *
 * @internal
 */
export function expandRoles(
  graph: RealmGraph,
  roles: Iterable<number>,
): Set<number> {
  const seen = new Set<number>(roles);
  // A Set's iterator also visits what is added while it runs.
  for (const index of seen) {
    for (const child of graph.roles[index].children) {
      seen.add(child);
    }
  }
  return seen;
}

/**
 * The roles assigned to a user directly and through its groups and all their
 * parents, before composites.
 *
 * @remarks
 * The rule of `RoleUtils.getDeepUserRoleMappings`.
 *
 * @internal
 */
export function assignedRoles(graph: RealmGraph, user: UserNode): Set<number> {
  const roles = new Set<number>(user.roles);
  for (const membership of user.groups) {
    let group: number | undefined = membership;
    while (group !== undefined) {
      graph.groups[group].roles.forEach(role => roles.add(role));
      group = graph.groups[group].parent;
    }
  }
  return roles;
}

/**
 * All roles that a user ends up with.
 *
 * @internal
 */
export function effectiveRoles(graph: RealmGraph, user: UserNode): Set<number> {
  return expandRoles(graph, assignedRoles(graph, user));
}
