import {
  createMesh,
  createRealmGraph,
  findingsOf,
  MeshObject,
  readObjects,
  readRealm,
  wholeMesh,
  whoCan,
} from '@mesh-auth/access-model';
import { Command } from 'commander';
import { mkdtemp, readFile, rm } from 'fs/promises';
import os from 'os';
import path from 'path';
import { startEnvoy } from '../oracle/envoy';
import { startIstiod } from '../oracle/istiod';
import { sendRaw } from '../oracle/rawRequest';
import { freePorts, startUpstream } from '../oracle/servers';
import { ensureBinary } from '../src/build/ensureArtifact';
import { PASSWORD } from './generated';
import { KeycloakServer } from './KeycloakServer';

const REALM = 'role-policy';
const CLIENT = 'role-policy-cli';
const HOST = 'orders.example.com';
const NAMESPACE = 'istio-system';
const LABELS = { istio: 'ingressgateway' };
const SERVICE = 'orders.shop.svc.cluster.local';

/** The policy of the seed, and what it becomes by the fix of MA0003. */
const claimPaths = ['[realm_access.roles]', '[realm_access][roles]'];

let passed = 0;
let failed = 0;

function check(what: string, expected: unknown, actual: unknown): void {
  const same = JSON.stringify(expected) === JSON.stringify(actual);
  passed += same ? 1 : 0;
  failed += same ? 0 : 1;
  console.log(`${same ? 'ok  ' : 'FAIL'} ${what}`);
  if (!same) {
    console.log(`     expected ${JSON.stringify(expected)}`);
    console.log(`     found    ${JSON.stringify(actual)}`);
  }
}

/** The demo's realm with a client through which a script can sign in. */
async function demoRealm(): Promise<Record<string, any>> {
  const file = path.resolve(__dirname, '../../examples/realm/shop-realm.json');
  const shop = JSON.parse(await readFile(file, 'utf8'));
  return {
    ...shop,
    realm: REALM,
    sslRequired: 'none',
    passwordPolicy: 'hashAlgorithm(pbkdf2-sha256) and hashIterations(1)',
    clients: [
      ...shop.clients,
      {
        clientId: CLIENT,
        secret: PASSWORD,
        directAccessGrantsEnabled: true,
        defaultClientScopes: ['basic', 'roles', 'profile'],
      },
    ],
    users: shop.users.map((user: any) => ({
      ...user,
      requiredActions: [],
      credentials: user.serviceAccountClientId
        ? undefined
        : [{ type: 'password', value: PASSWORD }],
    })),
  };
}

