import * as fc from 'fast-check';
import { parse } from 'yaml';
import { Manifest } from './types';
import { parseDeclaration } from './parseDeclaration';
import { renderDeclaration } from './renderDeclaration';
import { toManifestYaml } from './manifestYaml';
import { declarations } from './__testUtils__/arbitraries';
import { webApplication } from './__testUtils__/examples';

function written(manifest: Manifest): Manifest {
  return parse(toManifestYaml(manifest), { version: '1.1' });
}

describe('parseDeclaration', () => {
  it('reads back what was rendered, through the text of the files', () => {
    fc.assert(
      fc.property(declarations, declaration => {
        const manifests = renderDeclaration(declaration).map(file =>
          written(file.manifest),
        );
        expect(parseDeclaration(manifests, declaration.service.name)).toEqual({
          declaration,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('writes the same text for YAML 1.1 and YAML 1.2 readers', () => {
    fc.assert(
      fc.property(declarations, declaration => {
        for (const { manifest } of renderDeclaration(declaration)) {
          const text = toManifestYaml(manifest);
          expect(parse(text, { version: '1.1' })).toEqual(manifest);
          expect(parse(text, { version: '1.2' })).toEqual(manifest);
        }
      }),
      { numRuns: 200 },
    );
  });

  function changed(
    kind: string,
    change: (manifest: Manifest) => void,
  ): ReturnType<typeof parseDeclaration> {
    const manifests = renderDeclaration(webApplication).map(file =>
      written(file.manifest),
    );
    change(manifests.find(manifest => manifest.kind === kind)!);
    return parseDeclaration(manifests, 'returns');
  }

  it('leaves alone what does not concern access', () => {
    expect(
      changed('Deployment', manifest => {
        (manifest.spec as { replicas: number }).replicas = 7;
      }),
    ).toEqual({ declaration: webApplication });
  });

  it.each<[string, (spec: any) => void, string]>([
    [
      'AuthorizationPolicy',
      spec => spec.rules[0].to[0].operation.paths.push('/x*'),
      'AuthorizationPolicy/returns',
    ],
    [
      'AuthorizationPolicy',
      spec => {
        spec.rules[0].to[0].operation.notPaths = ['/y'];
      },
      'AuthorizationPolicy/returns',
    ],
    [
      'AuthorizationPolicy',
      spec => {
        spec.rules[0].from[0].source.namespaces = ['y'];
      },
      'AuthorizationPolicy/returns',
    ],
    [
      'AuthorizationPolicy',
      spec => {
        spec.action = 'DENY';
      },
      'AuthorizationPolicy/returns',
    ],
    [
      'RequestAuthentication',
      spec => {
        spec.jwtRules[0].audiences.push('other');
      },
      'RequestAuthentication/returns',
    ],
    [
      'VirtualService',
      spec => {
        spec.http[1].rewrite = { uri: '/' };
      },
      'VirtualService/returns',
    ],
    [
      'VirtualService',
      spec => spec.hosts.push('b.example.com'),
      'VirtualService/returns',
    ],
    [
      'PeerAuthentication',
      spec => {
        spec.mtls.mode = 'PERMISSIVE';
      },
      'PeerAuthentication/returns',
    ],
  ])('refuses %s that says more than a declaration', (kind, change, field) => {
    const result = changed(kind, manifest => change(manifest.spec));
    expect(result.problems?.map(problem => problem.field)).toEqual([field]);
  });

  it('names a missing object', () => {
    const manifests = renderDeclaration(webApplication).map(
      file => file.manifest,
    );
    expect(
      parseDeclaration(
        manifests.filter(({ kind }) => kind !== 'RequestAuthentication'),
        'returns',
      ).problems,
    ).toEqual([
      {
        field: 'RequestAuthentication/returns',
        message: expect.stringContaining('is missing'),
      },
    ]);
  });
});
