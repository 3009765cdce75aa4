import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  resolveSafeChildPath,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { UserEntity } from '@backstage/catalog-model';
import { ConflictError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { z as Zod } from 'zod/v3';
import { commitFolder, GitAuthor, headTree } from './commitFolder';
import { repositoriesDirectory } from './demoDirectory';
import { examples } from './publishLocalGit.examples';

/** Schema of the input that names a repository of the demo. */
export function repositoryNameField(zod: typeof Zod) {
  return zod
    .string({ description: 'Name of the repository' })
    .max(63)
    .regex(
      /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
      'must consist of lower-case letters, digits and inner hyphens, and start with a letter',
    );
}

/**
 * Creates the action `publish:local-git`, with which the demo needs no Git
 * server: the files of the workspace become the first commit of a repository
 * below the demo's directory.
 *
 * The repository appears complete or not at all. The action may be repeated:
 * it succeeds on a repository that holds the same files, and refuses any other.
 */
export function createPublishLocalGitAction(options: {
  config: RootConfigService;
  /** Absolute path of the demo's directory. */
  directory: string;
}) {
  const { config, directory } = options;

  return createTemplateAction({
    id: 'publish:local-git',
    description:
      'Publishes the files of the workspace as a new Git repository on the machine of the backend.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: repositoryNameField,
        sourcePath: z =>
          z
            .string({
              description:
                'Folder of the workspace that becomes the root of the repository. Default: the workspace itself.',
            })
            .optional(),
        gitCommitMessage: z =>
          z
            .string({
              description: 'Message of the commit. Default: initial commit',
            })
            .optional(),
      },
      output: {
        remoteUrl: z =>
          z.string({ description: 'file: URL to clone the repository from' }),
        repoContentsUrl: z =>
          z.string({ description: "file: URL of the repository's files" }),
        commitHash: z =>
          z.string({ description: 'The commit that holds the files' }),
      },
    },
    async handler(ctx) {
      const { name, sourcePath = '.', gitCommitMessage } = ctx.input;
      const source = resolveSafeChildPath(ctx.workspacePath, sourcePath);
      const repositories = repositoriesDirectory(directory);
      const target = resolveSafeChildPath(repositories, name);

      // Beside the target, because only a rename within one file system is atomic.
      const staging = ctx.isDryRun
        ? await ctx.createTemporaryDirectory()
        : await createStaging(directory, name);
      try {
        const built = path.join(staging, name);
        const { commit, tree } = await commitFolder({
          source,
          repository: built,
          author: authorOf(ctx.user?.entity, config),
          message:
            gitCommitMessage ??
            config.getOptionalString('scaffolder.defaultCommitMessage') ??
            'initial commit',
        });

        let commitHash = commit;
        const existing = await headTree(target);
        if (existing) {
          if (existing.tree !== tree) {
            throw new ConflictError(
              `The repository ${name} exists already, with other content`,
            );
          }
          commitHash = existing.commit;
          ctx.logger.info(`The repository ${name} has these files already`);
        } else if (ctx.isDryRun) {
          ctx.logger.info(`Dry run: the repository ${name} is not created`);
        } else {
          await fs.mkdir(repositories, { recursive: true });
          await renameToNew(built, target, name);
          ctx.logger.info(`Created the repository ${name} (${commitHash})`);
        }

        const url = pathToFileURL(target).href;
        ctx.output('remoteUrl', url);
        ctx.output('repoContentsUrl', url);
        ctx.output('commitHash', commitHash);
      } finally {
        await fs.rm(staging, { recursive: true, force: true });
      }
    },
  });
}

async function createStaging(directory: string, name: string): Promise<string> {
  const parent = path.join(directory, 'staging');
  await fs.mkdir(parent, { recursive: true });
  return fs.mkdtemp(path.join(parent, `${name}-`));
}

async function renameToNew(from: string, to: string, name: string) {
  try {
    await fs.rename(from, to);
  } catch (error) {
    // A folder without commits, or one that another run made in between.
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as any).code)) {
      throw new ConflictError(`A folder for ${name} exists already`);
    }
    throw error;
  }
}

/** The person who started the template, or the author that the scaffolder is configured with. */
export function authorOf(
  user: UserEntity | undefined,
  config: RootConfigService,
): GitAuthor {
  const profile = user?.spec.profile;
  if (profile?.displayName && profile.email) {
    return { name: profile.displayName, email: profile.email };
  }
  return {
    name:
      config.getOptionalString('scaffolder.defaultAuthor.name') ?? 'Scaffolder',
    email:
      config.getOptionalString('scaffolder.defaultAuthor.email') ??
      'scaffolder@example.com',
  };
}
