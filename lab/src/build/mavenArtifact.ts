import fs from 'fs-extra';
import path from 'path';
import { versions } from '../versions';
import { Artifact, BuildOptions } from './Artifact';
import { runTool } from './runTool';

/** @internal */
export interface MavenArtifactOptions {
  name: string;
  version: string;
  cost: number;
  /** groupId:artifactId; the artifact is a zip with one folder at its top. */
  coordinates: string;
  binaries: Record<string, string>;
  /** Work on the unpacked folder that is the same for every lab. */
  afterUnpack?: (options: BuildOptions) => Promise<void>;
}

/**
 * A zip distribution from a Maven repository, unpacked without its top folder.
 *
 * @internal
 */
export function mavenArtifact(options: MavenArtifactOptions): Artifact {
  const { name, version, cost, coordinates, binaries, afterUnpack } = options;
  return {
    name,
    version,
    cost,
    binaries,
    async build(buildOptions: BuildOptions) {
      const { target, onProgress } = buildOptions;
      const download = path.join(target, '.download');
      onProgress(`downloading ${coordinates}:${version}`);
      await runTool({
        command: 'mvn',
        args: [
          '-B',
          '-q',
          `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:copy`,
          `-Dartifact=${coordinates}:${version}:zip`,
          `-DoutputDirectory=${download}`,
        ],
        cwd: target,
      });
      const [archive] = await fs.readdir(download);
      onProgress('unpacking');
      await runTool({
        command: 'python3',
        args: ['-m', 'zipfile', '-e', path.join(download, archive), download],
      });
      await fs.remove(path.join(download, archive));
      const [top] = await fs.readdir(download);
      for (const entry of await fs.readdir(path.join(download, top))) {
        await fs.move(
          path.join(download, top, entry),
          path.join(target, entry),
        );
      }
      await fs.remove(download);
      await afterUnpack?.(buildOptions);
    },
  };
}
