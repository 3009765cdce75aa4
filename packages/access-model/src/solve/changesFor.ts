import {
  createRealmGraph,
  formatRole,
  RealmGraph,
  RealmUser,
  RoleRef,
} from '../identity';
import { effectiveRoles } from '../identity/roleClosure';
import { Mesh } from '../mesh';
import { rolesAskedFor } from './rows';
import { WhoCanRequest } from './types';
import { whoCan } from './whoCan';

/** A change of the realm that lets a user in, or keeps it out. @public */
export interface RealmChange {
  change: 'assign-role' | 'join-group' | 'remove-grant';
  /** `realm:NAME`, `client:CLIENTID/NAME`, or `group:/PATH`. */
  what: string;
  /** Roles that the user would gain by it, besides the one that is asked for. */
  alsoGains: string[];
}

/** @public */
export interface ChangesForUser {
  allowed: boolean;
  /**
   * For a user who is kept out, changes of which each one alone is enough, the
   * narrowest first; for one who is let in, grants that all have to go.
   */
  changes: RealmChange[];
}

/** The same realm with nobody but one user. */
function withUser(graph: RealmGraph, user: RealmUser): RealmGraph {
  return createRealmGraph({ ...graph.realm, users: [user] });
}

function isLetIn(options: {
  mesh: Mesh;
  graph: RealmGraph;
  request: WhoCanRequest;
}): boolean {
  return whoCan(options).counts.users > 0;
}

/** Roles of the only user of a graph, as text. */
function rolesOf(graph: RealmGraph): Set<string> {
  return new Set(
    [...effectiveRoles(graph, graph.users[0])].map(
      index => graph.roles[index].label,
    ),
  );
}

/** Roles that are asked for, and those that contain them. */
function rolesThatHelp(
  graph: RealmGraph,
  asked: readonly RoleRef[],
): RoleRef[] {
  const indexes = new Set<number>();
  for (const ref of asked) {
    const node = graph.role(ref);
    if (node) {
      indexes.add(node.index);
    }
  }
  for (const index of indexes) {
    graph.roles[index].parents.forEach(parent => indexes.add(parent));
  }
  return [...indexes].map(index => graph.roles[index].ref);
}

/** Groups that carry one of some roles, with their subgroups. */
function groupsThatHelp(
  graph: RealmGraph,
  roles: readonly RoleRef[],
): string[] {
  const indexes = new Set<number>();
  for (const ref of roles) {
    graph.role(ref)?.groups.forEach(group => indexes.add(group));
  }
  return [...indexes].map(index => graph.groups[index].path);
}

/**
 * What would have to change in the realm for a user to be let in, or kept out.
 * Each proposed change is tried: the whole way is decided with the token that
 * the user would then have.
 *
 * @public
 */
export function changesFor(options: {
  mesh: Mesh;
  graph: RealmGraph;
  request: WhoCanRequest;
  user: string;
}): ChangesForUser | undefined {
  const { mesh, graph, request } = options;
  const user = graph.user(options.user)?.user;
  if (!user) {
    return undefined;
  }
  const alone = withUser(graph, user);
  const asked = rolesAskedFor(mesh, request);
  if (isLetIn({ mesh, graph: alone, request })) {
    const [holder] = whoCan({ mesh, graph: alone, request }).holders;
    // A path begins with what was granted: a role, or membership in a group.
    const grants = new Set(holder.paths.map(([first]) => first));
    return {
      allowed: true,
      changes: [...grants].map(what => ({
        change: 'remove-grant',
        what,
        alsoGains: [],
      })),
    };
  }
  const before = rolesOf(alone);
  const roles = rolesThatHelp(graph, asked);
  const wanted = new Set(asked.map(formatRole));
  const candidates: {
    change: RealmChange['change'];
    what: string;
    changed: RealmUser;
  }[] = [
    ...roles.map(ref => ({
      change: 'assign-role' as const,
      what: formatRole(ref),
      changed: { ...user, roles: [...user.roles, ref] },
    })),
    ...groupsThatHelp(graph, roles).map(group => ({
      change: 'join-group' as const,
      what: `group:${group}`,
      changed: {
        ...user,
        groups: [...user.groups, group],
        groupIds: user.groupIds && [
          ...user.groupIds,
          graph.groups.find(({ path }) => path === group)?.group.id ?? '',
        ],
      },
    })),
  ];
  const changes = candidates.flatMap(({ change, what, changed }) => {
    const after = withUser(graph, changed);
    return isLetIn({ mesh, graph: after, request })
      ? [
          {
            change,
            what,
            alsoGains: [...rolesOf(after)]
              .filter(role => !before.has(role) && !wanted.has(role))
              .sort(),
          },
        ]
      : [];
  });
  return {
    allowed: false,
    changes: changes.sort(
      (a, b) =>
        a.alsoGains.length - b.alsoGains.length ||
        (a.what < b.what ? -1 : Number(a.what > b.what)),
    ),
  };
}
