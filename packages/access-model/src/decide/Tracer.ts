import { formatRef, refOf } from '../manifests/objectRef';
import type { MeshObject } from '../manifests/types';
import type { Decision, RouteTarget, Stage, TraceStep, Verdict } from './types';

/** Collects the stations of one request and makes the answer. @internal */
export class Tracer {
  readonly steps: TraceStep[] = [];
  readonly #id: string | undefined;

  constructor(id: string | undefined) {
    this.#id = id;
  }

  step(
    stage: Stage,
    verdict: TraceStep['verdict'],
    message: string,
    details: { object?: MeshObject; rule?: number; status?: number } = {},
  ) {
    const { object, rule, status } = details;
    const step: TraceStep = { stage, verdict, message };
    if (status !== undefined) step.status = status;
    if (object) {
      step.object = formatRef({
        kind: object.kind,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
      });
      if (object.position) step.position = object.position;
    }
    if (rule !== undefined) step.rule = rule;
    this.steps.push(step);
  }

  answer(options: {
    verdict: Verdict;
    status?: number;
    decidedBy?: { object: MeshObject; rule?: number };
    unknown?: string[];
    target?: RouteTarget;
  }): Decision {
    const { verdict, status, decidedBy, unknown = [], target } = options;
    const name = decidedBy && formatRef(refOf(decidedBy.object));
    return {
      ...(this.#id === undefined ? {} : { id: this.#id }),
      verdict,
      status,
      decidedBy:
        name && decidedBy.rule !== undefined
          ? `${name}#${decidedBy.rule}`
          : name,
      trace: this.steps,
      unknown,
      target,
    };
  }
}
