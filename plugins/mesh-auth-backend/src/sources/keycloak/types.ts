import {
  ClientAccess,
  Realm,
  RoleHolders,
  RoleRef,
} from '@mesh-auth/access-model';

/**
 * `loading` until the first reading ends, `stale` when the newest reading
 * failed and an older one serves, `unavailable` when there is none.
 */
export type KeycloakSourceState = 'live' | 'stale' | 'loading' | 'unavailable';

/** What a source knows at this moment. */
export interface KeycloakSnapshot {
  state: KeycloakSourceState;
  realm?: Realm;
  /** When the realm was read that is served. */
  observedAt?: Date;
  /** Why the state is not `live`, without any text of the server. */
  message?: string;
  /**
   * Roles of `realm-management` that the reader lacks. What they would show
   * is unknown, not empty.
   */
  missingRights: string[];
  warnings: KeycloakSourceWarning[];
}

/** Something in a source that could not be read; the rest serves. */
export interface KeycloakSourceWarning {
  message: string;
  file?: string;
  line?: number;
}

/**
 * A Keycloak realm as a source of identity: a live realm or an export of one.
 */
export interface KeycloakSource {
  /** `INSTANCE/REALM` */
  readonly id: string;
  readonly instance: string;
  readonly realm: string;
  readonly kind: 'keycloak-realm' | 'realm-export';
  /** Starts reading; resolves at once, whether or not the first read works. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Answers from memory. */
  snapshot(): KeycloakSnapshot;
  /**
   * The roles of one client with how many hold them; undefined where the
   * realm has no such client. A live realm is asked for details that its
   * snapshot leaves out; where that fails the counts are `unknown`.
   */
  clientAccess(clientId: string): Promise<ClientAccess | undefined>;
  /** Who holds a role; undefined where the realm has no such role. */
  holders(role: RoleRef): Promise<RoleHolders | undefined>;
  /** Calls back after every reading that changed what the source serves. */
  onChange(listener: () => void): () => void;
}
