import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** @internal */
export const methodThatNeverMatches: FindingCheck = {
  code: 'MA0017',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, operations, index } = scoped;
      return operations.flatMap(({ methods = [], notMethods = [] }) => {
        const wrong = [...methods, ...notMethods].filter(
          method => method !== method.toUpperCase(),
        );
        if (wrong.length === 0) return [];
        return [
          {
            code: 'MA0017',
            severity:
              policy.action === 'DENY'
                ? ('high' as const)
                : ('medium' as const),
            title: `The method ${wrong.join(', ')} never matches`,
            object: policy.ref,
            rule: index,
            evidence: `${ruleName(
              scoped,
            )} compares methods letter by letter, and clients send capitals`,
            fix: `Write ${wrong
              .map(method => method.toUpperCase())
              .join(', ')}.`,
          },
        ];
      });
    }),
};
