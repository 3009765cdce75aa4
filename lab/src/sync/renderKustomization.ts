import path from 'path';
import { parse } from 'yaml';
import { AnyObject } from '../kubernetes/KubernetesClient';
import { parseObjects } from '../kubernetes/readObjects';
import { CommitFiles } from './readCommit';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
/** What is understood; anything else would change the objects in a way that is not done here. */
const KNOWN_KEYS = ['apiVersion', 'kind', 'metadata', 'resources', 'namespace'];

/**
 * The objects of a folder as Argo CD would read them: through its kustomization where it has one, else every YAML
 * file directly in it.
 *
 * @throws when a resource does not exist, or the kustomization asks for more than `resources` and `namespace`
 * @internal
 */
export function renderKustomization(
  files: CommitFiles,
  folder: string,
): AnyObject[] {
  const name = NAMES.map(candidate => path.posix.join(folder, candidate)).find(
    candidate => files.has(candidate),
  );
  if (!name) {
    return [...files]
      .filter(([file]) => path.posix.dirname(file) === folder)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([file, text]) => parseObjects(text, file));
  }
  const kustomization = (parse(files.get(name)!) ?? {}) as {
    resources?: string[];
    namespace?: string;
  };
  const unknown = Object.keys(kustomization).filter(
    key => !KNOWN_KEYS.includes(key),
  );
  if (unknown.length) {
    throw new Error(`${name}: ${unknown.join(', ')} is not understood here`);
  }
  return (kustomization.resources ?? [])
    .flatMap(resource => {
      const location = path.posix.join(folder, resource);
      const text = files.get(location);
      if (text !== undefined) {
        return parseObjects(text, location);
      }
      const objects = renderKustomization(files, location);
      if (!objects.length) {
        throw new Error(`${name}: there is no resource ${resource}`);
      }
      return objects;
    })
    .map(object =>
      kustomization.namespace && object.metadata.namespace === undefined
        ? {
            ...object,
            metadata: {
              ...object.metadata,
              namespace: kustomization.namespace,
            },
          }
        : object,
    );
}
