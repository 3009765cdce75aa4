import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { createMesh, policiesFor, readObjects } from '@mesh-auth/access-model';
import type {
  DecisionRequest,
  Mesh,
  MeshObject,
  MeshProxy,
} from '@mesh-auth/access-model';
import { CertificateAuthority } from './certificates';
import { compare } from './compare';
import type { Comparison } from './compare';
import { startEnvoys } from './envoy';
import { LABELS, PRINCIPALS, ROOT, SERVICES } from './generate/alphabet';
import {
  authorizationPolicy,
  requestAuthentication,
} from './generate/policies';
import { gatewayRequest } from './generate/requests';
import {
  delegateService,
  serverHosts,
  virtualService,
} from './generate/routes';
import { startIstiod } from './istiod';
import { until } from './processes';
import type { RawResponse } from './rawRequest';
import { startSecretServer } from './secretServer';
import { send } from './sendRequest';
import { ANSWER_HEADER, freePorts, TOKEN_HEADER } from './servers';
import type { RunningServer } from './servers';
import { TokenIssuer } from './tokens';

/** One request with what the proxy and the model said. */
export interface Case {
  request: DecisionRequest;
  response: RawResponse;
  comparison: Comparison;
}

/** A set of objects with the requests that were sent. */
export interface BatchResult {
  seed: number;
  objects: Record<string, any>[];
  cases: Case[];
  /** Objects that the model refuses although they were generated as sound. */
  problems: string[];
}

export const AUTHORISER_HOST = 'authz.oracle.svc.cluster.local';

export function serviceEntry(
  name: string,
  hosts: string[],
  port: number,
  upstream: number,
): Record<string, any> {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace: 'app' },
    spec: {
      hosts,
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: port, name: 'http', protocol: 'HTTP' }],
      endpoints: [{ address: '127.0.0.1', ports: { http: upstream } }],
    },
  };
}

export function meshConfigOf(pick: <T>(values: readonly T[]) => T) {
  const provider = (name: string, service: string, failOpen: boolean) => ({
    name,
    envoyExtAuthzHttp: {
      service,
      port: 80,
      failOpen,
      timeout: '20s',
      includeRequestHeadersInCheck: [
        ANSWER_HEADER,
        TOKEN_HEADER,
        'authorization',
        'cookie',
      ],
      ...(pick([0, 0, 1]) === 0
        ? { headersToUpstreamOnAllow: ['Authorization'] }
        : {}),
      headersToDownstreamOnDeny: ['location'],
    },
  });
  return {
    rootNamespace: ROOT,
    trustDomain: 'cluster.local',
    pathNormalization: {
      normalization: pick([
        'DEFAULT',
        'BASE',
        'MERGE_SLASHES',
        'DECODE_AND_MERGE_SLASHES',
        'NONE',
      ]),
    },
    defaultConfig: {
      gatewayTopology: { numTrustedProxies: pick([0, 0, 1, 2]) },
    },
    extensionProviders: [
      provider('authz', AUTHORISER_HOST, pick([false, false, true])),
      provider('broken', 'nobody.oracle.svc.cluster.local', false),
    ],
  };
}

