import type { DecisionRequest } from '@mesh-auth/access-model';
import type { TokenIssuer } from './tokens';
import { sendRaw } from './rawRequest';
import type { RawResponse } from './rawRequest';
import { ANSWER_HEADER, TOKEN_HEADER } from './servers';

/** The bytes of a described request. */
export function toBytes(request: DecisionRequest, issuer: TokenIssuer): string {
  const { method = 'GET', host = '', token, extAuthz } = request;
  let target = request.path ?? '/';
  const lines: string[] = [];
  const headers = Object.entries(request.headers ?? {});
  if (token) {
    const text = issuer.sign(token);
    const { via, prefix } = token;
    const name = via.slice(via.indexOf(':') + 1);
    if (via === 'authorization')
      lines.push(`authorization: ${prefix ?? 'Bearer '}${text}`);
    else if (via.startsWith('header:'))
      lines.push(`${name}: ${prefix ?? ''}${text}`);
    else if (via.startsWith('query:'))
      target += `${target.includes('?') ? '&' : '?'}${name}=${text}`;
    else if (via.startsWith('cookie:')) lines.push(`cookie: ${name}=${text}`);
    else if (via.startsWith('extAuthz:'))
      lines.push(`${TOKEN_HEADER}: ${prefix ?? 'Bearer '}${text}`);
  }
  for (const [name, value] of headers) {
    for (const line of Array.isArray(value) ? value : [value])
      lines.push(`${name}: ${line}`);
  }
  const [answer] = Object.values(extAuthz ?? {});
  if (answer) lines.push(`${ANSWER_HEADER}: ${answer.status}`);
  return [
    `${method} ${target} HTTP/1.1`,
    `host: ${host}`,
    ...lines,
    'content-length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Sends a described request. */
export function send(options: {
  request: DecisionRequest;
  issuer: TokenIssuer;
  port: number;
  host?: string;
  tls?: Parameters<typeof sendRaw>[0]['tls'];
}): Promise<RawResponse> {
  const { request, issuer, port, host, tls } = options;
  return sendRaw({
    bytes: toBytes(request, issuer),
    port,
    host,
    localAddress: request.sourceIp,
    tls,
  });
}
