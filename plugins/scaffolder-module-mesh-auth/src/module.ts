import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { createAccessChangeAction } from './actions/accessChange';
import { createArgocdApplicationGenerateAction } from './actions/argocdApplicationGenerate';
import { createCatalogEntityEnsureAbsentAction } from './actions/catalogEntityEnsureAbsent';
import { createCheckAction } from './actions/check';
import { createIstioManifestsGenerateAction } from './actions/istioManifestsGenerate';
import { createKeycloakClientGenerateAction } from './actions/keycloakClientGenerate';
import { createSealedSecretGenerateAction } from './actions/sealedSecretGenerate';
import { readScaffolderConfig } from './config/readScaffolderConfig';
import { MeshAuthHostLookup } from './hosts/MeshAuthHostLookup';

/**
 * Adds the actions of mesh-auth to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleMeshAuth = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'mesh-auth',
  register(env) {
    env.registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        catalog: catalogServiceRef,
      },
      async init({ scaffolder, config: rootConfig, auth, discovery, catalog }) {
        const config = readScaffolderConfig(rootConfig);
        scaffolder.addActions(
          createCatalogEntityEnsureAbsentAction({ catalog }),
          createKeycloakClientGenerateAction({ config }),
          createSealedSecretGenerateAction({ config }),
          createAccessChangeAction({ config }),
          createCheckAction(),
          createArgocdApplicationGenerateAction({ config }),
          createIstioManifestsGenerateAction({
            config,
            hostLookup: new MeshAuthHostLookup({ auth, discovery }),
          }),
        );
      },
    });
  },
});
