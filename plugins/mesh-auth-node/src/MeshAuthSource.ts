import type {
  ClientAccess,
  MeshObject,
  Realm,
  RoleHolders,
  RoleRef,
} from '@mesh-auth/access-model';
import type {
  SourceKind,
  SourceState,
  SourceWarning,
} from '@mesh-auth/plugin-mesh-auth-common';

/**
 * The Kubernetes objects of one cluster, as a source sees them.
 *
 * @public
 */
export interface ClusterReading {
  /** The cluster's name, as the annotation `backstage.io/kubernetes-cluster` gives it. */
  cluster: string;
  /**
   * All objects. The array and its objects must not change after they were published; a source that publishes again
   * without a change in the objects publishes the same array, so that nothing is derived anew.
   */
  objects: readonly MeshObject[];
}

/**
 * One Keycloak realm, as a source sees it.
 *
 * @public
 */
export interface RealmReading {
  /** The configured name of the Keycloak instance. */
  instance: string;
  /** The realm, reduced to what decides access; the same object as long as nothing changed. */
  realm: Realm;
  /**
   * Answers about details that the realm above leaves out; undefined where the realm has no such client. Without this
   * function, and where it fails or takes more than a second, the answer is derived from the realm alone.
   */
  clientAccess?(clientId: string): Promise<ClientAccess | undefined>;
  /** As `clientAccess`, for the holders of a role; undefined where the realm has no such role. */
  holders?(role: RoleRef): Promise<RoleHolders | undefined>;
}

/**
 * What a source knows at a moment. A reading replaces the source's previous one as a whole.
 *
 * @public
 */
export interface SourceReading {
  /**
   * `live`: in step with what it reads; `stale`: the data is the last good one; `loading`: not yet read;
   * `unavailable`: there is no data.
   */
  state: SourceState;
  /** When the source was last in step; for a `live` source with a standing watch, undefined means now. */
  observedAt?: Date;
  /** Why the source is not live, in words without credentials and without bodies of upstream answers. */
  message?: string;
  /** What of the source could not be read; the rest serves. */
  warnings: readonly SourceWarning[];
  /** The objects of the cluster; absent before the first good reading, and for sources of realms. */
  cluster?: ClusterReading;
  /** The realm; absent before the first good reading, and for sources of clusters. */
  realm?: RealmReading;
}

/**
 * Something that the snapshot is made of: a cluster, a folder of manifests, a Keycloak realm.
 *
 * @public
 */
export interface MeshAuthSource {
  /** Unique and stable, for example `cluster:production`. */
  readonly id: string;
  /** What is read. */
  readonly kind: SourceKind;
  /** Short name for people. */
  readonly title: string;
  /**
   * Begins to read. Returns without waiting for the first reading; failures become readings and are never thrown.
   *
   * @param publish - takes a reading, at any time and as often as something changed
   */
  start(publish: (reading: SourceReading) => void): void;
  /** Ends all reading and resolves once nothing of the source runs any more. */
  stop(): Promise<void>;
}
