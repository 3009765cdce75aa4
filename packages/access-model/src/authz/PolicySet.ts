import { refOf } from '../manifests/objectRef';
import type { AuthorizationPolicySpec } from '../manifests/specs';
import type { MeshObject, ObjectRef } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { attachedPolicies, scopeOf } from '../mesh/policyAttachment';
import type { PolicyScope } from '../mesh/policyAttachment';
import { proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';
import { compileRule } from './compileRule';
import type { CompiledRule } from './compileRule';

/** @public */
export type PolicyAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** One rule of one policy, ready to be evaluated. @internal */
export interface PolicyRule extends CompiledRule {
  policy: AttachedPolicy;
  /** Index in `spec.rules`. */
  index: number;
}

/** A policy that is in force at a proxy. @public */
export interface AttachedPolicy {
  object: MeshObject<AuthorizationPolicySpec>;
  ref: ObjectRef;
  action: PolicyAction;
  /** Evaluated and logged, but never enforced. */
  dryRun: boolean;
  provider?: string;
  scope: PolicyScope;
}

/** The rules of one action, in the order in which Envoy looks at them. @internal */
export interface ActionRules {
  /** Whether there is any policy of the action that is enforced, even one without rules. */
  enforced: boolean;
  policies: AttachedPolicy[];
  rules: PolicyRule[];
  /** Rules of dry runs. */
  shadow: PolicyRule[];
}

/** Everything that AuthorizationPolicies say at one proxy. @internal */
export interface PolicySet {
  custom: ActionRules;
  audit: ActionRules;
  deny: ActionRules;
  allow: ActionRules;
}

const DRY_RUN = /^(1|t|T|TRUE|true|True)$/;

function attached(
  mesh: Mesh,
  object: MeshObject<AuthorizationPolicySpec>,
): AttachedPolicy {
  const { spec, metadata } = object;
  return {
    object,
    ref: refOf(object),
    action: spec?.action ?? 'ALLOW',
    dryRun: DRY_RUN.test(metadata.annotations?.['istio.io/dry-run'] ?? ''),
    provider: spec?.provider?.name,
    scope: scopeOf(mesh, object),
  };
}

/** Envoy keeps rules in a sorted map under these names. Istio: authz/builder/builder.go, policyName. */
function ruleName(rule: PolicyRule): string {
  const { name, namespace } = rule.policy.object.metadata;
  return `ns[${namespace}]-policy[${name}]-rule[${rule.index}]`;
}

function compileAction(
  mesh: Mesh,
  policies: AttachedPolicy[],
  forTcp: boolean,
): ActionRules {
  const rules: PolicyRule[] = [];
  for (const policy of policies) {
    policy.object.spec?.rules?.forEach((rule, index) => {
      const compiled = compileRule({
        rule: rule ?? {},
        action: policy.action,
        policyNamespace: policy.object.metadata.namespace ?? '',
        forTcp,
        meshConfig: mesh.meshConfig,
      });
      if (compiled) rules.push({ ...compiled, policy, index });
    });
  }
  const sorted = rules
    .map(rule => ({ rule, name: ruleName(rule) }))
    .sort((a, b) => {
      if (a.name === b.name) return 0;
      return a.name < b.name ? -1 : 1;
    })
    .map(({ rule }) => rule);
  return {
    enforced: policies.some(({ dryRun }) => !dryRun),
    policies,
    rules: sorted.filter(({ policy }) => !policy.dryRun),
    shadow: sorted.filter(({ policy }) => policy.dryRun),
  };
}

/**
 * The policies of a proxy, in force and in dry run.
 *
 * @public
 */
export function policiesFor(mesh: Mesh, proxy: MeshProxy): AttachedPolicy[] {
  return attachedPolicies<AuthorizationPolicySpec>(
    mesh,
    KIND.authorizationPolicy,
    proxy,
  ).map(object => attached(mesh, object));
}

function build(mesh: Mesh, proxy: MeshProxy, forTcp: boolean): PolicySet {
  const policies = policiesFor(mesh, proxy);
  const of = (action: PolicyAction) =>
    compileAction(
      mesh,
      policies.filter(policy => policy.action === action),
      forTcp,
    );
  return {
    custom: of('CUSTOM'),
    audit: of('AUDIT'),
    deny: of('DENY'),
    allow: of('ALLOW'),
  };
}

interface Entry {
  proxy: MeshProxy;
  set: PolicySet;
}

const SETS: Derivation<Map<string, Entry>> = {
  kinds: new Set([KIND.authorizationPolicy]),
  build: () => new Map(),
  patch(previous, { before, after }, mesh) {
    // Only proxies of the policy's namespace are touched, or all where it lies in the root namespace.
    const namespace = (after ?? before)?.metadata.namespace;
    if (namespace === mesh.meshConfig.rootNamespace) return undefined;
    return new Map(
      [...previous].filter(
        ([, { proxy }]) =>
          proxy.namespace !== namespace &&
          !proxy.services?.some(service => service.namespace === namespace),
      ),
    );
  },
};

/** The compiled policies of a proxy, kept with the mesh. @internal */
export function policySet(
  mesh: Mesh,
  proxy: MeshProxy,
  forTcp = false,
): PolicySet {
  const sets = mesh.derive(SETS);
  const key = forTcp ? `tcp|${proxyKey(proxy)}` : proxyKey(proxy);
  let entry = sets.get(key);
  if (!entry) {
    entry = { proxy, set: build(mesh, proxy, forTcp) };
    sets.set(key, entry);
  }
  return entry.set;
}
