import fs from 'node:fs';
import path from 'node:path';
import { readManifests } from '@mesh-auth/access-model';
import type { ManifestInput, ManifestReading } from '@mesh-auth/access-model';

const MANIFEST = /\.(ya?ml|json)$/;
/** Folders that hold no manifests but may hold a great many files. */
const SKIPPED = new Set(['node_modules', '.git']);
const MAX_FILES = 100_000;

function collect(root: string): string[] {
  const files: string[] = [];
  const visit = (folder: string) => {
    const entries = fs
      .readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(full);
      } else if (entry.isFile() && MANIFEST.test(entry.name)) {
        files.push(full);
        if (files.length > MAX_FILES) {
          throw new Error(`${root} holds more than ${MAX_FILES} manifests`);
        }
      }
    }
  };
  visit(root);
  return files;
}

/**
 * Reads all manifests of a folder and of the folders below it, or of one file.
 *
 * @throws Error where the folder cannot be read
 */
export function loadFolder(root: string): ManifestReading {
  const stat = fs.statSync(root);
  const paths = stat.isDirectory() ? collect(root) : [root];
  const files: ManifestInput[] = paths.map(file => ({
    path: stat.isDirectory() ? path.relative(root, file) : path.basename(file),
    text: fs.readFileSync(file, 'utf8'),
  }));
  return readManifests({ files });
}
