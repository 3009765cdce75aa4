import {
  readUser,
  Realm,
  RealmGroup,
  RealmUser,
} from '@mesh-auth/access-model';
import { expectObject, expectText, readPages } from './answers';
import { KeycloakConnection } from './KeycloakConnection';
import { readRoleMappings } from './readUserDetails';

const USER_PAGE = 100;
const MEMBER_PAGE = 200;
const MAX_USERS = 20_000;

const SERVICE_ACCOUNT = 'service-account-';

async function readPeople(
  connection: KeycloakConnection,
): Promise<{ users: RealmUser[]; truncated: boolean }> {
  const what = 'users';
  const { entries, truncated } = await readPages({
    size: USER_PAGE,
    limit: MAX_USERS,
    what,
    page: range =>
      connection.read(what, admin =>
        admin.users.find({
          realm: connection.realm,
          briefRepresentation: false,
          ...range,
        }),
      ),
  });
  return {
    users: entries.map((json, index) => readUser(json, `users[${index}]`)),
    truncated,
  };
}

/** The list of users leaves service accounts out; each is found by its name. */
async function readServiceAccounts(
  connection: KeycloakConnection,
  realm: Realm,
): Promise<RealmUser[]> {
  const what = 'a service account';
  const accounts = await Promise.all(
    realm.clients
      .filter(client => client.serviceAccountsEnabled)
      .map(async ({ clientId }) => {
        const found = await connection.read(what, admin =>
          admin.users.find({
            realm: connection.realm,
            username: `${SERVICE_ACCOUNT}${clientId}`.toLowerCase(),
            exact: true,
            briefRepresentation: false,
            first: 0,
            max: 1,
          }),
        );
        return found.map(json => ({
          ...readUser(json, what),
          serviceAccountOf: clientId,
        }));
      }),
  );
  return accounts.flat();
}

function groupIdsOf(groups: readonly RealmGroup[]): string[] {
  return groups.flatMap(({ id, subGroups }) => [
    ...(id === undefined ? [] : [id]),
    ...groupIdsOf(subGroups),
  ]);
}

/** The groups of each user by its id: groups are fewer than users. */
async function readMemberships(
  connection: KeycloakConnection,
  groups: readonly RealmGroup[],
): Promise<Map<string, string[]>> {
  const what = 'members of a group';
  const memberships = new Map<string, string[]>();
  await Promise.all(
    groupIdsOf(groups).map(async id => {
      const { entries } = await readPages({
        size: MEMBER_PAGE,
        limit: MAX_USERS,
        what,
        page: range =>
          connection.read(what, admin =>
            admin.groups.listMembers({
              realm: connection.realm,
              id,
              briefRepresentation: true,
              ...range,
            }),
          ),
      });
      for (const member of entries) {
        const user = expectText(expectObject(member, what).id, 'a user id');
        memberships.set(user, [...(memberships.get(user) ?? []), id]);
      }
    }),
  );
  return memberships;
}

/**
 * Completes a realm with all its users and service accounts: one request for
 * each user, and one for each group.
 *
 * @throws UpstreamError
 *
 * @public
 */
export async function readAllUsers(
  connection: KeycloakConnection,
  realm: Realm,
): Promise<Realm> {
  const [people, accounts, memberships] = await Promise.all([
    readPeople(connection),
    readServiceAccounts(connection, realm),
    readMemberships(connection, realm.groups),
  ]);
  const users = await Promise.all(
    [...people.users, ...accounts].map(async user => {
      const id = expectText(user.id, 'a user id');
      return {
        ...user,
        roles: await readRoleMappings(connection, id),
        groupIds: memberships.get(id) ?? [],
      };
    }),
  );
  const reasons = people.truncated
    ? [`only the first ${MAX_USERS} users were read`]
    : [];
  return {
    ...realm,
    users,
    knowledge: {
      ...realm.knowledge,
      users: people.truncated ? 'none' : 'complete',
      reasons: [...realm.knowledge.reasons, ...reasons],
    },
  };
}
