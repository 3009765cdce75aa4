import { clientAttributeKeys } from './allowList';
import { asFlag, asName, asObject, asText, asTexts, pickTexts } from './fields';
import { readMappers } from './readMappers';
import { RealmClient } from './types';

/**
 * Reads a `ClientRepresentation`. Its roles and scope mappings stand
 * elsewhere in a realm and are left empty.
 *
 * @remarks
 * Absent flags take the values that `RepresentationToModel.createClient`
 * gives them.
 *
 * @public
 */
export function readClient(json: unknown, path: string): RealmClient {
  const source = asObject(json, path);
  const flag = (name: string, absent: boolean) =>
    asFlag({ value: source[name], path: `${path}.${name}`, absent });
  const bearerOnly = flag('bearerOnly', false);
  const publicClient = flag('publicClient', false);
  return {
    clientId: asName(source.clientId, `${path}.clientId`),
    id: asText(source.id, `${path}.id`),
    name: asText(source.name, `${path}.name`) || undefined,
    enabled: flag('enabled', true),
    protocol: asText(source.protocol, `${path}.protocol`) ?? 'openid-connect',
    publicClient,
    bearerOnly,
    consentRequired: flag('consentRequired', false),
    standardFlowEnabled: flag('standardFlowEnabled', true),
    implicitFlowEnabled: flag('implicitFlowEnabled', false),
    directAccessGrantsEnabled: flag('directAccessGrantsEnabled', false),
    serviceAccountsEnabled: flag('serviceAccountsEnabled', false),
    fullScopeAllowed: flag('fullScopeAllowed', true),
    rootUrl: asText(source.rootUrl, `${path}.rootUrl`) || undefined,
    redirectUris: asTexts(source.redirectUris, `${path}.redirectUris`),
    webOrigins: asTexts(source.webOrigins, `${path}.webOrigins`),
    attributes: pickTexts({
      value: source.attributes,
      path: `${path}.attributes`,
      keys: clientAttributeKeys,
    }),
    mappers: readMappers(source.protocolMappers, `${path}.protocolMappers`),
    defaultClientScopes: asTexts(
      source.defaultClientScopes,
      `${path}.defaultClientScopes`,
    ),
    optionalClientScopes: asTexts(
      source.optionalClientScopes,
      `${path}.optionalClientScopes`,
    ),
    scopeMappings: [],
    roles: [],
  };
}
