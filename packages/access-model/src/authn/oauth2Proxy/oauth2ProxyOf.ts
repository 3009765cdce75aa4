import { refOf } from '../../manifests/objectRef';
import type { MeshObject, ObjectRef } from '../../manifests/types';
import { KIND } from '../../mesh/kinds';
import type { Derivation, Mesh } from '../../mesh/Mesh';
import type { ExtensionProvider } from '../../mesh/MeshConfig';
import { servicesOf } from '../../mesh/services';
import { workloadsBehind } from '../../mesh/workloads';
import { readOAuth2Proxy } from './OAuth2ProxyConfig';
import type { OAuth2ProxyConfig } from './OAuth2ProxyConfig';

const FILE = /oauth2[-_]?proxy.*\.(cfg|toml)$/i;

function podSpecOf(object: MeshObject | undefined): any {
  return object?.spec?.template?.spec ?? object?.spec;
}

/** ConfigMaps that a pod mounts. */
function mountedConfigMaps(mesh: Mesh, object: MeshObject): MeshObject[] {
  const volumes: any[] = podSpecOf(object)?.volumes ?? [];
  return volumes
    .map(volume => volume?.configMap?.name)
    .filter((name): name is string => typeof name === 'string')
    .map(name =>
      mesh.get(KIND.configMap, object.metadata.namespace ?? '', name),
    )
    .filter((found): found is MeshObject => found !== undefined);
}

function fileOf(
  objects: MeshObject[],
): { text: string; object: MeshObject } | undefined {
  for (const object of objects) {
    for (const [key, text] of Object.entries(object.data ?? {})) {
      if (FILE.test(key)) return { text, object };
    }
  }
  return undefined;
}

function build(
  mesh: Mesh,
  provider: ExtensionProvider,
): OAuth2ProxyConfig | undefined {
  const host = provider.service
    .slice(provider.service.indexOf('/') + 1)
    .toLowerCase();
  const [service] = servicesOf(mesh).byHost.get(host) ?? [];
  if (!service) return undefined;
  const [workload] = workloadsBehind(mesh, service);
  const object = workload && mesh.resolve(workload.ref);
  const containers: any[] = podSpecOf(object)?.containers ?? [];
  const container = containers.find(({ name, image = '' }) =>
    /oauth2-proxy/.test(`${name} ${image}`),
  );
  const maps = object
    ? mountedConfigMaps(mesh, object)
    : [...mesh.list(KIND.configMap, service.namespace)];
  const file = fileOf(maps);
  if (!container && !file) return undefined;
  const args: string[] = [
    ...(container?.command ?? []),
    ...(container?.args ?? []),
  ].filter(item => typeof item === 'string');
  const refs: ObjectRef[] = [file?.object, object]
    .filter((item): item is MeshObject => item !== undefined)
    .map(refOf);
  const unread = [
    // What is read from a cluster leaves arguments out, because they may hold secrets.
    ...(args.length === 0 && !file ? ['its settings'] : []),
    ...(args.some(arg => arg.startsWith('--config')) && !file
      ? ['its configuration file']
      : []),
    ...(args.some(arg => arg.startsWith('--alpha-config'))
      ? ['its alpha configuration']
      : []),
    ...(container?.envFrom?.length ? ['settings from the environment'] : []),
  ];
  try {
    return readOAuth2Proxy({ file: file?.text, args, refs, unread });
  } catch {
    return readOAuth2Proxy({
      args,
      refs,
      unread: [...unread, 'its configuration file, which is not TOML'],
    });
  }
}

const CONFIGS: Derivation<Map<string, OAuth2ProxyConfig | undefined>> = {
  kinds: new Set([
    KIND.configMap,
    KIND.service,
    KIND.deployment,
    KIND.statefulSet,
    KIND.pod,
  ]),
  build: () => new Map(),
  patch(previous, { before, after }) {
    // The settings of an authoriser are rarely what changes.
    const object = (after ?? before)!;
    return object.kind === 'ConfigMap' || /oauth2/.test(object.metadata.name)
      ? undefined
      : previous;
  },
};

/**
 * The settings of oauth2-proxy behind a provider, from the arguments of its container and the configuration file in the ConfigMap that it
 * mounts; `undefined` where the provider is something else, or cannot be found.
 *
 * @public
 */
export function oauth2ProxyOf(
  mesh: Mesh,
  provider: ExtensionProvider,
): OAuth2ProxyConfig | undefined {
  const cache = mesh.derive(CONFIGS);
  if (!cache.has(provider.name))
    cache.set(provider.name, build(mesh, provider));
  return cache.get(provider.name);
}
