import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ClientAccess,
  clientAccess,
  createRealmGraph,
  effectiveHolders,
  parseRealm,
  RealmGraph,
  RoleHolders,
  RoleRef,
} from '@mesh-auth/access-model';
import { FSWatcher, watch } from 'chokidar';
import { readFile, stat } from 'fs/promises';
import { SnapshotHolder } from './SnapshotHolder';
import { KeycloakSnapshot, KeycloakSource } from './types';

/** Bytes; a realm with 20,000 clients and 100,000 users is about half of it. */
const MAX_FILE_SIZE = 256 * 1024 * 1024;

export interface RealmExportSourceOptions {
  instance: string;
  realm: string;
  file: string;
  logger: LoggerService;
}

/**
 * A realm from a file that `kc.sh export` or the Admin API's `partial-export`
 * wrote. The file is watched; while it cannot be read, what was read before
 * serves as stale.
 */
export class RealmExportSource implements KeycloakSource {
  readonly kind = 'realm-export';
  readonly id: string;
  readonly instance: string;
  readonly realm: string;
  readonly #file: string;
  readonly #logger: LoggerService;
  readonly #holder = new SnapshotHolder();
  #graph: RealmGraph | undefined;
  #watcher: FSWatcher | undefined;
  #reading: Promise<void> = Promise.resolve();

  static create(options: RealmExportSourceOptions): RealmExportSource {
    return new RealmExportSource(options);
  }

  private constructor(options: RealmExportSourceOptions) {
    this.instance = options.instance;
    this.realm = options.realm;
    this.id = `${options.instance}/${options.realm}`;
    this.#file = options.file;
    this.#logger = options.logger.child({ source: this.id });
  }

  async start(): Promise<void> {
    const watcher = watch(this.#file, {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 25 },
    });
    this.#watcher = watcher;
    watcher.on('all', () => this.#readInTurn());
    watcher.on('error', error =>
      this.#logger.warn(`cannot watch ${this.#file}: ${String(error)}`),
    );
    // Watched before it is read, so that no change falls in between.
    await new Promise<void>(resolve => {
      watcher.on('ready', () => resolve());
    });
    await this.#readInTurn();
  }

  async stop(): Promise<void> {
    await this.#watcher?.close();
    await this.#reading;
  }

  snapshot(): KeycloakSnapshot {
    return this.#holder.get();
  }

  onChange(listener: () => void): () => void {
    return this.#holder.onChange(listener);
  }

  async clientAccess(clientId: string): Promise<ClientAccess | undefined> {
    return this.#graph && clientAccess(this.#graph, clientId);
  }

  async holders(role: RoleRef): Promise<RoleHolders | undefined> {
    return this.#graph && effectiveHolders(this.#graph, role);
  }

  /** One reading after the other, so that the newest content wins. */
  #readInTurn(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { size, mtime } = await stat(this.#file);
      if (size > MAX_FILE_SIZE) {
        throw new Error(`the file is larger than ${MAX_FILE_SIZE} bytes`);
      }
      const realm = parseRealm(await readFile(this.#file, 'utf8'));
      if (realm.realm !== this.realm) {
        throw new Error(
          `the file holds realm ${realm.realm}, configured is ${this.realm}`,
        );
      }
      this.#graph = createRealmGraph(realm);
      this.#holder.succeed({
        realm,
        observedAt: mtime,
        warnings: this.#graph.dangling.map(name => ({
          message: `${name} does not exist`,
          file: this.#file,
        })),
      });
    } catch (error) {
      const { message, line } = describe(error);
      this.#logger.warn(`cannot read ${this.#file}: ${message}`);
      this.#holder.fail({
        message,
        warnings: [{ message, file: this.#file, line }],
      });
    }
  }
}

function describe(error: unknown): { message: string; line?: number } {
  const { code, message, line } = error as {
    code?: string;
    message?: string;
    line?: number;
  };
  if (code === 'ENOENT') {
    return { message: 'the file does not exist' };
  }
  return { message: message ?? String(error), line };
}
