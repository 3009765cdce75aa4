import type { GatewayServer, GatewaySpec } from '../manifests/specs';
import { KIND } from '../mesh/kinds';
import { selects } from '../mesh/labels';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { byCreation } from '../mesh/ObjectStore';
import { proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';
import { targetPortOf, workloadsOf } from '../mesh/workloads';
import { servicesOf } from '../mesh/services';
import type { BoundServer } from './BoundServer';
import { kubernetesGatewaysFor } from './kubernetesGateways';

/** Servers that share a route table. @internal */
export interface RouteScope {
  /** Istio's name of the route configuration: `http.8080`, `https.8443.https.public.istio-system`. */
  name: string;
  port: number;
  tls: boolean;
  servers: BoundServer[];
}

/** What listens on one port of a gateway. @internal */
export interface GatewayListener {
  port: number;
  /** Plain-text HTTP. */
  plain?: RouteScope;
  /** Terminated TLS, one chain a server, chosen by server name. */
  tls: { sniHosts: string[]; scope: RouteScope }[];
  /** TLS that is passed on, and plain TCP: no HTTP policy applies. */
  opaque: BoundServer[];
}

const HTTP = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);

/** @internal */
export function isHttp(protocol: string): boolean {
  return HTTP.has(protocol.toUpperCase());
}

function isPassthrough(server: GatewayServer): boolean {
  const mode = server.tls?.mode ?? 'PASSTHROUGH';
  return (
    server.tls !== undefined &&
    (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH')
  );
}

function terminates(server: GatewayServer): boolean {
  return (
    server.port.protocol.toUpperCase() === 'HTTPS' &&
    server.tls !== undefined &&
    !isPassthrough(server)
  );
}

/** The port that a pod listens on for a port of its Service. Istio: pilot/pkg/model/gateway.go, resolvePorts. */
function listenerPort(mesh: Mesh, proxy: MeshProxy, number: number): number {
  const workload = workloadsOf(mesh)
    .byNamespace.get(proxy.namespace)
    ?.find(
      ({ labels }) =>
        selects(labels, proxy.labels) && Object.keys(labels).length > 0,
    );
  for (const service of servicesOf(mesh).byNamespace.get(proxy.namespace) ??
    []) {
    if (!service.selector || !selects(service.selector, proxy.labels)) continue;
    if (
      service.labels['experimental.istio.io/disable-gateway-port-translation']
    )
      continue;
    const target = targetPortOf(service, number, workload);
    if (target !== undefined) return target;
  }
  return number;
}

function istioServers(
  mesh: Mesh,
  proxy: MeshProxy,
): { bound: BoundServer; port: number }[] {
  return [...mesh.list<GatewaySpec>(KIND.gateway)]
    .sort(byCreation)
    .filter(({ spec }) => selects(spec?.selector, proxy.labels))
    .flatMap(object => {
      const { namespace = '', name } = object.metadata;
      return (object.spec?.servers ?? []).map((server, index) => ({
        bound: {
          object,
          gatewayName: `${namespace}/${name}`,
          index,
          server,
          hosts: server.hosts.map(host =>
            host.startsWith('./') ? `${namespace}${host.slice(1)}` : host,
          ),
        },
        port: listenerPort(mesh, proxy, server.port.number),
      }));
    });
}

function scopeName(bound: BoundServer, port: number): string {
  const { server, object } = bound;
  if (!terminates(server))
    return `http.${port}${server.bind ? `.${server.bind}` : ''}`;
  return `https.${port}.${server.port.name}.${object.metadata.name}.${object.metadata.namespace}`;
}

/** Istio: pilot/pkg/model/gateway.go, mergeGateways. `bind` addresses are taken to share their port's listener. */
function merge(
  servers: { bound: BoundServer; port: number }[],
): Map<number, GatewayListener> {
  const listeners = new Map<number, GatewayListener>();
  const tlsHosts = new Map<number, Set<string>>();
  const plainProtocol = new Map<number, string>();
  const scopes = new Set<string>();
  for (const { bound, port } of servers) {
    const { server } = bound;
    const protocol = server.port.protocol.toUpperCase();
    if (server.tls && !isHttp(protocol)) {
      const known = tlsHosts.get(port) ?? new Set();
      tlsHosts.set(port, known);
      if (bound.hosts.some(host => known.has(host))) continue;
      bound.hosts.forEach(host => known.add(host));
    }
    const current = plainProtocol.get(port);
    if (current !== undefined && !(isHttp(protocol) && isHttp(current)))
      continue;
    const tlsServer = server.tls !== undefined && !isHttp(protocol);
    const name = scopeName(bound, port);
    if (terminates(server) && scopes.has(name)) continue;
    let listener = listeners.get(port);
    if (!listener)
      listeners.set(port, (listener = { port, tls: [], opaque: [] }));
    if (!tlsServer && current === undefined) plainProtocol.set(port, protocol);
    if (isHttp(protocol)) {
      listener.plain ??= { name, port, tls: false, servers: [] };
      listener.plain.servers.push(bound);
    } else if (terminates(server)) {
      scopes.add(name);
      listener.tls.push({
        sniHosts: [
          ...new Set(
            bound.hosts.map(host => host.slice(host.indexOf('/') + 1)),
          ),
        ],
        scope: { name, port, tls: true, servers: [bound] },
      });
    } else {
      listener.opaque.push(bound);
    }
  }
  return listeners;
}

const LISTENERS: Derivation<Map<string, Map<number, GatewayListener>>> = {
  kinds: new Set([
    KIND.gateway,
    KIND.service,
    KIND.deployment,
    KIND.pod,
    KIND.kubernetesGateway,
    KIND.gatewayClass,
    KIND.httpRoute,
    KIND.namespace,
  ]),
  build: () => new Map(),
  patch(previous, change, mesh) {
    // Most services, pods and routes have nothing to do with a gateway's ports; keep what they cannot touch.
    const object = (change.after ?? change.before)!;
    if (
      change.kind === KIND.service ||
      change.kind === KIND.deployment ||
      change.kind === KIND.pod
    ) {
      const namespace = object.metadata.namespace;
      return [...previous.keys()].some(key => key.split('|')[1] === namespace)
        ? undefined
        : previous;
    }
    if (change.kind === KIND.httpRoute || change.kind === KIND.namespace) {
      return mesh.list(KIND.kubernetesGateway).length > 0
        ? undefined
        : previous;
    }
    return undefined;
  },
};

/**
 * What a gateway proxy listens on, by port.
 *
 * @internal
 */
export function listenersOf(
  mesh: Mesh,
  proxy: MeshProxy,
): ReadonlyMap<number, GatewayListener> {
  const cache = mesh.derive(LISTENERS);
  const key = proxyKey(proxy);
  let listeners = cache.get(key);
  if (!listeners) {
    listeners = merge([
      ...istioServers(mesh, proxy),
      ...kubernetesGatewaysFor(mesh, proxy),
    ]);
    cache.set(key, listeners);
  }
  return listeners;
}
