/** `basic` carries `sub`, without which no policy knows the caller; `roles` carries roles and audiences. */
const DEFAULT_SCOPES = ['basic', 'profile', 'email', 'roles'];
const SERVICE_ACCOUNT_SCOPE = 'service_account';

/** Client scopes whose mappers act on every token of the client. */
export function defaultScopes(hasServiceAccount: boolean): string[] {
  return hasServiceAccount
    ? [...DEFAULT_SCOPES, SERVICE_ACCOUNT_SCOPE]
    : DEFAULT_SCOPES;
}

/** Attributes of a client through which browsers log in: an authorization code is of no use to who caught it. */
export const BROWSER_LOGIN_ATTRIBUTES = {
  'pkce.code.challenge.method': 'S256',
  'post.logout.redirect.uris': '+',
};

interface ProtocolMapper {
  name: string;
  protocol: string;
  protocolMapper: string;
  config: Record<string, string>;
}

const AUDIENCE_MAPPER = 'oidc-audience-mapper';
const AUDIENCE = 'included.client.audience';

/** A mapper that puts another client into the audience of access tokens. */
export function audienceMapper(audience: string): ProtocolMapper {
  return {
    name: `audience-${audience}`,
    protocol: 'openid-connect',
    protocolMapper: AUDIENCE_MAPPER,
    config: {
      [AUDIENCE]: audience,
      'id.token.claim': 'false',
      'access.token.claim': 'true',
    },
  };
}

/** The inverse of {@link audienceMapper} over a list. */
export function audiencesOf(
  mappers: { protocolMapper: string; config?: Record<string, string> }[],
): string[] {
  return mappers
    .filter(mapper => mapper.protocolMapper === AUDIENCE_MAPPER)
    .flatMap(mapper => mapper.config?.[AUDIENCE] ?? []);
}
