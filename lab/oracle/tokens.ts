import { createSign, generateKeyPairSync } from 'node:crypto';
import type { RequestToken } from '@mesh-auth/access-model';

function base64url(value: Buffer | string): string {
  return Buffer.from(value).toString('base64url');
}

/** Signs tokens with a key of this run, and with one that nobody trusts. */
export class TokenIssuer {
  readonly #trusted = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

  /** The key set for a RequestAuthentication's `jwks`. */
  get jwks(): string {
    const key = this.#trusted.publicKey.export({ format: 'jwk' });
    return JSON.stringify({
      keys: [{ ...key, kid: 'oracle', use: 'sig', alg: 'RS256' }],
    });
  }

  sign(token: RequestToken): string {
    const now = Math.floor(Date.now() / 1000);
    const expired = !token.valid && token.why === 'expired';
    const claims = {
      ...token.claims,
      iat: now - 10,
      exp: expired ? now - 3600 : now + 3600,
    };
    const head = base64url(
      JSON.stringify({ alg: 'RS256', kid: 'oracle', typ: 'JWT' }),
    );
    const body = base64url(JSON.stringify(claims));
    const key = token.valid || expired ? this.#trusted : this.#stranger;
    const signature = createSign('RSA-SHA256')
      .update(`${head}.${body}`)
      .sign(key.privateKey);
    return `${head}.${body}.${base64url(signature)}`;
  }
}
