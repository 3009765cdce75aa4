import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';

// Starts the plugin alone, on the demo world of the repository and with the catalog that stands here:
//
//   yarn workspace @mesh-auth/plugin-mesh-auth-backend start
//   curl http://localhost:7007/api/mesh-auth/entities/component/default/payments/access
//
// Every caller counts as signed in, so this is for development only.

const backend = createBackend();

backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
backend.add(
  mockServices.rootConfig.factory({
    data: {
      backend: {
        baseUrl: 'http://localhost:7007',
        listen: 'localhost:7007',
        database: { client: 'better-sqlite3', connection: ':memory:' },
      },
      meshAuth: {
        folders: [
          {
            id: 'demo',
            title: 'Demo cluster',
            paths: ['../../examples/manifests'],
          },
        ],
        clusters: [],
        keycloak: {
          exports: [
            {
              instance: 'main',
              realm: 'shop',
              file: '../../examples/realm/shop-realm.json',
            },
          ],
        },
      },
    },
  }),
);
backend.add(
  catalogServiceMock.factory({
    entities: ['frontend', 'orders', 'products', 'payments', 'inventory'].map(
      name => ({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name,
          namespace: 'default',
          annotations: {
            'backstage.io/kubernetes-namespace': 'shop',
            'backstage.io/kubernetes-label-selector': `app=${name}`,
            'mesh-auth.io/keycloak-client': `main/shop/${name}`,
          },
        },
        spec: { type: 'service', lifecycle: 'experimental', owner: 'shop' },
      }),
    ),
  }),
);
backend.add(import('../src'));

backend.start();
