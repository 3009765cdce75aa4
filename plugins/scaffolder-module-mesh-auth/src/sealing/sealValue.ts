import {
  constants,
  createCipheriv,
  KeyObject,
  publicEncrypt,
  randomBytes,
} from 'crypto';

const SESSION_KEY_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * Encrypts a value so that only the sealed-secrets controller can read it, and only as part of the Secret with this
 * name in this namespace (its "strict" scope).
 *
 * @remarks
 * The scheme of sealed-secrets: a fresh AES-256-GCM key encrypts the value and is itself encrypted with the
 * controller's RSA key (OAEP, SHA-256, namespace and name as label). The key is used once, so the nonce is zero.
 *
 * @returns base64 of: length of the encrypted key (two bytes), encrypted key, encrypted value, tag
 *
 * @internal
 */
export function sealValue(options: {
  publicKey: KeyObject;
  namespace: string;
  name: string;
  value: string;
}): string {
  const { publicKey, namespace, name, value } = options;
  const sessionKey = randomBytes(SESSION_KEY_BYTES);
  const encryptedKey = publicEncrypt(
    {
      key: publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(`${namespace}/${name}`),
    },
    sessionKey,
  );
  const cipher = createCipheriv(
    'aes-256-gcm',
    sessionKey,
    Buffer.alloc(NONCE_BYTES),
  );
  const encrypted = [cipher.update(value, 'utf8'), cipher.final()];
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedKey.length);
  return Buffer.concat([
    length,
    encryptedKey,
    ...encrypted,
    cipher.getAuthTag(),
  ]).toString('base64');
}
