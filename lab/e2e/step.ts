import { test } from '@playwright/test';

/** A step of a long test that says on standard output what is waited for, and how long it took. */
export async function step<T>(
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  process.stdout.write(`  … ${title}\n`);
  const result = await test.step(title, work);
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`  ✓ ${title} (${seconds} s)\n`);
  return result;
}
