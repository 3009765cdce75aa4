import {
  claimsFor,
  createRealmGraph,
  effectiveHolders,
  findRole,
} from '@mesh-auth/access-model';
import type {
  Realm,
  RealmGraph,
  RealmUser,
  RoleHolders,
  TokenClaims,
} from '@mesh-auth/access-model';
import {
  checkBaseUrl,
  KeycloakConnection,
  readAllClientRoles,
  readAllUsers,
  readAttributeKnowledge,
  readHolders,
  readRealmIndex,
  readScopeMappings,
  readUserDetails,
  withClientRoles,
} from '@mesh-auth/keycloak-reader';
import { UsageError } from './loadMesh';
import type { ClaimsQuestion, RealmAccess } from './RealmAccess';

const TIMEOUT_MS = 10_000;

/**
 * A realm that is read through the Admin API: its structure at the start,
 * people only when a question names them.
 */
export class RemoteRealm implements RealmAccess {
  readonly #connection: KeycloakConnection;
  readonly #realm: Realm;
  readonly #graph: RealmGraph;
  readonly #users = new Map<string, Promise<RealmUser | undefined>>();
  readonly #mapped = new Map<string, Promise<void>>();

  static async open(options: {
    baseUrl: string;
    realm: string;
    clientId: string;
    clientSecret: string;
    authRealm?: string;
    caFile?: string;
  }): Promise<RemoteRealm> {
    const { realm, baseUrl, ...credentials } = options;
    let checked: string;
    try {
      checked = checkBaseUrl({ baseUrl, allowHttp: false });
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    const connection = new KeycloakConnection({
      realm,
      endpoint: { ...credentials, baseUrl: checked, timeoutMs: TIMEOUT_MS },
    });
    const index = await readRealmIndex(connection, { groupAttributes: true });
    for (const right of index.missingRights) {
      process.stderr.write(
        `warning: the client lacks ${right} of realm-management; what it would show is unknown\n`,
      );
    }
    const roles = await readAllClientRoles(connection, index.realm.clients);
    const complete = withClientRoles(index.realm, roles);
    complete.knowledge = {
      ...complete.knowledge,
      userAttributes: index.missingRights.includes('view-users')
        ? 'none'
        : await readAttributeKnowledge(connection, complete),
    };
    return new RemoteRealm(connection, complete);
  }

  private constructor(connection: KeycloakConnection, realm: Realm) {
    this.#connection = connection;
    this.#realm = realm;
    this.#graph = createRealmGraph(realm);
  }

  async people(): Promise<RealmGraph> {
    for (const client of this.#realm.clients) {
      if (!client.fullScopeAllowed) {
        await this.#readScopeMappings(client.clientId);
      }
    }
    return createRealmGraph(await readAllUsers(this.#connection, this.#realm));
  }

  async claims(question: ClaimsQuestion): Promise<TokenClaims> {
    const client = this.#graph.client(question.client);
    const user = await this.#user(question);
    if (client && !client.fullScopeAllowed) {
      await this.#readScopeMappings(client.clientId);
    }
    const graph = createRealmGraph({
      ...this.#realm,
      users: user ? [user] : [],
    });
    return claimsFor({ graph, ...question });
  }

  async holders(role: string): Promise<RoleHolders | undefined> {
    const node = findRole(this.#graph, role);
    if (!node) {
      return undefined;
    }
    const realm = await readHolders(this.#connection, this.#graph, [node.ref]);
    return effectiveHolders(createRealmGraph(realm), node.ref);
  }

  #user({ as, client }: ClaimsQuestion): Promise<RealmUser | undefined> {
    const serviceAccountOf = as === 'service-account' ? client : undefined;
    const username =
      as === 'service-account' ? `service-account-${client}` : as.user;
    let user = this.#users.get(username);
    if (!user) {
      user = readUserDetails(this.#connection, {
        username: username.toLowerCase(),
        serviceAccountOf,
      });
      this.#users.set(username, user);
    }
    return user;
  }

  async #readScopeMappings(clientId: string): Promise<void> {
    const client = this.#realm.clients.find(
      candidate => candidate.clientId === clientId,
    );
    if (!client) {
      return;
    }
    let reading = this.#mapped.get(clientId);
    if (!reading) {
      reading = readScopeMappings(this.#connection, client).then(roles => {
        client.scopeMappings = roles;
      });
      this.#mapped.set(clientId, reading);
    }
    await reading;
  }
}
