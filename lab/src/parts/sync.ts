import path from 'path';
import { repositoriesFolder, repositoryRoot } from '../paths';
import { labScript } from './labScript';
import { Part } from './Part';
import { httpAnswers } from './probes';

/** Applies the services' repositories, as Argo CD would. @internal */
export const sync: Part = {
  name: 'sync',
  title: 'Sync of repositories',
  needs: ['kubernetes', 'world'],
  artifacts: ['kubernetes'],
  ports: ['sync'],
  processNames: ['sync'],
  async processes() {
    return [
      {
        name: 'sync',
        cwd: repositoryRoot,
        ...labScript('sync/main.ts'),
        environment: {
          MESH_AUTH_DEMO_DIR: path.dirname(repositoriesFolder()),
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.sync}/`);
  },
};
