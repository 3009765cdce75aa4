/**
 * Where an object came from.
 *
 * @public
 */
export interface SourcePosition {
  /** Path of the file as the reader was given it. */
  file: string;
  /** First line of the document, counted from one. */
  line: number;
}

/**
 * What every Kubernetes object has.
 *
 * @public
 */
export interface ObjectMetadata {
  name: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** RFC 3339; the order of objects that claim the same host depends on it. */
  creationTimestamp?: string;
  uid?: string;
  resourceVersion?: string;
}

/**
 * A Kubernetes object with the place it came from.
 *
 * @public
 */
export interface MeshObject<Spec = any> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMetadata;
  spec?: Spec;
  /** Contents of a ConfigMap; never that of a Secret. */
  data?: Record<string, string>;
  status?: any;
  position?: SourcePosition;
}

/**
 * Names an object within one mesh.
 *
 * @public
 */
export interface ObjectRef {
  kind: string;
  /** Empty for the core group; without the version. */
  group: string;
  namespace?: string;
  name: string;
}

/**
 * Something wrong with an input, at a place that a person can go to.
 *
 * @public
 */
export interface ManifestProblem {
  /** An error leaves the object out of the mesh; a warning does not. */
  severity: 'error' | 'warning';
  file?: string;
  /** Counted from one. */
  line?: number;
  /** JSON path inside the object, for example `spec.rules[0].to[1].operation.paths`. */
  path?: string;
  message: string;
  object?: ObjectRef;
}
