import type { PolicyTargetReference, Targetable } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';
import { selects } from './labels';
import type { Mesh } from './Mesh';
import { GATEWAY_NAME_LABEL } from './Proxy';
import type { MeshProxy } from './Proxy';

/** How a policy came to a proxy. @public */
export type PolicyScope = 'mesh' | 'namespace' | 'selector' | 'targetRef';

/** The targets of a policy; the singular field counts only where the plural one is empty. @internal */
export function targetsOf(
  spec: Targetable | undefined,
): PolicyTargetReference[] {
  if (spec?.targetRefs?.length) return spec.targetRefs;
  return spec?.targetRef ? [spec.targetRef] : [];
}

function targets(
  mesh: Mesh,
  policy: MeshObject<Targetable>,
  proxy: MeshProxy,
): boolean {
  const namespace = policy.metadata.namespace;
  return targetsOf(policy.spec).some(target => {
    const kind = `${target.group || ''}/${target.kind}`;
    if (proxy.kind === 'waypoint') {
      const attached = proxy.services?.some(
        service =>
          (kind === '/Service' || kind === 'core/Service'
            ? service.kind === 'Service'
            : kind === 'networking.istio.io/ServiceEntry' &&
              service.kind === 'ServiceEntry') &&
          service.name === target.name &&
          service.namespace === namespace,
      );
      if (attached) return true;
      if (
        kind === 'gateway.networking.k8s.io/GatewayClass' &&
        target.name === 'istio-waypoint' &&
        namespace === mesh.meshConfig.rootNamespace
      ) {
        return true;
      }
    }
    return (
      kind === 'gateway.networking.k8s.io/Gateway' &&
      namespace === proxy.namespace &&
      (!target.namespace || target.namespace === proxy.namespace) &&
      target.name === proxy.labels[GATEWAY_NAME_LABEL]
    );
  });
}

/**
 * Whether a policy is for a proxy.
 *
 * Istio: pilot/pkg/model/policyattachment.go, WorkloadPolicyMatcher.ShouldAttachPolicy, with ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY at its
 * default, true.
 *
 * @internal
 */
export function attaches(
  mesh: Mesh,
  policy: MeshObject<Targetable>,
  proxy: MeshProxy,
): boolean {
  const hasTargets = targetsOf(policy.spec).length > 0;
  const isGatewayApi = proxy.labels[GATEWAY_NAME_LABEL] !== undefined;
  if (!isGatewayApi) {
    return (
      !hasTargets && selects(policy.spec?.selector?.matchLabels, proxy.labels)
    );
  }
  if (hasTargets) return targets(mesh, policy, proxy);
  return (
    proxy.kind !== 'waypoint' &&
    selects(policy.spec?.selector?.matchLabels, proxy.labels)
  );
}

/** Namespaces whose policies can reach a proxy: the root namespace, its own, and a waypoint's services'. @internal */
export function lookupNamespaces(mesh: Mesh, proxy: MeshProxy): string[] {
  return [
    ...new Set([
      mesh.meshConfig.rootNamespace,
      proxy.namespace,
      ...(proxy.services?.map(({ namespace }) => namespace) ?? []),
    ]),
  ];
}

/** Policies of one kind for a proxy; a union, there is no precedence by scope. @internal */
export function attachedPolicies<Spec extends Targetable>(
  mesh: Mesh,
  kind: string,
  proxy: MeshProxy,
): MeshObject<Spec>[] {
  return lookupNamespaces(mesh, proxy).flatMap(namespace =>
    mesh
      .list<Spec>(kind, namespace)
      .filter(policy => attaches(mesh, policy, proxy)),
  );
}

/** How a policy came to a proxy, in one word. @internal */
export function scopeOf(
  mesh: Mesh,
  policy: MeshObject<Targetable>,
): PolicyScope {
  if (targetsOf(policy.spec).length > 0) return 'targetRef';
  if (Object.keys(policy.spec?.selector?.matchLabels ?? {}).length > 0)
    return 'selector';
  return policy.metadata.namespace === mesh.meshConfig.rootNamespace
    ? 'mesh'
    : 'namespace';
}
