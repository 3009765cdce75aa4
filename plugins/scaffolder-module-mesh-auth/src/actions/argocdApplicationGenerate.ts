import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { InputError } from '@backstage/errors';
import {
  renderArgoCdApplication,
  toManifestYaml,
} from '@mesh-auth/access-model';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { writeNewFiles } from '../files/writeNewFiles';
import {
  namespaceField,
  serviceNameField,
  targetPathField,
} from '../input/fields';
import { examples } from './argocdApplicationGenerate.examples';

/**
 * Writes the Argo CD Application that delivers a folder of manifests.
 *
 * @internal
 */
export function createArgocdApplicationGenerateAction(options: {
  config: ScaffolderConfig;
}) {
  const { config } = options;
  return createTemplateAction({
    id: 'mesh-auth:argocd-application:generate',
    description:
      'Writes the Argo CD Application that delivers the manifests of a service',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: serviceNameField,
        namespace: namespaceField,
        repositoryUrl: z =>
          z.string().url().describe('Address of the repository for Argo CD'),
        path: z =>
          targetPathField(z).describe(
            'Folder that Argo CD delivers. Default: deploy',
          ),
        targetRevision: z =>
          z
            .string()
            .regex(/^[A-Za-z0-9._/-]{1,128}$/)
            .describe(
              'Branch, tag or commit. Default: meshAuth.scaffolder.argocd.targetRevision',
            )
            .optional(),
        targetPath: z =>
          targetPathField(z).describe(
            'Folder for the Application, which must not be delivered by it. Default: argocd below path',
          ),
      },
      output: {
        files: z =>
          z
            .array(z.string())
            .describe('Files written, relative to the workspace'),
      },
    },
    async handler(ctx) {
      const { input } = ctx;
      if (!config.argocd) {
        throw new InputError(
          'Argo CD is not configured (meshAuth.scaffolder.argocd)',
        );
      }
      const path = input.path ?? 'deploy';
      const files = await writeNewFiles({
        workspacePath: ctx.workspacePath,
        folder: input.targetPath ?? `${path}/argocd`,
        files: [
          {
            path: 'application.yaml',
            text: toManifestYaml(
              renderArgoCdApplication(
                { name: input.name, namespace: input.namespace ?? input.name },
                {
                  ...config.argocd,
                  ...(input.targetRevision && {
                    targetRevision: input.targetRevision,
                  }),
                  repositoryUrl: input.repositoryUrl,
                  path,
                },
              ),
            ),
          },
        ],
      });
      files.forEach(file => ctx.logger.info(`Wrote ${file}`));
      ctx.output('files', files);
    },
  });
}
