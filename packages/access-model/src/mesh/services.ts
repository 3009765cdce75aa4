import { refOf } from '../manifests/objectRef';
import type { MeshObject, ObjectRef } from '../manifests/types';
import { KIND } from './kinds';
import type { Labels } from './labels';
import type { Derivation, Mesh } from './Mesh';
import { byCreation } from './ObjectStore';

/** A port of a service. @public */
export interface ServicePort {
  number: number;
  name?: string;
  /** Number, or the name of a container's port. */
  targetPort: number | string;
  /** Protocol in Istio's words, from appProtocol or the port's name; `undefined` is detected by the proxy. */
  protocol?: string;
}

/** A service that routes can lead to. @public */
export interface MeshService {
  ref: ObjectRef;
  hostname: string;
  namespace: string;
  name: string;
  ports: ServicePort[];
  /** Labels of the workloads behind it; absent where endpoints are given otherwise. */
  selector?: Labels;
  labels: Labels;
  exportTo?: string[];
  external: boolean;
  /** `spec.type` of a Kubernetes Service. */
  type?: string;
}

/** Services by name and host. @internal */
export interface ServiceIndex {
  all: readonly MeshService[];
  byHost: ReadonlyMap<string, readonly MeshService[]>;
  byNamespace: ReadonlyMap<string, readonly MeshService[]>;
}

const PROTOCOLS = new Set([
  'grpc',
  'grpc-web',
  'http',
  'http2',
  'http_proxy',
  'https',
  'mongo',
  'mysql',
  'redis',
  'tcp',
  'tls',
  'udp',
]);

/**
 * The protocol that a port's name or appProtocol declares.
 *
 * Istio: pkg/config/kube, ConvertProtocol.
 */
function protocolOf(port: any): string | undefined {
  if (
    typeof port.protocol === 'string' &&
    port.protocol.toUpperCase() === 'UDP'
  )
    return 'UDP';
  const declared =
    typeof port.appProtocol === 'string' ? port.appProtocol : port.name;
  if (typeof declared !== 'string') return undefined;
  const lower = declared.toLowerCase();
  if (lower === 'kubernetes.io/h2c') return 'HTTP2';
  const word = lower.startsWith('grpc-web') ? 'grpc-web' : lower.split('-')[0];
  return PROTOCOLS.has(word) ? word.toUpperCase() : undefined;
}

function readPorts(ports: unknown): ServicePort[] {
  if (!Array.isArray(ports)) return [];
  return ports
    .filter(port => typeof (port?.port ?? port?.number) === 'number')
    .map(port => ({
      number: port.port ?? port.number,
      name: port.name,
      targetPort: port.targetPort || (port.port ?? port.number),
      protocol:
        port.number !== undefined && typeof port.protocol === 'string'
          ? port.protocol.toUpperCase()
          : protocolOf(port),
    }));
}

function exportToOf(object: MeshObject): string[] | undefined {
  const annotation =
    object.metadata.annotations?.['networking.istio.io/exportTo'];
  if (annotation) return annotation.split(',').map(part => part.trim());
  return Array.isArray(object.spec?.exportTo)
    ? object.spec.exportTo
    : undefined;
}

function fromService(object: MeshObject, domain: string): MeshService {
  const { name, namespace = '', labels = {} } = object.metadata;
  const selector = object.spec?.selector;
  return {
    ref: refOf(object),
    hostname: `${name}.${namespace}.svc.${domain}`,
    namespace,
    name,
    ports: readPorts(object.spec?.ports),
    selector: selector && Object.keys(selector).length ? selector : undefined,
    labels,
    exportTo: exportToOf(object),
    external: object.spec?.type === 'ExternalName',
    type: object.spec?.type,
  };
}

function fromServiceEntry(object: MeshObject): MeshService[] {
  const { name, namespace = '', labels = {} } = object.metadata;
  const hosts: string[] = object.spec?.hosts ?? [];
  return hosts.map(hostname => ({
    ref: refOf(object),
    hostname: hostname.toLowerCase(),
    namespace,
    name,
    ports: readPorts(object.spec?.ports),
    selector: object.spec?.workloadSelector?.labels,
    labels,
    exportTo: exportToOf(object),
    external: true,
  }));
}

const SERVICES: Derivation<ServiceIndex> = {
  kinds: new Set([KIND.service, KIND.serviceEntry]),
  build(mesh) {
    const all = [
      ...[...mesh.list(KIND.service)]
        .sort(byCreation)
        .map(object => fromService(object, mesh.meshConfig.clusterDomain)),
      ...[...mesh.list(KIND.serviceEntry)]
        .sort(byCreation)
        .flatMap(fromServiceEntry),
    ];
    const byHost = new Map<string, MeshService[]>();
    const byNamespace = new Map<string, MeshService[]>();
    for (const service of all) {
      let hosts = byHost.get(service.hostname);
      if (!hosts) byHost.set(service.hostname, (hosts = []));
      hosts.push(service);
      let namespaces = byNamespace.get(service.namespace);
      if (!namespaces) byNamespace.set(service.namespace, (namespaces = []));
      namespaces.push(service);
    }
    return { all, byHost, byNamespace };
  },
  patch(previous, change, mesh) {
    // A service that keeps its name changes one entry; the others are shared.
    const { before, after } = change;
    if (change.kind !== KIND.service || !before || !after) return undefined;
    const domain = mesh.meshConfig.clusterDomain;
    const next = fromService(after, domain);
    const old = previous.byHost
      .get(next.hostname)
      ?.find(({ ref }) => ref.kind === 'Service');
    if (!old) return undefined;
    const swap = (list: readonly MeshService[]) =>
      list.map(service => (service === old ? next : service));
    return {
      all: swap(previous.all),
      byHost: new Map(previous.byHost).set(
        next.hostname,
        swap(previous.byHost.get(next.hostname) ?? []),
      ),
      byNamespace: new Map(previous.byNamespace).set(
        next.namespace,
        swap(previous.byNamespace.get(next.namespace) ?? []),
      ),
    };
  },
};

/** @internal */
export function servicesOf(mesh: Mesh): ServiceIndex {
  return mesh.derive(SERVICES);
}

/** Whether a service may be used from a namespace. Istio: pilot/pkg/model, IsServiceVisible. @internal */
export function isVisible(
  mesh: Mesh,
  service: MeshService,
  namespace: string,
): boolean {
  const exportTo = service.exportTo?.length
    ? service.exportTo
    : mesh.meshConfig.defaultServiceExportTo;
  return exportTo.some(
    entry =>
      entry === '*' ||
      entry === namespace ||
      (entry === '.' && service.namespace === namespace),
  );
}

/** The service of a host as seen from a namespace; its own namespace is preferred. @internal */
export function serviceForHost(
  mesh: Mesh,
  hostname: string,
  namespaces: readonly string[],
): MeshService | undefined {
  const candidates = servicesOf(mesh).byHost.get(hostname.toLowerCase());
  if (!candidates) return undefined;
  const last = namespaces[namespaces.length - 1];
  for (const namespace of namespaces) {
    const own = candidates.find(
      service =>
        service.namespace === namespace && isVisible(mesh, service, last),
    );
    if (own) return own;
  }
  return candidates.find(service => isVisible(mesh, service, last));
}
