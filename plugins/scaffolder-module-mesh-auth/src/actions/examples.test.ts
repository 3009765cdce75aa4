import { createMockDirectory } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { parse } from 'yaml';
import { generate } from 'selfsigned';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { createAccessChangeAction } from './accessChange';
import { createCheckAction } from './check';
import { createArgocdApplicationGenerateAction } from './argocdApplicationGenerate';
import { createSealedSecretGenerateAction } from './sealedSecretGenerate';
import { createCatalogEntityEnsureAbsentAction } from './catalogEntityEnsureAbsent';
import { createIstioManifestsGenerateAction } from './istioManifestsGenerate';
import { createKeycloakClientGenerateAction } from './keycloakClientGenerate';

describe('examples', () => {
  const workspace = createMockDirectory();
  const certificates = createMockDirectory();
  certificates.setContent({
    'tls.crt': generate([{ name: 'commonName', value: 'sealed-secrets' }], {
      keySize: 2048,
      days: 1,
    }).cert,
  });
  const config = scaffolderConfig({
    sealedSecrets: { certificateFile: certificates.resolve('tls.crt') },
  });
  const actions = [
    createCatalogEntityEnsureAbsentAction({ catalog: catalogServiceMock() }),
    createKeycloakClientGenerateAction({ config }),
    createSealedSecretGenerateAction({ config }),
    createAccessChangeAction({ config }),
    createCheckAction(),
    createArgocdApplicationGenerateAction({ config }),
    createIstioManifestsGenerateAction({
      config,
      hostLookup: { claimsOf: async () => ({ claims: [] }) },
    }),
  ];
  const examples = actions.flatMap(action =>
    (action.examples ?? []).map(
      example => [action.id, example.description, action, example] as const,
    ),
  );

  /** The service that examples of changes speak of. */
  async function createService() {
    await runAction({
      action: createIstioManifestsGenerateAction({
        config: { ...config, argocd: undefined },
        hostLookup: { claimsOf: async () => ({ claims: [] }) },
      }),
      input: {
        name: 'returns',
        host: 'returns.example.com',
        realm: 'shop',
        rules: [
          { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
          { paths: ['/items'], methods: ['POST'], access: 'loggedIn' },
        ],
      },
      workspacePath: workspace.path,
    });
    await runAction({
      action: createKeycloakClientGenerateAction({ config }),
      input: { name: 'returns', realm: 'shop', roles: [{ name: 'reader' }] },
      workspacePath: workspace.path,
    });
  }

  it.each(examples)('%s: %s', async (id, _description, action, example) => {
    workspace.clear();
    if (['mesh-auth:access:change', 'mesh-auth:check'].includes(id)) {
      await createService();
    }
    const { steps } = parse(example.example);
    expect(steps).toHaveLength(1);
    expect(steps[0].action).toBe(id);
    const { outputs } = await runAction({
      action,
      input: steps[0].input,
      workspacePath: workspace.path,
    });
    expect(Object.keys(outputs)).not.toHaveLength(0);
    expect(outputs.files ?? ['none']).not.toHaveLength(0);
  });

  it('has examples for every action', () => {
    expect(new Set(examples.map(([id]) => id)).size).toBe(actions.length);
  });
});
