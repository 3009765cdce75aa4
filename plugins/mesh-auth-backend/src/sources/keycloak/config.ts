import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { checkBaseUrl, KeycloakEndpoint } from '@mesh-auth/keycloak-reader';

/** Times are milliseconds. */
export interface KeycloakInstanceConfig extends KeycloakEndpoint {
  name: string;
  realms: string[];
  intervalMs: number;
}

export interface KeycloakExportConfig {
  instance: string;
  realm: string;
  file: string;
}

export interface KeycloakConfig {
  instances: KeycloakInstanceConfig[];
  exports: KeycloakExportConfig[];
}

/** The message of the check, as a mistake in the configuration. */
function readBaseUrl(config: Config, name: string): string {
  try {
    return checkBaseUrl({
      baseUrl: config.getString('baseUrl'),
      allowHttp:
        config.getOptionalBoolean('dangerouslyAllowInsecureHttp') ?? false,
    });
  } catch (error) {
    throw new InputError(
      `Keycloak instance ${name}: ${(error as Error).message}`,
    );
  }
}

function milliseconds(config: Config, key: string, fallback: number): number {
  return config.has(key)
    ? durationToMilliseconds(readDurationFromConfig(config, { key }))
    : fallback;
}

function readInstance(config: Config): KeycloakInstanceConfig {
  const realms = config.getStringArray('realms');
  const name = config.getString('name');
  if (realms.length === 0 || new Set(realms).size !== realms.length) {
    throw new InputError(
      `realms of Keycloak instance ${name} must name at least one realm, each once`,
    );
  }
  return {
    name,
    baseUrl: readBaseUrl(config, name),
    realms,
    clientId: config.getString('clientId'),
    clientSecret: config.getString('clientSecret'),
    authRealm: config.getOptionalString('authRealm'),
    caFile: config.getOptionalString('caFile'),
    timeoutMs: milliseconds(config, 'timeout', 10_000),
    intervalMs: milliseconds(config, 'schedule', 5 * 60_000),
  };
}

/**
 * Reads `meshAuth.keycloak`.
 *
 * @throws InputError naming the instance and what is wrong with it
 */
export function readKeycloakConfig(root: Config): KeycloakConfig {
  const keycloak = root.getOptionalConfig('meshAuth.keycloak');
  const instances =
    keycloak?.getOptionalConfigArray('instances')?.map(readInstance) ?? [];
  const exports =
    keycloak?.getOptionalConfigArray('exports')?.map(config => ({
      instance: config.getString('instance'),
      realm: config.getString('realm'),
      file: config.getString('file'),
    })) ?? [];
  const seen = new Set<string>();
  for (const id of [
    ...instances.flatMap(({ name, realms }) =>
      realms.map(realm => `${name}/${realm}`),
    ),
    ...exports.map(({ instance, realm }) => `${instance}/${realm}`),
  ]) {
    if (seen.has(id)) {
      throw new InputError(`Keycloak realm ${id} is configured twice`);
    }
    seen.add(id);
  }
  return { instances, exports };
}
