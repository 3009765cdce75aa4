import fs from 'fs-extra';
import path from 'path';
import { artifactNamed } from '../build/artifacts';
import { artifactFolder, binaryPath } from '../build/ensureArtifact';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { ProcessSpec } from '../processes/startProcess';
import { LabSettings } from '../settings';

/** @internal */
export interface ProxyOptions {
  /** Name of the process. */
  name: string;
  type: 'router' | 'sidecar';
  namespace: string;
  workload: string;
  serviceAccount: string;
  labels: Record<string, string>;
  /** The address by which istiod knows the proxy; its own ports (admin, metrics, health) listen there too. */
  address: string;
  /** The proxy's own folder. */
  folder: string;
  settings: LabSettings;
  client: KubernetesClient;
}

/** Renewed at every start of a proxy; its certificates are renewed with it as long as it runs. */
const TOKEN_SECONDS = 30 * 24 * 3600;

const BOOTSTRAP = 'envoy_bootstrap.json';
const ADMIN_PORT = 15000;

/** The address of a proxy's admin server. @internal */
export function adminUrl(address: string): string {
  return `http://${address}:${ADMIN_PORT}`;
}

/**
 * An Envoy with Istio's agent, as a pod would run it: the agent gets the workload's certificate from istiod with a
 * token of the service account, and istiod checks the token at the API server.
 *
 * @internal
 */
export async function proxyProcess(
  options: ProxyOptions,
): Promise<ProcessSpec> {
  const { name, type, namespace, workload, folder, settings } = options;
  await prepareFolder(options);
  const discoveryAddress = `localhost:${settings.ports.istiodSecureXds}`;
  return {
    name,
    command: binaryPath('istio', 'pilot-agent'),
    args: [
      'proxy',
      type,
      '--domain',
      `${namespace}.svc.cluster.local`,
      '--templateFile',
      path.join(folder, BOOTSTRAP),
      '--concurrency',
      '1',
      '--proxyLogLevel=warning',
    ],
    cwd: folder,
    environment: {
      INSTANCE_IP: options.address,
      POD_NAME: `${workload}-lab`,
      POD_NAMESPACE: namespace,
      SERVICE_ACCOUNT: options.serviceAccount,
      CA_ADDR: discoveryAddress,
      PILOT_CERT_PROVIDER: 'istiod',
      JWT_POLICY: 'third-party-jwt',
      ISTIO_META_INTERCEPTION_MODE: 'NONE',
      ISTIO_META_CLUSTER_ID: 'Kubernetes',
      ISTIO_META_WORKLOAD_NAME: workload,
      ISTIO_METAJSON_LABELS: JSON.stringify(options.labels),
      PROXY_CONFIG: JSON.stringify({
        discoveryAddress,
        binaryPath: binaryPath('envoy', 'envoy'),
        configPath: './etc/istio/proxy',
        proxyAdminPort: ADMIN_PORT,
        // The agent's own server would listen on every address of the machine, and cannot be turned off. On a port
        // that is taken it gives up and the agent goes on. etcd's is: without etcd there is no token for an agent.
        statusPort: settings.ports.etcd,
        terminationDrainDuration: '0s',
        concurrency: 1,
      }),
    },
  };
}

async function prepareFolder(options: ProxyOptions) {
  const { folder, namespace, serviceAccount, client, address } = options;
  await fs.ensureDir(folder);
  const template = await fs.readFile(
    path.join(artifactFolder(artifactNamed('istio')), BOOTSTRAP),
    'utf8',
  );
  // In a pod the proxy may listen everywhere; here every proxy has one loopback address.
  await fs.writeFile(
    path.join(folder, BOOTSTRAP),
    template.replace(/\{\{ \.(wildcard|localhost) \}\}/g, address),
  );
  const secrets = path.join(folder, 'var/run/secrets');
  await fs.ensureDir(path.join(folder, 'etc/istio/proxy'));
  await fs.ensureDir(path.join(secrets, 'tokens'), 0o700);
  await fs.ensureDir(path.join(secrets, 'istio'));
  await fs.writeFile(
    path.join(secrets, 'tokens/istio-token'),
    await client.createToken({
      namespace,
      serviceAccount,
      audience: 'istio-ca',
      seconds: TOKEN_SECONDS,
    }),
    { mode: 0o600 },
  );
  await fs.writeFile(
    path.join(secrets, 'istio/root-cert.pem'),
    await rootCertificate(client, namespace),
  );
}

/** istiod writes its root certificate into every namespace, a moment after that exists. */
async function rootCertificate(
  client: KubernetesClient,
  namespace: string,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const map = await client.core.readNamespacedConfigMap({
        name: 'istio-ca-root-cert',
        namespace,
      });
      return map.data!['root-cert.pem'];
    } catch (error) {
      if (attempt >= 60) {
        throw new Error(
          `istiod gives no root certificate to namespace ${namespace}: ${
            (error as Error).message
          }`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }
}
