import type { MeshObject } from '../manifests/types';
import { formatRef, refOf } from '../manifests/objectRef';
import { KIND } from '../mesh/kinds';
import { selects } from '../mesh/labels';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { attaches } from '../mesh/policyAttachment';
import { proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';

/** Parts of an EnvoyFilter that can change who gets through, or where to. */
const APPLIES_TO = new Set([
  'LISTENER',
  'FILTER_CHAIN',
  'NETWORK_FILTER',
  'HTTP_FILTER',
  'ROUTE_CONFIGURATION',
  'VIRTUAL_HOST',
  'HTTP_ROUTE',
  'LISTENER_FILTER',
]);

function envoyFilterApplies(
  mesh: Mesh,
  object: MeshObject,
  proxy: MeshProxy,
): boolean {
  const { namespace } = object.metadata;
  if (
    namespace !== mesh.meshConfig.rootNamespace &&
    namespace !== proxy.namespace
  )
    return false;
  const { spec } = object;
  if (
    spec?.workloadSelector?.labels &&
    !selects(spec.workloadSelector.labels, proxy.labels)
  ) {
    return false;
  }
  if (spec?.targetRefs?.length && !attaches(mesh, object, proxy)) return false;
  return (spec?.configPatches ?? []).some((patch: any) => {
    if (!APPLIES_TO.has(patch?.applyTo)) return false;
    const context = patch?.match?.context ?? 'ANY';
    if (context === 'GATEWAY') return proxy.kind === 'gateway';
    if (context === 'SIDECAR_INBOUND') return proxy.kind === 'workload';
    if (context === 'SIDECAR_OUTBOUND') return false;
    return true;
  });
}

function pluginApplies(
  mesh: Mesh,
  object: MeshObject,
  proxy: MeshProxy,
): boolean {
  const { namespace } = object.metadata;
  if (
    namespace !== mesh.meshConfig.rootNamespace &&
    namespace !== proxy.namespace
  )
    return false;
  return attaches(mesh, object, proxy);
}

const UNMODELLED: Derivation<Map<string, string[]>> = {
  kinds: new Set([KIND.envoyFilter, KIND.wasmPlugin, KIND.trafficExtension]),
  build: () => new Map(),
};

/**
 * Objects that change what a proxy does in ways that nobody can tell from outside, by name.
 *
 * @internal
 */
export function unmodelledAt(mesh: Mesh, proxy: MeshProxy): readonly string[] {
  const cache = mesh.derive(UNMODELLED);
  const key = proxyKey(proxy);
  let names = cache.get(key);
  if (!names) {
    names = [
      ...mesh
        .list(KIND.envoyFilter)
        .filter(object => envoyFilterApplies(mesh, object, proxy)),
      ...[
        ...mesh.list(KIND.wasmPlugin),
        ...mesh.list(KIND.trafficExtension),
      ].filter(object => pluginApplies(mesh, object, proxy)),
    ].map(object => formatRef(refOf(object)));
    cache.set(key, names);
  }
  return names;
}

/**
 * Ingress objects of Istio's class that name a host: the model does not read their rules, so a host that nothing else serves is not known.
 *
 * @internal
 */
export function ingressesFor(
  mesh: Mesh,
  proxy: MeshProxy,
  host: string,
): string[] {
  const { ingressSelector = 'ingressgateway', ingressClass = 'istio' } =
    mesh.meshConfig;
  if (proxy.labels.istio !== ingressSelector) return [];
  return mesh
    .list(KIND.ingress)
    .filter(({ metadata, spec }) => {
      const name =
        spec?.ingressClassName ??
        metadata.annotations?.['kubernetes.io/ingress.class'];
      const rules: { host?: string }[] = spec?.rules ?? [{}];
      return (
        name === ingressClass &&
        rules.some(rule => !rule.host || rule.host === host)
      );
    })
    .map(object => formatRef(refOf(object)));
}
