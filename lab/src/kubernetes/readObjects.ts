import fs from 'fs-extra';
import path from 'path';
import { parseAllDocuments } from 'yaml';
import { AnyObject } from './KubernetesClient';

/**
 * Reads the objects of a YAML text, those inside of a `List` included.
 *
 * @throws with the name of the file when a document is no YAML
 * @internal
 */
export function parseObjects(text: string, file: string): AnyObject[] {
  // What kubectl reads is YAML 1.1: an unquoted `yes` is a boolean there.
  return parseAllDocuments(text, { version: '1.1' }).flatMap(document => {
    if ('errors' in document && document.errors.length) {
      throw new Error(`${file}: ${document.errors[0].message}`);
    }
    const value = (document as { toJS(): unknown }).toJS() as
      | AnyObject
      | undefined;
    if (!value?.kind) {
      return [];
    }
    return value.kind === 'List' ? (value.items as AnyObject[]) : [value];
  });
}

/** Reads the objects of every YAML file below a folder (or of one file). @internal */
export async function readObjects(location: string): Promise<AnyObject[]> {
  if ((await fs.stat(location)).isFile()) {
    return parseObjects(await fs.readFile(location, 'utf8'), location);
  }
  const objects: AnyObject[] = [];
  for (const entry of (await fs.readdir(location)).sort()) {
    const child = path.join(location, entry);
    if ((await fs.stat(child)).isDirectory() || /\.ya?ml$/.test(entry)) {
      objects.push(...(await readObjects(child)));
    }
  }
  return objects;
}
