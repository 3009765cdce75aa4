import { claimsFor, RoleRef } from '../../identity';
import { effectiveRoles } from '../../identity/roleClosure';
import { clientCheck } from './clientCheck';

/** Roles that a token of the service account carries, as text. */
function carried(claims: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  const add = (client: string | undefined, access: unknown) => {
    const { roles } = (access ?? {}) as { roles?: unknown };
    if (Array.isArray(roles)) {
      roles.forEach(role => names.add(JSON.stringify([client, role])));
    }
  };
  add(undefined, claims.realm_access);
  for (const [client, access] of Object.entries(claims.resource_access ?? {})) {
    add(client, access);
  }
  return names;
}

const describe = ({ client, name }: RoleRef) =>
  client === undefined ? name : `${client}/${name}`;

/** @internal */
export const droppedRoles = clientCheck('MA0106', (client, { graph }) => {
  const account = graph.serviceAccount(client.clientId);
  if (!client.serviceAccountsEnabled || client.fullScopeAllowed || !account)
    return undefined;
  const { claims, unknown, refused } = claimsFor({
    graph,
    client: client.clientId,
    as: 'service-account',
  });
  if (
    refused !== undefined ||
    unknown.includes('realm_access') ||
    unknown.includes('resource_access')
  ) {
    return undefined;
  }
  const present = carried(claims);
  const { defaultRole } = graph.realm;
  const defaults = graph.role({ name: defaultRole });
  const own = account.roles.filter(role => role !== defaults?.index);
  const held = effectiveRoles(graph, { ...account, roles: own });
  const dropped = [...held]
    .map(index => graph.roles[index].ref)
    .filter(
      ({ client: owner, name }) => !present.has(JSON.stringify([owner, name])),
    );
  return dropped.length === 0
    ? undefined
    : {
        severity: 'medium',
        title: `Roles of the service account of ${client.clientId} never enter its token`,
        evidence: `Full scope is off and there is no scope mapping for ${dropped
          .map(describe)
          .sort()
          .join(', ')}`,
        fix: `Add a scope mapping for each of these roles to client ${client.clientId}, or put them behind a client scope`,
      };
});
