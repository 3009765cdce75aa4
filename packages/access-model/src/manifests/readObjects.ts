import { formatRef, refOf } from './objectRef';
import type { ManifestProblem, MeshObject, SourcePosition } from './types';
import { validateObject } from './validation/validateObject';

/** Bounds of one reading. @public */
export interface ReadLimits {
  /** Largest file, in characters. Default 256 Mi. */
  maxFileLength?: number;
  /** Largest single document, in characters. Default 8 Mi; etcd refuses objects above 1.5 MiB. */
  maxDocumentLength?: number;
  /** Most values in one object, aliases counted each time they occur. Default 500,000. */
  maxValues?: number;
  /** Deepest nesting. Default 100. */
  maxDepth?: number;
  /** Most objects. Default 1,000,000. */
  maxObjects?: number;
}

/** Objects that were read, and what was wrong with the rest. @public */
export interface ManifestReading {
  objects: MeshObject[];
  problems: ManifestProblem[];
}

/** Kinds without a namespace, of those that a mesh's manifests hold. */
const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'GatewayClass',
  'IngressClass',
  'PriorityClass',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'APIService',
  'ClusterIssuer',
]);

const DEFAULT_LIMITS: Required<ReadLimits> = {
  maxFileLength: 256 * 1024 * 1024,
  maxDocumentLength: 8 * 1024 * 1024,
  maxValues: 500_000,
  maxDepth: 100,
  maxObjects: 1_000_000,
};

/** @internal */
export function limitsOf(limits: ReadLimits = {}): Required<ReadLimits> {
  return { ...DEFAULT_LIMITS, ...limits };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the YAML library makes of a key such as `{{ .Values.name }}`; Kubernetes refuses it. */
const MAPPING_AS_KEY = '[object Object]';

/** Counts values up to a bound, so that a document of nested aliases cannot blow up later walks. */
function unfit(
  value: unknown,
  limits: Required<ReadLimits>,
): string | undefined {
  let left = limits.maxValues;
  const visit = (item: unknown, depth: number): string | undefined => {
    left -= 1;
    if (left < 0) return `object holds more than ${limits.maxValues} values`;
    if (typeof item !== 'object' || item === null) return undefined;
    if (depth > limits.maxDepth) {
      return `object is nested deeper than ${limits.maxDepth} levels`;
    }
    if (!Array.isArray(item) && Object.hasOwn(item, MAPPING_AS_KEY)) {
      return 'a mapping is used as a key; is this a template that was not rendered?';
    }
    for (const child of Array.isArray(item) ? item : Object.values(item)) {
      const found = visit(child, depth + 1);
      if (found) return found;
    }
    return undefined;
  };
  return visit(value, 0);
}

function stringRecord(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const out: Record<string, string> = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string') out[key] = item;
  }
  return out;
}

/** Collects objects one by one. @internal */
export class ObjectCollector {
  readonly #objects = new Map<string, MeshObject>();
  readonly #problems: ManifestProblem[] = [];
  readonly #limits: Required<ReadLimits>;
  readonly #defaultNamespace: string;

  constructor(options: { limits?: ReadLimits; defaultNamespace?: string }) {
    this.#limits = limitsOf(options.limits);
    this.#defaultNamespace = options.defaultNamespace ?? 'default';
  }

  get limits() {
    return this.#limits;
  }

  problem(problem: ManifestProblem) {
    this.#problems.push(problem);
  }

