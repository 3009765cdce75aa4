import { V1Deployment } from '@kubernetes/client-node';
import { AnyObject } from '../kubernetes/KubernetesClient';

/** What the lab runs for one Deployment. @internal */
export interface Workload {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  serviceAccount: string;
  /** Ports by which its Services reach it, by name. */
  ports: { name: string; number: number }[];
  /** Whether a proxy stands in front of it. */
  injected: boolean;
}

/** Where a workload runs. @internal */
export interface Placement {
  /** Its own loopback address. */
  address: string;
  /** The port of 127.0.0.1 on which the program itself listens. */
  applicationPort: number;
}

/** Marks what the lab's node writes into the cluster. @internal */
export const MANAGED_BY = {
  label: 'app.kubernetes.io/managed-by',
  value: 'mesh-auth-lab-node',
} as const;

const DEFAULT_PORT = { name: 'http', number: 8080 };

/**
 * HTTP calls to other workloads leave through this port of the proxy's own address. A proxy knows the services of the
 * port that it listens on, and the demo world's listen on 80, which only root may.
 */
const EGRESS_PORT = process.getuid?.() === 0 ? 80 : 18_080;

/** `namespace/name`. @internal */
export function workloadKey(workload: { namespace: string; name: string }) {
  return `${workload.namespace}/${workload.name}`;
}

/**
 * Reads what there is to run from a Deployment.
 *
 * @param injectedNamespaces - namespaces whose workloads get a proxy
 * @returns undefined for a Deployment that runs a gateway, which is a part of the lab of its own
 * @internal
 */
export function workloadOf(
  deployment: V1Deployment,
  injectedNamespaces: ReadonlySet<string>,
): Workload | undefined {
  const { metadata, spec } = deployment;
  const template = spec?.template;
  if (
    template?.metadata?.annotations?.['inject.istio.io/templates'] === 'gateway'
  ) {
    return undefined;
  }
  const labels = template?.metadata?.labels ?? {};
  const ports = (template?.spec?.containers ?? [])
    .flatMap(container => container.ports ?? [])
    .map(port => ({
      name: port.name ?? 'http',
      number: port.containerPort,
    }));
  const namespace = metadata?.namespace ?? 'default';
  const choice =
    labels['sidecar.istio.io/inject'] ??
    template?.metadata?.annotations?.['sidecar.istio.io/inject'];
  return {
    namespace,
    name: metadata!.name!,
    labels,
    serviceAccount: template?.spec?.serviceAccountName ?? 'default',
    ports: ports.length ? ports : [DEFAULT_PORT],
    injected:
      choice === undefined
        ? injectedNamespaces.has(namespace)
        : choice === 'true',
  };
}

/**
 * The objects by which the mesh finds a workload: a WorkloadEntry that the ordinary Services select, and for a
 * workload with a proxy a Sidecar that says which addresses the proxy listens on, since nothing redirects traffic
 * to it.
 *
 * @internal
 */
export function objectsOf(
  workload: Workload,
  placement: Placement,
): AnyObject[] {
  const { namespace, name, labels, serviceAccount, ports, injected } = workload;
  const metadata = {
    name: `lab-${name}`,
    namespace,
    labels: { [MANAGED_BY.label]: MANAGED_BY.value },
  };
  const objects: AnyObject[] = [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: {
        ...metadata,
        labels: {
          ...labels,
          ...metadata.labels,
          ...(injected ? { 'security.istio.io/tlsMode': 'istio' } : {}),
        },
      },
      spec: {
        address: injected ? placement.address : '127.0.0.1',
        labels: {
          ...labels,
          ...(injected ? { 'security.istio.io/tlsMode': 'istio' } : {}),
        },
        serviceAccount,
        ports: Object.fromEntries(
          ports.map(port => [
            port.name,
            injected ? port.number : placement.applicationPort,
          ]),
        ),
      },
    },
  ];
  if (injected) {
    objects.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata,
      spec: {
        workloadSelector: { labels },
        ingress: ports.map(port => ({
          port: {
            number: port.number,
            name: port.name,
            protocol: port.name.startsWith('tcp') ? 'TCP' : 'HTTP',
          },
          bind: placement.address,
          captureMode: 'NONE',
          defaultEndpoint: `127.0.0.1:${placement.applicationPort}`,
        })),
        egress: [
          {
            port: { number: EGRESS_PORT, name: 'http', protocol: 'HTTP' },
            bind: placement.address,
            captureMode: 'NONE',
            hosts: ['*/*'],
          },
        ],
      },
    });
  }
  return objects;
}
