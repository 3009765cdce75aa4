import * as fc from 'fast-check';
import { parse } from 'yaml';
import { patchYaml } from './patchYaml';
import { renderDeclaration } from './renderDeclaration';
import { toManifestYaml } from './manifestYaml';
import { declarations } from './__testUtils__/arbitraries';

const text = `# Who may call.
kind: AuthorizationPolicy
spec:
  # For everyone.
  rules:
    # Readers.
    - to: [/a] # inline
      who: reader
    # Editors.
    - to: [/b]
      who: editor # until May
  action: ALLOW
`;

describe('patchYaml', () => {
  it('leaves a text alone that says the value already', () => {
    expect(patchYaml(text, parse(text))).toBe(text);
  });

  it('keeps comments and order around what changes', () => {
    expect(
      patchYaml(text, {
        kind: 'AuthorizationPolicy',
        spec: {
          action: 'ALLOW',
          rules: [
            { to: ['/a'], who: 'reader' },
            { to: ['/b', '/c'], who: 'admin' },
          ],
        },
      }),
    ).toBe(
      text.replace('[/b]', '[/b, /c]').replace('who: editor', 'who: admin'),
    );
  });

  it('adds and removes without touching the neighbours', () => {
    const value = parse(text);
    value.spec.rules.splice(1, 0, { to: ['/new'], who: 'y' });
    const added = patchYaml(text, value);
    expect(added).toContain('    # Editors.\n    - to: [/b]\n');
    expect(added).toContain('who: "y"');
    value.spec.rules.splice(0, 2);
    delete value.spec.action;
    const removed = patchYaml(added, value);
    expect(removed).not.toContain('reader');
    expect(removed).not.toContain('ALLOW');
    expect(removed).toContain('who: editor # until May');
    expect(parse(removed)).toEqual(value);
  });

  it('gives exactly the value, from any manifest to any other', () => {
    fc.assert(
      fc.property(declarations, declarations, (before, after) => {
        const wanted = new Map(
          renderDeclaration(after).map(file => [file.path, file.manifest]),
        );
        const shared = renderDeclaration(before).filter(file =>
          wanted.has(file.path),
        );
        for (const { path, manifest } of shared) {
          const target = wanted.get(path)!;
          const patched = patchYaml(toManifestYaml(manifest), target);
          expect(parse(patched, { version: '1.1' })).toEqual(target);
          expect(parse(patched, { version: '1.2' })).toEqual(target);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is no YAML', () => {
    expect(() => patchYaml('a: [', {})).toThrow();
  });
});
