/**
 * Values of claims as Keycloak's mappers hold them before they become JSON.
 * Two Java lists merge differently from a list and a set, and a parsed JSON
 * value is opaque to other mappers, so the difference is kept.
 */

/** Any JSON value. @public */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A value that came out of a mapper's type conversion. @internal */
export type Scalar = string | number | boolean | null | JsonLeaf;

/** A parsed JSON document (Jackson's JsonNode). @internal */
export interface JsonLeaf {
  kind: 'json';
  value: JsonValue;
}

/** A java.util collection. @internal */
export interface Collection {
  kind: 'collection';
  items: Scalar[];
  /** A set drops what it has already, a list keeps it. */
  distinct: boolean;
}

/** @internal */
export type ClaimMap = Map<string, ClaimValue>;

/** @internal */
export type ClaimValue = Scalar | Collection | ClaimMap;

/** @internal */
export function isCollection(
  value: ClaimValue | undefined,
): value is Collection {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'collection'
  );
}

/** @internal */
export function isMap(value: ClaimValue | undefined): value is ClaimMap {
  return value instanceof Map;
}

function isLeaf(value: ClaimValue): value is JsonLeaf {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'json'
  );
}

/**
 * A deep copy, so that one order of mappers cannot disturb another.
 *
 * @internal
 */
export function copyValue(value: ClaimValue): ClaimValue {
  if (isCollection(value)) {
    return { ...value, items: [...value.items] };
  }
  if (isMap(value)) {
    return new Map([...value].map(([key, item]) => [key, copyValue(item)]));
  }
  return value;
}

/** @internal */
export function toJson(value: ClaimValue): JsonValue {
  if (isCollection(value)) {
    return value.items.map(toJson);
  }
  if (isMap(value)) {
    const object: { [key: string]: JsonValue } = Object.create(null);
    for (const [key, item] of value) {
      object[key] = toJson(item);
    }
    return object;
  }
  return isLeaf(value) ? value.value : value;
}

function sortedJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value
      .map(sortedJson)
      .map(item => [JSON.stringify(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
      .map(([, item]) => item);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map(key => [key, sortedJson(value[key])]),
    );
  }
  return value;
}

/**
 * A text that is equal for equal values, whatever the order of list items:
 * most lists come out of hash sets.
 *
 * @internal
 */
export function canonical(value: ClaimValue | undefined): string {
  return value === undefined ? '' : JSON.stringify(sortedJson(toJson(value)));
}

/** What Java's `toString` makes of a value. @internal */
export function javaText(value: ClaimValue): string {
  if (isCollection(value)) {
    return `[${value.items.map(javaText).join(', ')}]`;
  }
  if (isLeaf(value)) {
    return JSON.stringify(value.value);
  }
  return String(value);
}
