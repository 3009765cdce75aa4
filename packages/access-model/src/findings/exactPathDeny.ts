import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** @internal */
export const exactPathDeny: FindingCheck = {
  code: 'MA0015',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, operations, index } = scoped;
      if (policy.action !== 'DENY') return [];
      return operations.flatMap(({ paths = [] }) => {
        const lonely = paths.filter(
          path =>
            path !== '/' &&
            !path.endsWith('/') &&
            !path.includes('*') &&
            !paths.some(
              other =>
                other === `${path}/*` ||
                other === `${path}*` ||
                other === `${path}/{**}`,
            ),
        );
        if (lonely.length === 0) return [];
        return [
          {
            code: 'MA0015',
            severity: 'medium' as const,
            title: `What lies next to ${lonely.join(', ')} is not denied`,
            object: policy.ref,
            rule: index,
            evidence: `${ruleName(scoped)} denies exactly ${lonely[0]}: ${
              lonely[0]
            }/ and ${
              lonely[0]
            }/more are other paths for it, and often the same for the service`,
            fix: `Deny what lies below as well:
- operation:
    paths: [${lonely.flatMap(path => [path, `'${path}/*'`]).join(', ')}]`,
          },
        ];
      });
    }),
};
