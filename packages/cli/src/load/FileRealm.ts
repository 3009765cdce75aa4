import {
  claimsFor,
  createRealmGraph,
  effectiveHolders,
  findRole,
} from '@mesh-auth/access-model';
import type {
  Realm,
  RealmGraph,
  RoleHolders,
  TokenClaims,
} from '@mesh-auth/access-model';
import type { ClaimsQuestion, RealmAccess } from './RealmAccess';

/** A realm that is in memory with all its people. */
export class FileRealm implements RealmAccess {
  readonly #graph: RealmGraph;

  constructor(realm: Realm) {
    this.#graph = createRealmGraph(realm);
  }

  async people(): Promise<RealmGraph> {
    return this.#graph;
  }

  async claims(question: ClaimsQuestion): Promise<TokenClaims> {
    return claimsFor({ graph: this.#graph, ...question });
  }

  async holders(role: string): Promise<RoleHolders | undefined> {
    const node = findRole(this.#graph, role);
    return node && effectiveHolders(this.#graph, node.ref);
  }
}
