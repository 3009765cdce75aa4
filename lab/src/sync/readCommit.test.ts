import execa from 'execa';
import fs from 'fs-extra';
import os from 'os';
import path from 'path';
import { headOf, readCommit } from './readCommit';

describe('readCommit', () => {
  let repository: string;

  beforeEach(async () => {
    repository = await fs.mkdtemp(path.join(os.tmpdir(), 'lab-repository-'));
  });

  afterEach(() => fs.remove(repository));

  const git = (...args: string[]) =>
    execa('git', [
      '-c',
      'user.name=Lab',
      '-c',
      'user.email=lab@example.com',
      '-C',
      repository,
      ...args,
    ]);

  it('reads what was committed, not what lies in the work tree', async () => {
    await git('init', '--quiet');
    expect(await headOf(repository)).toBeUndefined();
    await fs.outputFile(path.join(repository, 'deploy/a b.yaml'), 'a: 1\n');
    await fs.outputFile(path.join(repository, 'README.md'), 'text');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'First');
    await fs.outputFile(path.join(repository, 'deploy/a b.yaml'), 'a: 2\n');
    await fs.outputFile(path.join(repository, 'deploy/c.yaml'), 'c: 3\n');

    const head = (await headOf(repository))!;
    expect(head).toMatch(/^[0-9a-f]{40}$/);
    expect([...(await readCommit(repository, head))]).toEqual([
      ['deploy/a b.yaml', 'a: 1\n'],
    ]);
  });
});
