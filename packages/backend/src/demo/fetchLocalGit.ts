import fs from 'node:fs/promises';
import path from 'node:path';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { repositoriesDirectory } from './demoDirectory';
import { examples } from './fetchLocalGit.examples';
import { repositoryNameField } from './publishLocalGit';
import { committedFiles, headCommit, readCommittedFile } from './readHead';

/**
 * Creates the action `fetch:local-git`, by which a template gets the files of
 * a repository that `publish:local-git` made.
 */
export function createFetchLocalGitAction(options: {
  /** Absolute path of the demo's directory. */
  directory: string;
}) {
  const { directory } = options;

  return createTemplateAction({
    id: 'fetch:local-git',
    description:
      'Copies the committed files of a Git repository on the machine of the backend into the workspace.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: repositoryNameField,
        targetPath: z =>
          z
            .string({
              description:
                'Folder of the workspace for the files. Default: the workspace itself.',
            })
            .optional(),
      },
      output: {
        commitHash: z =>
          z.string({ description: 'The commit that holds the files' }),
      },
    },
    async handler(ctx) {
      const { name, targetPath = '.' } = ctx.input;
      const repository = resolveSafeChildPath(
        repositoriesDirectory(directory),
        name,
      );
      const commit = await headCommit(repository);
      if (!commit) {
        throw new NotFoundError(`There is no repository ${name}`);
      }
      const target = resolveSafeChildPath(ctx.workspacePath, targetPath);
      const files = await committedFiles({ repository, commit });
      for (const filePath of files) {
        const file = resolveSafeChildPath(target, filePath);
        const text = await readCommittedFile({ repository, commit, filePath });
        await fs.mkdir(path.dirname(file), { recursive: true });
        await writeNew(file, text ?? '');
      }
      ctx.logger.info(`Fetched ${files.length} files of ${name} (${commit})`);
      ctx.output('commitHash', commit);
    },
  });
}

async function writeNew(file: string, text: string) {
  try {
    await fs.writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    if ((await fs.readFile(file, 'utf8')) !== text) {
      throw new ConflictError(`${path.basename(file)} exists already`);
    }
  }
}
