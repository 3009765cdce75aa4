import { JsonValue } from '../identity';
import { ReferencedClaims, ReferencedRoles } from './referencedClaims';

/**
 * An audience as Envoy compares it: without scheme and last slash.
 *
 * @internal
 */
export function bareAudience(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/**
 * Leaves out of a claim what no condition compares with.
 *
 * @internal
 */
export function comparedPart(
  name: string,
  value: JsonValue,
  { roles, audiences }: ReferencedClaims,
): JsonValue {
  if (name === 'aud' && audiences) {
    const list = Array.isArray(value) ? value : [value];
    return list.filter(
      item =>
        typeof item === 'string' && audiences.includes(bareAudience(item)),
    );
  }
  if (
    !roles ||
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value)
  ) {
    return value;
  }
  if (name === 'realm_access') {
    return comparedRoles(value, undefined, roles);
  }
  if (name !== 'resource_access') {
    return value;
  }
  const part: { [client: string]: JsonValue } = {};
  for (const client of Object.keys(value)) {
    if (roles.some(referenced => referenced.client === client)) {
      part[client] = comparedRoles(value[client], client, roles);
    }
  }
  return part;
}

function comparedRoles(
  access: JsonValue,
  client: string | undefined,
  roles: readonly ReferencedRoles[],
): JsonValue {
  const held = (access as { roles?: JsonValue } | null)?.roles;
  const wanted = roles.filter(referenced => referenced.client === client);
  if (!Array.isArray(held) || wanted.some(({ names }) => names === undefined)) {
    return access;
  }
  return {
    roles: held
      .filter(role => wanted.some(({ names }) => names?.includes(String(role))))
      .sort(),
  };
}
