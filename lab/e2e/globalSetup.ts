import { lab, labStatus } from './lab';

/**
 * Starts what of the lab does not run. A lab that did not run at all before the tests is ended after them, so that a test run leaves no
 * process behind; one that ran goes on.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const before = [...(await labStatus()).values()];
  const ranBefore = before.some(({ state }) => state !== 'stopped');
  process.stdout.write('Starting the lab …\n');
  const start = Date.now();
  await lab('up');
  process.stdout.write(
    `The lab is up after ${Math.round((Date.now() - start) / 1000)} s.\n`,
  );
  return async () => {
    if (!ranBefore) {
      await lab('down');
    }
  };
}
