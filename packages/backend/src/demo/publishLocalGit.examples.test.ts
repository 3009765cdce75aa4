import fs from 'node:fs';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import git from 'isomorphic-git';
import { validate } from 'jsonschema';
import yaml from 'yaml';
import { createPublishLocalGitAction } from './publishLocalGit';
import { examples } from './publishLocalGit.examples';

describe('publish:local-git examples', () => {
  const workspace = createMockDirectory();
  const demo = createMockDirectory();
  const action = createPublishLocalGitAction({
    config: mockServices.rootConfig(),
    directory: demo.path,
  });

  it('are the examples that the action shows', () => {
    expect(action.examples).toEqual(examples);
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples)('$description', async ({ example }) => {
    workspace.setContent({ 'service/catalog-info.yaml': 'kind: Component' });
    demo.clear();

    for (const step of yaml.parse(example).steps) {
      expect(step.action).toBe(action.id);
      expect(
        validate(step.input, action.schema!.input as object).errors,
      ).toEqual([]);

      await action.handler(
        createMockActionContext({
          input: step.input,
          workspacePath: workspace.path,
        }),
      );

      const dir = demo.resolve('repositories', step.input.name);
      expect(await git.listFiles({ fs, dir, ref: 'HEAD' })).toEqual([
        step.input.sourcePath
          ? 'catalog-info.yaml'
          : 'service/catalog-info.yaml',
      ]);
    }
  });
});
