/**
 * One Keycloak client that an entity names.
 *
 * @public
 */
export interface KeycloakClientRef {
  /** Name of the configured Keycloak instance; undefined means the default one. */
  instance?: string;
  realm: string;
  clientId: string;
}

/**
 * What a `mesh-auth.io/keycloak-client` annotation says.
 *
 * @public
 */
export interface KeycloakClientAnnotation {
  /** The clients in the order of the annotation, each once. */
  clients: KeycloakClientRef[];
  /** The items that could not be read, each with the reason. */
  problems: { item: string; message: string }[];
}

const EXPECTED = 'expected [instance/]realm/clientId';

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function parseItem(item: string): KeycloakClientRef | string {
  const parts = item.split('/').map(part => decode(part.trim()));
  if (parts.some(part => part === undefined)) {
    return `'${item}' has a malformed percent escape`;
  }
  if (parts.some(part => part === '')) {
    return `'${item}' has an empty part, ${EXPECTED}`;
  }
  const names = parts as string[];
  if (names.length === 2) {
    return { realm: names[0], clientId: names[1] };
  }
  if (names.length === 3) {
    return { instance: names[0], realm: names[1], clientId: names[2] };
  }
  return `'${item}' has ${names.length} part${
    names.length === 1 ? '' : 's'
  }, ${EXPECTED} (write a slash inside a name as %2F)`;
}

/**
 * Reads the value of the annotation `mesh-auth.io/keycloak-client`.
 *
 * @remarks
 * The value is a comma separated list of `[instance/]realm/clientId`. Client ids
 * may hold any character: a slash, comma or percent sign inside a name is
 * written percent-encoded. An item that cannot be read becomes a problem and
 * leaves the others usable.
 *
 * @param value - the annotation's value; undefined and blank mean no client
 *
 * @public
 */
export function parseKeycloakClientAnnotation(
  value: string | undefined,
): KeycloakClientAnnotation {
  const result: KeycloakClientAnnotation = { clients: [], problems: [] };
  const seen = new Set<string>();
  for (const raw of (value ?? '').split(',')) {
    const item = raw.trim();
    if (!item) {
      continue;
    }
    const parsed = parseItem(item);
    if (typeof parsed === 'string') {
      result.problems.push({ item, message: parsed });
      continue;
    }
    const key = formatKeycloakClientRef(parsed);
    if (!seen.has(key)) {
      seen.add(key);
      result.clients.push(parsed);
    }
  }
  return result;
}

function encode(name: string): string {
  return name.replace(/[%,/]/g, encodeURIComponent);
}

/**
 * Writes a client in the form in which the annotation names it.
 *
 * @public
 */
export function formatKeycloakClientRef(ref: KeycloakClientRef): string {
  const names = [ref.realm, ref.clientId];
  if (ref.instance !== undefined) {
    names.unshift(ref.instance);
  }
  return names.map(encode).join('/');
}
