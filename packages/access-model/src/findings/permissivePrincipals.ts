import { peerAuthenticationFor } from '../authn/peerAuthentication';
import { formatRef } from '../manifests/objectRef';
import type { Source } from '../manifests/specs';
import type { FindingCheck } from './types';
import { rulesOf, ruleName } from './policyRules';

const POSITIVE = ['principals', 'namespaces', 'serviceAccounts'] as const;
const NEGATIVE = [
  'notPrincipals',
  'notNamespaces',
  'notServiceAccounts',
] as const;

function uses(
  sources: readonly Source[],
  fields: readonly (keyof Source)[],
): boolean {
  return sources.some(source => fields.some(field => source[field]?.length));
}

/** @internal */
export const permissivePrincipals: FindingCheck = {
  code: 'MA0007',
  check: scope =>
    rulesOf(scope).flatMap(scoped => {
      const { policy, sources, index } = scoped;
      const negative = uses(sources, NEGATIVE);
      if (!negative && !uses(sources, POSITIVE)) return [];
      const lax = policy.workloads.flatMap(workload => {
        const { mode, decidedBy } = peerAuthenticationFor(scope.mesh, workload);
        return mode === 'STRICT' || workload.dataplane === 'ambient'
          ? []
          : [{ workload, mode, decidedBy }];
      });
      if (lax.length === 0) return [];
      const [{ workload, mode, decidedBy }] = lax;
      // Without mutual TLS there is no identity: a rule that lets identities in stays shut, the others stand open.
      const open = negative || policy.action === 'DENY';
      return [
        {
          code: 'MA0007',
          severity: open ? ('high' as const) : ('medium' as const),
          title: open
            ? `Callers in plain text step around a rule about workload identities at ${workload.name}`
            : `Rules about workload identities at ${workload.name}, which also takes plain text`,
          object: policy.ref,
          rule: index,
          evidence: `${ruleName(
            scoped,
          )} asks for identities that only mutual TLS proves, and the mode of ${
            workload.name
          } is ${mode} (${
            decidedBy
              ? formatRef(decidedBy)
              : 'no PeerAuthentication says otherwise'
          })`,
          fix: `Take mutual TLS only:
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: ${workload.namespace}
spec:
  mtls:
    mode: STRICT`,
        },
      ];
    }),
};
