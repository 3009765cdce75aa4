/** Entries that are kept; the least recently used go first. */
const MAX_ENTRIES = 1_000;

interface Entry<T> {
  value?: { content: T; at: number };
  pending?: Promise<T>;
}

/**
 * A small cache that answers with what it has while it looks again
 * (stale-while-revalidate). Askers of one key share one look.
 */
export class Revalidating<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #freshMs: number;
  readonly #usableMs: number;
  readonly #now: () => number;

  constructor(options: {
    freshMs: number;
    usableMs: number;
    now?: () => number;
  }) {
    this.#freshMs = options.freshMs;
    this.#usableMs = options.usableMs;
    this.#now = options.now ?? Date.now;
  }

  /** @throws what `read` throws, when there is nothing usable to serve */
  async get(key: string, read: () => Promise<T>): Promise<T> {
    const entry = this.#entryOf(key);
    const age = entry.value ? this.#now() - entry.value.at : Infinity;
    if (entry.value && age < this.#freshMs) {
      return entry.value.content;
    }
    entry.pending ??= this.#look(entry, read);
    if (entry.value && age < this.#usableMs) {
      // The failure of a look that nobody waits for shows at the next one.
      entry.pending.catch(() => {});
      return entry.value.content;
    }
    return entry.pending;
  }

  #entryOf(key: string): Entry<T> {
    const entry = this.#entries.get(key) ?? {};
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    return entry;
  }

  async #look(entry: Entry<T>, read: () => Promise<T>): Promise<T> {
    try {
      const content = await read();
      entry.value = { content, at: this.#now() };
      return content;
    } finally {
      entry.pending = undefined;
    }
  }
}
