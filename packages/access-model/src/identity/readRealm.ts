import { ParseError, visit } from 'jsonc-parser';
import {
  asFlag,
  asList,
  asName,
  asNumber,
  asObject,
  asText,
  asTextLists,
  asTexts,
  JsonObject,
} from './fields';
import { completeImport } from './import/completeImport';
import { readClient } from './readClient';
import { readRoleRefs } from './readRoleRefs';
import { readClientScope, readRole } from './readRoles';
import { RealmFormatError } from './RealmFormatError';
import {
  Realm,
  RealmClient,
  RealmGroup,
  RealmKnowledge,
  RealmUser,
  RoleRef,
} from './types';

/**
 * Reads one element of a `GroupRepresentation` tree.
 *
 * @public
 */
export function readGroup(json: unknown, path: string): RealmGroup {
  const source = asObject(json, path);
  return {
    name: asName(source.name, `${path}.name`),
    id: asText(source.id, `${path}.id`),
    roles: readRoleRefs({ ...pickRoles(source), path }),
    attributes: asTextLists(source.attributes, `${path}.attributes`),
    subGroups: asList(source.subGroups, `${path}.subGroups`).map(
      (group, index) => readGroup(group, `${path}.subGroups[${index}]`),
    ),
  };
}

function pickRoles(source: JsonObject) {
  return { realmRoles: source.realmRoles, clientRoles: source.clientRoles };
}

/**
 * Reads a `UserRepresentation`; credentials are not looked at.
 *
 * @public
 */
export function readUser(json: unknown, path: string): RealmUser {
  const source = asObject(json, path);
  return {
    // Keycloak stores user names in lower case (`JpaUserProvider.addUser`).
    username: asName(source.username, `${path}.username`).toLowerCase(),
    id: asText(source.id, `${path}.id`),
    enabled: asFlag({
      value: source.enabled,
      path: `${path}.enabled`,
      absent: false,
    }),
    email: asText(source.email, `${path}.email`)?.toLowerCase(),
    emailVerified: asFlag({
      value: source.emailVerified,
      path: `${path}.emailVerified`,
      absent: false,
    }),
    firstName: asText(source.firstName, `${path}.firstName`),
    lastName: asText(source.lastName, `${path}.lastName`),
    createdTimestamp: asNumber(
      source.createdTimestamp,
      `${path}.createdTimestamp`,
    ),
    attributes: asTextLists(source.attributes, `${path}.attributes`),
    roles: readRoleRefs({ ...pickRoles(source), path }),
    groups: asTexts(source.groups, `${path}.groups`),
    serviceAccountOf: asText(
      source.serviceAccountClientId,
      `${path}.serviceAccountClientId`,
    ),
  };
}

interface ScopeMapping {
  client?: string;
  clientScope?: string;
  roles: RoleRef[];
}

/** Reads `scopeMappings` and `clientScopeMappings` into one list. */
function readScopeMappings(source: JsonObject): ScopeMapping[] {
  const mappings: ScopeMapping[] = [];
  const read = (list: unknown, path: string, container?: string) =>
    asList(list, path).forEach((item, index) => {
      const at = `${path}[${index}]`;
      const mapping = asObject(item, at);
      mappings.push({
        client: asText(mapping.client, `${at}.client`),
        clientScope: asText(mapping.clientScope, `${at}.clientScope`),
        roles: asTexts(mapping.roles, `${at}.roles`).map(name =>
          container === undefined ? { name } : { client: container, name },
        ),
      });
    });
  read(source.scopeMappings, 'scopeMappings');
  if (source.clientScopeMappings) {
    const byClient = asObject(
      source.clientScopeMappings,
      'clientScopeMappings',
    );
    for (const client of Object.keys(byClient)) {
      read(byClient[client], `clientScopeMappings.${client}`, client);
    }
  }
  return mappings;
}

function knowledgeOf(users: RealmUser[], source: JsonObject): RealmKnowledge {
  const reasons: string[] = [];
  // What Keycloak wrote names its version, and leaves out what was not asked
  // for; what a person wrote is all there is.
  const exported = source.keycloakVersion !== undefined;
  const holds = (part: string, words: string) => {
    const there = !exported || Boolean(source[part]);
    if (!there) {
      reasons.push(`the export holds no ${words}`);
    }
    return there;
  };
  let known: RealmKnowledge['users'] = 'complete';
  if (!Array.isArray(source.users)) {
    known = 'none';
    reasons.push('the realm file holds no users');
  } else if (
    users.length > 0 &&
    users.every(user => user.serviceAccountOf !== undefined)
  ) {
    // What `partial-export` of the Admin API gives.
    known = 'serviceAccounts';
    reasons.push('the realm file holds service accounts only, no people');
  }
  return {
    users: known,
    userAttributes: known === 'complete' ? 'all' : 'none',
    groups: holds('groups', 'groups'),
    realmRoles: holds('roles', 'roles'),
    clients: holds('clients', 'clients'),
    clientScopes: holds('clientScopes', 'client scopes'),
    reasons,
  };
}

