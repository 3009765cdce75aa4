import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** Claims of OpenID Connect and Keycloak that are no strings and no lists of strings. */
const TYPES: Record<string, string> = {
  email_verified: 'true or false',
  phone_number_verified: 'true or false',
  exp: 'a number',
  iat: 'a number',
  nbf: 'a number',
  auth_time: 'a number',
  updated_at: 'a number',
  realm_access: 'an object',
  resource_access: 'an object',
  address: 'an object',
};

/** @internal */
export const claimThatIsNoString: FindingCheck = {
  code: 'MA0008',
  check: scope =>
    rulesOf(scope).flatMap(scoped =>
      (scoped.rule.when ?? []).flatMap(({ key }) => {
        const claim = /^request\.auth\.claims\[([^\]]+)\]$/.exec(key)?.[1];
        const type = claim === undefined ? undefined : TYPES[claim];
        if (!type) return [];
        return [
          {
            code: 'MA0008',
            severity: 'high' as const,
            title: `The claim ${claim} is ${type} and never matches`,
            object: scoped.policy.ref,
            rule: scoped.index,
            evidence: `${ruleName(
              scoped,
            )} compares ${key}; proxies compare strings and lists of strings only`,
            fix:
              type === 'an object'
                ? `Name the part that is meant: request.auth.claims[${claim}][roles].`
                : `Ask for something that the token says as a string, for example a role, or let Keycloak map the claim as a string.`,
          },
        ];
      }),
    ),
};
