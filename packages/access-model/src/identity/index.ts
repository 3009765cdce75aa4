export type {
  AttributeKnowledge,
  Realm,
  RealmClient,
  RealmClientScope,
  RealmGroup,
  RealmKnowledge,
  RealmMapper,
  RealmRole,
  RealmUser,
  RoleRef,
} from './types';
export { RealmFormatError } from './RealmFormatError';
export { parseRealm, readRealm, readGroup, readUser } from './readRealm';
export { readClient } from './readClient';
export { readClientScope, readRole } from './readRoles';
export { formatRole, parseRole } from './roleRef';
export {
  createRealmGraph,
  findRole,
  type GroupNode,
  type RealmGraph,
  type RoleNode,
  type UserNode,
} from './RealmGraph';
export {
  countHolders,
  effectiveHolders,
  type RoleHolder,
  type RoleHolderCounts,
  type RoleHolders,
} from './effectiveHolders';
export {
  clientAccess,
  type ClientAccess,
  type ClientRoleAccess,
} from './clientAccess';
export {
  claimsFor,
  type ClaimsRequest,
  type TokenCaller,
  type TokenClaims,
} from './claims/claimsFor';
export type { TokenKind } from './claims/Effect';
export type { JsonValue } from './claims/values';
export { compareClaims, type ClaimComparison } from './claims/compareClaims';
