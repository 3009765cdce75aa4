/**
 * Annotation of the Kubernetes plugin: the name under which a cluster's objects belong to the entity.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_ID = 'backstage.io/kubernetes-id';

/**
 * Annotation of the Kubernetes plugin: the namespace of the entity's workloads.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_NAMESPACE =
  'backstage.io/kubernetes-namespace';

/**
 * Annotation of the Kubernetes plugin: a Kubernetes label selector over the entity's workloads.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_LABEL_SELECTOR =
  'backstage.io/kubernetes-label-selector';

/**
 * Annotation of the Kubernetes plugin: the only cluster in which to look for the entity's workloads.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_CLUSTER = 'backstage.io/kubernetes-cluster';

/**
 * The Keycloak clients of an entity: `[instance/]realm/clientId`, several separated by commas.
 *
 * @public
 */
export const ANNOTATION_KEYCLOAK_CLIENT = 'mesh-auth.io/keycloak-client';
