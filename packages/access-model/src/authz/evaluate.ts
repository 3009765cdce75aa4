import { inCidr } from '../match/cidr';
import { matchesTemplate } from '../match/pathTemplate';
import { headerValues } from '../match/RequestFacts';
import type { RequestFacts, Unknowns } from '../match/RequestFacts';
import { matchesString } from '../match/stringMatcher';
import type { StringMatcher } from '../match/stringMatcher';
import { FALSE, not, TRUE, truth, UNKNOWN } from '../match/truth';
import type { Truth } from '../match/truth';
import type { CompiledRule } from './compileRule';
import type { Condition, Expression } from './Expression';

function matchesAny(matchers: StringMatcher[], value: unknown): boolean {
  return (
    typeof value === 'string' &&
    matchers.some(matcher => matchesString(matcher, value))
  );
}

/** Numbers, booleans, objects and nested lists never match, not even `*`. */
function claimMatches(
  claims: Record<string, unknown>,
  condition: Extract<Condition, { type: 'claim' }>,
): boolean {
  let value: unknown = claims;
  for (const key of condition.path) {
    if (
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      !Object.prototype.hasOwnProperty.call(value, key)
    ) {
      return false;
    }
    value = (value as Record<string, unknown>)[key];
  }
  if (condition.list && Array.isArray(value)) {
    return value.some(item => matchesAny(condition.matchers, item));
  }
  return matchesAny(condition.matchers, value);
}

function headerCondition(
  condition: Extract<Condition, { type: 'header' }>,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  const values = headerValues(facts, condition.name);
  // Envoy looks at each line of a repeated header by itself (since the fix of CVE-2026-26308).
  if (values.some(value => matchesString(condition.matcher, value)))
    return TRUE;
  const why = facts.unknownHeaders.get(condition.name);
  return why === undefined ? FALSE : unknowns.add(why);
}

function evaluateCondition(
  condition: Condition,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  switch (condition.type) {
    case 'header':
      return headerCondition(condition, facts, unknowns);
    case 'path':
      return truth(matchesString(condition.matcher, facts.pathOnly));
    case 'template':
      return truth(matchesTemplate(condition.template, facts.pathOnly));
    case 'port':
      return facts.port === undefined
        ? unknowns.add('port of the listener')
        : truth(facts.port === condition.port);
    case 'destinationIp':
    case 'sourceIp':
    case 'remoteIp': {
      const address = facts[condition.type];
      if (address !== undefined) return truth(inCidr(condition.cidr, address));
      return unknowns.add(
        {
          destinationIp: 'address of the proxy',
          sourceIp: 'address of the caller',
          remoteIp: 'address of the client',
        }[condition.type],
      );
    }
    case 'sni':
      return facts.sni === undefined
        ? unknowns.add('server name of the TLS connection')
        : truth(matchesString(condition.matcher, facts.sni));
    case 'peer':
      if (facts.peer === undefined)
        return unknowns.add('identity of the calling workload');
      return facts.peer === null
        ? FALSE
        : truth(matchesString(condition.matcher, `spiffe://${facts.peer}`));
    case 'claim':
      if (facts.claimsUnknown !== undefined)
        return unknowns.add(facts.claimsUnknown);
      return facts.claims === undefined
        ? FALSE
        : truth(claimMatches(facts.claims, condition));
    default:
      return unknowns.add(`dynamic metadata ${condition.key}`);
  }
}

/** Evaluates an expression as Envoy's RBAC filter does, in three values. @internal */
export function evaluate(
  expression: Expression,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  switch (expression.type) {
    case 'any':
      return TRUE;
    case 'never':
      return FALSE;
    case 'not':
      return not(evaluate(expression.of, facts, unknowns));
    case 'and': {
      let result: Truth = TRUE;
      for (const part of expression.of) {
        const value = evaluate(part, facts, unknowns);
        if (value === FALSE) return FALSE;
        if (value === UNKNOWN) result = UNKNOWN;
      }
      return result;
    }
    case 'or': {
      let result: Truth = FALSE;
      for (const part of expression.of) {
        const value = evaluate(part, facts, unknowns);
        if (value === TRUE) return TRUE;
        if (value === UNKNOWN) result = UNKNOWN;
      }
      return result;
    }
    default:
      return evaluateCondition(expression, facts, unknowns);
  }
}

function some(
  expressions: Expression[],
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  let result: Truth = FALSE;
  for (const expression of expressions) {
    const value = evaluate(expression, facts, unknowns);
    if (value === TRUE) return TRUE;
    if (value === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** Whether a rule matches: any of its operations and any of its sources. @internal */
export function evaluateRule(
  rule: CompiledRule,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  const operation = some(rule.permissions, facts, unknowns);
  if (operation === FALSE) return FALSE;
  const source = some(rule.principals, facts, unknowns);
  if (source === FALSE) return FALSE;
  return operation === TRUE && source === TRUE ? TRUE : UNKNOWN;
}
