import {
  JwtRule,
  jwtRulesFor,
  Mesh,
  MeshProxy,
  ObjectRef as ModelObjectRef,
  peerAuthenticationFor,
  policiesFor,
} from '@mesh-auth/access-model';
import type {
  DecisionPoint,
  Policy,
  PolicyScope,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';
import { toJwtPolicy, toMtlsPolicy, toPolicy } from './toApi';

/**
 * All policies that are for a proxy, each object once: AuthorizationPolicies in Istio's order, then the
 * RequestAuthentications, then for workloads the PeerAuthentication that decides.
 *
 * @internal
 */
export function readPolicies(options: {
  cluster: ClusterSnapshot;
  proxy: MeshProxy;
  at: DecisionPoint;
}): Policy[] {
  const { cluster, proxy, at } = options;
  const { mesh } = cluster;
  const byRequestAuthentication = new Map<string, JwtRule[]>();
  for (const rule of jwtRulesFor(mesh, proxy)) {
    const key = `${rule.policy.namespace}/${rule.policy.name}`;
    byRequestAuthentication.set(key, [
      ...(byRequestAuthentication.get(key) ?? []),
      rule,
    ]);
  }
  const mtls =
    at === 'workload' ? peerAuthenticationFor(mesh, proxy) : undefined;
  return [
    ...policiesFor(mesh, proxy).map(policy =>
      toPolicy({ cluster, policy, at }),
    ),
    ...[...byRequestAuthentication.values()].map(rules => {
      const [{ policy: ref }] = rules;
      return toJwtPolicy({
        cluster,
        ref,
        rules,
        at,
        scope: scopeOf(mesh, ref),
      });
    }),
    ...(mtls?.decidedBy
      ? [
          toMtlsPolicy({
            cluster,
            ref: mtls.decidedBy,
            mode: mtls.mode,
            scope: scopeOf(mesh, mtls.decidedBy),
          }),
        ]
      : []),
  ];
}

/** How a RequestAuthentication or PeerAuthentication came to the proxy. */
function scopeOf(mesh: Mesh, ref: ModelObjectRef): PolicyScope {
  const spec = mesh.resolve(ref)?.spec;
  if (spec?.targetRef || spec?.targetRefs?.length) {
    return 'targetRef';
  }
  if (Object.keys(spec?.selector?.matchLabels ?? {}).length > 0) {
    return 'selector';
  }
  return ref.namespace === mesh.meshConfig.rootNamespace ? 'mesh' : 'namespace';
}
