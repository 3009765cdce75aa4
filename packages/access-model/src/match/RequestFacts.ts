import type { Truth } from './truth';

/**
 * What one proxy sees of one request, after its connection manager has had its say. A value that is `undefined` where its type allows it is
 * not known, and every condition on it is unknown.
 *
 * @internal
 */
export interface RequestFacts {
  method: string;
  /** Of the request as the proxy sees it; a trusted X-Forwarded-Proto counts. */
  scheme: string;
  /** Whether the connection itself uses TLS. */
  tls: boolean;
  /** As it stands in the request line or Host header, port included. */
  authority: string;
  /** Normalized, with query. */
  path: string;
  /** Normalized, without query and fragment. */
  pathOnly: string;
  /** Lower-case name to lines. */
  headers: Map<string, string[]>;
  /** Lower-case names of headers that are there, or may be, with a value that is not known. */
  unknownHeaders: Map<string, string>;
  /** Payload of the token that the proxy verified; `undefined` where there is none. */
  claims: Record<string, unknown> | undefined;
  /** Why the payload is not known, where it is not. */
  claimsUnknown?: string;
  /** Identity that the caller's certificate proved, without `spiffe://`; `null` for none. */
  peer: string | null | undefined;
  /** Address of the connection's other end. */
  sourceIp: string | undefined;
  /** Address that X-Forwarded-For or the connection gives. */
  remoteIp: string | undefined;
  destinationIp: string | undefined;
  /** Port of the listener. */
  port: number | undefined;
  sni: string | undefined;
}

/** Collects the names of inputs that were needed and not known. @internal */
export class Unknowns {
  readonly #names = new Set<string>();

  add(name: string): Truth {
    this.#names.add(name);
    return 2;
  }

  get list(): string[] {
    return [...this.#names];
  }

  get size(): number {
    return this.#names.size;
  }

  clear() {
    this.#names.clear();
  }
}

/** Values of a header, pseudo headers included; `host` is Envoy's other name for `:authority`. @internal */
export function headerValues(facts: RequestFacts, name: string): string[] {
  switch (name) {
    case ':path':
      return [facts.path];
    case ':method':
      return [facts.method];
    case ':scheme':
      return [facts.scheme];
    case ':authority':
    case 'host':
      return [facts.authority];
    default:
      return facts.headers.get(name) ?? [];
  }
}
