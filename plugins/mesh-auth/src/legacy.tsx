/**
 * The plugin for apps on the old frontend system.
 *
 * @packageDocumentation
 */
import { Entity } from '@backstage/catalog-model';
import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { filterPredicateToFilterFunction } from '@backstage/filter-predicates';
import { meshAuthApiRef, MeshAuthApiClient } from './api';
import type { AccessCardProps } from './components/AccessCard';
import type { AccessContentProps } from './components/AccessContent';
import { accessEntityFilter } from './filter';
import { accessRouteRef, accessTabRouteRef } from './routes';

export type { AccessCardProps, AccessContentProps };
export { meshAuthApiRef, MeshAuthApiClient, type MeshAuthApi } from './api';
export { meshAuthTranslationRef } from './translation';

/**
 * The plugin.
 *
 * @public
 */
export const meshAuthPlugin = createPlugin({
  id: 'mesh-auth',
  apis: [
    createApiFactory({
      api: meshAuthApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => MeshAuthApiClient.create({ fetchApi }),
    }),
  ],
  routes: { access: accessRouteRef },
  externalRoutes: { accessTab: accessTabRouteRef },
});

/**
 * The card for an entity's overview.
 *
 * @public
 */
export const EntityAccessCard: (props: AccessCardProps) => JSX.Element =
  meshAuthPlugin.provide(
    createComponentExtension({
      name: 'EntityAccessCard',
      component: {
        lazy: () => import('./components/AccessCard').then(m => m.AccessCard),
      },
    }),
  );

/**
 * The content of an entity's tab "Access", for `EntityLayout.Route`.
 *
 * @public
 */
export const EntityAccessContent: (props: AccessContentProps) => JSX.Element =
  meshAuthPlugin.provide(
    createRoutableExtension({
      name: 'EntityAccessContent',
      component: () =>
        import('./components/AccessContent').then(m => m.AccessContent),
      mountPoint: accessRouteRef,
    }),
  );

/**
 * Whether card and tab have something to say about an entity.
 *
 * @public
 */
export const isMeshAuthAvailable: (entity: Entity) => boolean =
  filterPredicateToFilterFunction<Entity>(accessEntityFilter);
