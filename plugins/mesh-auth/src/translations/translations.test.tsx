import { Entity } from '@backstage/catalog-model';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { FixtureMeshAuthApi } from '../../dev/FixtureMeshAuthApi';
import { meshAuthApiRef } from '../api';
import { meshAuthPlugin } from '../plugin';
import { meshAuthTranslationsModule } from './meshAuthTranslationsModule';

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'payments', namespace: 'default' },
  spec: { type: 'service' },
};

describe('the German translation', () => {
  it('is shown when the app speaks German', async () => {
    renderTestApp({
      features: [meshAuthPlugin, meshAuthTranslationsModule],
      extensions: [createTestEntityPage({ entity })],
      apis: [[meshAuthApiRef, new FixtureMeshAuthApi()]],
      config: {
        app: {
          extensions: [
            { 'entity-content:mesh-auth/access': false },
            {
              'api:app/app-language': {
                config: { defaultLanguage: 'de', availableLanguages: ['de'] },
              },
            },
          ],
        },
      },
    });

    expect(
      await screen.findByText('Anmeldung über oauth2-proxy'),
    ).toBeInTheDocument();
    expect(screen.getByText('jeder im Mesh')).toBeInTheDocument();
    expect(
      screen.getAllByText('41 Personen · 1 Dienst')[0],
    ).toBeInTheDocument();
  });
});
