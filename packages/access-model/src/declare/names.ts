const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const ROLE_NAME = /^[A-Za-z0-9]([A-Za-z0-9_.:-]{0,126}[A-Za-z0-9])?$/;
const CLIENT_ID = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
const HEADER_NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
const IMAGE =
  /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[a-f0-9]{64})?$/;

/**
 * Regular expressions, as text, of the names in a declaration, for forms and schemas that check them again.
 *
 * @public
 */
export const declarationPatterns = {
  serviceName: SERVICE_NAME.source,
  namespace: DNS_LABEL.source,
  host: '^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$',
  roleName: ROLE_NAME.source,
  clientId: CLIENT_ID.source,
} as const;

const HOST = new RegExp(declarationPatterns.host);

/** DNS-1123 label: what Kubernetes demands of a namespace. @public */
export function isDnsLabel(text: string): boolean {
  return DNS_LABEL.test(text);
}

/** DNS-1035: what Kubernetes demands of a Service's name. @public */
export function isServiceName(text: string): boolean {
  return SERVICE_NAME.test(text);
}

/**
 * A name that a client can ask for: at least two labels, no wildcard, no port, no dot at the end. The last
 * label starts with a letter, so an IPv4 address is none.
 *
 * @public
 */
export function isHostName(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}

/** Names that stay one literal value in a policy: no `*` and nothing that needs quoting in a path. @public */
export function isRoleName(text: string): boolean {
  return ROLE_NAME.test(text);
}

/** A client id that can stand in a claim key's brackets. @public */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

export function isHeaderName(text: string): boolean {
  return HEADER_NAME.test(text);
}

export function isImage(text: string): boolean {
  return text.length <= 512 && IMAGE.test(text);
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** An absolute http(s) address without credentials, query, fragment or slash at its end. */
export function isIssuerUrl(text: string): boolean {
  if (!URL.canParse(text) || text.endsWith('/')) {
    return false;
  }
  const url = new URL(text);
  return (
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '' &&
    !/[\s*]/.test(text)
  );
}
