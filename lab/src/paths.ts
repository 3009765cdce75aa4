import os from 'os';
import path from 'path';

/** The folder of this package. @internal */
// The lab runs from its sources only; there is no build in which the folder would differ.
// eslint-disable-next-line no-restricted-syntax
export const labPackage = path.resolve(__dirname, '..');

/** The root of the checkout. @internal */
export const repositoryRoot = path.resolve(labPackage, '..');

/** Everything that a running lab writes; ignored by git. @internal */
export const labData = path.join(repositoryRoot, '.lab');

/** Resolves a path inside the lab's data folder. @internal */
export function labPath(...segments: string[]): string {
  return path.join(labData, ...segments);
}

/**
 * The folder of the built servers: `MESH_AUTH_CACHE`, else the XDG cache folder; outside of the repository so that
 * every checkout shares it.
 *
 * @internal
 */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const base =
    environment.MESH_AUTH_CACHE ??
    path.join(
      environment.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
      'mesh-auth',
    );
  return path.join(base, 'lab');
}

/** Where the local Git repositories of the demo world live. @internal */
export function repositoriesFolder(
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return path.join(
    environment.MESH_AUTH_DEMO_DIR ?? path.join(repositoryRoot, '.demo'),
    'repositories',
  );
}
