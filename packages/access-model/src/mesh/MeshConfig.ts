import { parseKubernetesYaml } from '../manifests/kubernetesYaml';
import { refOf } from '../manifests/objectRef';
import type {
  ManifestProblem,
  MeshObject,
  ObjectRef,
} from '../manifests/types';

/** How a proxy rewrites paths before it looks at them. @public */
export type PathNormalization =
  | 'NONE'
  | 'BASE'
  | 'MERGE_SLASHES'
  | 'DECODE_AND_MERGE_SLASHES';

/** An external authoriser that the mesh knows. @public */
export interface ExtensionProvider {
  name: string;
  protocol: 'http' | 'grpc';
  /** Host of its service, as it is written. */
  service: string;
  port: number;
  /** Allow when the provider cannot be asked. */
  failOpen: boolean;
  /** Status of the answer when the provider cannot be asked. */
  statusOnError?: number;
  pathPrefix?: string;
  /** Headers that the provider gets to see besides Host, method, path, Content-Length and Authorization. */
  includeRequestHeadersInCheck: string[];
  /** Headers of the provider's answer that replace the request's. */
  headersToUpstreamOnAllow: string[];
  headersToDownstreamOnDeny: string[];
  headersToDownstreamOnAllow: string[];
  /** Why istiod would not use it. */
  problem?: string;
}

/** The parts of Istio's mesh configuration that change an answer. @public */
export interface MeshConfig {
  /** Whether a mesh configuration was found; otherwise these are Istio's defaults. */
  found: boolean;
  ref?: ObjectRef;
  rootNamespace: string;
  trustDomain: string;
  trustDomainAliases: string[];
  pathNormalization: PathNormalization;
  extensionProviders: ExtensionProvider[];
  defaultVirtualServiceExportTo: string[];
  defaultServiceExportTo: string[];
  /** Trusted proxies in front of gateways. */
  numTrustedProxies: number;
  /** DNS suffix of services. */
  clusterDomain: string;
  /** Labels of the pods that serve Ingress objects. */
  ingressSelector?: string;
  ingressClass?: string;
}

const DEFAULTS: MeshConfig = {
  found: false,
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  pathNormalization: 'BASE',
  extensionProviders: [],
  defaultVirtualServiceExportTo: ['*'],
  defaultServiceExportTo: ['*'],
  numTrustedProxies: 0,
  clusterDomain: 'cluster.local',
};

const STATUS = /^[1-5]\d\d$/;

