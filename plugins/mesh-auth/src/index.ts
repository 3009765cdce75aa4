/**
 * Shows where a service is reachable through the mesh, who may call it, and why.
 *
 * @packageDocumentation
 */

export { meshAuthApiRef, MeshAuthApiClient, type MeshAuthApi } from './api';
export { meshAuthPlugin, meshAuthPlugin as default } from './plugin';
export { meshAuthTranslationRef } from './translation';
