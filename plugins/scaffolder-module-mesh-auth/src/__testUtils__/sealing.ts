import { constants, createDecipheriv, KeyObject, privateDecrypt } from 'crypto';

/** What the sealed-secrets controller does with one value. */
export function unseal(options: {
  privateKey: KeyObject;
  namespace: string;
  name: string;
  sealed: string;
}): string {
  const data = Buffer.from(options.sealed, 'base64');
  const keyLength = data.readUInt16BE(0);
  const sessionKey = privateDecrypt(
    {
      key: options.privateKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(`${options.namespace}/${options.name}`),
    },
    data.subarray(2, 2 + keyLength),
  );
  const decipher = createDecipheriv(
    'aes-256-gcm',
    sessionKey,
    Buffer.alloc(12),
  );
  decipher.setAuthTag(data.subarray(-16));
  return Buffer.concat([
    decipher.update(data.subarray(2 + keyLength, -16)),
    decipher.final(),
  ]).toString();
}
