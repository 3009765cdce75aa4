import {
  readUser,
  Realm,
  RealmGraph,
  RealmUser,
  RoleNode,
  RoleRef,
} from '@mesh-auth/access-model';
import { expectObject, readPages } from './answers';
import { KeycloakConnection } from './KeycloakConnection';
import { Right, Rights } from './Rights';

const USER_PAGE = 200;

/**
 * Holders of one role, or members of one group, that are read at most.
 *
 * @public
 */
export const MAX_HOLDERS = 2_000;

const SERVICE_ACCOUNT_PREFIX = 'service-account-';

/**
 * Reads who holds some roles: the direct holders of each role that contains
 * one of them, and the members of each group that passes one on.
 */
class HolderReader {
  readonly #users = new Map<string, RealmUser>();
  readonly #rights = new Rights();
  readonly #reasons: string[] = [];

  constructor(
    private readonly connection: KeycloakConnection,
    private readonly graph: RealmGraph,
  ) {}

  async read(roles: RoleRef[]): Promise<Realm> {
    const nodes = this.#closureUp(roles);
    const groups = this.#closureDown(nodes.flatMap(node => node.groups));
    await Promise.all([
      ...nodes.map(node => this.#readRole(node)),
      ...groups.map(group => this.#readGroup(group)),
    ]);
    const { realm } = this.graph;
    const complete =
      this.#rights.missing.length === 0 && this.#reasons.length === 0;
    return {
      ...realm,
      users: [...this.#users.values()],
      knowledge: {
        ...realm.knowledge,
        users: complete ? 'complete' : 'none',
        reasons: [
          ...new Set([
            ...realm.knowledge.reasons,
            ...this.#rights.missing.map(
              right => `the reader lacks the role ${right}`,
            ),
            ...this.#reasons,
          ]),
        ],
      },
    };
  }

  #closureUp(roles: RoleRef[]): RoleNode[] {
    const seen = new Set<number>();
    for (const role of roles) {
      const node = this.graph.role(role);
      if (node) {
        seen.add(node.index);
      }
    }
    for (const index of seen) {
      this.graph.roles[index].parents.forEach(parent => seen.add(parent));
    }
    return [...seen].map(index => this.graph.roles[index]);
  }

  #closureDown(groups: number[]): number[] {
    const seen = new Set(groups);
    for (const index of seen) {
      this.graph.groups[index].children.forEach(child => seen.add(child));
    }
    return [...seen];
  }

  async #readRole(node: RoleNode): Promise<void> {
    const { realm } = this.connection;
    const { client: clientId, name } = node.ref;
    const what = 'users with a role';
    const client =
      clientId === undefined ? undefined : this.graph.client(clientId);
    if (clientId !== undefined && client?.id === undefined) {
      this.#reasons.push(`client ${clientId} was not read`);
      return;
    }
    const users = await this.#readUsers(
      what,
      clientId === undefined ? ['view-users', 'view-realm'] : ['view-users'],
      range =>
        this.connection.read(what, admin =>
          client?.id === undefined
            ? admin.roles.findUsersWithRole({
                realm,
                name,
                briefRepresentation: true,
                ...range,
              })
            : admin.clients.findUsersWithRole({
                realm,
                id: client.id,
                roleName: name,
                briefRepresentation: true,
                ...range,
              }),
        ),
    );
    for (const user of users) {
      user.roles.push(node.ref);
    }
  }

  async #readGroup(index: number): Promise<void> {
    const { realm } = this.connection;
    const { id } = this.graph.groups[index].group;
    const what = 'members of a group';
    if (id === undefined) {
      return;
    }
    const users = await this.#readUsers(what, ['view-users'], range =>
      this.connection.read(what, admin =>
        admin.groups.listMembers({
          realm,
          id,
          briefRepresentation: true,
          ...range,
        }),
      ),
    );
    for (const user of users) {
      (user.groupIds ??= []).push(id);
    }
  }

  async #readUsers(
    what: string,
    rights: Right[],
    page: (range: { first: number; max: number }) => Promise<unknown>,
  ): Promise<RealmUser[]> {
    const missing = rights.find(right => this.#rights.lacks(right));
    if (missing) {
      return [];
    }
    const { entries, truncated } = await this.#rights.need(
      rights[0],
      readPages({ size: USER_PAGE, limit: MAX_HOLDERS, what, page }),
      { entries: [], truncated: false },
    );
    if (truncated) {
      this.#reasons.push(`only the first ${MAX_HOLDERS} ${what} were read`);
    }
    return entries.map((json, index) =>
      this.#userOf(json, `${what}[${index}]`),
    );
  }

  /** One object for a user, however many roles and groups bring it up. */
  #userOf(json: unknown, path: string): RealmUser {
    const { id, username, enabled } = expectObject(json, path);
    const read = readUser({ id, username, enabled }, path);
    const known = this.#users.get(read.username);
    if (known) {
      return known;
    }
    // Lists carry no link to the client, only the name tells.
    if (read.username.startsWith(SERVICE_ACCOUNT_PREFIX)) {
      const clientId = read.username.slice(SERVICE_ACCOUNT_PREFIX.length);
      read.serviceAccountOf = this.graph.realm.clients.find(
        client =>
          client.serviceAccountsEnabled &&
          client.clientId.toLowerCase() === clientId,
      )?.clientId;
    }
    this.#users.set(read.username, read);
    return read;
  }
}

/**
 * Completes a realm with the users that hold the given roles, by whatever
 * path, and with nobody else.
 *
 * @throws UpstreamError where something other than a right is missing
 *
 * @public
 */
export function readHolders(
  connection: KeycloakConnection,
  graph: RealmGraph,
  roles: RoleRef[],
): Promise<Realm> {
  return new HolderReader(connection, graph).read(roles);
}
