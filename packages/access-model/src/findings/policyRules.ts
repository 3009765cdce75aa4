import { policiesFor } from '../authz/PolicySet';
import type { AttachedPolicy } from '../authz/PolicySet';
import type { AuthorizationRule, Operation, Source } from '../manifests/specs';
import { formatRef } from '../manifests/objectRef';
import type { MeshProxy } from '../mesh/Proxy';
import type { Workload } from '../mesh/workloads';
import type { FindingScope } from './types';

/** A policy with the proxies of the scope at which it is in force. @internal */
export interface ScopedPolicy extends AttachedPolicy {
  gateways: MeshProxy[];
  workloads: Workload[];
}

/** One rule of a policy. @internal */
export interface ScopedRule {
  policy: ScopedPolicy;
  rule: AuthorizationRule;
  index: number;
  sources: Source[];
  operations: Operation[];
}

/** @internal */
export function proxyOf(workload: Workload): MeshProxy {
  return {
    kind: 'workload',
    namespace: workload.namespace,
    labels: workload.labels,
    serviceAccount: workload.serviceAccount,
  };
}

/** The enforced policies of a scope, each once. @internal */
export function policiesOf({
  mesh,
  workloads,
  exposures,
}: FindingScope): ScopedPolicy[] {
  const byRef = new Map<string, ScopedPolicy>();
  const add = (
    policy: AttachedPolicy,
    place: { gateway?: MeshProxy; workload?: Workload },
  ) => {
    if (policy.dryRun) return;
    const key = formatRef(policy.ref);
    let scoped = byRef.get(key);
    if (!scoped) {
      scoped = { ...policy, gateways: [], workloads: [] };
      byRef.set(key, scoped);
    }
    if (place.gateway) scoped.gateways.push(place.gateway);
    if (place.workload) scoped.workloads.push(place.workload);
  };
  for (const gateway of new Set(
    exposures.map(({ exposure }) => exposure.proxy),
  )) {
    policiesFor(mesh, gateway).forEach(policy => add(policy, { gateway }));
  }
  for (const workload of workloads) {
    policiesFor(mesh, proxyOf(workload)).forEach(policy =>
      add(policy, { workload }),
    );
  }
  return [...byRef.values()];
}

/** @internal */
export function rulesOf(scope: FindingScope): ScopedRule[] {
  return policiesOf(scope).flatMap(policy =>
    (policy.object.spec?.rules ?? []).map((rule, index) => ({
      policy,
      rule: rule ?? {},
      index,
      sources: (rule?.from ?? []).map(({ source }) => source ?? {}),
      operations: (rule?.to ?? []).map(({ operation }) => operation ?? {}),
    })),
  );
}

/** `AuthorizationPolicy/shop/payments rule 2`, counted as a person counts. @internal */
export function ruleName({ policy, index }: ScopedRule): string {
  return `rule ${index + 1} of ${formatRef(policy.ref)}`;
}
