import type { HttpRouteSpec, VirtualServiceSpec } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import type { Change, Derivation, Mesh } from '../mesh/Mesh';
import { byCreation } from '../mesh/ObjectStore';
import { mergeDelegate } from './delegates';
import type { VirtualRoute, VirtualRule } from './VirtualRoute';

/**
 * A host name in full: a name without a dot belongs to the object's namespace.
 *
 * Istio: pilot/pkg/model, ResolveShortnameToFQDN.
 */
function fullName(host: string, namespace: string, domain: string): string {
  if (
    host === '' ||
    host.startsWith('*') ||
    host.includes('.') ||
    host.includes(':')
  )
    return host;
  return `${host}.${namespace}.svc.${domain}`;
}

/** `namespace/name` of a gateway. Istio: pilot/pkg/model, resolveGatewayName. */
function gatewayName(gateway: string, namespace: string): string {
  if (gateway === 'mesh') return gateway;
  const slash = gateway.indexOf('/');
  if (slash >= 0) {
    return gateway.slice(0, slash) === '.'
      ? `${namespace}${gateway.slice(slash)}`
      : gateway;
  }
  const dot = gateway.indexOf('.');
  if (dot < 0) return `${namespace}/${gateway}`;
  return `${gateway.slice(dot + 1).split('.')[0]}/${gateway.slice(0, dot)}`;
}

function resolveRule(
  spec: HttpRouteSpec,
  namespace: string,
  domain: string,
): HttpRouteSpec {
  return {
    ...spec,
    match: spec.match?.map(match =>
      match?.gateways?.length
        ? {
            ...match,
            gateways: match.gateways.map(name => gatewayName(name, namespace)),
          }
        : match ?? {},
    ),
    route: spec.route?.map(route => ({
      ...route,
      destination: {
        ...route.destination,
        host: fullName(route.destination.host, namespace, domain),
      },
    })),
  };
}

function exportedTo(
  object: MeshObject<VirtualServiceSpec>,
  defaults: string[],
): string[] {
  const own = object.spec?.exportTo;
  return own?.length ? own : defaults;
}

function rulesOf(
  mesh: Mesh,
  object: MeshObject<VirtualServiceSpec>,
): VirtualRule[] {
  const namespace = object.metadata.namespace ?? '';
  const { clusterDomain: domain, defaultVirtualServiceExportTo } =
    mesh.meshConfig;
  const rules: VirtualRule[] = [];
  object.spec?.http?.forEach((raw, rule) => {
    const spec = resolveRule(raw, namespace, domain);
    if (!spec.delegate) {
      rules.push({ spec, origin: { object, rule } });
      return;
    }
    const owner = spec.delegate.namespace || namespace;
    const delegate = mesh.get<VirtualServiceSpec>(
      KIND.virtualService,
      owner,
      spec.delegate.name ?? '',
    );
    if (!delegate || delegate.spec?.hosts?.length) return;
    const visible = exportedTo(delegate, defaultVirtualServiceExportTo).some(
      entry =>
        entry === '*' ||
        entry === namespace ||
        (entry === '.' && owner === namespace),
    );
    if (!visible) return;
    delegate.spec?.http?.forEach((child, index) => {
      const merged = mergeDelegate(spec, resolveRule(child, owner, domain));
      // A delegate of a delegate is refused by the webhook; what slips through leads nowhere.
      if (merged && !merged.delegate) {
        rules.push({ spec: merged, origin: { object: delegate, rule: index } });
      }
    });
  });
  return rules;
}

function toRoute(
  mesh: Mesh,
  object: MeshObject<VirtualServiceSpec>,
): VirtualRoute {
  const { spec, metadata } = object;
  const namespace = metadata.namespace ?? '';
  const { clusterDomain, defaultVirtualServiceExportTo } = mesh.meshConfig;
  return {
    object,
    namespace,
    hosts: (spec?.hosts ?? []).map(host =>
      fullName(host, namespace, clusterDomain),
    ),
    gateways: spec?.gateways?.length
      ? spec.gateways.map(name => gatewayName(name, namespace))
      : ['mesh'],
    exportTo: exportedTo(object, defaultVirtualServiceExportTo),
    rules: rulesOf(mesh, object),
    semantics: 'istio',
  };
}

