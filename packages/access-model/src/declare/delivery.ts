import { Manifest, ServiceDeclaration } from './types';
import { objectLabels } from './labels';

/**
 * Where Argo CD finds the service's manifests and where it puts them.
 *
 * @public
 */
export interface DeliveryDeclaration {
  /** Address of the repository as Argo CD reads it. */
  repositoryUrl: string;
  /** Branch, tag or commit. */
  targetRevision: string;
  /** Folder of the kustomization in the repository. */
  path: string;
  /** Argo CD project. */
  project: string;
  /** Namespace of the Application object. */
  namespace: string;
  /** API server of the target cluster. */
  server: string;
}

/**
 * The list of what the folder delivers.
 *
 * @param resources - file names relative to the kustomization, in any order
 * @public
 */
export function renderKustomization(resources: string[]): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...resources].sort(),
  };
}

/**
 * The Argo CD Application that delivers a service's folder.
 *
 * @remarks
 * The operator writes the reference to a secret that it made into the client's `spec.secret`; Argo CD has to leave that
 * alone.
 *
 * @public
 */
export function renderArgoCdApplication(
  service: Pick<ServiceDeclaration, 'name' | 'namespace'>,
  delivery: DeliveryDeclaration,
): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: service.name,
      namespace: delivery.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      project: delivery.project,
      source: {
        repoURL: delivery.repositoryUrl,
        targetRevision: delivery.targetRevision,
        path: delivery.path,
      },
      destination: { server: delivery.server, namespace: service.namespace },
      ignoreDifferences: [
        {
          group: 'v1.edp.epam.com',
          kind: 'KeycloakClient',
          jsonPointers: ['/spec/secret'],
        },
      ],
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
      },
    },
  };
}
