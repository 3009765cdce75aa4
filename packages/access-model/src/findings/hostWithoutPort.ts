import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

/** Hosts of a list that have no entry with a port beside them. */
function bare(hosts: readonly string[] = []): string[] {
  return hosts.filter(
    host =>
      !host.includes(':') &&
      !host.endsWith('*') &&
      !hosts.includes(`${host}:*`),
  );
}

/** @internal */
export const hostWithoutPort: FindingCheck = {
  code: 'MA0006',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, operations, index } = scoped;
      return operations.flatMap(({ hosts, notHosts }) => {
        // A rule that takes something away fails open when the host is written with its port; one that lets in fails shut.
        const [field, open] =
          policy.action === 'ALLOW'
            ? (['notHosts', bare(notHosts)] as const)
            : (['hosts', bare(hosts)] as const);
        if (open.length === 0) return [];
        return [
          {
            code: 'MA0006',
            severity: 'high' as const,
            title: `A request that names the port steps around the host rule for ${open.join(
              ', ',
            )}`,
            object: policy.ref,
            rule: index,
            evidence: `${ruleName(
              scoped,
            )} compares the whole Host header: "Host: ${
              open[0]
            }:443" is another host for it, though routes serve it`,
            fix: `Write each host with and without its port:
- operation:
    ${field}: [${open.flatMap(host => [host, `'${host}:*'`]).join(', ')}]`,
          },
        ];
      });
    }),
};
