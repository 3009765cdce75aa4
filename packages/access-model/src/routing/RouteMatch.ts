import { regexMatches } from '../match/regex';
import { headerValues } from '../match/RequestFacts';
import type { RequestFacts, Unknowns } from '../match/RequestFacts';
import { FALSE, TRUE, truth, UNKNOWN } from '../match/truth';
import type { Truth } from '../match/truth';
import type { HttpMatchRequest, StringMatch } from '../manifests/specs';

/** Which paths a route takes. @public */
export interface PathMatch {
  /** `segmentPrefix` ends at a slash (Gateway API); `prefix` does not (VirtualService). */
  type: 'exact' | 'prefix' | 'segmentPrefix' | 'regex' | 'any';
  value: string;
  ignoreCase: boolean;
}

/** A test of one header, query parameter or claim. @internal */
interface ValueMatch {
  name: string;
  /** `undefined` asks for presence. */
  match: StringMatch | undefined;
  invert: boolean;
}

/** All conditions of one route. @internal */
export interface RouteMatch {
  path: PathMatch;
  headers: ValueMatch[];
  query: ValueMatch[];
  claims: { path: string[]; match: StringMatch; invert: boolean }[];
}

/** Whether a string matches; an empty match asks for nothing. */
function matchesValue(match: StringMatch, value: string): boolean {
  if (match.exact !== undefined) return value === match.exact;
  if (match.prefix !== undefined) return value.startsWith(match.prefix);
  if (match.regex !== undefined) return regexMatches(match.regex, value);
  return true;
}

/** A regex of `*` alone is no regex but a question for presence. Istio: core/route/route.go, canBeConvertedToPresentMatch. */
function presence(match: StringMatch | null | undefined): boolean {
  return (
    !match ||
    (match.exact === undefined &&
      match.prefix === undefined &&
      match.regex === undefined) ||
    match.regex === '*'
  );
}

/** Keys of a claim that a header name stands for. Istio: pkg/jwt/routing.go, ToRoutingClaim. */
function claimPath(name: string): string[] | undefined {
  const prefix = '@request.auth.claims';
  if (!name.toLowerCase().startsWith(prefix)) return undefined;
  const rest = name.slice(prefix.length);
  if (rest.startsWith('.') && rest.length > 1) return rest.slice(1).split('.');
  if (rest.startsWith('[') && rest.endsWith(']') && rest.length > 2) {
    return rest.slice(1, -1).split('][');
  }
  return undefined;
}

function pathMatchOf(
  match: HttpMatchRequest,
  semantics: 'istio' | 'gatewayApi',
): PathMatch {
  const ignoreCase = match.ignoreUriCase === true;
  const { uri } = match;
  if (uri?.exact !== undefined)
    return { type: 'exact', value: uri.exact, ignoreCase };
  if (uri?.prefix !== undefined) {
    if (semantics === 'gatewayApi' && uri.prefix !== '/') {
      return {
        type: 'segmentPrefix',
        value: uri.prefix.replace(/\/$/, ''),
        ignoreCase,
      };
    }
    return { type: 'prefix', value: uri.prefix, ignoreCase };
  }
  if (uri?.regex !== undefined)
    return { type: 'regex', value: uri.regex, ignoreCase };
  return { type: 'any', value: '/', ignoreCase };
}

/** Compiles a match block; without one everything matches. @internal */
export function compileMatch(
  match: HttpMatchRequest | undefined,
  semantics: 'istio' | 'gatewayApi',
): RouteMatch {
  const compiled: RouteMatch = {
    path: pathMatchOf(match ?? {}, semantics),
    headers: [],
    query: [],
    claims: [],
  };
  const add = (
    name: string,
    value: StringMatch | null | undefined,
    invert: boolean,
  ) => {
    const path = claimPath(name);
    if (path) {
      compiled.claims.push({ path, match: value ?? {}, invert });
      return;
    }
    compiled.headers.push({
      name: name.toLowerCase(),
      match: presence(value) ? undefined : value!,
      invert,
    });
  };
  for (const [name, value] of Object.entries(match?.headers ?? {}))
    add(name, value, false);
  for (const [name, value] of Object.entries(match?.withoutHeaders ?? {}))
    add(name, value, true);
  if (match?.method) add(':method', match.method, false);
  if (match?.authority) add(':authority', match.authority, false);
  if (match?.scheme) add(':scheme', match.scheme, false);
  for (const [name, value] of Object.entries(match?.queryParams ?? {})) {
    compiled.query.push({
      name,
      match: presence(value) ? undefined : value,
      invert: false,
    });
  }
  return compiled;
}

