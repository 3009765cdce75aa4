import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { ConflictError, isError } from '@backstage/errors';
import fs from 'fs-extra';
import { posix } from 'path';

/**
 * A file to write, relative to the folder that the template chose.
 *
 * @internal
 */
export interface NewFile {
  path: string;
  text: string;
}

/**
 * Writes files into the workspace, all or none.
 *
 * @returns the paths relative to the workspace, in order
 *
 * @throws NotAllowedError for a path that leaves the workspace
 * @throws ConflictError naming a file that exists with another content; nothing is written then
 *
 * @internal
 */
export async function writeNewFiles(options: {
  workspacePath: string;
  folder: string;
  files: NewFile[];
}): Promise<string[]> {
  const { workspacePath, folder, files } = options;
  const targets = files.map(file => {
    const path = posix.join(folder, file.path);
    return { ...file, path, target: resolveSafeChildPath(workspacePath, path) };
  });
  for (const { path, target, text } of targets) {
    const existing = await readIfExists(target);
    if (existing !== undefined && existing !== text) {
      throw new ConflictError(
        `${path} exists with another content and is not overwritten`,
      );
    }
  }
  for (const { target, text } of targets) {
    await fs.outputFile(target, text);
  }
  return targets.map(({ path }) => path);
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    if (isError(error) && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
