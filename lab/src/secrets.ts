import crypto from 'crypto';
import fs from 'fs-extra';
import { labPath } from './paths';

/** Where a secret of the lab lies. @internal */
export function secretFile(name: string): string {
  return labPath('secrets', name);
}

/**
 * A random secret, made at the first call and kept in a file that only its owner can read.
 *
 * @internal
 */
export async function ensureSecret(name: string): Promise<string> {
  const file = secretFile(name);
  await fs.ensureDir(labPath('secrets'), 0o700);
  try {
    await fs.writeFile(file, crypto.randomBytes(24).toString('hex'), {
      mode: 0o600,
      flag: 'wx',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  return fs.readFile(file, 'utf8');
}

/** Writes a secret that another server made. @internal */
export async function writeSecret(name: string, value: string): Promise<void> {
  await fs.ensureDir(labPath('secrets'), 0o700);
  await fs.writeFile(`${secretFile(name)}.new`, value, { mode: 0o600 });
  await fs.rename(`${secretFile(name)}.new`, secretFile(name));
}

/** A secret, if it has been made. @internal */
export async function readSecret(name: string): Promise<string | undefined> {
  return fs.readFile(secretFile(name), 'utf8').catch(() => undefined);
}
