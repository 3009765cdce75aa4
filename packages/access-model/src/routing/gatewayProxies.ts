import type { GatewaySpec } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import { selects } from '../mesh/labels';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { GATEWAY_NAME_LABEL, proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';
import { servicesOf } from '../mesh/services';
import { workloadsOf } from '../mesh/workloads';

/** A gateway proxy of the mesh. @public */
export interface GatewayProxy extends MeshProxy {
  kind: 'gateway';
  /** No pods were found: labels and namespace are taken from the Gateway object or the Service in front of it. */
  assumed: boolean;
}

/** Pods that a Gateway object's selector finds, or what can be said without them. */
function proxiesOf(
  mesh: Mesh,
  gateway: MeshObject<GatewaySpec>,
): GatewayProxy[] {
  const selector = gateway.spec?.selector ?? {};
  const found = workloadsOf(mesh)
    .all.filter(({ labels, dataplane }) =>
      Object.keys(selector).length > 0
        ? selects(selector, labels)
        : dataplane === 'gateway',
    )
    .map(
      ({ namespace, labels, serviceAccount }): GatewayProxy => ({
        kind: 'gateway',
        namespace,
        labels,
        serviceAccount,
        assumed: false,
      }),
    );
  if (found.length > 0) return found;
  const service = servicesOf(mesh).all.find(
    item =>
      item.selector &&
      Object.keys(selector).length > 0 &&
      selects(selector, item.selector),
  );
  return [
    {
      kind: 'gateway',
      namespace: service?.namespace ?? gateway.metadata.namespace ?? '',
      labels: service?.selector ?? selector,
      assumed: true,
    },
  ];
}

function kubernetesProxies(mesh: Mesh, gateway: MeshObject): GatewayProxy[] {
  const { name, namespace = '' } = gateway.metadata;
  const found = (workloadsOf(mesh).byNamespace.get(namespace) ?? [])
    .filter(({ labels }) => labels[GATEWAY_NAME_LABEL] === name)
    .map(
      ({ labels, serviceAccount }): GatewayProxy => ({
        kind: 'gateway',
        namespace,
        labels,
        serviceAccount,
        assumed: false,
      }),
    );
  if (found.length > 0) return found;
  // Istio deploys the proxy itself, with a service account named after gateway and class.
  return [
    {
      kind: 'gateway',
      namespace,
      labels: { [GATEWAY_NAME_LABEL]: name },
      serviceAccount: `${name}-${gateway.spec?.gatewayClassName ?? 'istio'}`,
      assumed: true,
    },
  ];
}

const PROXIES: Derivation<GatewayProxy[]> = {
  kinds: new Set([
    KIND.gateway,
    KIND.kubernetesGateway,
    KIND.service,
    KIND.deployment,
    KIND.statefulSet,
    KIND.daemonSet,
    KIND.pod,
    KIND.workloadEntry,
    KIND.namespace,
  ]),
  build(mesh) {
    const proxies = new Map<string, GatewayProxy>();
    const all = [
      ...mesh
        .list<GatewaySpec>(KIND.gateway)
        .flatMap(gateway => proxiesOf(mesh, gateway)),
      ...mesh
        .list(KIND.kubernetesGateway)
        .filter(({ spec }) => spec?.gatewayClassName !== 'istio-waypoint')
        .flatMap(gateway => kubernetesProxies(mesh, gateway)),
    ];
    for (const proxy of all) proxies.set(proxyKey(proxy), proxy);
    return [...proxies.values()];
  },
  patch(previous, change, mesh) {
    if (change.kind === KIND.gateway || change.kind === KIND.kubernetesGateway)
      return undefined;
    // An application's pods and services are no gateway's.
    const { before, after } = change;
    const touched = [before, after].some(object => {
      const labels =
        object?.spec?.template?.metadata?.labels ??
        (change.kind === KIND.service ? object?.spec?.selector : undefined) ??
        object?.metadata.labels ??
        {};
      return (
        mesh
          .list<GatewaySpec>(KIND.gateway)
          .some(({ spec }) => selects(spec?.selector, labels)) ||
        labels[GATEWAY_NAME_LABEL]
      );
    });
    return touched ? undefined : previous;
  },
};

/** The gateway proxies that serve the mesh's Gateway objects. @public */
export function gatewayProxiesOf(mesh: Mesh): readonly GatewayProxy[] {
  return mesh.derive(PROXIES);
}
