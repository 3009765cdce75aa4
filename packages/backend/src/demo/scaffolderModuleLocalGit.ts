import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createCommitLocalGitAction } from './commitLocalGit';
import { demoDirectory } from './demoDirectory';
import { createFetchLocalGitAction } from './fetchLocalGit';
import { createPublishLocalGitAction } from './publishLocalGit';

/** Lets templates of the demo publish to a Git repository on this machine. */
export default createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'local-git',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
      },
      async init({ actions, config }) {
        const directory = demoDirectory(config);
        if (directory) {
          actions.addActions(
            createPublishLocalGitAction({ config, directory }),
            createFetchLocalGitAction({ directory }),
            createCommitLocalGitAction({ config, directory }),
          );
        }
      },
    });
  },
});
