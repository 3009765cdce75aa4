import type { PathClass } from '../access/types';

/** Who may call on one side of a comparison, as words that stand for one way in each. @public */
export interface AccessSide {
  /** Ways to be let in, for example `anyone logged in` or `through the gateway: role reader of payments`. */
  who: string[];
  /** What the model could not know there. */
  unknown: string[];
}

/** One difference in who may do what, not in how it is written. @public */
export interface AccessDifference {
  /**
   * `opened`: nobody could, or nothing served it. `closed`: nobody can any more. `widened` and `narrowed`: some gained, or some
   * lost. `changed`: both. `unknown`: one side cannot be known.
   */
  kind: 'opened' | 'closed' | 'widened' | 'narrowed' | 'changed' | 'unknown';
  /** For example `https://shop.example.com`. */
  address: string;
  /** HTTP method, or `other` for those that no rule names. */
  method: string;
  /** Class of paths. */
  path: PathClass;
  /** Before the change; nobody, where nothing served it. */
  before: AccessSide;
  /** After the change. */
  after: AccessSide;
  /** Ways to be let in that are new. */
  gained: string[];
  /** Ways to be let in that are gone. */
  lost: string[];
  /** Whether someone without any login may call who could not before. */
  becomesPublic: boolean;
}