function strings(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

/** Istio: pilot/pkg/security/authz/builder/extauthz.go. */
function problemOf(
  settings: Record<string, unknown>,
  provider: ExtensionProvider,
): string | undefined {
  if (!(provider.port >= 1 && provider.port <= 65535)) {
    return 'port must be in the range [1, 65535]';
  }
  if (provider.service === '') return 'service is missing';
  const status = settings.statusOnError;
  if (status !== undefined && status !== '' && !STATUS.test(String(status))) {
    return `statusOnError ${JSON.stringify(status)} is not a status`;
  }
  if (provider.pathPrefix && !provider.pathPrefix.startsWith('/')) {
    return 'pathPrefix must begin with /';
  }
  const lists = [
    provider.includeRequestHeadersInCheck,
    provider.headersToUpstreamOnAllow,
    provider.headersToDownstreamOnDeny,
    provider.headersToDownstreamOnAllow,
  ];
  if (lists.some(list => list.includes('*'))) {
    return 'a single wildcard is not supported in a list of headers';
  }
  return undefined;
}

function readProvider(value: any): ExtensionProvider | undefined {
  const http = value?.envoyExtAuthzHttp;
  const settings = http ?? value?.envoyExtAuthzGrpc;
  if (
    typeof value?.name !== 'string' ||
    typeof settings !== 'object' ||
    !settings
  ) {
    return undefined;
  }
  const provider: ExtensionProvider = {
    name: value.name,
    protocol: http ? 'http' : 'grpc',
    service: typeof settings.service === 'string' ? settings.service : '',
    port: Number(settings.port ?? 0),
    failOpen: settings.failOpen === true,
    statusOnError: STATUS.test(String(settings.statusOnError))
      ? Number(settings.statusOnError)
      : undefined,
    pathPrefix:
      typeof settings.pathPrefix === 'string' ? settings.pathPrefix : undefined,
    includeRequestHeadersInCheck: strings(
      settings.includeRequestHeadersInCheck ?? settings.includeHeadersInCheck,
    ),
    headersToUpstreamOnAllow: strings(settings.headersToUpstreamOnAllow),
    headersToDownstreamOnDeny: strings(settings.headersToDownstreamOnDeny),
    headersToDownstreamOnAllow: strings(settings.headersToDownstreamOnAllow),
  };
  provider.problem = problemOf(settings, provider);
  return provider;
}

const NORMALIZATIONS: Record<string, PathNormalization> = {
  DEFAULT: 'BASE',
  BASE: 'BASE',
  NONE: 'NONE',
  MERGE_SLASHES: 'MERGE_SLASHES',
  DECODE_AND_MERGE_SLASHES: 'DECODE_AND_MERGE_SLASHES',
};

/** Reads the mesh configuration from the text of key `mesh`. @internal */
export function parseMeshConfig(text: string): MeshConfig {
  const raw = parseKubernetesYaml(text) as any;
  if (typeof raw !== 'object' || raw === null)
    return { ...DEFAULTS, found: true };
  const providers: ExtensionProvider[] = [];
  for (const item of Array.isArray(raw.extensionProviders)
    ? raw.extensionProviders
    : []) {
    const provider = readProvider(item);
    if (!provider) continue;
    // The later of two providers with one name is the one that istiod keeps, and it keeps it as unusable.
    const twin = providers.findIndex(({ name }) => name === provider.name);
    if (twin >= 0) {
      provider.problem = `extension provider name must be unique, found duplicate: ${provider.name}`;
      providers.splice(twin, 1);
    }
    providers.push(provider);
  }
  const hops = raw.defaultConfig?.gatewayTopology?.numTrustedProxies;
  return {
    found: true,
    rootNamespace: raw.rootNamespace || DEFAULTS.rootNamespace,
    trustDomain: raw.trustDomain || DEFAULTS.trustDomain,
    trustDomainAliases: strings(raw.trustDomainAliases),
    pathNormalization:
      NORMALIZATIONS[
        String(raw.pathNormalization?.normalization ?? 'DEFAULT')
      ] ?? 'BASE',
    extensionProviders: providers,
    defaultVirtualServiceExportTo: Array.isArray(
      raw.defaultVirtualServiceExportTo,
    )
      ? strings(raw.defaultVirtualServiceExportTo)
      : DEFAULTS.defaultVirtualServiceExportTo,
    defaultServiceExportTo: Array.isArray(raw.defaultServiceExportTo)
      ? strings(raw.defaultServiceExportTo)
      : DEFAULTS.defaultServiceExportTo,
    numTrustedProxies: typeof hops === 'number' ? hops : 0,
    clusterDomain: DEFAULTS.clusterDomain,
    ingressSelector:
      typeof raw.ingressSelector === 'string' ? raw.ingressSelector : undefined,
    ingressClass:
      typeof raw.ingressClass === 'string' ? raw.ingressClass : undefined,
  };
}

/**
 * Finds the mesh configuration among ConfigMaps: the one named `istio` with a key `mesh` that lies in the root namespace that it names.
 *
 * @internal
 */
export function findMeshConfig(configMaps: readonly MeshObject[]): {
  config: MeshConfig;
  problems: ManifestProblem[];
} {
  const problems: ManifestProblem[] = [];
  const candidates = configMaps
    .filter(
      ({ metadata, data }) =>
        metadata.name === 'istio' && data?.mesh !== undefined,
    )
    .sort((a, b) => {
      const rank = (object: MeshObject) =>
        object.metadata.namespace === DEFAULTS.rootNamespace ? 0 : 1;
      return rank(a) - rank(b);
    });
  for (const object of candidates) {
    try {
      const config = parseMeshConfig(object.data!.mesh);
      if (
        config.rootNamespace === object.metadata.namespace ||
        object === candidates[0]
      ) {
        return { config: { ...config, ref: refOf(object) }, problems };
      }
    } catch (error) {
      problems.push({
        severity: 'error',
        ...object.position,
        path: 'data.mesh',
        message: `mesh configuration is not valid YAML: ${
          (error as Error).message.split('\n', 1)[0]
        }`,
        object: refOf(object),
      });
    }
  }
  return { config: DEFAULTS, problems };
}
