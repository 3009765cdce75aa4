import path from 'path';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { readObjects } from '../kubernetes/readObjects';
import { repositoryRoot } from '../paths';
import { rewriteObject } from '../world/rewrite';
import { Part } from './Part';

/** The manifests of the demo world in the cluster, with the lab's addresses. @internal */
export const world: Part = {
  name: 'world',
  title: 'Demo world manifests',
  needs: ['kubernetes'],
  artifacts: [],
  ports: [],
  processNames: [],
  async processes() {
    return [];
  },
  async ready() {},
  async setUp(settings, progress) {
    const objects = await readObjects(
      path.join(repositoryRoot, 'examples/manifests'),
    );
    progress(`applying ${objects.length} objects`);
    await KubernetesClient.create().applyAll(
      objects.map(object => rewriteObject(object, settings)),
    );
  },
};
