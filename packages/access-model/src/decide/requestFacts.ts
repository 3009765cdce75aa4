import { parseCidr } from '../match/cidr';
import type { RequestFacts } from '../match/RequestFacts';
import type { KnownToken } from '../authn/verifyTokens';
import type { Mesh } from '../mesh/Mesh';
import { normalizePath } from './normalizePath';
import type { DecisionRequest, RequestToken } from './types';

/**
 * Text that stands for the described token wherever it is sent: made of the characters that a JWT is made of, and beginning as every JWT does.
 *
 * @internal
 */
export const TOKEN_TEXT = 'eyJkZXNjcmliZWQifQ.token.of-the-request';

/** Methods that Envoy's HTTP/1 parser knows; all others are answered with 400. */
const METHODS = new Set(
  `ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE M-SEARCH NOTIFY OPTIONS PATCH POST
   PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE`.split(
    /\s+/,
  ),
);

const AUTHORITY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%[\]]+$/;
const TARGET = /^[\x21-\x7e]+$/;

/** Headers of the connection, which a proxy does not pass on. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
];

/** @internal */
export interface PreparedRequest {
  facts: RequestFacts;
  /** Tokens that the request describes, by their text. */
  tokens: Map<string, KnownToken>;
  /** The token that a provider would add, by the provider's name. */
  provided?: { provider: string; token: RequestToken; text: string };
}

/** What an earlier hop hands on besides the request's text. @internal */
export interface Inherited {
  tokens: ReadonlyMap<string, KnownToken>;
  unknownHeaders: ReadonlyMap<string, string>;
}

/** @internal */
export interface RefusedRequest {
  refused: string;
}

function readHeaders(request: DecisionRequest): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lines = (Array.isArray(value) ? value : [value]).map(line =>
      String(line).replace(/^[ \t]+|[ \t]+$/g, ''),
    );
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), ...lines]);
  }
  for (const name of HOP_BY_HOP) headers.delete(name);
  return headers;
}

