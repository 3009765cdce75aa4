export { decide } from './decide';
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
