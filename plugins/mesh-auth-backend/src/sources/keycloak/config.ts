import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { isIP } from 'net';

/** Times are milliseconds. */
export interface KeycloakInstanceConfig {
  name: string;
  baseUrl: string;
  realms: string[];
  clientId: string;
  clientSecret: string;
  authRealm?: string;
  caFile?: string;
  timeoutMs: number;
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

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/**
 * Checks the address of a Keycloak server: a plain http(s) URL without
 * credentials, query or fragment; https, unless it stays on this machine or
 * plain http is allowed explicitly.
 *
 * @throws InputError saying what is wrong
 */
export function checkBaseUrl(options: {
  baseUrl: string;
  allowHttp: boolean;
}): string {
  const { baseUrl, allowHttp } = options;
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new InputError(`baseUrl of a Keycloak instance is not a URL`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new InputError(
      `baseUrl of a Keycloak instance must not hold credentials, a query or a fragment`,
    );
  }
  if (url.protocol !== 'https:') {
    if (url.protocol !== 'http:') {
      throw new InputError(`baseUrl ${baseUrl} must be an https URL`);
    }
    if (!allowHttp && !isLoopback(url.hostname)) {
      throw new InputError(
        `baseUrl ${baseUrl} must be https; plain http sends the client secret in the open ` +
          `(dangerouslyAllowInsecureHttp allows it)`,
      );
    }
  }
  return baseUrl.replace(/\/+$/, '');
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
    baseUrl: checkBaseUrl({
      baseUrl: config.getString('baseUrl'),
      allowHttp:
        config.getOptionalBoolean('dangerouslyAllowInsecureHttp') ?? false,
    }),
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
