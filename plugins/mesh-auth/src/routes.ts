import {
  createExternalRouteRef,
  createRouteRef,
} from '@backstage/core-plugin-api';

/**
 * The tab "Access" of an entity.
 *
 * Route refs of `@backstage/core-plugin-api` work in both frontend systems.
 */
export const accessRouteRef = createRouteRef({ id: 'mesh-auth.access' });

/**
 * What the card links to. It resolves to {@link accessRouteRef} by default and
 * to nothing in an app that has turned the tab off.
 */
export const accessTabRouteRef = createExternalRouteRef({
  id: 'access-tab',
  optional: true,
  defaultTarget: 'mesh-auth.access',
});
