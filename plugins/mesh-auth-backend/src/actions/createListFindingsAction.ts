import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionDependencies, ENTITY_REF, runForEntity } from './runForEntity';

/** @internal */
export function createListFindingsAction(
  registry: ActionsRegistryService,
  dependencies: ActionDependencies,
): void {
  registry.register({
    name: 'list-findings',
    title: 'List the findings of a service',
    description: `Lists what someone should act on in the access of a service: what is open that should not be, rules that can never match, policies without effect. Each finding has evidence and the change that fixes it.

When to use: before a review of a service's policies, or to propose a change to its repository. Needs the permission mesh-auth.access.read on the entity.`,
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z => z.object({ entityRef: z.string().describe(ENTITY_REF) }),
      output: z =>
        z.object({
          findings: z.array(
            z.object({
              code: z.string(),
              severity: z.enum(['high', 'medium', 'low', 'info']),
              title: z.string(),
              object: z.string().optional(),
              file: z.string().optional(),
              evidence: z.string(),
              fix: z.string(),
            }),
          ),
        }),
    },
    examples: [
      {
        title: 'The findings of the payments component',
        input: { entityRef: 'component:default/payments' },
      },
    ],
    action: async ({ input, credentials }) => {
      const { findings } = await runForEntity(dependencies, {
        operation: 'findings-read',
        credentials,
        ...input,
        needs: { access: true },
        run: authorized => dependencies.service.entityAccess(authorized),
      });
      return {
        output: {
          findings: findings.map(({ object, ...finding }) => ({
            ...finding,
            ...(object && {
              object: `${object.kind}/${object.namespace ?? ''}/${object.name}`,
            }),
            ...(object?.file !== undefined && {
              file: `${object.file}:${object.line ?? 1}`,
            }),
          })),
        },
      };
    },
  });
}
