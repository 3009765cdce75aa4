import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats an expectation until it holds.
 *
 * @throws what the expectation threw last, after five seconds
 */
export async function waitFor(
  expectation: () => void | Promise<void>,
  timeoutMilliseconds = 5000,
): Promise<void> {
  const end = Date.now() + timeoutMilliseconds;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await sleep(20);
    }
  }
}
