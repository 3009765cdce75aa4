import { KeycloakServer } from './KeycloakServer';

/**
 * Makes a reader anew with exactly some roles of realm-management, in the realm
 * itself or, with `inMaster`, in the realm `master`.
 */
export async function createReader(options: {
  server: KeycloakServer;
  realm: string;
  clientId: string;
  secret: string;
  rights: string[];
  inMaster?: boolean;
}): Promise<void> {
  const { server, clientId, secret, rights, inMaster = false } = options;
  const realm = inMaster ? 'master' : options.realm;
  const owner = inMaster ? `${options.realm}-realm` : 'realm-management';
  const get = async (place: string) =>
    (await server.admin('GET', `/realms/${realm}${place}`)).body;
  for (const { id } of await get(`/clients?clientId=${clientId}`)) {
    await server.admin('DELETE', `/realms/${realm}/clients/${id}`);
  }
  await server.admin('POST', `/realms/${realm}/clients`, {
    clientId,
    secret,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    fullScopeAllowed: true,
  });
  const [reader] = await get(`/clients?clientId=${clientId}`);
  const [management] = await get(`/clients?clientId=${owner}`);
  const user = await get(`/clients/${reader.id}/service-account-user`);
  const roles = await Promise.all(
    rights.map(right => get(`/clients/${management.id}/roles/${right}`)),
  );
  await server.admin(
    'POST',
    `/realms/${realm}/users/${user.id}/role-mappings/clients/${management.id}`,
    roles,
  );
}
