import type { OpenCondition } from '../authz/residual';
import type { Condition } from '../authz/Expression';
import { describeMatcher, matchesString } from '../match/stringMatcher';
import type { StringMatcher } from '../match/stringMatcher';
import type { AccessCondition, RoleCondition } from './types';

function valuesOf(matchers: StringMatcher[]): string[] {
  return matchers.map(matcher => {
    switch (matcher.type) {
      case 'exact':
        return matcher.value;
      case 'prefix':
        return `${matcher.value}*`;
      case 'suffix':
        return `*${matcher.value}`;
      case 'regex':
        return matcher.value;
      default:
        return '*';
    }
  });
}

/** Roles that a claim condition speaks of. Keycloak keeps them under `realm_access` and `resource_access`. */
function rolesOf(path: string[], values: string[]): RoleCondition[] {
  if (path.length === 2 && path[0] === 'realm_access' && path[1] === 'roles') {
    return values.map(name => ({ kind: 'realm', name }));
  }
  if (
    path.length === 3 &&
    path[0] === 'resource_access' &&
    path[2] === 'roles'
  ) {
    return values.map(name => ({ kind: 'client', client: path[1], name }));
  }
  return [];
}

function join(values: string[]): string {
  return values.length > 1
    ? `${values.slice(0, -1).join(', ')} or ${values[values.length - 1]}`
    : values[0] ?? '';
}

function claimCondition(
  condition: Extract<Condition, { type: 'claim' }>,
  negated: boolean,
): AccessCondition {
  const values = valuesOf(condition.matchers);
  const roles = rolesOf(condition.path, values);
  const not = negated ? 'not ' : '';
  if (roles.length > 0) {
    const owner = roles[0].client ? ` of client ${roles[0].client}` : '';
    return {
      kind: 'role',
      negated,
      values,
      roles,
      words: `${not}role ${join(values)}${owner}`,
    };
  }
  if (condition.path.length === 1 && condition.path[0] === 'aud') {
    return {
      kind: 'audience',
      negated,
      values,
      roles,
      words: `${not}audience ${join(values)}`,
    };
  }
  return {
    kind: 'claim',
    negated,
    values,
    roles,
    words: `${not}claim ${condition.path.join('.')} ${join(
      condition.matchers.map(describeMatcher),
    )}`,
  };
}

function otherCondition(
  condition: Condition,
  negated: boolean,
): AccessCondition {
  const not = negated ? 'not ' : '';
  const make = (
    kind: AccessCondition['kind'],
    values: string[],
    words: string,
  ): AccessCondition => ({
    kind,
    negated,
    values,
    roles: [],
    words: `${not}${words}`,
  });
  switch (condition.type) {
    case 'peer':
      return make(
        'peer',
        [condition.text],
        condition.text === '*'
          ? 'any workload with mutual TLS'
          : condition.text,
      );
    case 'header':
      return make(
        'other',
        valuesOf([condition.matcher]),
        `header ${condition.name} ${describeMatcher(condition.matcher)}`,
      );
    case 'sourceIp':
    case 'remoteIp':
    case 'destinationIp':
      return make('other', [condition.text], `address ${condition.text}`);
    case 'port':
      return make('other', [String(condition.port)], `port ${condition.port}`);
    case 'sni':
      return make(
        'other',
        valuesOf([condition.matcher]),
        `server name ${describeMatcher(condition.matcher)}`,
      );
    case 'metadata':
      return make('other', [], condition.key);
    default:
      return make('other', [], condition.type);
  }
}

function claimOf(
  item: OpenCondition,
  claim: string,
): StringMatcher[] | undefined {
  const { condition, negated } = item;
  return !negated &&
    condition.type === 'claim' &&
    condition.path.length === 1 &&
    condition.path[0] === claim
    ? condition.matchers
    : undefined;
}

/** Issuer and any subject, which is what `requestPrincipals` asks for, as one condition. */
function tokenCondition(open: OpenCondition[]): AccessCondition | undefined {
  const subject = open.map(item => claimOf(item, 'sub')).find(Boolean);
  if (!subject?.some(({ type }) => type === 'nonEmpty')) return undefined;
  const issuer = open.map(item => claimOf(item, 'iss')).find(Boolean);
  if (!issuer) return undefined;
  const any = issuer.some(({ type }) => type === 'nonEmpty');
  const values = any ? [] : valuesOf(issuer);
  return {
    kind: 'token',
    negated: false,
    values,
    roles: [],
    words: any ? 'any valid token' : `a token of ${join(values)}`,
  };
}

/** Whether two conditions can never hold together, as far as a look at them tells. */
function contradict(a: OpenCondition, b: OpenCondition): boolean {
  if (a.negated === b.negated || a.condition.type !== b.condition.type)
    return false;
  const [positive, negative] = a.negated
    ? [b.condition, a.condition]
    : [a.condition, b.condition];
  if (positive.type === 'peer' && negative.type === 'peer') {
    return positive.matcher.type === 'exact'
      ? matchesString(negative.matcher, positive.matcher.value)
      : JSON.stringify(positive.matcher) === JSON.stringify(negative.matcher);
  }
  return JSON.stringify(positive) === JSON.stringify(negative);
}

/** Whether an alternative is one that nobody can meet. @internal */
export function isContradiction(open: OpenCondition[]): boolean {
  return open.some((a, index) =>
    open.slice(index + 1).some(b => contradict(a, b)),
  );
}

/**
 * Conditions in words that a person and a role graph understand.
 *
 * @internal
 */
export function conditionsOf(open: OpenCondition[]): AccessCondition[] {
  const token = tokenCondition(open);
  const conditions: AccessCondition[] = token ? [token] : [];
  for (const item of open) {
    if (token && (claimOf(item, 'iss') || claimOf(item, 'sub'))) continue;
    conditions.push(
      item.condition.type === 'claim'
        ? claimCondition(item.condition, item.negated)
        : otherCondition(item.condition, item.negated),
    );
  }
  // A role already needs a token, and one named workload needs no word about those it is not.
  const claims = conditions.some(
    ({ kind, negated }) =>
      !negated && (kind === 'role' || kind === 'claim' || kind === 'audience'),
  );
  const named = conditions.some(
    ({ kind, negated }) => kind === 'peer' && !negated,
  );
  const seen = new Set<string>();
  return conditions.filter(({ kind, negated, words }) => {
    if (kind === 'token' && claims) return false;
    if (kind === 'peer' && negated && named) return false;
    if (seen.has(words)) return false;
    seen.add(words);
    return true;
  });
}
