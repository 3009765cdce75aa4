import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { scaffolderConfigData } from './__testUtils__/scaffolderConfig';
import { scaffolderModuleMeshAuth } from './module';

function start(scaffolder?: object) {
  const addActions = jest.fn();
  const backend = startTestBackend({
    extensionPoints: [[scaffolderActionsExtensionPoint, { addActions }]],
    features: [
      catalogServiceMock.factory(),
      scaffolderModuleMeshAuth,
      mockServices.rootConfig.factory({
        data: scaffolder ? { meshAuth: { scaffolder } } : {},
      }),
    ],
  });
  return { backend, addActions };
}

describe('scaffolderModuleMeshAuth', () => {
  it.each([scaffolderConfigData, undefined])(
    'adds its actions, with and without configuration',
    async configuration => {
      const { backend, addActions } = start(configuration);
      await (await backend).stop();
      expect(
        addActions.mock.calls[0].map((action: { id: string }) => action.id),
      ).toEqual([
        'mesh-auth:catalog-entity:ensure-absent',
        'mesh-auth:keycloak-client:generate',
        'mesh-auth:sealed-secret:generate',
        'mesh-auth:access:change',
        'mesh-auth:check',
        'mesh-auth:argocd-application:generate',
        'mesh-auth:istio-manifests:generate',
      ]);
    },
  );

  it.each([
    [{ hosts: [{ host: 'A.example.com' }] }, 'either host or domain'],
    [{ hosts: [{}] }, 'either host or domain'],
    [
      { gateways: [{ id: 'a', kind: 'nginx', namespace: 'b', name: 'c' }] },
      'kind is "nginx", expected istio or gatewayApi',
    ],
    [{ reservedNamespaces: ['A'] }, '"A" is not a namespace'],
    [{ realms: [{ name: 'a/b' }] }, '"a/b" is not a name of a realm'],
  ])('refuses %j when the backend starts', async (configuration, message) => {
    await expect(start(configuration).backend).rejects.toThrow(message);
  });
});
