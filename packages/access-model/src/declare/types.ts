/**
 * What a team says about one service: where it is reachable and who may call it. The manifests of the
 * service's repository are written from it and read back into it; it holds nothing that they do not.
 *
 * @public
 */
export interface AccessDeclaration {
  /** The workload. */
  service: ServiceDeclaration;
  /** Absent for a service that only other workloads of the mesh call. */
  exposure?: ExposureDeclaration;
  /** Who issues the tokens. */
  identity: IdentityDeclaration;
  /** Who may call through the gateway. Rules add up; what no rule names is denied. */
  rules: AccessRule[];
  /** Which workloads of the mesh may call without passing the gateway. */
  callers: CallerRule[];
}

/**
 * The workload that runs the service. Its pods, Service and ServiceAccount carry the service's name, and
 * the label `app` selects them.
 *
 * @public
 */
export interface ServiceDeclaration {
  /** DNS-1035 label: Kubernetes wants a Service's name to start with a letter. */
  name: string;
  /** DNS-1123 label. */
  namespace: string;
  /** Whether the repository also writes the Namespace object. False where several services share it. */
  ownsNamespace: boolean;
  /** Container image with tag or digest. */
  image: string;
  /** Port of the container; the Service listens on 80. */
  containerPort: number;
}

/**
 * The one way in through a gateway: a host, and the part of its paths that the service answers.
 *
 * @public
 */
export interface ExposureDeclaration {
  /** The kind of route, which follows from the kind of gateway. */
  kind: 'virtualService' | 'httpRoute';
  /** Exact DNS name in lower case, no wildcard and no port. */
  host: string;
  /** `/` for the whole host, or a path without a slash at its end. The service sees the path unchanged. */
  pathPrefix: string;
  /** The gateway that serves the host. */
  gateway: GatewayDeclaration;
  /** Absent: callers bring their own token and nobody is sent to a login page. */
  loginWall?: LoginWallDeclaration;
}

/**
 * The gateway that serves the host. Its service account is the mesh identity that the workload sees on
 * every request from outside.
 *
 * @public
 */
export interface GatewayDeclaration {
  /** Namespace of the Gateway object. */
  namespace: string;
  /** Name of the Gateway object. */
  name: string;
  /** Listener of a Gateway API Gateway (`sectionName`). */
  listener?: string;
  /**
   * When given, requests that do not come from this identity match no rule but those of
   * {@link AccessDeclaration.callers}. When absent, the rules hold for every peer.
   */
  serviceAccount?: ServiceAccountDeclaration;
}

/**
 * A workload's identity in the mesh.
 *
 * @public
 */
export interface ServiceAccountDeclaration {
  /** Namespace of the ServiceAccount. */
  namespace: string;
  /** Name of the ServiceAccount. */
  name: string;
}

/**
 * An external authoriser (oauth2-proxy) at the gateway that sends a browser without a session to the login
 * page and adds the user's access token to the request of one that has.
 *
 * @public
 */
export interface LoginWallDeclaration {
  /** Header that carries the access token behind the wall. */
  tokenHeader: string;
  /**
   * Audience of that token: the client id of the login client, which Keycloak puts into every token that
   * the wall adds, whatever roles the user holds.
   */
  audience: string;
  /** Where `/oauth2` of this host goes. Absent on a host whose owner routes it already. */
  signIn?: { namespace: string; service: string; port: number };
  /**
   * The CUSTOM policy that puts this host behind the wall, written into the gateway's namespace. Absent
   * where the platform's own policy covers the host.
   */
  policy?: {
    /** Name in the mesh configuration's `extensionProviders`. */
    provider: string;
    /** Labels of the gateway's pods; required for a classic gateway, unused for a Gateway API one. */
    gatewayLabels?: Record<string, string>;
  };
}

/**
 * The realm that issues the tokens, and the Keycloak client whose roles and audience the service asks for.
 *
 * @public
 */
export interface IdentityDeclaration {
  /** Exactly the `iss` of the realm's tokens. */
  issuer: string;
  /** Where the mesh fetches the signing keys. */
  jwksUri: string;
  /** Client whose roles the rules name and whose id a program's token must have as audience. */
  clientId: string;
}

/**
 * A role of the service's own client, or of the realm.
 *
 * @public
 */
export interface RoleReference {
  /** Whose role it is. */
  kind: 'client' | 'realm';
  /** Name of the role. */
  name: string;
}

/**
 * `public`: anyone, with or without a token. `loggedIn`: anyone with a valid token of the realm that is
 * meant for this service. `roles`: such a token with at least one of the roles.
 *
 * @public
 */
export type RuleAccess =
  | { kind: 'public' }
  | { kind: 'loggedIn' }
  | { kind: 'roles'; roles: RoleReference[] };

/**
 * Who may call some paths through the gateway.
 *
 * @remarks
 * A path is `/a/b` (exactly that), `/a/*` (that and everything below) or has `{*}` in place of one whole
 * segment. Methods are upper case; an empty list means every method.
 *
 * @public
 */
export interface AccessRule {
  /** Upper case; empty for every method. */
  methods: string[];
  /** At least one. */
  paths: string[];
  /** Who may. */
  access: RuleAccess;
}

/**
 * What a workload of the mesh may call directly. Methods and paths are as in {@link AccessRule}.
 *
 * @public
 */
export interface CallerRule {
  /** The workload. */
  caller: ServiceAccountDeclaration;
  /** Upper case; empty for every method. */
  methods: string[];
  /** At least one. */
  paths: string[];
  /** Empty: the workload's identity is enough. Otherwise it must also bring a token with one of them. */
  roles: RoleReference[];
}

/**
 * Why something cannot be taken as it is.
 *
 * @public
 */
export interface DeclarationProblem {
  /** Path into what was checked, for example `exposure.host` or `rules[2].paths[0]`. */
  field: string;
  /** The reason, for whoever filled in the field. */
  message: string;
}

/**
 * A Kubernetes object as it stands in a file.
 *
 * @public
 */
export interface Manifest {
  /** Group and version. */
  apiVersion: string;
  /** Kind of object. */
  kind: string;
  /** Name, namespace, labels and annotations. */
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  /** Everything else, such as `spec`. */
  [field: string]: unknown;
}

/**
 * An object with the file that it stands in.
 *
 * @public
 */
export interface ManifestFile {
  /** Relative to the folder that holds the manifests. */
  path: string;
  /** The only object of the file. */
  manifest: Manifest;
}
