import type { PeerAuthenticationSpec } from '../specs';
import type { MeshObject } from '../types';
import type { Issues } from './Issues';
import { validateTarget } from './target';

/** Istio: pkg/config/validation/validation.go, ValidatePeerAuthentication. @internal */
export function validatePeerAuthentication(object: MeshObject, issues: Issues) {
  const spec = (object.spec ?? {}) as PeerAuthenticationSpec;
  validateTarget({ selector: spec.selector }, issues);
  const ports = Object.keys(spec.portLevelMtls ?? {});
  if (ports.length && !Object.keys(spec.selector?.matchLabels ?? {}).length) {
    issues.error(
      'spec.portLevelMtls',
      'a PeerAuthentication for the mesh or a namespace cannot have port level mTLS',
    );
  }
  for (const port of ports) {
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
      issues.error(
        `spec.portLevelMtls.${port}`,
        'port must be in range 1..65535',
      );
    }
  }
}
