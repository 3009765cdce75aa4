import { Entity } from '@backstage/catalog-model';
import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { meshAuthApiRef, meshAuthPlugin } from '../src';
import { meshAuthTranslationsModule } from '../src/translations';
import { FixtureMeshAuthApi } from './FixtureMeshAuthApi';
import { accessByName } from './fixtures/states';

const names = [
  ...Object.keys(accessByName),
  'loading',
  'denied',
  'failing',
  'offline',
];

const entities: Entity[] = names.map(name => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', lifecycle: 'production', owner: 'team-payments' },
}));

const fixtures = {
  catalog: ApiBlueprint.make({
    params: defineParams =>
      defineParams({
        api: catalogApiRef,
        deps: {},
        factory: () => catalogApiMock({ entities }),
      }),
  }),
  meshAuth: ApiBlueprint.make({
    params: defineParams =>
      defineParams({
        api: meshAuthApiRef,
        deps: {},
        factory: () => new FixtureMeshAuthApi(),
      }),
  }),
};

createDevApp({
  features: [
    catalogPlugin,
    meshAuthPlugin,
    meshAuthTranslationsModule,
    createFrontendModule({
      pluginId: 'catalog',
      extensions: [fixtures.catalog],
    }),
    createFrontendModule({
      pluginId: 'mesh-auth',
      extensions: [fixtures.meshAuth],
    }),
  ],
});