/** Everything of one batch, from one seed. */
function generate(options: {
  seed: number;
  worlds: number;
  ports: number[];
  requests: number;
  jwks: string;
}) {
  const { seed, worlds, ports, requests, jwks } = options;
  let counter = 0;
  const draw = <T>(arbitrary: fc.Arbitrary<T>): T => {
    counter += 1;
    return fc.sample(arbitrary, { seed: seed * 7919 + counter, numRuns: 1 })[0];
  };
  const pick = <T>(values: readonly T[]): T => draw(fc.constantFrom(...values));
  const meshConfig = meshConfigOf(pick);
  const objects: Record<string, any>[] = [];
  // Every other batch is a sparse one: a route for everything and few policies, so that many requests get through and single conditions count.
  const sparse = seed % 2 === 0;
  const providerMix = pick(
    sparse
      ? [['authz'], ['authz'], []]
      : [['authz'], ['authz'], ['authz'], ['broken'], ['authz', 'broken'], []],
  );
  const targets = (namespace: string) => ({
    namespaces: sparse
      ? [namespace]
      : [namespace, namespace, namespace, ROOT, 'app'],
    labels: sparse ? LABELS.slice(0, 2) : LABELS,
  });
  const proxies: {
    namespace: string;
    labels: Record<string, string>;
    ports: number[];
    tlsPorts: number[];
  }[] = [];
  for (let world = 0; world < worlds; world += 1) {
    const namespace = `w${world}`;
    const labels = { ...LABELS[1], world: namespace };
    const own = [ports[world * 2], ports[world * 2 + 1]];
    proxies.push({ namespace, labels, ports: own, tlsPorts: [] });
    const gateway = `${namespace}/gw`;
    objects.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw', namespace },
      spec: {
        selector: { world: namespace },
        servers: own.map((number, index) => ({
          port: { number, name: `http-${index}`, protocol: 'HTTP' },
          hosts: sparse ? ['*'] : draw(serverHosts),
          ...(!sparse && index === 1 && pick([0, 1, 2, 3]) === 0
            ? { tls: { httpsRedirect: true } }
            : {}),
        })),
      },
    });
    const mode = pick(
      sparse
        ? ['none', 'none', 'SIMPLE', 'OPTIONAL_MUTUAL']
        : [
            'none',
            'none',
            'SIMPLE',
            'MUTUAL',
            'OPTIONAL_MUTUAL',
            'ISTIO_MUTUAL',
          ],
    );
    const tlsPorts: number[] = [];
    if (mode !== 'none') {
      const gatewayObject = objects[objects.length - 1];
      const server = gatewayObject.spec.servers[1];
      const tls =
        mode === 'ISTIO_MUTUAL'
          ? { mode }
          : {
              mode,
              serverCertificate: '/oracle/server.crt',
              privateKey: '/oracle/server.key',
              ...(mode === 'SIMPLE'
                ? {}
                : { caCertificates: '/oracle/ca.crt' }),
            };
      const [first, ...rest] =
        server.hosts.length > 1 ? server.hosts : [server.hosts[0]];
      const make = (name: string, hosts: string[]) => ({
        port: { number: server.port.number, name, protocol: 'HTTPS' },
        hosts,
        tls,
      });
      // Two servers share the port where there are hosts for both.
      gatewayObject.spec.servers.splice(
        1,
        1,
        make('https-a', [first]),
        ...(rest.length ? [make('https-b', rest)] : []),
      );
      tlsPorts.push(own[1]);
    }
    proxies[proxies.length - 1].tlsPorts = tlsPorts;
    const delegate = pick([true, false]);
    if (delegate) objects.push(draw(delegateService('child', 'app', gateway)));
    const count = pick([1, 2, 2, 3]);
    for (let index = 0; index < count; index += 1) {
      objects.push(
        draw(
          virtualService({
            name: `vs-${namespace}-${index}`,
            namespaces: [namespace, 'app'],
            gateway,
            delegate: delegate ? 'app/child' : undefined,
          }),
        ),
      );
    }
    if (sparse) {
      objects.push({
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: `rest-${namespace}`, namespace },
        spec: {
          hosts: ['*'],
          gateways: [gateway],
          http: [
            {
              route: [
                { destination: { host: SERVICES[0], port: { number: 80 } } },
              ],
            },
          ],
        },
      });
    }
    const policies = pick(sparse ? [0, 1, 1, 1, 2] : [0, 1, 2, 2, 3, 4]);
    for (let index = 0; index < policies; index += 1) {
      objects.push(
        draw(
          authorizationPolicy({
            name: `ap-${namespace}-${index}`,
            targets: targets(namespace),
            ports: own,
            providers: providerMix,
          }),
        ),
      );
    }
    const tokens = pick([0, 1, 1, 2]);
    for (let index = 0; index < tokens; index += 1) {
      objects.push(
        draw(
          requestAuthentication({
            name: `ra-${namespace}-${index}`,
            targets: targets(namespace),
            jwks,
          }),
        ),
      );
    }
  }
  const unique = new Map(
    objects.map(object => [
      `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`,
      object,
    ]),
  );
  const sent = proxies.flatMap(proxy =>
    fc.sample(
      gatewayRequest({
        at: {
          kind: 'gateway',
          namespace: proxy.namespace,
          labels: proxy.labels,
        },
        ports: proxy.ports,
        providers: ['authz'],
        tlsPorts: proxy.tlsPorts,
      }),
      { seed: seed * 104_729 + proxies.indexOf(proxy), numRuns: requests },
    ),
  );
  return { meshConfig, objects: [...unique.values()], proxies, requests: sent };
}

