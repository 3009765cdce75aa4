import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  declaredAccessTable,
  parseDeclaration,
  readManifests,
} from '@mesh-auth/access-model';
import { posix } from 'path';
import { checkAccess } from '../check/checkAccess';
import { readManifestFolder } from '../files/readManifestFolder';
import { serviceNameField, targetPathField } from '../input/fields';
import { examples } from './check.examples';

/** How many differences a message names. */
const SHOWN = 5;
/** What a folder alone cannot show. */
const NOT_VERIFIED =
  'policies outside of this repository: those of the mesh, of the gateway and of other services in the namespace';

/**
 * Checks that the manifests of the workspace do what they declare, before anything is published.
 *
 * @internal
 */
export function createCheckAction() {
  return createTemplateAction({
    id: 'mesh-auth:check',
    description:
      'Evaluates the manifests of the workspace and fails when they do not do what they declare, or when Istio would refuse one',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: serviceNameField,
        targetPath: targetPathField,
      },
      output: {
        requests: z => z.number().describe('Number of requests evaluated'),
        access: z =>
          z
            .array(
              z.object({
                methods: z.string(),
                path: z.string(),
                who: z.string(),
              }),
            )
            .describe('Who may call what, as a table'),
        notVerified: z =>
          z.array(z.string()).describe('What the check could not look at'),
      },
    },
    async handler(ctx) {
      const { workspacePath, input, logger } = ctx;
      const folder = input.targetPath ?? 'deploy';
      const files = await readManifestFolder({ workspacePath, folder });
      const { objects, problems } = readManifests({
        files: files
          .filter(file => file.manifest.kind !== 'Kustomization')
          .map(({ path, text }) => ({ path: posix.join(folder, path), text })),
      });
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) {
        throw new InputError(
          errors
            .map(
              ({ file, line, path, message }) =>
                `${file}:${line ?? 1}: ${path ? `${path}: ` : ''}${message}`,
            )
            .join('\n'),
        );
      }
      const parsed = parseDeclaration(
        files.map(file => file.manifest),
        input.name,
      );
      if (!parsed.declaration) {
        throw new InputError(
          parsed.problems
            .map(({ field, message }) => `${field}: ${message}`)
            .join('\n'),
        );
      }
      const { requests, mismatches } = checkAccess(parsed.declaration, objects);
      if (mismatches.length > 0) {
        const shown = mismatches
          .slice(0, SHOWN)
          .map(
            ({ method, path, caller, declared, decided, reason }) =>
              `${method} ${path} by ${caller}: declared ${declared}, but the manifests say ${decided} (${reason})`,
          );
        const more = mismatches.length - shown.length;
        throw new InputError(
          [
            'The manifests do not do what they declare:',
            ...shown,
            ...(more > 0 ? [`and ${more} more`] : []),
          ].join('\n'),
        );
      }
      const access = declaredAccessTable(parsed.declaration).map(row => ({
        methods: row.methods.join(', ') || 'every method',
        path: row.path,
        who: row.who,
      }));
      access.forEach(row =>
        logger.info(`${row.methods} ${row.path}: ${row.who}`),
      );
      logger.info(`${requests} requests come out as declared`);
      logger.warn(`could not verify: ${NOT_VERIFIED}`);
      ctx.output('requests', requests);
      ctx.output('access', access);
      ctx.output('notVerified', [NOT_VERIFIED]);
    },
  });
}
