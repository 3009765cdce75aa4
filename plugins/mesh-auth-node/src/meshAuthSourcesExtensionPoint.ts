import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { MeshAuthSource } from './MeshAuthSource';

/**
 * Adds sources to the mesh-auth backend.
 *
 * @public
 */
export interface MeshAuthSourcesExtensionPoint {
  /**
   * Adds sources beside those of the configuration.
   *
   * @throws Error when the id of a source is taken
   */
  addSources(...sources: MeshAuthSource[]): void;
}

/**
 * Lets a module add sources to the mesh-auth backend.
 *
 * @public
 */
export const meshAuthSourcesExtensionPoint =
  createExtensionPoint<MeshAuthSourcesExtensionPoint>({
    id: 'mesh-auth.sources',
  });
