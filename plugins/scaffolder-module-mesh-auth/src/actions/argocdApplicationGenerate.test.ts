import { createMockDirectory } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { parse } from 'yaml';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { createArgocdApplicationGenerateAction } from './argocdApplicationGenerate';

describe('mesh-auth:argocd-application:generate', () => {
  const workspace = createMockDirectory();
  beforeEach(() => workspace.clear());

  function run(
    overrides: JsonObject = {},
    config: ScaffolderConfig = scaffolderConfig(),
  ) {
    return runAction({
      action: createArgocdApplicationGenerateAction({ config }),
      input: {
        name: 'returns',
        repositoryUrl: 'https://git.example.com/shop/returns.git',
        ...overrides,
      },
      workspacePath: workspace.path,
    });
  }

  it('writes the Application beside what it delivers', async () => {
    const { outputs } = await run({ targetRevision: 'release/1' });
    expect(outputs).toEqual({ files: ['deploy/argocd/application.yaml'] });
    expect(
      parse((workspace.content() as any).deploy.argocd['application.yaml']),
    ).toMatchObject({
      kind: 'Application',
      metadata: { name: 'returns', namespace: 'argocd' },
      spec: {
        source: { path: 'deploy', targetRevision: 'release/1' },
        destination: { namespace: 'returns' },
      },
    });
  });

  it('gives the same file when it runs again', async () => {
    await run();
    const before = workspace.content();
    await run();
    expect(workspace.content()).toEqual(before);
  });

  it('refuses without Argo CD, and an address that is none', async () => {
    await expect(
      run({}, { ...scaffolderConfig(), argocd: undefined }),
    ).rejects.toThrow('Argo CD is not configured');
    await expect(run({ name: 'A' })).rejects.toThrow('instance.name');
    expect(workspace.content()).toEqual({});
  });
});
