import fs from 'node:fs';
import path from 'node:path';
import git from 'isomorphic-git';

/** Writes and commits files into a repository, which is made where it is missing. */
export async function commitFiles(
  repository: string,
  files: Record<string, string>,
): Promise<string> {
  if (!fs.existsSync(path.join(repository, '.git'))) {
    await fs.promises.mkdir(repository, { recursive: true });
    await git.init({ fs, dir: repository, defaultBranch: 'main' });
  }
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(repository, file);
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
    await fs.promises.writeFile(target, text);
    await git.add({ fs, dir: repository, filepath: file });
  }
  return git.commit({
    fs,
    dir: repository,
    author: { name: 'Test', email: 'test@example.com' },
    message: 'a change',
  });
}
