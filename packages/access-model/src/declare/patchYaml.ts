import {
  Document,
  isMap,
  isScalar,
  isSeq,
  Node,
  parseDocument,
  YAMLMap,
  YAMLSeq,
} from 'yaml';

type Item = YAMLSeq['items'][number];

function plain(document: Document, item: unknown): unknown {
  return (item as Node | undefined)?.toJS?.(document) ?? item;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function patchMap(
  document: Document,
  map: YAMLMap,
  value: Record<string, unknown>,
) {
  for (const pair of [...map.items]) {
    const key = String(plain(document, pair.key));
    if (!(key in value)) {
      map.delete(pair.key);
    }
  }
  for (const [key, inner] of Object.entries(value)) {
    const pair = map.items.find(
      item => String(plain(document, item.key)) === key,
    );
    if (pair) {
      pair.value = patchNode(document, pair.value, inner);
    } else {
      map.add(document.createPair(key, inner));
    }
  }
}

/** Items that stay keep their nodes, and so their comments; what stands between them is patched in order. */
function patchSequence(document: Document, list: YAMLSeq, value: unknown[]) {
  const old = list.items.map(item => plain(document, item));
  let start = 0;
  while (
    start < old.length &&
    start < value.length &&
    same(old[start], value[start])
  ) {
    start++;
  }
  let end = 0;
  while (
    end < old.length - start &&
    end < value.length - start &&
    same(old[old.length - 1 - end], value[value.length - 1 - end])
  ) {
    end++;
  }
  const replaced: Item[] = list.items.slice(start, list.items.length - end);
  const wanted = value.slice(start, value.length - end);
  const kept = wanted.map((inner, index) => {
    const known = replaced.find(item => same(plain(document, item), inner));
    if (known) {
      return known;
    }
    return replaced.length === wanted.length
      ? patchNode(document, replaced[index], inner)
      : document.createNode(inner);
  });
  list.items.splice(start, replaced.length, ...kept);
}

function patchNode(document: Document, node: unknown, value: unknown): unknown {
  if (same(plain(document, node), value)) {
    return node;
  }
  if (isMap(node) && value && typeof value === 'object') {
    if (!Array.isArray(value)) {
      patchMap(document, node, value as Record<string, unknown>);
      return node;
    }
  }
  if (isSeq(node) && Array.isArray(value)) {
    patchSequence(document, node, value);
    return node;
  }
  const created = document.createNode(value);
  if (isScalar(node) && isScalar(created)) {
    created.comment = node.comment;
    created.commentBefore = node.commentBefore;
  }
  return created;
}

/**
 * Changes the text of a YAML file so that it says `value`, with the comments and the order of what stays.
 *
 * @throws Error when the text is not one YAML document
 *
 * @public
 */
export function patchYaml(text: string, value: object): string {
  const document = parseDocument(text, { version: '1.1' });
  if (document.errors.length > 0) {
    throw document.errors[0];
  }
  if (same(document.toJS(), value)) {
    return text;
  }
  const changed: Document = document;
  changed.contents = patchNode(changed, changed.contents, value) as Node;
  return changed.toString({
    lineWidth: 0,
    flowCollectionPadding: /[[{] /.test(text),
  });
}
