import { RealmMapper } from '../types';
import { attributeEffects, propertyEffects } from './attributeEffects';
import { splitClaimPath } from './claimPath';
import { convertFound } from './convert';
import { Effect, EffectContext, TokenKind } from './Effect';
import { roleEffects } from './roleEffects';
import { sessionNoteEffects } from './sessionNoteEffects';
import { addAudience, putClaim } from './TokenDraft';
import { UnknownValue } from './UnknownValue';
import { webOrigins } from './webOrigins';

type EffectsOf = (mapper: RealmMapper, context: EffectContext) => Effect[];

const audience: EffectsOf = ({ config }) => {
  const value =
    config['included.client.audience'] ?? config['included.custom.audience'];
  return value === undefined
    ? []
    : [
        {
          claim: 'aud',
          adds: 'audience',
          apply: slot => addAudience(slot, value),
        },
      ];
};

const audienceResolve: EffectsOf = (_, { client, roles }) =>
  [...roles.clients]
    .filter(([id, held]) => id !== client.clientId && held.size > 0)
    .map(([id]) => ({
      claim: 'aud',
      adds: 'audience',
      apply: slot => addAudience(slot, id),
    }));

const hardcodedClaim: EffectsOf = ({ config }) => {
  const value = config['claim.value'];
  const name = config['claim.name'];
  if (value === undefined || name === undefined) {
    return [];
  }
  const path = splitClaimPath(name);
  return path.length === 0
    ? []
    : [
        {
          claim: path[0],
          apply: slot => {
            const converted = convertFound({
              found: value,
              type: config['jsonType.label'],
              multivalued: false,
            });
            if (converted !== undefined) {
              putClaim({ slot, path, value: converted, multivalued: false });
            }
          },
        },
      ];
};

const fullName: EffectsOf = (_, { user }) => {
  const { firstName, lastName } = user.user;
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return name === ''
    ? []
    : [
        {
          claim: 'name',
          apply: slot => {
            slot.other = name;
          },
        },
      ];
};

const groupMembership: EffectsOf = ({ config }, context) => {
  const name = config['claim.name'];
  const path = name === undefined ? [] : splitClaimPath(name);
  if (path.length === 0) {
    return [];
  }
  const { graph, user } = context;
  return [
    {
      claim: path[0],
      apply: slot => {
        if (!graph.realm.knowledge.groups) {
          throw new UnknownValue('group memberships were not read');
        }
        const items = user.groups.map(index =>
          config['full.path'] === 'true'
            ? graph.groups[index].path
            : graph.groups[index].group.name,
        );
        const value = convertFound({
          found: { items, unordered: true },
          type: config['jsonType.label'],
          multivalued: true,
        });
        if (value !== undefined) {
          putClaim({ slot, path, value, multivalued: true });
        }
      },
    },
  ];
};

const allowedOrigins: EffectsOf = (_, { client }) =>
  client.webOrigins.length === 0
    ? []
    : [
        {
          claim: 'allowed-origins',
          apply: slot => {
            slot.field = {
              kind: 'collection',
              distinct: true,
              items: webOrigins(client),
            };
          },
        },
      ];

/** A login that happens now; a session that is reused gives 0. */
const acr: EffectsOf = (_, { client, graph }) => [
  {
    claim: 'acr',
    apply: slot => {
      if (
        client.attributes['acr.loa.map'] !== undefined ||
        graph.realm.hasLevelsOfAuthentication
      ) {
        throw new UnknownValue('the level of authentication has names');
      }
      slot.field = '1';
    },
  },
];

const subject: EffectsOf = (_, { user }) => [
  {
    claim: 'sub',
    apply: slot => {
      if (user.user.id === undefined) {
        throw new UnknownValue('the user has no id in this realm');
      }
      slot.field = user.user.id;
    },
  },
];

/** What a mapper writes and nobody can foresee. */
function unknownClaim(claim: string, why: string): Effect {
  return {
    claim,
    apply: () => {
      throw new UnknownValue(why);
    },
  };
}

const nothing: EffectsOf = () => [];

/**
 * How a mapper acts, by provider.
 *
 * `always`: acts in every token, whatever its flags say. `tokens`: the kinds
 * of token that its class can write to. `defaultOn`: a missing
 * `access.token.claim` counts as true.
 */
interface Behaviour {
  priority: number;
  tokens: readonly TokenKind[];
  effects: EffectsOf;
  defaultOn?: boolean;
}

const both: readonly TokenKind[] = ['access', 'id'];
const accessOnly: readonly TokenKind[] = ['access'];

/**
 * Priorities as `ProtocolMapperUtils` numbers them; 0 where a class has none.
 */
