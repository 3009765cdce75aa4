import type { KubernetesApi } from './KubernetesApi';
import type { WatchedKind } from './watchedKinds';

/**
 * Objects of one kind of one cluster that are kept in step.
 *
 * @internal
 */
export interface ObjectFeed<T> {
  /** Resource name, `virtualservices.networking.istio.io`. */
  readonly name: string;
  /** Whether the objects are, as far as one can know, those of the cluster. */
  readonly live: boolean;
  /** Whether there has been a complete reading. */
  readonly listed: boolean;
  /** HTTP status of the last failure, when it had one. */
  readonly status: number | undefined;
  /** The last failure in words, while it lasts. */
  readonly failure: string | undefined;
  objects(): Iterable<T>;
  /** Gives up the connection in use, which goes on from where it was. */
  interrupt(): void;
  /** Runs until the signal ends it; failures become state. */
  run(signal: AbortSignal): Promise<void>;
}

/** @internal */
export interface ObjectFeedOptions<T> {
  api: KubernetesApi;
  cluster: string;
  kind: WatchedKind;
  /** The version to read, one of the kind's. */
  version: string;
  /** Turns a raw object into what is kept of it; called once for each version of an object. */
  convert: (raw: any) => T;
  /** Called after each change of the objects. */
  onObjects: () => void;
  /** Called after each change of the state. */
  onState: () => void;
}
