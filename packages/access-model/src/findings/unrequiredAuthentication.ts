import { jwtRulesFor } from '../authn/jwtRules';
import { policiesFor } from '../authz/PolicySet';
import type { AuthorizationRule } from '../manifests/specs';
import { formatRef } from '../manifests/objectRef';
import { proxyOf } from './policyRules';
import type { FindingCheck } from './types';

/** Whether a rule says anything about the token. */
function asksForToken({ from = [], when = [] }: AuthorizationRule): boolean {
  return (
    from.some(
      ({ source }) =>
        source?.requestPrincipals?.length ||
        source?.notRequestPrincipals?.length,
    ) || when.some(({ key }) => key.startsWith('request.auth.'))
  );
}

/** @internal */
export const unrequiredAuthentication: FindingCheck = {
  code: 'MA0002',
  check: ({ mesh, workloads }) =>
    workloads.flatMap(workload => {
      const proxy = proxyOf(workload);
      const [jwt] = jwtRulesFor(mesh, proxy);
      // Behind a gateway each workload asks for itself; some serve everyone.
      if (!jwt || workload.dataplane === 'gateway') return [];
      const policies = policiesFor(mesh, proxy).filter(({ dryRun }) => !dryRun);
      const rules = policies.flatMap(({ object }) => object.spec?.rules ?? []);
      const allow = policies.filter(({ action }) => action === 'ALLOW');
      // An ALLOW policy without any rule shuts the workload for everyone, with or without a token.
      const shut =
        allow.length > 0 &&
        allow.every(({ object }) => !object.spec?.rules?.length);
      if (shut || rules.some(rule => asksForToken(rule ?? {}))) return [];
      return [
        {
          code: 'MA0002',
          severity: 'high',
          title: `Tokens are verified at ${workload.name} but nothing requires one`,
          object: jwt.policy,
          evidence: `${formatRef(
            jwt.policy,
          )} lets requests without a token pass, and none of the ${
            policies.length
          } AuthorizationPolicies at the workload speaks of a token`,
          fix: `Require the token that the RequestAuthentication verifies:
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: ${workload.name}-token
  namespace: ${workload.namespace}
spec:
  selector:
    matchLabels: ${JSON.stringify(workload.labels)}
  action: ALLOW
  rules:
    - from:
        - source:
            requestPrincipals: ['${jwt.issuer || 'https://ISSUER'}/*']`,
        },
      ];
    }),
};
