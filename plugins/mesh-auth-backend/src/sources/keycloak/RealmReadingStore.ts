import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Realm } from '@mesh-auth/access-model';
import { Knex } from 'knex';

const TABLE = 'realm_readings';

const migrations = resolvePackagePath(
  '@mesh-auth/plugin-mesh-auth-backend',
  'migrations',
);

/** A reading of a realm, whoever made it. */
export interface StoredReading {
  realm: Realm;
  /** Milliseconds since 1970. */
  observedAt: number;
  missingRights: string[];
  warnings: string[];
}

/** The last good reading and, where the newest one failed, why. */
export interface StoredState {
  revision: number;
  reading?: StoredReading;
  message?: string;
}

interface Row {
  id: string;
  revision: number | string;
  reading: string | null;
  message: string | null;
}

/**
 * Readings of realms in the plugin's database, so that one replica reads
 * Keycloak for all.
 */
export class RealmReadingStore {
  readonly #database: DatabaseService;
  #knex: Promise<Knex> | undefined;

  static create(options: { database: DatabaseService }): RealmReadingStore {
    return new RealmReadingStore(options.database);
  }

  private constructor(database: DatabaseService) {
    this.#database = database;
  }

  /** The state of a realm, if it is newer than a revision. */
  async load(id: string, since: number): Promise<StoredState | undefined> {
    const knex = await this.#connect();
    const row = await knex<Row>(TABLE)
      .where({ id })
      .andWhere('revision', '>', since)
      .first();
    return (
      row && {
        revision: Number(row.revision),
        reading: row.reading ? JSON.parse(row.reading) : undefined,
        message: row.message ?? undefined,
      }
    );
  }

  async saveReading(id: string, reading: StoredReading): Promise<void> {
    await this.#save(id, { reading: JSON.stringify(reading), message: null });
  }

  /** Keeps the last good reading. */
  async saveFailure(id: string, message: string): Promise<void> {
    await this.#save(id, { message });
  }

  async #save(
    id: string,
    columns: { reading?: string; message: string | null },
  ): Promise<void> {
    const knex = await this.#connect();
    await knex<Row>(TABLE)
      .insert({ id, revision: Date.now(), ...columns })
      .onConflict('id')
      .merge();
  }

  async #connect(): Promise<Knex> {
    this.#knex ??= this.#open().catch(error => {
      this.#knex = undefined;
      throw error;
    });
    return this.#knex;
  }

  async #open(): Promise<Knex> {
    const knex = await this.#database.getClient();
    if (!this.#database.migrations?.skip) {
      await knex.migrate.latest({ directory: migrations });
    }
    return knex;
  }
}
