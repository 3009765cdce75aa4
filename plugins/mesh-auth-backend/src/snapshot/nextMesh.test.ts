import { createMesh, MeshObject } from '@mesh-auth/access-model';
import { nextMesh } from './nextMesh';

function service(name: string, port = 80): MeshObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { ports: [{ port }] },
  };
}

function portsOf(mesh: ReturnType<typeof createMesh>) {
  return mesh
    .services()
    .map(({ name, ports }) => `${name}:${ports[0].number}`)
    .sort();
}

describe('nextMesh', () => {
  it('equals a mesh built anew after random changes', () => {
    let objects = Array.from({ length: 60 }, (_, i) => service(`s${i}`));
    let mesh = nextMesh({ objects });
    for (let round = 0; round < 200; round++) {
      const next = [...objects];
      const at = (round * 7919) % next.length;
      if (round % 3 === 0) {
        next[at] = service(next[at].metadata.name, 1000 + round);
      } else if (round % 3 === 1) {
        next.splice(at, 1);
      } else {
        next.push(service(`n${round}`, 2000 + round));
      }
      mesh = nextMesh({ before: { mesh, objects }, objects: next });
      objects = next;
      expect(portsOf(mesh)).toEqual(portsOf(createMesh({ objects })));
    }
  });

  it('handles one name given twice as a mesh built anew does', () => {
    const objects = Array.from({ length: 60 }, (_, i) => service(`s${i}`));
    const mesh = nextMesh({ objects });
    const next = [...objects, service('s1', 99)];
    const twice = nextMesh({ before: { mesh, objects }, objects: next });
    expect(portsOf(twice)).toEqual(portsOf(createMesh({ objects: next })));
    const once = nextMesh({ before: { mesh: twice, objects: next }, objects });
    expect(portsOf(once)).toEqual(portsOf(createMesh({ objects })));
  });
});
