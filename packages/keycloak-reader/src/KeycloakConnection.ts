import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { readFile } from 'fs/promises';
import pLimit from 'p-limit';
import { rootCertificates } from 'tls';
import { CachedTokenProvider, IssuedToken } from './CachedTokenProvider';
import { KeycloakEndpoint } from './endpoint';
import { loadClientLibraries } from './loadClientLibraries';
import { toUpstreamError, UpstreamError } from './UpstreamError';

/** Requests of one realm that are on their way at the same time. */
const MAX_IN_FLIGHT = 2;

/** Tries of a read, the first included. */
const MAX_TRIES = 3;

/** First wait between two tries, and the longest, in milliseconds. */
const FIRST_WAIT = 300;
const LONGEST_WAIT = 10_000;

/** Time for which a server that failed is not asked again, in milliseconds. */
const PAUSE_AFTER_FAILURE = 10_000;

/** Bytes of one answer. A page of 100 clients has about 0.2 MB. */
const MAX_ANSWER_SIZE = 32 * 1024 * 1024;

/** @public */
export interface KeycloakConnectionOptions {
  endpoint: KeycloakEndpoint;
  realm: string;
  /** Waits; replaced in tests. */
  sleep?: (ms: number) => Promise<void>;
  /** Milliseconds since 1970; replaced in tests. */
  now?: () => number;
  /** Told about every request, for metrics. */
  onRequest?: (request: { outcome: 'ok' | 'error'; seconds: number }) => void;
}

const pause = (ms: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, ms).unref();
  });

/**
 * The way to one realm: reads through the official admin client with a
 * cached token, few requests at a time, time-outs and few retries.
 *
 * @public
 */
export class KeycloakConnection {
  readonly #options: KeycloakConnectionOptions;
  readonly #limit = pLimit(MAX_IN_FLIGHT);
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #now: () => number;
  /** Set while the server is left alone because it failed. */
  #failure: { error: UpstreamError; until: number } | undefined;
  #client:
    | Promise<{ admin: KeycloakAdminClient; tokens: CachedTokenProvider }>
    | undefined;

  constructor(options: KeycloakConnectionOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? pause;
    this.#now = options.now ?? Date.now;
  }

  get realm(): string {
    return this.#options.realm;
  }

  /**
   * Reads something; `read` must be free of side effects, since it may run
   * several times.
   *
   * @param what - what is read, in words, for messages
   * @throws UpstreamError when the tries are used up, and at once for a while
   * after that
   */
  read<T>(
    what: string,
    read: (admin: KeycloakAdminClient) => Promise<T>,
  ): Promise<T> {
    return this.#limit(async () => {
      if (this.#failure && this.#failure.until > this.#now()) {
        throw this.#failure.error;
      }
      const { admin, tokens } = await this.#connect();
      let freshToken = false;
      for (let tries = 1; ; tries++) {
        const token = tokens.current();
        const started = performance.now();
        try {
          const answer = await read(admin);
          this.#report('ok', started);
          this.#failure = undefined;
          return answer;
        } catch (error) {
          this.#report('error', started);
          const failure = toUpstreamError(error, what);
          const used = token ?? tokens.current();
          if (failure.status === 401 && used && !freshToken) {
            // Expired early, or the server lost its keys: one new token.
            freshToken = true;
            tokens.drop(used);
            continue;
          }
          if (!failure.retryable) {
            throw failure;
          }
          if (tries >= MAX_TRIES) {
            this.#failure = {
              error: failure,
              until: this.#now() + PAUSE_AFTER_FAILURE,
            };
            throw failure;
          }
          await this.#sleep(waitBefore(tries, failure));
        }
      }
    });
  }

  #report(outcome: 'ok' | 'error', started: number): void {
    this.#options.onRequest?.({
      outcome,
      seconds: (performance.now() - started) / 1000,
    });
  }

  #connect() {
    this.#client ??= this.#createClient().catch(error => {
      // A CA file that is missing now may be there at the next reading.
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #createClient() {
    const { endpoint, realm } = this.#options;
    const { AdminClient, fetchWithError, Agent } = await loadClientLibraries();
    const ca = endpoint.caFile
      ? [...rootCertificates, await readCa(endpoint.caFile)]
      : undefined;
    const requestOptions = {
      // The bearer token must not follow a redirect to another place.
      redirect: 'error' as const,
      dispatcher: new Agent({
        maxResponseSize: MAX_ANSWER_SIZE,
        connect: ca ? { ca } : undefined,
      }),
    };
    const tokenUrl = `${endpoint.baseUrl}/realms/${encodeURIComponent(
      endpoint.authRealm ?? realm,
    )}/protocol/openid-connect/token`;
    const issue = async (): Promise<IssuedToken> => {
      try {
        const response = await fetchWithError(tokenUrl, {
          ...(requestOptions as RequestInit),
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: endpoint.clientId,
            client_secret: endpoint.clientSecret,
          }),
          signal: AbortSignal.timeout(endpoint.timeoutMs),
        });
        const body = await response.json();
        return {
          accessToken: body.access_token,
          expiresInMs: Number(body.expires_in ?? 60) * 1000,
        };
      } catch (error) {
        throw tokenError(error, endpoint.clientId);
      }
    };
    const tokens = new CachedTokenProvider({ issue });
    const admin = new AdminClient({
      baseUrl: endpoint.baseUrl,
      realmName: realm,
      timeout: endpoint.timeoutMs,
      requestOptions: requestOptions as RequestInit,
    });
    admin.registerTokenProvider(tokens);
    return { admin, tokens };
  }
}

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UpstreamError(
      `cannot read caFile ${file}: ${(error as NodeJS.ErrnoException).code}`,
      {},
    );
  }
}

/** A refused secret is final for this reading: it must not be tried again. */
function tokenError(error: unknown, clientId: string): UpstreamError {
  const failure = toUpstreamError(error, 'a token');
  if (failure.status === 400 || failure.status === 401) {
    return new UpstreamError(
      `Keycloak refused client ${clientId}: its secret or service account is not valid`,
      {},
    );
  }
  if (failure.status === 404) {
    return new UpstreamError('the realm does not exist', { status: 404 });
  }
  return failure;
}

function waitBefore(tries: number, failure: UpstreamError): number {
  const backoff = FIRST_WAIT * 4 ** (tries - 1) * (0.5 + Math.random());
  return Math.min(failure.retryAfterMs ?? backoff, LONGEST_WAIT);
}
