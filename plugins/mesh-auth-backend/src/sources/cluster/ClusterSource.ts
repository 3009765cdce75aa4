import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { readObjects, type MeshObject } from '@mesh-auth/access-model';
import type { SourceWarning } from '@mesh-auth/plugin-mesh-auth-common';
import type {
  MeshAuthSource,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeshAuthMetrics } from '../../metrics';
import { Backoff } from './Backoff';
import { discoverVersions } from './discoverVersions';
import { KindWatch } from './KindWatch';
import { NamedObjectPoll } from './NamedObjectPoll';
import type { ObjectFeed, ObjectFeedOptions } from './ObjectFeed';
import { KubernetesApi } from './KubernetesApi';
import { trimObject } from './trimObject';
import { resourceName, watchedKinds, WatchedKind } from './watchedKinds';

/** One reading for a burst of events, yet a change is seen at once. */
const SETTLE_MILLISECONDS = 50;
const FORBIDDEN = 403;
const UNAUTHORIZED = 401;
const NOT_FOUND = 404;

/** @internal */
export interface ClusterSourceOptions {
  /** Name of the cluster in the Kubernetes plugin. */
  cluster: string;
  title?: string;
  /** The ConfigMap with the mesh configuration. */
  meshConfigMap: { namespace: string; name: string };
  api: KubernetesApi;
  logger: LoggerService;
  metrics: MeshAuthMetrics;
  /** How often it is checked that the API answers. */
  probeMilliseconds?: number;
  /** How often the mesh configuration is read. */
  pollMilliseconds?: number;
  /** How often new kinds (a CRD that was installed) are looked for. */
  discoveryMilliseconds?: number;
  createBackoff?: () => Backoff;
}

interface Converted {
  objects: readonly MeshObject[];
  warnings: readonly SourceWarning[];
}

/** Reads an object as the model does; what the model refuses becomes a warning that names it. */
function convert(raw: any): Converted {
  const { objects, problems } = readObjects([trimObject(raw)]);
  const name = `${raw.kind} ${
    raw.metadata?.namespace ? `${raw.metadata.namespace}/` : ''
  }${raw.metadata?.name}`;
  return {
    objects,
    warnings: problems.map(problem => ({
      message: `${name}: ${problem.path ? `${problem.path}: ` : ''}${
        problem.message
      }`,
    })),
  };
}

/**
 * One cluster of the Kubernetes plugin, followed by one LIST and WATCH for each kind.
 *
 * @remarks
 * As long as any kind has not been listed, the source gives no objects: a missing AuthorizationPolicy would make the
 * model answer allow where it must not. A kind that the cluster does not serve is no such gap.
 *
 * @internal
 */
export class ClusterSource implements MeshAuthSource {
  readonly id: string;
  readonly kind = 'cluster';
  readonly title: string;
  readonly #options: ClusterSourceOptions;
  readonly #kinds: WatchedKind[];
  readonly #watches = new Map<string, ObjectFeed<Converted>>();
  readonly #abort = new AbortController();
  #publish: (reading: SourceReading) => void = () => {};
  #running: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #discovered = false;
  #unreachable: string | undefined;
  #lastLive: Date | undefined;
  #changed = true;
  #objects: readonly MeshObject[] = [];
  #warnings: readonly SourceWarning[] = [];

  constructor(options: ClusterSourceOptions) {
    this.#options = options;
    this.id = `cluster:${options.cluster}`;
    this.title = options.title ?? options.cluster;
    this.#kinds = watchedKinds(options.meshConfigMap);
  }

