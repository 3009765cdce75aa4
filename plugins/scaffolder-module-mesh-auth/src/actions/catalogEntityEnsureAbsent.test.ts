import { createMockDirectory } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { runAction } from '../__testUtils__/runAction';
import { createCatalogEntityEnsureAbsentAction } from './catalogEntityEnsureAbsent';

describe('mesh-auth:catalog-entity:ensure-absent', () => {
  const workspacePath = createMockDirectory().path;
  const action = createCatalogEntityEnsureAbsentAction({
    catalog: catalogServiceMock({
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'orders', namespace: 'default' },
        },
      ],
    }),
  });

  it('goes on where there is no such entity', async () => {
    const { outputs } = await runAction({
      action,
      input: { entityRef: 'returns' },
      workspacePath,
    });
    expect(outputs).toEqual({ entityRef: 'component:default/returns' });
  });

  it('stops where there is one', async () => {
    await expect(
      runAction({
        action,
        input: { entityRef: 'component:default/Orders' },
        workspacePath,
      }),
    ).rejects.toThrow('component:default/orders exists already');
  });

  it('lets a retry pass, once its own entity is there', async () => {
    await expect(
      runAction({
        action,
        input: { entityRef: 'orders' },
        workspacePath,
        checkpoints: {
          'mesh-auth.entity-is-absent.component:default/orders': true,
        },
      }),
    ).resolves.toBeDefined();
  });

  it('refuses what is no reference', async () => {
    await expect(
      runAction({ action, input: { entityRef: 'component:' }, workspacePath }),
    ).rejects.toThrow();
  });
});
