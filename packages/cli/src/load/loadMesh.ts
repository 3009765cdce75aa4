import chalk from 'chalk';
import { createMesh } from '@mesh-auth/access-model';
import type { ManifestProblem, Mesh } from '@mesh-auth/access-model';
import { loadCluster } from './loadCluster';
import { loadFolder } from './loadFolder';

/** Where the objects come from. */
export interface SourceOptions {
  config?: string;
  kubeconfig?: string;
  context?: string;
  /** Problems with the objects end the command. */
  strict?: boolean;
}

/** A mistake of the person at the keyboard: shown without a stack. */
export class UsageError extends Error {}

/** A problem with its place, for standard error. */
export function describeProblem({
  file,
  line,
  path,
  message,
  severity,
}: ManifestProblem): string {
  const place = [file, line].filter(Boolean).join(':');
  const label =
    severity === 'error' ? chalk.red('error') : chalk.yellow('warning');
  return `${place ? `${place}: ` : ''}${label}: ${
    path ? `${path}: ` : ''
  }${message}`;
}

/**
 * Reads a folder or a cluster. Objects that Istio would refuse are named on standard error and left out.
 *
 * @throws UsageError
 */
export async function loadMesh(options: SourceOptions): Promise<Mesh> {
  if (Boolean(options.config) === Boolean(options.kubeconfig)) {
    throw new UsageError('name one source: --config DIR or --kubeconfig FILE');
  }
  let reading;
  if (options.config) {
    try {
      reading = loadFolder(options.config);
    } catch (error) {
      throw new UsageError(
        `cannot read ${options.config}: ${(error as Error).message}`,
      );
    }
  } else {
    reading = await loadCluster({
      file: options.kubeconfig!,
      context: options.context,
    });
  }
  const mesh = createMesh(reading);
  for (const problem of mesh.problems)
    process.stderr.write(`${describeProblem(problem)}\n`);
  if (
    options.strict &&
    mesh.problems.some(({ severity }) => severity === 'error')
  ) {
    throw new UsageError('the manifests hold errors');
  }
  return mesh;
}