  start(publish: (reading: SourceReading) => void): void {
    this.#publish = publish;
    publish({ state: 'loading', warnings: [] });
    this.#running = Promise.all([
      this.#discoverForever(),
      this.#probeForever(),
    ]);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, {
      signal: this.#abort.signal,
      ref: false,
    }).catch(() => undefined);
  }

  async #discoverForever(): Promise<void> {
    const { api, cluster, logger } = this.#options;
    const { signal } = this.#abort;
    const backoff = this.#options.createBackoff?.() ?? new Backoff();
    const watches: Promise<void>[] = [];
    while (!signal.aborted) {
      try {
        const versions = await discoverVersions({
          api,
          cluster,
          kinds: this.#kinds,
          signal,
        });
        watches.push(...this.#watchNew(versions));
        this.#discovered = true;
        this.#setUnreachable(undefined);
        backoff.reset();
        await this.#pause(this.#options.discoveryMilliseconds ?? 60_000);
      } catch (error) {
        if (!signal.aborted) {
          this.#setUnreachable(describe(error));
          logger.debug(
            `Cluster '${cluster}' cannot be discovered: ${stringifyError(
              error,
            )}`,
          );
          await backoff.wait(signal);
        }
      }
    }
    await Promise.all(watches);
  }

  #watchNew(versions: Map<string, string>): Promise<void>[] {
    const { api, cluster, metrics, logger, pollMilliseconds } = this.#options;
    return this.#kinds
      .filter(kind => {
        const name = resourceName(kind);
        return versions.has(name) && !this.#watches.has(name);
      })
      .map(kind => {
        const name = resourceName(kind);
        const feed: ObjectFeedOptions<Converted> = {
          api,
          cluster,
          kind,
          version: versions.get(name)!,
          convert,
          onObjects: () => {
            this.#changed = true;
            this.#schedule();
          },
          onState: () => this.#schedule(),
        };
        const watch = kind.only
          ? new NamedObjectPoll<Converted>({ ...feed, pollMilliseconds })
          : new KindWatch<Converted>({
              ...feed,
              onRestart: reason => {
                metrics.watchRestarts.add(1, { source: this.id, reason });
                logger.debug(
                  `Watch of ${name} in '${cluster}' restarts: ${reason}`,
                );
              },
              backoff: this.#options.createBackoff?.(),
            });
        this.#watches.set(name, watch);
        return watch.run(this.#abort.signal);
      });
  }

  /**
   * Proxies do not always tell that a connection behind them is gone, so the API is asked from time to time, and the
   * watches begin anew when it did not answer.
   */
  async #probeForever(): Promise<void> {
    const { api, cluster } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#pause(this.#options.probeMilliseconds ?? 10_000);
      if (signal.aborted || !this.#discovered) {
        continue;
      }
      try {
        await api.get({ cluster, path: '/version', signal });
        this.#setUnreachable(undefined);
      } catch (error) {
        if (!signal.aborted) {
          this.#setUnreachable(describe(error));
          this.#watches.forEach(watch => watch.interrupt());
        }
      }
    }
  }

  #setUnreachable(message: string | undefined) {
    if (this.#unreachable !== message) {
      this.#unreachable = message;
      this.#schedule();
    }
  }

  #schedule() {
    if (this.#timer || this.#abort.signal.aborted) {
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#publish(this.#reading());
    }, SETTLE_MILLISECONDS);
  }

  #reading(): SourceReading {
    const watches = [...this.#watches.values()];
    const complete = this.#discovered && watches.every(watch => watch.listed);
    const failing = watches.filter(watch => watch.failure !== undefined);
    const live =
      complete && failing.length === 0 && this.#unreachable === undefined;
    if (live) {
      this.#lastLive = undefined;
    } else if (complete) {
      this.#lastLive ??= new Date();
    }
    if (complete) {
      this.#collect(watches);
    }
    const message = live ? undefined : this.#failureMessage(failing);
    return {
      state: stateOf({ live, complete, failing: message !== undefined }),
      observedAt: this.#lastLive,
      message,
      warnings: this.#warnings,
      ...(complete && {
        cluster: { cluster: this.#options.cluster, objects: this.#objects },
      }),
    };
  }

  /** Gathers anew only after a change of an object, so that a change of state alone derives nothing anew. */
  #collect(watches: ObjectFeed<Converted>[]) {
    if (!this.#changed) {
      return;
    }
    this.#changed = false;
    const converted = watches.flatMap(watch => [...watch.objects()]);
    this.#objects = converted.flatMap(({ objects }) => objects);
    this.#warnings = converted.flatMap(({ warnings }) => warnings);
  }

  #failureMessage(failing: ObjectFeed<Converted>[]): string | undefined {
    if (this.#unreachable !== undefined) {
      return `The cluster ${this.#unreachable}`;
    }
    const denied = failing.filter(watch => watch.status === FORBIDDEN);
    if (denied.length > 0) {
      return `Missing right to read ${denied
        .map(watch => watch.name)
        .join(', ')}`;
    }
    if (failing.length > 0) {
      return `${failing.map(watch => watch.name).join(', ')}: the cluster ${
        failing[0].failure
      }`;
    }
    return undefined;
  }
}

function stateOf(options: {
  live: boolean;
  complete: boolean;
  failing: boolean;
}): SourceReading['state'] {
  if (options.live) {
    return 'live';
  }
  if (options.complete) {
    return 'stale';
  }
  return options.failing ? 'unavailable' : 'loading';
}

/** What went wrong, in words that show neither addresses nor bodies. */
function describe(error: unknown): string {
  const status = (error as { status?: number }).status;
  if (status === UNAUTHORIZED) {
    return 'refuses the credentials of the Kubernetes plugin (HTTP 401)';
  }
  if (status === NOT_FOUND) {
    return 'is not known to the Kubernetes plugin (HTTP 404)';
  }
  return status === undefined ? 'cannot be reached' : `answers HTTP ${status}`;
}
