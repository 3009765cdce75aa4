import { RealmGraph, RealmMapper, UserNode } from '../identity';
import { holderIndexes } from '../identity/effectiveHolders';
import { effectiveRoles, expandRoles } from '../identity/roleClosure';
import { allMappers } from './clientShapes';
import { ReferencedClaims } from './referencedClaims';

/** Providers whose outcome is the same for users with the same roles. */
const roleOnly = new Set([
  'oidc-usermodel-realm-role-mapper',
  'oidc-usermodel-client-role-mapper',
  'oidc-hardcoded-claim-mapper',
  'oidc-hardcoded-role-mapper',
  'oidc-role-name-mapper',
  'oidc-audience-mapper',
  'oidc-audience-resolve-mapper',
  'oidc-allowed-origins-mapper',
  'oidc-acr-mapper',
  'oidc-sub-mapper',
]);

/** Fixed claim of a provider that has no `claim.name`. */
const fixedClaims: Readonly<Record<string, string>> = {
  'oidc-full-name-mapper': 'name',
  'oidc-address-mapper': 'address',
  'oidc-amr-mapper': 'amr',
};

const roleClaims = new Set(['realm_access', 'resource_access', 'aud']);

function claimOf({ config, provider }: RealmMapper): string | undefined {
  return config['claim.name']?.split('.')[0] ?? fixedClaims[provider];
}

function isPersonal(mapper: RealmMapper, claims: ReferencedClaims): boolean {
  if (roleOnly.has(mapper.provider)) {
    return false;
  }
  const name = claimOf(mapper);
  // Without a name, the mapper may write anything.
  return name === undefined || claims.names.has(name);
}

/**
 * The roles that may make a difference; undefined where all may.
 */
function relevantRoles(
  graph: RealmGraph,
  claims: ReferencedClaims,
  mappers: readonly RealmMapper[],
): Set<number> | undefined {
  const { roles, audiences } = claims;
  const elsewhere = mappers.some(
    mapper =>
      mapper.provider.endsWith('-role-mapper') &&
      claims.names.has(claimOf(mapper) ?? '') &&
      !roleClaims.has(claimOf(mapper) ?? ''),
  );
  if (!roles || !audiences || elsewhere) {
    return undefined;
  }
  const relevant = new Set<number>();
  const addAll = (client: string | undefined) => {
    const definitions =
      client === undefined
        ? graph.realm.realmRoles
        : graph.client(client)?.roles ?? [];
    for (const { name } of definitions) {
      const node = graph.role(
        client === undefined ? { name } : { client, name },
      );
      if (node) {
        relevant.add(node.index);
      }
    }
  };
  for (const { client, names } of roles) {
    if (names === undefined) {
      addAll(client);
    }
    for (const name of names ?? []) {
      const node = graph.role(
        client === undefined ? { name } : { client, name },
      );
      if (node) {
        relevant.add(node.index);
      }
    }
  }
  // Roles of a client bring it into the audience.
  for (const audience of audiences) {
    if (graph.client(audience)) {
      addAll(audience);
    }
  }
  // Roles that open a scope, and those that a mapper renames.
  const gates = graph.realm.clientScopes.flatMap(scope =>
    scope.roles.flatMap(ref => graph.role(ref)?.index ?? []),
  );
  expandRoles(graph, gates).forEach(index => relevant.add(index));
  for (const { provider, config } of mappers) {
    if (provider === 'oidc-role-name-mapper' && config.role !== undefined) {
      const dot = config.role.lastIndexOf('.');
      const node = graph.role(
        dot < 0
          ? { name: config.role }
          : {
              client: config.role.slice(0, dot),
              name: config.role.slice(dot + 1),
            },
      );
      if (node) {
        relevant.add(node.index);
      }
    }
  }
  return relevant;
}

/** Users that no policy can tell apart, with one of them to stand for all. */
export interface UserClass {
  sample: UserNode;
  users(): Iterable<UserNode>;
}

/**
 * The users of a realm by what the referenced claims of their tokens may
 * depend on.
 *
 * @internal
 */
export interface UserPartition {
  /** Classes of a part of the users. */
  of(users: readonly UserNode[]): UserClass[];
  /** Classes of everyone who can sign in, service accounts excluded. */
  people(): UserClass[];
}

function classesBy(
  users: Iterable<UserNode>,
  key: (node: UserNode) => string,
): UserClass[] {
  const classes = new Map<string, UserNode[]>();
  for (const node of users) {
    if (!node.user.enabled) {
      continue;
    }
    const name = key(node);
    const known = classes.get(name);
    if (known) {
      known.push(node);
    } else {
      classes.set(name, [node]);
    }
  }
  return [...classes.values()].map(members => ({
    sample: members[0],
    users: () => members,
  }));
}

const isPerson = ({ user }: UserNode) => user.serviceAccountOf === undefined;

/** Most people hold none of a few roles: they are one class, left implicit. */
function byRoles(graph: RealmGraph, roles: Set<number>): UserPartition {
  const keys = new Map<number, string>();
  for (const role of roles) {
    for (const user of holderIndexes(graph, role)) {
      keys.set(user, `${keys.get(user) ?? ''}${role},`);
    }
  }
  const key = ({ index }: UserNode) => keys.get(index) ?? '';
  const isRest = (node: UserNode) =>
    node.user.enabled && isPerson(node) && !keys.has(node.index);
  return {
    of: users => classesBy(users, key),
    people: () => {
      const holders = [...keys.keys()].map(index => graph.users[index]);
      const classes = classesBy(holders.filter(isPerson), key);
      const sample = graph.users.find(isRest);
      return sample
        ? [...classes, { sample, users: () => graph.users.filter(isRest) }]
        : classes;
    },
  };
}

/**
 * Divides users by what the referenced claims of their tokens may depend on.
 *
 * @internal
 */
export function partitionUsers(
  graph: RealmGraph,
  claims: ReferencedClaims,
): UserPartition {
  const mappers = allMappers(graph);
  const personal =
    claims.subject || mappers.some(mapper => isPersonal(mapper, claims));
  const relevant = personal ? undefined : relevantRoles(graph, claims, mappers);
  if (relevant) {
    return byRoles(graph, relevant);
  }
  const key = (node: UserNode) =>
    personal
      ? node.user.username
      : [...effectiveRoles(graph, node)].sort((a, b) => a - b).join();
  return {
    of: users => classesBy(users, key),
    people: () => classesBy(graph.users.filter(isPerson), key),
  };
}
