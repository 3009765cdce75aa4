import { effectiveRoles } from '../roleClosure';
import {
  managementClient,
  managementRoleNames,
} from '../import/builtinClients';
import { TokenContext } from './TokenContext';
import { ClaimSlot } from './TokenDraft';
import { UnknownValue } from './UnknownValue';
import {
  ClaimMap,
  ClaimValue,
  Collection,
  isCollection,
  isMap,
  toJson,
} from './values';

/**
 * What Keycloak does to an access token after its mappers
 * (`AdminRoleTokenPostProcessor`): role claims that a mapper wrote beside the
 * token's own are merged into them where they have the right shape, and roles
 * of realm administration that the user does not hold are taken out.
 */

/** Roles of one container; undefined for `{}`. */
type Access = { roles?: (string | null)[] };

/** Jackson's reading of an `AccessToken.Access`; undefined where it fails. */
function readAccess(value: ClaimValue): Access | undefined {
  const json = toJson(value);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return undefined;
  }
  const { roles, verify_caller: _, ...rest } = json;
  if (Object.keys(rest).length > 0) {
    return undefined;
  }
  if (roles === undefined || roles === null) {
    return {};
  }
  if (!Array.isArray(roles)) {
    return undefined;
  }
  const texts: (string | null)[] = [];
  for (const role of roles) {
    if (typeof role === 'object' && role !== null) {
      return undefined;
    }
    const text = role === null ? null : String(role);
    if (!texts.includes(text)) {
      texts.push(text);
    }
  }
  return { roles: texts };
}

function merged(
  field: ClaimValue | undefined,
  access: Access | undefined,
): ClaimValue | undefined {
  if (access === undefined || field === undefined) {
    return access === undefined ? field : accessMap(access);
  }
  const present = isMap(field) ? field.get('roles') : undefined;
  if (access.roles === undefined || !isCollection(present)) {
    throw new UnknownValue('roles merged with none fail the login');
  }
  const items = [...present.items];
  for (const role of access.roles) {
    if (!items.includes(role)) {
      items.push(role);
    }
  }
  return new Map([['roles', { ...present, items }]]);
}

function accessMap(access: Access): ClaimMap {
  const map: ClaimMap = new Map();
  if (access.roles) {
    const roles: Collection = {
      kind: 'collection',
      items: access.roles,
      distinct: true,
    };
    map.set('roles', roles);
  }
  return map;
}

function mergeRealmAccess(slot: ClaimSlot): void {
  if (slot.other === undefined) {
    return;
  }
  const access = readAccess(slot.other);
  if (access) {
    slot.field = merged(slot.field, access);
    slot.other = undefined;
  }
}

function mergeResourceAccess(slot: ClaimSlot): void {
  if (slot.other === undefined) {
    return;
  }
  const field: ClaimMap = isMap(slot.field) ? slot.field : new Map();
  slot.field = field;
  if (!isMap(slot.other)) {
    return;
  }
  for (const [client, value] of slot.other) {
    const access = merged(field.get(client), readAccess(value));
    if (access !== undefined) {
      field.set(client, access);
    }
  }
  slot.other = undefined;
}

/** Roles of realm administration stay only where the user holds them. */
function removeBorrowedAdminRoles(
  slot: ClaimSlot,
  context: TokenContext,
): void {
  const access = isMap(slot.field)
    ? slot.field.get(managementClient)
    : undefined;
  const roles = isMap(access) ? access.get('roles') : undefined;
  if (!isMap(access) || !isCollection(roles)) {
    return;
  }
  const held = new Set<string>();
  for (const index of effectiveRoles(context.graph, context.user)) {
    const { ref } = context.graph.roles[index];
    if (ref.client === managementClient) {
      held.add(ref.name);
    }
  }
  access.set('roles', {
    ...roles,
    items: roles.items.filter(
      role =>
        typeof role !== 'string' ||
        !managementRoleNames.has(role) ||
        held.has(role),
    ),
  });
}

/**
 * Applies the rules to the slots of `realm_access` and `resource_access`,
 * where there are any.
 *
 * @throws UnknownValue where the login fails
 *
 * @internal
 */
export const postProcessors: Readonly<
  Record<string, (slot: ClaimSlot, context: TokenContext) => void>
> = {
  realm_access: mergeRealmAccess,
  resource_access: (slot, context) => {
    mergeResourceAccess(slot);
    removeBorrowedAdminRoles(slot, context);
  },
};