/** Whether a route takes everything that reaches it. Istio: core/route/route.go, IsCatchAllRoute. @internal */
export function isCatchAll({
  path,
  headers,
  query,
  claims,
}: RouteMatch): boolean {
  const everyPath =
    path.type === 'any' ||
    (path.type === 'prefix' && path.value === '/') ||
    (path.type === 'regex' && path.value === '.*');
  return (
    everyPath &&
    headers.length === 0 &&
    query.length === 0 &&
    claims.length === 0
  );
}

/** Whether a path (without query) is taken. @internal */
export function matchesPath(match: PathMatch, path: string): boolean {
  if (match.type === 'regex') {
    return regexMatches(
      match.ignoreCase ? `(?i)${match.value}` : match.value,
      path,
    );
  }
  const value = match.ignoreCase ? match.value.toLowerCase() : match.value;
  const subject = match.ignoreCase ? path.toLowerCase() : path;
  switch (match.type) {
    case 'any':
      return subject.startsWith('/');
    case 'exact':
      return subject === value;
    case 'prefix':
      return subject.startsWith(value);
    default:
      return (
        subject.startsWith(value) &&
        (subject.length === value.length || subject[value.length] === '/')
      );
  }
}

/** Values of a query parameter, as they stand. @internal */
export function queryValues(path: string, name: string): string[] {
  const question = path.indexOf('?');
  if (question < 0) return [];
  const hash = path.indexOf('#', question);
  return path
    .slice(question + 1, hash < 0 ? undefined : hash)
    .split('&')
    .map(pair => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [pair, '']
        : [pair.slice(0, equals), pair.slice(equals + 1)];
    })
    .filter(([key]) => key === name)
    .map(([, value]) => value);
}

function headerTruth(
  test: ValueMatch,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  const values = headerValues(facts, test.name);
  const why = facts.unknownHeaders.get(test.name);
  if (why !== undefined) {
    // It is there; only a test for presence can be answered.
    return test.match === undefined ? truth(!test.invert) : unknowns.add(why);
  }
  if (test.match === undefined) return truth(values.length > 0 !== test.invert);
  // A missing header counts as empty only for withoutHeaders.
  if (values.length === 0 && !test.invert) return FALSE;
  return truth(matchesValue(test.match, values.join(',')) !== test.invert);
}

function claimTruth(
  test: RouteMatch['claims'][number],
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  if (facts.claimsUnknown !== undefined)
    return unknowns.add(facts.claimsUnknown);
  let value: unknown = facts.claims;
  for (const key of test.path) {
    value =
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  const matches = (item: unknown) =>
    typeof item === 'string' && matchesValue(test.match, item);
  const found = Array.isArray(value) ? value.some(matches) : matches(value);
  return truth(found !== test.invert);
}

/** Whether a request meets all conditions of a route. @internal */
export function matchesRoute(
  match: RouteMatch,
  facts: RequestFacts,
  unknowns: Unknowns,
): Truth {
  if (!matchesPath(match.path, facts.pathOnly)) return FALSE;
  for (const test of match.query) {
    const [first] = queryValues(facts.path, test.name);
    if (first === undefined) return FALSE;
    if (test.match && !matchesValue(test.match, first)) return FALSE;
  }
  let result: Truth = TRUE;
  for (const test of match.headers) {
    const value = headerTruth(test, facts, unknowns);
    if (value === FALSE) return FALSE;
    if (value === UNKNOWN) result = UNKNOWN;
  }
  for (const test of match.claims) {
    const value = claimTruth(test, facts, unknowns);
    if (value === FALSE) return FALSE;
    if (value === UNKNOWN) result = UNKNOWN;
  }
  return result;
}
