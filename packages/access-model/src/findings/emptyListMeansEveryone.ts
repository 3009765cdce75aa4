import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

const FIELDS = ['from', 'to', 'when'] as const;

/** @internal */
export const emptyListMeansEveryone: FindingCheck = {
  code: 'MA0014',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, rule, index } = scoped;
      const empty = FIELDS.filter(
        field => Array.isArray(rule[field]) && rule[field]?.length === 0,
      );
      if (empty.length === 0) return [];
      const whom = empty.includes('from') ? 'everyone' : 'everything';
      return [
        {
          code: 'MA0014',
          severity:
            policy.action === 'ALLOW' ? ('high' as const) : ('medium' as const),
          title: `An empty list means ${whom}`,
          object: policy.ref,
          rule: index,
          evidence: `${ruleName(scoped)} has ${empty
            .map(field => `${field}: []`)
            .join(', ')}, which asks for nothing`,
          fix: `Leave the field out where ${whom} is meant, else fill the list; a template that renders an empty list should leave the rule out.`,
        },
      ];
    }),
};
