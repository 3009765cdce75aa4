import type { Cidr } from '../match/cidr';
import type { StringMatcher } from '../match/stringMatcher';

/**
 * The small form that policies compile to: what istiod writes into Envoy's RBAC configuration, permissions and principals alike.
 *
 * @internal
 */
export type Expression =
  | { type: 'any' }
  | { type: 'never' }
  | { type: 'and' | 'or'; of: Expression[] }
  | { type: 'not'; of: Expression }
  | Condition;

/** A condition on one input of the request. @internal */
export type Condition =
  | { type: 'header'; name: string; matcher: StringMatcher }
  | { type: 'path'; matcher: StringMatcher }
  | { type: 'template'; template: string }
  | { type: 'port'; port: number }
  | {
      type: 'destinationIp' | 'sourceIp' | 'remoteIp';
      cidr: Cidr;
      text: string;
    }
  | { type: 'sni'; matcher: StringMatcher }
  /** Identity of the caller's certificate, with `spiffe://`. */
  | { type: 'peer'; matcher: StringMatcher; text: string }
  /** A claim at a path of keys; `list` also looks at the strings of a list. */
  | { type: 'claim'; path: string[]; matchers: StringMatcher[]; list: boolean }
  /** Dynamic metadata of another filter, which nobody outside the proxy can see. */
  | { type: 'metadata'; key: string };

/** @internal */
export const ANY: Expression = { type: 'any' };

/** @internal */
export function and(of: Expression[]): Expression {
  if (of.length === 0) return ANY;
  return of.length === 1 ? of[0] : { type: 'and', of };
}

/** @internal */
export function or(of: Expression[]): Expression {
  return of.length === 1 ? of[0] : { type: 'or', of };
}
