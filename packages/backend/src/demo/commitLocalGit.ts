import fs from 'node:fs/promises';
import {
  resolveSafeChildPath,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { commitFolder, headTree, replaceFiles } from './commitFolder';
import { examples } from './commitLocalGit.examples';
import { repositoriesDirectory } from './demoDirectory';
import { authorOf, repositoryNameField } from './publishLocalGit';

/**
 * Creates the action `publish:local-git:commit`, which stands in the demo for
 * a pull request that was merged at once.
 */
export function createCommitLocalGitAction(options: {
  config: RootConfigService;
  /** Absolute path of the demo's directory. */
  directory: string;
}) {
  const { config, directory } = options;

  return createTemplateAction({
    id: 'publish:local-git:commit',
    description:
      'Commits the files of the workspace as the new state of a Git repository on the machine of the backend.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: repositoryNameField,
        baseCommit: z =>
          z
            .string({
              description:
                'The commit from which the files were fetched; the repository must still be there',
            })
            .regex(/^[0-9a-f]{40}$/, 'must be a commit'),
        sourcePath: z =>
          z
            .string({
              description:
                'Folder of the workspace that holds all files of the repository. Default: the workspace itself.',
            })
            .optional(),
        gitCommitMessage: z =>
          z.string({ description: 'Message of the commit' }),
      },
      output: {
        commitHash: z =>
          z.string({ description: 'The commit that holds the files' }),
      },
    },
    async handler(ctx) {
      const { name, baseCommit, sourcePath = '.' } = ctx.input;
      const source = resolveSafeChildPath(ctx.workspacePath, sourcePath);
      const repository = resolveSafeChildPath(
        repositoriesDirectory(directory),
        name,
      );
      const head = await headTree(repository);
      if (!head) {
        throw new NotFoundError(`There is no repository ${name}`);
      }
      const staging = await ctx.createTemporaryDirectory();
      try {
        const author = authorOf(ctx.user?.entity, config);
        const message = ctx.input.gitCommitMessage;
        const wanted = await commitFolder({
          source,
          repository: `${staging}/${name}`,
          author,
          message,
        });
        let { commit } = head;
        if (head.tree === wanted.tree) {
          ctx.logger.info(`The repository ${name} has these files already`);
        } else if (head.commit !== baseCommit) {
          throw new ConflictError(
            `The repository ${name} has changed since its files were fetched`,
          );
        } else if (ctx.isDryRun) {
          ctx.logger.info(`Dry run: nothing is committed to ${name}`);
        } else {
          commit = await replaceFiles({ source, repository, author, message });
          ctx.logger.info(`Committed to ${name} (${commit})`);
        }
        ctx.output('commitHash', commit);
      } finally {
        await fs.rm(staging, { recursive: true, force: true });
      }
    },
  });
}
