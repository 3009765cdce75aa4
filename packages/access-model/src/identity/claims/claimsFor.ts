import { RealmGraph } from '../RealmGraph';
import { RealmMapper } from '../types';
import { Effect, EffectContext, TokenKind } from './Effect';
import { effectsByPriority } from './effects';
import { permutations } from './permutations';
import { postProcessors } from './postProcess';
import { ResolvedRoles, resolveRoles } from './resolvedRoles';
import { createTokenContext, TokenContext, TokenRefused } from './TokenContext';
import { ClaimSlot, copySlot } from './TokenDraft';
import { UnknownValue } from './UnknownValue';
import {
  canonical,
  ClaimValue,
  isCollection,
  JsonValue,
  toJson,
} from './values';

/**
 * Whose token: `user:NAME` or the service account of the client.
 *
 * @public
 */
export type TokenCaller = { user: string } | 'service-account';

/** @public */
export interface ClaimsRequest {
  graph: RealmGraph;
  /** The clientId through which the caller signs in. */
  client: string;
  as: TokenCaller;
  /** The request's scope parameter, space separated. */
  scope?: string;
  /** Default: `access`. */
  kind?: TokenKind;
}

/**
 * The claims of a token. Left out are values that differ from login to login:
 * times, ids of token and session, issuer, hashes, addresses.
 *
 * @public
 */
export interface TokenClaims {
  claims: Record<string, JsonValue>;
  /** Names of claims whose value or presence cannot be known. */
  unknown: string[];
  /** Why Keycloak would issue no such token; the claims are then empty. */
  refused?: string;
}

/** The state of one claim: a slot, or not to be known. */
type Outcome = ClaimSlot | 'unknown' | 'perLogin';

/** Claims that every login sets anew; a mapper of that name doubles the key. */
const perLoginFields: Readonly<Record<TokenKind, readonly string[]>> = {
  access: ['exp', 'iat', 'jti', 'iss', 'sid'],
  id: ['exp', 'iat', 'jti', 'iss', 'sid', 'at_hash'],
};

const lightweightAttribute = 'client.use.lightweight.access.token.enabled';

function startOf(context: TokenContext, kind: TokenKind): Map<string, Outcome> {
  const { client, user } = context;
  const draft = new Map<string, Outcome>([
    ['typ', { field: kind === 'id' ? 'ID' : tokenType(client.attributes) }],
  ]);
  const subject: Outcome =
    user.user.id === undefined ? 'unknown' : { field: user.user.id };
  if (kind === 'id') {
    draft.set('sub', subject);
    draft.set('aud', {
      field: { kind: 'collection', distinct: false, items: [client.clientId] },
    });
    return draft;
  }
  draft.set('azp', { field: client.clientId });
  draft.set('scope', { field: scopeText(context) });
  const transient =
    context.serviceAccount &&
    client.attributes['client_credentials.use_refresh_token'] !== 'true';
  if (transient) {
    draft.set('sub', subject);
  }
  return draft;
}

function tokenType(attributes: Record<string, string>): string {
  return attributes['token.response.type.bearer.lower-case'] === 'true'
    ? 'bearer'
    : 'Bearer';
}

function scopeText({ scopes, openid }: TokenContext): string {
  const names = scopes
    .filter(scope => scope.includeInTokenScope)
    .map(scope => scope.name)
    .sort();
  return [...(openid ? ['openid'] : []), ...names].join(' ');
}

/** Runs effects of equal priority on one claim, in every order. */
function applyAll(
  before: Outcome | undefined,
  effects: readonly Effect[],
): Outcome {
  if (before === 'unknown') {
    return before;
  }
  if (before === 'perLogin' || effects.some(effect => effect.perLogin)) {
    return before === undefined && effects.length === 1
      ? 'perLogin'
      : 'unknown';
  }
  const [{ adds }] = effects;
  const commute =
    adds !== undefined && effects.every(effect => effect.adds === adds);
  let outcome: ClaimSlot | undefined;
  try {
    for (const order of commute ? [[...effects]] : permutations(effects)) {
      const slot = copySlot(before ?? {});
      order.forEach(effect => effect.apply(slot));
      if (outcome && !sameSlot(outcome, slot)) {
        return 'unknown';
      }
      outcome ??= slot;
    }
  } catch (error) {
    if (error instanceof UnknownValue) {
      return 'unknown';
    }
    throw error;
  }
  return outcome ?? {};
}

function sameSlot(a: ClaimSlot, b: ClaimSlot): boolean {
  return (
    canonical(a.field) === canonical(b.field) &&
    canonical(a.other) === canonical(b.other)
  );
}

