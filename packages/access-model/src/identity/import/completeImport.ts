import { JsonObject } from '../fields';
import { roleKey } from '../roleRef';
import { Realm, RealmClient, RealmRole, RealmUser, RoleRef } from '../types';
import { accountDefaultRoles, builtinClients } from './builtinClients';
import {
  builtinDefaultScopes,
  builtinOptionalScopes,
  builtinScopes,
  offlineAccessScope,
} from './builtinScopes';

const offlineAccess = 'offline_access';
const umaAuthorization = 'uma_authorization';
const umaProtection = 'uma_protection';
const serviceAccountScope = 'service_account';

/**
 * Adds to a realm as a file describes it what Keycloak adds when it imports
 * that file. A file that Keycloak exported holds all of it already.
 */
class ImportCompletion {
  readonly #realm: Realm;
  readonly #source: JsonObject;
  readonly #fileHasScopes: boolean;
  readonly #defaultRole: RealmRole;
  /** Scopes that a client gets for which the file names none. */
  #defaultScopes: string[];
  #optionalScopes: string[];

  constructor(realm: Realm, source: JsonObject) {
    this.#realm = realm;
    this.#source = source;
    this.#fileHasScopes = Array.isArray(source.clientScopes);
    this.#defaultRole = this.#addDefaultRole();
    this.#defaultScopes = this.#fileHasScopes
      ? this.#existing(source.defaultDefaultClientScopes)
      : [...builtinDefaultScopes];
    this.#optionalScopes = this.#fileHasScopes
      ? this.#existing(source.defaultOptionalClientScopes)
      : [...builtinOptionalScopes];
  }

  run(): Realm {
    this.#addOfflineAccess();
    if (!this.#fileHasScopes) {
      this.#realm.clientScopes = builtinScopes();
    }
    for (const client of this.#realm.clients) {
      this.#completeClient(client);
    }
    this.#addClients();
    this.#convertDefaultRoles();
    this.#addUmaAuthorization();
    for (const client of this.#realm.clients) {
      this.#addServiceAccount(client);
    }
    return this.#realm;
  }

