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
  return unlessMissing(git.resolveRef({ fs, dir: repository, ref: 'HEAD' }));
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
  /** Path inside the repository, with slashes. */
  filePath: string;
}): Promise<string | undefined> {
  const { repository, commit, filePath } = options;
  const found = await unlessMissing(
    git.readBlob({ fs, dir: repository, oid: commit, filepath: filePath }),
  );
  if (found && found.blob.length > MAX_FILE_BYTES) {
    throw new Error(
      `${filePath} has ${found.blob.length} bytes; at most ${MAX_FILE_BYTES} are read`,
    );
  }
  return found && Buffer.from(found.blob).toString('utf8');
}

/** The paths of all files in a commit, with slashes. */
export async function committedFiles(options: {
  repository: string;
  commit: string;
}): Promise<string[]> {
  const { repository, commit } = options;
  return git.listFiles({ fs, dir: repository, ref: commit });
}

async function unlessMissing<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') {
      return undefined;
    }
    throw error;
  }
}
