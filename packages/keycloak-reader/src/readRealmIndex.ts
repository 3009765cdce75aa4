import {
  readClient,
  readClientScope,
  readGroup,
  Realm,
  RealmClient,
  RealmClientScope,
  RealmGroup,
  RealmRole,
  RoleRef,
} from '@mesh-auth/access-model';
import { expectList, expectObject, expectText, readPages } from './answers';
import { KeycloakConnection } from './KeycloakConnection';
import { readComposites } from './readComposites';
import { readRoleNode } from './roleEntries';
import { Right, Rights } from './Rights';

/**
 * Clients per request. A cold server needs quadratic time in the size of one
 * answer, so a page is never larger.
 */
const CLIENT_PAGE = 100;
const ROLE_PAGE = 100;
const MAX_CLIENTS = 50_000;
const MAX_ROLES = 50_000;
const MAX_GROUPS = 20_000;

/**
 * The part of a realm that every question needs, without people.
 *
 * @public
 */
export interface RealmIndex {
  realm: Realm;
  missingRights: Right[];
  warnings: string[];
}

/**
 * ClientIds by internal id, to name the owner of a client role.
 *
 * @internal
 */
export function clientIdsById(clients: RealmClient[]): Map<string, string> {
  return new Map(clients.map(client => [client.id ?? '', client.clientId]));
}

class RealmIndexReader {
  readonly #rights = new Rights();
  readonly #warnings: string[] = [];

  constructor(
    private readonly connection: KeycloakConnection,
    private readonly groupAttributes: boolean,
  ) {}

