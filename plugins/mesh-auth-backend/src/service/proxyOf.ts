import type { MeshProxy, Workload } from '@mesh-auth/access-model';

/**
 * The proxy that decides for a workload.
 *
 * @internal
 */
export function proxyOf(workload: Workload): MeshProxy {
  return {
    kind: 'workload',
    namespace: workload.namespace,
    labels: workload.labels,
    serviceAccount: workload.serviceAccount,
  };
}
