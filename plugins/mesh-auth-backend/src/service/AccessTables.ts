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
 * Derives access tables, each once for a mesh: a mesh never changes, so what was derived from it stays right as long as
 * it lives.
 *
 * @internal
 */
export class AccessTables {
  readonly #byMesh = new WeakMap<
    Mesh,
    {
      byWorkload: Map<string, readonly TabledExposure[]>;
      byExposure: Map<string, TabledExposure>;
    }
  >();

  /** The exposures that lead to a workload. */
  ofWorkload(mesh: Mesh, workload: Workload): readonly TabledExposure[] {
    const { byWorkload } = this.#of(mesh);
    const key = `${workload.ref.kind}/${workload.namespace}/${workload.name}`;
    let tabled = byWorkload.get(key);
    if (!tabled) {
      tabled = exposuresOfWorkload(mesh, workload).map(exposure =>
        this.ofExposure(mesh, exposure),
      );
      byWorkload.set(key, tabled);
    }
    return tabled;
  }

  ofExposure(mesh: Mesh, exposure: RouteExposure): TabledExposure {
    const { byExposure } = this.#of(mesh);
    let tabled = byExposure.get(exposure.id);
    if (!tabled) {
      tabled = { exposure, rows: accessTable(mesh, exposure) };
      byExposure.set(exposure.id, tabled);
    }
    return tabled;
  }

  #of(mesh: Mesh) {
    let derived = this.#byMesh.get(mesh);
    if (!derived) {
      derived = { byWorkload: new Map(), byExposure: new Map() };
      this.#byMesh.set(mesh, derived);
    }
    return derived;
  }
}
