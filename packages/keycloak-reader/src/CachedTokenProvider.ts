import { UpstreamError } from './UpstreamError';

/** Time before its end at which a token is no longer used, in milliseconds. */
const EXPIRY_MARGIN = 30_000;

/** Time for which a refused request for a token is not repeated. */
const FAILURE_PAUSE = 5_000;

/** @internal */
export interface IssuedToken {
  accessToken: string;
  /** Milliseconds from when it was issued. */
  expiresInMs: number;
}

/**
 * Keeps one access token of a service account and renews it before it ends.
 *
 * @remarks
 * `client_credentials` gives no refresh token, so the admin client cannot
 * renew one itself, and it asks its token provider once for every request.
 * Callers that come while a token is on its way share it.
 *
 * @internal
 */
export class CachedTokenProvider {
  readonly #issue: () => Promise<IssuedToken>;
  readonly #now: () => number;
  #token: { value: string; usableUntil: number } | undefined;
  #pending: Promise<string> | undefined;
  #failure: { error: unknown; until: number } | undefined;

  constructor(options: {
    issue: () => Promise<IssuedToken>;
    now?: () => number;
  }) {
    this.#issue = options.issue;
    this.#now = options.now ?? Date.now;
  }

  /** The shape that the admin client's `registerTokenProvider` wants. */
  readonly getAccessToken = async (): Promise<string> => {
    if (this.#token && this.#token.usableUntil > this.#now()) {
      return this.#token.value;
    }
    if (this.#failure && this.#failure.until > this.#now()) {
      throw this.#failure.error;
    }
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  };

  /** Forgets a token that the server refused, unless it is replaced already. */
  drop(refused: string): void {
    if (this.#token?.value === refused) {
      this.#token = undefined;
    }
  }

  /** The token in use, to be named in `drop`. */
  current(): string | undefined {
    return this.#token?.value;
  }

  async #renew(): Promise<string> {
    const started = this.#now();
    try {
      const { accessToken, expiresInMs } = await this.#issue();
      if (!accessToken) {
        throw new UpstreamError('Keycloak issued no access token', {});
      }
      // A token that lives shorter than the margin is used for half its life.
      const usable = Math.max(expiresInMs - EXPIRY_MARGIN, expiresInMs / 2);
      this.#token = { value: accessToken, usableUntil: started + usable };
      this.#failure = undefined;
      return accessToken;
    } catch (error) {
      this.#failure = { error, until: this.#now() + FAILURE_PAUSE };
      throw error;
    }
  }
}
