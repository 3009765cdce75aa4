import { peerAuthenticationFor } from '../authn/peerAuthentication';
import { evaluateRule } from '../authz/evaluate';
import { policySet } from '../authz/PolicySet';
import type { ActionRules } from '../authz/PolicySet';
import { Unknowns } from '../match/RequestFacts';
import type { RequestFacts } from '../match/RequestFacts';
import { TRUE, UNKNOWN } from '../match/truth';
import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import { matching, providerOf } from './customStage';
import { policyStages } from './policyStages';
import { prepareRequest } from './requestFacts';
import type { Inherited } from './requestFacts';
import { Tracer } from './Tracer';
import type { Decision, DecisionRequest } from './types';
import { unmodelledAt } from './unmodelled';

/** Whether mutual TLS settles the request: `undefined` lets it go on. */
function mtlsStage(
  mesh: Mesh,
  proxy: MeshProxy,
  request: DecisionRequest,
  tracer: Tracer,
): Decision | undefined {
  const { mode, decidedBy } = peerAuthenticationFor(
    mesh,
    proxy,
    request.at.port,
  );
  const object = decidedBy && mesh.resolve(decidedBy);
  if (mode === 'DISABLE' && request.peer) {
    tracer.step(
      'mtls',
      'deny',
      "mutual TLS is DISABLE, so the caller's TLS handshake finds no one to answer it",
      {
        object,
        status: 0,
      },
    );
    return tracer.answer({
      verdict: 'deny',
      status: 0,
      decidedBy: object && { object },
    });
  }
  if (mode !== 'STRICT') {
    tracer.step('mtls', 'pass', `mutual TLS is ${mode}`, { object });
    return undefined;
  }
  if (request.peer === undefined) {
    const why = 'whether the caller uses mutual TLS';
    tracer.step('mtls', 'unknown', `mutual TLS is STRICT; depends on ${why}`, {
      object,
    });
    return undefined;
  }
  if (request.peer === null) {
    tracer.step(
      'mtls',
      'deny',
      'mutual TLS is STRICT and the caller sends plain text: the connection is reset',
      {
        object,
        status: 0,
      },
    );
    return tracer.answer({
      verdict: 'deny',
      status: 0,
      decidedBy: object && { object },
    });
  }
  tracer.step('mtls', 'pass', `mutual TLS with ${request.peer.principal}`, {
    object,
  });
  return undefined;
}

/** CUSTOM policies of a TCP chain: only a gRPC provider is asked; a broken one denies. */
function tcpCustom(
  mesh: Mesh,
  rules: ActionRules,
  request: DecisionRequest,
  state: { facts: RequestFacts; unknowns: Unknowns; tracer: Tracer },
): Decision | undefined {
  const { facts, unknowns, tracer } = state;
  if (rules.policies.length === 0) return undefined;
  const finding = providerOf(mesh, rules);
  if ('provider' in finding && finding.provider.protocol === 'http') {
    tracer.step(
      'CUSTOM',
      'skip',
      `provider ${finding.provider.name} speaks HTTP, so it is not asked about TCP`,
    );
    return undefined;
  }
  const { rule, value } = matching(rules.rules, facts, unknowns);
  if (!rule) return undefined;
  const status =
    'provider' in finding
      ? request.extAuthz?.[finding.provider.name]?.status
      : 403;
  if (value === UNKNOWN || status === undefined) {
    if ('provider' in finding && status === undefined)
      unknowns.add(`answer of provider ${finding.provider.name}`);
    return tracer.answer({ verdict: 'unknown', unknown: unknowns.list });
  }
  if (status === 200) return undefined;
  const decidedBy = { object: rule.policy.object, rule: rule.index };
  tracer.step(
    'CUSTOM',
    'deny',
    'broken' in finding
      ? finding.broken
      : `provider ${finding.provider.name} refuses`,
    {
      ...decidedBy,
      status: 0,
    },
  );
  return tracer.answer({ verdict: 'deny', status: 0, decidedBy });
}

