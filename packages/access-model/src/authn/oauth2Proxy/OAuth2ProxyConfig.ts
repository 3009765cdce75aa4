import { parse } from 'smol-toml';
import { compileRegex } from '../../match/regex';
import type { ObjectRef } from '../../manifests/types';

/** A route that oauth2-proxy lets pass without a session. @public */
export interface SkipRoute {
  /** Empty takes every method. */
  method: string;
  /** The route is everything that the pattern does not find. */
  negated: boolean;
  /** Found anywhere in the path, unless it is anchored. */
  pattern: string;
}

/** The settings of oauth2-proxy that change its answer as an external authoriser. @public */
export interface OAuth2ProxyConfig {
  /** Where they were read. */
  refs: ObjectRef[];
  skipRoutes: SkipRoute[];
  /** OPTIONS passes without a session. */
  skipPreflight: boolean;
  /** Patterns of paths whose callers get 401 where a browser would be sent to log in. */
  apiRoutes: string[];
  /** A valid bearer token stands for a session. */
  skipJwtBearerTokens: boolean;
  /** Session holders must be in one of them; empty lets everyone in. */
  allowedGroups: string[];
  /** Realm or client roles (`client:role`), for the Keycloak provider. */
  allowedRoles: string[];
  emailDomains: string[];
  /** 302 to the issuer at once, where 403 with a page to sign in would come otherwise. */
  skipProviderButton: boolean;
  /** Authorization of the answer carries the ID token. */
  setAuthorizationHeader: boolean;
  /** X-Auth-Request-* of the answer carry the user, and with `passAccessToken` the access token. */
  setXAuthRequest: boolean;
  passAccessToken: boolean;
  /** Prefix of its own pages. */
  proxyPrefix: string;
  pingPath: string;
  readyPath: string;
  /** Settings that could not be read: what they say is not known. */
  unread: string[];
}

type Settings = Record<string, unknown>;

function strings(value: unknown): string[] {
  if (typeof value === 'string')
    return value
      .split(',')
      .map(part => part.trim())
      .filter(Boolean);
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

function flag(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === '';
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** `GET=^/public`, `POST!=^/closed`, `^/open`. oauth2-proxy: oauthproxy.go, buildRoutesAllowlist. */
function parseRoute(route: string): SkipRoute {
  const negated = route.split('!=');
  if (negated.length > 1) {
    return {
      method: negated[0].toUpperCase(),
      negated: true,
      pattern: negated.slice(1).join('!='),
    };
  }
  const equals = route.indexOf('=');
  if (equals < 0) return { method: '', negated: false, pattern: route };
  return {
    method: route.slice(0, equals).toUpperCase(),
    negated: false,
    pattern: route.slice(equals + 1),
  };
}

/**
 * Settings of the configuration file and of flags, flags first; both know the same names, with `_` in the file and `-` in flags.
 *
 * @throws TomlError where the file is not TOML
 * @internal
 */
export function readOAuth2Proxy(options: {
  file?: string;
  args?: readonly string[];
  refs: ObjectRef[];
  unread?: string[];
}): OAuth2ProxyConfig {
  const settings: Settings =
    options.file === undefined ? {} : (parse(options.file) as Settings);
  const flags = new Map<string, string[]>();
  for (const arg of options.args ?? []) {
    const match = /^--?([a-z0-9-]+)(?:=(.*))?$/s.exec(arg);
    if (!match) continue;
    const name = match[1].replace(/-/g, '_');
    flags.set(name, [...(flags.get(name) ?? []), match[2] ?? '']);
  }
  const value = (...names: string[]): unknown => {
    for (const name of names) {
      const given = flags.get(name);
      if (given) return given.length === 1 ? given[0] : given;
      if (settings[name] !== undefined) return settings[name];
    }
    return undefined;
  };
  const list = (...names: string[]) => strings(value(...names));
  const prefix = text(value('proxy_prefix'), '/oauth2');
  return {
    refs: options.refs,
    skipRoutes: [
      ...list('skip_auth_routes', 'skip_auth_route').map(parseRoute),
      ...list('skip_auth_regex').map(pattern => ({
        method: '',
        negated: false,
        pattern,
      })),
    ],
    skipPreflight: flag(value('skip_auth_preflight') ?? false),
    apiRoutes: list('api_routes', 'api_route'),
    skipJwtBearerTokens: flag(value('skip_jwt_bearer_tokens') ?? false),
    allowedGroups: list('allowed_groups', 'allowed_group'),
    allowedRoles: list('allowed_roles', 'allowed_role'),
    emailDomains: list('email_domains', 'email_domain'),
    skipProviderButton: flag(value('skip_provider_button') ?? false),
    setAuthorizationHeader: flag(value('set_authorization_header') ?? false),
    setXAuthRequest: flag(value('set_xauthrequest') ?? false),
    passAccessToken: flag(value('pass_access_token') ?? false),
    proxyPrefix: prefix.startsWith('/') ? prefix : `/${prefix}`,
    pingPath: text(value('ping_path'), '/ping'),
    readyPath: text(value('ready_path'), '/ready'),
    unread: options.unread ?? [],
  };
}

/** What oauth2-proxy makes of a request. @public */
export type OAuth2ProxyAnswer =
  /** It answers 200 whoever asks. */
  | { kind: 'open'; why: string }
  /** It wants a session; without one it answers `status`. */
  | { kind: 'session'; statusWithout: number };

function finds(pattern: string, path: string): boolean {
  return compileRegex(pattern)?.matcher(path).find() ?? false;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * How oauth2-proxy answers a check of this request. Seen with 7.15.2: its own ping, readiness and robots pages and its static files answer 200
 * to everyone, which a mesh takes for a permission.
 *
 * @internal
 */
export function answerOfOAuth2Proxy(
  config: OAuth2ProxyConfig,
  request: { method: string; path: string; accept?: string },
): OAuth2ProxyAnswer {
  const question = request.path.indexOf('?');
  const path = decoded(
    question < 0 ? request.path : request.path.slice(0, question),
  );
  for (const own of [config.pingPath, config.readyPath, '/robots.txt']) {
    if (path === own)
      return { kind: 'open', why: `oauth2-proxy answers ${own} itself` };
  }
  if (path.startsWith(`${config.proxyPrefix}/static/`)) {
    return {
      kind: 'open',
      why: 'oauth2-proxy answers its static files itself',
    };
  }
  if (config.skipPreflight && request.method === 'OPTIONS') {
    return { kind: 'open', why: 'skip_auth_preflight lets OPTIONS pass' };
  }
  const skipped = config.skipRoutes.find(
    ({ method, negated, pattern }) =>
      (method === '' || method === request.method) &&
      finds(pattern, path) !== negated,
  );
  if (skipped) {
    const { method, negated, pattern } = skipped;
    return {
      kind: 'open',
      why: `skip_auth_routes ${method}${
        negated ? '!=' : method && '='
      }${pattern}`,
    };
  }
  const ownPage = path.startsWith(`${config.proxyPrefix}/`);
  if (ownPage && /\/(auth|userinfo)$/.test(path))
    return { kind: 'session', statusWithout: 401 };
  const api =
    config.apiRoutes.some(pattern => finds(pattern, path)) ||
    (request.accept ?? '')
      .split(',')
      .some(part => part.trim().startsWith('application/json'));
  if (api && !ownPage) return { kind: 'session', statusWithout: 401 };
  return {
    kind: 'session',
    statusWithout: config.skipProviderButton ? 302 : 403,
  };
}
