import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits between tries: each time up to twice as long, at a random point of the second half, so that many watchers of
 * one server do not come back together.
 *
 * @internal
 */
export class Backoff {
  readonly #first: number;
  readonly #longest: number;
  #failures = 0;

  constructor(
    options: { firstMilliseconds?: number; longestMilliseconds?: number } = {},
  ) {
    this.#first = options.firstMilliseconds ?? 500;
    this.#longest = options.longestMilliseconds ?? 30_000;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds of the next wait. */
  next(): number {
    const ceiling = Math.min(
      this.#longest,
      this.#first * 2 ** Math.min(this.#failures, 20),
    );
    this.#failures++;
    return ceiling / 2 + Math.random() * (ceiling / 2);
  }

  /** Waits; returns at once when the signal ends it. */
  async wait(signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.next(), undefined, { signal, ref: false });
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }
}
