import { UnknownValue } from './UnknownValue';
import { Collection, JsonValue, Scalar } from './values';

function parseInteger(
  text: string,
  min: bigint,
  max: bigint,
): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) {
    return undefined;
  }
  const value = BigInt(text.replace(/^\+/, ''));
  if (value < min || value > max) {
    return undefined;
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new UnknownValue(`${text} does not fit a JSON number exactly`);
  }
  return number;
}

function parseJson(text: string): Scalar | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    // Jackson reads the first value and ignores what follows it.
    if (/^\s*[[{"\-\d]|^\s*(true|false|null)\b/.test(text)) {
      throw new UnknownValue('JSON with something behind it');
    }
    return undefined;
  }
  return { kind: 'json', value };
}

/**
 * Converts a text to the type that `jsonType.label` names; undefined where it
 * cannot be converted, which leaves the claim out.
 *
 * @remarks
 * The rules of `OIDCAttributeMapperHelper.convertToType`.
 *
 * @internal
 */
export function convertText(
  type: string | undefined,
  text: string,
): Scalar | undefined {
  switch (type) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'long':
      return parseInteger(text, -(2n ** 63n), 2n ** 63n - 1n);
    case 'int':
      return parseInteger(text, -(2n ** 31n), 2n ** 31n - 1n);
    case 'JSON':
      return parseJson(text);
    default:
      return text;
  }
}

/** Texts as a mapper finds them; null for a field that is not set. */
export interface TextCollection {
  items: (string | null)[];
  /** From a hash set: which item is the first cannot be known. */
  unordered: boolean;
}

/**
 * Converts what a mapper found to what it puts into the token; undefined
 * leaves the claim as it is.
 *
 * @remarks
 * The rules of `OIDCAttributeMapperHelper.mapAttributeValue`: a list stays a
 * list only where the mapper is multivalued, and items that cannot be
 * converted become null.
 *
 * @internal
 */
export function convertFound(options: {
  found: string | TextCollection;
  type: string | undefined;
  multivalued: boolean;
}): Scalar | Collection | undefined {
  const { found, type, multivalued } = options;
  if (typeof found === 'string') {
    return convertText(type, found);
  }
  if (found.items.length === 0) {
    return undefined;
  }
  if (multivalued) {
    return {
      kind: 'collection',
      distinct: false,
      items: found.items.map(item =>
        item === null ? null : convertText(type, item) ?? null,
      ),
    };
  }
  if (found.unordered && new Set(found.items).size > 1) {
    throw new UnknownValue('the first of a set');
  }
  const [first] = found.items;
  return first === null ? undefined : convertText(type, first);
}
