import { refOf } from '../manifests/objectRef';
import type { MeshObject, ObjectRef } from '../manifests/types';
import { KIND } from './kinds';
import { selects } from './labels';
import type { Labels } from './labels';
import type { Derivation, Mesh } from './Mesh';
import { byCreation } from './ObjectStore';
import type { MeshService } from './services';
import { servicesOf } from './services';

/** What carries a workload's traffic. @public */
export type Dataplane = 'sidecar' | 'ambient' | 'gateway' | 'none' | 'unknown';

/** Pods that share labels and identity. @public */
export interface Workload {
  ref: ObjectRef;
  namespace: string;
  name: string;
  labels: Labels;
  serviceAccount?: string;
  /** Ports that its containers declare. */
  ports: { number: number; name?: string }[];
  dataplane: Dataplane;
}

/** @internal */
export interface WorkloadIndex {
  all: readonly Workload[];
  byNamespace: ReadonlyMap<string, readonly Workload[]>;
}

const CONTROLLERS = [KIND.deployment, KIND.statefulSet, KIND.daemonSet];

function portsOf(podSpec: any): { number: number; name?: string }[] {
  const containers = Array.isArray(podSpec?.containers)
    ? podSpec.containers
    : [];
  return containers
    .flatMap((container: any) =>
      Array.isArray(container?.ports) ? container.ports : [],
    )
    .filter((port: any) => typeof port?.containerPort === 'number')
    .map((port: any) => ({ number: port.containerPort, name: port.name }));
}

/** Whether a pod gets a proxy, as far as its labels and those of its namespace tell. */
function dataplaneOf(
  mesh: Mesh,
  options: {
    namespace: string;
    labels: Labels;
    annotations?: Labels;
    podSpec?: any;
  },
): Dataplane {
  const { namespace, labels, annotations = {}, podSpec } = options;
  if (labels['gateway.networking.k8s.io/gateway-name']) return 'gateway';
  const containers = [
    ...(Array.isArray(podSpec?.containers) ? podSpec.containers : []),
    ...(Array.isArray(podSpec?.initContainers) ? podSpec.initContainers : []),
  ];
  if (annotations['inject.istio.io/templates'] === 'gateway') return 'gateway';
  if (containers.some((container: any) => container?.name === 'istio-proxy')) {
    return containers.length === 1 ? 'gateway' : 'sidecar';
  }
  if (podSpec?.hostNetwork === true) return 'none';
  const inject =
    labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (inject === 'true') return 'sidecar';
  if (inject === 'false') return 'none';
  const own = mesh.get(KIND.namespace, '', namespace)?.metadata.labels;
  if (labels['istio.io/dataplane-mode'] === 'none') return 'none';
  if (
    own?.['istio-injection'] === 'enabled' ||
    own?.['istio.io/rev'] ||
    labels['istio.io/rev']
  ) {
    return own?.['istio-injection'] === 'disabled' ? 'none' : 'sidecar';
  }
  if (
    labels['istio.io/dataplane-mode'] === 'ambient' ||
    own?.['istio.io/dataplane-mode'] === 'ambient'
  ) {
    return 'ambient';
  }
  return own ? 'none' : 'unknown';
}

function fromPodTemplate(mesh: Mesh, object: MeshObject, pod: any): Workload {
  const { name, namespace = '' } = object.metadata;
  const labels: Labels = pod?.metadata?.labels ?? {};
  return {
    ref: refOf(object),
    namespace,
    name,
    labels,
    serviceAccount: pod?.spec?.serviceAccountName ?? 'default',
    ports: portsOf(pod?.spec),
    dataplane: dataplaneOf(mesh, {
      namespace,
      labels,
      annotations: pod?.metadata?.annotations,
      podSpec: pod?.spec,
    }),
  };
}

function fromWorkloadEntry(object: MeshObject): Workload {
  const { name, namespace = '', labels = {} } = object.metadata;
  return {
    ref: refOf(object),
    namespace,
    name,
    labels: { ...labels, ...object.spec?.labels },
    serviceAccount: object.spec?.serviceAccount,
    ports: Object.entries(object.spec?.ports ?? {}).map(([port, number]) => ({
      number: Number(number),
      name: port,
    })),
    dataplane: 'sidecar',
  };
}

const WORKLOADS: Derivation<WorkloadIndex> = {
  kinds: new Set<string>([
    ...CONTROLLERS,
    KIND.pod,
    KIND.workloadEntry,
    KIND.namespace,
  ]),
  build(mesh) {
    const all = CONTROLLERS.flatMap(kind => [...mesh.list(kind)])
      .sort(byCreation)
      .map(object => fromPodTemplate(mesh, object, object.spec?.template));
    const byNamespace = new Map<string, Workload[]>();
    const add = (workload: Workload) => {
      let list = byNamespace.get(workload.namespace);
      if (!list) byNamespace.set(workload.namespace, (list = []));
      list.push(workload);
    };
    all.forEach(add);
    const owned = new Map(
      [...byNamespace].map(([namespace, list]) => [namespace, [...list]]),
    );
    for (const pod of [...mesh.list(KIND.pod)].sort(byCreation)) {
      const { namespace = '', labels = {} } = pod.metadata;
      // Pods of a controller repeat what its template says.
      const twin = owned
        .get(namespace)
        ?.some(
          workload =>
            Object.keys(workload.labels).length > 0 &&
            selects(workload.labels, labels),
        );
      if (twin) continue;
      const workload = fromPodTemplate(mesh, pod, {
        metadata: pod.metadata,
        spec: pod.spec,
      });
      all.push(workload);
      add(workload);
    }
    for (const entry of [...mesh.list(KIND.workloadEntry)].sort(byCreation)) {
      const workload = fromWorkloadEntry(entry);
      all.push(workload);
      add(workload);
    }
    return { all, byNamespace };
  },
};

/** @internal */
export function workloadsOf(mesh: Mesh): WorkloadIndex {
  return mesh.derive(WORKLOADS);
}

/** Workloads that a service leads to. @public */
export function workloadsBehind(mesh: Mesh, service: MeshService): Workload[] {
  if (!service.selector) return [];
  return (workloadsOf(mesh).byNamespace.get(service.namespace) ?? []).filter(
    ({ labels }) => selects(service.selector, labels),
  );
}

/** Services that lead to a workload. @public */
export function servicesOfWorkload(
  mesh: Mesh,
  workload: { namespace: string; labels: Labels },
): MeshService[] {
  return (servicesOf(mesh).byNamespace.get(workload.namespace) ?? []).filter(
    ({ selector }) => selector && selects(selector, workload.labels),
  );
}

/** The container port behind a service's port, where it can be known. @internal */
export function targetPortOf(
  service: MeshService,
  port: number,
  workload?: Workload,
): number | undefined {
  const found = service.ports.find(({ number }) => number === port);
  if (!found) return undefined;
  if (typeof found.targetPort === 'number') return found.targetPort;
  return workload?.ports.find(({ name }) => name === found.targetPort)?.number;
}
