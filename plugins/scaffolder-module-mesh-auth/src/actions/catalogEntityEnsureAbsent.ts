import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { ConflictError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { examples } from './catalogEntityEnsureAbsent.examples';

/**
 * Stops a template whose entity exists already, before anything is written or published under its name.
 *
 * @internal
 */
export function createCatalogEntityEnsureAbsentAction(options: {
  catalog: CatalogService;
}) {
  const { catalog } = options;
  return createTemplateAction({
    id: 'mesh-auth:catalog-entity:ensure-absent',
    description:
      'Fails when the catalog has the entity that the template is about to create',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        entityRef: z =>
          z
            .string()
            .min(1)
            .describe(
              'Reference of the entity, for example component:default/returns',
            ),
      },
      output: {
        entityRef: z => z.string().describe('The reference in full'),
      },
    },
    async handler(ctx) {
      const ref = parseEntityRef(ctx.input.entityRef, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      });
      const entityRef = stringifyEntityRef(ref);
      // Kept over a retry of the task: once the service is published, the catalog has its entity.
      await ctx.checkpoint({
        key: `mesh-auth.entity-is-absent.${entityRef}`,
        fn: async () => {
          const entity = await catalog.getEntityByRef(ref, {
            credentials: await ctx.getInitiatorCredentials(),
          });
          if (entity) {
            throw new ConflictError(
              `entityRef: ${entityRef} exists already; choose another name`,
            );
          }
          return true;
        },
      });
      ctx.output('entityRef', entityRef);
    },
  });
}
