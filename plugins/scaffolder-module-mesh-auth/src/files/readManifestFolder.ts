import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { Manifest } from '@mesh-auth/access-model';
import fs from 'fs-extra';
import { posix } from 'path';
import { parseAllDocuments } from 'yaml';

/**
 * A file of a folder with its only object.
 *
 * @internal
 */
export interface ManifestInFolder {
  /** Relative to the folder. */
  path: string;
  text: string;
  manifest: Manifest;
}

/**
 * Reads the manifests that stand directly in a folder of the workspace.
 *
 * @throws NotFoundError when there is no such folder
 * @throws InputError naming a file that is no YAML, or that holds several objects
 *
 * @internal
 */
export async function readManifestFolder(options: {
  workspacePath: string;
  folder: string;
}): Promise<ManifestInFolder[]> {
  const { workspacePath, folder } = options;
  const directory = resolveSafeChildPath(workspacePath, folder);
  if (!(await fs.pathExists(directory))) {
    throw new NotFoundError(`The repository has no folder ${folder}`);
  }
  const names = (await fs.readdir(directory, { withFileTypes: true }))
    .filter(entry => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(entry => entry.name)
    .sort();
  return Promise.all(
    names.map(async path => {
      const text = await fs.readFile(
        resolveSafeChildPath(workspacePath, posix.join(folder, path)),
        'utf8',
      );
      return { path, text, manifest: readOne(posix.join(folder, path), text) };
    }),
  );
}

function readOne(path: string, text: string): Manifest {
  const documents = parseAllDocuments(text, { version: '1.1' });
  const [document] = documents;
  if (documents.length !== 1 || !document || document.errors.length > 0) {
    const reason =
      documents[0]?.errors?.[0]?.message ?? 'not one YAML document';
    throw new InputError(`${path} cannot be read: ${reason}`);
  }
  const manifest = document.toJS();
  if (typeof manifest?.kind !== 'string') {
    throw new InputError(`${path} holds no Kubernetes object`);
  }
  return { ...manifest, metadata: manifest.metadata ?? {} };
}
