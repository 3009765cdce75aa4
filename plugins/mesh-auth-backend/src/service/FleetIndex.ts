import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  exposuresOf,
  findingsOf,
  formatRef,
  Workload,
} from '@mesh-auth/access-model';
import type {
  FleetExposure,
  FleetFinding,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot, Snapshot } from '../snapshot/Snapshot';
import type { AccessTables, TabledExposure } from './AccessTables';
import { readLoginWall } from './readLoginWall';
import { toFinding, toFleetExposure } from './toApi';

/** So long the event loop may be held before other work of the backend gets its turn. */
const SLICE_MILLISECONDS = 10;
const ORDER = { high: 0, medium: 1, low: 2, info: 3 };

/**
 * What the whole fleet exposes and what someone should act on.
 *
 * @internal
 */
export interface Fleet {
  snapshotVersion: string;
  /** By address. */
  exposures: readonly FleetExposure[];
  /** The gravest first. */
  findings: readonly FleetFinding[];
}

/** Lets other work go on whenever a slice of time is used up. */
class Slicer {
  #started = performance.now();

  async rest(): Promise<void> {
    if (performance.now() - this.#started > SLICE_MILLISECONDS) {
      await nextTurn();
      this.#started = performance.now();
    }
  }
}

/**
 * Derives the fleet from a snapshot, in slices, once for each snapshot that is asked about. While the fleet of a new
 * snapshot is derived, that of the one before answers.
 *
 * @internal
 */
export class FleetIndex {
  readonly #tables: AccessTables;
  #ready: Fleet | undefined;
  #deriving: { version: string; fleet: Promise<Fleet> } | undefined;

  constructor(options: { tables: AccessTables }) {
    this.#tables = options.tables;
  }

  /** Waits only where there is no fleet at all yet. */
  async read(snapshot: Snapshot): Promise<Fleet> {
    if (this.#ready?.snapshotVersion === snapshot.version) {
      return this.#ready;
    }
    if (this.#deriving?.version !== snapshot.version) {
      const fleet = this.#derive(snapshot).then(derived => {
        this.#ready = derived;
        return derived;
      });
      this.#deriving = { version: snapshot.version, fleet };
    }
    const { fleet } = this.#deriving;
    if (this.#ready) {
      // A failure shows to whoever waits for the fleet; here the former one goes on.
      fleet.catch(() => undefined);
      return this.#ready;
    }
    return fleet;
  }

  async #derive(snapshot: Snapshot): Promise<Fleet> {
    const slicer = new Slicer();
    const exposures: FleetExposure[] = [];
    const findings: FleetFinding[] = [];
    for (const cluster of snapshot.clusters) {
      const tabled: TabledExposure[] = [];
      for (const exposure of exposuresOf(cluster.mesh)) {
        const found = this.#tables.ofExposure(cluster.mesh, exposure);
        tabled.push(found);
        exposures.push(
          toFleetExposure({
            cluster,
            ...found,
            loginWall: readLoginWall(cluster.mesh, found),
          }),
        );
        await slicer.rest();
      }
      findings.push(...(await findingsIn(cluster, tabled, slicer)));
    }
    exposures.sort((a, b) => compare(a.address, b.address));
    findings.sort(
      (a, b) =>
        ORDER[a.finding.severity] - ORDER[b.finding.severity] ||
        compare(a.finding.code, b.finding.code),
    );
    return { snapshotVersion: snapshot.version, exposures, findings };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Namespace by namespace, so that a policy of a namespace is looked at once for all of its workloads. */
async function findingsIn(
  cluster: ClusterSnapshot,
  exposures: readonly TabledExposure[],
  slicer: Slicer,
): Promise<FleetFinding[]> {
  const { mesh, sourceId } = cluster;
  const scopes = new Map<
    string,
    { workloads: Workload[]; exposures: TabledExposure[] }
  >();
  const scopeOf = (namespace: string) => {
    const scope = scopes.get(namespace) ?? { workloads: [], exposures: [] };
    scopes.set(namespace, scope);
    return scope;
  };
  for (const workload of mesh.workloads()) {
    scopeOf(workload.namespace).workloads.push(workload);
  }
  for (const tabled of exposures) {
    scopeOf(tabled.exposure.route.namespace ?? '').exposures.push(tabled);
  }
  // A gateway's policies are for the exposures of many namespaces, so that they are found again and again.
  const byKey = new Map<string, FleetFinding>();
  for (const scope of scopes.values()) {
    for (const found of findingsOf({ mesh, ...scope })) {
      const key = [
        found.code,
        found.object && formatRef(found.object),
        found.rule,
        found.title,
      ].join('|');
      byKey.set(key, { source: sourceId, finding: toFinding(cluster, found) });
    }
    await slicer.rest();
  }
  return [...byKey.values()];
}
