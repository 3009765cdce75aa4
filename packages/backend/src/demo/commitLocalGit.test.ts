import fs from 'node:fs';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { parse } from 'yaml';
import { createCommitLocalGitAction } from './commitLocalGit';
import { createFetchLocalGitAction } from './fetchLocalGit';
import { createPublishLocalGitAction } from './publishLocalGit';
import { headCommit, readCommittedFile } from './readHead';

describe('changing a local repository', () => {
  const directory = createMockDirectory();
  const workspace = createMockDirectory();
  const config = mockServices.rootConfig();
  const options = () => ({ config, directory: directory.path });

  async function run(
    action: { handler: (ctx: any) => Promise<void> },
    input: any,
    isDryRun = false,
  ): Promise<any> {
    const outputs: any = {};
    await action.handler({
      ...createMockActionContext({ input, workspacePath: workspace.path }),
      isDryRun,
      createTemporaryDirectory: async () =>
        fs.promises.mkdtemp(directory.resolve('temporary-')),
      output: (name: string, value: unknown) => {
        outputs[name] = value;
      },
    });
    return outputs;
  }

  const fetch = () =>
    run(createFetchLocalGitAction(options()), { name: 'returns' });
  const commit = (baseCommit: string, isDryRun?: boolean) =>
    run(
      createCommitLocalGitAction(options()),
      { name: 'returns', baseCommit, gitCommitMessage: 'Change' },
      isDryRun,
    );
  const committed = async (filePath: string) =>
    readCommittedFile({
      repository: directory.resolve('repositories/returns'),
      commit: (await headCommit(directory.resolve('repositories/returns')))!,
      filePath,
    });

  beforeEach(async () => {
    directory.clear();
    workspace.setContent({ 'a.txt': 'a', 'deploy/b.yaml': 'b: 1\n' });
    await run(createPublishLocalGitAction(options()), { name: 'returns' });
    workspace.clear();
  });

  it('fetches, changes, adds and removes files', async () => {
    const { commitHash } = await fetch();
    expect(workspace.content()).toEqual({
      'a.txt': 'a',
      deploy: { 'b.yaml': 'b: 1\n' },
    });
    workspace.addContent({ 'deploy/b.yaml': 'b: 2\n', 'deploy/c.yaml': 'c' });
    fs.rmSync(workspace.resolve('a.txt'));
    const outputs = await commit(commitHash);
    expect(outputs.commitHash).not.toBe(commitHash);
    expect(await committed('deploy/b.yaml')).toBe('b: 2\n');
    expect(await committed('deploy/c.yaml')).toBe('c');
    expect(await committed('a.txt')).toBeUndefined();
    // What reads the work tree sees the same.
    expect(
      fs.readFileSync(
        directory.resolve('repositories/returns/deploy/b.yaml'),
        'utf8',
      ),
    ).toBe('b: 2\n');
    expect(fs.existsSync(directory.resolve('repositories/returns/a.txt'))).toBe(
      false,
    );
    // A second time, nothing is left to do.
    expect((await commit(commitHash)).commitHash).toBe(outputs.commitHash);
  });

  it('commits nothing in a dry run', async () => {
    const { commitHash } = await fetch();
    workspace.addContent({ 'a.txt': 'changed' });
    await commit(commitHash, true);
    expect(await committed('a.txt')).toBe('a');
  });

  it('does not undo what others have committed meanwhile', async () => {
    const { commitHash } = await fetch();
    workspace.addContent({ 'a.txt': 'theirs' });
    await commit(commitHash);
    workspace.addContent({ 'a.txt': 'mine' });
    await expect(commit(commitHash)).rejects.toThrow(
      'The repository returns has changed since its files were fetched',
    );
    expect(await committed('a.txt')).toBe('theirs');
  });

  it('fetches over equal files only', async () => {
    workspace.setContent({ 'a.txt': 'other' });
    await expect(fetch()).rejects.toThrow('a.txt exists already');
  });

  it('names a repository that does not exist', async () => {
    const name = 'nothing';
    await expect(
      run(createFetchLocalGitAction(options()), { name }),
    ).rejects.toThrow('There is no repository nothing');
    await expect(
      run(createCommitLocalGitAction(options()), {
        name,
        baseCommit: '0'.repeat(40),
        gitCommitMessage: 'x',
      }),
    ).rejects.toThrow('There is no repository nothing');
  });

  it('has examples that its schema takes', () => {
    for (const action of [
      createFetchLocalGitAction(options()),
      createCommitLocalGitAction(options()),
    ]) {
      for (const { example } of action.examples ?? []) {
        const [step] = parse(example).steps;
        expect(step.action).toBe(action.id);
        expect(Object.keys(step.input)).toEqual(
          expect.arrayContaining(
            (action.schema?.input?.required as string[]) ?? [],
          ),
        );
      }
    }
  });
});
