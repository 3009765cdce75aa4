import { RealmClientScope, RealmMapper } from '../types';

/**
 * The OpenID Connect client scopes that Keycloak 26.7 makes in a new realm
 * (`OIDCLoginProtocolFactory.createDefaultClientScopesImpl`), as its
 * `partial-export` shows them.
 */

const both = { 'id.token.claim': 'true', 'access.token.claim': 'true' };
const accessOnly = { 'access.token.claim': 'true' };

function attribute(options: {
  name: string;
  attribute: string;
  claim: string;
  type?: string;
}): RealmMapper {
  return {
    name: options.name,
    provider: 'oidc-usermodel-attribute-mapper',
    config: {
      ...both,
      'user.attribute': options.attribute,
      'claim.name': options.claim,
      'jsonType.label': options.type ?? 'String',
    },
  };
}

function sessionNote(options: {
  name: string;
  note: string;
  type?: string;
}): RealmMapper {
  return {
    name: options.name,
    provider: 'oidc-usersessionmodel-note-mapper',
    config: {
      ...both,
      'user.session.note': options.note,
      'claim.name': options.note === 'AUTH_TIME' ? 'auth_time' : options.note,
      'jsonType.label': options.type ?? 'String',
    },
  };
}

function scope(
  name: string,
  mappers: RealmMapper[],
  includeInTokenScope = true,
): RealmClientScope {
  return {
    name,
    protocol: 'openid-connect',
    includeInTokenScope,
    mappers,
    roles: [],
  };
}

const profileAttributes = [
  ['username', 'username', 'preferred_username'],
  ['given name', 'firstName', 'given_name'],
  ['family name', 'lastName', 'family_name'],
  ['middle name', 'middleName', 'middle_name'],
  ['nickname', 'nickname', 'nickname'],
  ['profile', 'profile', 'profile'],
  ['picture', 'picture', 'picture'],
  ['website', 'website', 'website'],
  ['gender', 'gender', 'gender'],
  ['birthdate', 'birthdate', 'birthdate'],
  ['zoneinfo', 'zoneinfo', 'zoneinfo'],
  ['locale', 'locale', 'locale'],
] as const;

/** @internal */
export function offlineAccessScope(): RealmClientScope {
  return {
    ...scope('offline_access', []),
    roles: [{ name: 'offline_access' }],
  };
}

/** @internal */
export function builtinScopes(): RealmClientScope[] {
  return [
    scope('profile', [
      {
        name: 'full name',
        provider: 'oidc-full-name-mapper',
        config: { ...both },
      },
      ...profileAttributes.map(([name, from, claim]) =>
        attribute({ name, attribute: from, claim }),
      ),
      attribute({
        name: 'updated at',
        attribute: 'updatedAt',
        claim: 'updated_at',
        type: 'long',
      }),
    ]),
    scope('email', [
      attribute({ name: 'email', attribute: 'email', claim: 'email' }),
      {
        name: 'email verified',
        provider: 'oidc-usermodel-property-mapper',
        config: {
          ...both,
          'user.attribute': 'emailVerified',
          'claim.name': 'email_verified',
          'jsonType.label': 'boolean',
        },
      },
    ]),
    scope('address', [
      {
        name: 'address',
        provider: 'oidc-address-mapper',
        config: {
          ...both,
          'user.attribute.formatted': 'formatted',
          'user.attribute.street': 'street',
          'user.attribute.locality': 'locality',
          'user.attribute.region': 'region',
          'user.attribute.postal_code': 'postal_code',
          'user.attribute.country': 'country',
        },
      },
    ]),
    scope('phone', [
      attribute({
        name: 'phone number',
        attribute: 'phoneNumber',
        claim: 'phone_number',
      }),
      attribute({
        name: 'phone number verified',
        attribute: 'phoneNumberVerified',
        claim: 'phone_number_verified',
        type: 'boolean',
      }),
    ]),
    offlineAccessScope(),
    scope(
      'roles',
      [
        {
          name: 'realm roles',
          provider: 'oidc-usermodel-realm-role-mapper',
          config: {
            ...accessOnly,
            multivalued: 'true',
            'claim.name': 'realm_access.roles',
            'jsonType.label': 'String',
          },
        },
        {
          name: 'client roles',
          provider: 'oidc-usermodel-client-role-mapper',
          config: {
            ...accessOnly,
            multivalued: 'true',
            'claim.name': 'resource_access.${client_id}.roles',
            'jsonType.label': 'String',
          },
        },
        {
          name: 'audience resolve',
          provider: 'oidc-audience-resolve-mapper',
          config: { ...accessOnly },
        },
      ],
      false,
    ),
    scope(
      'web-origins',
      [
        {
          name: 'allowed web origins',
          provider: 'oidc-allowed-origins-mapper',
          config: { ...accessOnly },
        },
      ],
      false,
    ),
    scope('microprofile-jwt', [
      attribute({ name: 'upn', attribute: 'username', claim: 'upn' }),
      {
        name: 'groups',
        provider: 'oidc-usermodel-realm-role-mapper',
        config: {
          ...both,
          multivalued: 'true',
          'claim.name': 'groups',
          'jsonType.label': 'String',
        },
      },
    ]),
    scope(
      'acr',
      [
        {
          name: 'acr loa level',
          provider: 'oidc-acr-mapper',
          config: { ...both },
        },
      ],
      false,
    ),
    scope(
      'basic',
      [
        {
          name: 'sub',
          provider: 'oidc-sub-mapper',
          config: { ...accessOnly },
        },
        sessionNote({ name: 'auth_time', note: 'AUTH_TIME', type: 'long' }),
      ],
      false,
    ),
    scope(
      'service_account',
      [
        sessionNote({ name: 'Client ID', note: 'client_id' }),
        sessionNote({ name: 'Client Host', note: 'clientHost' }),
        sessionNote({ name: 'Client IP Address', note: 'clientAddress' }),
      ],
      false,
    ),
    scope('organization', [
      {
        name: 'organization',
        provider: 'oidc-organization-membership-mapper',
        config: {
          ...both,
          'claim.name': 'organization',
          'jsonType.label': 'String',
        },
      },
    ]),
  ];
}

/** Scopes that clients of a new realm get, without and on request. @internal */
export const builtinDefaultScopes: readonly string[] = [
  'profile',
  'email',
  'roles',
  'web-origins',
  'acr',
  'basic',
];

/** @internal */
export const builtinOptionalScopes: readonly string[] = [
  'offline_access',
  'address',
  'phone',
  'microprofile-jwt',
  'organization',
];
