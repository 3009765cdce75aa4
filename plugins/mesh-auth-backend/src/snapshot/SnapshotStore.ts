import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { createRealmGraph } from '@mesh-auth/access-model';
import type { Source } from '@mesh-auth/plugin-mesh-auth-common';
import type {
  ClusterReading,
  MeshAuthSource,
  RealmReading,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import type { MeshAuthMetrics } from '../metrics';
import { nextMesh } from './nextMesh';
import type { ClusterSnapshot, RealmSnapshot, Snapshot } from './Snapshot';

/** Collects the changes of a burst; short against the second within which a change must show. */
const SETTLE_MILLISECONDS = 100;

interface Derived {
  cluster?: { from: ClusterReading['objects']; snapshot: ClusterSnapshot };
  realm?: { from: RealmReading['realm']; snapshot: RealmSnapshot };
}

/** @internal */
export interface SnapshotStoreOptions {
  logger: LoggerService;
  metrics: MeshAuthMetrics;
}

/**
 * Holds the current snapshot. Sources publish readings; a little later the next snapshot is derived from what changed and takes the place
 * of the old one in one step, so that readers never wait and never see half of a change.
 *
 * @internal
 */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  /** In the order in which they were added, which is that of answers. */
  readonly #sources = new Map<string, MeshAuthSource>();
  readonly #readings = new Map<string, SourceReading>();
  readonly #derived = new Map<string, Derived>();
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #stateListeners = new Set<() => void>();
  readonly #process = randomUUID().slice(0, 8);
  #count = 0;
  #current: Snapshot;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
    this.#current = this.#next([], []);
  }

  /** Adds a source and starts it; one with the same id is stopped and replaced. */
  add(source: MeshAuthSource): void {
    const before = this.#sources.get(source.id);
    this.#sources.set(source.id, source);
    if (before) {
      this.#end(before);
      this.#readings.delete(source.id);
    }
    source.start(reading => this.#onReading(source, reading));
  }

  /** Stops a source and takes its part out of the next snapshot. */
  remove(id: string): void {
    const source = this.#sources.get(id);
    if (source) {
      this.#sources.delete(id);
      this.#readings.delete(id);
      this.#derived.delete(id);
      this.#end(source);
      this.#schedule();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#sources.values()].map(source => source.stop()));
  }

  /** The snapshot to answer from. */
  current(): Snapshot {
    return this.#current;
  }

  /** Calls the listener with each new snapshot, until the function that is returned is called. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener when the state of a source has changed, until the function that is returned is called. */
  subscribeToStates(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** The sources with their state at this moment, in the order of configuration. */
  sources(now: Date = new Date()): Source[] {
    return [...this.#sources.values()].map(source => {
      const reading = this.#readings.get(source.id);
      const observedAt =
        reading?.observedAt ?? (reading?.state === 'live' ? now : undefined);
      return {
        id: source.id,
        kind: source.kind,
        title: source.title,
        state: reading?.state ?? 'loading',
        ...(observedAt && {
          observedAt: observedAt.toISOString(),
          ageSeconds: Math.max(
            0,
            Math.round((now.getTime() - observedAt.getTime()) / 1000),
          ),
        }),
        ...(reading?.message && { message: reading.message }),
        warnings: [...(reading?.warnings ?? [])],
      };
    });
  }

  #end(source: MeshAuthSource) {
    source
      .stop()
      .catch(error =>
        this.#options.logger.warn(
          `Source '${source.id}' did not stop: ${stringifyError(error)}`,
        ),
      );
  }

  #onReading(source: MeshAuthSource, reading: SourceReading) {
    if (this.#stopped || this.#sources.get(source.id) !== source) {
      return;
    }
    const before = this.#readings.get(source.id);
    this.#readings.set(source.id, reading);
    this.#options.metrics.sourceState.record(reading.state === 'live' ? 1 : 0, {
      source: source.id,
    });
    if (before?.state !== reading.state) {
      const text = `Source '${source.id}' is ${reading.state}${
        reading.message ? `: ${reading.message}` : ''
      }`;
      if (reading.state === 'stale' || reading.state === 'unavailable') {
        this.#options.logger.warn(text);
      } else {
        this.#options.logger.info(text);
      }
    }
    if (before?.state !== reading.state) {
      this.#stateListeners.forEach(listener => listener());
    }
    const unchanged =
      before?.cluster?.objects === reading.cluster?.objects &&
      before?.realm?.realm === reading.realm?.realm;
    if (!unchanged) {
      this.#schedule();
    }
  }

  #schedule() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#rebuild();
    }, SETTLE_MILLISECONDS);
  }

  #rebuild() {
    const started = performance.now();
    const clusters: ClusterSnapshot[] = [];
    const realms: RealmSnapshot[] = [];
    for (const source of this.#sources.values()) {
      const reading = this.#readings.get(source.id);
      if (reading) {
        const { cluster, realm } = this.#derive(source, reading);
        clusters.push(...(cluster ? [cluster.snapshot] : []));
        realms.push(...(realm ? [realm.snapshot] : []));
      }
    }
    this.#current = this.#next(clusters, realms);
    this.#options.metrics.snapshotBuildDuration.record(
      (performance.now() - started) / 1000,
    );
    for (const listener of this.#listeners) {
      listener(this.#current);
    }
  }

  /** Derives the part of one source, or takes it over when its data are the same as last time. */
  #derive(source: MeshAuthSource, reading: SourceReading): Derived {
    const before = this.#derived.get(source.id);
    const derived: Derived = {};
    try {
      if (reading.cluster) {
        const { cluster, objects } = reading.cluster;
        derived.cluster =
          before?.cluster?.from === objects
            ? before.cluster
            : {
                from: objects,
                snapshot: {
                  sourceId: source.id,
                  cluster,
                  mesh: nextMesh({
                    before: before?.cluster && {
                      mesh: before.cluster.snapshot.mesh,
                      objects: before.cluster.from,
                    },
                    objects,
                  }),
                },
              };
        this.#options.metrics.snapshotObjects.record(objects.length, {
          source: source.id,
        });
      }
      if (reading.realm) {
        const { realm } = reading.realm;
        derived.realm =
          before?.realm?.from === realm
            ? before.realm
            : {
                from: realm,
                snapshot: {
                  sourceId: source.id,
                  reading: reading.realm,
                  graph: createRealmGraph(realm),
                },
              };
      }
    } catch (error) {
      // One source's data must not take the others down with it; its last good part stays.
      this.#options.logger.error(
        `The data of source '${source.id}' cannot be used: ${stringifyError(
          error,
        )}`,
      );
      this.#readings.set(source.id, {
        ...reading,
        state: before ? 'stale' : 'unavailable',
        observedAt: before ? this.#current.builtAt : undefined,
        message: 'The data of the source cannot be used; see the log',
      });
      return before ?? {};
    }
    this.#derived.set(source.id, derived);
    return derived;
  }

  #next(
    clusters: readonly ClusterSnapshot[],
    realms: readonly RealmSnapshot[],
  ): Snapshot {
    this.#count++;
    return Object.freeze({
      version: `${this.#process}-${this.#count}`,
      builtAt: new Date(),
      clusters,
      realms,
    });
  }
}
