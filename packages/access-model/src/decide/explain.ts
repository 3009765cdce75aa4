import { unmetConditions, metConditions } from '../authz/comparison';
import type { Comparison } from '../authz/comparison';
import { policySet } from '../authz/PolicySet';
import type { PolicyRule, PolicySet } from '../authz/PolicySet';
import { describeRule } from '../authz/words';
import { formatRef } from '../manifests/objectRef';
import type { SourcePosition } from '../manifests/types';
import type { RequestFacts } from '../match/RequestFacts';
import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import { decideAtWorkload } from './decideAtWorkload';
import { followWay } from './decideWay';
import type { Hop, WayDecision } from './decideWay';
import type { DecisionRequest } from './types';

/** A rule beside the request: why it matched, or why it did not. @public */
export interface RuleComparison {
  policy: string;
  rule: number;
  position?: SourcePosition;
  /** The rule in words. */
  words: string;
  /** Conditions that it met, or that it did not. */
  conditions: Comparison[];
}

/** One proxy on the way, with the rules that matter. @public */
export interface ExplainedHop extends Hop {
  /** The rule that decided, with the values that made it match. */
  matched?: RuleComparison;
  /** Where no ALLOW rule matched: those that came nearest, with what was missing. */
  nearest: RuleComparison[];
}

/** A decision with its reasons. @public */
export interface Explanation extends Omit<WayDecision, 'hops'> {
  hops: ExplainedHop[];
}

const NEAREST = 3;

function compared(rule: PolicyRule, conditions: Comparison[]): RuleComparison {
  const { policy, index } = rule;
  return {
    policy: formatRef(policy.ref),
    rule: index,
    position: policy.object.position,
    words: describeRule(
      policy.object.spec?.rules?.[index] ?? {},
      policy.action,
      policy.provider,
    ),
    conditions,
  };
}

function explainHop(
  hop: Hop,
  set: PolicySet | undefined,
  facts: RequestFacts | undefined,
): ExplainedHop {
  if (!set || !facts) return { ...hop, nearest: [] };
  const { decision } = hop;
  const rules = [...set.custom.rules, ...set.deny.rules, ...set.allow.rules];
  const decided = rules.find(
    ({ policy, index }) =>
      `${formatRef(policy.ref)}#${index}` === decision.decidedBy,
  );
  const missed =
    decision.verdict === 'deny' &&
    decision.trace.some(
      ({ stage, verdict }) => stage === 'ALLOW' && verdict === 'deny',
    );
  const nearest = missed
    ? set.allow.rules
        .map(rule => compared(rule, unmetConditions(rule, facts)))
        .sort((a, b) => a.conditions.length - b.conditions.length)
        .slice(0, NEAREST)
    : [];
  return {
    ...hop,
    matched: decided && compared(decided, metConditions(decided, facts)),
    nearest,
  };
}

/**
 * Decides a request and says why: the way from proxy to proxy, for each the station that decided, the values compared, and for a denial the
 * rules that came nearest with what each of them missed.
 *
 * @public
 */
export function explain(mesh: Mesh, request: DecisionRequest): Explanation {
  if (request.at.kind !== 'gateway') {
    let facts: RequestFacts | undefined;
    const decision = decideAtWorkload(mesh, request, undefined, value => {
      facts = value;
    });
    const proxy: MeshProxy = {
      ...request.at,
      kind: 'workload',
      labels: request.at.labels ?? {},
    };
    const hop = explainHop(
      { at: 'workload', decision },
      policySet(mesh, proxy),
      facts,
    );
    const { verdict, status, decidedBy, unknown } = decision;
    return { verdict, status, decidedBy, unknown, hops: [hop] };
  }
  const hops: ExplainedHop[] = [];
  const way = followWay(mesh, request, (hop, facts) => {
    const proxy: MeshProxy = hop.workload
      ? {
          kind: 'workload',
          namespace: hop.workload.namespace,
          labels: hop.workload.labels,
        }
      : {
          kind: 'gateway',
          namespace: request.at.namespace,
          labels: request.at.labels ?? {},
        };
    hops.push(explainHop(hop, policySet(mesh, proxy), facts));
  });
  return { ...way, hops };
}
