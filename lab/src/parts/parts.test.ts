import { artifactNamed } from '../build/artifacts';
import { portNames } from '../settings';
import { parts, partNamed, partsWithNeeds } from './parts';
import { replaceSettings } from './oauth2Proxy';

describe('parts', () => {
  it('come after what they need, and know their artifacts', () => {
    const before = new Set<string>();
    for (const part of parts) {
      for (const need of part.needs) {
        expect(before).toContain(need);
      }
      before.add(part.name);
      part.artifacts.forEach(artifactNamed);
    }
    expect(before.size).toBe(parts.length);
  });

  it('share no port and no process', () => {
    const ports = parts.flatMap(part => part.ports);
    expect(new Set(ports).size).toBe(ports.length);
    ports.forEach(port => expect(portNames).toContain(port));
    const processes = parts.flatMap(part => part.processNames);
    expect(new Set(processes).size).toBe(processes.length);
  });

  it('bring their needs along', () => {
    expect(partsWithNeeds(['kubernetes']).map(({ name }) => name)).toEqual([
      'etcd',
      'kubernetes',
    ]);
    expect(partsWithNeeds([])).toEqual(parts);
    expect(() => partNamed('docker')).toThrow(
      'No part named docker; there are postgresql, ',
    );
  });
});

describe('replaceSettings', () => {
  it('replaces lines by name and adds what was missing', () => {
    expect(
      replaceSettings('# a = 1\na = 1\naa = 2\nb = "x = y"', {
        a: '3',
        c: 'false',
      }),
    ).toBe('# a = 1\naa = 2\nb = "x = y"\na = 3\nc = false\n');
  });
});
