import type { StringMatch } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { byCreation } from '../mesh/ObjectStore';
import { isSubsetOf } from './hostNames';
import {
  internalGatewayName,
  isIstioGateway,
  listenerHosts,
} from './kubernetesGateways';
import type { KubernetesListener } from './kubernetesGateways';
import { hardError, rulesOfRoute } from './kubernetesRules';
import type { VirtualRoute, VirtualRule } from './VirtualRoute';

interface ParentReference {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

/** A listener that a route names. */
interface Parent {
  gateway: MeshObject;
  listener: KubernetesListener;
}

/** Whether two hosts, wildcards or not, can be the same. Istio: pkg/config/host, Name.Matches. */
function hostsMatch(a: string, b: string): boolean {
  return isSubsetOf(a, b) || isSubsetOf(b, a);
}

function kindAllowed(listener: KubernetesListener, kind: string): boolean {
  const kinds = listener.allowedRoutes?.kinds;
  if (kinds?.length) {
    return kinds.some(
      item =>
        item.kind === kind &&
        (item.group ?? 'gateway.networking.k8s.io') ===
          'gateway.networking.k8s.io',
    );
  }
  return listener.protocol === 'HTTP' || listener.protocol === 'HTTPS';
}

/** Istio: pilot/pkg/config/kube/gateway/conversion.go, referenceAllowed. */
function accepts(options: {
  mesh: Mesh;
  parent: Parent;
  reference: ParentReference;
  route: MeshObject;
  hosts: string[];
}): boolean {
  const { mesh, parent, reference, route, hosts } = options;
  const { gateway, listener } = parent;
  if (reference.port && reference.port !== listener.port) return false;
  if (reference.sectionName && reference.sectionName !== listener.name)
    return false;
  if (!kindAllowed(listener, route.kind)) return false;
  return listenerHosts(mesh, gateway, listener).some(entry => {
    const [namespace, host] = entry.split('/');
    return (
      (namespace === '*' || namespace === route.metadata.namespace) &&
      hosts.some(own => hostsMatch(host, own))
    );
  });
}

/**
 * A host belongs to the most specific listener of its port alone.
 *
 * Istio: pilot/pkg/config/kube/gateway/conversion.go, hostnameAllowedByIsolation.
 */
function isolated(host: string, { gateway, listener }: Parent): boolean {
  const own = listener.hostname ?? '';
  if (own && !own.startsWith('*')) return true;
  if (own && !hostsMatch(host, own)) return false;
  const others = (
    (gateway.spec?.listeners ?? []) as KubernetesListener[]
  ).filter(
    other =>
      other !== listener &&
      other.port === listener.port &&
      other.protocol === listener.protocol &&
      (other.hostname ?? '') !== own,
  );
  return !others.some(({ hostname = '' }) => {
    if (own.length > hostname.length || hostname === '') return false;
    return isSubsetOf(host, hostname);
  });
}

/** Order of rules on one host. Istio: pilot/pkg/config/kube/gateway/conversion.go, sortHTTPRoutes. */
function compareRules(a: VirtualRule, b: VirtualRule): number {
  const rank = (uri: StringMatch | undefined) => {
    if (uri?.exact !== undefined) return 3;
    if (uri?.prefix !== undefined) return 2;
    return uri?.regex === undefined ? -1 : 1;
  };
  const length = (uri: StringMatch | undefined) =>
    (uri?.exact ?? uri?.prefix ?? uri?.regex ?? '').length;
  const size = (map: object | undefined) => Object.keys(map ?? {}).length;
  const [first] = a.spec.match ?? [];
  const [second] = b.spec.match ?? [];
  if (!first || !second) return Number(!first) - Number(!second);
  return (
    rank(second.uri) - rank(first.uri) ||
    length(second.uri) - length(first.uri) ||
    Number(Boolean(second.method)) - Number(Boolean(first.method)) ||
    size(second.headers) - size(first.headers) ||
    size(second.queryParams) - size(first.queryParams)
  );
}

function parentsOf(
  mesh: Mesh,
  route: MeshObject,
  reference: ParentReference,
): Parent[] {
  const {
    group = 'gateway.networking.k8s.io',
    kind = 'Gateway',
    name,
  } = reference;
  if (group !== 'gateway.networking.k8s.io' || kind !== 'Gateway') return [];
  const gateway = mesh.get(
    KIND.kubernetesGateway,
    reference.namespace ?? route.metadata.namespace ?? '',
    name,
  );
  if (!gateway || !isIstioGateway(mesh, gateway)) return [];
  return ((gateway.spec?.listeners ?? []) as KubernetesListener[]).map(
    listener => ({ gateway, listener }),
  );
}

/** What one route adds to one host of one listener. */
interface Piece {
  key: string;
  host: string;
  gateway: string;
  route: MeshObject;
  rules: VirtualRule[];
}

function piecesOf(mesh: Mesh, route: MeshObject): Piece[] {
  // One thing that cannot be translated takes the whole route away.
  if (hardError(mesh, route)) return [];
  const rules = rulesOfRoute(mesh, route);
  if (rules.length === 0) return [];
  const hosts: string[] = route.spec?.hostnames?.length
    ? route.spec.hostnames
    : ['*'];
  return ((route.spec?.parentRefs ?? []) as ParentReference[]).flatMap(
    reference =>
      parentsOf(mesh, route, reference)
        .filter(parent => accepts({ mesh, parent, reference, route, hosts }))
        .flatMap(parent =>
          hosts
            .filter(host => isolated(host, parent))
            .map(host => {
              const gateway = internalGatewayName(
                parent.gateway,
                parent.listener.name,
              );
              return { key: `${gateway}/${host}`, host, gateway, route, rules };
            }),
        ),
  );
}

/** Rules of several routes on one host are one list, the oldest route first. Istio: route_collections.go, mergeHTTPRoutes. */
function merge(pieces: Piece[]): VirtualRoute[] {
  const byKey = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const list = byKey.get(piece.key);
    if (list) list.push(piece);
    else byKey.set(piece.key, [piece]);
  }
  return [...byKey.values()].map(list => {
    const sorted = [...list].sort((a, b) => byCreation(a.route, b.route));
    const [first] = sorted;
    const seen = new Set<MeshObject>();
    return {
      object: first.route,
      namespace: first.route.metadata.namespace ?? '',
      hosts: [first.host],
      gateways: [first.gateway],
      exportTo: ['*'],
      rules: sorted
        // Two references to one listener do not double the rules.
        .filter(({ route }) => !seen.has(route) && seen.add(route))
        .flatMap(({ rules }) => [...rules].sort(compareRules))
        .sort(compareRules),
      semantics: 'gatewayApi',
    };
  });
}

const ROUTES: Derivation<VirtualRoute[]> = {
  kinds: new Set([
    KIND.httpRoute,
    KIND.grpcRoute,
    KIND.referenceGrant,
    KIND.kubernetesGateway,
    KIND.gatewayClass,
    KIND.namespace,
    KIND.service,
  ]),
  build(mesh) {
    const routes = [
      ...mesh.list(KIND.httpRoute),
      ...mesh.list(KIND.grpcRoute),
    ].sort(byCreation);
    return merge(routes.flatMap(route => piecesOf(mesh, route)));
  },
  patch(previous, _change, mesh) {
    return mesh.list(KIND.kubernetesGateway).length === 0
      ? previous
      : undefined;
  },
};

/** HTTPRoutes and GRPCRoutes as routes of their gateways' listeners, one a host. @internal */
export function kubernetesRoutesOf(mesh: Mesh): VirtualRoute[] {
  return mesh.derive(ROUTES);
}
