import { Finding as ModelFinding, findingsOf } from '@mesh-auth/access-model';
import type { Finding } from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';
import type { FoundWorkload } from './findWorkloads';
import type { FoundExposure } from './readExposures';
import { toFinding } from './toApi';

const ORDER = { high: 0, medium: 1, low: 2, info: 3 };

/**
 * Finds what someone should act on at workloads and their exposures. What was found for the same workloads of a mesh is
 * kept as long as the mesh lives.
 *
 * @internal
 */
export class EntityFindings {
  readonly #byMesh = new WeakMap<
    ClusterSnapshot['mesh'],
    Map<string, ModelFinding[]>
  >();

  read(options: {
    workloads: readonly FoundWorkload[];
    exposures: readonly FoundExposure[];
  }): Finding[] {
    const { workloads, exposures } = options;
    const clusters = new Set(workloads.map(({ cluster }) => cluster));
    return [...clusters]
      .flatMap(cluster => {
        const own = workloads.filter(item => item.cluster === cluster);
        return this.#find(cluster, own, exposures).map(finding =>
          toFinding(cluster, finding),
        );
      })
      .sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  }

  #find(
    cluster: ClusterSnapshot,
    workloads: readonly FoundWorkload[],
    exposures: readonly FoundExposure[],
  ): ModelFinding[] {
    const { mesh } = cluster;
    let found = this.#byMesh.get(mesh);
    if (!found) {
      found = new Map();
      this.#byMesh.set(mesh, found);
    }
    const key = workloads
      .map(
        ({ workload: { ref } }) => `${ref.kind}/${ref.namespace}/${ref.name}`,
      )
      .join('|');
    let findings = found.get(key);
    if (!findings) {
      findings = findingsOf({
        mesh,
        workloads: workloads.map(({ workload }) => workload),
        exposures: exposures.filter(item => item.cluster === cluster),
      });
      found.set(key, findings);
    }
    return findings;
  }
}
