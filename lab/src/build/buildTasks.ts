import { Listr, ListrTask } from 'listr2';
import { Artifact } from './Artifact';
import { ensureArtifact, isBuilt } from './ensureArtifact';
import { DebianPackage } from '../versions';
import {
  ensureDebianPackages,
  missingDebianPackages,
} from './ensureDebianPackages';

/**
 * Builds run side by side: compiling keeps every core busy by itself, but linking and downloading do not.
 * Three at once need about 6 GiB of memory.
 */
const CONCURRENT_BUILDS = 3;

/**
 * Brings artifacts into the cache with progress on the terminal.
 *
 * @internal
 */
export async function buildAll(options: {
  artifacts: readonly Artifact[];
  /** Debian packages to install where they are missing. */
  packages: readonly DebianPackage[];
}): Promise<void> {
  const tasks: ListrTask[] = [];
  if ((await missingDebianPackages(options.packages)).length) {
    tasks.push({
      title: 'Debian packages',
      task: (_, task) =>
        ensureDebianPackages(options.packages, line => {
          task.output = line;
        }),
    });
  }
  for (const artifact of options.artifacts) {
    tasks.push({
      title: `${artifact.name} ${artifact.version}`,
      skip: async () => (await isBuilt(artifact)) && 'in the cache',
      task: async (_, task) => {
        const start = Date.now();
        await ensureArtifact({
          artifact,
          onProgress: line => {
            task.output = line;
          },
        });
        task.title = `${artifact.name} ${artifact.version} (${Math.round(
          (Date.now() - start) / 1000,
        )} s)`;
      },
    });
  }
  await new Listr(tasks, {
    concurrent: CONCURRENT_BUILDS,
    exitOnError: true,
    fallbackRenderer: 'simple',
  }).run();
}
