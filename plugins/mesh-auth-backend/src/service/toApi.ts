import {
  AccessRow as ModelAccessRow,
  AttachedPolicy,
  describeLocation,
  describePolicy,
  Finding as ModelFinding,
  JwtRule as ModelJwtRule,
  MtlsDecision,
  ObjectRef as ModelObjectRef,
  PathClass,
  RouteExposure,
  Workload as ModelWorkload,
} from '@mesh-auth/access-model';
import type {
  AccessRow,
  DecisionPoint,
  Exposure,
  Finding,
  FleetExposure,
  HostExposure,
  JwtRule,
  Mtls,
  ObjectRef,
  PathMatch,
  Policy,
  PolicyScope,
  RoleUse,
  Workload,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';
import type { WallReading } from './readLoginWall';

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

/** @internal */
export function toPolicy(options: {
  cluster: ClusterSnapshot;
  policy: AttachedPolicy;
  at: DecisionPoint;
}): Policy {
  const { cluster, policy, at } = options;
  return {
    ref: toObjectRef(cluster, policy.ref),
    action: policy.action,
    at,
    ...(policy.provider !== undefined && { provider: policy.provider }),
    dryRun: policy.dryRun,
    scope: policy.scope,
    words: describePolicy(policy.object),
  };
}

/** @internal */
export function toJwtPolicy(options: {
  cluster: ClusterSnapshot;
  ref: ModelObjectRef;
  /** The rules of the object. */
  rules: readonly ModelJwtRule[];
  at: DecisionPoint;
  scope: PolicyScope;
}): Policy {
  const { cluster, ref, rules, at, scope } = options;
  return {
    ref: toObjectRef(cluster, ref),
    action: 'JWT',
    at,
    dryRun: false,
    scope,
    words: rules.map(
      ({ issuer, audiences, locations }) =>
        `verifies tokens of ${issuer || 'any issuer'} for ${
          audiences.join(' or ') || 'any audience'
        } in ${locations
          .map(describeLocation)
          .join(' or ')}; requests without a token pass`,
    ),
  };
}

const MTLS_WORDS = {
  STRICT: 'takes mutual TLS only',
  PERMISSIVE: 'takes mutual TLS and plain text',
  DISABLE: 'takes plain text only',
};

/** @internal */
export function toMtlsPolicy(options: {
  cluster: ClusterSnapshot;
  ref: ModelObjectRef;
  mode: MtlsDecision['mode'];
  scope: PolicyScope;
}): Policy {
  const { cluster, ref, mode, scope } = options;
  return {
    ref: toObjectRef(cluster, ref),
    action: 'MTLS',
    at: 'workload',
    dryRun: false,
    scope,
    words: [MTLS_WORDS[mode]],
  };
}

function toPathMatch({ type, value }: PathClass): PathMatch {
  return { type, value };
}

/** @internal */
export function toAccessRow(row: ModelAccessRow, roles: RoleUse[]): AccessRow {
  return {
    methods: row.methods,
    path: toPathMatch(row.path),
    callers: row.callers.map(({ caller, verdict, status, decidedBy }) => ({
      caller,
      verdict,
      ...(status !== undefined && { status }),
      ...(decidedBy !== undefined && { decidedBy }),
    })),
    roles,
    principals: row.principals,
    conditions: row.alternatives
      .map(
        ({ via, conditions }) =>
          `${via === 'mesh' ? 'from inside the mesh: ' : ''}${
            conditions.map(({ words }) => words).join(' and ') || 'no condition'
          }`,
      )
      .filter((words, index, all) => all.indexOf(words) === index),
    audience: row.audience,
    unknown: row.unknown,
  };
}

const DEFAULT_PORTS: Record<string, number> = { http: 80, https: 443 };

/** `https://shop.example.com/payments`; a path that is no literal is left out. */
function addressOf({ scheme, host, port, path }: RouteExposure): string {
  const literal = path.type === 'regex' || path.value === '/' ? '' : path.value;
  return `${scheme}://${host}${
    port === DEFAULT_PORTS[scheme] ? '' : `:${port}`
  }${literal}`;
}

function redirectWords(exposure: RouteExposure): string | undefined {
  if (exposure.httpsRedirect) {
    return '301 to https';
  }
  return (
    exposure.redirect &&
    `${exposure.redirect.status} to ${exposure.redirect.location}`
  );
}

function rewriteWords({ rewrite }: RouteExposure): string | undefined {
  if (!rewrite) {
    return undefined;
  }
  return [
    rewrite.path ?? rewrite.regex,
    rewrite.authority && `host ${rewrite.authority}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** @internal */
export function toExposure(options: {
  cluster: ClusterSnapshot;
  exposure: RouteExposure;
  loginWall: WallReading;
  jwt: JwtRule[];
  access: AccessRow[];
}): Exposure {
  const { cluster, exposure, loginWall, jwt, access } = options;
  const redirect = redirectWords(exposure);
  const rewrite = rewriteWords(exposure);
  const service = exposure.destinations[0]?.service;
  return {
    id: `${cluster.sourceId}|${exposure.id}`,
    address: addressOf(exposure),
    scheme: exposure.scheme,
    host: exposure.host,
    port: exposure.port,
    path: toPathMatch(exposure.path),
    methods: exposure.methods,
    conditions: exposure.conditions,
    gateway: toObjectRef(cluster, exposure.gateway),
    route: toObjectRef(cluster, exposure.route),
    ...(service && { service: toObjectRef(cluster, service.ref) }),
    tls: {
      mode: exposure.tls.mode,
      ...(exposure.tls.credentialName !== undefined && {
        credentialName: exposure.tls.credentialName,
      }),
    },
    ...(rewrite && { rewrite }),
    ...(redirect && { redirect }),
    ...(exposure.directResponse !== undefined && {
      directResponse: exposure.directResponse,
    }),
    otherClaimants: exposure.otherClaimants.map(ref =>
      toObjectRef(cluster, ref),
    ),
    loginWall: {
      state: loginWall.state,
      ...(loginWall.provider !== undefined && { provider: loginWall.provider }),
      ...(loginWall.description !== undefined && {
        description: loginWall.description,
      }),
      ...(loginWall.policy && {
        policy: toObjectRef(cluster, loginWall.policy),
      }),
      exceptPaths: loginWall.exceptPaths,
    },
    jwt,
    access,
  };
}

/** @internal */
export function toHostExposure(
  cluster: ClusterSnapshot,
  { route, gateway, path }: RouteExposure,
): HostExposure {
  return {
    route: toObjectRef(cluster, route),
    gateway: toObjectRef(cluster, gateway),
    path: toPathMatch(path),
  };
}

/** @internal */
export function toFinding(
  cluster: ClusterSnapshot,
  { code, severity, title, object, evidence, fix }: ModelFinding,
): Finding {
  return {
    code,
    severity,
    title,
    ...(object && { object: toObjectRef(cluster, object) }),
    evidence,
    fix,
  };
}

/** @internal */
export function toFleetExposure(options: {
  cluster: ClusterSnapshot;
  exposure: RouteExposure;
  rows: readonly ModelAccessRow[];
  loginWall: WallReading;
}): FleetExposure {
  const { cluster, exposure, rows, loginWall } = options;
  const redirect = redirectWords(exposure);
  const service = exposure.destinations[0]?.service;
  const anonymous = rows.flatMap(({ callers }) =>
    callers
      .filter(({ caller }) => caller === 'anonymous')
      .map(({ verdict }) => verdict),
  );
  return {
    source: cluster.sourceId,
    id: `${cluster.sourceId}|${exposure.id}`,
    address: addressOf(exposure),
    host: exposure.host,
    gateway: toObjectRef(cluster, exposure.gateway),
    route: toObjectRef(cluster, exposure.route),
    ...(service && { service: toObjectRef(cluster, service.ref) }),
    ...(redirect && { redirect }),
    loginWall: loginWall.state,
    anonymous: [...new Set(anonymous)],
  };
}
