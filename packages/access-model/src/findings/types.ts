import type { AccessRow } from '../access/types';
import type { ObjectRef } from '../manifests/types';
import type { Mesh } from '../mesh/Mesh';
import type { Workload } from '../mesh/workloads';
import type { RouteExposure } from '../routing/exposures';

/** @public */
export type FindingSeverity = 'high' | 'medium' | 'low' | 'info';

/** A fact about a mesh that someone should act on. @public */
export interface Finding {
  /** `MA0001`; its page is docs/findings/MA0001.md. */
  code: string;
  severity: FindingSeverity;
  /** One sentence without its full stop. */
  title: string;
  object?: ObjectRef;
  /** Index of the rule in the object. */
  rule?: number;
  /** What proves it: the value, the rule, or the request and what was decided about it. */
  evidence: string;
  /** What to change, with the YAML where there is one. */
  fix: string;
}

/** An exposure with the rows of its access table. @public */
export interface ExposureRows {
  exposure: RouteExposure;
  rows: readonly AccessRow[];
}

/** The part of a mesh that is looked at: all of it, or what belongs to one service. @public */
export interface FindingScope {
  mesh: Mesh;
  workloads: readonly Workload[];
  exposures: readonly ExposureRows[];
}

/** One kind of finding, in a file of its own. @internal */
export interface FindingCheck {
  code: string;
  check(scope: FindingScope): Finding[];
}
