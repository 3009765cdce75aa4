export { decide } from './decide';
export { decideWay } from './decideWay';
export type { Hop, WayDecision } from './decideWay';
export type {
  Decision,
  DecisionRequest,
  ExtAuthzAnswer,
  RequestToken,
  RouteTarget,
  Stage,
  TraceStep,
  Verdict,
} from './types';
export { explain } from './explain';
export type { ExplainedHop, Explanation, RuleComparison } from './explain';
export type { Comparison } from '../authz/comparison';
