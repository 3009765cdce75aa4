import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import {
  ClientAccess,
  clientAccess,
  createRealmGraph,
  effectiveHolders,
  Realm,
  RealmGraph,
  RealmRole,
  RoleHolders,
  RoleRef,
} from '@mesh-auth/access-model';
import {
  KeycloakConnection,
  readAllClientRoles,
  readClientRoles,
  readHolders,
  readRealmIndex,
  RealmIndex,
  toUpstreamError,
  withClientRoles,
} from '@mesh-auth/keycloak-reader';
import { KeycloakInstanceConfig } from './config';
import { RealmReadingStore, StoredReading } from './RealmReadingStore';
import { Revalidating } from './Revalidating';
import { SnapshotHolder } from './SnapshotHolder';
import { KeycloakSnapshot, KeycloakSource } from './types';

/** Time for which details of a client serve without another look. */
const DETAILS_FRESH_MS = 60_000;
/** Time after which they are not served any more. */
const DETAILS_USABLE_MS = 15 * 60_000;

/** Clients whose roles are read with every reading of the realm. */
const SMALL_REALM = 200;
/** Time between two readings of all client roles of a large realm. */
const CRAWL_INTERVAL_MS = 60 * 60_000;

/** Time between two looks for what another replica has read. */
const LOOK_INTERVAL_MS = 10_000;

/** A reading may take that long before another replica may start one. */
const READING_TIMEOUT = { minutes: 15 };

/** What replicas share; without it, a replica reads for itself. */
export interface SharedReadings {
  store: RealmReadingStore;
  scheduler: SchedulerService;
}

export interface KeycloakRealmSourceOptions {
  instance: KeycloakInstanceConfig;
  realm: string;
  logger: LoggerService;
  connection?: KeycloakConnection;
  shared?: SharedReadings;
}

/**
 * A realm that is read through the Admin API: a shared index at intervals,
 * the roles of all clients in the background, holders when they are asked for.
 */
export class KeycloakRealmSource implements KeycloakSource {
  readonly kind = 'keycloak-realm';
  readonly id: string;
  readonly instance: string;
  readonly realm: string;
  readonly #connection: KeycloakConnection;
  readonly #logger: LoggerService;
  readonly #intervalMs: number;
  readonly #shared: SharedReadings | undefined;
  readonly #holder = new SnapshotHolder();
  readonly #clientDetails: Revalidating<ClientAccess | undefined>;
  readonly #roleHolders: Revalidating<RoleHolders | undefined>;
  #clientRoles = new Map<string, RealmRole[]>();
  #crawledAt: number | undefined;
  #graph: RealmGraph | undefined;
  #refreshing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #revision = 0;
  #stopped = false;

  static create(options: KeycloakRealmSourceOptions): KeycloakRealmSource {
    return new KeycloakRealmSource(options);
  }

  private constructor(options: KeycloakRealmSourceOptions) {
    this.instance = options.instance.name;
    this.realm = options.realm;
    this.id = `${options.instance.name}/${options.realm}`;
    this.#logger = options.logger.child({ source: this.id });
    this.#intervalMs = options.instance.intervalMs;
    this.#shared = options.shared;
    this.#connection =
      options.connection ??
      new KeycloakConnection({
        endpoint: options.instance,
        realm: options.realm,
      });
    const times = {
      freshMs: DETAILS_FRESH_MS,
      usableMs: DETAILS_USABLE_MS,
    };
    this.#clientDetails = new Revalidating(times);
    this.#roleHolders = new Revalidating(times);
  }

  async start(): Promise<void> {
    if (this.#shared) {
      await this.#startShared(this.#shared);
    } else {
      this.#repeat(0, this.#intervalMs, () => this.refresh());
    }
  }

  /** One replica reads under the scheduler's global lock, all of them look. */
  async #startShared({ scheduler }: SharedReadings): Promise<void> {
    await scheduler.scheduleTask({
      id: `keycloak-realm-${this.id}`,
      scope: 'global',
      frequency: { milliseconds: this.#intervalMs },
      timeout: READING_TIMEOUT,
      fn: () => this.refresh(),
    });
    this.#repeat(0, LOOK_INTERVAL_MS, () => this.#look());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#refreshing;
  }

  snapshot(): KeycloakSnapshot {
    return this.#holder.get();
  }

  onChange(listener: () => void): () => void {
    return this.#holder.onChange(listener);
  }