function manifests(options: {
  port: number;
  upstream: number;
  issuer: string;
  jwks: string;
  claimPath: string;
}): object[] {
  const { port, upstream, issuer, jwks, claimPath } = options;
  const metadata = (name: string) => ({ name, namespace: NAMESPACE });
  const selector = { matchLabels: LABELS };
  return [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: metadata('public'),
      spec: {
        selector: LABELS,
        servers: [
          {
            port: { number: port, name: 'http', protocol: 'HTTP' },
            hosts: [HOST],
          },
        ],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: metadata('orders'),
      spec: {
        hosts: [HOST],
        gateways: ['public'],
        http: [{ route: [{ destination: { host: SERVICE } }] }],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: metadata('orders'),
      spec: {
        hosts: [SERVICE],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
        endpoints: [{ address: '127.0.0.1', ports: { http: upstream } }],
      },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: metadata('orders'),
      spec: { selector, jwtRules: [{ issuer, jwks }] },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: metadata('orders'),
      spec: {
        selector,
        action: 'ALLOW',
        rules: [
          {
            when: [
              {
                key: `request.auth.claims${claimPath}`,
                values: ['customer', 'inventory_updater'],
              },
            ],
          },
        ],
      },
    },
  ];
}

/** Who of the realm's people gets 200 from a real Envoy, by a real login. */
async function peopleLetIn(options: {
  url: string;
  port: number;
  people: string[];
}): Promise<string[]> {
  const { url, port, people } = options;
  const letIn: string[] = [];
  for (const username of people) {
    const login = await fetch(
      `${url}/realms/${REALM}/protocol/openid-connect/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: CLIENT,
          client_secret: PASSWORD,
          username,
          password: PASSWORD,
          scope: 'openid',
        }),
      },
    );
    const { access_token: token, error_description: why } = await login.json();
    if (!token) {
      throw new Error(`${username} cannot sign in: ${why}`);
    }
    const { status } = await request(port, token);
    if (status === 200) {
      letIn.push(username);
    } else if (status !== 403) {
      throw new Error(`Envoy answered ${status} for ${username}`);
    }
  }
  return letIn.sort();
}

/** `fetch` would not let the host be chosen. */
async function request(
  port: number,
  token: string,
): Promise<{ status: number }> {
  return sendRaw({
    port,
    bytes: [
      'GET / HTTP/1.1',
      `host: ${HOST}`,
      `authorization: Bearer ${token}`,
      'content-length: 0',
      '',
      '',
    ].join('\r\n'),
  });
}

async function run(options: {
  url: string;
  username: string;
  password: string;
}): Promise<void> {
  const { url } = options;
  const say = (line: string) => console.log(line);
  const binaries = {
    istiod: await ensureBinary('pilot-discovery', say),
    envoy: await ensureBinary('envoy', say),
  };
  const server = new KeycloakServer(options);
  const realm = await demoRealm();
  const graph = createRealmGraph(readRealm(realm));
  const people = realm.users
    .filter((user: any) => !user.serviceAccountClientId && user.enabled)
    .map((user: any) => user.username);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mesh-auth-identity-'));
  const running: { stop(): Promise<void> }[] = [];
  const upstream = await startUpstream();
  try {
    const { status, body } = await server.importRealm(realm);
    if (status !== 201) {
      throw new Error(`the realm was refused: ${JSON.stringify(body)}`);
    }
    const certificates = await fetch(
      `${url}/realms/${REALM}/protocol/openid-connect/certs`,
    );
    const jwks = JSON.stringify(await certificates.json());
    for (const claimPath of claimPaths) {
      const [port] = await freePorts(1);
      const objects = manifests({
        port,
        upstream: upstream.port,
        issuer: `${url}/realms/${REALM}`,
        jwks,
        claimPath,
      });
      const istiod = await startIstiod({
        binary: binaries.istiod,
        folder: await mkdtemp(path.join(folder, 'istiod-')),
        objects: objects as MeshObject[],
        meshConfig: { rootNamespace: NAMESPACE },
        knows: SERVICE,
      });
      running.push(istiod.process);
      const envoy = await startEnvoy({
        binary: binaries.envoy,
        folder,
        name: `gateway-${port}`,
        kind: 'router',
        namespace: NAMESPACE,
        labels: LABELS,
        istiodPort: istiod.grpcPort,
        ports: [port],
      });
      running.push(envoy.process);

      const mesh = createMesh(readObjects(objects));
      const answer = whoCan({
        mesh,
        graph,
        request: { host: HOST, path: '/' },
      });
      const model = answer.holders
        .filter(({ type }) => type === 'user')
        .map(({ name }) => name)
        .sort();
      const real = await peopleLetIn({ url, port, people });
      check(
        `${claimPath}: who-can lists exactly whom Envoy lets in (${real.length} of ${people.length})`,
        real,
        model,
      );
      const dotted = findingsOf(wholeMesh(mesh)).filter(
        ({ code }) => code === 'MA0003',
      );
      check(
        `${claimPath}: the dotted claim path is ${
          dotted.length > 0 ? '' : 'not '
        }found`,
        claimPath.includes('.'),
        dotted.length > 0,
      );
      if (dotted.length > 0) {
        check(
          `${claimPath}: the fix is the other path`,
          true,
          dotted[0].fix.includes(claimPaths[1]),
        );
      }
    }
  } finally {
    await Promise.all(running.map(item => item.stop()));
    await upstream.close();
    await server.removeRealm(REALM);
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

new Command('envoy')
  .description(
    'Compare who-can with whom a real Envoy lets in, before and after the fix of a dotted claim path',
  )
  .requiredOption('--url <url>', 'address of the Keycloak')
  .option('--username <name>', 'administrator', 'admin')
  .option(
    '--password <password>',
    "the administrator's password",
    process.env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
  )
  .action(run)
  .parseAsync()
  .catch(error => {
    console.error(error);
    process.exitCode = 2;
  });
