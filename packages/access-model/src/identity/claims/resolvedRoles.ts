import { RealmMapper } from '../types';
import { TokenContext } from './TokenContext';

/**
 * Role names for a token, of the realm and by clientId. A container whose
 * roles were all renamed away stays, empty.
 *
 * @internal
 */
export interface ResolvedRoles {
  realm?: Set<string>;
  clients: Map<string, Set<string>>;
}

function rolesOf(context: TokenContext): ResolvedRoles {
  const resolved: ResolvedRoles = { clients: new Map() };
  for (const index of context.roles) {
    const { ref } = context.graph.roles[index];
    containerOf(resolved, ref.client).add(ref.name);
  }
  return resolved;
}

function containerOf(
  resolved: ResolvedRoles,
  client: string | undefined,
): Set<string> {
  if (client === undefined) {
    resolved.realm ??= new Set();
    return resolved.realm;
  }
  let roles = resolved.clients.get(client);
  if (!roles) {
    roles = new Set();
    resolved.clients.set(client, roles);
  }
  return roles;
}

/**
 * Splits `client.role` at its last dot, as `KeycloakModelUtils.parseRole`.
 */
function parseDotted(text: string): { client?: string; name: string } {
  const dot = text.lastIndexOf('.');
  return dot < 0
    ? { name: text }
    : { client: text.slice(0, dot), name: text.slice(dot + 1) };
}

function rename(resolved: ResolvedRoles, mapper: RealmMapper): void {
  const { role, 'new.role.name': newName } = mapper.config;
  if (role === undefined || newName === undefined) {
    return;
  }
  const from = parseDotted(role);
  const present =
    from.client === undefined
      ? resolved.realm
      : resolved.clients.get(from.client);
  if (present?.delete(from.name)) {
    const to = parseDotted(newName);
    containerOf(resolved, to.client).add(to.name);
  }
}

function add(resolved: ResolvedRoles, mapper: RealmMapper): void {
  const { role } = mapper.config;
  if (role !== undefined) {
    const { client, name } = parseDotted(role);
    containerOf(resolved, client).add(name);
  }
}

/**
 * The role names that the role mappers of a token see, once for each order in
 * which its role-name mappers may run: mappers of one priority run in the
 * order of random ids.
 *
 * @remarks
 * `RoleNameMapper` (priority 10) runs before `HardcodedRole` (20), both always
 * and whatever their flags say, and what they change is shared by all tokens
 * of the response.
 *
 * @internal
 */
export function resolveRoles(
  context: TokenContext,
  mappers: readonly RealmMapper[],
  orders: (items: readonly RealmMapper[]) => RealmMapper[][],
): ResolvedRoles[] {
  const renaming = mappers.filter(
    mapper => mapper.provider === 'oidc-role-name-mapper',
  );
  const adding = mappers.filter(
    mapper => mapper.provider === 'oidc-hardcoded-role-mapper',
  );
  return orders(renaming).map(order => {
    const resolved = rolesOf(context);
    order.forEach(mapper => rename(resolved, mapper));
    adding.forEach(mapper => add(resolved, mapper));
    return resolved;
  });
}
