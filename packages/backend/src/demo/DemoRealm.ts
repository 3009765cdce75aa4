import fs from 'node:fs/promises';
import path from 'node:path';
import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  KeycloakClientDeclaration,
  parseEdpKeycloakClient,
  readManifests,
} from '@mesh-auth/access-model';
import { addClientsToRealm, RealmExport } from './addClientsToRealm';
import { LocalRepositories, LocalRepository } from './LocalRepositories';
import { committedFiles, readCommittedFile } from './readHead';

/**
 * Plays the part of the Keycloak operator: writes a copy of a realm export to
 * which the `KeycloakClient` objects of the local repositories are added, as
 * they stand at HEAD below `deploy/`.
 *
 * A client that cannot be read is logged and left out.
 */
export class DemoRealm {
  static create(options: {
    /** Absolute path of the realm export to begin with. */
    baseFile: string;
    /** Absolute path of the file to write. */
    file: string;
    /** Absolute path of the folder that holds the repositories. */
    directory: string;
    logger: LoggerService;
  }): DemoRealm {
    return new DemoRealm(options);
  }

  readonly #baseFile: string;
  readonly #file: string;
  readonly #logger: LoggerService;
  readonly #repositories: LocalRepositories;
  #read = new Map<string, KeycloakClientDeclaration[]>();

  private constructor(options: {
    baseFile: string;
    file: string;
    directory: string;
    logger: LoggerService;
  }) {
    this.#baseFile = options.baseFile;
    this.#file = options.file;
    this.#logger = options.logger;
    this.#repositories = LocalRepositories.create({
      directory: options.directory,
      logger: options.logger,
      onChange: repositories => this.#write(repositories),
    });
  }

  /** Resolves after the file was written for the first time. */
  async start(): Promise<void> {
    await this.#repositories.start();
  }

  async close(): Promise<void> {
    await this.#repositories.close();
  }

  async #write(repositories: LocalRepository[]): Promise<void> {
    const read = new Map<string, KeycloakClientDeclaration[]>();
    for (const repository of repositories) {
      const { directory, commit } = repository;
      const key = `${directory}@${commit}`;
      read.set(key, this.#read.get(key) ?? (await this.#clients(repository)));
    }
    this.#read = read;

    const base: RealmExport = JSON.parse(
      await fs.readFile(this.#baseFile, 'utf8'),
    );
    const realm = addClientsToRealm(base, [...read.values()].flat());
    await writeWhenChanged(this.#file, `${JSON.stringify(realm, null, 2)}\n`);
  }

  async #clients({
    directory,
    commit,
  }: LocalRepository): Promise<KeycloakClientDeclaration[]> {
    const clients: KeycloakClientDeclaration[] = [];
    try {
      const files = await committedFiles({ repository: directory, commit });
      for (const filePath of files.filter(isManifest)) {
        const text = await readCommittedFile({
          repository: directory,
          commit,
          filePath,
        });
        const { objects } = readManifests({
          files: [{ path: path.join(directory, filePath), text: text ?? '' }],
        });
        for (const object of objects) {
          const client = parseEdpKeycloakClient({ ...object });
          if (client) {
            clients.push(client);
          }
        }
      }
    } catch (error) {
      this.#logger.warn(
        `Cannot read the Keycloak clients of ${directory}: ${stringifyError(
          error,
        )}`,
      );
    }
    return clients;
  }
}

function isManifest(file: string): boolean {
  return file.startsWith('deploy/') && /\.ya?ml$/.test(file);
}

/** Replaces the file at once, so that its readers never see half of it. */
async function writeWhenChanged(file: string, text: string): Promise<void> {
  const before = await fs.readFile(file, 'utf8').catch(() => undefined);
  if (before === text) {
    return;
  }
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(`${file}.new`, text);
  await fs.rename(`${file}.new`, file);
}
