import { RealmGraph, UserNode } from '../RealmGraph';
import { RealmClient } from '../types';
import { ResolvedRoles } from './resolvedRoles';
import { ClaimSlot } from './TokenDraft';

/** @public */
export type TokenKind = 'access' | 'id';

/** What mappers look at. @internal */
export interface EffectContext {
  graph: RealmGraph;
  client: RealmClient;
  user: UserNode;
  serviceAccount: boolean;
  kind: TokenKind;
  lightweight: boolean;
  roles: ResolvedRoles;
}

/**
 * What a mapper does to one claim.
 *
 * @internal
 */
export interface Effect {
  /** Name of the claim, the first component of its path. */
  claim: string;
  /** Effects that add to the same list may run in any order. */
  adds?: string;
  /** Set for a value that differs from login to login and is left out. */
  perLogin?: boolean;
  /**
   * @throws UnknownValue where the outcome cannot be known
   */
  apply(slot: ClaimSlot): void;
}
