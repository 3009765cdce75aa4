export { readManifests } from './readManifests';
export type { ManifestInput } from './readManifests';
export { readObjects } from './readObjects';
export type { ManifestReading, ReadLimits } from './readObjects';
export { formatRef, refOf } from './objectRef';
export type {
  ManifestProblem,
  MeshObject,
  ObjectMetadata,
  ObjectRef,
  SourcePosition,
} from './types';
export type * from './specs';
