export { createCatalogEntityEnsureAbsentAction } from './catalogEntityEnsureAbsent';
export { createIstioManifestsGenerateAction } from './istioManifestsGenerate';
export { createKeycloakClientGenerateAction } from './keycloakClientGenerate';
