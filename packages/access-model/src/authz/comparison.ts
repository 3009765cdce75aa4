import { headerValues, Unknowns } from '../match/RequestFacts';
import type { RequestFacts } from '../match/RequestFacts';
import { describeMatcher } from '../match/stringMatcher';
import { TRUE } from '../match/truth';
import type { CompiledRule } from './compileRule';
import { evaluate } from './evaluate';
import type { Condition, Expression } from './Expression';

/** One condition of a rule beside the value that the request has for it. @public */
export interface Comparison {
  /** What the rule asks for: `path "/orders/*"`, `claim realm_access.roles "customer"`. */
  wanted: string;
  /** What the request has. */
  found: string;
  /** The rule asks for the opposite. */
  negated: boolean;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

function claimValue(
  claims: Record<string, unknown> | undefined,
  path: string[],
): string {
  if (!claims) return 'no accepted token';
  let value: unknown = claims;
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return value === undefined ? 'a token without it' : quote(value);
}

/** A condition and its value in words. */
function describe(
  condition: Condition,
  facts: RequestFacts,
): Omit<Comparison, 'negated'> {
  switch (condition.type) {
    case 'header': {
      const names: Record<string, string> = {
        ':authority': 'host',
        ':method': 'method',
        ':path': 'path with query',
      };
      const values = headerValues(facts, condition.name);
      return {
        wanted: `${
          names[condition.name] ?? `header ${condition.name}`
        } ${describeMatcher(condition.matcher)}`,
        found:
          facts.unknownHeaders.get(condition.name) ??
          (values.length ? values.map(quote).join(', ') : 'no such header'),
      };
    }
    case 'path':
      return {
        wanted: `path ${describeMatcher(condition.matcher)}`,
        found: quote(facts.pathOnly),
      };
    case 'template':
      return {
        wanted: `path ${quote(condition.template)}`,
        found: quote(facts.pathOnly),
      };
    case 'port':
      return {
        wanted: `port ${condition.port}`,
        found: String(facts.port ?? 'not known'),
      };
    case 'sourceIp':
    case 'remoteIp':
    case 'destinationIp':
      return {
        wanted: `${
          {
            sourceIp: 'address',
            remoteIp: 'client address',
            destinationIp: 'own address',
          }[condition.type]
        } ${condition.text}`,
        found: facts[condition.type] ?? 'not known',
      };
    case 'sni':
      return {
        wanted: `server name ${describeMatcher(condition.matcher)}`,
        found: quote(facts.sni ?? 'not known'),
      };
    case 'peer':
      return {
        wanted: `calling workload ${condition.text}`,
        found:
          facts.peer === null ? 'no mutual TLS' : facts.peer ?? 'not known',
      };
    case 'claim':
      return {
        wanted: `claim ${condition.path.join('.')} ${condition.matchers
          .map(describeMatcher)
          .join(' or ')}`,
        found: facts.claimsUnknown ?? claimValue(facts.claims, condition.path),
      };
    default:
      return { wanted: condition.key, found: 'not known' };
  }
}

/** Conditions that keep an expression from being `wanted`; of alternatives, those of the one that is nearest. */
function obstacles(
  expression: Expression,
  facts: RequestFacts,
  negated: boolean,
): Comparison[] {
  switch (expression.type) {
    case 'any':
      return negated ? [{ wanted: 'nothing', found: 'anything', negated }] : [];
    case 'never':
      return negated
        ? []
        : [{ wanted: 'a rule', found: 'a policy without rules', negated }];
    case 'not':
      return obstacles(expression.of, facts, !negated);
    case 'and':
    case 'or': {
      const parts = expression.of.map(part => obstacles(part, facts, negated));
      if ((expression.type === 'and') !== negated) return parts.flat();
      return parts.reduce((best, part) =>
        part.length < best.length ? part : best,
      );
    }
    default: {
      const holds = evaluate(expression, facts, new Unknowns()) === TRUE;
      return holds === !negated
        ? []
        : [{ ...describe(expression, facts), negated }];
    }
  }
}

function nearest(expressions: Expression[], facts: RequestFacts): Comparison[] {
  return expressions
    .map(expression => obstacles(expression, facts, false))
    .reduce((best, part) => (part.length < best.length ? part : best));
}

/** Conditions of a rule that a request does not meet. @internal */
export function unmetConditions(
  rule: CompiledRule,
  facts: RequestFacts,
): Comparison[] {
  return [
    ...nearest(rule.permissions, facts),
    ...nearest(rule.principals, facts),
  ];
}

/** Conditions that hold, of the alternatives that do. */
function supports(
  expression: Expression,
  facts: RequestFacts,
  negated: boolean,
): Comparison[] {
  switch (expression.type) {
    case 'any':
    case 'never':
      return [];
    case 'not':
      return supports(expression.of, facts, !negated);
    case 'and':
    case 'or': {
      const holds = (part: Expression) =>
        (evaluate(part, facts, new Unknowns()) === TRUE) !== negated;
      const parts = expression.of.filter(holds);
      return (expression.type === 'and') !== negated
        ? parts.flatMap(part => supports(part, facts, negated))
        : supports(parts[0] ?? { type: 'any' }, facts, negated);
    }
    default:
      return [{ ...describe(expression, facts), negated }];
  }
}

/** Conditions by which a rule matches a request. @internal */
export function metConditions(
  rule: CompiledRule,
  facts: RequestFacts,
): Comparison[] {
  const first = (expressions: Expression[]) =>
    expressions.find(
      expression => evaluate(expression, facts, new Unknowns()) === TRUE,
    ) ?? { type: 'any' as const };
  return [
    ...supports(first(rule.permissions), facts, false),
    ...supports(first(rule.principals), facts, false),
  ];
}