export async function inParallel<T, R>(
  items: T[],
  width: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < items.length) {
        const index = next;
        next += 1;
        results[index] = await run(items[index]);
      }
    }),
  );
  return results;
}

/**
 * Waits until a proxy has the configuration that the objects ask for. Istiod's first push may not know the authoriser's service yet, and then
 * denies what CUSTOM policies match; the push that sets it right follows.
 */
export async function settled(
  mesh: Mesh,
  proxy: MeshProxy,
  adminPort: number,
): Promise<void> {
  const custom = policiesFor(mesh, proxy).filter(
    ({ action }) => action === 'CUSTOM',
  );
  const sound =
    custom.length > 0 && custom.every(({ provider }) => provider === 'authz');
  await until(
    `the proxy of ${proxy.namespace} knows the authoriser`,
    async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/config_dump`);
      const text = await response.text();
      return (
        text.includes(`|80||${AUTHORISER_HOST}`) &&
        !(sound && text.includes('deny-due-to-bad-CUSTOM-action'))
      );
    },
    30_000,
  );
}

/** Runs one batch: one istiod, one Envoy a world, and all requests. */
export async function runGatewayBatch(options: {
  seed: number;
  worlds: number;
  requests: number;
  binaries: { istiod: string; envoy: string };
  upstream: RunningServer;
  authoriser: RunningServer;
  keep?: boolean;
}): Promise<BatchResult> {
  const { seed, worlds, requests, binaries, upstream, authoriser } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-auth-oracle-'));
  const issuer = new TokenIssuer();
  const authority = new CertificateAuthority(path.join(folder, 'certificates'));
  const secrets = await startSecretServer(
    authority.issue('server', 'spiffe://cluster.local/ns/app/sa/gateway'),
    authority.root,
  );
  const callers = new Map(
    PRINCIPALS.map((principal, index) => [
      principal,
      authority.issue(`caller-${index}`, `spiffe://${principal}`),
    ]),
  );
  const ports = await freePorts(worlds * 2);
  const batch = generate({ seed, worlds, ports, requests, jwks: issuer.jwks });
  const objects = [
    ...batch.objects,
    serviceEntry('services', SERVICES, 80, upstream.port),
    serviceEntry('authz', [AUTHORISER_HOST], 80, authoriser.port),
  ];
  const reading = readObjects([
    ...objects,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: ROOT },
      data: { mesh: JSON.stringify(batch.meshConfig) },
    },
  ]);
  const mesh = createMesh(reading);
  const running: { stop(): Promise<void> }[] = [];
  try {
    const istiod = await startIstiod({
      binary: binaries.istiod,
      folder,
      objects: objects as MeshObject[],
      meshConfig: batch.meshConfig,
      knows: AUTHORISER_HOST,
    });
    running.push(istiod.process);
    const envoys = await startEnvoys(
      batch.proxies.map(proxy => ({
        binary: binaries.envoy,
        folder,
        name: `gw-${proxy.namespace}`,
        kind: 'router',
        namespace: proxy.namespace,
        labels: proxy.labels,
        istiodPort: istiod.grpcPort,
        sdsPort: secrets.port,
        ports: proxy.ports,
      })),
    );
    running.push(...envoys.map(envoy => envoy.process));
    await Promise.all(
      batch.proxies.map((proxy, index) =>
        settled(mesh, { kind: 'gateway', ...proxy }, envoys[index].adminPort),
      ),
    );
    const cases = await inParallel(
      batch.requests,
      8,
      async (request): Promise<Case> => {
        const caller = request.peer
          ? callers.get(request.peer.principal)
          : undefined;
        const response = await send({
          request,
          issuer,
          port: request.at.port!,
          tls:
            request.scheme === 'https'
              ? {
                  cert: caller?.certificate,
                  key: caller?.key,
                  rejectUnauthorized: false,
                  servername: request.sni,
                  ALPNProtocols: ['http/1.1'],
                }
              : undefined,
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
      objects: [
        ...objects,
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'istio', namespace: ROOT },
          data: { mesh: JSON.stringify(batch.meshConfig) },
        },
      ],
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
