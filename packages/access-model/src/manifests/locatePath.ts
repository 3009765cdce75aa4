import { LineCounter, parseDocument } from 'yaml';
import type { DocumentText } from './splitDocuments';

/** Larger documents are not parsed a second time only to find a line. */
const MAX_LENGTH = 256 * 1024;

/** `spec.rules[0].to` as keys. */
function keysOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .filter(key => key !== '')
    .map(key => (/^\d+$/.test(key) ? Number(key) : key));
}

/**
 * Line in the file of a path inside a document; the nearest parent's where the path itself is absent.
 *
 * Positions are looked up only when something is reported: the fast reader keeps none.
 *
 * @internal
 */
export function locatePath(
  document: DocumentText,
  path: string,
): number | undefined {
  if (document.text.length > MAX_LENGTH) return undefined;
  const counter = new LineCounter();
  const parsed = parseDocument(document.text, {
    lineCounter: counter,
    version: '1.1',
    logLevel: 'silent',
  });
  const keys = keysOf(path);
  for (let length = keys.length; length > 0; length -= 1) {
    const node: any = parsed.getIn(keys.slice(0, length), true);
    const offset = node?.range?.[0];
    if (typeof offset === 'number') {
      return document.line + counter.linePos(offset).line - 1;
    }
  }
  return undefined;
}
