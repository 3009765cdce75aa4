import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionDependencies, ENTITY_REF, runForEntity } from './runForEntity';

/** @internal */
export function createExplainRequestAction(
  registry: ActionsRegistryService,
  dependencies: ActionDependencies,
): void {
  registry.register({
    name: 'explain-request',
    title: 'Explain a request to a service',
    description: `Decides one request to a service as the mesh would, and says which policy decided, and for a denial which rules came nearest and what they missed.

When to use: to answer "why do I get 403", "would this call pass", "what does the gateway do with this path". It sends nothing: the answer is computed from the policies.
The verdict is allow, deny or unknown; unknown names the inputs that are not visible.`,
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string().describe(ENTITY_REF),
          url: z
            .string()
            .max(2048)
            .regex(/^https?:\/\/[^/?#]+(\/[^#]*)?$/)
            .describe(
              'Address of the request, for example https://shop.example.com/payments/1',
            ),
          method: z
            .string()
            .regex(/^[A-Z-]+$/)
            .max(32)
            .default('GET')
            .describe('HTTP method in capitals'),
          caller: z
            .enum(['anonymous', 'loggedIn', 'token', 'workload'])
            .describe(
              'anonymous: nothing but the request; loggedIn: a browser session at the login wall; token: a bearer token; workload: a pod that calls past the gateway',
            ),
          realmRoles: z
            .array(z.string())
            .max(100)
            .optional()
            .describe('Realm roles in the token of the caller'),
          clientRoles: z
            .array(z.object({ client: z.string(), name: z.string() }))
            .max(100)
            .optional()
            .describe('Client roles in the token of the caller'),
          principal: z
            .string()
            .max(512)
            .optional()
            .describe(
              'Identity of a calling workload, for example cluster.local/ns/shop/sa/frontend',
            ),
        }),
      output: z =>
        z.object({
          verdict: z.enum(['allow', 'deny', 'unknown']),
          status: z.number().optional(),
          decidedBy: z.string().optional(),
          unknown: z.array(z.string()),
          steps: z
            .array(z.string())
            .describe('What happened at each station, in order'),
          missing: z
            .array(z.string())
            .describe('For a denial: what the nearest rules missed'),
        }),
    },
    examples: [
      {
        title: 'Why a customer may not refund a payment',
        input: {
          entityRef: 'component:default/payments',
          url: 'https://shop.example.com/payments/1',
          method: 'DELETE',
          caller: 'loggedIn',
          realmRoles: ['customer'],
        },
      },
    ],
    action: async ({ input, credentials }) => {
      const { entityRef, url, method, caller, ...rest } = input;
      const explanation = await runForEntity(dependencies, {
        operation: 'explain',
        credentials,
        entityRef,
        needs: { access: true },
        run: authorized =>
          dependencies.service.explain(authorized, {
            url,
            method,
            caller: { kind: caller, ...rest },
          }),
      });
      return {
        output: {
          verdict: explanation.verdict,
          ...(explanation.status !== undefined && {
            status: explanation.status,
          }),
          ...(explanation.decidedBy !== undefined && {
            decidedBy: explanation.decidedBy,
          }),
          unknown: explanation.unknown,
          steps: explanation.hops.flatMap(({ at, steps }) =>
            steps
              .filter(({ verdict }) => verdict !== 'skip')
              .map(
                ({ stage, verdict, message }) =>
                  `${at} ${stage}: ${verdict}, ${message}`,
              ),
          ),
          missing: explanation.hops.flatMap(({ nearest }) =>
            nearest.map(
              ({ policy, rule, conditions }) =>
                `${policy}#${rule}: ${conditions
                  .map(
                    ({ wanted, found, negated }) =>
                      `${negated ? 'not ' : ''}${wanted}, found ${found}`,
                  )
                  .join('; ')}`,
            ),
          ),
        },
      };
    },
  });
}
