export { createMesh, Mesh } from './Mesh';
export type {
  MeshConfig,
  ExtensionProvider,
  PathNormalization,
} from './MeshConfig';
export type { MeshProxy } from './Proxy';
export type { MeshService, ServicePort } from './services';
export type { Dataplane, Workload } from './workloads';
export { servicesOfWorkload, workloadsBehind } from './workloads';
export type { Labels } from './labels';
