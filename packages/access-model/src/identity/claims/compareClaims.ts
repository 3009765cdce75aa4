import { TokenClaims } from './claimsFor';

/** Claims that differ from login to login. */
const perLogin: ReadonlySet<string> = new Set([
  'exp',
  'iat',
  'auth_time',
  'jti',
  'iss',
  'sid',
  'session_state',
  'at_hash',
  'clientHost',
  'clientAddress',
]);

/** Lists come out of hash sets, and `scope` is a list of words. */
function canonical(name: string, value: unknown): string {
  if (name === 'scope' && typeof value === 'string') {
    return JSON.stringify(value.split(' ').sort());
  }
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(sorted)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  }
  return value;
}

/** @public */
export interface ClaimComparison {
  /** Claims that the model names and that were compared. */
  compared: number;
  /** Claims that the model says it cannot know. */
  unknown: number;
  differences: { claim: string; model: unknown; keycloak: unknown }[];
}

/**
 * Compares what the model says with the claims of a real token. Claims that
 * differ from login to login or that the model calls unknown are left out, and
 * the order of lists does not count.
 *
 * @public
 */
export function compareClaims(
  model: TokenClaims,
  real: Record<string, unknown>,
): ClaimComparison {
  const unknown = new Set(model.unknown);
  const names = new Set([...Object.keys(model.claims), ...Object.keys(real)]);
  const differences: ClaimComparison['differences'] = [];
  let compared = 0;
  for (const name of names) {
    if (perLogin.has(name) || unknown.has(name)) {
      continue;
    }
    compared++;
    const expected = model.claims[name];
    if (canonical(name, expected) !== canonical(name, real[name])) {
      differences.push({ claim: name, model: expected, keycloak: real[name] });
    }
  }
  return { compared, unknown: unknown.size, differences };
}
