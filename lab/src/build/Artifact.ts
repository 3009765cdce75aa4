/**
 * Something that the lab needs on disk before a part can start: a folder in the cache, built once a version.
 *
 * @internal
 */
export interface Artifact {
  /** Name of the artifact and of its folder in the cache. */
  name: string;
  /** Version and, after a `+`, the revision of our recipe; the second level in the cache. */
  version: string;
  /** Rough cold build time in seconds on two cores; long ones start first. */
  cost: number;
  /** Programs that the artifact holds: name to path relative to its folder. */
  binaries: Record<string, string>;
  /** Fills the (empty, temporary) folder. Throws when the artifact cannot be built. */
  build(options: BuildOptions): Promise<void>;
}

/** @internal */
export interface BuildOptions {
  /** The folder to fill; renamed to its final place when the build has succeeded. */
  target: string;
  /** Called with short lines that say what is going on. */
  onProgress: (line: string) => void;
}
