import { readFile, stat } from 'node:fs/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  readManifests,
  type ManifestProblem,
  type MeshObject,
} from '@mesh-auth/access-model';
import type { SourceWarning } from '@mesh-auth/plugin-mesh-auth-common';
import type {
  MeshAuthSource,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import { watch, type FSWatcher } from 'chokidar';
import pLimit from 'p-limit';
import { FolderPattern } from './FolderPattern';

/** Larger files are no manifests that a person or a generator writes; they would only stall the backend. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_FILES = 20_000;
/** Long enough to see a checkout or a template run as one change, short enough to feel immediate. */
const SETTLE_MILLISECONDS = 150;
const READS_AT_ONCE = 16;

/**
 * @internal
 */
export interface FolderSourceOptions {
  /** Also the name of the cluster that the manifests describe. */
  id: string;
  title: string;
  /** Folders, files or globs, relative to `root`. */
  paths: string[];
  /** An absolute folder. */
  root: string;
  /** Look for changes by polling, for network mounts without file events. */
  polling?: boolean;
  logger: LoggerService;
}

interface FileReading {
  objects: readonly MeshObject[];
  warnings: readonly SourceWarning[];
}

function toWarning(problem: ManifestProblem): SourceWarning {
  return {
    message: problem.message,
    file: problem.file,
    ...(problem.line !== undefined && { line: problem.line }),
  };
}

/**
 * A folder of manifests as a cluster: reads every manifest once and again when it changes.
 *
 * @internal
 */
export class FolderSource implements MeshAuthSource {
  readonly id: string;
  readonly kind = 'folder';
  readonly title: string;
  readonly #options: FolderSourceOptions;
  readonly #patterns: FolderPattern[];
  readonly #files = new Map<string, FileReading>();
  readonly #changed = new Set<string>();
  readonly #read = pLimit(READS_AT_ONCE);
  #publish: (reading: SourceReading) => void = () => {};
  #watcher: FSWatcher | undefined;
  #ready = false;
  #watchFailedAt: Date | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: FolderSourceOptions) {
    this.id = `folder:${options.id}`;
    this.title = options.title;
    this.#options = options;
    this.#patterns = options.paths.map(path =>
      FolderPattern.create(path, options.root),
    );
  }

  start(publish: (reading: SourceReading) => void): void {
    this.#publish = publish;
    publish({ state: 'loading', warnings: [] });
    this.#watcher = watch(
      this.#patterns.map(pattern => pattern.watchable),
      {
        usePolling: this.#options.polling,
        ignored: (path, stats) =>
          stats?.isFile()
            ? !this.#patternOf(path)
            : this.#patterns.every(pattern => pattern.prunes(path)),
      },
    );
    const onChange = (file: string) => {
      this.#changed.add(file);
      this.#schedule();
    };
    this.#watcher
      .on('add', onChange)
      .on('change', onChange)
      .on('unlink', onChange)
      .on('error', error => {
        this.#watchFailedAt ??= new Date();
        this.#options.logger.warn(
          `Watching the folder source '${this.id}' failed: ${stringifyError(
            error,
          )}`,
        );
        this.#schedule();
      })
      .on('ready', () => {
        this.#ready = true;
        this.#schedule();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#running;
  }

  #patternOf(file: string): FolderPattern | undefined {
    return this.#patterns.find(pattern => pattern.takes(file));
  }

  #schedule() {
    if (this.#stopped || !this.#ready) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#refresh());
    }, SETTLE_MILLISECONDS);
  }

  async #refresh() {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(
      changed.map(file => this.#read(() => this.#readFile(file))),
    );
    if (!this.#stopped) {
      this.#publish(this.#reading());
    }
  }

  async #readFile(file: string): Promise<void> {
    const pattern = this.#patternOf(file);
    if (!pattern) {
      return;
    }
    const path = pattern.displayPath(file);
    const refuse = (message: string) =>
      this.#files.set(file, {
        objects: [],
        warnings: [{ message, file: path }],
      });
    if (!this.#files.has(file) && this.#files.size >= MAX_FILES) {
      this.#options.logger.warn(
        `The folder source '${this.id}' leaves out '${path}': it holds more than ${MAX_FILES} manifests`,
      );
      return;
    }
    try {
      const { size } = await stat(file);
      if (size > MAX_FILE_BYTES) {
        refuse(`left out: ${size} bytes, more than ${MAX_FILE_BYTES}`);
        return;
      }
      const text = await readFile(file, 'utf8');
      const { objects, problems } = readManifests({ files: [{ path, text }] });
      this.#files.set(file, { objects, warnings: problems.map(toWarning) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#files.delete(file);
        return;
      }
      // The reason without the text of the error, which holds the machine's path.
      refuse(
        `could not be read (${
          (error as NodeJS.ErrnoException).code ?? (error as Error).name
        })`,
      );
    }
  }

  #reading(): SourceReading {
    // In the order of file names, so that answers do not depend on the order of events.
    const files = [...this.#files.keys()].sort();
    const readings = files.map(file => this.#files.get(file)!);
    return {
      state: this.#watchFailedAt ? 'stale' : 'live',
      observedAt: this.#watchFailedAt,
      message: this.#watchFailedAt
        ? 'Changes of the folder cannot be watched'
        : undefined,
      warnings: [
        ...(files.length === 0
          ? [
              {
                message: `no manifest found in ${this.#options.paths.join(
                  ', ',
                )}`,
              },
            ]
          : []),
        ...readings.flatMap(reading => reading.warnings),
      ],
      cluster: {
        cluster: this.#options.id,
        objects: readings.flatMap(reading => reading.objects),
      },
    };
  }
}