function draftToken(
  context: TokenContext,
  options: {
    kind: TokenKind;
    mappers: readonly RealmMapper[];
    roles: ResolvedRoles;
  },
): Map<string, Outcome> {
  const { kind, mappers, roles } = options;
  const draft = startOf(context, kind);
  if (kind === 'id') {
    // Taken over from the access token, with what its mappers made of it.
    const access = draftToken(context, { ...options, kind: 'access' });
    draft.set('azp', access.get('azp') ?? {});
  }
  const effectContext: EffectContext = {
    graph: context.graph,
    client: context.client,
    user: context.user,
    serviceAccount: context.serviceAccount,
    kind,
    lightweight: context.client.attributes[lightweightAttribute] === 'true',
    roles,
  };
  for (const effects of effectsByPriority(mappers, effectContext)) {
    const byClaim = new Map<string, Effect[]>();
    for (const effect of effects) {
      const list = byClaim.get(effect.claim);
      if (list) {
        list.push(effect);
      } else {
        byClaim.set(effect.claim, [effect]);
      }
    }
    for (const [claim, list] of byClaim) {
      draft.set(claim, applyAll(draft.get(claim), list));
    }
  }
  return kind === 'access' ? postProcessed(draft, context) : draft;
}

function postProcessed(
  draft: Map<string, Outcome>,
  context: TokenContext,
): Map<string, Outcome> {
  for (const [claim, process] of Object.entries(postProcessors)) {
    const outcome = draft.get(claim);
    if (typeof outcome === 'object') {
      try {
        process(outcome, context);
      } catch (error) {
        if (!(error instanceof UnknownValue)) {
          throw error;
        }
        draft.set(claim, 'unknown');
      }
    }
  }
  return draft;
}

/** The one value of a claim, undefined where it is absent. */
function finish(
  name: string,
  outcome: ClaimSlot,
  kind: TokenKind,
): ClaimValue | undefined | 'doubled' {
  const { field, other } = outcome;
  if (other === undefined) {
    return name === 'aud' && isCollection(field) && field.items.length === 1
      ? field.items[0]
      : field;
  }
  const present = field !== undefined || perLoginFields[kind].includes(name);
  return present ? 'doubled' : other;
}

interface Finished {
  claims: Map<string, ClaimValue>;
  unknown: Set<string>;
}

function finishAll(draft: Map<string, Outcome>, kind: TokenKind): Finished {
  const claims = new Map<string, ClaimValue>();
  const unknown = new Set<string>();
  for (const [name, outcome] of draft) {
    if (outcome === 'perLogin') {
      continue;
    }
    const value =
      outcome === 'unknown' ? 'doubled' : finish(name, outcome, kind);
    if (value === 'doubled') {
      unknown.add(name);
    } else if (value !== undefined) {
      claims.set(name, value);
    }
  }
  return { claims, unknown };
}

/** Keeps what is the same in all orders of the role-name mappers. */
function merge(all: readonly Finished[]): Finished {
  const [first, ...rest] = all;
  const merged: Finished = {
    claims: new Map(first.claims),
    unknown: new Set(first.unknown),
  };
  for (const { claims, unknown } of rest) {
    unknown.forEach(name => merged.unknown.add(name));
    for (const name of new Set([...claims.keys(), ...first.claims.keys()])) {
      if (canonical(claims.get(name)) !== canonical(first.claims.get(name))) {
        merged.unknown.add(name);
      }
    }
  }
  merged.unknown.forEach(name => merged.claims.delete(name));
  return merged;
}

function mappersOf(context: TokenContext): RealmMapper[] {
  return [
    ...context.client.mappers,
    ...context.scopes.flatMap(scope => scope.mappers),
  ];
}

function contextOf(request: ClaimsRequest): TokenContext {
  const { graph, as, scope } = request;
  const client = graph.client(request.client);
  if (!client) {
    throw new TokenRefused(`there is no client ${request.client}`);
  }
  const serviceAccount = as === 'service-account';
  if (serviceAccount && !client.serviceAccountsEnabled) {
    throw new TokenRefused(`client ${client.clientId} has no service account`);
  }
  const user =
    as === 'service-account'
      ? graph.serviceAccount(client.clientId)
      : graph.user(as.user);
  if (!user) {
    throw new TokenRefused(
      as === 'service-account'
        ? `the service account of ${client.clientId} is not in this realm`
        : `there is no user ${as.user}`,
    );
  }
  return createTokenContext({ graph, client, user, serviceAccount, scope });
}

/**
 * The claims that Keycloak puts into a token, as far as the realm tells.
 *
 * @remarks
 * Follows `TokenManager.initToken`, `transformAccessToken`, `generateIDToken`
 * and the mappers of Keycloak 26.7. Mappers of equal priority run in the order
 * of random ids there; where the order decides, the claim is unknown.
 *
 * @public
 */
export function claimsFor(request: ClaimsRequest): TokenClaims {
  const kind = request.kind ?? 'access';
  let context: TokenContext;
  try {
    context = contextOf(request);
  } catch (error) {
    if (error instanceof TokenRefused) {
      return { claims: {}, unknown: [], refused: error.message };
    }
    throw error;
  }
  const mappers = mappersOf(context);
  const { claims, unknown } = merge(
    resolveRoles(context, mappers, permutations).map(roles =>
      finishAll(draftToken(context, { kind, mappers, roles }), kind),
    ),
  );
  return {
    claims: Object.fromEntries(
      [...claims].map(([name, value]) => [name, toJson(value)]),
    ),
    unknown: [...unknown].sort(),
  };
}
