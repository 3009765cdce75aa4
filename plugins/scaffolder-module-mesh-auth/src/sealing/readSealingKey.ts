import { InputError } from '@backstage/errors';
import { KeyObject, X509Certificate } from 'crypto';
import fs from 'fs-extra';

/**
 * Reads the public certificate of a sealed-secrets controller.
 *
 * @remarks Sealing with an expired certificate works, but the controller may have thrown its key away.
 *
 * @throws InputError when the file holds no certificate, one without an RSA key, or one that is not valid now
 *
 * @internal
 */
export async function readSealingKey(file: string): Promise<KeyObject> {
  const certificate = parseCertificate(await fs.readFile(file), file);
  const now = Date.now();
  if (
    Date.parse(certificate.validFrom) > now ||
    Date.parse(certificate.validTo) < now
  ) {
    throw new InputError(
      `The sealed-secrets certificate ${file} is valid from ${certificate.validFrom} to ${certificate.validTo}; fetch the current one`,
    );
  }
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
    throw new InputError(
      `The sealed-secrets certificate ${file} has no RSA key`,
    );
  }
  return certificate.publicKey;
}

function parseCertificate(content: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch {
    throw new InputError(`${file} holds no certificate`);
  }
}
