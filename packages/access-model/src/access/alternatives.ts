import { jwtRulesFor } from '../authn/jwtRules';
import type { PolicyRule } from '../authz/PolicySet';
import { policySet } from '../authz/PolicySet';
import { openConditions } from '../authz/residual';
import type { OpenCondition } from '../authz/residual';
import type { Condition, Expression } from '../authz/Expression';
import type { RequestFacts } from '../match/RequestFacts';
import type { Mesh } from '../mesh/Mesh';
import { isContradiction } from './conditions';
import type { MeshProxy } from '../mesh/Proxy';

/** A way through one proxy: the ALLOW rule, if there is one, and what must hold. @internal */
export interface Opening {
  rule?: PolicyRule;
  open: OpenCondition[];
}

const MAX_OPENINGS = 128;

function expressionOf(rule: PolicyRule): Expression {
  return {
    type: 'and',
    of: [
      { type: 'or', of: rule.permissions },
      { type: 'or', of: rule.principals },
    ],
  };
}

/**
 * Ways through the DENY and ALLOW rules of one proxy, given what is known of the request. What the caller is (its claims and, inside the
 * mesh, its identity) stays open.
 *
 * @internal
 */
export function openingsAt(options: {
  mesh: Mesh;
  proxy: MeshProxy;
  facts: RequestFacts;
  /** Whether the caller's identity stays open as well. */
  openPeer: boolean;
}): Opening[] {
  const { mesh, proxy, facts, openPeer } = options;
  const set = policySet(mesh, proxy);
  // Without a RequestAuthentication at this very proxy no claim ever exists.
  const claims = jwtRulesFor(mesh, proxy).length > 0;
  const open = (condition: Condition): boolean =>
    condition.type === 'claim' ? claims : condition.type === 'peer' && openPeer;
  const denied: Expression = {
    type: 'or',
    of: set.deny.rules.map(expressionOf),
  };
  const notDenied: Expression =
    set.deny.rules.length > 0 ? { type: 'not', of: denied } : { type: 'any' };
  const through = (rule: PolicyRule | undefined): Opening[] => {
    const permissions: Expression[] = [
      {
        type: 'and',
        of: [rule ? expressionOf(rule) : { type: 'any' }, notDenied],
      },
    ];
    return openConditions(
      { permissions, principals: [{ type: 'any' }] },
      facts,
      open,
    )
      .filter(conditions => !isContradiction(conditions))
      .map(conditions => ({ rule, open: conditions }));
  };
  const openings = set.allow.enforced
    ? set.allow.rules.flatMap(through)
    : through(undefined);
  return openings.slice(0, MAX_OPENINGS);
}