function isDelegating(object: MeshObject<VirtualServiceSpec>): boolean {
  return Boolean(object.spec?.http?.some(({ delegate }) => delegate));
}

/** VirtualServices by name, with those that delegate set apart. @internal */
export interface VirtualServiceIndex {
  routes: ReadonlyMap<string, VirtualRoute>;
  /** Keys of the routes that lead to a service's host. */
  byDestination: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Hosts that the rules of a route lead to, lower-case. @internal */
export function destinationsOf(route: VirtualRoute): Set<string> {
  const hosts = new Set<string>();
  for (const { spec } of route.rules) {
    for (const { destination } of spec.route ?? [])
      hosts.add(destination.host.toLowerCase());
  }
  return hosts;
}

function keyOf(object: MeshObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function patch(
  previous: VirtualServiceIndex,
  change: Change,
  mesh: Mesh,
): VirtualServiceIndex {
  const routes = new Map(previous.routes);
  const byDestination = new Map(previous.byDestination);
  const { before, after } = change;
  const put = (key: string, route: VirtualRoute | undefined) => {
    const old = routes.get(key);
    for (const host of old ? destinationsOf(old) : []) {
      const keys = new Set(byDestination.get(host));
      keys.delete(key);
      byDestination.set(host, keys);
    }
    if (!route) {
      routes.delete(key);
      return;
    }
    routes.set(key, route);
    for (const host of destinationsOf(route)) {
      byDestination.set(host, new Set(byDestination.get(host)).add(key));
    }
  };
  if (before) put(keyOf(before), undefined);
  if (after?.spec?.hosts?.length) put(keyOf(after), toRoute(mesh, after));
  // A delegate is part of every route that may lead to it.
  const delegate = [before, after].some(
    object => object && !object.spec?.hosts?.length,
  );
  if (delegate) {
    for (const [key, route] of routes) {
      if (isDelegating(route.object)) put(key, toRoute(mesh, route.object));
    }
  }
  return { routes, byDestination };
}

const VIRTUAL_SERVICES: Derivation<VirtualServiceIndex> = {
  kinds: new Set([KIND.virtualService]),
  build(mesh) {
    const routes = new Map<string, VirtualRoute>();
    const byDestination = new Map<string, Set<string>>();
    for (const object of [
      ...mesh.list<VirtualServiceSpec>(KIND.virtualService),
    ].sort(byCreation)) {
      // Without hosts it is a delegate and serves nothing by itself.
      if (!object.spec?.hosts?.length) continue;
      const route = toRoute(mesh, object);
      routes.set(keyOf(object), route);
      for (const host of destinationsOf(route)) {
        const keys = byDestination.get(host);
        if (keys) keys.add(keyOf(object));
        else byDestination.set(host, new Set([keyOf(object)]));
      }
    }
    return { routes, byDestination };
  },
  patch,
};

/** All VirtualServices that bind hosts, resolved. @internal */
export function virtualServicesOf(mesh: Mesh): VirtualServiceIndex {
  return mesh.derive(VIRTUAL_SERVICES);
}

/**
 * How a route came to a gateway's namespace: 0 private to it, 1 exported to it by name, 2 public, `undefined` not at all. Istio puts them in
 * this order.
 *
 * Istio: pilot/pkg/model/push_context.go, VirtualServicesForGateway.
 *
 * @internal
 */
export function visibilityAt(
  route: VirtualRoute,
  namespace: string,
): 0 | 1 | 2 | undefined {
  const { exportTo } = route;
  if (exportTo.includes('*')) return 2;
  if (exportTo.includes('~')) return undefined;
  if (route.namespace === namespace) {
    return exportTo.includes('.') || exportTo.includes(namespace)
      ? 0
      : undefined;
  }
  return exportTo.includes(namespace) ? 1 : undefined;
}
