import { RealmFormatError } from './RealmFormatError';

/**
 * Readers of single fields of untyped JSON. Absent and null read as absent;
 * a value of the wrong type is an error with its path.
 */

/** @internal */
export type JsonObject = { readonly [key: string]: unknown };

function wrongType(path: string, wanted: string): never {
  throw new RealmFormatError(`${path || 'the document'} must be ${wanted}`, {
    path,
  });
}

/** @internal */
export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrongType(path, 'an object');
  }
  return value as JsonObject;
}

/** @internal */
export function asList(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) ? value : wrongType(path, 'a list');
}

/** @internal */
export function asText(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return typeof value === 'string' ? value : wrongType(path, 'a string');
}

/** @internal */
export function asName(value: unknown, path: string): string {
  const text = asText(value, path);
  return text === undefined || text === ''
    ? wrongType(path, 'a name that is not empty')
    : text;
}

/** @internal */
export function asNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return typeof value === 'number' ? value : wrongType(path, 'a number');
}

/** @internal */
export function asFlag(options: {
  value: unknown;
  path: string;
  absent: boolean;
}): boolean {
  const { value, path, absent } = options;
  if (value === undefined || value === null) {
    return absent;
  }
  return typeof value === 'boolean' ? value : wrongType(path, 'true or false');
}

/** @internal */
export function asTexts(value: unknown, path: string): string[] {
  return asList(value, path).map((item, index) =>
    typeof item === 'string'
      ? item
      : wrongType(`${path}[${index}]`, 'a string'),
  );
}

/**
 * Reads a map of strings, of which only the keys in `keys` are taken, where
 * they have a value.
 *
 * @internal
 */
export function pickTexts(options: {
  value: unknown;
  path: string;
  keys: readonly string[];
}): Record<string, string> {
  const { value, path, keys } = options;
  const picked: Record<string, string> = {};
  if (value === undefined || value === null) {
    return picked;
  }
  const source = asObject(value, path);
  for (const key of keys) {
    const text = Object.hasOwn(source, key) ? source[key] : undefined;
    // Keycloak drops empty values (`RepresentationToModel.removeEmptyString`).
    if (typeof text === 'string' && text !== '') {
      picked[key] = text;
    }
  }
  return picked;
}

/**
 * Reads `{ name: [values] }`. The result has no prototype, since names come
 * from people.
 *
 * @internal
 */
export function asTextLists(
  value: unknown,
  path: string,
): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null);
  if (value === undefined || value === null) {
    return lists;
  }
  for (const [name, list] of Object.entries(asObject(value, path))) {
    if (list === null || list === undefined) {
      continue;
    }
    lists[name] = Array.isArray(list)
      ? list.filter((item): item is string => typeof item === 'string')
      : asTexts([list], `${path}.${name}`);
  }
  return lists;
}
