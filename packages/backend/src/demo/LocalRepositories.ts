import fs from 'node:fs/promises';
import path from 'node:path';
import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { FSWatcher, watch } from 'chokidar';
import { headCommit } from './readHead';

const SETTLE_MS = 150;

/** A Git repository with its commit at HEAD. */
export type LocalRepository = {
  name: string;
  /** Absolute path. */
  directory: string;
  commit: string;
};

/**
 * The Git repositories that stand side by side in one folder.
 *
 * `onChange` is called once at first and then after each burst of changes: a
 * commit, a new repository, one that was removed. Calls never overlap, and one
 * that fails is logged and does not end the watching.
 */
export class LocalRepositories {
  static create(options: {
    /** Absolute path of the folder that holds the repositories; it is made where it is missing. */
    directory: string;
    logger: LoggerService;
    onChange: (repositories: LocalRepository[]) => Promise<void>;
  }): LocalRepositories {
    return new LocalRepositories(options);
  }

  readonly #directory: string;
  readonly #logger: LoggerService;
  readonly #onChange: (repositories: LocalRepository[]) => Promise<void>;
  #watcher?: FSWatcher;
  #timer?: NodeJS.Timeout;
  #telling: Promise<void> = Promise.resolve();

  private constructor(options: {
    directory: string;
    logger: LoggerService;
    onChange: (repositories: LocalRepository[]) => Promise<void>;
  }) {
    this.#directory = options.directory;
    this.#logger = options.logger;
    this.#onChange = options.onChange;
  }

  /** Resolves after the first call of `onChange`. */
  async start(): Promise<void> {
    await fs.mkdir(this.#directory, { recursive: true });
    this.#watcher = watch(this.#directory, {
      ignoreInitial: true,
      ignored: file => !this.#isWatched(file),
    });
    this.#watcher.on('all', () => this.#tellSoon());
    this.#watcher.on('error', error =>
      this.#logger.warn(
        `Cannot watch ${this.#directory}: ${stringifyError(error)}`,
      ),
    );
    await this.#tell();
  }

  /** Ends watching and waits for a call that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#telling;
  }

  /** Of a repository only what moves HEAD: neither its work tree nor its objects. */
  #isWatched(file: string): boolean {
    const [repository, dotGit, ...rest] = path
      .relative(this.#directory, file)
      .split(path.sep);
    if (!repository || !dotGit) {
      return true;
    }
    if (dotGit !== '.git') {
      return false;
    }
    const inGit = rest.join('/');
    return (
      ['', 'HEAD', 'packed-refs', 'refs', 'refs/heads'].includes(inGit) ||
      inGit.startsWith('refs/heads/')
    );
  }

  /** One commit changes several files; they are answered by one call. */
  #tellSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), SETTLE_MS);
  }

  #tell(): Promise<void> {
    this.#telling = this.#telling.then(async () => {
      try {
        await this.#onChange(await this.#list());
      } catch (error) {
        this.#logger.error(
          `Cannot follow the repositories in ${
            this.#directory
          }: ${stringifyError(error)}`,
        );
      }
    });
    return this.#telling;
  }

  async #list(): Promise<LocalRepository[]> {
    const folders = await fs.readdir(this.#directory, { withFileTypes: true });
    const names = folders.filter(f => f.isDirectory()).map(f => f.name);
    const repositories: LocalRepository[] = [];
    for (const name of names.sort()) {
      const directory = path.join(this.#directory, name);
      try {
        const commit = await headCommit(directory);
        if (commit) {
          repositories.push({ name, directory, commit });
        }
      } catch (error) {
        this.#logger.warn(
          `Cannot read the repository ${directory}: ${stringifyError(error)}`,
        );
      }
    }
    return repositories;
  }
}
