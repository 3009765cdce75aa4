import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** Claims of Keycloak that hold objects, so that a dot after them is meant as a step inside. */
const DOTTED =
  /^request\.auth\.claims\[((?:realm_access|resource_access|address)\.[^\]]+)\]$/;

/** `realm_access.roles` as `[realm_access][roles]`; the client of resource_access may hold dots itself. */
function bracketed(claim: string): string {
  const [first, ...rest] = claim.split('.');
  const parts =
    first === 'resource_access' && rest.length > 1
      ? [first, rest.slice(0, -1).join('.'), rest[rest.length - 1]]
      : [first, ...rest];
  return parts.map(part => `[${part}]`).join('');
}

/** @internal */
export const dottedClaimPath: FindingCheck = {
  code: 'MA0003',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, rule, index } = scoped;
      return (rule.when ?? []).flatMap(({ key, notValues }) => {
        const claim = DOTTED.exec(key)?.[1];
        if (!claim) return [];
        const effect =
          policy.action === 'ALLOW' && !notValues?.length
            ? 'so the rule lets nobody in'
            : 'so the rule does not do what it says';
        return [
          {
            code: 'MA0003',
            severity: 'high' as const,
            title: `The claim path ${claim} can never match`,
            object: policy.ref,
            rule: index,
            evidence: `${ruleName(
              scoped,
            )} reads one claim whose name is "${claim}", and Keycloak's tokens have none of that name, ${effect}`,
            fix: `Name each step in brackets of its own:
when:
  - key: request.auth.claims${bracketed(claim)}`,
          },
        ];
      });
    }),
};
