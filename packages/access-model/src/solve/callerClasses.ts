import { RealmClient, RealmGraph, RealmMapper, UserNode } from '../identity';
import { effectiveRoles } from '../identity/roleClosure';
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

function isPersonal(mapper: RealmMapper, claims: ReferencedClaims): boolean {
  if (roleOnly.has(mapper.provider)) {
    return false;
  }
  const name =
    mapper.config['claim.name'] ?? fixedClaims[mapper.provider] ?? undefined;
  // Without a name, the mapper may write anything.
  return name === undefined || claims.names.has(name.split('.')[0]);
}

/** Users that no policy can tell apart, with one of them to stand for all. */
export interface UserClass {
  sample: UserNode;
  users: UserNode[];
}

/**
 * Groups users by what the referenced claims of their tokens may depend on.
 *
 * @internal
 */
export function userClasses(
  graph: RealmGraph,
  claims: ReferencedClaims,
  users: Iterable<UserNode>,
): UserClass[] {
  const mappers = [
    ...graph.realm.clients.flatMap(client => client.mappers),
    ...graph.realm.clientScopes.flatMap(scope => scope.mappers),
  ];
  const personal =
    claims.subject || mappers.some(mapper => isPersonal(mapper, claims));
  const classes = new Map<string, UserClass>();
  const closures = new Map<string, string>();
  for (const node of users) {
    const { user } = node;
    const direct = JSON.stringify([node.roles, node.groups]);
    let roles = closures.get(direct);
    if (roles === undefined) {
      roles = [...effectiveRoles(graph, node)].sort((a, b) => a - b).join();
      closures.set(direct, roles);
    }
    const key = personal
      ? `${user.username} ${roles}`
      : `${user.enabled} ${roles}`;
    const known = classes.get(key);
    if (known) {
      known.users.push(node);
    } else {
      classes.set(key, { sample: node, users: [node] });
    }
  }
  return [...classes.values()];
}

/** Clients whose tokens no policy can tell apart. */
export interface ClientClass {
  sample: RealmClient;
  clients: RealmClient[];
}

/** Whether users can sign in through a client at all. */
export function signsIn(client: RealmClient): boolean {
  return (
    client.enabled &&
    !client.bearerOnly &&
    client.protocol === 'openid-connect' &&
    (client.standardFlowEnabled ||
      client.implicitFlowEnabled ||
      client.directAccessGrantsEnabled ||
      client.attributes['oauth2.device.authorization.grant.enabled'] === 'true')
  );
}

/**
 * Groups clients by what the referenced claims of their tokens depend on.
 *
 * @internal
 */
export function clientClasses(
  clients: Iterable<RealmClient>,
  claims: ReferencedClaims,
): ClientClass[] {
  const namesClient = ['azp', 'client_id', 'allowed-origins'].some(name =>
    claims.names.has(name),
  );
  const classes = new Map<string, ClientClass>();
  for (const client of clients) {
    const key = JSON.stringify([
      client.mappers,
      client.defaultClientScopes,
      client.optionalClientScopes,
      client.fullScopeAllowed,
      client.scopeMappings,
      client.attributes['client.use.lightweight.access.token.enabled'],
      // Own roles pass without a mapping, and its own audience is left out.
      namesClient || client.roles.length > 0 ? client.clientId : '',
    ]);
    const known = classes.get(key);
    if (known) {
      known.clients.push(client);
    } else {
      classes.set(key, { sample: client, clients: [client] });
    }
  }
  return [...classes.values()];
}
