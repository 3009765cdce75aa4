import { formatRef } from '../manifests/objectRef';
import type { Finding, FindingCheck } from './types';

/** @internal */
export const hostOfTwoOwners: FindingCheck = {
  code: 'MA0016',
  check: ({ exposures }) => {
    const findings = new Map<string, Finding>();
    for (const { exposure } of exposures) {
      const others = exposure.otherClaimants.filter(
        ({ namespace }) => namespace !== exposure.route.namespace,
      );
      if (others.length === 0) continue;
      findings.set(`${exposure.host}|${formatRef(exposure.route)}`, {
        code: 'MA0016',
        severity: 'medium',
        title: `${exposure.host} is claimed from several namespaces`,
        object: exposure.route,
        evidence: `${formatRef(exposure.route)} and ${others
          .map(formatRef)
          .join(', ')} serve the same host at ${formatRef(
          exposure.gateway,
        )}; of two routes for one path the older object wins`,
        fix: `Give each namespace hosts of its own at the gateway, for example hosts: ['NAMESPACE/*.example.com'], or agree on one owner.`,
      });
    }
    return [...findings.values()];
  },
};
