import { exposuresOf } from '@mesh-auth/access-model';
import type { HostExposure } from '@mesh-auth/plugin-mesh-auth-common';
import type { Snapshot } from '../snapshot/Snapshot';
import { toObjectRef } from './toApi';

/**
 * Every route that serves exactly this host, in all clusters, each with its path once.
 *
 * @remarks
 * A wildcard that covers the host does not count: a route for the host itself takes precedence over it.
 *
 * @internal
 */
export function readHostExposures(
  snapshot: Snapshot,
  host: string,
): HostExposure[] {
  const byRoute = new Map<string, HostExposure>();
  for (const cluster of snapshot.clusters) {
    for (const exposure of exposuresOf(cluster.mesh)) {
      if (exposure.host.toLowerCase() !== host) {
        continue;
      }
      const { type, value } = exposure.path;
      const found: HostExposure = {
        route: toObjectRef(cluster, exposure.route),
        gateway: toObjectRef(cluster, exposure.gateway),
        path: { type, value },
      };
      byRoute.set(JSON.stringify([found.route, type, value]), found);
    }
  }
  return [...byRoute.values()];
}
