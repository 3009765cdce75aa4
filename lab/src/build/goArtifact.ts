import fs from 'fs-extra';
import execa from 'execa';
import path from 'path';
import { labPackage } from '../paths';
import { Artifact, BuildOptions } from './Artifact';
import { runTool } from './runTool';

/**
 * Modules that the public checksum database does not hold. The committed go.sum pins them just as well.
 */
const NOT_IN_CHECKSUM_DATABASE = 'github.com/openshift,github.com/epam';

const goEnvironment = {
  CGO_ENABLED: '0',
  GONOSUMDB: NOT_IN_CHECKSUM_DATABASE,
  GOTOOLCHAIN: 'local',
  GOFLAGS: '-mod=readonly -buildvcs=false',
};

/** @internal */
export interface GoArtifactOptions {
  name: string;
  version: string;
  cost: number;
  /** Program name to Go package. */
  packages: Record<string, string>;
  /** `-X` settings: Go variable to value. */
  variables?: Record<string, string>;
  /** Module whose files are copied too: path inside the module to path inside the artifact. */
  files?: { module: string; copy: Record<string, string> };
}

/**
 * Programs built from Go modules that `lab/go/<name>/go.mod` and `go.sum` pin.
 *
 * @internal
 */
export function goArtifact(options: GoArtifactOptions): Artifact {
  const { name, version, cost, packages, files } = options;
  const folder = path.join(labPackage, 'go', name);
  const linkerFlags = [
    '-s',
    '-w',
    ...Object.entries(options.variables ?? {}).map(
      ([variable, value]) => `-X ${variable}=${value}`,
    ),
  ].join(' ');

  return {
    name,
    version,
    cost,
    binaries: Object.fromEntries(
      Object.keys(packages).map(program => [program, `bin/${program}`]),
    ),
    async build({ target, onProgress }: BuildOptions) {
      await fs.ensureDir(path.join(target, 'bin'));
      for (const [program, goPackage] of Object.entries(packages)) {
        await runTool({
          command: 'go',
          args: [
            'build',
            '-v',
            '-trimpath',
            '-ldflags',
            linkerFlags,
            '-o',
            path.join(target, 'bin', program),
            goPackage,
          ],
          cwd: folder,
          environment: goEnvironment,
          onLine: countPackages(program, onProgress),
        });
      }
      if (files) {
        await copyModuleFiles({ folder, target, ...files });
      }
    },
  };
}

/** `go build -v` names each package that it compiles: hundreds of lines, told in steps. */
function countPackages(program: string, onProgress: (line: string) => void) {
  let compiled = 0;
  return (line: string) => {
    if (line.startsWith('go: downloading')) {
      onProgress(line.slice('go: '.length));
      return;
    }
    compiled += 1;
    if (compiled % 25 === 0) {
      onProgress(`${program}: ${compiled} packages compiled`);
    }
  };
}

/** @internal */
export interface GoFilesArtifactOptions {
  name: string;
  version: string;
  cost: number;
  module: string;
  /** Path inside the module to path inside the artifact. */
  copy: Record<string, string>;
}

/**
 * Files that a Go module ships, such as custom resource definitions.
 *
 * @internal
 */
export function goFilesArtifact(options: GoFilesArtifactOptions): Artifact {
  const { name, version, cost, module, copy } = options;
  const folder = path.join(labPackage, 'go', name);
  return {
    name,
    version,
    cost,
    binaries: {},
    async build({ target, onProgress }: BuildOptions) {
      onProgress(`downloading ${module}`);
      await copyModuleFiles({ folder, target, module, copy });
    },
  };
}

async function copyModuleFiles(options: {
  folder: string;
  target: string;
  module: string;
  copy: Record<string, string>;
}) {
  const { folder, target, module, copy } = options;
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], {
    cwd: folder,
    env: goEnvironment,
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  for (const [from, to] of Object.entries(copy)) {
    await fs.copy(path.join(Dir, from), path.join(target, to));
  }
  // Files in the module cache are read-only, which would make the cache hard to remove.
  await execa('chmod', ['-R', 'u+w', target]);
}
