import { RealmMapper } from '../types';
import { splitClaimPath } from './claimPath';
import { convertFound, TextCollection } from './convert';
import { Effect, EffectContext } from './Effect';
import { putClaim } from './TokenDraft';
import { userAttribute, userProperty } from './userValues';
import { isMap } from './values';

function effectOf(
  mapper: RealmMapper,
  find: () => string | TextCollection | undefined,
): Effect[] {
  const { config } = mapper;
  const name = config['claim.name'];
  const path = name === undefined ? [] : splitClaimPath(name);
  if (path.length === 0) {
    return [];
  }
  const multivalued = config.multivalued === 'true';
  return [
    {
      claim: path[0],
      apply: slot => {
        const found = find();
        const value =
          found === undefined
            ? undefined
            : convertFound({
                found,
                type: config['jsonType.label'],
                multivalued,
              });
        if (value !== undefined) {
          putClaim({ slot, path, value, multivalued });
        }
      },
    },
  ];
}

const addressParts: readonly { part: string; claim: string }[] = [
  { part: 'street', claim: 'street_address' },
  { part: 'locality', claim: 'locality' },
  { part: 'region', claim: 'region' },
  { part: 'postal_code', claim: 'postal_code' },
  { part: 'country', claim: 'country' },
  { part: 'formatted', claim: 'formatted' },
];

/** The rules of `AddressMapper`: attributes of the user alone, first values. */
function addressEffects(mapper: RealmMapper, context: EffectContext): Effect[] {
  return [
    {
      claim: 'address',
      apply: slot => {
        const address = isMap(slot.other) ? slot.other : new Map();
        for (const { part, claim } of addressParts) {
          const attribute = mapper.config[`user.attribute.${part}`] ?? part;
          const value = userAttribute({
            context,
            name: attribute,
            groups: false,
            aggregate: false,
          }).items[0];
          if (value !== undefined && value !== null) {
            address.set(claim, value);
          }
        }
        if (address.size > 0) {
          slot.other = address;
        }
      },
    },
  ];
}

/**
 * The effects of the mappers for user attributes and the address.
 *
 * @internal
 */
export function attributeEffects(
  mapper: RealmMapper,
  context: EffectContext,
): Effect[] {
  if (mapper.provider === 'oidc-address-mapper') {
    return addressEffects(mapper, context);
  }
  const name = mapper.config['user.attribute'];
  return effectOf(mapper, () =>
    name === undefined
      ? undefined
      : userAttribute({
          context,
          name,
          groups: true,
          aggregate: mapper.config['aggregate.attrs']?.toLowerCase() === 'true',
        }),
  );
}

/**
 * The effects of the mapper for properties of a user.
 *
 * @internal
 */
export function propertyEffects(
  mapper: RealmMapper,
  context: EffectContext,
): Effect[] {
  const name = mapper.config['user.attribute'];
  if (name === undefined || name.trim() === '') {
    return [];
  }
  return effectOf(mapper, () => userProperty(context, name));
}
