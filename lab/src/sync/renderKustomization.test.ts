import { renderKustomization } from './renderKustomization';

const map = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

function render(files: Record<string, string>) {
  return renderKustomization(new Map(Object.entries(files)), 'deploy').map(
    ({ metadata }) => metadata,
  );
}

describe('renderKustomization', () => {
  it('reads the listed files and folders, in order', () => {
    expect(
      render({
        'deploy/kustomization.yaml':
          'namespace: shop\nresources: [b.yaml, ../base, sub]',
        'deploy/a.yaml': map('unlisted'),
        'deploy/b.yaml': map('b'),
        'base/kustomization.yml': 'resources: [c.yaml]',
        'base/c.yaml': map('c'),
        'deploy/sub/d.yaml': map('d'),
      }),
    ).toEqual([
      { name: 'b', namespace: 'shop' },
      { name: 'c', namespace: 'shop' },
      { name: 'd', namespace: 'shop' },
    ]);
  });

  it('reads every file of a folder without kustomization, but none below it', () => {
    expect(
      render({
        'deploy/b.yaml': map('b'),
        'deploy/a.yml': `${map('a')}---\n${map('a2')}`,
        'deploy/sub/c.yaml': map('c'),
        'other.yaml': map('other'),
      }).map(({ name }) => name),
    ).toEqual(['a', 'a2', 'b']);
  });

  it.each([
    ['resources: [missing.yaml]', 'there is no resource missing.yaml'],
    ['patches: [{ path: p.yaml }]', 'patches is not understood'],
  ])('refuses %s', (kustomization, reason) => {
    expect(() =>
      render({ 'deploy/kustomization.yaml': kustomization }),
    ).toThrow(reason);
  });

  it('names the file that is no YAML', () => {
    expect(() => render({ 'deploy/a.yaml': 'a: [1' })).toThrow('deploy/a.yaml');
  });
});
