import {
  ApiBlueprint,
  createFrontendPlugin,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { RiShieldKeyholeLine } from '@remixicon/react';
import { z } from 'zod';
import { meshAuthApiRef, MeshAuthApiClient } from './api';
import { accessEntityFilter } from './filter';
import { accessRouteRef, accessTabRouteRef } from './routes';

const MIN_REFRESH_SECONDS = 5;

const meshAuthApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: meshAuthApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => MeshAuthApiClient.create({ fetchApi }),
    }),
});

const entityAccessCard = EntityCardBlueprint.makeWithOverrides({
  name: 'access',
  configSchema: {
    refreshSeconds: z.number().min(MIN_REFRESH_SECONDS).optional(),
    maxAddresses: z.number().int().positive().optional(),
    maxPaths: z.number().int().positive().optional(),
  },
  factory(originalFactory, { config }) {
    return originalFactory({
      type: 'content',
      filter: accessEntityFilter,
      loader: () =>
        import('./components/AccessCard').then(({ AccessCard }) => (
          <AccessCard
            refreshSeconds={config.refreshSeconds}
            maxAddresses={config.maxAddresses}
            maxPaths={config.maxPaths}
          />
        )),
    });
  },
});

const entityAccessContent = EntityContentBlueprint.makeWithOverrides({
  name: 'access',
  configSchema: {
    refreshSeconds: z.number().min(MIN_REFRESH_SECONDS).optional(),
  },
  factory(originalFactory, { config }) {
    return originalFactory({
      path: '/access',
      title: 'Access',
      group: 'operation',
      icon: <RiShieldKeyholeLine />,
      routeRef: accessRouteRef,
      filter: accessEntityFilter,
      loader: () =>
        import('./components/AccessContent').then(({ AccessContent }) => (
          <AccessContent refreshSeconds={config.refreshSeconds} />
        )),
    });
  },
});

/**
 * Shows on an entity where it is reachable through the mesh, who may call it,
 * and why: a card on the overview and a tab.
 *
 * @public
 */
export const meshAuthPlugin = createFrontendPlugin({
  pluginId: 'mesh-auth',
  title: 'Access',
  icon: <RiShieldKeyholeLine />,
  info: { packageJson: () => import('../package.json') },
  extensions: [meshAuthApi, entityAccessCard, entityAccessContent],
  routes: { access: accessRouteRef },
  externalRoutes: { accessTab: accessTabRouteRef },
});
