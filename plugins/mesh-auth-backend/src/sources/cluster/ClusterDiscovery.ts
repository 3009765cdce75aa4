import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { MeshAuthSource } from '@mesh-auth/plugin-mesh-auth-node';
import type { MeshAuthMetrics } from '../../metrics';
import { UnavailableSource } from '../UnavailableSource';
import { Backoff } from './Backoff';
import { ClusterSource } from './ClusterSource';
import { KubernetesApi, KubernetesApiError } from './KubernetesApi';

/** Catalog clusters come and go; nobody waits for them. */
const REFRESH_MILLISECONDS = 5 * 60_000;
const NOT_FOUND = 404;

/** Auth providers of the Kubernetes plugin that act with the token of the user who asks. */
const USER_TOKEN_PROVIDERS = new Set(['aks', 'google', 'oidc']);

/** @internal */
export interface ClusterConfig {
  name: string;
  title?: string;
  meshConfigMap: { namespace: string; name: string };
}

/** @internal */
export interface ClusterDiscoveryOptions {
  /** The clusters to read; undefined means all that the Kubernetes plugin has. */
  clusters: ClusterConfig[] | undefined;
  api: KubernetesApi;
  logger: LoggerService;
  metrics: MeshAuthMetrics;
  /** Adds a source, or replaces the one with its id. */
  add: (source: MeshAuthSource) => void;
  remove: (id: string) => void;
  createBackoff?: () => Backoff;
}

/**
 * Follows the list of clusters that the Kubernetes plugin knows and keeps a source for each.
 *
 * @internal
 */
export class ClusterDiscovery {
  readonly #options: ClusterDiscoveryOptions;
  readonly #abort = new AbortController();
  /** By id of the source, what it was made from. */
  readonly #made = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: ClusterDiscoveryOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.clusters?.length !== 0) {
      this.#running = this.#run();
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const backoff = this.#options.createBackoff?.() ?? new Backoff();
    while (!signal.aborted) {
      try {
        this.#apply(await this.#options.api.clusters(signal));
        backoff.reset();
        await sleep(REFRESH_MILLISECONDS, undefined, {
          signal,
          ref: false,
        }).catch(() => undefined);
      } catch (error) {
        if (!signal.aborted) {
          this.#onFailure(error as Error);
          await backoff.wait(signal);
        }
      }
    }
  }

  #apply(clusters: { name: string; authProvider: string }[]) {
    const wanted =
      this.#options.clusters ??
      clusters.map(
        ({ name }): ClusterConfig => ({
          name,
          meshConfigMap: { namespace: 'istio-system', name: 'istio' },
        }),
      );
    for (const cluster of wanted) {
      const found = clusters.find(({ name }) => name === cluster.name);
      if (!found) {
        this.#unavailable(
          cluster,
          'The Kubernetes plugin has no cluster of this name',
        );
      } else if (USER_TOKEN_PROVIDERS.has(found.authProvider)) {
        this.#unavailable(
          cluster,
          `Not readable by the backend: the Kubernetes plugin reaches this cluster with each user's own token (auth provider ${found.authProvider})`,
        );
      } else {
        this.#make(cluster, 'readable', () => {
          const { api, logger, metrics, createBackoff } = this.#options;
          return new ClusterSource({
            cluster: cluster.name,
            title: cluster.title,
            meshConfigMap: cluster.meshConfigMap,
            api,
            logger: logger.child({ source: `cluster:${cluster.name}` }),
            metrics,
            createBackoff,
          });
        });
      }
    }
    for (const id of [...this.#made.keys()]) {
      if (!wanted.some(({ name }) => id === `cluster:${name}`)) {
        this.#made.delete(id);
        this.#options.remove(id);
      }
    }
  }

  /** Clusters that were found before stay as they are; those that the configuration names are shown with the reason. */
  #onFailure(error: Error) {
    this.#options.logger.debug(
      `The clusters of the Kubernetes plugin cannot be listed: ${stringifyError(
        error,
      )}`,
    );
    const installed = !(
      error instanceof KubernetesApiError && error.status === NOT_FOUND
    );
    for (const cluster of this.#options.clusters ?? []) {
      if (!this.#made.get(`cluster:${cluster.name}`)?.startsWith('readable')) {
        this.#unavailable(
          cluster,
          installed
            ? 'The Kubernetes plugin cannot be reached'
            : 'The Kubernetes plugin is not installed',
        );
      }
    }
  }

  #unavailable(cluster: ClusterConfig, message: string) {
    this.#make(
      cluster,
      message,
      () =>
        new UnavailableSource({
          id: `cluster:${cluster.name}`,
          kind: 'cluster',
          title: cluster.title ?? cluster.name,
          message,
        }),
    );
  }

  #make(cluster: ClusterConfig, from: string, create: () => MeshAuthSource) {
    const id = `cluster:${cluster.name}`;
    if (this.#made.get(id) !== from) {
      this.#made.set(id, from);
      this.#options.add(create());
    }
  }
}
