import fs from 'node:fs';
import git from 'isomorphic-git';

const MAX_FILE_BYTES = 1024 * 1024;

/**
 * The commit at HEAD, or undefined where the folder is no Git repository or
 * has no commit yet.
 */
export async function headCommit(
  repository: string,
): Promise<string | undefined> {
  try {
    return await git.resolveRef({ fs, dir: repository, ref: 'HEAD' });
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Reads a file from a commit, never from the work tree, so that only committed
 * state shows. Undefined where the commit has no such file.
 *
 * @throws when the file is larger than 1 MiB or the repository is damaged
 */
export async function readCommittedFile(options: {
  repository: string;
  commit: string;
  filePath: string;
}): Promise<string | undefined> {
  const { repository, commit, filePath } = options;
  try {
    const { blob } = await git.readBlob({
      fs,
      dir: repository,
      oid: commit,
      filepath: filePath,
    });
    if (blob.length > MAX_FILE_BYTES) {
      throw new Error(
        `${filePath} has ${blob.length} bytes; at most ${MAX_FILE_BYTES} are read`,
      );
    }
    return Buffer.from(blob).toString('utf8');
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') {
      return undefined;
    }
    throw error;
  }
}