/** Policies of a TCP chain: those of HTTP providers and all tokens play no part. */
function decideTcp(
  mesh: Mesh,
  proxy: MeshProxy,
  request: DecisionRequest,
  tracer: Tracer,
): Decision {
  const set = policySet(mesh, proxy, true);
  const prepared = prepareRequest(mesh, {
    ...request,
    method: 'GET',
    host: 'tcp',
    path: '/',
    headers: {},
    token: null,
  });
  if ('refused' in prepared)
    return tracer.answer({ verdict: 'deny', status: 0 });
  const { facts } = prepared;
  const unknowns = new Unknowns();
  const custom = tcpCustom(mesh, set.custom, request, {
    facts,
    unknowns,
    tracer,
  });
  if (custom) return custom;
  for (const rule of set.deny.rules) {
    const value = evaluateRule(rule, facts, unknowns);
    if (value === TRUE) {
      const decidedBy = { object: rule.policy.object, rule: rule.index };
      tracer.step('DENY', 'deny', 'a DENY rule matches the connection', {
        ...decidedBy,
        status: 0,
      });
      return tracer.answer({ verdict: 'deny', status: 0, decidedBy });
    }
  }
  if (unknowns.size > 0)
    return tracer.answer({ verdict: 'unknown', unknown: unknowns.list });
  if (!set.allow.enforced)
    return tracer.answer({ verdict: 'allow', status: 200 });
  let maybe = false;
  for (const rule of set.allow.rules) {
    const value = evaluateRule(rule, facts, unknowns);
    if (value === TRUE) {
      const decidedBy = { object: rule.policy.object, rule: rule.index };
      tracer.step(
        'ALLOW',
        'pass',
        'an ALLOW rule matches the connection',
        decidedBy,
      );
      return tracer.answer({ verdict: 'allow', status: 200, decidedBy });
    }
    if (value === UNKNOWN) maybe = true;
  }
  if (maybe)
    return tracer.answer({ verdict: 'unknown', unknown: unknowns.list });
  tracer.step('ALLOW', 'deny', 'no ALLOW rule matches the connection', {
    status: 0,
  });
  return tracer.answer({ verdict: 'deny', status: 0 });
}

/**
 * The inbound side of a workload's proxy: mutual TLS and policies, no routes.
 *
 * @internal
 */
export function decideAtWorkload(
  mesh: Mesh,
  request: DecisionRequest,
  inherited?: Inherited,
  observe?: (facts: RequestFacts) => void,
): Decision {
  const tracer = new Tracer(request.id);
  const { at } = request;
  const proxy: MeshProxy = {
    kind: at.kind === 'waypoint' ? 'waypoint' : 'workload',
    namespace: at.namespace,
    labels: at.labels ?? {},
    serviceAccount: at.serviceAccount,
    services: at.service && [{ kind: 'Service', ...at.service }],
  };
  const unmodelled = unmodelledAt(mesh, proxy);
  if (unmodelled.length > 0) {
    tracer.step(
      'connection',
      'unknown',
      `the proxy is changed by ${unmodelled.join(', ')}`,
    );
    return tracer.answer({ verdict: 'unknown', unknown: [...unmodelled] });
  }
  const settled =
    proxy.kind === 'workload'
      ? mtlsStage(mesh, proxy, request, tracer)
      : undefined;
  if (settled) return settled;
  if (request.protocol === 'tcp')
    return decideTcp(mesh, proxy, request, tracer);
  const prepared = prepareRequest(mesh, request, inherited);
  if ('refused' in prepared) {
    tracer.step('connection', 'deny', prepared.refused, { status: 400 });
    return tracer.answer({ verdict: 'deny', status: 400 });
  }
  const outcome = policyStages({
    mesh,
    proxy,
    request: prepared,
    answers: request.extAuthz ?? {},
    routed: true,
    set: policySet(mesh, proxy),
    tracer,
  });
  observe?.(prepared.facts);
  const needsMtls = tracer.steps.some(
    ({ stage, verdict }) => stage === 'mtls' && verdict === 'unknown',
  );
  switch (outcome.verdict) {
    case 'deny':
      return tracer.answer({
        verdict: 'deny',
        status: needsMtls ? undefined : outcome.status,
        decidedBy: outcome.decidedBy,
      });
    case 'unknown':
      return tracer.answer({
        verdict: 'unknown',
        unknown: needsMtls
          ? ['whether the caller uses mutual TLS', ...outcome.unknown]
          : outcome.unknown,
      });
    default:
      return needsMtls
        ? tracer.answer({
            verdict: 'unknown',
            unknown: ['whether the caller uses mutual TLS'],
          })
        : tracer.answer({
            verdict: 'allow',
            status: 200,
            decidedBy: outcome.decidedBy,
          });
  }
}
