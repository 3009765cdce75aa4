import {
  AttributeKnowledge,
  readUser,
  Realm,
  RealmClient,
  RealmUser,
  RoleRef,
} from '@mesh-auth/access-model';
import { expectList, expectObject, expectText, readPages } from './answers';
import { KeycloakConnection } from './KeycloakConnection';

const GROUP_PAGE = 100;
const MAX_GROUPS_OF_USER = 10_000;

/**
 * Reads one user with everything that a token is made of, three requests;
 * undefined where there is none of that name.
 *
 * @remarks
 * A service account is found by the name of its user: the endpoint for it
 * would make a user that is missing.
 *
 * @public
 */
export async function readUserDetails(
  connection: KeycloakConnection,
  options: { username: string; serviceAccountOf?: string },
): Promise<RealmUser | undefined> {
  const { realm } = connection;
  const what = 'a user';
  const found = expectList(
    await connection.read(what, admin =>
      admin.users.find({
        realm,
        username: options.username,
        exact: true,
        briefRepresentation: false,
        first: 0,
        max: 1,
      }),
    ),
    what,
  );
  if (found.length === 0) {
    return undefined;
  }
  return completeUser(connection, {
    ...readUser(found[0], what),
    serviceAccountOf: options.serviceAccountOf,
  });
}

async function completeUser(
  connection: KeycloakConnection,
  user: RealmUser,
): Promise<RealmUser> {
  const id = expectText(user.id, 'a user id');
  const [roles, groupIds] = await Promise.all([
    readRoleMappings(connection, id),
    readGroupIds(connection, id),
  ]);
  return { ...user, roles, groupIds };
}

function rolesOf(mappings: unknown, what: string): RoleRef[] {
  const source = expectObject(mappings, what);
  const names = (list: unknown) =>
    expectList(list ?? [], what).map(role =>
      expectText(expectObject(role, what).name, 'a role'),
    );
  const byClient = expectObject(source.clientMappings ?? {}, what);
  return [
    ...names(source.realmMappings).map(name => ({ name })),
    ...Object.values(byClient).flatMap(entry => {
      const { client, mappings: roles } = expectObject(entry, what);
      const clientId = expectText(client, 'a clientId');
      return names(roles).map(name => ({ client: clientId, name }));
    }),
  ];
}

/**
 * Reads the roles that a user has directly.
 *
 * @internal
 */
export async function readRoleMappings(
  connection: KeycloakConnection,
  id: string,
): Promise<RoleRef[]> {
  const { realm } = connection;
  const what = 'role mappings of a user';
  return rolesOf(
    await connection.read(what, admin =>
      admin.users.listRoleMappings({ realm, id }),
    ),
    what,
  );
}

async function readGroupIds(
  connection: KeycloakConnection,
  id: string,
): Promise<string[]> {
  const { realm } = connection;
  const what = 'groups of a user';
  const { entries } = await readPages({
    size: GROUP_PAGE,
    limit: MAX_GROUPS_OF_USER,
    what,
    page: range =>
      connection.read(what, admin =>
        admin.users.listGroups({
          realm,
          id,
          briefRepresentation: true,
          ...range,
        }),
      ),
  });
  return entries.map(group =>
    expectText(expectObject(group, what).id, 'a group id'),
  );
}

/**
 * Reads the role mappings of a client whose full scope is off.
 *
 * @public
 */
export async function readScopeMappings(
  connection: KeycloakConnection,
  client: RealmClient,
): Promise<RoleRef[]> {
  const { realm } = connection;
  const what = 'role mappings of a client';
  return rolesOf(
    await connection.read(what, admin =>
      admin.clients.listScopeMappings({ realm, id: client.id ?? '' }),
    ),
    what,
  );
}

/**
 * Which attributes of users the Admin API shows, by the realm's user profile.
 * Others may be in a token all the same.
 *
 * @public
 */
export async function readAttributeKnowledge(
  connection: KeycloakConnection,
  realm: Realm,
): Promise<AttributeKnowledge> {
  const what = 'the user profile';
  const profile = expectObject(
    await connection.read(what, admin =>
      admin.users.getProfile({ realm: connection.realm }),
    ),
    what,
  );
  // Not shown where internationalisation is off, whatever the profile says.
  const hidden = realm.internationalizationEnabled ? [] : ['locale'];
  const policy = profile.unmanagedAttributePolicy;
  if (typeof policy === 'string' && policy !== 'DISABLED') {
    return { hidden };
  }
  const shown = expectList(profile.attributes ?? [], what).map(attribute =>
    expectText(expectObject(attribute, what).name, 'an attribute name'),
  );
  return { shown: shown.filter(name => !hidden.includes(name)) };
}
