import { rulesOfRealm } from './tokenRules';
import { RealmFindingCheck } from './types';

/** @internal */
export const issuerDiffers: RealmFindingCheck = {
  code: 'MA0103',
  check: scope => {
    const { realm, frontendUrl } = scope.graph.realm;
    if (frontendUrl === undefined) return [];
    const issuer = `${frontendUrl.replace(/\/$/, '')}/realms/${realm}`;
    return rulesOfRealm(scope)
      .filter(rule => rule.issuer !== issuer)
      .map(({ policy, index, issuer: wanted }) => ({
        code: 'MA0103',
        severity: 'high' as const,
        title: `Tokens of realm ${realm} have another issuer than the rule takes`,
        object: policy,
        rule: index,
        evidence: `The rule takes ${wanted}, and the frontend URL of the realm makes it ${issuer}; the two are compared letter by letter`,
        fix: `jwtRules:
  - issuer: ${issuer}`,
      }));
  },
};
