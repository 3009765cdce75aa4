import { exposuresOf } from '@mesh-auth/access-model';
import type { HostExposure } from '@mesh-auth/plugin-mesh-auth-common';
import type { Snapshot } from '../snapshot/Snapshot';
import { toHostExposure } from './toApi';

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
      const found = toHostExposure(cluster, exposure);
      byRoute.set(JSON.stringify([found.route, found.path]), found);
    }
  }
  return [...byRoute.values()];
}
