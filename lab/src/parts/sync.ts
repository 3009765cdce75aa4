import { repositoryRoot } from '../paths';
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
    const { MESH_AUTH_DEMO_DIR } = process.env;
    return [
      {
        name: 'sync',
        cwd: repositoryRoot,
        ...labScript('sync/main.ts'),
        environment: MESH_AUTH_DEMO_DIR ? { MESH_AUTH_DEMO_DIR } : {},
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.sync}/`);
  },
};
