import { JwtRule } from '../authn';
import { DecisionRequest } from '../decide';
import { RealmClient, RealmGraph } from '../identity';
import { Way } from './way';

/** Stand for tokens in the headers of the login wall's answer. */
const ID_TOKEN = 'eyJpZCJ9.token.of-the-session';
const ACCESS_TOKEN = 'eyJhY2Nlc3MifQ.token.of-the-session';

/** The header in which oauth2-proxy passes the access token on. */
const ACCESS_TOKEN_HEADER = 'x-auth-request-access-token';

/** Where the login wall takes the browser back. */
const CALLBACK_PATH = '/oauth2/callback';

/** @internal */
export interface CallerTokens {
  access: Record<string, unknown>;
  id: Record<string, unknown>;
}

/**
 * A way in which a caller may show who it is.
 *
 * @internal
 */
export interface Presentation {
  /** Through a session at the login wall; else the caller sends a token. */
  wall: boolean;
  /** Whether tokens of a client can come this way. */
  takes(client: RealmClient): boolean;
  /** Which tokens a caller may choose from. */
  choices: readonly ('access' | 'id' | 'session')[];
  apply(
    choice: 'access' | 'id' | 'session',
    tokens: CallerTokens,
  ): Partial<DecisionRequest>;
}

function opensSession(client: RealmClient, host: string): boolean {
  return (
    client.standardFlowEnabled &&
    client.redirectUris.some(uri => {
      const match = /^https?:\/\/([^/:]+)(?::\d+)?(\/.*)?$/.exec(uri);
      if (!match) {
        return false;
      }
      const [, name, path = '/'] = match;
      const hostFits =
        name === host || (name.startsWith('*') && host.endsWith(name.slice(1)));
      const pathFits = path.endsWith('*')
        ? CALLBACK_PATH.startsWith(path.slice(0, -1))
        : path === CALLBACK_PATH;
      return hostFits && pathFits;
    })
  );
}

/**
 * A session at oauth2-proxy: the ID token goes into Authorization
 * (`set_authorization_header`), the access token into a header of its own
 * (`set_xauthrequest` with `pass_access_token`).
 */
function wallPresentation(way: Way, host: string): Presentation | undefined {
  const { provider } = way;
  if (!provider) {
    return undefined;
  }
  const passed = new Set(
    provider.headersToUpstreamOnAllow.map(name => name.toLowerCase()),
  );
  const headers: Record<string, string> = {};
  if (passed.has('authorization')) {
    headers.authorization = `Bearer ${ID_TOKEN}`;
  }
  if (passed.has(ACCESS_TOKEN_HEADER)) {
    headers[ACCESS_TOKEN_HEADER] = ACCESS_TOKEN;
  }
  return {
    wall: true,
    takes: client => opensSession(client, host),
    choices: ['session'],
    apply: (_, { access, id }) => ({
      token: null,
      extAuthz: { [provider.name]: { status: 200, headers } },
      knownTokens: {
        [ID_TOKEN]: { valid: true, claims: id },
        [ACCESS_TOKEN]: { valid: true, claims: access },
      },
    }),
  };
}

function directPresentations(way: Way, rules: JwtRule[]): Presentation[] {
  const refusal = way.provider
    ? { [way.provider.name]: { status: 302 } }
    : undefined;
  const places = new Map<string, { via: string; prefix: string }>();
  for (const { locations } of rules) {
    for (const { in: where, name, prefix } of locations) {
      const via =
        where === 'header' && name === 'authorization'
          ? 'authorization'
          : `${where}:${name}`;
      places.set(`${via} ${prefix}`, { via, prefix });
    }
  }
  return [...places.values()].map(({ via, prefix }) => ({
    wall: false,
    takes: () => true,
    choices: ['access', 'id'],
    apply: (choice, tokens) => ({
      token: {
        via,
        prefix,
        valid: true,
        claims: choice === 'id' ? tokens.id : tokens.access,
      },
      extAuthz: refusal,
    }),
  }));
}

/** The issuer that the tokens of a realm carry, by the rules that accept it. */
export function issuersOf(graph: RealmGraph, rules: JwtRule[]): string[] {
  const { realm, frontendUrl } = graph.realm;
  if (frontendUrl !== undefined) {
    return [`${frontendUrl.replace(/\/$/, '')}/realms/${realm}`];
  }
  const issuers = rules
    .map(({ issuer }) => issuer)
    .filter(issuer => issuer.endsWith(`/realms/${realm}`));
  return [...new Set(issuers)];
}

/** All ways to show a token of a realm along a way. @internal */
export function presentationsOf(way: Way, host: string): Presentation[] {
  const wall = wallPresentation(way, host);
  return [...(wall ? [wall] : []), ...directPresentations(way, way.rules)];
}
