import { jwtRulesFor } from '../authn/jwtRules';
import type { FindingCheck } from './types';
import { proxyOf, rulesOf, ruleName } from './policyRules';

/** @internal */
export const tokenIsNotVerified: FindingCheck = {
  code: 'MA0018',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, rule, sources, index } = scoped;
      const asks =
        sources.some(({ requestPrincipals }) => requestPrincipals?.length) ||
        rule.when?.some(
          ({ key, values }) =>
            key.startsWith('request.auth.') && values?.length,
        );
      const workload = policy.workloads.find(
        item => jwtRulesFor(scope.mesh, proxyOf(item)).length === 0,
      );
      if (!asks || !workload || policy.action !== 'ALLOW') return [];
      return [
        {
          code: 'MA0018',
          severity: 'medium' as const,
          title: `${workload.name} asks for a token that it does not verify, so nobody gets in`,
          object: policy.ref,
          rule: index,
          evidence: `${ruleName(
            scoped,
          )} asks for a token or a claim, and no RequestAuthentication is for ${
            workload.name
          }`,
          fix: `Add a RequestAuthentication for the workload; one at the gateway does not count here.`,
        },
      ];
    }),
};
