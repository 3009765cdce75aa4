import fs from 'node:fs';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import {
  catalogModuleLocalRepositories,
  meshAuthModuleDemoRealm,
  scaffolderModuleLocalGit,
} from './index';

describe('the modules of the demo', () => {
  const directory = createMockDirectory();

  async function start(meshAuthDemo: object | undefined) {
    const addEntityProvider = jest.fn();
    const addActions = jest.fn();
    await startTestBackend({
      extensionPoints: [
        [catalogProcessingExtensionPoint, { addEntityProvider } as any],
        [scaffolderActionsExtensionPoint, { addActions }],
      ],
      features: [
        catalogModuleLocalRepositories,
        scaffolderModuleLocalGit,
        mockServices.rootConfig.factory({ data: { meshAuthDemo } as any }),
      ],
    });
    return {
      providers: addEntityProvider.mock.calls
        .flat()
        .map(provider => provider.getProviderName()),
      actions: addActions.mock.calls.flat().map(action => action.id),
    };
  }

  it('add the entity provider and the action where the demo is enabled', async () => {
    expect(await start({ enabled: true, directory: directory.path })).toEqual({
      providers: ['local-repositories'],
      actions: [
        'publish:local-git',
        'fetch:local-git',
        'publish:local-git:commit',
      ],
    });
  });

  it.each([
    ['absent', undefined],
    ['not enabled', { directory: directory.path }],
    ['switched off', { enabled: false, directory: directory.path }],
  ])('add nothing where the demo is %s', async (_, demo) => {
    expect(await start(demo)).toEqual({ providers: [], actions: [] });
  });

  it('name the missing directory', async () => {
    await expect(start({ enabled: true })).rejects.toThrow(
      /meshAuthDemo\.directory/,
    );
  });

  it('write the realm before the plugin starts, where an export is named', async () => {
    directory.setContent({
      'export/shop.json': JSON.stringify({ realm: 'shop', clients: [] }),
    });
    await startTestBackend({
      features: [
        createBackendPlugin({
          pluginId: 'mesh-auth',
          register(env) {
            env.registerInit({
              deps: {},
              async init() {
                expect(
                  fs.existsSync(directory.resolve('demo/realm/shop.json')),
                ).toBe(true);
              },
            });
          },
        }),
        meshAuthModuleDemoRealm,
        mockServices.rootConfig.factory({
          data: {
            meshAuthDemo: {
              enabled: true,
              directory: directory.resolve('demo'),
              realmExport: directory.resolve('export/shop.json'),
            },
          },
        }),
      ],
    });
    expect.assertions(1);
  });
});