  /** Takes one document's value: an object, a List of objects, or something to complain about. */
  add(
    value: unknown,
    position?: SourcePosition,
    locate?: (path: string) => number | undefined,
  ) {
    const fail = (message: string, path?: string) =>
      this.problem({ severity: 'error', ...position, path, message });
    if (value === undefined || value === null) return;
    if (!isRecord(value)) {
      fail('document is not a Kubernetes object');
      return;
    }
    const wrong = unfit(value, this.#limits);
    if (wrong) {
      fail(wrong);
      return;
    }
    const { apiVersion, kind, metadata } = value;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
      // Helm values, kustomizations without kind and the like: files that are not objects are common in a repository.
      this.problem({
        severity: 'warning',
        ...position,
        message: 'document has no apiVersion and kind, so it is not read',
      });
      return;
    }
    if (kind.endsWith('List') && Array.isArray(value.items)) {
      for (const item of value.items) this.add(item, position);
      return;
    }
    if (
      !isRecord(metadata) ||
      typeof metadata.name !== 'string' ||
      metadata.name === ''
    ) {
      if (
        kind === 'Kustomization' ||
        (isRecord(metadata) && metadata.generateName)
      )
        return;
      const hint =
        isRecord(metadata) && typeof metadata.name === 'boolean'
          ? ' (an unquoted y, n, yes, no, on or off is a boolean: quote it)'
          : '';
      fail(`metadata.name must be a string${hint}`, 'metadata.name');
      return;
    }
    if (
      metadata.namespace !== undefined &&
      typeof metadata.namespace !== 'string'
    ) {
      fail('metadata.namespace must be a string', 'metadata.namespace');
      return;
    }
    for (const key of ['labels', 'annotations'] as const) {
      const entries = metadata[key];
      if (entries === undefined || entries === null) continue;
      const bad = isRecord(entries)
        ? Object.entries(entries).find(([, item]) => typeof item !== 'string')
        : ['', entries];
      if (bad) {
        fail(
          `metadata.${key} must hold strings, found ${JSON.stringify(bad[1])}`,
          `metadata.${key}.${bad[0]}`,
        );
        return;
      }
    }
    if (this.#objects.size >= this.#limits.maxObjects) {
      fail(`more than ${this.#limits.maxObjects} objects`);
      return;
    }
    const object: MeshObject = {
      apiVersion,
      kind,
      metadata: {
        name: metadata.name,
        namespace: CLUSTER_SCOPED.has(kind)
          ? undefined
          : metadata.namespace || this.#defaultNamespace,
        labels: stringRecord(metadata.labels),
        annotations: stringRecord(metadata.annotations),
        creationTimestamp:
          typeof metadata.creationTimestamp === 'string'
            ? metadata.creationTimestamp
            : undefined,
        uid: typeof metadata.uid === 'string' ? metadata.uid : undefined,
        resourceVersion:
          typeof metadata.resourceVersion === 'string'
            ? metadata.resourceVersion
            : undefined,
      },
      spec: value.spec ?? undefined,
      // A Secret's contents are nobody's business here.
      data: kind === 'ConfigMap' ? stringRecord(value.data) : undefined,
      status: value.status ?? undefined,
      position,
    };
    this.#admit(object, locate);
  }

  #admit(object: MeshObject, locate?: (path: string) => number | undefined) {
    const ref = refOf(object);
    const issues = validateObject(object);
    for (const issue of issues) {
      this.problem({
        severity: issue.severity,
        file: object.position?.file,
        line: (issue.path && locate?.(issue.path)) || object.position?.line,
        path: issue.path,
        message: issue.message,
        object: ref,
      });
    }
    if (issues.some(issue => issue.severity === 'error')) return;
    const key = `${ref.group}/${formatRef(ref)}`;
    const previous = this.#objects.get(key);
    if (previous) {
      const where = previous.position
        ? ` (first at ${previous.position.file}:${previous.position.line})`
        : '';
      this.problem({
        severity: 'warning',
        ...object.position,
        message: `${formatRef(
          ref,
        )} is defined more than once${where}; the last definition is used`,
        object: ref,
      });
    }
    this.#objects.set(key, object);
  }

  finish(): ManifestReading {
    return { objects: [...this.#objects.values()], problems: this.#problems };
  }
}

/**
 * Reads objects that came as JSON, from a cluster or an editor. Objects that Istio's webhook would refuse are left out and reported.
 *
 * @public
 */
export function readObjects(
  objects: readonly unknown[],
  options: { limits?: ReadLimits; defaultNamespace?: string } = {},
): ManifestReading {
  const collector = new ObjectCollector(options);
  for (const object of objects) collector.add(object);
  return collector.finish();
}
