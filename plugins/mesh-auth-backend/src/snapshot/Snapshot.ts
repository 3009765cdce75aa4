import type { Mesh, RealmGraph } from '@mesh-auth/access-model';
import type { RealmReading } from '@mesh-auth/plugin-mesh-auth-node';

/**
 * One cluster in a snapshot.
 *
 * @internal
 */
export interface ClusterSnapshot {
  sourceId: string;
  /** Name of the cluster. */
  cluster: string;
  mesh: Mesh;
}

/**
 * One realm in a snapshot.
 *
 * @internal
 */
export interface RealmSnapshot {
  sourceId: string;
  reading: RealmReading;
  graph: RealmGraph;
}

/**
 * An immutable picture of all clusters and realms. Whoever holds one gets the same answers from it for ever.
 *
 * @internal
 */
export interface Snapshot {
  /** Differs from that of every other snapshot, of this and of other processes. */
  version: string;
  builtAt: Date;
  clusters: readonly ClusterSnapshot[];
  realms: readonly RealmSnapshot[];
}
