import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import type { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { ActionDependencies, ENTITY_REF, runForEntity } from './runForEntity';

/** What of the answer helps someone who cannot look at objects: words, not positions. */
function curate(access: EntityAccess) {
  return {
    entityRef: access.entityRef,
    sources: access.sources.map(({ id, state, ageSeconds, message }) => ({
      id,
      state,
      ...(ageSeconds !== undefined && { ageSeconds }),
      ...(message !== undefined && { message }),
    })),
    notices: [
      ...access.notices.map(({ message }) => message),
      ...access.missingAnnotations.map(
        ({ example, reason }) => `Missing annotation ${example} (${reason})`,
      ),
    ],
    exposures: access.exposures.map(exposure => ({
      address: exposure.address,
      ...(exposure.redirect !== undefined && { redirect: exposure.redirect }),
      loginWall: exposure.loginWall.state,
      access: exposure.access.map(row => ({
        methods: row.methods.join(', ') || 'any',
        path: `${row.path.type} ${row.path.value}`,
        who: row.audience,
        roles: row.roles.map(({ kind, client, name }) =>
          kind === 'client' ? `${client}/${name}` : name,
        ),
        unknown: row.unknown,
      })),
    })),
    mtls: access.workloads.map(
      ({ ref, mtls }) => `${ref.kind} ${ref.name}: ${mtls.mode}`,
    ),
  };
}

/** @internal */
export function createGetAccessAction(
  registry: ActionsRegistryService,
  dependencies: ActionDependencies,
): void {
  registry.register({
    name: 'get-access',
    title: 'Get the access of a service',
    description: `Tells where a service of the catalog is reachable through the mesh and who may call it: addresses, login wall, and for each class of methods and paths the callers and roles that are let in.

When to use: to answer "is this service public", "which role do I need", "what is exposed". For one concrete request use explain-request; for names of people use who-can-call.
An "unknown" in the answer means that the inputs named there are not visible; it never means allowed. Sources that are not live make their part of the answer old or empty.`,
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z => z.object({ entityRef: z.string().describe(ENTITY_REF) }),
      output: z =>
        z.object({
          entityRef: z.string(),
          sources: z.array(
            z.object({
              id: z.string(),
              state: z.string(),
              ageSeconds: z.number().optional(),
              message: z.string().optional(),
            }),
          ),
          notices: z
            .array(z.string())
            .describe('What the reader has to know about this answer'),
          exposures: z.array(
            z.object({
              address: z.string(),
              redirect: z.string().optional(),
              loginWall: z
                .string()
                .describe('required, none, partial or unknown'),
              access: z.array(
                z.object({
                  methods: z.string(),
                  path: z.string(),
                  who: z.string(),
                  roles: z.array(z.string()),
                  unknown: z.array(z.string()),
                }),
              ),
            }),
          ),
          mtls: z.array(z.string()),
        }),
    },
    examples: [
      {
        title: 'The access of the payments component',
        input: { entityRef: 'component:default/payments' },
      },
    ],
    action: async ({ input, credentials }) => ({
      output: await runForEntity(dependencies, {
        operation: 'access-read',
        credentials,
        ...input,
        run: async authorized =>
          curate(await dependencies.service.entityAccess(authorized)),
      }),
    }),
  });
}
