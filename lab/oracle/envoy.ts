import fs from 'node:fs';
import path from 'node:path';
import { startProcess, until } from './processes';
import type { RunningProcess } from './processes';
import { freePorts } from './servers';

/** An Envoy that istiod configures. */
export interface RunningEnvoy {
  adminPort: number;
  process: RunningProcess;
}

/** Address of the node; it must differ from every endpoint, or the endpoint lends it its labels. */
export const NODE_ADDRESS = '127.0.0.9';

function bootstrap(options: {
  id: string;
  namespace: string;
  labels: Record<string, string>;
  istiodPort: number;
  adminPort: number;
  sdsPort?: number;
  metadata?: Record<string, unknown>;
}) {
  const { id, namespace, labels, istiodPort, adminPort, sdsPort, metadata } =
    options;
  const http2 = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type':
        'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
  const cluster = (name: string, port: number) => ({
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    typed_extension_protocol_options: http2,
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: {
                address: {
                  socket_address: { address: '127.0.0.1', port_value: port },
                },
              },
            },
          ],
        },
      ],
    },
  });
  return {
    node: {
      id,
      cluster: `oracle.${namespace}`,
      metadata: {
        NAMESPACE: namespace,
        LABELS: labels,
        CLUSTER_ID: 'Kubernetes',
        ISTIO_VERSION: '1.29.1',
        ...metadata,
      },
    },
    admin: {
      address: {
        socket_address: { address: '127.0.0.1', port_value: adminPort },
      },
    },
    dynamic_resources: {
      lds_config: { ads: {}, resource_api_version: 'V3' },
      cds_config: { ads: {}, resource_api_version: 'V3' },
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        cluster('xds-grpc', istiodPort),
        ...(sdsPort === undefined ? [] : [cluster('sds-grpc', sdsPort)]),
      ],
    },
  };
}

/** Starts an unmodified Envoy and waits until it listens. */
export async function startEnvoy(options: {
  binary: string;
  folder: string;
  name: string;
  kind: 'router' | 'sidecar';
  namespace: string;
  labels: Record<string, string>;
  istiodPort: number;
  address?: string;
  sdsPort?: number;
  metadata?: Record<string, unknown>;
  /** Listeners that must be there. */
  ports: number[];
}): Promise<RunningEnvoy> {
  const { binary, folder, name, kind, namespace, labels, istiodPort, ports } =
    options;
  const [adminPort] = await freePorts(1);
  const file = path.join(folder, `${name}.json`);
  const address = options.address ?? NODE_ADDRESS;
  fs.writeFileSync(
    file,
    JSON.stringify(
      bootstrap({
        id: `${kind}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
        namespace,
        labels,
        istiodPort,
        adminPort,
        sdsPort: options.sdsPort,
        metadata: options.metadata,
      }),
    ),
  );
  const started = startProcess({
    command: binary,
    args: [
      '-c',
      file,
      '--concurrency',
      '1',
      '--disable-hot-restart',
      '-l',
      'warn',
    ],
    cwd: folder,
    name,
  });
  try {
    await until(
      `Envoy ${name} listens`,
      async () => {
        if (started.child.exitCode !== null) return false;
        const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
        const text = await response.text();
        return ports.every(port => text.includes(`:${port}\n`));
      },
      60_000,
    );
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { adminPort, process: started };
}

/** Starts several; where one does not come up, those that did are stopped. */
export async function startEnvoys(
  all: Parameters<typeof startEnvoy>[0][],
): Promise<RunningEnvoy[]> {
  const results = await Promise.allSettled(all.map(startEnvoy));
  const running = results.flatMap(result =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const failed = results.find(result => result.status === 'rejected');
  if (failed) {
    await Promise.all(running.map(envoy => envoy.process.stop()));
    throw failed.reason;
  }
  return running;
}
