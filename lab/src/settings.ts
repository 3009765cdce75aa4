import fs from 'fs-extra';
import net from 'net';
import { labData, labPath } from './paths';

/** Every port of the lab's servers on 127.0.0.1, by name. @internal */
export const portNames = [
  'postgresql',
  'redis',
  'etcd',
  'etcdPeer',
  'kubernetes',
  'keycloak',
  'keycloakManagement',
  'istiodXds',
  'istiodSecureXds',
  'istiodHttp',
  'istiodHttps',
  'istiodMonitoring',
  'gateway',
  'oauth2Proxy',
  'keycloakOperatorHealth',
  'sealedSecrets',
  'sealedSecretsMetrics',
  'node',
  'sync',
  'backstage',
  'backstageApp',
  'backstageLogin',
] as const;

/** @internal */
export type PortName = (typeof portNames)[number];

/** What is chosen once for a lab and then kept. @internal */
export interface LabSettings {
  ports: Record<PortName, number>;
  /** The first three bytes of the network of the workloads, such as `127.31.7`. */
  network: string;
}

/** Below the range from which the kernel takes ports for outgoing connections. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

const envFile = labPath('env');

/** `istiodSecureXds` → `LAB_ISTIOD_SECURE_XDS_PORT`. @internal */
export function portVariable(name: PortName): string {
  return `LAB_${name.replace(/([A-Z])/g, '_$1').toUpperCase()}_PORT`;
}

/** Reads `KEY=value` lines. @internal */
export function parseEnvFile(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter(line => line && !line.startsWith('#') && line.includes('='))
      .map(line => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

/**
 * The lab's settings: those of `.lab/env` where it exists, with free ports chosen for what it lacks.
 *
 * @internal
 */
export async function ensureSettings(): Promise<LabSettings> {
  await fs.ensureDir(labData);
  // Passed through by the database's own user; what is secret has a mode of its own.
  await fs.chmod(labData, 0o711);
  const known = await readEnvFile();
  const taken = new Set(Object.values(known).map(Number));
  const ports = {} as Record<PortName, number>;
  for (const name of portNames) {
    const port =
      Number(known[portVariable(name)]) || (await chooseFreePort(taken));
    taken.add(port);
    ports[name] = port;
  }
  const settings: LabSettings = {
    ports,
    network: known.LAB_NETWORK ?? (await chooseNetwork()),
  };
  await writeEnvFile(settings);
  return settings;
}

/** The settings of a lab that was up before; undefined when it never was. @internal */
export async function readSettings(): Promise<LabSettings | undefined> {
  const known = await readEnvFile();
  if (!known.LAB_NETWORK) {
    return undefined;
  }
  return {
    ports: Object.fromEntries(
      portNames.map(name => [name, Number(known[portVariable(name)])]),
    ) as Record<PortName, number>,
    network: known.LAB_NETWORK,
  };
}

async function readEnvFile(): Promise<Record<string, string>> {
  return parseEnvFile(await fs.readFile(envFile, 'utf8').catch(() => ''));
}

async function writeEnvFile(settings: LabSettings) {
  const lines = [
    '# Written by `yarn lab up`. Holds no secret: those are files under .lab/secrets, readable by their owner only.',
    ...Object.entries(labEnvironment(settings)).map(
      ([key, value]) => `${key}=${value}`,
    ),
    '',
  ];
  await fs.writeFile(`${envFile}.new`, lines.join('\n'));
  await fs.rename(`${envFile}.new`, envFile);
}

/**
 * Everything that a test or Backstage needs to find the lab's servers, as environment variables.
 *
 * @internal
 */
export function labEnvironment(settings: LabSettings): Record<string, string> {
  const { ports, network } = settings;
  return {
    LAB_DATA: labData,
    LAB_NETWORK: network,
    ...Object.fromEntries(
      portNames.map(name => [portVariable(name), String(ports[name])]),
    ),
    LAB_GATEWAY_URL: `http://127.0.0.1:${ports.gateway}`,
    LAB_KEYCLOAK_URL: keycloakUrl(settings),
    LAB_REALM: 'shop',
    LAB_ISSUER: `${publicOrigin(settings, 'sso.example.com')}/auth/realms/shop`,
    LAB_KUBERNETES_URL: `https://127.0.0.1:${ports.kubernetes}`,
    LAB_KUBERNETES_CA_FILE: labPath('kubernetes', 'apiserver.crt'),
    LAB_KUBECONFIG: labPath('secrets', 'kubeconfig'),
    LAB_KUBERNETES_READER_TOKEN_FILE: labPath('secrets', 'kubernetes-reader'),
    LAB_POSTGRESQL_USER: 'backstage',
    LAB_POSTGRESQL_PASSWORD_FILE: labPath('secrets', 'postgresql-backstage'),
    LAB_KEYCLOAK_ADMIN_PASSWORD_FILE: labPath('secrets', 'keycloak-admin'),
    LAB_KEYCLOAK_READER_CLIENT_ID: 'mesh-auth-reader',
    LAB_KEYCLOAK_READER_SECRET_FILE: labPath('secrets', 'keycloak-reader'),
    LAB_KEYCLOAK_USER_PASSWORD_FILE: labPath('secrets', 'keycloak-users'),
    LAB_SEALED_SECRETS_CERTIFICATE_FILE: labPath(
      'sealed-secrets',
      'certificate.pem',
    ),
    LAB_REDIS_PASSWORD_FILE: labPath('secrets', 'redis'),
  };
}

/** Keycloak's own address, without the gateway. @internal */
export function keycloakUrl(settings: LabSettings): string {
  return `http://127.0.0.1:${settings.ports.keycloak}/auth`;
}

/** A public host of the demo world as the lab serves it: plain HTTP on the gateway's port. @internal */
export function publicOrigin(settings: LabSettings, host: string): string {
  return `http://${host}:${settings.ports.gateway}`;
}

/** A port of 127.0.0.1 on which nothing listens. @internal */
export async function chooseFreePort(
  taken: ReadonlySet<number>,
): Promise<number> {
  for (;;) {
    const port =
      FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (!taken.has(port) && (await isFree(port, '127.0.0.1'))) {
      return port;
    }
  }
}

async function chooseNetwork(): Promise<string> {
  for (;;) {
    const byte = () => 16 + Math.floor(Math.random() * 200);
    const network = `127.${byte()}.${byte()}`;
    if (await isFree(8080, `${network}.10`)) {
      return network;
    }
  }
}

/** Whether a server could listen there now. @internal */
export async function isFree(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
