import { isIP } from 'net';

/**
 * A Keycloak server and the client that reads it. Times are milliseconds.
 *
 * @public
 */
export interface KeycloakEndpoint {
  /** Address with its path, without a slash at its end. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  /** Realm that issues the token, where it is not the realm that is read. */
  authRealm?: string;
  /** PEM file of the authority that signed the server's certificate. */
  caFile?: string;
  timeoutMs: number;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/**
 * Checks the address of a Keycloak server: a plain http(s) URL without
 * credentials, query or fragment; https, unless it stays on this machine or
 * plain http is allowed explicitly. Gives it without slashes at its end.
 *
 * @throws Error saying what is wrong
 *
 * @public
 */
export function checkBaseUrl(options: {
  baseUrl: string;
  allowHttp: boolean;
}): string {
  const { baseUrl, allowHttp } = options;
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new Error('the address of Keycloak is not a URL');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new Error(
      'the address of Keycloak must not hold credentials, a query or a fragment',
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new Error(`the address ${baseUrl} must be an https URL`);
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new Error(
      `the address ${baseUrl} must be https: plain http sends the client secret in the open`,
    );
  }
  return baseUrl.replace(/\/+$/, '');
}
