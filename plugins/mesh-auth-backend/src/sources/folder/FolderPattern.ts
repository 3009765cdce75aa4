import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';

const MANIFEST = /\.(ya?ml|json)$/i;
const NEVER = new Set(['node_modules', '.git']);

function toPosix(path: string): string {
  return path.split(sep).join('/');
}

/**
 * One configured path of a folder source: a folder, a file or a glob.
 *
 * @remarks
 * A folder stands for all manifests below it, at any depth. So does a folder
 * that a glob matches: `repositories/*`+`/deploy` takes `repositories/a/deploy/x.yaml`.
 *
 * @internal
 */
export class FolderPattern {
  /** The deepest folder that holds everything that the pattern can match; absolute. */
  readonly base: string;
  readonly #matches: (path: string) => boolean;

  private constructor(base: string, matches: (path: string) => boolean) {
    this.base = base;
    this.#matches = matches;
  }

  /**
   * @param path - a folder, file or glob; relative to `root`
   * @param root - an absolute folder
   */
  static create(path: string, root: string): FolderPattern {
    const { base, glob, isGlob } = picomatch.scan(toPosix(path));
    const absoluteBase = resolve(root, base || '.');
    if (!isGlob) {
      return new FolderPattern(
        absoluteBase,
        candidate =>
          candidate === absoluteBase ||
          candidate.startsWith(absoluteBase + sep),
      );
    }
    const isMatch = picomatch([glob, `${glob}/**`], { dot: true });
    return new FolderPattern(absoluteBase, candidate => {
      const below = toPosix(relative(absoluteBase, candidate));
      return below !== '' && !below.startsWith('../') && isMatch(below);
    });
  }

  /** Whether the file is a manifest that the pattern takes. */
  takes(file: string): boolean {
    return MANIFEST.test(file) && !this.prunes(file) && this.#matches(file);
  }

  /** Whether nothing at or below the path can be taken; what leads to the base is not pruned. */
  prunes(path: string): boolean {
    if (this.base.startsWith(path === sep ? path : path + sep)) {
      return false;
    }
    const below = relative(this.base, path).split(sep);
    return below[0] === '..' || below.some(segment => NEVER.has(segment));
  }

  /** The file as people see it: below the name of the base folder, with slashes and without the machine's path. */
  displayPath(file: string): string {
    const below = relative(this.base, file);
    return toPosix(below ? `${basename(this.base)}/${below}` : basename(file));
  }

  /** The folder to watch: the base, or as long as that does not exist the nearest folder above it that does. */
  get watchable(): string {
    let folder = this.base;
    while (!existsSync(folder) && dirname(folder) !== folder) {
      folder = dirname(folder);
    }
    return folder;
  }
}
