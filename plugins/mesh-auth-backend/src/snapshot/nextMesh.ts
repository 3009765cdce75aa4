import { createMesh, Mesh, MeshObject, refOf } from '@mesh-auth/access-model';

/** Beyond this share of changed objects a mesh built anew is cheaper than one changed step by step. */
const STEPWISE_SHARE = 0.05;

function keyOf(object: MeshObject): string {
  const { group, kind, namespace = '', name } = refOf(object);
  return `${group}/${kind}/${namespace}/${name}`;
}

/**
 * The mesh of new objects, made from that of the old ones when only few differ, so that what was derived from the
 * others is kept. Objects are compared by identity: a source keeps those that did not change.
 *
 * @internal
 */
export function nextMesh(options: {
  before?: { mesh: Mesh; objects: readonly MeshObject[] };
  objects: readonly MeshObject[];
}): Mesh {
  const { before, objects } = options;
  if (!before) {
    return createMesh({ objects });
  }
  const old = new Set(before.objects);
  const changed = objects.filter(object => !old.delete(object));
  // What is left in `old` is gone, or has a successor under its name in `changed`.
  const successors = new Set(changed.map(keyOf));
  const gone = [...old].filter(object => !successors.has(keyOf(object)));
  const steps = changed.length + gone.length;
  // Of two objects with one name the mesh knows only one, so that taking one away would leave none.
  const namesAreUnique =
    before.mesh.size === before.objects.length &&
    new Set(objects.map(keyOf)).size === objects.length;
  if (steps > objects.length * STEPWISE_SHARE || !namesAreUnique) {
    return createMesh({ objects });
  }
  let mesh = before.mesh;
  for (const object of gone) {
    mesh = mesh.remove(refOf(object));
  }
  for (const object of changed) {
    mesh = mesh.replace(object);
  }
  return mesh;
}
