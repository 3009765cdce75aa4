import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { ensureSecret } from '../secrets';
import { keycloakUrl, LabSettings } from '../settings';

/** A client of Keycloak's Admin API, signed in as the lab's administrator. @internal */
export async function keycloakAdministrator(
  settings: LabSettings,
): Promise<KeycloakAdminClient> {
  const admin = new KeycloakAdminClient({
    baseUrl: keycloakUrl(settings),
    realmName: 'master',
  });
  await admin.auth({
    grantType: 'password',
    clientId: 'admin-cli',
    username: 'admin',
    password: await ensureSecret('keycloak-admin'),
  });
  return admin;
}
