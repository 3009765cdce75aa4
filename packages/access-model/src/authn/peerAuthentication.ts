import { refOf } from '../manifests/objectRef';
import type { MtlsMode, PeerAuthenticationSpec } from '../manifests/specs';
import type { MeshObject, ObjectRef } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import { labelsKey, selects } from '../mesh/labels';
import type { Labels } from '../mesh/labels';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { byCreation } from '../mesh/ObjectStore';

/** Whether a workload takes mutual TLS only, either, or plain text only, and who says so. @public */
export interface MtlsDecision {
  mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE';
  /** Absent where nothing says anything, which means PERMISSIVE. */
  decidedBy?: ObjectRef;
}

function isSet(
  mode: MtlsMode | undefined,
): mode is 'STRICT' | 'PERMISSIVE' | 'DISABLE' {
  return mode !== undefined && mode !== 'UNSET';
}

function withoutSelector(object: MeshObject<PeerAuthenticationSpec>): boolean {
  return Object.keys(object.spec?.selector?.matchLabels ?? {}).length === 0;
}

const DECISIONS: Derivation<Map<string, MtlsDecision>> = {
  kinds: new Set([KIND.peerAuthentication]),
  build: () => new Map(),
  patch(previous, { before, after }, mesh) {
    const namespace = (after ?? before)?.metadata.namespace;
    if (namespace === mesh.meshConfig.rootNamespace) return undefined;
    return new Map(
      [...previous].filter(([key]) => !key.startsWith(`${namespace}|`)),
    );
  },
};

function build(
  mesh: Mesh,
  workload: { namespace: string; labels: Labels },
  port: number | undefined,
): MtlsDecision {
  const { rootNamespace } = mesh.meshConfig;
  const list = (namespace: string) =>
    [
      ...mesh.list<PeerAuthenticationSpec>(KIND.peerAuthentication, namespace),
    ].sort(byCreation);
  const own = list(workload.namespace);
  let decision: MtlsDecision = { mode: 'PERMISSIVE' };
  const take = (
    object: MeshObject<PeerAuthenticationSpec> | undefined,
    mode: MtlsMode | undefined,
  ) => {
    if (object && isSet(mode)) decision = { mode, decidedBy: refOf(object) };
  };
  const meshWide = list(rootNamespace).find(withoutSelector);
  take(meshWide, meshWide?.spec?.mtls?.mode);
  if (workload.namespace === rootNamespace) return decision;
  const namespaced = own.find(withoutSelector);
  take(namespaced, namespaced?.spec?.mtls?.mode);
  const selected = own.find(
    object =>
      !withoutSelector(object) &&
      selects(object.spec?.selector?.matchLabels, workload.labels),
  );
  take(selected, selected?.spec?.mtls?.mode);
  if (port !== undefined)
    take(selected, selected?.spec?.portLevelMtls?.[port]?.mode);
  return decision;
}

/**
 * The mutual TLS mode of a workload's container port. The narrowest scope that sets a mode decides, the oldest object within a scope; a
 * selector in the root namespace has no effect. It says nothing about gateways, whose servers have TLS settings of their own.
 *
 * Istio: pilot/pkg/security/authn/policy_applier.go, ComposePeerAuthentication.
 *
 * @public
 */
export function peerAuthenticationFor(
  mesh: Mesh,
  workload: { namespace: string; labels: Labels },
  port?: number,
): MtlsDecision {
  const cache = mesh.derive(DECISIONS);
  const key = `${workload.namespace}|${port ?? ''}|${labelsKey(
    workload.labels,
  )}`;
  let decision = cache.get(key);
  if (!decision) {
    decision = build(mesh, workload, port);
    cache.set(key, decision);
  }
  return decision;
}
