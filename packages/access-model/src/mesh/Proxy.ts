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
  services?: {
    kind: 'Service' | 'ServiceEntry';
    namespace: string;
    name: string;
  }[];
}

const KEY = Symbol('key');

/**
 * One string for what decides which policies a proxy has. It is kept with the proxy: one decision asks for it many times.
 *
 * @internal
 */
export function proxyKey(proxy: MeshProxy & { [KEY]?: string }): string {
  let key = proxy[KEY];
  if (key === undefined) {
    const services =
      proxy.services
        ?.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`)
        .join(',') ?? '';
    key = `${proxy.kind}|${proxy.namespace}|${labelsKey(
      proxy.labels,
    )}|${services}`;
    proxy[KEY] = key;
  }
  return key;
}

/** Label by which istiod knows the proxy of a Gateway API gateway. @internal */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';
