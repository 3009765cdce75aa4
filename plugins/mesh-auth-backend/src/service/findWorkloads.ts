import type { Entity } from '@backstage/catalog-model';
import type { Mesh, Workload } from '@mesh-auth/access-model';
import {
  ANNOTATION_KUBERNETES_CLUSTER,
  ANNOTATION_KUBERNETES_ID,
  ANNOTATION_KUBERNETES_LABEL_SELECTOR,
  ANNOTATION_KUBERNETES_NAMESPACE,
  MissingAnnotation,
  Notice,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot, Snapshot } from '../snapshot/Snapshot';
import { LabelPredicate, parseLabelSelector } from './labelSelector';

/**
 * A workload with the cluster in which it was found.
 *
 * @internal
 */
export interface FoundWorkload {
  cluster: ClusterSnapshot;
  workload: Workload;
}

/** @internal */
export interface WorkloadSearch {
  workloads: FoundWorkload[];
  notices: Notice[];
  missingAnnotations: MissingAnnotation[];
}

/** The entity's own words on where its workloads are. */
interface Where {
  cluster?: string;
  namespace?: string;
  matches: LabelPredicate;
  /** For people. */
  words: string;
}

/**
 * Finds the workloads of an entity by the annotations of the Kubernetes plugin, and says what stands in the way.
 *
 * @remarks
 * As in the Kubernetes plugin, the label selector goes before the id, and without a namespace all are searched.
 *
 * @param options - `sources` is the state of all sources, to tell absence from ignorance
 *
 * @internal
 */
export function findWorkloads(options: {
  entity: Entity;
  snapshot: Snapshot;
  sources: Source[];
}): WorkloadSearch {
  const { entity, snapshot, sources } = options;
  const where = readAnnotations(entity);
  if (where === undefined) {
    return {
      workloads: [],
      notices: [],
      missingAnnotations: missingAnnotations(entity, snapshot),
    };
  }
  if (typeof where === 'string') {
    return {
      workloads: [],
      notices: [
        {
          severity: 'error',
          code: 'selector-malformed',
          message: `The annotation ${ANNOTATION_KUBERNETES_LABEL_SELECTOR} cannot be read: ${where}`,
        },
      ],
      missingAnnotations: [],
    };
  }
  const clusters = snapshot.clusters.filter(
    ({ cluster }) => !where.cluster || cluster === where.cluster,
  );
  const workloads = clusters.flatMap(cluster =>
    cluster.mesh
      .workloads()
      .filter(workload => isOneOf(workload, cluster.mesh, where))
      .map(workload => ({ cluster, workload })),
  );
  return {
    workloads,
    notices:
      workloads.length > 0 ? [] : [explainAbsence(where, clusters, sources)],
    missingAnnotations: [],
  };
}

/** Undefined without annotations; a text when the selector cannot be read. */
function readAnnotations(entity: Entity): Where | string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const selector = annotations[ANNOTATION_KUBERNETES_LABEL_SELECTOR];
  const id = annotations[ANNOTATION_KUBERNETES_ID];
  const place = {
    cluster: annotations[ANNOTATION_KUBERNETES_CLUSTER],
    namespace: annotations[ANNOTATION_KUBERNETES_NAMESPACE],
  };
  if (selector) {
    try {
      const matches = parseLabelSelector(selector);
      return { ...place, matches, words: `labels ${selector}` };
    } catch (error) {
      return (error as Error).message;
    }
  }
  if (id) {
    return {
      ...place,
      matches: labels => labels[ANNOTATION_KUBERNETES_ID] === id,
      words: `label ${ANNOTATION_KUBERNETES_ID}=${id}`,
    };
  }
  return undefined;
}

function isOneOf(workload: Workload, mesh: Mesh, where: Where): boolean {
  if (where.namespace && workload.namespace !== where.namespace) {
    return false;
  }
  // The Kubernetes plugin looks at the labels of Deployments as well as of pods.
  return (
    where.matches(workload.labels) ||
    where.matches(mesh.resolve(workload.ref)?.metadata.labels ?? {})
  );
}

function hasNamespace({ mesh }: ClusterSnapshot, namespace: string): boolean {
  return (
    mesh.get('/Namespace', '', namespace) !== undefined ||
    mesh.workloads().some(workload => workload.namespace === namespace) ||
    mesh.services().some(service => service.namespace === namespace)
  );
}

function explainAbsence(
  where: Where,
  clusters: ClusterSnapshot[],
  sources: Source[],
): Notice {
  const clusterSources = sources.filter(
    ({ kind }) => kind !== 'keycloak-realm' && kind !== 'realm-export',
  );
  const unread = clusterSources.filter(
    ({ state }) => state === 'loading' || state === 'unavailable',
  );
  const except =
    unread.length > 0
      ? `; not read: ${unread.map(({ title }) => title).join(', ')}`
      : '';
  if (clusters.length === 0 && unread.length > 0) {
    return {
      severity: unread.some(({ state }) => state === 'loading')
        ? 'info'
        : 'warning',
      code: 'clusters-not-read',
      message: `No cluster of the entity has been read${except}`,
    };
  }
  if (clusters.length === 0) {
    return where.cluster
      ? {
          severity: 'error',
          code: 'cluster-not-found',
          message: `The annotation ${ANNOTATION_KUBERNETES_CLUSTER} names '${where.cluster}', which is no source of mesh-auth`,
        }
      : {
          severity: 'error',
          code: 'no-cluster',
          message:
            'mesh-auth has no cluster and no folder of manifests to read',
        };
  }
  const inClusters = `in ${clusters
    .map(({ cluster }) => cluster)
    .join(', ')}${except}`;
  if (
    where.namespace &&
    !clusters.some(cluster => hasNamespace(cluster, where.namespace!))
  ) {
    return {
      severity: 'error',
      code: 'namespace-not-found',
      message: `There is no namespace '${where.namespace}' ${inClusters}`,
    };
  }
  return {
    severity: 'error',
    code: 'workload-not-found',
    message: `There is no workload with ${where.words}${
      where.namespace ? ` in the namespace '${where.namespace}'` : ''
    } ${inClusters}`,
  };
}

/** The annotations to add, with the values of the workload that bears the entity's name where there is one. */
function missingAnnotations(
  entity: Entity,
  snapshot: Snapshot,
): MissingAnnotation[] {
  const { name, annotations = {} } = entity.metadata;
  const namesake = snapshot.clusters
    .flatMap(({ mesh }) => mesh.workloads())
    .find(workload => workload.name === name);
  const label = namesake?.labels.app ?? name;
  const missing: MissingAnnotation[] = [
    {
      annotation: ANNOTATION_KUBERNETES_LABEL_SELECTOR,
      example: `${ANNOTATION_KUBERNETES_LABEL_SELECTOR}: app=${label}`,
      reason: 'It says which workloads of the mesh belong to the entity',
    },
  ];
  if (!annotations[ANNOTATION_KUBERNETES_NAMESPACE]) {
    missing.push({
      annotation: ANNOTATION_KUBERNETES_NAMESPACE,
      example: `${ANNOTATION_KUBERNETES_NAMESPACE}: ${
        namesake?.namespace ?? name
      }`,
      reason: 'It says in which namespace they run',
    });
  }
  return missing;
}
