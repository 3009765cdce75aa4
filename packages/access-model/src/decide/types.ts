import type { ObjectRef, SourcePosition } from '../manifests/types';
import type { Labels } from '../mesh/labels';

/** What a caller has to say for itself beyond the request line. @public */
export interface RequestToken {
  /** Where it stands: `authorization`, `header:NAME`, `query:NAME`, `cookie:NAME`, or `extAuthz:PROVIDER` for one that the provider adds. */
  via: string;
  /** Whether its signature and times hold. */
  valid: boolean;
  /** Why it is not valid: a word that holds `exp` or `nbf` speaks of its times, anything else of its signature. */
  why?: string;
  /** Text before the token where it stands. */
  prefix?: string;
  claims: Record<string, unknown>;
}

/** What a provider answers to this request. @public */
export interface ExtAuthzAnswer {
  /** HTTP status; 0 for a provider that cannot be reached. */
  status: number;
  /** Headers of the answer. */
  headers?: Record<string, string>;
}

/** One request at one proxy, as `mesh-auth decide` reads it. @public */
export interface DecisionRequest {
  id?: string;
  at: {
    kind: 'gateway' | 'workload' | 'waypoint';
    namespace: string;
    labels?: Labels;
    /** Port that the proxy listens on. */
    port?: number;
    serviceAccount?: string;
    /** The service that a waypoint serves. */
    service?: {
      kind?: 'Service' | 'ServiceEntry';
      namespace: string;
      name: string;
    };
  };
  method?: string;
  scheme?: string;
  /** Authority, with port where the client sends one. */
  host?: string;
  /** Request target, with query. */
  path?: string;
  headers?: Record<string, string | string[]>;
  token?: RequestToken | null;
  /** Further tokens by the text that stands for them in headers, such as a second one that a provider adds. */
  knownTokens?: Record<
    string,
    { valid: boolean; claims: Record<string, unknown> }
  >;
  /** Identity that the caller's certificate proved; `null` for none; absent for not known (at a gateway: none). */
  peer?: { principal: string } | null;
  sourceIp?: string;
  /** Server name of the TLS connection. Default: the host. */
  sni?: string;
  extAuthz?: Record<string, ExtAuthzAnswer>;
  /** `tcp` for a connection that is not HTTP. Default `http`. */
  protocol?: 'http' | 'tcp';
}

/** @public */
export type Verdict = 'allow' | 'deny' | 'unknown';

/** Stations of a request, in Istio's order. @public */
export type Stage =
  | 'connection'
  | 'listener'
  | 'mtls'
  | 'CUSTOM'
  | 'JWT'
  | 'AUDIT'
  | 'DENY'
  | 'ALLOW'
  | 'route';

/** What happened at one station. @public */
export interface TraceStep {
  stage: Stage;
  /** `skip` where nothing is configured for the station. */
  verdict: 'pass' | 'deny' | 'unknown' | 'skip';
  /** One sentence. */
  message: string;
  status?: number;
  /** Object that decided, as `Kind/namespace/name`. */
  object?: string;
  /** Index of the rule that decided. */
  rule?: number;
  position?: SourcePosition;
}

/** Where an allowed request goes. @public */
export interface RouteTarget {
  /** The VirtualService or HTTPRoute. */
  route: ObjectRef;
  rule: number;
  match?: number;
  /** Hosts of the destinations, the first being the one with the most weight. */
  destinations: {
    host: string;
    port?: number;
    subset?: string;
    weight: number;
  }[];
  /** What the destination's proxy sees. */
  forwarded: {
    authority: string;
    path: string;
    headers: Record<string, string[]>;
  };
}

/** The answer to a request. @public */
export interface Decision {
  id?: string;
  verdict: Verdict;
  /** Status that the client gets; 0 where the connection is refused or reset; absent where it is not known. */
  status?: number;
  /** `AuthorizationPolicy/istio-system/login-wall#0`, where one object decided. */
  decidedBy?: string;
  trace: TraceStep[];
  /** Inputs that were needed and not known. */
  unknown: string[];
  /** Absent where no route was taken. */
  target?: RouteTarget;
}
