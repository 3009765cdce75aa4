import { decide } from '@mesh-auth/access-model';
import type { Decision, DecisionRequest, Mesh } from '@mesh-auth/access-model';
import type { RawResponse } from './rawRequest';

/** How the model's answer stands to the proxy's. */
export interface Comparison {
  outcome: 'agree' | 'unknown' | 'wrong';
  decision: Decision;
  /** What differs. */
  difference?: string;
}

/** Statuses must be equal, and the upstream must have been reached exactly where the model says so. */
export function compare(
  mesh: Mesh,
  request: DecisionRequest,
  response: RawResponse,
): Comparison {
  const decision = decide(mesh, request);
  if (decision.verdict === 'unknown') return { outcome: 'unknown', decision };
  const difference = differenceOf(decision, request, response);
  return difference
    ? { outcome: 'wrong', decision, difference }
    : { outcome: 'agree', decision };
}

function differenceOf(
  decision: Decision,
  request: DecisionRequest,
  response: RawResponse,
): string | undefined {
  const { verdict, status, target } = decision;
  if (verdict === 'deny' && response.reached)
    return 'the model denies, the proxy lets through';
  if (verdict === 'deny' && status === undefined) {
    return response.status >= 200 && response.status < 300 && response.reached
      ? 'denied without status, but reached'
      : undefined;
  }
  if (status !== response.status)
    return `status ${status}, the proxy answers ${response.status}`;
  const passes =
    verdict === 'allow' &&
    (request.at.kind !== 'gateway' || target !== undefined);
  if (passes !== response.reached) {
    return passes
      ? 'the model lets through, the upstream was not reached'
      : 'the model stops it, the upstream was reached';
  }
  if (
    target &&
    response.path !== undefined &&
    !sameTarget(target.forwarded.path, response.path)
  ) {
    return `path ${target.forwarded.path}, the upstream saw ${response.path}`;
  }
  return undefined;
}

/** Tokens in a query differ from the text that stands for them. */
function sameTarget(model: string, real: string): boolean {
  const mask = (text: string) => text.replace(/eyJ[A-Za-z0-9_.-]+/g, 'TOKEN');
  return mask(model) === mask(real);
}
