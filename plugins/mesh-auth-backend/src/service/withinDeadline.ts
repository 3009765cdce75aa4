import { setTimeout as sleep } from 'node:timers/promises';

/** A page waits this long for details of a realm, then it shows what the snapshot knows. */
const DEADLINE_MILLISECONDS = 1_000;

/**
 * Asks an upstream for details; when it fails or takes too long, the snapshot answers instead.
 *
 * @internal
 */
export async function withinDeadline<T>(options: {
  ask: (() => Promise<T>) | undefined;
  otherwise: () => T;
  deadlineMilliseconds?: number;
}): Promise<T> {
  const { ask, otherwise } = options;
  if (!ask) {
    return otherwise();
  }
  const timer = new AbortController();
  const late = Symbol('late');
  try {
    const first = await Promise.race([
      ask(),
      sleep(options.deadlineMilliseconds ?? DEADLINE_MILLISECONDS, late, {
        signal: timer.signal,
      }),
    ]);
    return first === late ? otherwise() : (first as T);
  } catch {
    return otherwise();
  } finally {
    timer.abort();
  }
}
