/**
 * The kinds that the model reads, as `group/Kind`. The version does not matter once an object has been read.
 *
 * @internal
 */
export const KIND = {
  authorizationPolicy: 'security.istio.io/AuthorizationPolicy',
  requestAuthentication: 'security.istio.io/RequestAuthentication',
  peerAuthentication: 'security.istio.io/PeerAuthentication',
  gateway: 'networking.istio.io/Gateway',
  virtualService: 'networking.istio.io/VirtualService',
  serviceEntry: 'networking.istio.io/ServiceEntry',
  workloadEntry: 'networking.istio.io/WorkloadEntry',
  destinationRule: 'networking.istio.io/DestinationRule',
  sidecar: 'networking.istio.io/Sidecar',
  envoyFilter: 'networking.istio.io/EnvoyFilter',
  proxyConfig: 'networking.istio.io/ProxyConfig',
  wasmPlugin: 'extensions.istio.io/WasmPlugin',
  trafficExtension: 'extensions.istio.io/TrafficExtension',
  kubernetesGateway: 'gateway.networking.k8s.io/Gateway',
  gatewayClass: 'gateway.networking.k8s.io/GatewayClass',
  httpRoute: 'gateway.networking.k8s.io/HTTPRoute',
  grpcRoute: 'gateway.networking.k8s.io/GRPCRoute',
  referenceGrant: 'gateway.networking.k8s.io/ReferenceGrant',
  ingress: 'networking.k8s.io/Ingress',
  namespace: '/Namespace',
  service: '/Service',
  serviceAccount: '/ServiceAccount',
  pod: '/Pod',
  configMap: '/ConfigMap',
  deployment: 'apps/Deployment',
  statefulSet: 'apps/StatefulSet',
  daemonSet: 'apps/DaemonSet',
} as const;

/** @internal */
export type Kind = (typeof KIND)[keyof typeof KIND];
