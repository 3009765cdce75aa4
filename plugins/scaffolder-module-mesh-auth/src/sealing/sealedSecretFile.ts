import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { toManifestYaml } from '@mesh-auth/access-model';
import { randomBytes } from 'crypto';
import fs from 'fs-extra';
import { parse } from 'yaml';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { NewFile } from '../files/writeNewFiles';
import { createSealedSecret } from './createSealedSecret';
import { readSealingKey } from './readSealingKey';

const SECRET_BYTES = 32;

/**
 * New random values as a SealedSecret. They exist in the open only in this function.
 *
 * @param options - `path` is relative to the workspace
 *
 * @returns `undefined` when an earlier run wrote the file: sealing again would change the secret
 *
 * @throws InputError when no certificate is configured, or it cannot be used
 *
 * @internal
 */
export async function sealedSecretFile(options: {
  config: ScaffolderConfig;
  namespace: string;
  name: string;
  keys: string[];
  workspacePath: string;
  path: string;
}): Promise<NewFile | undefined> {
  const { config, namespace, name, keys, path } = options;
  if (config.sealedSecretsCertificateFile === undefined) {
    throw new InputError(
      'secret: the platform has no certificate of a sealed-secrets controller (meshAuth.scaffolder.sealedSecrets)',
    );
  }
  const target = resolveSafeChildPath(options.workspacePath, path);
  if (await holdsKeys(target, { namespace, name, keys })) {
    return undefined;
  }
  const publicKey = await readSealingKey(config.sealedSecretsCertificateFile);
  const values = Object.fromEntries(
    keys.map(key => [key, randomBytes(SECRET_BYTES).toString('base64url')]),
  );
  return {
    path,
    text: toManifestYaml(
      createSealedSecret({ publicKey, namespace, name, values }),
    ),
  };
}

async function holdsKeys(
  file: string,
  secret: { namespace: string; name: string; keys: string[] },
): Promise<boolean> {
  if (!(await fs.pathExists(file))) {
    return false;
  }
  const manifest = parse(await fs.readFile(file, 'utf8'));
  return (
    manifest?.kind === 'SealedSecret' &&
    manifest.metadata?.name === secret.name &&
    manifest.metadata?.namespace === secret.namespace &&
    secret.keys.every(
      key => typeof manifest.spec?.encryptedData?.[key] === 'string',
    )
  );
}
