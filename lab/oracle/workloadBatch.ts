import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { createMesh, readObjects } from '@mesh-auth/access-model';
import type { MeshObject } from '@mesh-auth/access-model';
import { CertificateAuthority } from './certificates';
import type { Certificate } from './certificates';
import { compare } from './compare';
import { startEnvoys } from './envoy';
import {
  AUTHORISER_HOST,
  inParallel,
  meshConfigOf,
  serviceEntry,
  settled,
} from './gatewayBatch';
import type { BatchResult, Case } from './gatewayBatch';
import { LABELS, PRINCIPALS, ROOT, SERVICES } from './generate/alphabet';
import {
  authorizationPolicy,
  requestAuthentication,
} from './generate/policies';
import { workloadRequest } from './generate/workloadRequests';
import { startIstiod } from './istiod';
import { startSecretServer } from './secretServer';
import { send } from './sendRequest';
import { freePorts } from './servers';
import type { RunningServer } from './servers';
import { TokenIssuer } from './tokens';

interface World {
  namespace: string;
  labels: Record<string, string>;
  address: string;
  httpPort: number;
  tcpPort: number;
}

const MODES = [
  'UNSET',
  'PERMISSIVE',
  'PERMISSIVE',
  'STRICT',
  'STRICT',
  'DISABLE',
];

function peerAuthentications(
  world: World,
  pick: <T>(values: readonly T[]) => T,
): Record<string, any>[] {
  const make = (
    name: string,
    namespace: string,
    spec: Record<string, unknown>,
  ) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace },
    spec,
  });
  const objects: Record<string, any>[] = [];
  if (pick([0, 1]))
    objects.push(
      make('namespace', world.namespace, { mtls: { mode: pick(MODES) } }),
    );
  if (pick([0, 1])) {
    objects.push(
      make('workload', world.namespace, {
        selector: { matchLabels: { world: world.namespace } },
        mtls: { mode: pick(MODES) },
        ...(pick([0, 1])
          ? { portLevelMtls: { [world.httpPort]: { mode: pick(MODES) } } }
          : {}),
      }),
    );
  }
  return objects;
}

function sidecar(world: World, upstream: number): Record<string, any> {
  const ingress = (number: number, protocol: string) => ({
    port: { number, protocol, name: protocol.toLowerCase() },
    bind: world.address,
    defaultEndpoint: `127.0.0.1:${upstream}`,
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name: 'own', namespace: world.namespace },
    spec: {
      workloadSelector: { labels: { world: world.namespace } },
      ingress: [ingress(world.httpPort, 'HTTP'), ingress(world.tcpPort, 'TCP')],
      egress: [
        // A listener with a port only brings the services of that port, and the authoriser's is 80.
        {
          port: { number: 80, protocol: 'HTTP', name: 'egress' },
          bind: world.address,
          hosts: ['*/*'],
        },
      ],
    },
  };
}

function generate(options: {
  seed: number;
  worlds: World[];
  requests: number;
  jwks: string;
}) {
  const { seed, worlds, requests, jwks } = options;
  let counter = 0;
  const draw = <T>(arbitrary: fc.Arbitrary<T>): T => {
    counter += 1;
    return fc.sample(arbitrary, { seed: seed * 7919 + counter, numRuns: 1 })[0];
  };
  const pick = <T>(values: readonly T[]): T => draw(fc.constantFrom(...values));
  const meshConfig = { ...meshConfigOf(pick), trustDomainAliases: ['td2'] };
  // Every other batch is a sparse one: few policies, so that single conditions count.
  const sparse = seed % 2 === 0;
  const providers = pick([
    ['authz'],
    ['authz'],
    ['broken'],
    ['authz', 'broken'],
    [],
    [],
  ]);
  const objects: Record<string, any>[] = [];
  if (!sparse && pick([0, 1, 2]) === 0) {
    objects.push({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'mesh', namespace: ROOT },
      spec: { mtls: { mode: pick(MODES) } },
    });
  }
  for (const world of worlds) {
    objects.push(...peerAuthentications(world, pick));
    const targets = {
      namespaces: sparse
        ? [world.namespace]
        : [world.namespace, world.namespace, world.namespace, ROOT],
      labels: sparse ? LABELS.slice(0, 2) : LABELS,
    };
    const count = pick(sparse ? [1, 1, 1, 2] : [1, 1, 2, 3, 4]);
    for (let index = 0; index < count; index += 1) {
      objects.push(
        draw(
          authorizationPolicy({
            name: `ap-${world.namespace}-${index}`,
            targets,
            ports: [world.httpPort, world.tcpPort],
            providers,
          }),
        ),
      );
    }
    const tokens = pick([0, 1, 1, 2]);
    for (let index = 0; index < tokens; index += 1) {
      objects.push(
        draw(
          requestAuthentication({
            name: `ra-${world.namespace}-${index}`,
            targets,
            jwks,
          }),
        ),
      );
    }
  }
  const sent = worlds.flatMap((world, index) =>
    fc
      .sample(
        workloadRequest({
          at: {
            kind: 'workload',
            namespace: world.namespace,
            labels: world.labels,
          },
          httpPort: world.httpPort,
          tcpPort: world.tcpPort,
        }),
        { seed: seed * 104_729 + index, numRuns: requests },
      )
      .map(request => ({ world, request })),
  );
  return { meshConfig, objects, sent };
}

