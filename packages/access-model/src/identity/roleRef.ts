import { RealmRole, RoleRef } from './types';

/**
 * A role in one line, as the command line writes it: `realm:NAME` or
 * `client:CLIENTID/NAME`.
 *
 * @public
 */
export function formatRole(role: RoleRef): string {
  return role.client === undefined
    ? `realm:${role.name}`
    : `client:${role.client}/${role.name}`;
}

/**
 * A key that is unique for every pair of client and role name; unlike
 * {@link formatRole}, whose slash may also stand in either name.
 *
 * @internal
 */
export function roleKey(role: RoleRef): string {
  return role.client === undefined
    ? `r\u0000${role.name}`
    : `c\u0000${role.client}\u0000${role.name}`;
}

/**
 * All readings of `realm:NAME` or `client:CLIENTID/NAME`, the one with the
 * shortest clientId first. A clientId and a role name may both contain
 * slashes, so the caller picks the reading that exists. Empty for any other
 * text.
 *
 * @public
 */
export function parseRole(text: string): RoleRef[] {
  if (text.startsWith('realm:') && text.length > 'realm:'.length) {
    return [{ name: text.slice('realm:'.length) }];
  }
  if (!text.startsWith('client:')) {
    return [];
  }
  const rest = text.slice('client:'.length);
  const readings: RoleRef[] = [];
  for (
    let slash = rest.indexOf('/', 1);
    slash >= 0 && slash < rest.length - 1;
    slash = rest.indexOf('/', slash + 1)
  ) {
    readings.push({
      client: rest.slice(0, slash),
      name: rest.slice(slash + 1),
    });
  }
  return readings;
}

/** @internal */
export function roleRefOf(role: RealmRole, client?: string): RoleRef {
  return client === undefined
    ? { name: role.name }
    : { client, name: role.name };
}
