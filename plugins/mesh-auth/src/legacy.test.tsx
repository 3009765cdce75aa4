import { Entity } from '@backstage/catalog-model';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import { FixtureMeshAuthApi } from '../dev/FixtureMeshAuthApi';
import {
  EntityAccessCard,
  EntityAccessContent,
  isMeshAuthAvailable,
  meshAuthApiRef,
  meshAuthPlugin,
} from './legacy';

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'payments', namespace: 'default' },
  spec: { type: 'service' },
};

function inEntity(element: JSX.Element) {
  return (
    <TestApiProvider apis={[[meshAuthApiRef, new FixtureMeshAuthApi()]]}>
      <EntityProvider entity={entity}>{element}</EntityProvider>
    </TestApiProvider>
  );
}

describe('the plugin in an app on the old frontend system', () => {
  it('shows the card without a tab to link to', async () => {
    await renderInTestApp(inEntity(<EntityAccessCard />), {
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    });

    expect(
      await screen.findByText('Login wall oauth2-proxy'),
    ).toBeInTheDocument();
    expect(screen.queryByText('All about access')).not.toBeInTheDocument();
  });

  it('shows the tab', async () => {
    await renderInTestApp(
      <Routes>
        <Route path="/access" element={inEntity(<EntityAccessContent />)} />
      </Routes>,
      { routeEntries: ['/access'] },
    );

    expect(
      await screen.findByRole('tab', { name: /Policies/ }),
    ).toBeInTheDocument();
  });

  it('offers the API and says for which entities it stands', () => {
    expect([...meshAuthPlugin.getApis()].map(({ api }) => api)).toEqual([
      meshAuthApiRef,
    ]);
    expect(isMeshAuthAvailable(entity)).toBe(true);
    expect(isMeshAuthAvailable({ ...entity, spec: { type: 'library' } })).toBe(
      false,
    );
  });
});