/** Runs one batch at sidecars: one istiod, one Envoy with a certificate of its own a workload, and all requests. */
export async function runWorkloadBatch(options: {
  seed: number;
  worlds: number;
  requests: number;
  binaries: { istiod: string; envoy: string };
  upstream: RunningServer;
  authoriser: RunningServer;
  keep?: boolean;
}): Promise<BatchResult> {
  const {
    seed,
    worlds: count,
    requests,
    binaries,
    upstream,
    authoriser,
  } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-auth-oracle-'));
  const issuer = new TokenIssuer();
  const authority = new CertificateAuthority(path.join(folder, 'certificates'));
  const server = authority.issue(
    'server',
    'spiffe://cluster.local/ns/app/sa/one',
  );
  const callers = new Map<string, Certificate>(
    PRINCIPALS.map((principal, index) => [
      principal,
      authority.issue(`caller-${index}`, `spiffe://${principal}`),
    ]),
  );
  const ports = await freePorts(count * 2);
  const worlds = Array.from({ length: count }, (_, index): World => {
    const namespace = `w${index}`;
    return {
      namespace,
      labels: { ...LABELS[1], world: namespace },
      address: `127.0.1.${index + 1}`,
      httpPort: ports[index * 2],
      tcpPort: ports[index * 2 + 1],
    };
  });
  const batch = generate({ seed, worlds, requests, jwks: issuer.jwks });
  const objects = [
    ...batch.objects,
    serviceEntry('services', SERVICES, 80, upstream.port),
    serviceEntry('authz', [AUTHORISER_HOST], 80, authoriser.port),
  ];
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: ROOT },
    data: { mesh: JSON.stringify(batch.meshConfig) },
  };
  const reading = readObjects([...objects, config]);
  const mesh = createMesh(reading);
  const running: { stop(): Promise<void> }[] = [];
  const secrets = await startSecretServer(server, authority.root);
  try {
    const istiod = await startIstiod({
      binary: binaries.istiod,
      folder,
      objects: [
        ...objects,
        ...worlds.map(world => sidecar(world, upstream.port)),
      ] as MeshObject[],
      meshConfig: batch.meshConfig,
      knows: AUTHORISER_HOST,
    });
    running.push(istiod.process);
    const envoys = await startEnvoys(
      worlds.map(world => ({
        binary: binaries.envoy,
        folder,
        name: `pod-${world.namespace}`,
        kind: 'sidecar',
        namespace: world.namespace,
        labels: world.labels,
        address: world.address,
        istiodPort: istiod.grpcPort,
        sdsPort: secrets.port,
        metadata: { INTERCEPTION_MODE: 'NONE', SERVICE_ACCOUNT: 'one' },
        ports: [world.httpPort, world.tcpPort],
      })),
    );
    running.push(...envoys.map(envoy => envoy.process));
    await Promise.all(
      worlds.map((world, index) =>
        settled(
          mesh,
          {
            kind: 'workload',
            namespace: world.namespace,
            labels: world.labels,
          },
          envoys[index].adminPort,
        ),
      ),
    );
    const cases = await inParallel(
      batch.sent,
      8,
      async ({ world, request }): Promise<Case> => {
        const caller = request.peer
          ? callers.get(request.peer.principal)!
          : undefined;
        const response = await send({
          request,
          issuer,
          host: world.address,
          port: request.at.port!,
          tls: caller && {
            cert: caller.certificate,
            key: caller.key,
            rejectUnauthorized: false,
            servername: request.sni,
            ALPNProtocols:
              request.protocol === 'tcp'
                ? ['istio']
                : ['istio-http/1.1', 'istio'],
          },
        });
        return {
          request,
          response,
          comparison: compare(mesh, request, response),
        };
      },
    );
    return {
      seed,
      objects: [...objects, config],
      cases,
      problems: reading.problems
        .filter(({ severity }) => severity === 'error')
        .map(
          ({ message, path: at, object }) =>
            `${object?.kind}/${object?.namespace}/${object?.name} ${at}: ${message}`,
        ),
    };
  } finally {
    await Promise.all(running.map(item => item.stop()));
    await secrets.close();
    if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
  }
}
