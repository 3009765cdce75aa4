import { formatRef } from '../manifests/objectRef';
import type { AuthorizationPolicySpec } from '../manifests/specs';
import { KIND } from '../mesh/kinds';
import type { Mesh } from '../mesh/Mesh';
import { serviceForHost } from '../mesh/services';
import type { Finding, FindingCheck } from './types';

/** Namespaces of external authorisers, which by design answer some paths on every host that they guard. */
function authoriserNamespaces(mesh: Mesh): Set<string> {
  return new Set(
    mesh.meshConfig.extensionProviders.flatMap(({ service, name }) => {
      const used = mesh
        .list<AuthorizationPolicySpec>(KIND.authorizationPolicy)
        .some(
          ({ spec }) =>
            spec?.action === 'CUSTOM' && spec.provider?.name === name,
        );
      const host = service.slice(service.indexOf('/') + 1);
      return used
        ? [serviceForHost(mesh, host, [])?.namespace ?? host.split('.')[1]]
        : [];
    }),
  );
}

/** @internal */
export const hostOfTwoOwners: FindingCheck = {
  code: 'MA0016',
  check: ({ mesh, exposures }) => {
    const findings = new Map<string, Finding>();
    const authorisers = authoriserNamespaces(mesh);
    const isAuthoriser = (namespace = '') => authorisers.has(namespace);
    for (const { exposure } of exposures) {
      const others = exposure.otherClaimants.filter(
        ({ namespace }) =>
          namespace !== exposure.route.namespace && !isAuthoriser(namespace),
      );
      if (others.length === 0 || isAuthoriser(exposure.route.namespace))
        continue;
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
