import {
  AccessRow,
  accessTable,
  exposuresOfWorkload,
  Mesh,
  RouteExposure,
  Workload,
} from '@mesh-auth/access-model';

/**
 * An exposure with the rows of its access table.
 *
 * @internal
 */
export interface TabledExposure {
  exposure: RouteExposure;
  rows: readonly AccessRow[];
}

/**
 * Derives the exposures of workloads with their access tables, each once for a mesh: a mesh never changes, so what was
 * derived from it stays right as long as it lives.
 *
 * @internal
 */
export class AccessTables {
  readonly #byMesh = new WeakMap<Mesh, Map<string, TabledExposure[]>>();

  ofWorkload(mesh: Mesh, workload: Workload): readonly TabledExposure[] {
    let byWorkload = this.#byMesh.get(mesh);
    if (!byWorkload) {
      byWorkload = new Map();
      this.#byMesh.set(mesh, byWorkload);
    }
    const key = `${workload.ref.kind}/${workload.namespace}/${workload.name}`;
    let tabled = byWorkload.get(key);
    if (!tabled) {
      tabled = exposuresOfWorkload(mesh, workload).map(exposure => ({
        exposure,
        rows: accessTable(mesh, exposure),
      }));
      byWorkload.set(key, tabled);
    }
    return tabled;
  }
}