/**
 * Reads a `RealmRepresentation` as `kc.sh export` and the Admin API's
 * `partial-export` write it, or as a person writes it for an import; what
 * Keycloak adds when it imports the file is added. Only the fields named in
 * the types are looked at, so that no secret is carried over.
 *
 * @param json - the parsed document
 * @throws {@link RealmFormatError} with the path of the first wrong field
 *
 * @public
 */
export function readRealm(json: unknown): Realm {
  const source = asObject(json, '');
  const realm = asName(source.realm, 'realm');
  const roles = source.roles ? asObject(source.roles, 'roles') : {};
  const clientRoles = roles.client
    ? asObject(roles.client, 'roles.client')
    : {};
  const scopeMappings = readScopeMappings(source);

  const clients = asList(source.clients, 'clients').map(
    (item, index): RealmClient => {
      const path = `clients[${index}]`;
      const client = readClient(item, path);
      const rolesPath = `roles.client.${client.clientId}`;
      client.roles = asList(
        Object.hasOwn(clientRoles, client.clientId)
          ? clientRoles[client.clientId]
          : undefined,
        rolesPath,
      ).map((role, at) => readRole(role, `${rolesPath}[${at}]`));
      client.scopeMappings = scopeMappings
        .filter(mapping => mapping.client === client.clientId)
        .flatMap(mapping => mapping.roles);
      return client;
    },
  );
  const clientScopes = asList(source.clientScopes, 'clientScopes').map(
    (item, index) => {
      const scope = readClientScope(item, `clientScopes[${index}]`);
      scope.roles = scopeMappings
        .filter(mapping => mapping.clientScope === scope.name)
        .flatMap(mapping => mapping.roles);
      return scope;
    },
  );
  const users = asList(source.users, 'users').map((item, index) =>
    readUser(item, `users[${index}]`),
  );
  const attributes = source.attributes
    ? asObject(source.attributes, 'attributes')
    : {};
  const defaultRole = source.defaultRole
    ? asText(asObject(source.defaultRole, 'defaultRole').name, 'defaultRole')
    : undefined;

  const read: Realm = {
    realm,
    frontendUrl:
      typeof attributes.frontendUrl === 'string' && attributes.frontendUrl
        ? attributes.frontendUrl
        : undefined,
    accessTokenLifespan: asNumber(
      source.accessTokenLifespan,
      'accessTokenLifespan',
    ),
    internationalizationEnabled: source.internationalizationEnabled === true,
    organizationsEnabled: source.organizationsEnabled === true,
    hasLevelsOfAuthentication:
      typeof attributes['acr.loa.map'] === 'string' &&
      attributes['acr.loa.map'] !== '{}',
    defaultRole: defaultRole ?? `default-roles-${realm.toLowerCase()}`,
    realmRoles: asList(roles.realm, 'roles.realm').map((role, index) =>
      readRole(role, `roles.realm[${index}]`),
    ),
    clients,
    clientScopes,
    defaultGroups: asTexts(source.defaultGroups, 'defaultGroups'),
    groups: asList(source.groups, 'groups').map((group, index) =>
      readGroup(group, `groups[${index}]`),
    ),
    users,
    knowledge: knowledgeOf(users, source),
  };
  return completeImport(read, source);
}

/**
 * Says where a text stops being JSON. The engine's own message is not used: it
 * may quote the text, and with it a secret.
 */
function syntaxError(text: string): RealmFormatError {
  const errors: ParseError[] = [];
  visit(text, {
    onError: (error, offset, length) => errors.push({ error, offset, length }),
  });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  const line = before.length;
  const column = before[line - 1].length + 1;
  return new RealmFormatError(
    `not valid JSON at line ${line}, column ${column}`,
    { line, column },
  );
}

/**
 * Reads the text of a realm file.
 *
 * @throws {@link RealmFormatError} with line and column where it is not JSON
 *
 * @public
 */
export function parseRealm(text: string): Realm {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw syntaxError(text);
  }
  return readRealm(json);
}
