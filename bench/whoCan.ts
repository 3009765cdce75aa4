/**
 * Times `who can` on realms in memory:
 * `node --expose-gc --import @backstage/cli/config/nodeTransform.cjs bench/whoCan.ts`.
 *
 * Prints the time of one answer as a ratio to the peer: what it takes to walk
 * over all users once and look at the roles that each has directly.
 */
import {
  createMesh,
  createRealmGraph,
  readManifests,
  readRealm,
  whoCan,
} from '@mesh-auth/access-model';

interface Sizes {
  label: string;
  clients: number;
  users: number;
  limitMs: number;
}

const realms: Sizes[] = [
  {
    label: '2,000 clients, 5,000 users',
    clients: 2_000,
    users: 5_000,
    limitMs: 20,
  },
  {
    label: '20,000 clients, 100,000 users',
    clients: 20_000,
    users: 100_000,
    limitMs: 100,
  },
];

const ROLES = ['reader', 'writer', 'admin', 'auditor', 'operator'];
const GROUPS = 200;
const WARM_UP = 20;
const RUNS = 15;

function realmOf({ clients, users }: Sizes) {
  const names = Array.from({ length: clients }, (_, n) => `svc-${n}`);
  return {
    realm: 'large',
    roles: {
      realm: [{ name: 'staff' }],
      client: Object.fromEntries(
        names.map(name => [
          name,
          ROLES.map(role =>
            role === 'admin'
              ? { name: role, composites: { client: { [name]: ['reader'] } } }
              : { name: role },
          ),
        ]),
      ),
    },
    clients: names.map((clientId, n) => ({
      clientId,
      publicClient: n % 2 === 0,
      serviceAccountsEnabled: n % 6 === 1,
    })),
    groups: Array.from({ length: GROUPS }, (_, n) => ({
      name: `group-${n}`,
      clientRoles: { [`svc-${n % clients}`]: ['admin'] },
    })),
    users: Array.from({ length: users }, (_, n) => ({
      username: `user-${n}`,
      enabled: true,
      realmRoles: ['staff'],
      clientRoles: { [`svc-${(n * 7) % clients}`]: [ROLES[n % ROLES.length]] },
      groups: [`/group-${n % GROUPS}`],
    })),
  };
}

const ISSUER = 'https://sso.example.com/realms/large';

const manifests = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: v1
kind: Service
metadata: { name: svc-7, namespace: shop }
spec: { selector: { app: svc-7 }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: svc-7, namespace: shop }
spec:
  selector: { matchLabels: { app: svc-7 } }
  template:
    metadata: { labels: { app: svc-7, sidecar.istio.io/inject: 'true' } }
    spec: { containers: [{ name: svc-7, image: svc-7 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: svc-7, namespace: shop }
spec:
  hosts: [svc-7.example.com]
  gateways: [istio-system/public]
  http: [{ route: [{ destination: { host: svc-7.shop.svc.cluster.local } }] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: svc-7, namespace: shop }
spec:
  selector: { matchLabels: { app: svc-7 } }
  jwtRules: [{ issuer: '${ISSUER}', jwksUri: '${ISSUER}/certs', audiences: [svc-7] }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: svc-7, namespace: shop }
spec:
  selector: { matchLabels: { app: svc-7 } }
  rules:
    - when: [{ key: 'request.auth.claims[resource_access][svc-7][roles]', values: [reader] }]
`;

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function time(work: () => unknown): number {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP; n++) {
    work();
  }
  for (let n = 0; n < RUNS; n++) {
    const started = performance.now();
    work();
    times.push(performance.now() - started);
  }
  return median(times);
}

for (const sizes of realms) {
  const graph = createRealmGraph(readRealm(realmOf(sizes)));
  const mesh = createMesh(
    readManifests({ files: [{ path: 'bench.yaml', text: manifests }] }),
  );
  const request = { host: 'svc-7.example.com', path: '/' };
  const answer = whoCan({ mesh, graph, request });
  const solve = time(() => whoCan({ mesh, graph, request }));
  // The peer looks at every user's roles one by one, as a loop over the Admin API would.
  const peer = time(() => {
    let holders = 0;
    for (const { user } of graph.users) {
      holders += user.roles.some(
        ({ client, name }) => client === 'svc-7' && name === 'reader',
      )
        ? 1
        : 0;
    }
    return holders;
  });
  globalThis.gc?.();
  const megabytes = process.memoryUsage().rss / 1024 / 1024;
  console.log(
    `${sizes.label}: ${answer.counts.users} users, ${answer.counts.serviceAccounts} service accounts, ` +
      `${solve.toFixed(1)} ms (limit ${sizes.limitMs} ms), ${(
        solve / peer
      ).toFixed(1)} times a plain loop over all users, ` +
      `${megabytes.toFixed(0)} MB resident`,
  );
}
