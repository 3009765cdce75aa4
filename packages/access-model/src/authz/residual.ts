import type { RequestFacts } from '../match/RequestFacts';
import { Unknowns } from '../match/RequestFacts';
import { FALSE, TRUE } from '../match/truth';
import type { CompiledRule } from './compileRule';
import { evaluate } from './evaluate';
import type { Condition, Expression } from './Expression';
import { ANY } from './Expression';

/** A condition that is left open, or its opposite. @internal */
export interface OpenCondition {
  condition: Condition;
  negated: boolean;
}

/** More alternatives than this are not spelled out. */
const MAX_ALTERNATIVES = 64;

const NEVER: Expression = { type: 'never' };

/** Puts what is known into an expression and keeps what `open` says is not. @internal */
export function reduce(
  expression: Expression,
  facts: RequestFacts,
  open: (condition: Condition) => boolean,
): Expression {
  switch (expression.type) {
    case 'any':
    case 'never':
      return expression;
    case 'not': {
      const inner = reduce(expression.of, facts, open);
      if (inner.type === 'any') return NEVER;
      if (inner.type === 'never') return ANY;
      return { type: 'not', of: inner };
    }
    case 'and':
    case 'or': {
      const [neutral, absorbing] =
        expression.type === 'and'
          ? (['any', 'never'] as const)
          : (['never', 'any'] as const);
      const parts: Expression[] = [];
      for (const part of expression.of) {
        const reduced = reduce(part, facts, open);
        if (reduced.type === absorbing) return reduced;
        if (reduced.type !== neutral) parts.push(reduced);
      }
      if (parts.length === 0) return expression.type === 'and' ? ANY : NEVER;
      return parts.length === 1
        ? parts[0]
        : { type: expression.type, of: parts };
    }
    default: {
      if (open(expression)) return expression;
      const value = evaluate(expression, facts, new Unknowns());
      if (value === TRUE) return ANY;
      return value === FALSE ? NEVER : expression;
    }
  }
}

/** Disjunctive normal form: a list of alternatives, each a list of conditions. */
function alternativesOf(
  expression: Expression,
  negated: boolean,
): OpenCondition[][] {
  switch (expression.type) {
    case 'any':
      return negated ? [] : [[]];
    case 'never':
      return negated ? [[]] : [];
    case 'not':
      return alternativesOf(expression.of, !negated);
    case 'and':
    case 'or': {
      if ((expression.type === 'or') !== negated) {
        return expression.of
          .flatMap(part => alternativesOf(part, negated))
          .slice(0, MAX_ALTERNATIVES);
      }
      return expression.of.reduce<OpenCondition[][]>(
        (found, part) => {
          const next = alternativesOf(part, negated);
          return found
            .flatMap(left => next.map(right => [...left, ...right]))
            .slice(0, MAX_ALTERNATIVES);
        },
        [[]],
      );
    }
    default:
      return [[{ condition: expression, negated }]];
  }
}

/**
 * What would have to hold for a rule to match, given what is known: alternatives of conditions. No alternative means that it cannot match, an
 * empty one that it does.
 *
 * @internal
 */
export function openConditions(
  rule: CompiledRule,
  facts: RequestFacts,
  open: (condition: Condition) => boolean,
): OpenCondition[][] {
  const side = (expressions: Expression[]): Expression =>
    reduce({ type: 'or', of: expressions }, facts, open);
  return alternativesOf(
    { type: 'and', of: [side(rule.permissions), side(rule.principals)] },
    false,
  );
}
