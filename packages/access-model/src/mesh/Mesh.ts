import { formatRef } from '../manifests/objectRef';
import type {
  ManifestProblem,
  MeshObject,
  ObjectRef,
} from '../manifests/types';
import { KIND } from './kinds';
import { findMeshConfig } from './MeshConfig';
import type { MeshConfig } from './MeshConfig';
import { kindOf, ObjectStore } from './ObjectStore';
import { servicesOf } from './services';
import type { MeshService } from './services';
import { workloadsOf } from './workloads';
import type { Workload } from './workloads';

/** One object that came, went or changed. @internal */
export interface Change {
  kind: string;
  before?: MeshObject;
  after?: MeshObject;
}

/**
 * Something computed from a mesh once and kept with it: what it is computed from is written down, so that a changed object only throws away
 * what depends on it.
 *
 * @internal
 */
export interface Derivation<T> {
  /** `group/Kind`s that it reads. */
  kinds: ReadonlySet<string>;
  build(mesh: Mesh): T;
  /** Carries the value over a change; where absent or where it returns `undefined`, the value is built anew. */
  patch?(previous: T, change: Change, mesh: Mesh): T | undefined;
}

/**
 * An immutable picture of one mesh: objects, indexes and what was derived from them.
 *
 * @public
 */
export class Mesh {
  readonly #store: ObjectStore;
  readonly #derived = new Map<Derivation<any>, unknown>();
  readonly meshConfig: MeshConfig;
  /** What was wrong with the objects. */
  readonly problems: readonly ManifestProblem[];

  private constructor(options: {
    store: ObjectStore;
    meshConfig: MeshConfig;
    problems: readonly ManifestProblem[];
  }) {
    this.#store = options.store;
    this.meshConfig = options.meshConfig;
    this.problems = options.problems;
  }

  /** @internal */
  static create(options: {
    objects: Iterable<MeshObject>;
    problems?: readonly ManifestProblem[];
  }): Mesh {
    const store = ObjectStore.of(options.objects);
    const { config, problems } = findMeshConfig(store.list(KIND.configMap));
    return new Mesh({
      store,
      meshConfig: config,
      problems: [...(options.problems ?? []), ...problems],
    });
  }

  /** Objects of a kind (`group/Kind`), in one namespace or in all. */
  list<Spec = any>(
    kind: string,
    namespace?: string,
  ): readonly MeshObject<Spec>[] {
    return this.#store.list(kind, namespace);
  }

  /** One object, by kind (`group/Kind`), namespace (empty for cluster-scoped kinds) and name. */
  get<Spec = any>(
    kind: string,
    namespace: string,
    name: string,
  ): MeshObject<Spec> | undefined {
    return this.#store.get(kind, namespace, name);
  }

  /** The object that a reference names. */
  resolve(ref: ObjectRef): MeshObject | undefined {
    return this.get(`${ref.group}/${ref.kind}`, ref.namespace ?? '', ref.name);
  }

  /** All objects, kind by kind. */
  get objects(): readonly MeshObject[] {
    return this.#store.kinds().flatMap(kind => [...this.#store.list(kind)]);
  }

  /** Number of objects. */
  get size(): number {
    return this.#store.count();
  }

  /** Services of Kubernetes and of ServiceEntries. */
  services(): readonly MeshService[] {
    return servicesOf(this).all;
  }

  /** Deployments, stateful and daemon sets, pods of nobody, and workload entries. */
  workloads(): readonly Workload[] {
    return workloadsOf(this).all;
  }

  /** A mesh in which one object is added or replaced; what does not depend on it is kept. */
  replace(object: MeshObject): Mesh {
    const kind = kindOf(object);
    const { namespace = '', name } = object.metadata;
    return this.#change({
      kind,
      before: this.get(kind, namespace, name),
      after: object,
    });
  }

  /** A mesh without an object. */
  remove(ref: ObjectRef): Mesh {
    const before = this.resolve(ref);
    return before ? this.#change({ kind: kindOf(before), before }) : this;
  }

  #change(change: Change): Mesh {
    const { metadata } = (change.after ?? change.before)!;
    const store = this.#store.with(change.kind, metadata, change.after);
    const isConfig =
      change.kind === KIND.configMap && metadata.name === 'istio';
    const found = isConfig
      ? findMeshConfig(store.list(KIND.configMap))
      : undefined;
    const mesh = new Mesh({
      store,
      meshConfig: found?.config ?? this.meshConfig,
      problems: this.problems,
    });
    // The mesh configuration reaches everywhere.
    if (isConfig) return mesh;
    for (const [derivation, value] of this.#derived) {
      if (!derivation.kinds.has(change.kind)) {
        mesh.#derived.set(derivation, value);
        continue;
      }
      const patched = derivation.patch?.(value, change, mesh);
      if (patched !== undefined) mesh.#derived.set(derivation, patched);
    }
    return mesh;
  }

  /** The value of a derivation, built at first use. @internal */
  derive<T>(derivation: Derivation<T>): T {
    if (this.#derived.has(derivation))
      return this.#derived.get(derivation) as T;
    const value = derivation.build(this);
    this.#derived.set(derivation, value);
    return value;
  }

  /** For error messages and logs. */
  toString(): string {
    return `Mesh(${this.size} objects)`;
  }
}

/**
 * Builds a mesh from objects that were read.
 *
 * @public
 */
export function createMesh(options: {
  objects: Iterable<MeshObject>;
  problems?: readonly ManifestProblem[];
}): Mesh {
  return Mesh.create(options);
}

/** Words for an object in messages. @internal */
export function nameOf(object: MeshObject): string {
  return formatRef({ kind: object.kind, ...object.metadata });
}
