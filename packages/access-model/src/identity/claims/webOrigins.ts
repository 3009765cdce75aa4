import { RealmClient } from '../types';
import { UnknownValue } from './UnknownValue';

/** Constant of Keycloak: "the origins of the redirect URIs". */
const REDIRECTS = '+';

function originOf(uri: string): string {
  // `UriUtils.getOrigin`: scheme and authority, as they are written.
  const match = /^([^:/]+:\/\/[^/]*)/.exec(uri);
  return match ? match[1] : uri;
}

/**
 * The origins that the token of a client names.
 *
 * @remarks
 * The rules of `WebOriginsUtils.resolveValidWebOrigins`.
 *
 * @throws UnknownValue where a redirect URI is relative to the server's own
 * address
 *
 * @internal
 */
export function webOrigins(client: RealmClient): string[] {
  const origins = new Set(client.webOrigins);
  if (origins.delete(REDIRECTS)) {
    for (const uri of client.redirectUris) {
      let absolute = uri;
      if (uri.startsWith('/')) {
        if (!client.rootUrl || client.rootUrl.includes('${')) {
          throw new UnknownValue("origins depend on the server's address");
        }
        absolute = client.rootUrl + uri;
      }
      if (/^https?:\/\//.test(absolute)) {
        origins.add(originOf(absolute));
      }
    }
  }
  return [...origins];
}
