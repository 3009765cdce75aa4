import fs from 'fs-extra';
import { binaryPath } from '../build/ensureArtifact';
import { labPath } from '../paths';
import { ensureSecret } from '../secrets';
import { keycloakUrl, LabSettings } from '../settings';
import { keycloakAdministrator } from './keycloakAdministrator';
import { cookieSecret } from './oauth2Proxy';
import { Part } from './Part';
import { httpAnswers } from './probes';

const CLIENT = 'backstage';
const REALM = 'shop';

/**
 * oauth2-proxy in front of Backstage. Not the one of the gateway: that one puts Keycloak's ID token into the
 * Authorization header, where Backstage's own token travels.
 *
 * @internal
 */
export const backstageLogin: Part = {
  name: 'backstage-login',
  title: 'oauth2-proxy for Backstage',
  needs: ['redis', 'keycloak'],
  artifacts: ['oauth2-proxy'],
  ports: ['backstageLogin'],
  processNames: ['backstage-login'],
  async processes(settings) {
    const { ports } = settings;
    await fs.ensureDir(labPath('oauth2-proxy'));
    const file = labPath('oauth2-proxy', 'backstage.cfg');
    const realm = `${keycloakUrl(settings)}/realms/${REALM}`;
    const issuer = `http://sso.example.com:${ports.gateway}/auth/realms/${REALM}`;
    await fs.writeFile(
      file,
      [
        `http_address = "127.0.0.1:${ports.backstageLogin}"`,
        'provider = "keycloak-oidc"',
        `client_id = "${CLIENT}"`,
        'scope = "openid profile email"',
        'code_challenge_method = "S256"',
        'email_domains = ["*"]',
        'skip_provider_button = true',
        `oidc_issuer_url = "${issuer}"`,
        'skip_oidc_discovery = true',
        `login_url = "${issuer}/protocol/openid-connect/auth"`,
        `redeem_url = "${realm}/protocol/openid-connect/token"`,
        `oidc_jwks_url = "${realm}/protocol/openid-connect/certs"`,
        `redirect_url = "${callback(settings)}"`,
        `upstreams = ["http://127.0.0.1:${ports.backstage}/api/", "http://127.0.0.1:${ports.backstageApp}/"]`,
        'session_store_type = "redis"',
        `redis_connection_url = "redis://127.0.0.1:${ports.redis}"`,
        'cookie_name = "_backstage"',
        'cookie_secure = false',
        'cookie_samesite = "lax"',
        '',
      ].join('\n'),
    );
    return [
      {
        name: 'backstage-login',
        command: binaryPath('oauth2-proxy', 'oauth2-proxy'),
        args: [`--config=${file}`],
        environment: {
          OAUTH2_PROXY_CLIENT_SECRET: await ensureSecret(
            `keycloak-client-${CLIENT}`,
          ),
          OAUTH2_PROXY_COOKIE_SECRET: await cookieSecret(),
          OAUTH2_PROXY_REDIS_PASSWORD: await ensureSecret('redis'),
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.backstageLogin}/ping`);
  },
  async setUp(settings) {
    const admin = await keycloakAdministrator(settings);
    const representation = {
      clientId: CLIENT,
      name: 'Backstage',
      secret: await ensureSecret(`keycloak-client-${CLIENT}`),
      publicClient: false,
      directAccessGrantsEnabled: false,
      redirectUris: [callback(settings)],
    };
    const [existing] = await admin.clients.find({
      realm: REALM,
      clientId: CLIENT,
    });
    if (existing) {
      await admin.clients.update(
        { realm: REALM, id: existing.id! },
        representation,
      );
    } else {
      await admin.clients.create({ realm: REALM, ...representation });
    }
  },
};

function callback({ ports }: LabSettings): string {
  return `http://backstage.example.com:${ports.backstageLogin}/oauth2/callback`;
}
