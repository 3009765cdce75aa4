/**
 * The parts of a Keycloak realm that decide who holds a role and what a token
 * carries. Every field is copied by name from a representation, so nothing
 * else of it (secrets, credentials, registration tokens) can enter.
 *
 * The types are plain JSON: a realm can be stored and read back as it is.
 */

/**
 * A role by name: of the realm, or of a client when `client` (the clientId)
 * is given.
 *
 * @public
 */
export interface RoleRef {
  client?: string;
  name: string;
}

/**
 * A role with the roles that it contains.
 *
 * @public
 */
export interface RealmRole {
  name: string;
  description?: string;
  /** Direct children, of the realm or of any client. Cycles are legal. */
  composites: RoleRef[];
}

/**
 * A protocol mapper. `config` is kept only for the providers in
 * `mapperConfigKeys`, and only its known keys.
 *
 * @public
 */
export interface RealmMapper {
  name: string;
  /** Provider id, e.g. `oidc-usermodel-realm-role-mapper`. */
  provider: string;
  config: Record<string, string>;
}

/** @public */
export interface RealmClientScope {
  name: string;
  protocol: string;
  /** Attribute `include.in.token.scope`; Keycloak's default is true. */
  includeInTokenScope: boolean;
  mappers: RealmMapper[];
  /** Roles that open this scope for a user, and that it lets pass. */
  roles: RoleRef[];
}

/** @public */
export interface RealmClient {
  clientId: string;
  /** Keycloak's internal id, where known. */
  id?: string;
  name?: string;
  enabled: boolean;
  protocol: string;
  publicClient: boolean;
  bearerOnly: boolean;
  consentRequired: boolean;
  standardFlowEnabled: boolean;
  implicitFlowEnabled: boolean;
  directAccessGrantsEnabled: boolean;
  serviceAccountsEnabled: boolean;
  fullScopeAllowed: boolean;
  rootUrl?: string;
  redirectUris: string[];
  webOrigins: string[];
  /** Only the keys in `clientAttributeKeys`. */
  attributes: Record<string, string>;
  mappers: RealmMapper[];
  defaultClientScopes: string[];
  optionalClientScopes: string[];
  /** Roles let through where full scope is off. */
  scopeMappings: RoleRef[];
  roles: RealmRole[];
}

/** @public */
export interface RealmGroup {
  name: string;
  /** Keycloak's internal id, where known. */
  id?: string;
  roles: RoleRef[];
  attributes: Record<string, string[]>;
  subGroups: RealmGroup[];
}

/** @public */
export interface RealmUser {
  username: string;
  id?: string;
  enabled: boolean;
  email?: string;
  emailVerified: boolean;
  firstName?: string;
  lastName?: string;
  /** Epoch milliseconds. */
  createdTimestamp?: number;
  attributes: Record<string, string[]>;
  roles: RoleRef[];
  /** Paths as Keycloak prints them; resolve them by walking the tree. */
  groups: string[];
  /** Internal ids of the groups, where known; they go before `groups`. */
  groupIds?: string[];
  /** The clientId whose service account this is. */
  serviceAccountOf?: string;
}

/**
 * Which attributes of users are known. An attribute that is not there is
 * absent for `all`, for the `shown` ones, and for all but the `hidden` ones;
 * else it is unknown.
 *
 * @public
 */
export type AttributeKnowledge =
  | 'all'
  | 'none'
  | { shown: string[] }
  | { hidden: string[] };

/**
 * What of a realm was there to be read. Whatever is not `complete` makes the
 * answers that depend on it unknown, never empty.
 *
 * @public
 */
export interface RealmKnowledge {
  /** `serviceAccounts`: only the users of service accounts are there. */
  users: 'complete' | 'serviceAccounts' | 'none';
  userAttributes: AttributeKnowledge;
  /** False where group memberships of users were not readable. */
  groups: boolean;
  realmRoles: boolean;
  clients: boolean;
  clientScopes: boolean;
  /** Why something is missing, in words that name the missing right or part. */
  reasons: string[];
}

/** @public */
export interface Realm {
  realm: string;
  /** Realm attribute `frontendUrl`: the address that tokens carry in `iss`. */
  frontendUrl?: string;
  /** Seconds. */
  accessTokenLifespan?: number;
  internationalizationEnabled: boolean;
  /** Organizations may bring claims that the realm's own parts do not show. */
  organizationsEnabled: boolean;
  /** Attribute `acr.loa.map`: levels of authentication have names. */
  hasLevelsOfAuthentication: boolean;
  /** Name of the realm role that new users get, `default-roles-REALM`. */
  defaultRole: string;
  realmRoles: RealmRole[];
  clients: RealmClient[];
  clientScopes: RealmClientScope[];
  /** Group paths that new users join. */
  defaultGroups: string[];
  groups: RealmGroup[];
  users: RealmUser[];
  knowledge: RealmKnowledge;
}
