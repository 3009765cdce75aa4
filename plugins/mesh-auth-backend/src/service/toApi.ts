import {
  describeLocation,
  JwtRule as ModelJwtRule,
  MtlsDecision,
  ObjectRef as ModelObjectRef,
  Workload as ModelWorkload,
} from '@mesh-auth/access-model';
import type {
  DecisionPoint,
  JwtRule,
  Mtls,
  ObjectRef,
  Workload,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';

/**
 * This file alone turns the types of the model into those of the API.
 */

/** @internal */
export function toObjectRef(
  { mesh, sourceId }: ClusterSnapshot,
  ref: ModelObjectRef,
): ObjectRef {
  const position = mesh.resolve(ref)?.position;
  return {
    source: sourceId,
    kind: ref.kind,
    ...(ref.namespace && { namespace: ref.namespace }),
    name: ref.name,
    ...(position && { file: position.file, line: position.line }),
  };
}

/** @internal */
export function toJwtRule(options: {
  cluster: ClusterSnapshot;
  rule: ModelJwtRule;
  at: DecisionPoint;
}): JwtRule {
  const { cluster, rule, at } = options;
  return {
    issuer: rule.issuer,
    audiences: rule.audiences,
    locations: rule.locations.map(describeLocation),
    at,
    policy: toObjectRef(cluster, rule.policy),
  };
}

/** @internal */
export function toMtls(cluster: ClusterSnapshot, decision: MtlsDecision): Mtls {
  return {
    mode: decision.mode,
    ...(decision.decidedBy && {
      decidedBy: toObjectRef(cluster, decision.decidedBy),
    }),
  };
}

/** @internal */
export function toWorkload(options: {
  cluster: ClusterSnapshot;
  workload: ModelWorkload;
  mtls: MtlsDecision;
  jwtRules: readonly ModelJwtRule[];
}): Workload {
  const { cluster, workload, mtls, jwtRules } = options;
  const { trustDomain } = cluster.mesh.meshConfig;
  return {
    ref: toObjectRef(cluster, workload.ref),
    labels: { ...workload.labels },
    ...(workload.serviceAccount && {
      serviceAccount: workload.serviceAccount,
      principal: `${trustDomain}/ns/${workload.namespace}/sa/${workload.serviceAccount}`,
    }),
    mtls: toMtls(cluster, mtls),
    ports: [...new Set(workload.ports.map(({ number }) => number))],
    identity: jwtRules.map(rule =>
      toJwtRule({ cluster, rule, at: 'workload' }),
    ),
  };
}
