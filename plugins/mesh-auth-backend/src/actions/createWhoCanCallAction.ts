import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionDependencies, ENTITY_REF, runForEntity } from './runForEntity';

/** An agent that needs more names than this needs a report, not an answer. */
const MAX_HOLDERS = 100;

/** @internal */
export function createWhoCanCallAction(
  registry: ActionsRegistryService,
  dependencies: ActionDependencies,
): void {
  registry.register({
    name: 'who-can-call',
    title: 'Name who can send a request to a service',
    description: `Names the people and service accounts whose tokens are let in for one request to a service, with the chain of groups and roles that gives them the right, and the workloads that may call past the gateway.

When to use: for access reviews and for "who has access to this". It names people, so it needs the permission mesh-auth.holders.read on the entity. At most ${MAX_HOLDERS} holders are listed; the counts are complete.`,
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string().describe(ENTITY_REF),
          url: z
            .string()
            .max(2048)
            .regex(/^https?:\/\/[^/?#]+(\/[^#]*)?$/)
            .describe('Address of the request'),
          method: z
            .string()
            .regex(/^[A-Z-]+$/)
            .max(32)
            .default('GET')
            .describe('HTTP method in capitals'),
        }),
      output: z =>
        z.object({
          anonymous: z
            .enum(['allow', 'deny', 'unknown'])
            .describe('What becomes of a caller without token and session'),
          users: z.number(),
          serviceAccounts: z.number(),
          holders: z.array(
            z.object({
              type: z.string(),
              name: z.string(),
              paths: z.array(z.string()),
            }),
          ),
          workloads: z
            .array(z.string())
            .describe('Identities of workloads, "*" for every one'),
          unknown: z.array(z.string()),
        }),
    },
    examples: [
      {
        title: 'Who can pay',
        input: {
          entityRef: 'component:default/payments',
          url: 'https://shop.example.com/payments',
          method: 'POST',
        },
      },
    ],
    action: async ({ input, credentials }) => {
      const { entityRef, url, method } = input;
      const answer = await runForEntity(dependencies, {
        operation: 'holders-read',
        credentials,
        entityRef,
        needs: { access: true, holders: true },
        run: authorized =>
          dependencies.service.whoCan(authorized, { url, method }),
      });
      return {
        output: {
          anonymous: answer.anonymous,
          users: answer.counts.users,
          serviceAccounts: answer.counts.serviceAccounts,
          holders: answer.holders
            .slice(0, MAX_HOLDERS)
            .map(({ type, name, paths }) => ({
              type,
              name,
              paths: paths.map(path => path.join(' → ')),
            })),
          workloads: answer.principals,
          unknown: answer.unknown,
        },
      };
    },
  });
}
