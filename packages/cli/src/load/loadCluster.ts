import type { KubernetesObjectApi } from '@kubernetes/client-node';
import { readObjects } from '@mesh-auth/access-model';
import type { ManifestReading } from '@mesh-auth/access-model';

/** What is listed; a kind that the cluster does not know, or that may not be listed, is left out and said. */
const KINDS: [apiVersion: string, kind: string][] = [
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['security.istio.io/v1', 'RequestAuthentication'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['networking.istio.io/v1', 'Gateway'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'WorkloadEntry'],
  ['networking.istio.io/v1alpha3', 'EnvoyFilter'],
  ['extensions.istio.io/v1alpha1', 'WasmPlugin'],
  ['gateway.networking.k8s.io/v1', 'GatewayClass'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['gateway.networking.k8s.io/v1beta1', 'ReferenceGrant'],
  ['v1', 'Namespace'],
  ['v1', 'Service'],
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
];

const PAGE = 500;

async function listAll(
  api: KubernetesObjectApi,
  apiVersion: string,
  kind: string,
): Promise<unknown[]> {
  const items: unknown[] = [];
  let next: string | undefined;
  do {
    const page = await api.list(
      apiVersion,
      kind,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      PAGE,
      next,
    );
    items.push(...page.items.map(item => ({ ...item, apiVersion, kind })));
    next = page.metadata?._continue || undefined;
  } while (next);
  return items;
}

/**
 * Lists the objects of a cluster with the credentials of a kubeconfig. No Secret is ever asked for, and of ConfigMaps only Istio's own.
 *
 * @throws Error where the cluster cannot be reached at all
 */
export async function loadCluster(options: {
  file: string;
  context?: string;
}): Promise<ManifestReading> {
  // Large, and a folder does without it.
  const { KubeConfig, KubernetesObjectApi: ObjectApi } = await import(
    '@kubernetes/client-node'
  );
  const config = new KubeConfig();
  config.loadFromFile(options.file);
  if (options.context) config.setCurrentContext(options.context);
  const api = ObjectApi.makeApiClient(config);
  const missing: string[] = [];
  const objects: unknown[] = [];
  let reached = false;
  for (const [apiVersion, kind] of KINDS) {
    try {
      objects.push(...(await listAll(api, apiVersion, kind)));
      reached = true;
    } catch (error) {
      const { code, message } = error as { code?: number; message: string };
      if (code === 404 || code === 403) reached = true;
      missing.push(
        `${kind} (${
          code === 403 ? 'not permitted' : code ?? message.split('\n', 1)[0]
        })`,
      );
    }
  }
  if (!reached) throw new Error(`cannot read the cluster: ${missing[0]}`);
  try {
    objects.push(
      await api.read({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: 'istio-system' },
      }),
    );
  } catch {
    missing.push('ConfigMap istio-system/istio');
  }
  const reading = readObjects(
    objects.map(object => JSON.parse(JSON.stringify(object))),
  );
  return {
    objects: reading.objects,
    problems: [
      ...reading.problems,
      ...missing.map(name => ({
        severity: 'warning' as const,
        message: `${name} was not read`,
      })),
    ],
  };
}
