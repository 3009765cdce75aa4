import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Seeing where an entity is reachable: its exposures, its workloads and the sources behind them.
 *
 * @public
 */
export const meshAuthExposureReadPermission = createPermission({
  name: 'mesh-auth.exposure.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Seeing who may call an entity and why: policies, JWT rules, roles, access rows, clients, findings and traces.
 *
 * @public
 */
export const meshAuthAccessReadPermission = createPermission({
  name: 'mesh-auth.access.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Seeing who and how many hold the roles that open an entity.
 *
 * @public
 */
export const meshAuthHoldersReadPermission = createPermission({
  name: 'mesh-auth.holders.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Seeing the sources and what the whole fleet exposes.
 *
 * @public
 */
export const meshAuthFleetReadPermission = createPermission({
  name: 'mesh-auth.fleet.read',
  attributes: { action: 'read' },
});

/**
 * Laying manifests over the snapshot to see the access that they would give.
 *
 * @public
 */
export const meshAuthPreviewUsePermission = createPermission({
  name: 'mesh-auth.preview.use',
  attributes: {},
});

/**
 * All permissions of mesh-auth.
 *
 * @public
 */
export const meshAuthPermissions = [
  meshAuthExposureReadPermission,
  meshAuthAccessReadPermission,
  meshAuthHoldersReadPermission,
  meshAuthFleetReadPermission,
  meshAuthPreviewUsePermission,
];
