import fs from 'fs-extra';
import { DebianPackage, debianPackages } from '../versions';
import { runTool } from './runTool';

/** The packages of a list that are not installed. @internal */
export async function missingDebianPackages(
  names: readonly DebianPackage[],
): Promise<DebianPackage[]> {
  const missing: DebianPackage[] = [];
  for (const name of names) {
    if (!(await fs.pathExists(debianPackages[name]))) {
      missing.push(name);
    }
  }
  return missing;
}

/**
 * Installs the missing Debian packages. The lab runs their programs itself, so a service that a package would start
 * is not started.
 *
 * @throws when packages are missing and the user may not install them
 * @internal
 */
export async function ensureDebianPackages(
  names: readonly DebianPackage[],
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  const missing = await missingDebianPackages(names);
  if (missing.length === 0) {
    return;
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      `The lab needs the Debian packages ${missing.join(
        ', ',
      )}. Install them as root: apt-get install ${missing.join(' ')}`,
    );
  }
  const environment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  onProgress('apt-get update');
  await runTool({ command: 'apt-get', args: ['update', '-qq'], environment });
  onProgress(`apt-get install ${missing.join(' ')}`);
  await runTool({
    command: 'apt-get',
    args: ['install', '-y', '-qq', '--no-install-recommends', ...missing],
    environment,
    onLine: onProgress,
  });
}
