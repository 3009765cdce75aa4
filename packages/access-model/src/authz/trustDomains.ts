import type { MeshConfig } from '../mesh/MeshConfig';

/** Whether one trust domain stands for another, with a leading `*` on the policy's side. */
function suffixMatches(domain: string, pattern: string): boolean {
  return pattern.startsWith('*') && domain.endsWith(pattern.slice(1));
}

/** Istio: pilot/pkg/security/trustdomain/util.go, stringMatch. */
function known(pattern: string, domains: string[]): boolean {
  return domains.some(
    domain =>
      pattern === domain ||
      pattern === '*' ||
      suffixMatches(domain, pattern) ||
      (pattern.endsWith('*') && domain.startsWith(pattern.slice(0, -1))),
  );
}

/**
 * A principal under all names of the mesh's trust domain. Principals of other domains, and values without the five parts of an identity,
 * stay as they are.
 *
 * Istio: pilot/pkg/security/trustdomain/bundle.go, ReplaceTrustDomainAliases.
 *
 * @internal
 */
export function withAliases(
  principals: string[],
  config: MeshConfig,
): string[] {
  const domains = [config.trustDomain, ...config.trustDomainAliases];
  return principals.flatMap(principal => {
    const parts = principal.split('/');
    if (parts.length !== 5 || parts[0] === '*') return [principal];
    if (!known(parts[0], domains) && parts[0] !== 'cluster.local')
      return [principal];
    return [
      ...new Set(
        domains.map(domain =>
          suffixMatches(domain, parts[0])
            ? principal
            : [domain, ...parts.slice(1)].join('/'),
        ),
      ),
    ];
  });
}