  /** Reads the realm now; readings that overlap are one. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async clientAccess(clientId: string): Promise<ClientAccess | undefined> {
    const graph = this.#graph;
    const client = graph?.client(clientId);
    if (!graph || !client) {
      return undefined;
    }
    return this.#detail({
      cache: this.#clientDetails,
      key: clientId,
      read: async () => {
        const roles = await readClientRoles(
          this.#connection,
          client,
          graph.realm.clients,
        );
        const realm = withClientRoles(
          graph.realm,
          new Map([[clientId, roles]]),
        );
        const held = await readHolders(
          this.#connection,
          createRealmGraph(realm),
          roles.map(role => ({ client: clientId, name: role.name })),
        );
        return clientAccess(createRealmGraph(held), clientId);
      },
      otherwise: realm => clientAccess(createRealmGraph(realm), clientId),
    });
  }

  async holders(role: RoleRef): Promise<RoleHolders | undefined> {
    const graph = this.#graph;
    if (!graph?.role(role)) {
      return undefined;
    }
    return this.#detail({
      cache: this.#roleHolders,
      key: JSON.stringify([role.client, role.name]),
      read: async () =>
        effectiveHolders(
          createRealmGraph(await readHolders(this.#connection, graph, [role])),
          role,
        ),
      otherwise: realm => effectiveHolders(createRealmGraph(realm), role),
    });
  }

  /** Details from cache or server; without holders where both fail. */
  async #detail<T>(options: {
    cache: Revalidating<T>;
    key: string;
    read: () => Promise<T>;
    otherwise: (realm: Realm) => T;
  }): Promise<T> {
    const { cache, key, read, otherwise } = options;
    try {
      return await cache.get(key, read);
    } catch (error) {
      const { message } = toUpstreamError(error, 'holders');
      this.#logger.warn(message);
      const realm = this.#graph!.realm;
      return otherwise({
        ...realm,
        knowledge: {
          ...realm.knowledge,
          reasons: [...realm.knowledge.reasons, message],
        },
      });
    }
  }

  #repeat(
    delayMs: number,
    intervalMs: number,
    work: () => Promise<void>,
  ): void {
    if (this.#stopped) {
      return;
    }
    this.#timer = setTimeout(async () => {
      await work();
      this.#repeat(intervalMs, intervalMs, work);
    }, delayMs);
    this.#timer.unref();
  }

  /** Takes over what a replica has stored since the last look. */
  async #look(): Promise<void> {
    const { store } = this.#shared!;
    try {
      const state = await store.load(this.id, this.#revision);
      if (!state) {
        return;
      }
      this.#revision = state.revision;
      if (state.reading) {
        this.#apply(state.reading);
      }
      if (state.message !== undefined) {
        this.#holder.fail({ message: state.message });
      }
    } catch (error) {
      this.#logger.warn(`cannot load the reading of ${this.id}: ${error}`);
    }
  }

  async #read(): Promise<void> {
    try {
      const observedAt = Date.now();
      const index = await readRealmIndex(this.#connection);
      const small = index.realm.clients.length <= SMALL_REALM;
      if (small) {
        await this.#readAllClientRoles(index.realm);
      }
      await this.#publish(index, observedAt);
      if (index.missingRights.length > 0) {
        this.#logger.warn(
          `the reader lacks ${index.missingRights.join(
            ', ',
          )} of realm-management`,
        );
      }
      if (!small && this.#crawlIsDue()) {
        await this.#readAllClientRoles(index.realm);
        await this.#publish(index, observedAt);
      }
    } catch (error) {
      const { message } = toUpstreamError(error, 'the realm');
      this.#logger.warn(message);
      this.#holder.fail({ message });
      await this.#shared?.store
        .saveFailure(this.id, message)
        .catch(reason => this.#logger.warn(`cannot store it: ${reason}`));
    }
  }

  async #publish(index: RealmIndex, observedAt: number): Promise<void> {
    const realm = withClientRoles(index.realm, this.#clientRoles);
    if (this.#crawledAt === undefined) {
      realm.knowledge = {
        ...realm.knowledge,
        clients: false,
        reasons: [
          ...realm.knowledge.reasons,
          'the roles of all clients are being read',
        ],
      };
    }
    const { missingRights, warnings } = index;
    const reading = { realm, observedAt, missingRights, warnings };
    this.#apply(reading);
    await this.#shared?.store.saveReading(this.id, reading);
  }

  #apply({ realm, observedAt, missingRights, warnings }: StoredReading): void {
    this.#graph = createRealmGraph(realm);
    this.#holder.succeed({
      realm,
      observedAt: new Date(observedAt),
      missingRights,
      warnings: warnings.map(message => ({ message })),
    });
  }

  #crawlIsDue(): boolean {
    return (
      this.#crawledAt === undefined ||
      Date.now() - this.#crawledAt >= CRAWL_INTERVAL_MS
    );
  }

  /**
   * A role of one client may contain a role of another, and Keycloak cannot
   * be asked for the parents of a role, so all roles are read.
   */
  async #readAllClientRoles(realm: Realm): Promise<void> {
    this.#clientRoles = await readAllClientRoles(
      this.#connection,
      realm.clients,
    );
    this.#crawledAt = Date.now();
  }
}