const behaviours: Readonly<Record<string, Behaviour>> = {
  'oidc-sub-mapper': { priority: -10, tokens: accessOnly, effects: subject },
  'oidc-usermodel-attribute-mapper': {
    priority: 0,
    tokens: both,
    effects: attributeEffects,
  },
  'oidc-usermodel-property-mapper': {
    priority: 0,
    tokens: both,
    effects: propertyEffects,
  },
  'oidc-usersessionmodel-note-mapper': {
    priority: 0,
    tokens: both,
    effects: sessionNoteEffects,
  },
  'oidc-group-membership-mapper': {
    priority: 0,
    tokens: both,
    effects: groupMembership,
  },
  'oidc-full-name-mapper': { priority: 0, tokens: both, effects: fullName },
  'oidc-hardcoded-claim-mapper': {
    priority: 0,
    tokens: both,
    effects: hardcodedClaim,
  },
  'oidc-audience-mapper': { priority: 0, tokens: both, effects: audience },
  'oidc-address-mapper': {
    priority: 0,
    tokens: both,
    effects: attributeEffects,
  },
  'oidc-acr-mapper': { priority: 0, tokens: both, effects: acr },
  'oidc-amr-mapper': {
    priority: 0,
    tokens: both,
    effects: () => [unknownClaim('amr', 'depends on how the user signs in')],
  },
  'oidc-allowed-origins-mapper': {
    priority: 0,
    tokens: accessOnly,
    effects: allowedOrigins,
    defaultOn: true,
  },
  'oidc-audience-resolve-mapper': {
    priority: 30,
    tokens: accessOnly,
    effects: audienceResolve,
    defaultOn: true,
  },
  'oidc-usermodel-realm-role-mapper': {
    priority: 40,
    tokens: both,
    effects: roleEffects,
  },
  'oidc-usermodel-client-role-mapper': {
    priority: 40,
    tokens: both,
    effects: roleEffects,
  },
  // Their work is done in `resolveRoles`.
  'oidc-role-name-mapper': { priority: 10, tokens: [], effects: nothing },
  'oidc-hardcoded-role-mapper': { priority: 20, tokens: [], effects: nothing },
  // Values of one login: session id, nonce, the request's claims parameter.
  'oidc-session-state-mapper': { priority: 0, tokens: [], effects: nothing },
  'oidc-nonce-backwards-compatible-mapper': {
    priority: 0,
    tokens: [],
    effects: nothing,
  },
  'oidc-claims-param-token-mapper': {
    priority: 0,
    tokens: [],
    effects: nothing,
  },
  'oidc-claims-param-value-idtoken-mapper': {
    priority: 0,
    tokens: [],
    effects: nothing,
  },
};

function organization(mapper: RealmMapper, context: EffectContext): Effect[] {
  const name = mapper.config['claim.name'] ?? 'organization';
  return context.graph.realm.organizationsEnabled
    ? [unknownClaim(splitClaimPath(name)[0] ?? name, 'organizations')]
    : [];
}

/** A provider that is not part of the model: it may do anything. */
function foreign(mapper: RealmMapper): Effect[] {
  const name = mapper.config['claim.name'];
  const path = name === undefined ? [] : splitClaimPath(name);
  return [
    unknownClaim(
      path[0] ?? `mapper ${mapper.name} (${mapper.provider})`,
      `provider ${mapper.provider} is not modelled`,
    ),
  ];
}

/** Whether the flags of a mapper let it act in a token. */
function acts(
  mapper: RealmMapper,
  context: EffectContext,
  defaultOn: boolean,
): boolean {
  const { config } = mapper;
  if (context.kind === 'id') {
    return config['id.token.claim'] === 'true';
  }
  if (context.lightweight) {
    return config['lightweight.claim'] === 'true';
  }
  return config['access.token.claim'] === undefined
    ? defaultOn
    : config['access.token.claim'] === 'true';
}

/**
 * What the mappers of one priority do to a token, lowest priority first.
 *
 * @remarks
 * The order of `ProtocolMapperUtils.getSortedProtocolMappers`.
 *
 * @internal
 */
export function effectsByPriority(
  mappers: readonly RealmMapper[],
  context: EffectContext,
): Effect[][] {
  const groups = new Map<number, Effect[]>();
  for (const mapper of mappers) {
    const { priority, effects } = effectsOf(mapper, context);
    groups.set(priority, [...(groups.get(priority) ?? []), ...effects]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, effects]) => effects);
}

function effectsOf(
  mapper: RealmMapper,
  context: EffectContext,
): { priority: number; effects: Effect[] } {
  const behaviour = Object.hasOwn(behaviours, mapper.provider)
    ? behaviours[mapper.provider]
    : undefined;
  if (behaviour) {
    const { priority, tokens, effects, defaultOn = false } = behaviour;
    const applies =
      tokens.includes(context.kind) && acts(mapper, context, defaultOn);
    return { priority, effects: applies ? effects(mapper, context) : [] };
  }
  if (mapper.provider === 'oidc-organization-membership-mapper') {
    return {
      priority: 0,
      effects: acts(mapper, context, false)
        ? organization(mapper, context)
        : [],
    };
  }
  if (mapper.provider === 'oidc-sha256-pairwise-sub-mapper') {
    return {
      priority: 0,
      effects: [unknownClaim('sub', 'the subject is hashed with a salt')],
    };
  }
  // Scripts come last (`PRIORITY_SCRIPT_MAPPER`).
  return { priority: 50, effects: foreign(mapper) };
}
