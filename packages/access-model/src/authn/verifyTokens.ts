import { headerValues } from '../match/RequestFacts';
import type { RequestFacts } from '../match/RequestFacts';
import type { JwtRule, TokenLocation } from './jwtRules';

/** What is known of a token beyond its text. @internal */
export interface KnownToken {
  /** Whether its signature and times hold; `undefined` where nobody can say. */
  valid: boolean | undefined;
  /** `true` where the times are what is wrong, which a proxy notices before the audience. */
  expired?: boolean;
  claims: Record<string, unknown>;
}

/** Outcome of the JWT stage at one proxy. @internal */
export type TokenOutcome =
  | { state: 'none' }
  | { state: 'accepted'; rule: JwtRule; claims: Record<string, unknown> }
  | { state: 'rejected'; status: 401 | 403; rule?: JwtRule; why: string }
  | { state: 'unknown'; why: string };

type Status =
  | { ok: true; token: KnownToken; text: string }
  | {
      ok: false;
      kind: 'missing' | 'issuer' | 'audience' | 'other';
      why: string;
    }
  | { ok: 'unknown'; why: string };

const TOKEN_CHARACTERS = /[A-Za-z0-9_\-.]/;
const TOKEN_RUN = /[A-Za-z0-9_\-.]+/y;

/** The run of token characters after a prefix. Envoy: http/jwt_authn/extractor.cc, extractJWT. */
function extractRun(value: string, after: number): string {
  let start = after;
  while (start < value.length && !TOKEN_CHARACTERS.test(value[start]))
    start += 1;
  if (start >= value.length) return value;
  TOKEN_RUN.lastIndex = start;
  return TOKEN_RUN.exec(value)![0];
}

function queryValue(path: string, name: string): string | undefined {
  const question = path.indexOf('?');
  if (question < 0) return undefined;
  const hash = path.indexOf('#', question);
  const query = path.slice(question + 1, hash < 0 ? undefined : hash);
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (key === name) return equals < 0 ? '' : pair.slice(equals + 1);
  }
  return undefined;
}

function cookieValue(facts: RequestFacts, name: string): string | undefined {
  for (const line of headerValues(facts, 'cookie')) {
    for (const part of line.split(';')) {
      const pair = part.trim();
      const equals = pair.indexOf('=');
      if (equals < 0 || pair.slice(0, equals) !== name) continue;
      const value = pair.slice(equals + 1);
      return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
        ? value.slice(1, -1)
        : value;
    }
  }
  return undefined;
}

/** Text of the token at a location, if any stands there. @internal */
export function tokenAt(
  facts: RequestFacts,
  location: TokenLocation,
): string | undefined {
  if (location.in === 'query')
    return queryValue(facts.path, location.name) || undefined;
  if (location.in === 'cookie')
    return cookieValue(facts, location.name) || undefined;
  const lines = headerValues(facts, location.name);
  if (lines.length === 0) return undefined;
  const value = lines.join(',');
  if (location.prefix === '') return extractRun(value, 0) || undefined;
  const at = value.indexOf(location.prefix);
  if (at < 0) return undefined;
  return extractRun(value, at + location.prefix.length);
}

