import { AnyObject } from '../kubernetes/KubernetesClient';
import { parseObjects } from '../kubernetes/readObjects';
import { CommitFiles } from './readCommit';
import { renderKustomization } from './renderKustomization';

/** The label by which the objects of a repository are found again. @internal */
export const SYNC_LABEL = 'mesh-auth.io/lab-sync';

/** Kinds without a namespace that a repository may hold. */
const CLUSTER_KINDS = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterKeycloak',
  'ClusterKeycloakRealm',
  'CustomResourceDefinition',
]);

const DEFAULT_PATH = 'deploy';

/** What is to be in the cluster for one repository. @internal */
export interface SyncPlan {
  /** Applied and never removed: the namespace, and the Application itself. */
  surroundings: AnyObject[];
  /** Applied with the ownership label, removed when they leave the repository. */
  owned: AnyObject[];
}

interface Application extends AnyObject {
  spec: {
    source?: { path?: string };
    destination?: { namespace?: string };
    syncPolicy?: {
      syncOptions?: string[];
      managedNamespaceMetadata?: { labels?: Record<string, string> };
    };
  };
}

/**
 * Works out what Argo CD would apply for a repository: the folder, the namespace and the options come from the
 * Application in the repository; without one it is the `deploy` folder.
 *
 * @internal
 */
export function planSync(options: {
  repository: string;
  files: CommitFiles;
}): SyncPlan {
  const { repository, files } = options;
  const application = findApplication(files);
  const folder = (application?.spec.source?.path ?? DEFAULT_PATH)
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  const namespace = application?.spec.destination?.namespace;
  const owned: AnyObject[] = renderKustomization(files, folder)
    .filter(object => !isApplication(object))
    .map(object => ({
      ...object,
      metadata: {
        ...object.metadata,
        ...(namespace &&
          object.metadata.namespace === undefined &&
          !CLUSTER_KINDS.has(object.kind) && { namespace }),
        labels: { ...object.metadata.labels, [SYNC_LABEL]: repository },
      },
    }));

  // A namespace goes with everything in it, whoever made that; so it is never removed.
  const surroundings = owned.filter(object => object.kind === 'Namespace');
  const { syncOptions, managedNamespaceMetadata } =
    application?.spec.syncPolicy ?? {};
  if (namespace && syncOptions?.includes('CreateNamespace=true')) {
    surroundings.push({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: { ...managedNamespaceMetadata?.labels },
      },
    });
  }
  if (application) {
    const home = application.metadata.namespace ?? 'argocd';
    surroundings.push(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: home, labels: {} },
      },
      {
        ...application,
        metadata: { ...application.metadata, namespace: home, labels: {} },
      },
    );
  }
  return {
    surroundings,
    owned: owned.filter(object => object.kind !== 'Namespace'),
  };
}

function isApplication(object: AnyObject): boolean {
  return (
    object.kind === 'Application' &&
    object.apiVersion.startsWith('argoproj.io/')
  );
}

function findApplication(files: CommitFiles): Application | undefined {
  for (const [file, text] of files) {
    if (/^kind: Application\s*$/m.test(text)) {
      const found = parseObjects(text, file).find(isApplication);
      if (found) {
        return found as Application;
      }
    }
  }
  return undefined;
}
