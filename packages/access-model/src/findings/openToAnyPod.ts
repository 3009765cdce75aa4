import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** Paths by which frameworks show their inside. */
const INSIDE =
  /^\/(actuator|admin|debug|env|heapdump|internal|manage|management|metrics|q)(\/|\*|$)/;

/** @internal */
export const openToAnyPod: FindingCheck = {
  code: 'MA0012',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, rule, index, operations } = scoped;
      if (policy.action !== 'ALLOW' || policy.workloads.length === 0) return [];
      // What `from: []` means is another finding's business.
      if (rule.from || rule.when?.length) return [];
      const paths = operations.flatMap(({ paths: own = [] }) => own);
      const everything =
        operations.length === 0 ||
        operations.some(({ paths: own }) => !own?.length);
      const inside = paths.some(path => INSIDE.test(path));
      const place = everything ? 'Everything' : paths.join(', ');
      const [{ name }] = policy.workloads;
      return [
        {
          code: 'MA0012',
          severity:
            everything || inside ? ('high' as const) : ('medium' as const),
          title: `${place} at ${name} is reachable by any pod, no identity asked`,
          object: policy.ref,
          rule: index,
          evidence: `${ruleName(
            scoped,
          )} says what may be called and not who may`,
          fix: `Say who may, for example the monitoring:
- from:
    - source:
        principals: ['${scope.mesh.meshConfig.trustDomain}/ns/NAMESPACE/sa/ACCOUNT']`,
        },
      ];
    }),
};