  #existing(names: unknown): string[] {
    return Array.isArray(names)
      ? names.filter(name =>
          this.#realm.clientScopes.some(scope => scope.name === name),
        )
      : [];
  }

  /**
   * `RealmManager.determineDefaultRoleName`: a role of the usual name that the
   * file declares as an ordinary role pushes the default role aside.
   */
  #addDefaultRole(): RealmRole {
    const { realm, realmRoles } = this.#realm;
    const named = this.#source.defaultRole as { name?: unknown } | undefined;
    let name = `default-roles-${realm.toLowerCase()}`;
    if (typeof named?.name === 'string') {
      name = named.name;
    } else {
      const taken = new Set(realmRoles.map(role => role.name));
      const base = name;
      for (let n = 1; taken.has(name); n++) {
        name = `${base}-${n}`;
      }
    }
    this.#realm.defaultRole = name;
    return this.#realmRole(name).role;
  }

  #realmRole(name: string): { role: RealmRole; added: boolean } {
    const { realmRoles } = this.#realm;
    const present = realmRoles.find(role => role.name === name);
    if (present) {
      return { role: present, added: false };
    }
    const role: RealmRole = { name, composites: [] };
    realmRoles.push(role);
    return { role, added: true };
  }

  #addToDefaultRole(refs: readonly RoleRef[]): void {
    const { composites } = this.#defaultRole;
    const known = new Set(composites.map(roleKey));
    for (const ref of refs) {
      if (!known.has(roleKey(ref))) {
        known.add(roleKey(ref));
        composites.push({ ...ref });
      }
    }
  }

  /** `RealmManager.setupOfflineTokens`. */
  #addOfflineAccess(): void {
    const { clientScopes } = this.#realm;
    const hasScope = clientScopes.some(scope => scope.name === offlineAccess);
    const { role, added } = this.#realmRole(offlineAccess);
    if (!added && hasScope) {
      return;
    }
    if (!added) {
      // Made anew, so what the file says about the role is lost.
      role.composites = [];
    }
    this.#addToDefaultRole([{ name: offlineAccess }]);
    if (!hasScope && this.#fileHasScopes) {
      clientScopes.push(offlineAccessScope());
      this.#optionalScopes = [...this.#optionalScopes, offlineAccess];
    }
  }

  /** `KeycloakModelUtils.setupAuthorizationServices`. */
  #addUmaAuthorization(): void {
    if (this.#realmRole(umaAuthorization).added) {
      this.#addToDefaultRole([{ name: umaAuthorization }]);
    }
  }

  #clientSource(client: RealmClient): JsonObject {
    const list = this.#source.clients as JsonObject[] | undefined;
    return list?.find(({ clientId }) => clientId === client.clientId) ?? {};
  }

  #completeClient(client: RealmClient): void {
    const source = this.#clientSource(client);
    if (!source.defaultClientScopes && !source.optionalClientScopes) {
      client.defaultClientScopes = [...this.#defaultScopes];
      client.optionalClientScopes = [...this.#optionalScopes];
    }
    if (
      source.fullScopeAllowed === undefined ||
      source.fullScopeAllowed === null
    ) {
      client.fullScopeAllowed = !client.consentRequired;
    }
    if (source.webOrigins === undefined || source.webOrigins === null) {
      client.webOrigins = [
        ...new Set(
          client.redirectUris.flatMap(
            uri => /^(https?:\/\/[^/]*)/.exec(uri)?.[1] ?? [],
          ),
        ),
      ];
    }
  }

  #addClients(): void {
    const { clients, realm } = this.#realm;
    const present = new Set(clients.map(client => client.clientId));
    // Made before the scopes of the file, so those are not assigned to them.
    const scopesInTime = !this.#fileHasScopes;
    for (const client of builtinClients(realm)) {
      if (present.has(client.clientId)) {
        continue;
      }
      const late =
        client.clientId === 'admin-cli' && present.has('realm-management');
      if (scopesInTime || late) {
        client.defaultClientScopes = [...this.#defaultScopes];
        client.optionalClientScopes = [...this.#optionalScopes];
      }
      if (client.clientId === 'account') {
        this.#addToDefaultRole(accountDefaultRoles);
      }
      clients.push(client);
    }
    const account = clients.find(client => client.clientId === 'account');
    if (
      account &&
      !account.roles.some(role => role.name === 'delete-account')
    ) {
      account.roles.push({ name: 'delete-account', composites: [] });
    }
  }

  /** `DefaultExportImportManager.convertDeprecatedDefaultRoles`. */
  #convertDefaultRoles(): void {
    if (this.#source.defaultRole) {
      return;
    }
    const names = (value: unknown) =>
      Array.isArray(value)
        ? value.filter((name): name is string => typeof name === 'string')
        : [];
    this.#addToDefaultRole(
      names(this.#source.defaultRoles).map(name => ({ name: name.trim() })),
    );
    for (const client of this.#realm.clients) {
      this.#addToDefaultRole(
        names(this.#clientSource(client).defaultRoles).map(name => ({
          client: client.clientId,
          name: name.trim(),
        })),
      );
    }
  }

  /** `RealmManager.setupClientServiceAccountsAndAuthorizationOnImport`. */
  #addServiceAccount(client: RealmClient): void {
    const source = this.#clientSource(client);
    const authorization = source.authorizationServicesEnabled === true;
    if (!client.serviceAccountsEnabled && !authorization) {
      return;
    }
    const { users, clientScopes, defaultRole, defaultGroups } = this.#realm;
    if (
      authorization &&
      !client.roles.some(role => role.name === umaProtection)
    ) {
      client.roles.push({ name: umaProtection, composites: [] });
    }
    if (users.some(user => user.serviceAccountOf === client.clientId)) {
      return;
    }
    const user: RealmUser = {
      username: `service-account-${client.clientId}`.toLowerCase(),
      enabled: true,
      emailVerified: false,
      attributes: {},
      roles: [{ name: defaultRole }],
      groups: [...defaultGroups],
      serviceAccountOf: client.clientId,
    };
    if (authorization) {
      user.roles.push({ client: client.clientId, name: umaProtection });
    }
    users.push(user);
    if (clientScopes.some(scope => scope.name === serviceAccountScope)) {
      client.optionalClientScopes = client.optionalClientScopes.filter(
        name => name !== serviceAccountScope,
      );
      if (!client.defaultClientScopes.includes(serviceAccountScope)) {
        client.defaultClientScopes.push(serviceAccountScope);
      }
    }
  }
}

/**
 * Completes a realm that was read from a file with what
 * `RealmManager.importRealm` of Keycloak 26.7 makes of that file: built-in
 * clients, scopes and roles, default roles and service accounts.
 *
 * @param realm - the realm as the file describes it; it is changed
 * @param source - the file
 *
 * @internal
 */
export function completeImport(realm: Realm, source: JsonObject): Realm {
  return new ImportCompletion(realm, source).run();
}
