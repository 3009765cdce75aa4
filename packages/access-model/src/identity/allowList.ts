/**
 * The names that may enter the realm types, taken from Keycloak 26.7's
 * `ClientRepresentation`, `OIDCConfigAttributes` and the `ProtocolMapper`
 * classes in `org.keycloak.protocol.oidc.mappers`. None of them can hold a
 * credential.
 */

/**
 * Client attributes that decide about tokens or feed a finding.
 *
 * @internal
 */
export const clientAttributeKeys: readonly string[] = [
  'access.token.lifespan',
  'acr.loa.map',
  'client.secret.creation.time',
  'client.secret.expiration.time',
  'client.secret.rotated.creation.time',
  'client.secret.rotated.expiration.time',
  'client.use.lightweight.access.token.enabled',
  'client_credentials.use_refresh_token',
  'pkce.code.challenge.method',
  'use.refresh.tokens',
  'post.logout.redirect.uris',
  'oauth2.device.authorization.grant.enabled',
  'standard.token.exchange.enabled',
  'token.response.type.bearer.lower-case',
];

const tokenFlags = [
  'id.token.claim',
  'access.token.claim',
  'lightweight.claim',
  'userinfo.token.claim',
  'introspection.token.claim',
];

const claimKeys = [...tokenFlags, 'claim.name', 'jsonType.label'];

/**
 * Config keys by mapper provider. What a provider does that is not listed is
 * unknown, and its config may hold anything, so only its claim is kept.
 *
 * @internal
 */
export const mapperConfigKeys: Readonly<Record<string, readonly string[]>> = {
  'oidc-usermodel-attribute-mapper': [
    ...claimKeys,
    'user.attribute',
    'multivalued',
    'aggregate.attrs',
  ],
  'oidc-usermodel-property-mapper': [...claimKeys, 'user.attribute'],
  'oidc-usermodel-realm-role-mapper': [
    ...claimKeys,
    'multivalued',
    'usermodel.realmRoleMapping.rolePrefix',
  ],
  'oidc-usermodel-client-role-mapper': [
    ...claimKeys,
    'multivalued',
    'usermodel.clientRoleMapping.clientId',
    'usermodel.clientRoleMapping.rolePrefix',
  ],
  'oidc-usersessionmodel-note-mapper': [...claimKeys, 'user.session.note'],
  'oidc-group-membership-mapper': [...claimKeys, 'full.path', 'multivalued'],
  'oidc-full-name-mapper': [...tokenFlags],
  'oidc-hardcoded-claim-mapper': [...claimKeys, 'claim.value'],
  'oidc-hardcoded-role-mapper': [...tokenFlags, 'role'],
  'oidc-role-name-mapper': ['role', 'new.role.name'],
  'oidc-audience-mapper': [
    ...tokenFlags,
    'included.client.audience',
    'included.custom.audience',
  ],
  'oidc-audience-resolve-mapper': [...tokenFlags],
  'oidc-allowed-origins-mapper': [...tokenFlags],
  'oidc-address-mapper': [
    ...tokenFlags,
    'user.attribute.formatted',
    'user.attribute.street',
    'user.attribute.locality',
    'user.attribute.region',
    'user.attribute.postal_code',
    'user.attribute.country',
  ],
  'oidc-acr-mapper': [...tokenFlags],
  'oidc-amr-mapper': [...tokenFlags],
  'oidc-sub-mapper': [...tokenFlags],
  'oidc-sha256-pairwise-sub-mapper': [...tokenFlags],
  'oidc-nonce-backwards-compatible-mapper': [...tokenFlags],
  'oidc-claims-param-token-mapper': [...tokenFlags],
  'oidc-claims-param-value-idtoken-mapper': [...tokenFlags],
  'oidc-session-state-mapper': [...tokenFlags],
  'oidc-organization-membership-mapper': [...tokenFlags],
};

/**
 * Config keys of a provider that is not in `mapperConfigKeys`: enough to name
 * the claim that is unknown because of it.
 *
 * @internal
 */
export const unmodelledConfigKeys: readonly string[] = claimKeys;
