import { Realm } from '@mesh-auth/access-model';
import {
  KeycloakConnection,
  readAllUsers,
  readAllClientRoles,
  readAttributeKnowledge,
  readRealmIndex,
  readScopeMappings,
  withClientRoles,
} from '@mesh-auth/keycloak-reader';
import { createReader } from './createReader';
import { KeycloakServer } from './KeycloakServer';

const SECRET = 'secret-of-the-reader';
const CLIENT_ID = 'mesh-auth-reader';

/**
 * Reads a realm as mesh-auth does, with a reader in `master`: the mappers of a
 * generated realm may spoil the tokens of one in the realm itself.
 */
export async function readByApi(options: {
  server: KeycloakServer;
  url: string;
  realm: string;
}): Promise<Realm> {
  const { server, url, realm } = options;
  await createReader({
    server,
    realm,
    clientId: CLIENT_ID,
    secret: SECRET,
    inMaster: true,
    rights: ['view-clients', 'view-users', 'view-realm', 'view-events'],
  });
  const connection = new KeycloakConnection({
    realm,
    endpoint: {
      baseUrl: url,
      clientId: CLIENT_ID,
      clientSecret: SECRET,
      authRealm: 'master',
      timeoutMs: 10_000,
    },
  });
  const index = await readRealmIndex(connection, { groupAttributes: true });
  const read = withClientRoles(
    index.realm,
    await readAllClientRoles(connection, index.realm.clients),
  );
  for (const client of read.clients) {
    if (!client.fullScopeAllowed) {
      client.scopeMappings = await readScopeMappings(connection, client);
    }
  }
  read.knowledge = {
    ...read.knowledge,
    userAttributes: await readAttributeKnowledge(connection, read),
  };
  return readAllUsers(connection, read);
}
