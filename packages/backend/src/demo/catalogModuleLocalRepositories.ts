import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { demoDirectory, repositoriesDirectory } from './demoDirectory';
import { LocalRepositoryEntityProvider } from './LocalRepositoryEntityProvider';

/**
 * Lets the catalog of the demo follow the local Git repositories that the
 * demo's templates publish.
 */
export default createBackendModule({
  pluginId: 'catalog',
  moduleId: 'local-repositories',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
      },
      async init({ catalog, config, lifecycle, logger }) {
        const directory = demoDirectory(config);
        if (!directory) {
          return;
        }
        const provider = LocalRepositoryEntityProvider.create({
          directory: repositoriesDirectory(directory),
          logger,
        });
        catalog.addEntityProvider(provider);
        lifecycle.addShutdownHook(() => provider.close());
      },
    });
  },
});
