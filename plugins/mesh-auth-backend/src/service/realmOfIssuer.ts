/**
 * The realm that a Keycloak issuer names: `https://sso.example.com/auth/realms/shop` gives `shop`. Undefined for issuers of another form.
 *
 * @internal
 */
export function realmOfIssuer(issuer: string): string | undefined {
  const match = /^https?:\/\/[^/]+(?:\/.*)?\/realms\/([^/]+)\/?$/.exec(issuer);
  if (!match) {
    return undefined;
  }
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return undefined;
  }
}
