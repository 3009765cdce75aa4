import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  isClientId,
  isDnsLabel,
  isHostName,
  KeycloakClientLimits,
} from '@mesh-auth/access-model';
import { CLIENT_FORMATS, ClientFormat } from './clientFormats';

/**
 * A gateway as the platform configures it for templates.
 *
 * @internal
 */
export interface GatewayConfig {
  id: string;
  kind: 'istio' | 'gatewayApi';
  namespace: string;
  name: string;
  listener?: string;
  serviceAccount?: { namespace: string; name: string };
  loginWall?: LoginWallConfig;
}

/** @internal */
export interface LoginWallConfig {
  coverage: 'platform' | 'service';
  exceptHosts: string[];
  exceptPaths: string[];
  provider: string;
  tokenHeader: string;
  loginClient: string;
  service: { namespace: string; name: string; port: number };
  gatewayLabels: Record<string, string>;
}

/** @internal */
export type HostConfig =
  | { kind: 'shared'; host: string }
  | { kind: 'domain'; domain: string };

/** @internal */
export interface RealmConfig {
  name: string;
  instance?: string;
  issuer: string;
  jwksUri: string;
  reference: { kind: 'ClusterKeycloakRealm' | 'KeycloakRealm'; name: string };
}

/** @internal */
export interface ArgoCdConfig {
  namespace: string;
  project: string;
  server: string;
  targetRevision: string;
}

/**
 * `meshAuth.scaffolder`, checked and with its defaults.
 *
 * @internal
 */
export interface ScaffolderConfig {
  gateways: GatewayConfig[];
  hosts: HostConfig[];
  realms: RealmConfig[];
  limits: KeycloakClientLimits;
  reservedNamespaces: string[];
  sealedSecretsCertificateFile?: string;
  argocd?: ArgoCdConfig;
  imageRepository?: string;
  clientFormat: ClientFormat;
}

function oneOf<T extends string>(
  config: Config,
  key: string,
  values: readonly T[],
): T {
  const value = config.getString(key);
  const found = values.find(candidate => candidate === value);
  if (!found) {
    throw new InputError(
      `meshAuth.scaffolder: ${key} is "${value}", expected ${values.join(
        ' or ',
      )}`,
    );
  }
  return found;
}

function readLoginWall(config: Config): LoginWallConfig {
  const service = config.getConfig('service');
  return {
    coverage: oneOf(config, 'coverage', ['platform', 'service']),
    exceptHosts: config.getOptionalStringArray('exceptHosts') ?? [],
    exceptPaths: config.getOptionalStringArray('exceptPaths') ?? [],
    provider: config.getString('provider'),
    tokenHeader:
      config.getOptionalString('tokenHeader')?.toLowerCase() ??
      'x-auth-request-access-token',
    loginClient: config.getString('loginClient'),
    service: {
      namespace: service.getString('namespace'),
      name: service.getString('name'),
      port: service.getNumber('port'),
    },
    gatewayLabels:
      config.getOptional<Record<string, string>>('gatewayLabels') ?? {},
  };
}

function readGateway(config: Config): GatewayConfig {
  const namespace = config.getString('namespace');
  const listener = config.getOptionalString('listener');
  const serviceAccount = config.getOptionalConfig('serviceAccount');
  const loginWall = config.getOptionalConfig('loginWall');
  return {
    id: config.getString('id'),
    kind: oneOf(config, 'kind', ['istio', 'gatewayApi']),
    namespace,
    name: config.getString('name'),
    ...(listener !== undefined && { listener }),
    ...(serviceAccount && {
      serviceAccount: {
        namespace: serviceAccount.getOptionalString('namespace') ?? namespace,
        name: serviceAccount.getString('name'),
      },
    }),
    ...(loginWall && { loginWall: readLoginWall(loginWall) }),
  };
}

function readHost(config: Config): HostConfig {
  const host = config.getOptionalString('host');
  const domain = config.getOptionalString('domain');
  const name = host ?? domain;
  if ((host === undefined) === (domain === undefined) || !isHostName(name!)) {
    throw new InputError(
      'meshAuth.scaffolder.hosts: an entry has either host or domain, a DNS name in lower case',
    );
  }
  return host !== undefined
    ? { kind: 'shared', host }
    : { kind: 'domain', domain: domain! };
}

function readRealm(config: Config): RealmConfig {
  const name = config.getString('name');
  const instance = config.getOptionalString('instance');
  const reference = config.getOptionalConfig('reference');
  if (!isClientId(name)) {
    throw new InputError(
      `meshAuth.scaffolder.realms: "${name}" is not a name of a realm`,
    );
  }
  return {
    name,
    ...(instance !== undefined && { instance }),
    issuer: config.getString('issuer'),
    jwksUri: config.getString('jwksUri'),
    reference: reference
      ? {
          kind: oneOf(reference, 'kind', [
            'ClusterKeycloakRealm',
            'KeycloakRealm',
          ]),
          name: reference.getString('name'),
        }
      : { kind: 'ClusterKeycloakRealm', name },
  };
}

/**
 * Reads `meshAuth.scaffolder`; without it nothing is allowed.
 *
 * @throws InputError naming the key, for a value that is not one of its kind
 *
 * @internal
 */
export function readScaffolderConfig(root: Config): ScaffolderConfig {
  const config = root.getOptionalConfig('meshAuth.scaffolder');
  const argocd = config?.getOptionalConfig('argocd');
  const certificateFile = config?.getOptionalString(
    'sealedSecrets.certificateFile',
  );
  const imageRepository = config?.getOptionalString('imageRepository');
  const reservedNamespaces =
    config?.getOptionalStringArray('reservedNamespaces') ?? [];
  for (const namespace of reservedNamespaces) {
    if (!isDnsLabel(namespace)) {
      throw new InputError(
        `meshAuth.scaffolder.reservedNamespaces: "${namespace}" is not a namespace`,
      );
    }
  }
  return {
    gateways: (config?.getOptionalConfigArray('gateways') ?? []).map(
      readGateway,
    ),
    hosts: (config?.getOptionalConfigArray('hosts') ?? []).map(readHost),
    realms: (config?.getOptionalConfigArray('realms') ?? []).map(readRealm),
    clientFormat:
      config?.getOptionalString('clientFormat') === undefined
        ? 'edp'
        : oneOf(config, 'clientFormat', CLIENT_FORMATS),
    limits: {
      clientRoles:
        config?.getOptionalStringArray('serviceAccounts.clientRoles') ?? [],
      realmRoles:
        config?.getOptionalStringArray('serviceAccounts.realmRoles') ?? [],
    },
    reservedNamespaces,
    ...(certificateFile !== undefined && {
      sealedSecretsCertificateFile: certificateFile,
    }),
    ...(argocd && {
      argocd: {
        namespace: argocd.getOptionalString('namespace') ?? 'argocd',
        project: argocd.getOptionalString('project') ?? 'default',
        server:
          argocd.getOptionalString('server') ??
          'https://kubernetes.default.svc',
        targetRevision: argocd.getOptionalString('targetRevision') ?? 'main',
      },
    }),
    ...(imageRepository !== undefined && { imageRepository }),
  };
}
