import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { namespaceField } from '../input/fields';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { writeNewFiles } from '../files/writeNewFiles';
import { sealedSecretFile } from '../sealing/sealedSecretFile';
import { examples } from './sealedSecretGenerate.examples';

/**
 * Writes random values as a SealedSecret, which only the controller of the cluster can open.
 *
 * @internal
 */
export function createSealedSecretGenerateAction(options: {
  config: ScaffolderConfig;
}) {
  const { config } = options;
  return createTemplateAction({
    id: 'mesh-auth:sealed-secret:generate',
    description:
      'Writes new random secrets into the workspace, encrypted for the sealed-secrets controller and bound to their name and namespace',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z
            .string()
            .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/)
            .describe('Name of the Secret'),
        namespace: z =>
          namespaceField(z).unwrap().describe('Namespace of the Secret'),
        keys: z =>
          z
            .array(z.string().regex(/^[A-Za-z0-9._-]{1,253}$/))
            .min(1)
            .describe('Keys of the Secret; each gets a value of its own'),
        targetFile: z =>
          z
            .string()
            .regex(
              /^([A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*\.yaml$/,
            )
            .describe(
              'File, relative to the workspace. Default: deploy/sealed-secret.yaml',
            )
            .optional(),
      },
      output: {
        files: z =>
          z
            .array(z.string())
            .describe('Files written, relative to the workspace'),
      },
    },
    async handler(ctx) {
      const { name, namespace, keys } = ctx.input;
      const path = ctx.input.targetFile ?? 'deploy/sealed-secret.yaml';
      const file = await sealedSecretFile({
        config,
        namespace,
        name,
        keys,
        workspacePath: ctx.workspacePath,
        path,
      });
      if (!file) {
        ctx.logger.info(`${path} is there already and is kept`);
      }
      const files = await writeNewFiles({
        workspacePath: ctx.workspacePath,
        folder: '.',
        files: file ? [file] : [],
      });
      files.forEach(written => ctx.logger.info(`Wrote ${written}`));
      ctx.output('files', files);
    },
  });
}
