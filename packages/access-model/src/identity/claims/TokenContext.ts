import { expandRoles, effectiveRoles } from '../roleClosure';
import { RealmGraph, UserNode } from '../RealmGraph';
import { RealmClient, RealmClientScope, RoleRef } from '../types';

/** Whose token it is, and through which client and scopes. @internal */
export interface TokenContext {
  graph: RealmGraph;
  client: RealmClient;
  user: UserNode;
  serviceAccount: boolean;
  /** Scopes that act: default or asked for, and open to this user. */
  scopes: RealmClientScope[];
  openid: boolean;
  /** Roles that may enter the token, by position in the graph. */
  roles: Set<number>;
}

/** Why Keycloak would refuse the token. @internal */
export class TokenRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenRefused';
  }
}

const organizationMapper = 'oidc-organization-membership-mapper';

function isOrganizationScope(scope: RealmClientScope | undefined): boolean {
  return !!scope?.mappers.some(
    mapper => mapper.provider === organizationMapper,
  );
}

/**
 * The scopes of a request: all default ones and the optional ones it names.
 *
 * @remarks
 * The rules of `TokenManager.getRequestedClientScopes` and `isValidScope`.
 */
function requestedScopes(
  graph: RealmGraph,
  client: RealmClient,
  scope: string | undefined,
): { scopes: RealmClientScope[]; openid: boolean } {
  const named = (names: string[]) => {
    const found = new Map<string, RealmClientScope>();
    for (const name of names) {
      const candidate = graph.realm.clientScopes.find(
        ({ name: known, protocol }) =>
          known === name && protocol === client.protocol,
      );
      if (candidate) {
        found.set(name, candidate);
      }
    }
    return found;
  };
  const scopes = named(client.defaultClientScopes);
  const optional = named(client.optionalClientScopes);
  const asked = new Set((scope ?? '').split(' '));
  if (!scope) {
    asked.clear();
  }
  const openid = asked.delete('openid');
  for (const name of asked) {
    const candidate = optional.get(name);
    if (
      name === 'organization' || name.startsWith('organization:')
        ? !graph.realm.organizationsEnabled
        : false
    ) {
      // Ignored without an error where organizations are off.
      if (candidate && !isOrganizationScope(candidate)) {
        scopes.set(name, candidate);
      }
      continue;
    }
    if (candidate) {
      scopes.set(name, candidate);
    } else if (!scopes.has(name)) {
      throw new TokenRefused(
        `invalid_scope: ${client.clientId} has no scope ${JSON.stringify(
          name,
        )}`,
      );
    }
  }
  return { scopes: [...scopes.values()], openid };
}

function indexes(graph: RealmGraph, roles: readonly RoleRef[]): number[] {
  return roles.flatMap(ref => graph.role(ref)?.index ?? []);
}

/**
 * Whether a scope opens for a user: it has no role mappings, or the user has
 * one of them after composites are expanded on both sides.
 *
 * @remarks
 * The rule of `DefaultClientSessionContext.isClientScopePermittedForUser`.
 */
function opensFor(
  graph: RealmGraph,
  scope: RealmClientScope,
  held: Set<number>,
): boolean {
  if (scope.roles.length === 0) {
    return true;
  }
  for (const role of expandRoles(graph, indexes(graph, scope.roles))) {
    if (held.has(role)) {
      return true;
    }
  }
  return false;
}

/**
 * The roles that a token through a client may carry.
 *
 * @remarks
 * The rule of `TokenManager.getAccess`: with full scope all roles of the user,
 * else those that are also among the client's own roles and the role mappings
 * of the client and its acting scopes, after composites are expanded.
 */
function allowedRoles(
  graph: RealmGraph,
  client: RealmClient,
  options: { scopes: RealmClientScope[]; held: Set<number> },
): Set<number> {
  const { scopes, held } = options;
  if (client.fullScopeAllowed) {
    return held;
  }
  const own = client.roles.map(role => ({
    client: client.clientId,
    name: role.name,
  }));
  const allowed = expandRoles(
    graph,
    indexes(graph, [
      ...own,
      ...client.scopeMappings,
      ...scopes.flatMap(scope => scope.roles),
    ]),
  );
  return new Set([...held].filter(role => allowed.has(role)));
}

/**
 * Finds scopes and roles of a token.
 *
 * @throws {@link TokenRefused} where Keycloak issues no such token
 *
 * @internal
 */
export function createTokenContext(options: {
  graph: RealmGraph;
  client: RealmClient;
  user: UserNode;
  serviceAccount: boolean;
  scope?: string;
}): TokenContext {
  const { graph, client, user, serviceAccount, scope } = options;
  if (!client.enabled) {
    throw new TokenRefused(`client ${client.clientId} is disabled`);
  }
  if (client.bearerOnly) {
    throw new TokenRefused(`client ${client.clientId} is bearer-only`);
  }
  if (!user.user.enabled) {
    throw new TokenRefused(`user ${user.user.username} is disabled`);
  }
  const held = effectiveRoles(graph, user);
  const requested = requestedScopes(graph, client, scope);
  const scopes = requested.scopes.filter(candidate =>
    opensFor(graph, candidate, held),
  );
  const roles = allowedRoles(graph, client, { scopes, held });
  if (requested.scopes.some(({ name }) => name === 'offline_access')) {
    const offline = graph.role({ name: 'offline_access' });
    // `AuthenticationManager`/`UserSessionManager.isOfflineTokenAllowed`.
    if (!offline || !roles.has(offline.index)) {
      throw new TokenRefused(
        'not_allowed: an offline token needs the role offline_access',
      );
    }
  }
  return {
    graph,
    client,
    user,
    serviceAccount,
    scopes,
    openid: requested.openid,
    roles,
  };
}
