import { findGroupByPath, joinGroupPath } from './groupPath';
import { formatRole, parseRole, roleKey } from './roleRef';
import {
  Realm,
  RealmClient,
  RealmGroup,
  RealmRole,
  RealmUser,
  RoleRef,
} from './types';

/**
 * A role in the graph. Numbers are positions in {@link RealmGraph.roles},
 * {@link RealmGraph.groups} and {@link RealmGraph.users}.
 *
 * @public
 */
export interface RoleNode {
  index: number;
  ref: RoleRef;
  /** `realm:NAME` or `client:CLIENTID/NAME`. */
  label: string;
  /** Absent for a role that is only referred to. */
  definition?: RealmRole;
  /** Roles that this one contains, one level down. */
  children: number[];
  /** Roles that contain this one, one level up. */
  parents: number[];
  /** Direct holders. */
  users: number[];
  groups: number[];
}

/** @public */
export interface GroupNode {
  index: number;
  path: string;
  group: RealmGroup;
  parent?: number;
  children: number[];
  roles: number[];
  /** Direct members. */
  members: number[];
}

/** @public */
export interface UserNode {
  index: number;
  user: RealmUser;
  roles: number[];
  groups: number[];
}

/**
 * The roles, groups and users of a realm with the edges in both directions.
 *
 * @public
 */
export interface RealmGraph {
  readonly realm: Realm;
  readonly roles: readonly RoleNode[];
  readonly groups: readonly GroupNode[];
  readonly users: readonly UserNode[];
  /** Names that something in the realm refers to and that it does not have. */
  readonly dangling: readonly string[];
  role(ref: RoleRef): RoleNode | undefined;
  client(clientId: string): RealmClient | undefined;
  user(username: string): UserNode | undefined;
  /** The service account of a client. */
  serviceAccount(clientId: string): UserNode | undefined;
}

class RealmGraphBuilder {
  readonly roles: RoleNode[] = [];
  readonly groups: GroupNode[] = [];
  readonly users: UserNode[] = [];
  readonly dangling: string[] = [];
  readonly roleByKey = new Map<string, RoleNode>();
  readonly clientById = new Map<string, RealmClient>();
  readonly userByName = new Map<string, UserNode>();
  readonly serviceAccountByClient = new Map<string, UserNode>();
  private readonly groupByGroup = new Map<RealmGroup, GroupNode>();
  private readonly groupById = new Map<string, GroupNode>();
  private readonly groupByPath = new Map<string, GroupNode | undefined>();

  constructor(private readonly realm: Realm) {
    this.addRoles();
    for (const group of realm.groups) {
      this.addGroup(group);
    }
    for (const user of realm.users) {
      this.addUser(user);
    }
  }

  private define(definition: RealmRole, client?: string): void {
    const ref: RoleRef =
      client === undefined
        ? { name: definition.name }
        : { client, name: definition.name };
    this.nodeOf(ref).definition ??= definition;
  }

  private nodeOf(ref: RoleRef): RoleNode {
    const key = roleKey(ref);
    let node = this.roleByKey.get(key);
    if (!node) {
      node = {
        index: this.roles.length,
        ref,
        label: formatRole(ref),
        children: [],
        parents: [],
        users: [],
        groups: [],
      };
      this.roles.push(node);
      this.roleByKey.set(key, node);
    }
    return node;
  }

  private addRoles(): void {
    for (const role of this.realm.realmRoles) {
      this.define(role);
    }
    for (const client of this.realm.clients) {
      this.clientById.set(client.clientId, client);
      for (const role of client.roles) {
        this.define(role, client.clientId);
      }
    }
    for (const node of [...this.roles]) {
      for (const ref of node.definition?.composites ?? []) {
        const child = this.nodeOf(ref);
        if (!node.children.includes(child.index)) {
          node.children.push(child.index);
          child.parents.push(node.index);
        }
      }
    }
  }

  private addGroup(group: RealmGroup, parent?: GroupNode): void {
    const node: GroupNode = {
      index: this.groups.length,
      path: joinGroupPath(parent?.path, group.name),
      group,
      parent: parent?.index,
      children: [],
      roles: [],
      members: [],
    };
    this.groups.push(node);
    this.groupByGroup.set(group, node);
    if (group.id !== undefined) {
      this.groupById.set(group.id, node);
    }
    parent?.children.push(node.index);
    for (const ref of group.roles) {
      const role = this.nodeOf(ref);
      if (!node.roles.includes(role.index)) {
        node.roles.push(role.index);
        role.groups.push(node.index);
      }
    }
    for (const subGroup of group.subGroups) {
      this.addGroup(subGroup, node);
    }
  }

  private groupAt(path: string): GroupNode | undefined {
    if (!this.groupByPath.has(path)) {
      const group = findGroupByPath(this.realm.groups, path);
      this.groupByPath.set(path, group && this.groupByGroup.get(group));
    }
    return this.groupByPath.get(path);
  }

  private addUser(user: RealmUser): void {
    const node: UserNode = {
      index: this.users.length,
      user,
      roles: [],
      groups: [],
    };
    this.users.push(node);
    this.userByName.set(user.username, node);
    if (user.serviceAccountOf !== undefined) {
      this.serviceAccountByClient.set(user.serviceAccountOf, node);
    }
    for (const ref of user.roles) {
      const role = this.nodeOf(ref);
      if (!node.roles.includes(role.index)) {
        node.roles.push(role.index);
        role.users.push(node.index);
      }
    }
    const groups = user.groupIds
      ? user.groupIds.map(id => ({ name: id, found: this.groupById.get(id) }))
      : user.groups.map(path => ({ name: path, found: this.groupAt(path) }));
    for (const { name, found } of groups) {
      if (!found) {
        this.dangling.push(`group ${name} of user ${user.username}`);
      } else if (!node.groups.includes(found.index)) {
        node.groups.push(found.index);
        found.members.push(node.index);
      }
    }
  }
}

/**
 * Indexes a realm.
 *
 * @public
 */
export function createRealmGraph(realm: Realm): RealmGraph {
  const built = new RealmGraphBuilder(realm);
  return {
    realm,
    roles: built.roles,
    groups: built.groups,
    users: built.users,
    dangling: built.dangling,
    role: ref => built.roleByKey.get(roleKey(ref)),
    client: clientId => built.clientById.get(clientId),
    user: username => built.userByName.get(username.toLowerCase()),
    serviceAccount: clientId => built.serviceAccountByClient.get(clientId),
  };
}

/**
 * Finds a role by `realm:NAME` or `client:CLIENTID/NAME`. Where both names
 * hold slashes, the first reading that the realm has counts.
 *
 * @public
 */
export function findRole(
  graph: RealmGraph,
  text: string,
): RoleNode | undefined {
  for (const ref of parseRole(text)) {
    const node = graph.role(ref);
    if (node) {
      return node;
    }
  }
  return undefined;
}
