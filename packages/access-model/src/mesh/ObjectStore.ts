import { groupOf } from '../manifests/objectRef';
import type { MeshObject } from '../manifests/types';

type ByName = ReadonlyMap<string, MeshObject>;
type ByNamespace = ReadonlyMap<string, ByName>;

const NONE: readonly MeshObject[] = [];

/** `group/Kind` of an object. @internal */
export function kindOf(object: MeshObject): string {
  return `${groupOf(object.apiVersion)}/${object.kind}`;
}

/**
 * Order in which istiod sees objects of one kind: oldest first, then by name and namespace. Objects without a creation time (manifests in a
 * folder) count as equally old.
 *
 * Istio: pilot/pkg/model, sortConfigByCreationTime.
 *
 * @internal
 */
export function byCreation(a: MeshObject, b: MeshObject): number {
  const timeA = a.metadata.creationTimestamp ?? '';
  const timeB = b.metadata.creationTimestamp ?? '';
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  const nameA = `${a.metadata.name}.${a.metadata.namespace ?? ''}`;
  const nameB = `${b.metadata.name}.${b.metadata.namespace ?? ''}`;
  if (nameA === nameB) return 0;
  return nameA < nameB ? -1 : 1;
}

/** Objects by kind, namespace and name; never changed, only copied where it changes. @internal */
export class ObjectStore {
  readonly #kinds: ReadonlyMap<string, ByNamespace>;

  private constructor(kinds: ReadonlyMap<string, ByNamespace>) {
    this.#kinds = kinds;
  }

  static of(objects: Iterable<MeshObject>): ObjectStore {
    const kinds = new Map<string, Map<string, Map<string, MeshObject>>>();
    for (const object of objects) {
      const kind = kindOf(object);
      let namespaces = kinds.get(kind);
      if (!namespaces) kinds.set(kind, (namespaces = new Map()));
      const namespace = object.metadata.namespace ?? '';
      let names = namespaces.get(namespace);
      if (!names) namespaces.set(namespace, (names = new Map()));
      names.set(object.metadata.name, object);
    }
    return new ObjectStore(kinds);
  }

  get(kind: string, namespace: string, name: string): MeshObject | undefined {
    return this.#kinds.get(kind)?.get(namespace)?.get(name);
  }

  /** Objects of one kind, in one namespace or in all. */
  list(kind: string, namespace?: string): readonly MeshObject[] {
    const namespaces = this.#kinds.get(kind);
    if (!namespaces) return NONE;
    if (namespace !== undefined) {
      const names = namespaces.get(namespace);
      return names ? [...names.values()] : NONE;
    }
    const all: MeshObject[] = [];
    for (const names of namespaces.values()) all.push(...names.values());
    return all;
  }

  kinds(): string[] {
    return [...this.#kinds.keys()];
  }

  count(): number {
    let count = 0;
    for (const namespaces of this.#kinds.values()) {
      for (const names of namespaces.values()) count += names.size;
    }
    return count;
  }

  /** A copy in which one object is set, or removed where `object` is absent. */
  with(
    kind: string,
    key: { namespace?: string; name: string },
    object: MeshObject | undefined,
  ): ObjectStore {
    const namespace = key.namespace ?? '';
    const kinds = new Map(this.#kinds);
    const namespaces = new Map(kinds.get(kind));
    const names = new Map(namespaces.get(namespace));
    if (object) names.set(key.name, object);
    else names.delete(key.name);
    namespaces.set(namespace, names);
    kinds.set(kind, namespaces);
    return new ObjectStore(kinds);
  }
}