/** A target in absolute form names the authority itself. */
function splitTarget(
  target: string,
  host: string,
): { path: string; authority: string } {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (!absolute) return { path: target, authority: host };
  const rest = absolute[2];
  return {
    authority: absolute[1],
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function placeToken(
  token: RequestToken,
  headers: Map<string, string[]>,
  target: string,
): { target: string; provider?: string } {
  const at = token.via.indexOf(':');
  const place = at < 0 ? token.via : token.via.slice(0, at);
  const name = at < 0 ? '' : token.via.slice(at + 1);
  switch (place) {
    case 'authorization':
      headers.set('authorization', [
        `${token.prefix ?? 'Bearer '}${TOKEN_TEXT}`,
      ]);
      return { target };
    case 'header':
      headers.set(name.toLowerCase(), [`${token.prefix ?? ''}${TOKEN_TEXT}`]);
      return { target };
    case 'query':
      return {
        target: `${target}${
          target.includes('?') ? '&' : '?'
        }${name}=${TOKEN_TEXT}`,
      };
    case 'cookie': {
      const cookies = headers.get('cookie') ?? [];
      headers.set('cookie', [[...cookies, `${name}=${TOKEN_TEXT}`].join('; ')]);
      return { target };
    }
    case 'extAuthz':
      return { target, provider: name };
    default:
      throw new TypeError(
        `token.via ${JSON.stringify(token.via)} is not a place`,
      );
  }
}

/** Client address as Envoy works it out from X-Forwarded-For. Envoy: source/common/http/conn_manager_utility.cc. */
function remoteAddress(
  xff: string | undefined,
  options: {
    peer: string | undefined;
    gateway: boolean;
    trustedProxies: number;
  },
): string | undefined {
  const { peer, gateway, trustedProxies } = options;
  if (gateway && trustedProxies === 0) return peer;
  if (xff === undefined) return peer;
  const entries = xff.split(',').map(entry => entry.trim());
  const index = entries.length - (gateway ? trustedProxies : 1);
  const address = entries[index];
  return address !== undefined && parseCidr(address) ? address : peer;
}

/** Without TLS there is no server name; mutual TLS inside the mesh has one that a caller seldom tells. @internal */
export function serverName(
  request: DecisionRequest,
  authority: string,
): string | undefined {
  if (request.sni !== undefined) return request.sni;
  if (request.scheme === 'https')
    return authority.replace(/:\d+$/, '').toLowerCase();
  return request.at.kind === 'gateway' || request.peer === null
    ? ''
    : undefined;
}

/** Headers that the connection manager writes itself. */
function addProxyHeaders(
  facts: RequestFacts,
  options: { gateway: boolean; trustedProxies: number },
) {
  const { gateway, trustedProxies } = options;
  const { headers, unknownHeaders } = facts;
  for (const name of [...headers.keys()]) {
    if (name.startsWith('x-envoy-')) {
      headers.delete(name);
      unknownHeaders.set(name, `header ${name}, which the proxy sets itself`);
    }
  }
  if (gateway) {
    headers.delete('x-forwarded-client-cert');
    // Only a gateway that trusts no proxy in front of it writes what it saw itself.
    if (trustedProxies === 0) headers.delete('x-forwarded-proto');
    headers.delete('x-request-id');
    if (facts.sourceIp === undefined) {
      unknownHeaders.set('x-forwarded-for', 'address of the caller');
    } else {
      const sent = headers.get('x-forwarded-for');
      headers.set('x-forwarded-for', [
        sent ? `${sent.join(',')},${facts.sourceIp}` : facts.sourceIp,
      ]);
    }
  }
  if (!headers.has('x-forwarded-proto'))
    headers.set('x-forwarded-proto', [facts.scheme]);
  // HTTP/1 carries no scheme; the proxy takes the forwarded one where it is one.
  const forwarded = headers.get('x-forwarded-proto')!.join(',').toLowerCase();
  if (forwarded === 'http' || forwarded === 'https') facts.scheme = forwarded;
  if (!headers.has('x-request-id')) {
    unknownHeaders.set(
      'x-request-id',
      'header x-request-id, which the proxy makes up',
    );
  }
}

/**
 * What the proxy's connection manager makes of a request, or why it refuses it before any policy is asked.
 *
 * Facts hold for Envoy's defaults. Istio's own bootstrap cuts a fragment off (`http_reject_path_with_fragment` is false there), where a plain
 * Envoy answers 400; the model takes the stricter of the two.
 *
 * @internal
 */
export function prepareRequest(
  mesh: Mesh,
  request: DecisionRequest,
  inherited?: Inherited,
): PreparedRequest | RefusedRequest {
  const method = request.method ?? 'GET';
  const { path: sent, authority } = splitTarget(
    request.path ?? '/',
    request.host ?? '',
  );
  if (!METHODS.has(method))
    return { refused: `method ${method} is not known to the proxy` };
  if (authority === '') return { refused: 'the request names no host' };
  if (!AUTHORITY.test(authority))
    return { refused: 'the host holds characters that are not allowed' };
  if (!TARGET.test(sent))
    return { refused: 'the path holds characters that are not allowed' };
  if (sent.includes('#')) return { refused: 'the path holds a fragment' };
  if (!sent.startsWith('/') && sent !== '*')
    return { refused: 'the path does not begin with a slash' };

  const headers = readHeaders(request);
  let target = sent;
  const tokens = new Map<string, KnownToken>(inherited?.tokens);
  for (const [text, known] of Object.entries(request.knownTokens ?? {}))
    tokens.set(text, known);
  let provided: PreparedRequest['provided'];
  if (request.token) {
    const { token } = request;
    const placed = placeToken(token, headers, target);
    target = placed.target;
    tokens.set(TOKEN_TEXT, {
      valid: token.valid,
      expired: /exp|nbf/i.test(token.why ?? ''),
      claims: token.claims ?? {},
    });
    if (placed.provider !== undefined) {
      provided = { provider: placed.provider, token, text: TOKEN_TEXT };
    }
  }

  const path = normalizePath(target, mesh.meshConfig.pathNormalization);
  if (path === undefined) return { refused: 'the path cannot be normalized' };

  const gateway = request.at.kind === 'gateway';
  const scheme = request.scheme ?? 'http';
  const xff = headers.get('x-forwarded-for')?.join(',');
  let { peer } = request as { peer?: DecisionRequest['peer'] };
  if (peer === undefined && gateway) peer = null;
  const question = path.indexOf('?');
  const facts: RequestFacts = {
    method,
    scheme,
    tls: scheme === 'https',
    authority,
    path,
    pathOnly: question < 0 ? path : path.slice(0, question),
    headers,
    unknownHeaders: new Map(inherited?.unknownHeaders),
    claims: undefined,
    peer:
      peer === undefined
        ? undefined
        : peer?.principal?.replace(/^spiffe:\/\//, '') ?? null,
    sourceIp: request.sourceIp,
    remoteIp: remoteAddress(xff, {
      peer: request.sourceIp,
      gateway,
      trustedProxies: mesh.meshConfig.numTrustedProxies,
    }),
    destinationIp: undefined,
    port: request.at.port,
    sni: serverName(request, authority),
  };
  addProxyHeaders(facts, {
    gateway,
    trustedProxies: mesh.meshConfig.numTrustedProxies,
  });
  return { facts, tokens, provided };
}
