import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import type { SourceReading } from '@mesh-auth/plugin-mesh-auth-node';
import { waitFor } from '../../__testUtils__/waitFor';
import { FolderSource } from './FolderSource';

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
spec:
  ports:
    - port: 80
`;
}

describe('FolderSource', () => {
  const folder = createMockDirectory();
  let source: FolderSource;
  let readings: SourceReading[];

  const last = () => readings[readings.length - 1];
  const names = () =>
    last().cluster?.objects.map(object => object.metadata.name);

  async function write(path: string, text: string) {
    await mkdir(dirname(folder.resolve(path)), { recursive: true });
    await writeFile(folder.resolve(path), text);
  }

  function startSource(paths: string[]) {
    readings = [];
    source = new FolderSource({
      id: 'demo',
      title: 'Demo',
      paths,
      root: folder.path,
      logger: mockServices.logger.mock(),
    });
    source.start(reading => readings.push(reading));
  }

  beforeEach(() => folder.clear());
  afterEach(() => source.stop());

  it('reads folders and globs and sees files come, change and go', async () => {
    await write('manifests/a.yaml', service('a'));
    await write('manifests/deep/er/b.yml', service('b'));
    await write('manifests/node_modules/x/c.yaml', service('no'));
    await write('manifests/README.md', 'no');
    await write('repositories/one/deploy/d.yaml', service('d'));
    await write('repositories/one/other/e.yaml', service('no'));
    startSource(['manifests', 'repositories/*/deploy']);
    expect(last()).toEqual({ state: 'loading', warnings: [] });
    await waitFor(() => expect(last().state).toBe('live'));
    expect(names()).toEqual(['a', 'b', 'd']);
    expect(last().cluster?.cluster).toBe('demo');
    expect(last().cluster?.objects[1].position).toEqual({
      file: 'manifests/deep/er/b.yml',
      line: 1,
    });

    await write('repositories/two/deploy/f.yaml', service('f'));
    await write('manifests/a.yaml', service('a2'));
    await rm(folder.resolve('manifests/deep'), { recursive: true });
    await waitFor(() => expect(names()).toEqual(['a2', 'd', 'f']));
  });

  it('keeps the objects of untouched files as they are', async () => {
    await write('manifests/a.yaml', service('a'));
    await write('manifests/b.yaml', service('b'));
    startSource(['manifests']);
    await waitFor(() => expect(names()).toEqual(['a', 'b']));
    const [a] = last().cluster!.objects;
    await write('manifests/b.yaml', service('c'));
    await waitFor(() => expect(names()).toEqual(['a', 'c']));
    expect(last().cluster!.objects[0]).toBe(a);
  });

  it('finds a folder that is made later', async () => {
    startSource(['late/repositories/*/deploy']);
    await waitFor(() => expect(last().state).toBe('live'));
    expect(last().warnings).toEqual([
      { message: 'no manifest found in late/repositories/*/deploy' },
    ]);
    await write('late/repositories/one/deploy/a.yaml', service('a'));
    await waitFor(() => expect(names()).toEqual(['a']));
    expect(last().warnings).toEqual([]);
  });

  it('reports a malformed manifest with file and line and uses the others', async () => {
    await write('manifests/a.yaml', `${service('a')}---\nkind: [unclosed\n`);
    await write(
      'manifests/b.yaml',
      `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: b
  namespace: shop
spec:
  action: PERHAPS
`,
    );
    await write('manifests/c.yaml', service('c'));
    startSource(['manifests']);
    await waitFor(() => expect(last().state).toBe('live'));
    expect(names()).toEqual(['a', 'c']);
    expect(last().warnings).toEqual([
      {
        message: expect.stringMatching(/not valid YAML/),
        file: 'manifests/a.yaml',
        line: expect.any(Number),
      },
      {
        message: expect.stringMatching(/PERHAPS|action/),
        file: 'manifests/b.yaml',
        line: 7,
      },
    ]);
    await write('manifests/a.yaml', service('a'));
    await waitFor(() => expect(last().warnings).toHaveLength(1));
  });

  it('never shows where the files lie on this machine', async () => {
    await write('manifests/a.yaml', 'kind: [');
    await mkdir(join(folder.path, 'manifests/dir.yaml'));
    startSource([folder.resolve('manifests')]);
    await waitFor(() => expect(last().state).toBe('live'));
    expect(JSON.stringify(last())).not.toContain(folder.path);
  });
});
