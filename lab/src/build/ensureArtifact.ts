import fs from 'fs-extra';
import path from 'path';
import { cacheFolder } from '../paths';
import { identify } from '../processes/processIdentity';
import { Artifact } from './Artifact';
import { artifactNamed, artifacts } from './artifacts';

const BUILDING = '.building-';

/** The final folder of an artifact, whether it exists or not. @internal */
export function artifactFolder(artifact: Artifact): string {
  return path.join(cacheFolder(), artifact.name, artifact.version);
}

/** Whether the artifact is in the cache. @internal */
export async function isBuilt(artifact: Artifact): Promise<boolean> {
  return fs.pathExists(artifactFolder(artifact));
}

/**
 * Brings an artifact into the cache, if it is not there yet. A build happens in a folder of its own and is renamed
 * when complete, so an interrupted one leaves no half-filled result, and two at once do not disturb each other.
 *
 * @returns the folder of the artifact
 * @internal
 */
export async function ensureArtifact(options: {
  artifact: Artifact;
  onProgress?: (line: string) => void;
}): Promise<string> {
  const { artifact, onProgress = () => {} } = options;
  const folder = artifactFolder(artifact);
  if (await fs.pathExists(folder)) {
    return folder;
  }
  await fs.ensureDir(path.dirname(folder));
  await removeInterrupted(folder);
  const target = await fs.mkdtemp(`${folder}${BUILDING}${process.pid}-`);
  try {
    await artifact.build({ target, onProgress });
    await fs.rename(target, folder).catch(async error => {
      // Another build of the same version was faster: its result is as good.
      if (!(await fs.pathExists(folder))) {
        throw error;
      }
    });
  } finally {
    await fs.remove(target);
  }
  return folder;
}

/** Removes what builds have left that were killed; the names of their folders hold the process id. */
async function removeInterrupted(folder: string) {
  const prefix = `${path.basename(folder)}${BUILDING}`;
  for (const entry of await fs.readdir(path.dirname(folder))) {
    if (entry.startsWith(prefix)) {
      const pid = Number(entry.slice(prefix.length).split('-')[0]);
      if (!(await identify(pid))) {
        await fs.remove(path.join(path.dirname(folder), entry));
      }
    }
  }
}

/**
 * The path of a program of the lab (`envoy`, `pilot-discovery`, `kube-apiserver`, …), built first where necessary.
 *
 * @public
 */
export async function ensureBinary(
  program: string,
  onProgress?: (line: string) => void,
): Promise<string> {
  const artifact = artifacts.find(candidate => program in candidate.binaries);
  if (!artifact) {
    throw new Error(
      `No artifact holds a program named ${program}; known are ${artifacts
        .flatMap(candidate => Object.keys(candidate.binaries))
        .join(', ')}`,
    );
  }
  const folder = await ensureArtifact({ artifact, onProgress });
  return path.join(folder, artifact.binaries[program]);
}

/** The path of a program whose artifact has been built before. @internal */
export function binaryPath(artifactName: string, program: string): string {
  const artifact = artifactNamed(artifactName);
  return path.join(artifactFolder(artifact), artifact.binaries[program]);
}
