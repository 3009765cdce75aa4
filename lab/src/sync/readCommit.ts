import execa from 'execa';

/** Files of a commit: path from the root of the repository to text. @internal */
export type CommitFiles = ReadonlyMap<string, string>;

async function git(repository: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa(
    'git',
    // The repositories may belong to the user who runs Backstage.
    ['-c', 'safe.directory=*', '-C', repository, ...args],
    { stripFinalNewline: false },
  );
  return stdout;
}

/** The commit that HEAD names; undefined where there is none yet. @internal */
export async function headOf(repository: string): Promise<string | undefined> {
  try {
    return (await git(repository, 'rev-parse', '--verify', 'HEAD')).trim();
  } catch {
    return undefined;
  }
}

/** Reads every YAML file of a commit, whatever the work tree holds. @internal */
export async function readCommit(
  repository: string,
  commit: string,
): Promise<CommitFiles> {
  const names = (
    await git(repository, 'ls-tree', '-r', '-z', '--name-only', commit)
  )
    .split('\0')
    .filter(name => /\.ya?ml$/.test(name));
  const files = new Map<string, string>();
  for (const name of names) {
    files.set(name, await git(repository, 'show', `${commit}:${name}`));
  }
  return files;
}
