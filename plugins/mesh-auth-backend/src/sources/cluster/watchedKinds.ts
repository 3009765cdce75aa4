/**
 * A kind that the model reads from a cluster.
 *
 * @internal
 */
export interface WatchedKind {
  /** API group, empty for the core group. */
  group: string;
  /** Lower case plural, as in the path. */
  resource: string;
  /** Versions that the model can read, the preferred one first. */
  versions: string[];
  /** Only the object of this name, in this namespace. */
  only?: { namespace: string; name: string };
}

function kinds(
  group: string,
  versions: string[],
  resources: string[],
): WatchedKind[] {
  return resources.map(resource => ({ group, resource, versions }));
}

/**
 * The kinds that are listed and watched in each cluster, and the only ones: the ClusterRole in the README grants
 * exactly these.
 *
 * @param meshConfig - where the mesh configuration stands, usually ConfigMap `istio` in `istio-system`
 *
 * @internal
 */
export function watchedKinds(meshConfig: {
  namespace: string;
  name: string;
}): WatchedKind[] {
  return [
    ...kinds(
      'security.istio.io',
      ['v1', 'v1beta1'],
      [
        'authorizationpolicies',
        'requestauthentications',
        'peerauthentications',
      ],
    ),
    ...kinds(
      'networking.istio.io',
      ['v1', 'v1beta1', 'v1alpha3'],
      [
        'gateways',
        'virtualservices',
        'serviceentries',
        'destinationrules',
        'sidecars',
        'workloadentries',
        'workloadgroups',
        'envoyfilters',
        'proxyconfigs',
      ],
    ),
    ...kinds(
      'extensions.istio.io',
      ['v1alpha1'],
      ['wasmplugins', 'trafficextensions'],
    ),
    ...kinds(
      'gateway.networking.k8s.io',
      ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'],
      [
        'gatewayclasses',
        'gateways',
        'httproutes',
        'grpcroutes',
        'tlsroutes',
        'tcproutes',
        'referencegrants',
        'listenersets',
        'backendtlspolicies',
      ],
    ),
    // What runs, so that a service without a running pod has its workload all the same.
    ...kinds('apps', ['v1'], ['deployments', 'statefulsets', 'daemonsets']),
    ...kinds('', ['v1'], ['namespaces', 'services', 'pods', 'serviceaccounts']),
    {
      group: '',
      resource: 'configmaps',
      versions: ['v1'],
      only: meshConfig,
    },
  ];
}

/**
 * `virtualservices.networking.istio.io`, the name under which Kubernetes knows the resource.
 *
 * @internal
 */
export function resourceName(kind: WatchedKind): string {
  return kind.group ? `${kind.resource}.${kind.group}` : kind.resource;
}
