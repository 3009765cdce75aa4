import type { PolicyTargetReference, Targetable } from '../specs';
import type { Issues } from './Issues';

const ALLOWED = new Set([
  'core/Service',
  'networking.istio.io/ServiceEntry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/GatewayClass',
]);

function validateReference(
  reference: PolicyTargetReference,
  path: string,
  issues: Issues,
) {
  if (!reference.name)
    issues.error(`${path}.name`, 'targetRef name must be set');
  if (reference.namespace) {
    issues.error(
      `${path}.namespace`,
      'targetRef namespace must not be set; a policy cannot refer to another namespace',
    );
  }
  if (!ALLOWED.has(`${reference.group || 'core'}/${reference.kind}`)) {
    issues.error(
      path,
      `targetRef must be to one of Service, ServiceEntry, Gateway or GatewayClass, found ${
        reference.group ?? ''
      }/${reference.kind}`,
    );
  }
}

/**
 * At most one way to say which proxies a policy is for, and a sound one.
 *
 * Istio: pkg/config/validation, validateOneOfSelectorType, validateWorkloadSelector and validatePolicyTargetReference.
 *
 * @internal
 */
export function validateTarget(spec: Targetable, issues: Issues) {
  const ways = [
    spec.selector !== undefined,
    spec.targetRef !== undefined,
    Boolean(spec.targetRefs?.length),
  ].filter(Boolean).length;
  if (ways > 1) {
    issues.error(
      'spec',
      'only one of selector, targetRef and targetRefs can be set',
    );
  }
  for (const [key, value] of Object.entries(spec.selector?.matchLabels ?? {})) {
    if (key === '') {
      issues.error(
        'spec.selector.matchLabels',
        'empty key is not supported in a selector',
      );
    }
    if (key.includes('*') || value.includes('*')) {
      issues.error(
        `spec.selector.matchLabels.${key}`,
        'wildcard is not supported in a selector',
      );
    }
  }
  if (spec.selector && !Object.keys(spec.selector.matchLabels ?? {}).length) {
    issues.warning(
      'spec.selector',
      'a selector without labels selects every workload',
    );
  }
  if (spec.targetRef)
    validateReference(spec.targetRef, 'spec.targetRef', issues);
  spec.targetRefs?.forEach((reference, index) =>
    validateReference(reference, `spec.targetRefs[${index}]`, issues),
  );
}
