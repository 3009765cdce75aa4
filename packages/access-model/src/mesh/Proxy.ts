import { labelsKey } from './labels';
import type { Labels } from './labels';

/**
 * The proxy that decides. `workload` is a sidecar's inbound side.
 *
 * @public
 */
export interface MeshProxy {
  kind: 'gateway' | 'workload' | 'waypoint';
  namespace: string;
  labels: Labels;
  serviceAccount?: string;
  /** Services that a waypoint serves, which a policy can name as target. */
  services?: { kind: 'Service' | 'ServiceEntry'; namespace: string; name: string }[];
}

/** One string for what decides which policies a proxy has. @internal */
export function proxyKey(proxy: MeshProxy): string {
  const services =
    proxy.services?.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`).join(',') ?? '';
  return `${proxy.kind}|${proxy.namespace}|${labelsKey(proxy.labels)}|${services}`;
}

/** Label by which istiod knows the proxy of a Gateway API gateway. @internal */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';
