/** The small vocabulary of generated realms; few names make many clashes. */

/** Dots and slashes take part in claim names and paths. */
export const clientIds = ['app', 'other', 'svc.a', 'a/b'] as const;

export const roleNames = {
  realm: ['a', 'b', 'c', 'r.x', 'app.reader'],
  client: ['reader', 'writer', 'b'],
} as const;

/** Client scopes of realms that bring their own. */
export const scopeNames = [
  'basic',
  'roles',
  'profile',
  'email',
  'web-origins',
  'service_account',
  's1',
  's2',
  's3',
] as const;

export const attributeNames = [
  'dept',
  'level',
  'locale',
  'x.y',
  'street',
  'nickname',
] as const;

/** Claim names: nested, escaped, clashing with each other and with fields. */
export const claimNames = [
  'x',
  'x',
  'x.y',
  'x.y.z',
  'x\\.y',
  'groups',
  'roles',
  'realm_access.roles',
  'realm_access.level',
  'resource_access.${client_id}.roles',
  'resource_access.app.roles',
  'resource_access.app.x',
  '${client_id}_r',
  'name',
  'preferred_username',
  'email',
  'aud',
  'azp',
  'sub',
  'scope',
  'typ',
  'acr',
  'client_id',
  'address',
  'address.street_address',
  'allowed-origins',
  'sid',
  'authorization',
  'category',
  'nbf',
] as const;
