import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** @internal */
export const negativeMatch: FindingCheck = {
  code: 'MA0009',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, rule, sources, index } = scoped;
      if (policy.action !== 'ALLOW') return [];
      const when = rule.when ?? [];
      const asksClaim = when.some(
        ({ key, values }) => key.startsWith('request.auth.') && values?.length,
      );
      const asksToken =
        sources.length > 0 &&
        sources.every(source => source.requestPrincipals?.length);
      const asksPeer =
        sources.length > 0 &&
        sources.every(
          ({ principals, namespaces, serviceAccounts }) =>
            principals?.length || namespaces?.length || serviceAccounts?.length,
        );
      const negatives = [
        ...(asksToken || asksClaim
          ? []
          : [
              ...sources.flatMap(({ notRequestPrincipals = [] }) =>
                notRequestPrincipals.filter(value => value !== '*').length
                  ? ['notRequestPrincipals']
                  : [],
              ),
              ...when
                .filter(
                  ({ key, notValues }) =>
                    key.startsWith('request.auth.') && notValues?.length,
                )
                .map(({ key }) => `notValues of ${key}`),
            ]),
        ...(asksPeer
          ? []
          : sources.flatMap(
              ({ notPrincipals, notNamespaces, notServiceAccounts }) => [
                ...(notPrincipals?.length ? ['notPrincipals'] : []),
                ...(notNamespaces?.length ? ['notNamespaces'] : []),
                ...(notServiceAccounts?.length ? ['notServiceAccounts'] : []),
              ],
            )),
      ];
      if (negatives.length === 0) return [];
      return [
        {
          code: 'MA0009',
          severity: 'high' as const,
          title: 'A negative match lets in callers without any identity',
          object: policy.ref,
          rule: index,
          evidence: `${ruleName(scoped)} uses ${[...new Set(negatives)].join(
            ', ',
          )}, which holds for a caller that has no identity at all`,
          fix: `Ask for an identity in the same rule:
from:
  - source:
      requestPrincipals: ['*']`,
        },
      ];
    }),
};
