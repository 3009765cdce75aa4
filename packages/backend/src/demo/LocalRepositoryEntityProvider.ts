import fs from 'node:fs/promises';
import path from 'node:path';
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
  entityEnvelopeSchemaValidator,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import {
  EntityProvider,
  EntityProviderConnection,
  parseEntityYaml,
} from '@backstage/plugin-catalog-node';
import { FSWatcher, watch } from 'chokidar';
import { headCommit, readCommittedFile } from './readHead';

const CATALOG_FILE = 'catalog-info.yaml';
const SETTLE_MS = 150;

type ReadRepository = { commit: string; entities: Entity[] };

/**
 * Provides the entities of `catalog-info.yaml` at HEAD of each Git repository
 * in a folder, and follows commits, new repositories and removed ones.
 *
 * A file that cannot be used is logged with its path; its repository then keeps
 * the entities that it had, and the other repositories are not touched.
 */
export class LocalRepositoryEntityProvider implements EntityProvider {
  static create(options: {
    /** Absolute path of the folder that holds the repositories. */
    directory: string;
    logger: LoggerService;
  }): LocalRepositoryEntityProvider {
    return new LocalRepositoryEntityProvider(options.directory, options.logger);
  }

  readonly #directory: string;
  readonly #logger: LoggerService;
  readonly #validate = entityEnvelopeSchemaValidator();
  #repositories = new Map<string, ReadRepository>();
  #provided = '';
  #connection?: EntityProviderConnection;
  #watcher?: FSWatcher;
  #timer?: NodeJS.Timeout;
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(directory: string, logger: LoggerService) {
    this.#directory = directory;
    this.#logger = logger;
  }

  getProviderName(): string {
    return 'local-repositories';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    await fs.mkdir(this.#directory, { recursive: true });
    this.#watcher = watch(this.#directory, {
      ignoreInitial: true,
      ignored: file => !this.#isWatched(file),
    });
    this.#watcher.on('all', () => this.#refreshSoon());
    this.#watcher.on('error', error =>
      this.#logger.warn(
        `Cannot watch ${this.#directory}: ${stringifyError(error)}`,
      ),
    );
    await this.#refresh();
  }

  /** Ends watching and waits for a refresh that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#refreshing;
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

  /** One commit changes several files; they are answered by one refresh. */
  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), SETTLE_MS);
  }

  #refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() =>
      this.#readAndProvide().catch(error =>
        this.#logger.error(
          `Cannot provide the entities of ${this.#directory}: ${stringifyError(
            error,
          )}`,
        ),
      ),
    );
    return this.#refreshing;
  }

  async #readAndProvide(): Promise<void> {
    const folders = await fs.readdir(this.#directory, { withFileTypes: true });
    const names = folders.filter(f => f.isDirectory()).map(f => f.name);
    const repositories = new Map<string, ReadRepository>();
    for (const name of names.sort()) {
      const repository = await this.#readRepository(name);
      if (repository) {
        repositories.set(name, repository);
      }
    }
    this.#repositories = repositories;

    const provided = JSON.stringify([...repositories]);
    if (provided === this.#provided) {
      return;
    }
    await this.#connection?.applyMutation({
      type: 'full',
      entities: this.#entitiesOf(repositories),
    });
    this.#provided = provided;
  }

  async #readRepository(name: string): Promise<ReadRepository | undefined> {
    const repository = path.join(this.#directory, name);
    const file = path.join(repository, CATALOG_FILE);
    const before = this.#repositories.get(name);
    let commit: string | undefined;
    try {
      commit = await headCommit(repository);
      if (!commit || commit === before?.commit) {
        return commit ? before : undefined;
      }
      const text = await readCommittedFile({
        repository,
        commit,
        filePath: CATALOG_FILE,
      });
      return { commit, entities: text ? this.#parse(text, file) : [] };
    } catch (error) {
      this.#logger.warn(
        `Cannot use ${file}${
          commit ? ` of commit ${commit}` : ''
        }: ${stringifyError(error)}`,
      );
      return { commit: commit ?? '', entities: before?.entities ?? [] };
    }
  }

  #parse(text: string, file: string): Entity[] {
    const location = { type: 'file', target: file };
    const entities: Entity[] = [];
    for (const result of parseEntityYaml(Buffer.from(text), location)) {
      if (result.type === 'error') {
        throw result.error;
      }
      if (result.type === 'entity') {
        entities.push(this.#validate(result.entity));
      }
    }
    return entities;
  }

  #entitiesOf(repositories: Map<string, ReadRepository>) {
    const owners = new Map<string, string>();
    return [...repositories].flatMap(([name, { entities }]) => {
      const file = path.join(this.#directory, name, CATALOG_FILE);
      return entities.flatMap(entity => {
        const entityRef = stringifyEntityRef(entity);
        const owner = owners.get(entityRef);
        if (owner) {
          this.#logger.warn(
            `${file} describes ${entityRef}, which belongs to the repository ${owner} already`,
          );
          return [];
        }
        owners.set(entityRef, name);
        return [
          {
            locationKey: `local-repository:${name}`,
            entity: withLocation(entity, file),
          },
        ];
      });
    });
  }
}

function withLocation(entity: Entity, file: string): Entity {
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      annotations: {
        ...entity.metadata.annotations,
        [ANNOTATION_LOCATION]: `file:${file}`,
        [ANNOTATION_ORIGIN_LOCATION]: `file:${file}`,
      },
    },
  };
}
