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
  DeferredEntity,
  EntityProvider,
  EntityProviderConnection,
  parseEntityYaml,
} from '@backstage/plugin-catalog-node';
import { LocalRepositories, LocalRepository } from './LocalRepositories';
import { readCommittedFile } from './readHead';

const CATALOG_FILE = 'catalog-info.yaml';

type ReadRepository = { commit: string; file: string; entities: Entity[] };

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

  readonly #repositories: LocalRepositories;
  readonly #logger: LoggerService;
  readonly #validate = entityEnvelopeSchemaValidator();
  #read = new Map<string, ReadRepository>();
  #provided?: string;
  #connection?: EntityProviderConnection;

  private constructor(directory: string, logger: LoggerService) {
    this.#logger = logger;
    this.#repositories = LocalRepositories.create({
      directory,
      logger,
      onChange: repositories => this.#provide(repositories),
    });
  }

  getProviderName(): string {
    return 'local-repositories';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    await this.#repositories.start();
  }

  /** Ends watching and waits for a refresh that is under way. */
  async close(): Promise<void> {
    await this.#repositories.close();
  }

  async #provide(repositories: LocalRepository[]): Promise<void> {
    const read = new Map<string, ReadRepository>();
    for (const repository of repositories) {
      read.set(repository.name, await this.#readRepository(repository));
    }
    this.#read = read;

    const provided = JSON.stringify([...read]);
    if (provided !== this.#provided) {
      await this.#connection?.applyMutation({
        type: 'full',
        entities: this.#entitiesOf(read),
      });
      this.#provided = provided;
    }
  }

  async #readRepository({
    name,
    directory,
    commit,
  }: LocalRepository): Promise<ReadRepository> {
    const file = path.join(directory, CATALOG_FILE);
    const before = this.#read.get(name);
    if (before?.commit === commit) {
      return before;
    }
    try {
      const text = await readCommittedFile({
        repository: directory,
        commit,
        filePath: CATALOG_FILE,
      });
      return { commit, file, entities: text ? this.#parse(text, file) : [] };
    } catch (error) {
      this.#logger.warn(
        `Cannot use ${file} of commit ${commit}: ${stringifyError(error)}`,
      );
      return { commit, file, entities: before?.entities ?? [] };
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

  #entitiesOf(repositories: Map<string, ReadRepository>): DeferredEntity[] {
    const owners = new Map<string, string>();
    const deferred: DeferredEntity[] = [];
    for (const [name, { file, entities }] of repositories) {
      for (const entity of entities) {
        const entityRef = stringifyEntityRef(entity);
        const owner = owners.get(entityRef);
        if (owner) {
          this.#logger.warn(
            `${file} describes ${entityRef}, which belongs to the repository ${owner} already`,
          );
          continue;
        }
        owners.set(entityRef, name);
        deferred.push({
          locationKey: `local-repository:${name}`,
          entity: withLocation(entity, file),
        });
      }
    }
    return deferred;
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
