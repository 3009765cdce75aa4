import { RealmGraph } from './RealmGraph';
import { RoleRef } from './types';

/**
 * Someone who ends up with a role.
 *
 * @public
 */
export interface RoleHolder {
  type: 'user' | 'service-account' | 'group';
  /** User name (`service-account-orders` for a service account) or group path. */
  name: string;
  /** The client whose service account this is. */
  client?: string;
  /** False for a user who cannot sign in. */
  enabled: boolean;
  /**
   * One path for each grant that leads to the role, shortest composites first:
   * `["group:/finance/leads", "realm:ledger-admin", "client:orders/write"]`.
   * Taking all these grants away takes the role away.
   */
  paths: string[][];
}

/**
 * How many hold a role. `unknown` says that holders could not be read, so the
 * numbers are what is known at least.
 *
 * @public
 */
export interface RoleHolderCounts {
  users: number;
  serviceAccounts: number;
  groups: number;
  state: 'known' | 'unknown';
  /** Why not all holders are known. */
  reason?: string;
  /** True where every new user gets the role. */
  byDefault: boolean;
}

/** @public */
export interface RoleHolders {
  role: RoleRef;
  counts: RoleHolderCounts;
  holders: RoleHolder[];
}

/**
 * For each role that contains `role`, itself included, the shortest chain of
 * composites down to it.
 */
function chainsTo(graph: RealmGraph, role: number): Map<number, string[]> {
  const chains = new Map<number, string[]>([[role, [graph.roles[role].label]]]);
  for (const [index, chain] of chains) {
    for (const parent of graph.roles[index].parents) {
      if (!chains.has(parent)) {
        chains.set(parent, [graph.roles[parent].label, ...chain]);
      }
    }
  }
  return chains;
}

class HolderPaths {
  readonly users = new Map<number, string[][]>();
  readonly groups = new Map<number, string[][]>();

  constructor(private readonly graph: RealmGraph, role: number) {
    for (const [index, chain] of chainsTo(graph, role)) {
      const node = graph.roles[index];
      for (const user of node.users) {
        HolderPaths.add(this.users, user, chain);
      }
      for (const group of node.groups) {
        this.addGroup(group, chain);
      }
    }
  }

  private static add(
    map: Map<number, string[][]>,
    index: number,
    path: string[],
  ): void {
    const paths = map.get(index);
    if (paths) {
      paths.push(path);
    } else {
      map.set(index, [path]);
    }
  }

  /** A group passes its roles on to its members and to its subgroups. */
  private addGroup(index: number, chain: string[]): void {
    const group = this.graph.groups[index];
    const path = [`group:${group.path}`, ...chain];
    HolderPaths.add(this.groups, index, chain);
    for (const user of group.members) {
      HolderPaths.add(this.users, user, path);
    }
    for (const child of group.children) {
      this.addGroup(child, path);
    }
  }
}

function isDefault(graph: RealmGraph, role: number): boolean {
  const { defaultRole, defaultGroups } = graph.realm;
  const chains = chainsTo(graph, role);
  for (const index of chains.keys()) {
    const { ref, groups } = graph.roles[index];
    if (ref.client === undefined && ref.name === defaultRole) {
      return true;
    }
    if (groups.some(group => isUnder(graph, group, defaultGroups))) {
      return true;
    }
  }
  return false;
}

/** Whether a default group is this group or one below it. */
function isUnder(
  graph: RealmGraph,
  group: number,
  paths: readonly string[],
): boolean {
  return (
    paths.includes(graph.groups[group].path) ||
    graph.groups[group].children.some(child => isUnder(graph, child, paths))
  );
}

/**
 * Positions of the users that end up with a role.
 *
 * @internal
 */
export function holderIndexes(graph: RealmGraph, role: number): Set<number> {
  const users = new Set<number>();
  const groups = new Set<number>();
  for (const index of chainsTo(graph, role).keys()) {
    graph.roles[index].users.forEach(user => users.add(user));
    graph.roles[index].groups.forEach(group => groups.add(group));
  }
  for (const index of groups) {
    graph.groups[index].members.forEach(user => users.add(user));
    graph.groups[index].children.forEach(child => groups.add(child));
  }
  return users;
}

function countsOf(
  graph: RealmGraph,
  role: number,
  paths: HolderPaths,
): RoleHolderCounts {
  let serviceAccounts = 0;
  for (const user of paths.users.keys()) {
    if (graph.users[user].user.serviceAccountOf !== undefined) {
      serviceAccounts++;
    }
  }
  const { knowledge } = graph.realm;
  const known =
    knowledge.users === 'complete' &&
    knowledge.groups &&
    knowledge.realmRoles &&
    knowledge.clients;
  return {
    users: paths.users.size - serviceAccounts,
    serviceAccounts,
    groups: paths.groups.size,
    state: known ? 'known' : 'unknown',
    reason: known
      ? undefined
      : knowledge.reasons.join('; ') || 'holders were not read',
    byDefault: isDefault(graph, role),
  };
}

/**
 * Counts who holds a role, directly or through composites, groups and parent
 * groups. A role that the realm does not have gives undefined.
 *
 * @public
 */
export function countHolders(
  graph: RealmGraph,
  role: RoleRef,
): RoleHolderCounts | undefined {
  const node = graph.role(role);
  return (
    node && countsOf(graph, node.index, new HolderPaths(graph, node.index))
  );
}

const typeOrder = { group: 0, user: 1, 'service-account': 2 };

/**
 * Lists who holds a role, directly or through composites, groups and parent
 * groups: groups first, then users, then service accounts, each by name.
 * A role that the realm does not have gives undefined.
 *
 * @public
 */
export function effectiveHolders(
  graph: RealmGraph,
  role: RoleRef,
): RoleHolders | undefined {
  const node = graph.role(role);
  if (!node) {
    return undefined;
  }
  const paths = new HolderPaths(graph, node.index);
  const holders: RoleHolder[] = [];
  for (const [index, found] of paths.groups) {
    holders.push({
      type: 'group',
      name: graph.groups[index].path,
      enabled: true,
      paths: found,
    });
  }
  for (const [index, found] of paths.users) {
    const { username, enabled, serviceAccountOf } = graph.users[index].user;
    holders.push({
      type: serviceAccountOf === undefined ? 'user' : 'service-account',
      name: username,
      client: serviceAccountOf,
      enabled,
      paths: found,
    });
  }
  holders.sort(
    (a, b) =>
      typeOrder[a.type] - typeOrder[b.type] ||
      (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
  return {
    role: node.ref,
    counts: countsOf(graph, node.index, paths),
    holders,
  };
}