function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    const binary = atob(part.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(binary, character => character.charCodeAt(0));
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** A token that nobody described: readable, but whether its signature holds cannot be said. */
function readUndescribed(text: string): KnownToken | undefined {
  const parts = text.split('.');
  if (parts.length !== 3) return undefined;
  const header = decodePart(parts[0]);
  const claims = decodePart(parts[1]);
  if (!header || !claims || typeof header.alg !== 'string') return undefined;
  return { valid: undefined, claims };
}

function withoutScheme(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function audiencesOf(claims: Record<string, unknown>): string[] {
  const { aud } = claims;
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) ? aud.filter(item => typeof item === 'string') : [];
}

/** Envoy: http/jwt_authn/authenticator.cc. Times are looked at before the audience, the audience before the signature. */
function verifyOne(
  rule: JwtRule,
  text: string,
  tokens: ReadonlyMap<string, KnownToken>,
): Status {
  const token = tokens.get(text) ?? readUndescribed(text);
  if (!token)
    return { ok: false, kind: 'other', why: 'the token is not a JWT' };
  const { iss } = token.claims;
  if (rule.issuer !== '' && iss !== rule.issuer) {
    return {
      ok: false,
      kind: 'issuer',
      why: `issuer ${JSON.stringify(iss ?? '')} is not ${JSON.stringify(
        rule.issuer,
      )}`,
    };
  }
  if (token.valid === false && token.expired) {
    return { ok: false, kind: 'other', why: 'the token has expired' };
  }
  if (rule.audiences.length > 0) {
    const wanted = new Set(rule.audiences.map(withoutScheme));
    const given = audiencesOf(token.claims);
    if (!given.some(audience => wanted.has(withoutScheme(audience)))) {
      return {
        ok: false,
        kind: 'audience',
        why: `audience ${JSON.stringify(given)} holds none of ${JSON.stringify(
          rule.audiences,
        )}`,
      };
    }
  }
  if (token.valid === undefined) {
    return { ok: 'unknown', why: 'signature of the token in the request' };
  }
  if (token.valid === false) {
    return {
      ok: false,
      kind: 'other',
      why: 'the signature or the times of the token do not hold',
    };
  }
  return { ok: true, token, text };
}

/** All tokens at a rule's places must hold; the last place is looked at first. */
function verifyRule(
  rule: JwtRule,
  facts: RequestFacts,
  tokens: ReadonlyMap<string, KnownToken>,
): Status {
  let found: Status = { ok: false, kind: 'missing', why: 'no token' };
  const texts = rule.locations
    .map(location => tokenAt(facts, location))
    .filter((text): text is string => text !== undefined);
  for (const text of texts.reverse()) {
    const status = verifyOne(rule, text, tokens);
    if (status.ok !== true) return status;
    found = status;
  }
  return found;
}

/** A payload as Envoy keeps it: some claims cut at spaces. */
function payloadOf(
  rule: JwtRule,
  claims: Record<string, unknown>,
): Record<string, unknown> {
  const payload = { ...claims };
  for (const name of rule.spaceDelimitedClaims) {
    const value = payload[name];
    if (typeof value === 'string')
      payload[name] = value.split(' ').filter(Boolean);
  }
  return payload;
}

function claimAt(claims: Record<string, unknown>, path: string): unknown {
  let value: unknown = claims;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function base64(text: string, url: boolean): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  const encoded = btoa(binary);
  return url ? encoded.replace(/\+/g, '-').replace(/\//g, '_') : encoded;
}

function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return typeof value === 'object' && value !== null
    ? base64(JSON.stringify(value), false)
    : undefined;
}

function removeToken(facts: RequestFacts, location: TokenLocation) {
  if (location.in === 'header') {
    facts.headers.delete(location.name);
    return;
  }
  if (location.in === 'query')
    facts.path = withoutParameter(facts.path, location.name);
}

function decodeQuery(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

function encodeQuery(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-_.~]/g,
    character =>
      `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * A target without one query parameter. Envoy writes the whole query anew: decoded and encoded again, keys in order.
 *
 * Envoy: source/common/http/utility.cc, QueryParamsMulti.
 */
function withoutParameter(target: string, name: string): string {
  const question = target.indexOf('?');
  if (question < 0) return target;
  const parameters = new Map<string, string[]>();
  for (const pair of target.slice(question + 1).split('&')) {
    const equals = pair.indexOf('=');
    const key = decodeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeQuery(pair.slice(equals + 1));
    if (key !== name)
      parameters.set(key, [...(parameters.get(key) ?? []), value]);
  }
  const query = [...parameters.keys()]
    .sort()
    .flatMap(key =>
      parameters
        .get(key)!
        .map(value => `${encodeQuery(key)}=${encodeQuery(value)}`),
    )
    .join('&');
  return `${target.slice(0, question)}${query ? `?${query}` : ''}`;
}

function accept(rule: JwtRule, facts: RequestFacts, token: KnownToken) {
  const { claims } = token;
  for (const { header, claim } of rule.outputClaimToHeaders) {
    const text = headerText(claimAt(claims, claim));
    if (text !== undefined) facts.headers.set(header, [text]);
  }
  if (rule.outputPayloadToHeader) {
    facts.headers.delete(rule.outputPayloadToHeader);
    facts.unknownHeaders.set(
      rule.outputPayloadToHeader,
      `header ${rule.outputPayloadToHeader}, the token's payload in base64`,
    );
  }
  if (!rule.forwardOriginalToken) {
    for (const location of rule.locations) {
      if (tokenAt(facts, location) !== undefined) removeToken(facts, location);
    }
  }
}

/** Which of several failures the client gets to see: the one that says most. */
function worst(statuses: Status[]): Extract<Status, { ok: false }> | undefined {
  const failures = statuses.filter(
    (status): status is Extract<Status, { ok: false }> => status.ok === false,
  );
  return (
    failures.find(({ kind }) => kind !== 'missing' && kind !== 'issuer') ??
    failures.find(({ kind }) => kind === 'issuer')
  );
}

/** Whether a request is a CORS preflight, which skips the JWT stage. @internal */
export function isPreflight(facts: RequestFacts): boolean {
  return (
    facts.method === 'OPTIONS' &&
    Boolean(headerValues(facts, 'origin')[0]) &&
    Boolean(headerValues(facts, 'access-control-request-method')[0])
  );
}

/**
 * The JWT stage of one proxy: which token is accepted, and what that does to the request's headers.
 *
 * Without a token the request passes. One valid token is enough, whatever stands in another rule's place; a token that no rule accepts is
 * refused with 401, or 403 where only the audience is wrong.
 *
 * Istio: pilot/pkg/security/authn/policy_applier.go, convertToEnvoyJwtConfig. Envoy: source/extensions/filters/http/jwt_authn.
 *
 * @internal
 */
export function verifyTokens(
  rules: readonly JwtRule[],
  facts: RequestFacts,
  tokens: ReadonlyMap<string, KnownToken>,
): TokenOutcome {
  if (rules.length === 0 || !facts.path.startsWith('/'))
    return { state: 'none' };
  if (isPreflight(facts)) return { state: 'none' };
  for (const rule of rules) {
    // Headers that carry verified claims are never taken from the client.
    if (rule.outputPayloadToHeader)
      facts.headers.delete(rule.outputPayloadToHeader);
    for (const { header } of rule.outputClaimToHeaders)
      facts.headers.delete(header);
  }
  const statuses: Status[] = [];
  for (const rule of rules) {
    const status = verifyRule(rule, facts, tokens);
    if (status.ok === true) {
      accept(rule, facts, status.token);
      return {
        state: 'accepted',
        rule,
        claims: payloadOf(rule, status.token.claims),
      };
    }
    if (status.ok === 'unknown') return { state: 'unknown', why: status.why };
    statuses.push(status);
  }
  const failure = worst(statuses);
  if (!failure) return { state: 'none' };
  return {
    state: 'rejected',
    status: failure.kind === 'audience' ? 403 : 401,
    rule: rules[statuses.indexOf(failure)],
    why: failure.why,
  };
}
