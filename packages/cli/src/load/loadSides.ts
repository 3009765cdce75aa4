import { createMesh } from '@mesh-auth/access-model';
import type {
  ManifestReading,
  Mesh,
  MeshObject,
} from '@mesh-auth/access-model';
import { describeProblem, UsageError } from './loadMesh';
import { loadCluster } from './loadCluster';
import { loadFolder } from './loadFolder';

/** What is compared, and what stands around both sides. */
export interface SidesOptions {
  base: string;
  head: string;
  /** Folders with the platform's manifests: gateways, mesh configuration, policies. */
  with?: string[];
  /** A cluster in their place. */
  kubeconfig?: string;
  context?: string;
  strict?: boolean;
}

function keyOf({ apiVersion, kind, metadata }: MeshObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [group, kind, metadata.namespace ?? '', metadata.name].join('|');
}

function read(folder: string): ManifestReading {
  try {
    return loadFolder(folder);
  } catch (error) {
    throw new UsageError(`cannot read ${folder}: ${(error as Error).message}`);
  }
}

async function readSurroundings(
  options: SidesOptions,
): Promise<ManifestReading[]> {
  const folders = (options.with ?? []).map(read);
  if (!options.kubeconfig) return folders;
  return [
    ...folders,
    await loadCluster({ file: options.kubeconfig, context: options.context }),
  ];
}

/**
 * Reads two states of a repository, each within the same surroundings.
 *
 * @remarks
 * What the repository holds on either side replaces its copy in the surroundings, so that an object which was removed is
 * gone and does not live on in the cluster's copy.
 *
 * @throws UsageError for a folder that cannot be read, and with `strict` for a manifest that Istio would refuse
 */
export async function loadSides(
  options: SidesOptions,
): Promise<{ base: Mesh; head: Mesh }> {
  const base = read(options.base);
  const head = read(options.head);
  const surroundings = await readSurroundings(options);
  const problems = [...surroundings, base, head].flatMap(
    reading => reading.problems,
  );
  for (const problem of problems) {
    process.stderr.write(`${describeProblem(problem)}\n`);
  }
  if (options.strict && problems.some(({ severity }) => severity === 'error')) {
    throw new UsageError('the manifests hold errors');
  }
  const own = new Set([...base.objects, ...head.objects].map(keyOf));
  const around = new Map(
    surroundings
      .flatMap(reading => reading.objects)
      .filter(object => !own.has(keyOf(object)))
      .map(object => [keyOf(object), object]),
  );
  const meshOf = ({ objects }: ManifestReading) =>
    createMesh({ objects: [...around.values(), ...objects] });
  return { base: meshOf(base), head: meshOf(head) };
}
