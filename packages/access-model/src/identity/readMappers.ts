import { mapperConfigKeys, unmodelledConfigKeys } from './allowList';
import { asList, asName, asObject, asText, pickTexts } from './fields';
import { RealmMapper } from './types';

/**
 * Reads a list of `ProtocolMapperRepresentation`. Mappers of other protocols
 * than OpenID Connect are left out; a provider that the model does not know
 * is kept by name, without its config.
 *
 * @internal
 */
export function readMappers(json: unknown, path: string): RealmMapper[] {
  const mappers: RealmMapper[] = [];
  asList(json, path).forEach((item, index) => {
    const at = `${path}[${index}]`;
    const source = asObject(item, at);
    if (
      (asText(source.protocol, `${at}.protocol`) ?? 'openid-connect') !==
      'openid-connect'
    ) {
      return;
    }
    const provider = asName(source.protocolMapper, `${at}.protocolMapper`);
    mappers.push({
      name: asText(source.name, `${at}.name`) ?? provider,
      provider,
      config: pickTexts({
        value: source.config,
        path: `${at}.config`,
        keys: Object.hasOwn(mapperConfigKeys, provider)
          ? mapperConfigKeys[provider]
          : unmodelledConfigKeys,
      }),
    });
  });
  return mappers;
}
