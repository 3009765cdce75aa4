import type {
  Explanation as ModelExplanation,
  RuleComparison,
  TraceStep,
} from '@mesh-auth/access-model';
import type {
  ExplainHop,
  ExplainRule,
  ExplainStep,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';
import { toObjectRef } from './toApi';

function toStep({ position, ...step }: TraceStep): ExplainStep {
  return {
    stage: step.stage,
    verdict: step.verdict,
    message: step.message,
    ...(step.status !== undefined && { status: step.status }),
    ...(step.object !== undefined && { object: step.object }),
    ...(step.rule !== undefined && { rule: step.rule }),
    ...(position && { file: position.file, line: position.line }),
  };
}

function toRule({ position, ...rule }: RuleComparison): ExplainRule {
  return {
    policy: rule.policy,
    rule: rule.rule,
    words: rule.words,
    conditions: rule.conditions,
    ...(position && { file: position.file, line: position.line }),
  };
}

/**
 * The hops of an explanation as the API shows them.
 *
 * @internal
 */
export function toExplainHops(
  cluster: ClusterSnapshot,
  explanation: ModelExplanation,
): ExplainHop[] {
  return explanation.hops.map(
    ({ at, workload, decision, matched, nearest }) => ({
      at,
      ...(workload && { workload: toObjectRef(cluster, workload.ref) }),
      verdict: decision.verdict,
      ...(decision.status !== undefined && { status: decision.status }),
      ...(decision.decidedBy !== undefined && {
        decidedBy: decision.decidedBy,
      }),
      unknown: decision.unknown,
      steps: decision.trace.map(toStep),
      ...(matched && { matched: toRule(matched) }),
      nearest: nearest.map(toRule),
    }),
  );
}
