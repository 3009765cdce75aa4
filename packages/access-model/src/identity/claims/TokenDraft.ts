import { UnknownValue } from './UnknownValue';
import {
  ClaimMap,
  ClaimValue,
  Collection,
  copyValue,
  isCollection,
  isMap,
  javaText,
  Scalar,
} from './values';

/**
 * One claim while mappers work on it: the field of Keycloak's token class of
 * that name, and the entry in its map of other claims. Both at once come out
 * as one JSON key twice.
 *
 * @internal
 */
export interface ClaimSlot {
  field?: ClaimValue;
  other?: ClaimValue;
}

/** @internal */
export function copySlot(slot: ClaimSlot): ClaimSlot {
  const { field, other } = slot;
  return {
    field: field === undefined ? undefined : copyValue(field),
    other: other === undefined ? undefined : copyValue(other),
  };
}

/** Claims that a mapper may name and never changes. */
const untouchable = new Set([
  'jti',
  'typ',
  'iat',
  'exp',
  'iss',
  'scope',
  'nonce',
  'session_state',
]);

/** Claims that a mapper sets as a field of the token. */
const fields = new Set(['sub', 'azp', 'acr', 'auth_time', 'aud']);

function setField(
  slot: ClaimSlot,
  name: string,
  value: Scalar | Collection,
): void {
  if (name !== 'aud' && isCollection(value) && value.items.length > 1) {
    throw new UnknownValue('the text of a list in no certain order');
  }
  if (name === 'aud') {
    slot.field = {
      kind: 'collection',
      distinct: false,
      items: isCollection(value)
        ? value.items.map(item => {
            if (item === null) {
              throw new UnknownValue(
                'an audience that is null fails the login',
              );
            }
            return javaText(item);
          })
        : [javaText(value)],
    };
  } else if (name === 'auth_time') {
    const seconds = Number(javaText(value));
    if (Number.isSafeInteger(seconds)) {
      slot.field = seconds;
    }
  } else {
    slot.field = javaText(value);
  }
}

/** The map that holds the last component of a path, made where missing. */
function parentOf(
  slot: ClaimSlot,
  path: readonly string[],
): { get(): ClaimValue | undefined; set(value: ClaimValue): void } {
  if (path.length === 1) {
    return {
      get: () => slot.other,
      set: value => {
        slot.other = value;
      },
    };
  }
  let map = childMap(slot.other, value => {
    slot.other = value;
  });
  for (const component of path.slice(1, -1)) {
    const level = map;
    map = childMap(level.get(component), value => level.set(component, value));
  }
  const last = path[path.length - 1];
  return {
    get: () => map.get(last),
    set: value => map.set(last, value),
  };
}

function childMap(
  value: ClaimValue | undefined,
  set: (map: ClaimMap) => void,
): ClaimMap {
  if (value === undefined || value === null) {
    const made: ClaimMap = new Map();
    set(made);
    return made;
  }
  if (!isMap(value)) {
    // Keycloak casts to Map and the login fails.
    throw new UnknownValue('a claim below one that is no object');
  }
  return value;
}

/**
 * Puts a value at a claim path, as `OIDCAttributeMapperHelper.mapClaim` and
 * `JsonUtils.mapClaim` do.
 *
 * @internal
 */
export function putClaim(options: {
  slot: ClaimSlot;
  path: readonly string[];
  value: Scalar | Collection;
  multivalued: boolean;
}): void {
  const { slot, path, value, multivalued } = options;
  const [name] = path;
  if (untouchable.has(name)) {
    return;
  }
  if (fields.has(name)) {
    if (path.length === 1) {
      setField(slot, name, value);
    }
    return;
  }
  const place = parentOf(slot, path);
  const present = place.get();
  if (!multivalued || present === undefined || present === null) {
    place.set(copyValue(value));
    return;
  }
  if (isMap(present)) {
    throw new UnknownValue('a list merged with an object');
  }
  const merged: Collection = isCollection(present)
    ? present
    : { kind: 'collection', items: [present], distinct: true };
  for (const item of isCollection(value) ? value.items : [value]) {
    if (!contains(merged, item)) {
      merged.items.push(item);
    }
  }
  place.set(merged);
}

function contains(collection: Collection, item: Scalar): boolean {
  const text = JSON.stringify(item);
  return collection.items.some(
    known => typeof known === typeof item && JSON.stringify(known) === text,
  );
}

/**
 * Puts roles at a claim path, as `AbstractUserRoleMappingMapper.mapClaim`
 * does: lists are appended, and in an access token `realm_access.roles` and
 * `resource_access.X.roles` are fields.
 *
 * @internal
 */
export function putRoles(options: {
  slot: ClaimSlot;
  path: readonly string[];
  value: Scalar | Collection;
  accessToken: boolean;
}): void {
  const { slot, path, value, accessToken } = options;
  if (accessToken && isCollection(value) && isRoleField(path)) {
    addToField(slot, path, value);
    return;
  }
  const place = parentOf(slot, path);
  const present = place.get();
  if (isCollection(present) && isCollection(value)) {
    for (const item of value.items) {
      if (!present.distinct || !contains(present, item)) {
        present.items.push(item);
      }
    }
  } else {
    place.set(copyValue(value));
  }
}

/** @internal */
export function isRoleField(path: readonly string[]): boolean {
  return (
    (path.length === 2 && path[0] === 'realm_access' && path[1] === 'roles') ||
    (path.length === 3 && path[0] === 'resource_access' && path[2] === 'roles')
  );
}

function addToField(
  slot: ClaimSlot,
  path: readonly string[],
  roles: Collection,
): void {
  if (roles.items.some(item => item !== null && typeof item !== 'string')) {
    throw new UnknownValue('roles that are no texts fail the login');
  }
  const holder: ClaimSlot = { other: slot.field };
  const place = parentOf(holder, path);
  slot.field = holder.other;
  const present = place.get();
  const set: Collection = isCollection(present)
    ? present
    : { kind: 'collection', items: [], distinct: true };
  for (const item of roles.items) {
    if (!contains(set, item)) {
      set.items.push(item);
    }
  }
  place.set(set);
}

/** Adds an audience, as `JsonWebToken.addAudience` does. @internal */
export function addAudience(slot: ClaimSlot, audience: string): void {
  const present = slot.field;
  if (!isCollection(present)) {
    slot.field = { kind: 'collection', items: [audience], distinct: false };
  } else if (!present.items.includes(audience)) {
    present.items.push(audience);
  }
}
