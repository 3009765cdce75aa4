import fs from 'fs-extra';
import path from 'path';
import {
  describeObject,
  KubernetesClient,
} from '../kubernetes/KubernetesClient';
import { objectsToPrune } from '../kubernetes/objectsToPrune';
import { readObjects } from '../kubernetes/readObjects';
import { labPath, repositoryRoot } from '../paths';
import { rewriteObject } from '../world/rewrite';
import { Part } from './Part';

/** Marks the objects of the demo world, so that those that leave it are found. */
const WORLD_LABEL = 'mesh-auth.io/lab-world';
const NAMES_FILE = labPath('kubernetes', 'world.json');

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
    const client = KubernetesClient.create();
    const manifests = await readObjects(
      path.join(repositoryRoot, 'examples/manifests'),
    );
    progress(`applying ${manifests.length} objects`);
    const objects = manifests
      .map(object => rewriteObject(object, settings))
      .map(object => ({
        ...object,
        metadata: {
          ...object.metadata,
          labels: { ...object.metadata.labels, [WORLD_LABEL]: 'demo' },
        },
      }));
    await client.applyAll(objects);

    const names = objects.map(describeObject);
    const applied = await fs.readJson(NAMES_FILE).catch(() => undefined);
    if (JSON.stringify(applied) !== JSON.stringify(names)) {
      progress('removing what has left the demo world');
      const present = await client.listEverything(`${WORLD_LABEL}=demo`);
      for (const object of objectsToPrune(present, objects)) {
        await client.delete(object);
      }
      await fs.outputJson(NAMES_FILE, names);
    }
  },
};