  async read(): Promise<RealmIndex> {
    const name = this.connection.realm;
    const settings = await this.#readSettings();
    const clients = await this.#readClients();
    const clientScopes = await this.#readClientScopes();
    const realmRoles = await this.#readRealmRoles(clientIdsById(clients));
    const groups = await this.#readGroups();
    await this.#probeUsers();

    const defaultRole = settings.defaultRole as { name?: string } | undefined;
    const attributes = settings.attributes as
      | Record<string, unknown>
      | undefined;
    const lacks = (right: Right) => this.#rights.lacks(right);
    const reasons = this.#rights.missing.map(
      right => `the reader lacks the role ${right}`,
    );
    const realm: Realm = {
      realm: name,
      frontendUrl:
        typeof attributes?.frontendUrl === 'string' && attributes.frontendUrl
          ? attributes.frontendUrl
          : undefined,
      accessTokenLifespan:
        typeof settings.accessTokenLifespan === 'number'
          ? settings.accessTokenLifespan
          : undefined,
      internationalizationEnabled:
        settings.internationalizationEnabled === true,
      organizationsEnabled: settings.organizationsEnabled === true,
      hasLevelsOfAuthentication:
        typeof attributes?.['acr.loa.map'] === 'string' &&
        attributes['acr.loa.map'] !== '{}',
      defaultRole: defaultRole?.name ?? `default-roles-${name.toLowerCase()}`,
      realmRoles,
      clients,
      clientScopes,
      defaultGroups: [],
      groups,
      users: [],
      knowledge: {
        users: 'none',
        userAttributes: 'none',
        groups: !lacks('view-users'),
        // Composites are filtered by what the reader may see.
        realmRoles: !lacks('view-realm') && !lacks('view-clients'),
        clients: !lacks('view-clients'),
        clientScopes: !lacks('view-clients'),
        reasons,
      },
    };
    return {
      realm,
      missingRights: this.#rights.missing,
      warnings: this.#warnings,
    };
  }

  async #readSettings(): Promise<Record<string, unknown>> {
    const what = 'the realm';
    const { realm } = this.connection;
    const settings = await this.#rights.need<unknown>(
      'view-realm',
      this.connection.read(what, admin =>
        admin.realms.findOne({ realm }, { catchNotFound: false }),
      ),
      {},
    );
    const object = expectObject(settings, what);
    // Without view-realm, Keycloak answers with a handful of fields.
    if (object.accessTokenLifespan === undefined) {
      this.#rights.markMissing('view-realm');
    }
    return object;
  }

  async #readClients(): Promise<RealmClient[]> {
    const { realm } = this.connection;
    const what = 'clients';
    const { entries, truncated } = await this.#rights.need(
      'view-clients',
      readPages({
        size: CLIENT_PAGE,
        limit: MAX_CLIENTS,
        what,
        page: range =>
          this.connection.read(what, admin =>
            admin.clients.find({ realm, ...range }),
          ),
      }),
      { entries: [], truncated: false },
    );
    if (entries.length === 0) {
      // A realm always has its built-in clients.
      this.#rights.markMissing('view-clients');
    }
    this.#noteTruncation(truncated, MAX_CLIENTS, what);
    return entries.map((json, index) => readClient(json, `clients[${index}]`));
  }

  async #readClientScopes(): Promise<RealmClientScope[]> {
    const { realm } = this.connection;
    const what = 'client scopes';
    const list = expectList(
      await this.#rights.need<unknown>(
        'view-clients',
        this.connection.read(what, admin => admin.clientScopes.find({ realm })),
        [],
      ),
      what,
    );
    return Promise.all(
      list.map(async (json, index) => {
        const scope = readClientScope(json, `clientScopes[${index}]`);
        const id = expectText(expectObject(json, what).id, 'a client scope id');
        scope.roles = await this.#readScopeRoles(id);
        return scope;
      }),
    );
  }

  async #readScopeRoles(id: string): Promise<RoleRef[]> {
    const { realm } = this.connection;
    const what = 'role mappings of a client scope';
    const mappings = expectObject(
      await this.#rights.need<unknown>(
        'view-clients',
        this.connection.read(what, admin =>
          admin.clientScopes.listScopeMappings({ realm, id }),
        ),
        {},
      ),
      what,
    );
    const refs: RoleRef[] = [];
    for (const role of expectList(mappings.realmMappings ?? [], what)) {
      refs.push({ name: expectText(expectObject(role, what).name, 'a role') });
    }
    const byClient = expectObject(mappings.clientMappings ?? {}, what);
    for (const entry of Object.values(byClient)) {
      const { client, mappings: roles } = expectObject(entry, what);
      for (const role of expectList(roles ?? [], what)) {
        refs.push({
          client: expectText(client, 'a clientId'),
          name: expectText(expectObject(role, what).name, 'a role'),
        });
      }
    }
    return refs;
  }

  async #readRealmRoles(owners: Map<string, string>): Promise<RealmRole[]> {
    const { realm } = this.connection;
    const what = 'realm roles';
    const { entries, truncated } = await this.#rights.need(
      'view-realm',
      readPages({
        size: ROLE_PAGE,
        limit: MAX_ROLES,
        what,
        page: range =>
          this.connection.read(what, admin =>
            admin.roles.find({ realm, ...range }),
          ),
      }),
      { entries: [], truncated: false },
    );
    this.#noteTruncation(truncated, MAX_ROLES, what);
    return Promise.all(
      entries
        .map(readRoleNode)
        .map(entry => readComposites(this.connection, entry, owners)),
    );
  }

  async #readGroups(): Promise<RealmGroup[]> {
    const { realm } = this.connection;
    const what = 'groups';
    const list = expectList(
      await this.#rights.need<unknown>(
        'view-users',
        this.connection.read(what, admin =>
          // With a search, the whole tree comes with its roles in one answer.
          admin.groups.find({
            realm,
            search: '*',
            populateHierarchy: true,
            briefRepresentation: false,
            first: 0,
            max: MAX_GROUPS,
          }),
        ),
        [],
      ),
      what,
    );
    const groups = list.map((json, index) =>
      readGroup(json, `groups[${index}]`),
    );
    return this.groupAttributes ? groups : groups.map(withoutAttributes);
  }

  async #probeUsers(): Promise<void> {
    const { realm } = this.connection;
    await this.#rights.need<unknown>(
      'view-users',
      this.connection.read('users', admin =>
        admin.users.find({
          realm,
          first: 0,
          max: 1,
          briefRepresentation: true,
        }),
      ),
      [],
    );
  }

  #noteTruncation(truncated: boolean, limit: number, what: string): void {
    if (truncated) {
      this.#warnings.push(`only the first ${limit} ${what} were read`);
    }
  }
}

/** Attributes of groups may hold personal data and few answers need them. */
function withoutAttributes(group: RealmGroup): RealmGroup {
  return {
    ...group,
    attributes: {},
    subGroups: group.subGroups.map(withoutAttributes),
  };
}

/**
 * Reads settings, clients, client scopes, realm roles with composites and the
 * group tree of a realm: about 40 requests for 2,000 clients. Client roles and
 * holders are left to later reads.
 *
 * @param options - `groupAttributes` keeps the attributes of groups, which
 * claims of a token may be made of
 * @throws UpstreamError where something other than a right is missing
 *
 * @public
 */
export function readRealmIndex(
  connection: KeycloakConnection,
  options: { groupAttributes?: boolean } = {},
): Promise<RealmIndex> {
  return new RealmIndexReader(
    connection,
    options.groupAttributes ?? false,
  ).read();
}
