import type {
  RealmGraph,
  RoleHolders,
  TokenCaller,
  TokenClaims,
  TokenKind,
} from '@mesh-auth/access-model';

/** Whose claims are asked for, through which client. */
export interface ClaimsQuestion {
  client: string;
  as: TokenCaller;
  scope?: string;
  kind?: TokenKind;
}

/** A realm that answers, wherever it comes from. */
export interface RealmAccess {
  claims(question: ClaimsQuestion): Promise<TokenClaims>;
  /**
   * @param role - `realm:NAME` or `client:CLIENTID/NAME`
   * @returns undefined where the realm has no such role
   */
  holders(role: string): Promise<RoleHolders | undefined>;
  /** The realm with all its people. */
  people(): Promise<RealmGraph>;
}
