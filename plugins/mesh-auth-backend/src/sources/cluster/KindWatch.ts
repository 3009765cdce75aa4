import { Backoff } from './Backoff';
import { KubernetesApiError } from './KubernetesApi';
import type { ObjectFeed, ObjectFeedOptions } from './ObjectFeed';
import { readLines } from './readLines';
import { resourceName } from './watchedKinds';

/** Answers of this size come in a fraction of a second even from a loaded API server. */
const PAGE_SIZE = 500;
/** A page of an expired list begins anew; after this many the list is read in one piece. */
const MAX_PAGED_TRIES = 2;
/**
 * Proxies on the way may leave a cut connection open without a word, so watches are short and a silent one is given up
 * soon after its end is due.
 */
const WATCH_SECONDS = { least: 40, most: 60 };
const SILENCE_AFTER_END_MILLISECONDS = 5_000;
const SHORTEST_WATCH_MILLISECONDS = 1_000;

interface RawObject {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string };
}

interface RawList {
  apiVersion: string;
  kind: string;
  metadata?: { resourceVersion?: string; continue?: string };
  items?: RawObject[];
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: RawObject & { code?: number };
}

/**
 * @internal
 */
export interface KindWatchOptions<T> extends ObjectFeedOptions<T> {
  /** Called for a restart of the watch that was not its planned end. */
  onRestart?: (reason: string) => void;
  backoff?: Backoff;
}

/** The HTTP status by which Kubernetes says that a resource version is too old. */
const GONE = 410;

class GoneError extends Error {}

/**
 * Keeps the objects of one kind of one cluster in step: LIST in pages, then WATCH with bookmarks, resumed where it ended, listed
 * again when the server has forgotten that point.
 *
 * @remarks
 * The informers of `@kubernetes/client-node` list in one piece, do not back off, and cannot send the header that
 * tells the Kubernetes plugin's proxy which cluster is meant.
 *
 * @internal
 */
export class KindWatch<T> implements ObjectFeed<T> {
  readonly name: string;
  live = false;
  listed = false;
  status: number | undefined;
  failure: string | undefined;
  readonly #options: KindWatchOptions<T>;
  readonly #backoff: Backoff;
  #objects = new Map<string, T>();
  #resourceVersion: string | undefined;
  #interrupt = new AbortController();

  constructor(options: KindWatchOptions<T>) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
    this.name = resourceName(options.kind);
  }

  objects(): Iterable<T> {
    return this.#objects.values();
  }

  interrupt(): void {
    this.#interrupt.abort();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#interrupt = new AbortController();
      const either = AbortSignal.any([signal, this.#interrupt.signal]);
      try {
        if (this.#resourceVersion === undefined) {
          await this.#list(either);
        }
        const started = performance.now();
        await this.#watch(either);
        if (performance.now() - started < SHORTEST_WATCH_MILLISECONDS) {
          // A server that ends every watch at once must not be asked without a pause.
          await this.#backoff.wait(signal);
        } else {
          this.#backoff.reset();
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        await this.#recover(error as Error, signal);
      }
    }
  }

  async #recover(error: Error, signal: AbortSignal): Promise<void> {
    const status =
      error instanceof KubernetesApiError ? error.status : undefined;
    if (error instanceof GoneError || status === GONE) {
      this.#resourceVersion = undefined;
      this.#options.onRestart?.('expired');
    } else if (error.name === 'TimeoutError' && this.live) {
      // Silence, not refusal: the next watch tells whether the server is there.
      this.#options.onRestart?.('silence');
    } else {
      this.#options.onRestart?.(status ? `http ${status}` : 'connection');
      this.#setFailure(
        status === undefined ? 'cannot be reached' : `answers HTTP ${status}`,
        status,
      );
    }
    await this.#backoff.wait(signal);
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

  #path(query: Record<string, string>): string {
    const { kind, version } = this.#options;
    const root = kind.group ? `/apis/${kind.group}/${version}` : '/api/v1';
    return `${root}/${kind.resource}?${new URLSearchParams(query)}`;
  }

  async #list(signal: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.#listPages(signal, tries < MAX_PAGED_TRIES);
        return;
      } catch (error) {
        const expired =
          error instanceof KubernetesApiError && error.status === GONE;
        if (!expired || tries >= MAX_PAGED_TRIES) {
          throw error;
        }
      }
    }
  }

  async #listPages(signal: AbortSignal, paged: boolean): Promise<void> {
    const { api, cluster, convert } = this.#options;
    const objects = new Map<string, T>();
    let page: RawList | undefined;
    do {
      page = await api.get<RawList>({
        cluster,
        path: this.#path({
          ...(paged && { limit: String(PAGE_SIZE) }),
          ...(page?.metadata?.continue && { continue: page.metadata.continue }),
        }),
        signal,
      });
      for (const item of page.items ?? []) {
        // The items of a list do not say their kind.
        item.apiVersion ??= page.apiVersion;
        item.kind ??= page.kind.replace(/List$/, '');
        objects.set(keyOf(item), convert(item));
      }
    } while (page.metadata?.continue);
    this.#objects = objects;
    this.#resourceVersion = page.metadata?.resourceVersion;
    this.listed = true;
    this.live = true;
    this.failure = undefined;
    this.status = undefined;
    this.#options.onObjects();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const seconds = Math.round(
      WATCH_SECONDS.least +
        Math.random() * (WATCH_SECONDS.most - WATCH_SECONDS.least),
    );
    const stream = await this.#options.api.stream({
      cluster: this.#options.cluster,
      path: this.#path({
        watch: '1',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(seconds),
        resourceVersion: this.#resourceVersion ?? '',
      }),
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(seconds * 1000 + SILENCE_AFTER_END_MILLISECONDS),
      ]),
    });
    this.#setFailure(undefined);
    for await (const line of readLines(stream)) {
      this.#apply(JSON.parse(line) as WatchEvent);
      this.#backoff.reset();
    }
  }

  #apply({ type, object }: WatchEvent) {
    if (type === 'ERROR') {
      if (object.code === GONE) {
        throw new GoneError('The resource version is too old');
      }
      throw new KubernetesApiError(object.code ?? 500, this.#path({}));
    }
    if (type === 'DELETED') {
      this.#objects.delete(keyOf(object));
    } else if (type !== 'BOOKMARK') {
      this.#objects.set(keyOf(object), this.#options.convert(object));
    }
    this.#resourceVersion = object.metadata.resourceVersion;
    if (type !== 'BOOKMARK') {
      this.#options.onObjects();
    }
  }
}

function keyOf(object: RawObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
