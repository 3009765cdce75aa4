import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { KubernetesApi, KubernetesApiError } from './KubernetesApi';
import type { ObjectFeed, ObjectFeedOptions } from './ObjectFeed';
import { resourceName } from './watchedKinds';

/** The mesh configuration changes rarely, and one small request at a time costs nothing. */
const POLL_MILLISECONDS = 5_000;
const NOT_FOUND = 404;

/**
 * Keeps one object in step by reading it from time to time: for that the right to `get` it by its name is enough,
 * where a watch would need more than most clusters like to give on ConfigMaps.
 *
 * @internal
 */
export class NamedObjectPoll<T> implements ObjectFeed<T> {
  readonly name: string;
  live = false;
  listed = false;
  status: number | undefined;
  failure: string | undefined;
  readonly #options: ObjectFeedOptions<T> & { pollMilliseconds?: number };
  readonly #path: string;
  #raw: unknown;
  #object: T | undefined;

  constructor(options: ObjectFeedOptions<T> & { pollMilliseconds?: number }) {
    this.#options = options;
    const { kind, version } = options;
    this.name = resourceName(kind);
    const root = kind.group ? `/apis/${kind.group}/${version}` : '/api/v1';
    this.#path = `${root}/namespaces/${kind.only?.namespace}/${kind.resource}/${kind.only?.name}`;
  }

  objects(): Iterable<T> {
    return this.#object === undefined ? [] : [this.#object];
  }

  /** There is no standing connection to give up. */
  interrupt(): void {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#poll(this.#options.api, signal);
      await sleep(
        this.#options.pollMilliseconds ?? POLL_MILLISECONDS,
        undefined,
        { signal, ref: false },
      ).catch(() => undefined);
    }
  }

  async #poll(api: KubernetesApi, signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    try {
      this.#take(await api.get<unknown>({ cluster, path: this.#path, signal }));
    } catch (error) {
      const status =
        error instanceof KubernetesApiError ? error.status : undefined;
      if (signal.aborted) {
        return;
      }
      if (status === NOT_FOUND) {
        // Without the object there is no configuration, which is a state.
        this.#take(undefined);
      } else {
        this.#setFailure(
          status === undefined ? 'cannot be reached' : `answers HTTP ${status}`,
          status,
        );
      }
    }
  }

  #take(raw: unknown) {
    const first = !this.listed;
    this.listed = true;
    if (first || !isDeepStrictEqual(raw, this.#raw)) {
      this.#raw = raw;
      this.#object = raw === undefined ? undefined : this.#options.convert(raw);
      this.#options.onObjects();
    }
    this.#setFailure(undefined);
  }

  #setFailure(failure: string | undefined, status?: number) {
    const live = failure === undefined;
    if (this.live !== live || this.failure !== failure) {
      this.live = live;
      this.failure = failure;
      this.status = status;
      this.#options.onState();
    }
  }
}
