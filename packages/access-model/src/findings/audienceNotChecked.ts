import { jwtRulesFor } from '../authn/jwtRules';
import { formatRef } from '../manifests/objectRef';
import { policiesFor } from '../authz/PolicySet';
import type { Finding, FindingCheck } from './types';
import { proxyOf } from './policyRules';

/** @internal */
export const audienceNotChecked: FindingCheck = {
  code: 'MA0010',
  check: ({ mesh, workloads }) => {
    const findings = new Map<string, Finding>();
    for (const workload of workloads) {
      const proxy = proxyOf(workload);
      const byPolicy = policiesFor(mesh, proxy).some(({ object }) =>
        object.spec?.rules?.some(rule =>
          rule?.when?.some(({ key }) => key === 'request.auth.audiences'),
        ),
      );
      // A gateway serves many audiences; the workloads behind it tell them apart.
      if (byPolicy || workload.dataplane === 'gateway') continue;
      for (const { policy, issuer, audiences, index } of jwtRulesFor(
        mesh,
        proxy,
      )) {
        if (audiences.length > 0) continue;
        findings.set(`${formatRef(policy)}#${index}`, {
          code: 'MA0010',
          severity: 'medium',
          title: `Tokens for any other service are accepted at ${workload.name}`,
          object: policy,
          rule: index,
          evidence: `The rule for ${
            issuer || 'any issuer'
          } names no audience, so a token that was issued for another client of the realm passes`,
          fix: `Name the audience of this service, and let Keycloak put it into tokens by an audience mapper:
jwtRules:
  - issuer: ${issuer || 'https://ISSUER'}
    audiences: [${workload.name}]`,
        });
      }
    }
    return [...findings.values()];
  },
};
