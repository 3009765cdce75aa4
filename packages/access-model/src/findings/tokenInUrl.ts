import { jwtRulesFor } from '../authn/jwtRules';
import { formatRef } from '../manifests/objectRef';
import type { Finding, FindingCheck } from './types';
import { proxyOf } from './policyRules';

/** @internal */
export const tokenInUrl: FindingCheck = {
  code: 'MA0011',
  check: ({ mesh, workloads }) => {
    const findings = new Map<string, Finding>();
    for (const workload of workloads) {
      for (const { policy, locations, index } of jwtRulesFor(
        mesh,
        proxyOf(workload),
      )) {
        const query = locations.find(location => location.in === 'query');
        if (!query) continue;
        findings.set(`${formatRef(policy)}#${index}`, {
          code: 'MA0011',
          severity: 'low',
          title: `Tokens are accepted in the address as ?${query.name}=`,
          object: policy,
          rule: index,
          evidence: `Rule ${index + 1} of ${formatRef(
            policy,
          )} reads the query parameter ${
            query.name
          }; addresses end up in logs, histories and Referer headers`,
          fix: `Name the headers that are read, which turns the parameter off:
jwtRules:
  - fromHeaders:
      - name: Authorization
        prefix: 'Bearer '`,
        });
      }
    }
    return [...findings.values()];
  },
};
