import fs from 'node:fs';
import path from 'node:path';
import { InputError } from '@backstage/errors';
import git from 'isomorphic-git';
import { headCommit } from './readHead';

const DEFAULT_BRANCH = 'main';

/** Who stands as author and committer. */
export type GitAuthor = { name: string; email: string };

/** A commit and the tree of its files; trees with the same files have the same id. */
export type CommittedTree = { commit: string; tree: string };

/**
 * Copies a folder into a new Git repository and commits what its `.gitignore`
 * does not exclude.
 *
 * @throws InputError when the folder holds no file, or a symbolic link: a link could lead out of the repository
 */
export async function commitFolder(options: {
  source: string;
  /** Path of the repository; it must not exist. */
  repository: string;
  author: GitAuthor;
  message: string;
}): Promise<CommittedTree> {
  const { source, repository, author, message } = options;
  await copyFiles(source, repository);
  await git.init({ fs, dir: repository, defaultBranch: DEFAULT_BRANCH });
  await git.add({ fs, dir: repository, filepath: '.' });
  if ((await git.listFiles({ fs, dir: repository })).length === 0) {
    throw new InputError('There is no file to publish');
  }
  const commit = await git.commit({ fs, dir: repository, author, message });
  return { commit, tree: await treeOf(repository, commit) };
}

/**
 * Replaces all files of a repository by those of a folder and commits that.
 *
 * @returns the commit
 * @throws InputError when the folder holds a symbolic link
 */
export async function replaceFiles(options: {
  source: string;
  repository: string;
  author: GitAuthor;
  message: string;
}): Promise<string> {
  const { source, repository, author, message } = options;
  const before = await git.listFiles({ fs, dir: repository });
  await copyFiles(source, repository);
  for (const filepath of before) {
    if (!fs.existsSync(path.join(source, filepath))) {
      await fs.promises.rm(path.join(repository, filepath), { force: true });
      await git.remove({ fs, dir: repository, filepath });
    }
  }
  await git.add({ fs, dir: repository, filepath: '.' });
  return git.commit({ fs, dir: repository, author, message });
}

/** The commit at HEAD with its tree, or undefined where there is no repository with a commit. */
export async function headTree(
  repository: string,
): Promise<CommittedTree | undefined> {
  const commit = await headCommit(repository);
  return commit
    ? { commit, tree: await treeOf(repository, commit) }
    : undefined;
}

async function treeOf(repository: string, oid: string): Promise<string> {
  const { commit } = await git.readCommit({ fs, dir: repository, oid });
  return commit.tree;
}

async function copyFiles(source: string, target: string): Promise<void> {
  await fs.promises.cp(source, target, {
    recursive: true,
    filter: async file => {
      const stat = await fs.promises.lstat(file);
      if (stat.isSymbolicLink()) {
        throw new InputError(
          `${path.relative(source, file)} is a symbolic link`,
        );
      }
      return path.basename(file) !== '.git';
    },
  });
}
