export { meshAuthApiRef, type MeshAuthApi } from './MeshAuthApi';
export { MeshAuthApiClient } from './MeshAuthApiClient';
