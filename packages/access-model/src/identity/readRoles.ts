import { asName, asObject, asText } from './fields';
import { readMappers } from './readMappers';
import { readRoleRefs } from './readRoleRefs';
import { RealmClientScope, RealmRole } from './types';

/**
 * Reads a `RoleRepresentation` with its `composites`.
 *
 * @public
 */
export function readRole(json: unknown, path: string): RealmRole {
  const source = asObject(json, path);
  const composites = source.composites
    ? asObject(source.composites, `${path}.composites`)
    : {};
  return {
    name: asName(source.name, `${path}.name`),
    description: asText(source.description, `${path}.description`) || undefined,
    composites: readRoleRefs({
      realmRoles: composites.realm,
      clientRoles: composites.client,
      path: `${path}.composites`,
    }),
  };
}

/**
 * Reads a `ClientScopeRepresentation`; its role scope mappings stand
 * elsewhere in a realm and are left empty.
 *
 * @public
 */
export function readClientScope(json: unknown, path: string): RealmClientScope {
  const source = asObject(json, path);
  const attributes = source.attributes
    ? asObject(source.attributes, `${path}.attributes`)
    : {};
  return {
    name: asName(source.name, `${path}.name`),
    protocol: asText(source.protocol, `${path}.protocol`) ?? 'openid-connect',
    // `ClientScopeModel.isIncludeInTokenScope`: absent reads as true.
    includeInTokenScope:
      attributes['include.in.token.scope'] === undefined ||
      attributes['include.in.token.scope'] === 'true',
    mappers: readMappers(source.protocolMappers, `${path}.protocolMappers`),
    roles: [],
  };
}
