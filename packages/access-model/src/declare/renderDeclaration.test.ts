import { renderDeclaration } from './renderDeclaration';
import { renderEdpKeycloakClient } from './edpKeycloakClient';
import { renderArgoCdApplication, renderKustomization } from './delivery';
import { toManifestYaml } from './manifestYaml';
import {
  ownWall,
  programInterface,
  returnsClient,
  webApplication,
} from './__testUtils__/examples';

describe('renderDeclaration', () => {
  it.each([
    ['web application', webApplication],
    ['program interface', programInterface],
    ['wall of its own', ownWall],
  ])('writes the same files for the same declaration: %s', (_, declaration) => {
    const text = renderDeclaration(declaration)
      .map(({ path, manifest }) => `# ${path}\n${toManifestYaml(manifest)}`)
      .join('---\n');
    expect(text).toMatchSnapshot();
  });

  it('closes a service that nobody may call', () => {
    const { exposure: _, ...service } = webApplication;
    const policies = renderDeclaration({ ...service, rules: [], callers: [] })
      .map(file => file.manifest)
      .filter(manifest => manifest.kind === 'AuthorizationPolicy');
    expect(policies.map(policy => policy.spec)).toEqual([
      { selector: { matchLabels: { app: 'returns' } }, action: 'ALLOW' },
    ]);
  });

  it('refuses a declaration that does not hold', () => {
    expect(() => renderDeclaration({ ...webApplication, rules: [] })).toThrow(
      'rules: a service behind a gateway needs at least one rule',
    );
  });
});

describe('files beside the access', () => {
  it('writes the Keycloak client', () => {
    expect(
      toManifestYaml(renderEdpKeycloakClient(returnsClient)),
    ).toMatchSnapshot();
  });

  it('writes the delivery', () => {
    expect(
      toManifestYaml(
        renderArgoCdApplication(webApplication.service, {
          repositoryUrl: 'https://git.example.com/shop/returns.git',
          targetRevision: 'main',
          path: 'deploy',
          project: 'services',
          namespace: 'argocd',
          server: 'https://kubernetes.default.svc',
        }),
      ),
    ).toMatchSnapshot();
    expect(
      toManifestYaml(renderKustomization(['service.yaml', 'deployment.yaml'])),
    ).toMatchSnapshot();
  });
});
