import fs from 'fs-extra';
import { debianPackages } from '../versions';
import { runTool } from './runTool';

/** The Debian packages of the lab that are not installed. @internal */
export async function missingDebianPackages(): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, sign] of Object.entries(debianPackages)) {
    if (!(await fs.pathExists(sign))) {
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
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  const missing = await missingDebianPackages();
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
