import fs from 'node:fs';
import { parseRealm } from '@mesh-auth/access-model';
import { FileRealm } from './FileRealm';
import { UsageError } from './loadMesh';
import type { RealmAccess } from './RealmAccess';
import { RemoteRealm } from './RemoteRealm';

/** The parts of `https://sso.example.com/auth/realms/shop`. */
function splitRealmUrl(text: string): { baseUrl: string; realm: string } {
  const match = /^(https?:\/\/.+?)(?:\/admin)?\/realms\/([^/]+)\/?$/.exec(text);
  if (!match) {
    throw new UsageError(
      `${text} names no realm: write BASE/realms/NAME, for example https://sso.example.com/auth/realms/shop`,
    );
  }
  return { baseUrl: match[1], realm: decodeURIComponent(match[2]) };
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new UsageError(
      `a realm that is read by URL needs ${name} in the environment`,
    );
  }
  return value;
}

/**
 * Opens a realm: a file as Keycloak exports it, or a Keycloak by URL with the
 * credentials in `KEYCLOAK_CLIENT_ID` and `KEYCLOAK_CLIENT_SECRET`.
 *
 * @throws UsageError
 */
export async function loadRealm(place: string): Promise<RealmAccess> {
  if (/^https?:\/\//.test(place)) {
    const { baseUrl, realm } = splitRealmUrl(place);
    const clientId = fromEnvironment('KEYCLOAK_CLIENT_ID');
    const clientSecret = fromEnvironment('KEYCLOAK_CLIENT_SECRET');
    return RemoteRealm.open({
      baseUrl,
      realm,
      clientId,
      clientSecret,
      authRealm: process.env.KEYCLOAK_AUTH_REALM,
      caFile: process.env.KEYCLOAK_CA_FILE,
    });
  }
  let text: string;
  try {
    text = fs.readFileSync(place, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${place}: ${(error as Error).message}`);
  }
  try {
    return new FileRealm(parseRealm(text));
  } catch (error) {
    throw new UsageError(`${place}: ${(error as Error).message}`);
  }
}
