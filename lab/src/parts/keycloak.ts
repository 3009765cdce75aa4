import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import crypto from 'crypto';
import fs from 'fs-extra';
import path from 'path';
import { artifactNamed } from '../build/artifacts';
import { artifactFolder } from '../build/ensureArtifact';
import { labPath, repositoryRoot } from '../paths';
import { ensureSecret } from '../secrets';
import { keycloakUrl, LabSettings, publicOrigin } from '../settings';
import { rewritePublicAddresses } from '../world/rewrite';
import { Part } from './Part';
import { keycloakAdministrator } from './keycloakAdministrator';
import { httpAnswers } from './probes';

/** The realm of the demo world. @internal */
export const REALM_FILE = path.join(
  repositoryRoot,
  'examples/realm/shop-realm.json',
);
/** Changes with what the lab does to the realm, so that it is imported anew. */
const REALM_RECIPE = 2;
const SIGN_IN_PATIENCE = 60_000;
const READER_CLIENT = 'mesh-auth-reader';
const READER_ROLES = [
  'view-clients',
  'view-users',
  'view-realm',
  'view-events',
];

/** Names of the clients whose secret the lab chooses: other servers of the lab use them. */
const CLIENTS_WITH_SECRET = ['oauth2-proxy'];

/** Keycloak on PostgreSQL, with the realm of the demo world. @internal */
export const keycloak: Part = {
  name: 'keycloak',
  title: 'Keycloak',
  needs: ['postgresql'],
  artifacts: ['keycloak'],
  ports: ['keycloak', 'keycloakManagement'],
  processNames: ['keycloak'],
  patience: 180_000,
  async processes(settings) {
    const { ports } = settings;
    const home = artifactFolder(artifactNamed('keycloak'));
    await fs.ensureDir(labPath('keycloak'));
    return [
      {
        name: 'keycloak',
        // What bin/kc.sh runs in the end. Without that shell in between, the process that is watched is the server.
        command: 'java',
        args: [
          '-Xms192m',
          '-Xmx640m',
          '-XX:MaxMetaspaceSize=320m',
          '-XX:+ExitOnOutOfMemoryError',
          '-XX:TieredStopAtLevel=1',
          '-Dfile.encoding=UTF-8',
          '-Djava.net.preferIPv4Stack=true',
          '--add-opens=java.base/java.util=ALL-UNNAMED',
          '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
          '--add-opens=java.base/java.security=ALL-UNNAMED',
          `-Dkc.home.dir=${home}`,
          `-Djboss.server.config.dir=${path.join(home, 'conf')}`,
          '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
          '-Dpicocli.disable.closures=true',
          '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
          '-cp',
          path.join(home, 'lib/quarkus-run.jar'),
          'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
          'start',
          '--optimized',
          '--cache=local',
          '--http-enabled=true',
          '--http-host=127.0.0.1',
          `--http-port=${ports.keycloak}`,
          '--http-management-host=127.0.0.1',
          `--http-management-port=${ports.keycloakManagement}`,
          `--hostname=${publicOrigin(settings, 'sso.example.com')}/auth`,
          // The admin console and the operator come without the gateway.
          `--hostname-admin=${keycloakUrl(settings)}`,
          '--proxy-headers=xforwarded',
          '--proxy-trusted-addresses=127.0.0.0/8',
          `--db-url=jdbc:postgresql://127.0.0.1:${ports.postgresql}/keycloak`,
          '--db-username=keycloak',
          '--db-pool-initial-size=2',
          '--db-pool-max-size=20',
        ],
        cwd: labPath('keycloak'),
        environment: {
          KC_DB_PASSWORD: await ensureSecret('postgresql-keycloak'),
          KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
          KC_BOOTSTRAP_ADMIN_PASSWORD: await ensureSecret('keycloak-admin'),
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(
      `http://127.0.0.1:${ports.keycloakManagement}/auth/health/ready`,
    );
  },
  async setUp(settings, progress) {
    const admin = await signInPatiently(settings);
    await importRealm({ admin, settings, progress });
    progress('read-only client for Backstage');
    await ensureReaderClient(admin);
  },
};

/** After a restart of the database each pooled connection fails once, and so do the requests that get it. */
async function signInPatiently(
  settings: LabSettings,
): Promise<KeycloakAdminClient> {
  const deadline = Date.now() + SIGN_IN_PATIENCE;
  for (;;) {
    try {
      return await keycloakAdministrator(settings);
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }
}

async function importRealm(options: {
  admin: KeycloakAdminClient;
  settings: LabSettings;
  progress: (line: string) => void;
}) {
  const { admin, settings, progress } = options;
  const text = await fs.readFile(REALM_FILE, 'utf8');
  const mark = crypto
    .createHash('sha256')
    .update(text)
    .update(`${REALM_RECIPE} ${settings.ports.gateway}`)
    .digest('hex');
  const markFile = labPath('keycloak', 'realm.sha256');
  const imported = await fs.readFile(markFile, 'utf8').catch(() => undefined);
  const realm = await prepareRealm(JSON.parse(text), settings);
  const existing = await admin.realms.findOne({ realm: realm.realm });
  if (existing && imported === mark) {
    return;
  }
  if (existing) {
    progress(`realm ${realm.realm} has changed: importing it anew`);
    await admin.realms.del({ realm: realm.realm });
  } else {
    progress(`importing realm ${realm.realm}`);
  }
  await admin.realms.create(realm);
  await fs.writeFile(markFile, mark);
}

/** The parts of a realm representation that the lab fills in. @internal */
export interface PreparedRealm {
  realm: string;
  sslRequired?: string;
  clients?: { clientId?: string; secret?: string }[];
  users?: {
    username?: string;
    serviceAccountClientId?: string;
    credentials?: object[];
  }[];
}

/**
 * Makes the committed realm, which carries no credentials, usable: public addresses become those of the lab, people
 * get the lab's password, and the shared login client gets its secret.
 */
async function prepareRealm(
  committed: PreparedRealm,
  settings: LabSettings,
): Promise<PreparedRealm> {
  const realm = rewritePublicAddresses(committed, settings);
  // The lab's gateway speaks plain HTTP.
  realm.sslRequired = 'none';
  for (const client of realm.clients ?? []) {
    if (client.clientId && CLIENTS_WITH_SECRET.includes(client.clientId)) {
      client.secret = await ensureSecret(`keycloak-client-${client.clientId}`);
    }
  }
  const password = await ensureSecret('keycloak-users');
  for (const user of realm.users ?? []) {
    if (!user.serviceAccountClientId && !user.credentials?.length) {
      user.credentials = [
        { type: 'password', value: password, temporary: false },
      ];
    }
  }
  return realm;
}

async function ensureReaderClient(admin: KeycloakAdminClient) {
  const realm = 'shop';
  const representation = {
    clientId: READER_CLIENT,
    name: 'mesh-auth, read only',
    secret: await ensureSecret('keycloak-reader'),
    publicClient: false,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: false,
  };
  const find = async (clientId: string) =>
    (await admin.clients.find({ realm, clientId }))[0]?.id;
  const existing = await find(READER_CLIENT);
  if (existing) {
    await admin.clients.update({ realm, id: existing }, representation);
  } else {
    await admin.clients.create({ realm, ...representation });
  }
  const id = (await find(READER_CLIENT))!;
  const user = await admin.clients.getServiceAccountUser({ realm, id });
  const management = (await find('realm-management'))!;
  const roles = await admin.clients.listRoles({ realm, id: management });
  await admin.users.addClientRoleMappings({
    realm,
    id: user.id!,
    clientUniqueId: management,
    roles: roles
      .filter(role => READER_ROLES.includes(role.name!))
      .map(role => ({ id: role.id!, name: role.name! })),
  });
}
