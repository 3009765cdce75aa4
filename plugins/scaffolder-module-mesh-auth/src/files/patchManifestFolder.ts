import {
  Manifest,
  ManifestFile,
  patchYaml,
  toManifestYaml,
} from '@mesh-auth/access-model';
import { ManifestInFolder } from './readManifestFolder';

/**
 * What becomes of a folder: texts to write, and files to remove.
 *
 * @internal
 */
export interface FolderPatch {
  written: { path: string; text: string }[];
  removed: string[];
}

const KUSTOMIZATION = 'Kustomization';

function isSame(a: Manifest, b: Manifest): boolean {
  return (
    a.kind === b.kind &&
    a.metadata.name === b.metadata.name &&
    a.metadata.namespace === b.metadata.namespace
  );
}

/**
 * Brings the objects of a folder to what was rendered anew, in the files where they stand and with their comments.
 *
 * @remarks
 * Only `spec` is touched. Objects that were rendered before and are not any more are removed, and the kustomization
 * follows.
 *
 * @internal
 */
export function patchManifestFolder(options: {
  folder: ManifestInFolder[];
  before: ManifestFile[];
  after: ManifestFile[];
}): FolderPatch {
  const { folder, before, after } = options;
  const patch: FolderPatch = { written: [], removed: [] };
  const added: string[] = [];
  for (const { path, manifest } of after) {
    const existing = folder.find(file => isSame(file.manifest, manifest));
    if (!existing) {
      patch.written.push({ path, text: toManifestYaml(manifest) });
      added.push(path);
      continue;
    }
    const text = patchYaml(existing.text, {
      ...existing.manifest,
      spec: manifest.spec,
    });
    if (text !== existing.text) {
      patch.written.push({ path: existing.path, text });
    }
  }
  for (const { manifest } of before) {
    const existing = folder.find(file => isSame(file.manifest, manifest));
    if (existing && !after.some(file => isSame(file.manifest, manifest))) {
      patch.removed.push(existing.path);
    }
  }
  const kustomization = folder.find(
    file => file.manifest.kind === KUSTOMIZATION,
  );
  if (kustomization && (added.length > 0 || patch.removed.length > 0)) {
    const { metadata: _, ...value } = kustomization.manifest;
    const resources = ((value.resources as string[] | undefined) ?? []).filter(
      path => !patch.removed.includes(path),
    );
    patch.written.push({
      path: kustomization.path,
      text: patchYaml(kustomization.text, {
        ...value,
        resources: [
          ...resources,
          ...added.filter(path => !resources.includes(path)),
        ],
      }),
    });
  }
  return patch;
}
