import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { UserEntity } from '@backstage/catalog-model';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import git from 'isomorphic-git';
import { validate } from 'jsonschema';
import { createPublishLocalGitAction } from './publishLocalGit';

describe('publish:local-git', () => {
  const workspace = createMockDirectory();
  const demo = createMockDirectory();
  const temporary = createMockDirectory();
  const config = mockServices.rootConfig({
    data: {
      scaffolder: {
        defaultAuthor: { name: 'Portal', email: 'portal@example.com' },
      },
    },
  });
  const action = createPublishLocalGitAction({
    config,
    directory: demo.path,
  });
  const repository = () => demo.resolve('repositories/loyalty');
  type Context = Parameters<typeof action.handler>[0];

  beforeEach(() => {
    demo.clear();
    temporary.clear();
    workspace.setContent({
      'catalog-info.yaml': 'kind: Component',
      'deploy/kustomization.yaml': 'resources: []',
      '.gitignore': 'node_modules/',
      'node_modules/left.txt': 'not published',
      '.git/HEAD': 'ref: refs/heads/of-the-workspace',
    });
  });

  async function run(
    input: Partial<Context['input']> = {},
    context: Partial<Context> = {},
  ) {
    const output = jest.fn();
    await action.handler({
      ...createMockActionContext({
        input: { name: 'loyalty', ...input },
        workspacePath: workspace.path,
      }),
      createTemporaryDirectory: async () => temporary.path,
      output,
      ...context,
    } as Context);
    return Object.fromEntries(output.mock.calls);
  }

  /** Everything below the demo's directory, as paths. */
  async function demoFiles() {
    const entries = await fs.promises.readdir(demo.path, { recursive: true });
    return entries.sort();
  }

  it('creates a repository with one commit and a clean work tree', async () => {
    const outputs = await run({ gitCommitMessage: 'Create loyalty' });

    const dir = repository();
    const [entry, ...older] = await git.log({ fs, dir });
    expect(older).toEqual([]);
    expect(entry.commit.message).toBe('Create loyalty\n');
    expect(entry.commit.author).toMatchObject({
      name: 'Portal',
      email: 'portal@example.com',
    });
    expect(await git.currentBranch({ fs, dir })).toBe('main');
    expect(await git.listFiles({ fs, dir, ref: 'HEAD' })).toEqual([
      '.gitignore',
      'catalog-info.yaml',
      'deploy/kustomization.yaml',
    ]);
    const status = await git.statusMatrix({ fs, dir });
    expect(status.every(([, ...state]) => state.join('') === '111')).toBe(true);

    const url = pathToFileURL(dir).href;
    expect(outputs).toEqual({
      remoteUrl: url,
      repoContentsUrl: url,
      commitHash: entry.oid,
    });
    expect(await fs.promises.readdir(demo.resolve('staging'))).toEqual([]);
  });

  it('commits in the name of the person who started the template', async () => {
    const entity: UserEntity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'User',
      metadata: { name: 'alice' },
      spec: {
        profile: { displayName: 'Alice Andersen', email: 'alice@example.com' },
      },
    };
    await run({}, { user: { entity } });

    const [{ commit }] = await git.log({ fs, dir: repository() });
    expect(commit.author).toMatchObject({
      name: 'Alice Andersen',
      email: 'alice@example.com',
    });
    expect(commit.message).toBe('initial commit\n');
  });

  it('publishes one folder of the workspace, and none outside it', async () => {
    await run({ sourcePath: 'deploy' });
    expect(await git.listFiles({ fs, dir: repository(), ref: 'HEAD' })).toEqual(
      ['kustomization.yaml'],
    );

    await expect(run({ name: 'other', sourcePath: '../..' })).rejects.toThrow(
      /outside|allowed/,
    );
    await expect(run({ name: '../escaped' })).rejects.toThrow(
      /outside|allowed/,
    );
    expect(await fs.promises.readdir(demo.resolve('repositories'))).toEqual([
      'loyalty',
    ]);
  });

  it('may be repeated with the same files, and then gives the same commit', async () => {
    const first = await run();
    expect(await run()).toEqual(first);
    expect(await git.log({ fs, dir: repository() })).toHaveLength(1);
  });

  it('refuses a repository with other content and does not touch it', async () => {
    const { commitHash } = await run();
    const before = await demoFiles();
    workspace.addContent({ 'catalog-info.yaml': 'kind: Resource' });

    await expect(run()).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'The repository loyalty exists already, with other content',
    });
    expect(await git.resolveRef({ fs, dir: repository(), ref: 'HEAD' })).toBe(
      commitHash,
    );
    expect(await demoFiles()).toEqual(before);
  });

  it('refuses a folder that is no repository', async () => {
    demo.setContent({ 'repositories/loyalty/notes.txt': 'mine' });
    await expect(run()).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'A folder for loyalty exists already',
    });
    expect(await demoFiles()).toEqual([
      'repositories',
      'repositories/loyalty',
      'repositories/loyalty/notes.txt',
      'staging',
    ]);
  });

  it.each([
    [
      'an empty workspace',
      () => workspace.setContent({ '.git/HEAD': '' }),
      'There is no file to publish',
    ],
    [
      'a symbolic link',
      () => fs.symlinkSync('/etc/hostname', workspace.resolve('deploy/host')),
      'deploy/host is a symbolic link',
    ],
  ])('refuses %s and leaves nothing behind', async (_, prepare, message) => {
    prepare();
    await expect(run()).rejects.toMatchObject({ name: 'InputError', message });
    expect(await demoFiles()).toEqual(['staging']);
  });

  it('writes nothing in a dry run, and finds the same conflict', async () => {
    const outputs = await run({}, { isDryRun: true });
    expect(outputs.commitHash).toMatch(/^[0-9a-f]{40}$/);
    expect(outputs.remoteUrl).toBe(pathToFileURL(repository()).href);
    expect(await demoFiles()).toEqual([]);

    await run();
    workspace.addContent({ 'catalog-info.yaml': 'kind: Resource' });
    await expect(run({}, { isDryRun: true })).rejects.toMatchObject({
      name: 'ConflictError',
    });
  });

  it.each(['Loyalty', '-loyalty', 'a/b', '..', 'a_b', '', 'a'.repeat(64)])(
    'refuses the name %j in the form already',
    name => {
      const { valid } = validate({ name }, action.schema!.input as object);
      expect(valid).toBe(false);
    },
  );
});
