/**
 * The parts of the specifications that the model reads, after the schema of the kind has been checked.
 *
 * They are written down here, not taken from the generated packages, because those can only be imported by ES modules and spell every
 * `oneOf` as a union over all its combinations.
 */

/** security.istio.io AuthorizationPolicy. @public */
export interface AuthorizationPolicySpec extends Targetable {
  action?: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
  provider?: { name?: string };
  rules?: AuthorizationRule[];
}

/** @public */
export interface AuthorizationRule {
  from?: { source?: Source }[];
  to?: { operation?: Operation }[];
  when?: Condition[];
}

/** @public */
export type Source = Partial<
  Record<
    | 'principals'
    | 'notPrincipals'
    | 'requestPrincipals'
    | 'notRequestPrincipals'
    | 'namespaces'
    | 'notNamespaces'
    | 'serviceAccounts'
    | 'notServiceAccounts'
    | 'ipBlocks'
    | 'notIpBlocks'
    | 'remoteIpBlocks'
    | 'notRemoteIpBlocks',
    string[]
  >
>;

/** @public */
export type Operation = Partial<
  Record<
    | 'hosts'
    | 'notHosts'
    | 'ports'
    | 'notPorts'
    | 'methods'
    | 'notMethods'
    | 'paths'
    | 'notPaths',
    string[]
  >
>;

/** @public */
export interface Condition {
  key: string;
  values?: string[];
  notValues?: string[];
}

/** @public */
export interface PolicyTargetReference {
  group?: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** How a policy says which proxies it is for. @public */
export interface Targetable {
  selector?: { matchLabels?: Record<string, string> };
  targetRef?: PolicyTargetReference;
  targetRefs?: PolicyTargetReference[];
}

/** security.istio.io RequestAuthentication. @public */
export interface RequestAuthenticationSpec extends Targetable {
  jwtRules?: JwtRuleSpec[];
}

/** @public */
export interface JwtRuleSpec {
  issuer?: string;
  audiences?: string[];
  jwksUri?: string;
  jwks?: string;
  jwks_uri?: string;
  fromHeaders?: { name: string; prefix?: string }[];
  fromParams?: string[];
  fromCookies?: string[];
  outputPayloadToHeader?: string;
  outputClaimToHeaders?: { header: string; claim: string }[];
  forwardOriginalToken?: boolean;
  spaceDelimitedClaims?: string[];
  timeout?: string;
}

/** @public */
export type MtlsMode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** security.istio.io PeerAuthentication. @public */
export interface PeerAuthenticationSpec {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: { mode?: MtlsMode };
  portLevelMtls?: Record<string, { mode?: MtlsMode }>;
}

/** networking.istio.io Gateway. @public */
export interface GatewaySpec {
  selector?: Record<string, string>;
  servers?: GatewayServer[];
}

/** @public */
export interface GatewayServer {
  name?: string;
  bind?: string;
  port: { number: number; name?: string; protocol: string };
  hosts: string[];
  tls?: {
    mode?:
      | 'PASSTHROUGH'
      | 'SIMPLE'
      | 'MUTUAL'
      | 'AUTO_PASSTHROUGH'
      | 'ISTIO_MUTUAL'
      | 'OPTIONAL_MUTUAL';
    httpsRedirect?: boolean;
    credentialName?: string;
    credentialNames?: string[];
    serverCertificate?: string;
    privateKey?: string;
    caCertificates?: string;
  };
}

/** @public */
export interface StringMatch {
  exact?: string;
  prefix?: string;
  regex?: string;
}

/** @public */
export interface HttpMatchRequest {
  name?: string;
  uri?: StringMatch;
  scheme?: StringMatch;
  method?: StringMatch;
  authority?: StringMatch;
  headers?: Record<string, StringMatch>;
  withoutHeaders?: Record<string, StringMatch>;
  queryParams?: Record<string, StringMatch>;
  port?: number;
  sourceLabels?: Record<string, string>;
  sourceNamespace?: string;
  gateways?: string[];
  ignoreUriCase?: boolean;
}

/** @public */
export interface Destination {
  host: string;
  subset?: string;
  port?: { number?: number };
}

/** @public */
export interface HeaderOperations {
  request?: {
    set?: Record<string, string>;
    add?: Record<string, string>;
    remove?: string[];
  };
}

/** @public */
export interface HttpRouteSpec {
  name?: string;
  match?: HttpMatchRequest[];
  route?: {
    destination: Destination;
    weight?: number;
    headers?: HeaderOperations;
  }[];
  redirect?: {
    uri?: string;
    authority?: string;
    scheme?: string;
    port?: number;
    derivePort?: string;
    redirectCode?: number;
  };
  directResponse?: { status: number };
  delegate?: { name?: string; namespace?: string };
  rewrite?: {
    uri?: string;
    authority?: string;
    uriRegexRewrite?: { match?: string; rewrite?: string };
  };
  fault?: {
    abort?: {
      httpStatus?: number;
      grpcStatus?: string;
      percentage?: { value?: number };
    };
    delay?: unknown;
  };
  corsPolicy?: Record<string, unknown>;
  headers?: HeaderOperations;
  mirror?: Destination;
  mirrors?: unknown[];
}

/** networking.istio.io VirtualService. @public */
export interface VirtualServiceSpec {
  hosts?: string[];
  gateways?: string[];
  http?: HttpRouteSpec[];
  tls?: unknown[];
  tcp?: unknown[];
  exportTo?: string[];
}
