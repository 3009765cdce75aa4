import fs from 'fs-extra';
import path from 'path';
import { artifacts } from './build/artifacts';
import { labPackage } from './paths';
import { versions } from './versions';

/** Folder under lab/go to the module whose version counts, and that version. */
const modules: Record<string, [module: string, version: string]> = {
  kubernetes: ['k8s.io/kubernetes', `v${versions.kubernetes}`],
  istio: ['istio.io/istio', versions.istioModule],
  'oauth2-proxy': [
    'github.com/oauth2-proxy/oauth2-proxy/v7',
    `v${versions.oauth2Proxy}`,
  ],
  'edp-keycloak-operator': [
    'github.com/epam/edp-keycloak-operator',
    `v${versions.keycloakOperator}`,
  ],
  'sealed-secrets': [
    'github.com/bitnami-labs/sealed-secrets',
    `v${versions.sealedSecrets}`,
  ],
  'gateway-api': ['sigs.k8s.io/gateway-api', `v${versions.gatewayApi}`],
  'argo-cd': ['github.com/argoproj/argo-cd/v3', `v${versions.argoCd}`],
};

describe('versions', () => {
  it('are those of the Go modules that are built, each pinned by a go.sum', async () => {
    const folders = await fs.readdir(path.join(labPackage, 'go'));
    expect(folders.sort()).toEqual(Object.keys(modules).sort());
    for (const [folder, [module, version]] of Object.entries(modules)) {
      const read = (file: string) =>
        fs.readFile(path.join(labPackage, 'go', folder, file), 'utf8');
      const required = (await read('go.mod'))
        .split('\n')
        .map(line => line.replace(/^require /, '').trim())
        .filter(line => line.startsWith(`${module} `));
      expect(required.map(line => line.split(' ')[1])).toEqual([version]);
      expect(await read('go.sum')).toContain(`${module} ${version} h1:`);
    }
  });

  it('name the folder of each artifact in the cache', () => {
    const known = new Set<string>(Object.values(versions));
    for (const artifact of artifacts) {
      expect(known).toContain(artifact.version);
    }
    expect(new Set(artifacts.map(({ name }) => name)).size).toBe(
      artifacts.length,
    );
  });
});
