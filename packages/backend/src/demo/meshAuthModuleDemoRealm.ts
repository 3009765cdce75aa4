import path from 'node:path';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { demoDirectory, repositoriesDirectory } from './demoDirectory';
import { DemoRealm } from './DemoRealm';

/**
 * Lets the realm of the demo follow the clients that services bring along.
 * The file is there before mesh-auth reads its sources.
 */
export default createBackendModule({
  pluginId: 'mesh-auth',
  moduleId: 'demo-realm',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
      },
      async init({ config, lifecycle, logger }) {
        const directory = demoDirectory(config);
        const baseFile = config.getOptionalString('meshAuthDemo.realmExport');
        if (!directory || !baseFile) {
          return;
        }
        const realm = DemoRealm.create({
          baseFile: path.resolve(baseFile),
          file: path.join(directory, 'realm', path.basename(baseFile)),
          directory: repositoriesDirectory(directory),
          logger,
        });
        await realm.start();
        lifecycle.addShutdownHook(() => realm.close());
      },
    });
  },
});
