import { Manifest, ServiceDeclaration } from './types';
import { objectLabels, workloadSelector } from './labels';

export const SERVICE_PORT = 80;
const PORT_NAME = 'http';

/** The namespace of a service that has one of its own, with sidecars for all of its pods. */
export function renderNamespace(service: ServiceDeclaration): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: service.namespace,
      labels: { 'istio-injection': 'enabled' },
    },
  };
}

/** The workload's identity in the mesh. Its token is of no use to the service and is not mounted. */
export function renderServiceAccount(service: ServiceDeclaration): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    automountServiceAccountToken: false,
  };
}

export function renderService(service: ServiceDeclaration): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      selector: workloadSelector(service.name),
      // The name tells Istio the protocol; unnamed, HTTP rules would depend on sniffing.
      ports: [{ name: PORT_NAME, port: SERVICE_PORT, targetPort: PORT_NAME }],
    },
  };
}

/**
 * @remarks
 * The pod asks for its sidecar itself: without one neither the policies nor mutual TLS would hold, whatever the
 * namespace's labels say.
 */
export function renderDeployment(service: ServiceDeclaration): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: workloadSelector(service.name) },
      template: {
        metadata: {
          labels: {
            ...objectLabels(service.name),
            'sidecar.istio.io/inject': 'true',
          },
        },
        spec: {
          serviceAccountName: service.name,
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: service.name,
              image: service.image,
              ports: [
                { name: PORT_NAME, containerPort: service.containerPort },
              ],
              env: [{ name: 'PORT', value: String(service.containerPort) }],
              readinessProbe: {
                httpGet: { path: '/healthz', port: PORT_NAME },
              },
              livenessProbe: { httpGet: { path: '/healthz', port: PORT_NAME } },
              resources: {
                requests: { cpu: '50m', memory: '64Mi' },
                limits: { memory: '256Mi' },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

/** The inverse of {@link renderDeployment}, as far as the declaration speaks of it. */
export function parseDeployment(
  manifest: Manifest,
): Omit<ServiceDeclaration, 'ownsNamespace'> | undefined {
  const spec = manifest.spec as
    | {
        template?: {
          spec?: {
            containers?: {
              name: string;
              image?: string;
              ports?: { containerPort: number }[];
            }[];
          };
        };
      }
    | undefined;
  const { name, namespace } = manifest.metadata;
  const container = spec?.template?.spec?.containers?.find(
    candidate => candidate.name === name,
  );
  const containerPort = container?.ports?.[0]?.containerPort;
  if (namespace === undefined || !container?.image || !containerPort) {
    return undefined;
  }
  return { name, namespace, image: container.image, containerPort };
}
