import fc from 'fast-check';
import { attributeNames, claimNames, clientIds, roleNames } from './names';

type Mapper = Record<string, any>;

/** Mostly set, so that most mappers do something. */
const flag = fc.constantFrom('true', 'true', 'true', 'false', undefined);

const flags = fc.record({
  'id.token.claim': flag,
  'access.token.claim': flag,
  'lightweight.claim': fc.constantFrom('true', 'false', undefined, undefined),
});

const claim = fc.record({
  'claim.name': fc.constantFrom(...claimNames),
  'jsonType.label': fc.constantFrom(
    'String',
    'String',
    'String',
    undefined,
    'int',
    'long',
    'boolean',
    'JSON',
  ),
});

const multivalued = fc.constantFrom('true', 'true', 'false', undefined);

/** Roles as `oidc-hardcoded-role-mapper` and `oidc-role-name-mapper` name them. */
const dottedRole = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...roleNames.realm) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...clientIds, 'gone'),
        fc.constantFrom(...roleNames.client, 'nope'),
      )
      .map(([client, role]) => `${client}.${role}`),
  },
  // Keycloak takes roles of administration out that the user does not hold.
  { weight: 1, arbitrary: fc.constant('realm-management.view-users') },
);

function mapper(
  provider: string,
  ...configs: fc.Arbitrary<Record<string, string | undefined>>[]
): fc.Arbitrary<Mapper> {
  return fc.tuple(...configs).map(parts => ({
    protocol: 'openid-connect',
    protocolMapper: provider,
    config: Object.fromEntries(
      Object.entries(Object.assign({}, ...parts)).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  }));
}

const values = ['X', 'a', 'true', '5', '{"k":1}', '["p","q"]', 'null'];

/** A mapper of any provider that the model knows, and of one that it does not. */
export const mapperArbitrary: fc.Arbitrary<Mapper> = fc.oneof(
  {
    weight: 4,
    arbitrary: mapper(
      'oidc-usermodel-realm-role-mapper',
      flags,
      claim,
      fc.record({
        multivalued,
        'usermodel.realmRoleMapping.rolePrefix': fc.constantFrom(
          undefined,
          undefined,
          'R_',
          '${client_id}:',
        ),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: mapper(
      'oidc-usermodel-client-role-mapper',
      flags,
      claim,
      fc.record({
        multivalued,
        'usermodel.clientRoleMapping.clientId': fc.constantFrom(
          undefined,
          undefined,
          ...clientIds,
          'gone',
        ),
        'usermodel.clientRoleMapping.rolePrefix': fc.constantFrom(
          undefined,
          undefined,
          'C_',
          '${client_id}:',
        ),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: mapper(
      'oidc-usermodel-attribute-mapper',
      flags,
      claim,
      fc.record({
        multivalued,
        'user.attribute': fc.constantFrom(
          ...attributeNames,
          'username',
          'firstName',
          'email',
        ),
        'aggregate.attrs': fc.constantFrom(
          'true',
          'false',
          undefined,
          undefined,
        ),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: mapper(
      'oidc-usermodel-property-mapper',
      flags,
      claim,
      fc.record({
        'user.attribute': fc.constantFrom(
          'email',
          'enabled',
          'EmailVerified',
          'id',
          'lastName',
          'nothing',
          'groupsCount',
        ),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: mapper(
      'oidc-group-membership-mapper',
      flags,
      claim,
      fc.record({ 'full.path': fc.constantFrom('true', 'false', undefined) }),
    ),
  },
  {
    weight: 3,
    arbitrary: mapper(
      'oidc-hardcoded-claim-mapper',
      flags,
      claim,
      fc.record({ 'claim.value': fc.constantFrom(...values) }),
    ),
  },
  {
    weight: 3,
    arbitrary: mapper(
      'oidc-audience-mapper',
      flags,
      fc.record({
        'included.client.audience': fc.constantFrom(
          undefined,
          ...clientIds,
          'gone',
        ),
        'included.custom.audience': fc.constantFrom(
          undefined,
          'https://api.example.com',
          'orders',
        ),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: mapper(
      'oidc-hardcoded-role-mapper',
      fc.record({ role: dottedRole }),
    ),
  },
  {
    weight: 2,
    arbitrary: mapper(
      'oidc-role-name-mapper',
      fc.record({ role: dottedRole, 'new.role.name': dottedRole }),
    ),
  },
  { weight: 1, arbitrary: mapper('oidc-full-name-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-sub-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-acr-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-amr-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-allowed-origins-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-audience-resolve-mapper', flags) },
  { weight: 1, arbitrary: mapper('oidc-session-state-mapper', flags) },
  {
    weight: 1,
    arbitrary: mapper(
      'oidc-address-mapper',
      flags,
      fc.record({
        'user.attribute.locality': fc.constantFrom(undefined, 'dept'),
        'user.attribute.street': fc.constantFrom(undefined, 'street'),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: mapper(
      'oidc-usersessionmodel-note-mapper',
      flags,
      claim,
      fc.record({
        'user.session.note': fc.constantFrom(
          'client_id',
          'clientId',
          'AUTH_TIME',
          'nothing',
        ),
      }),
    ),
  },
);
