/**
 * What went wrong when Keycloak was asked. The message holds nothing that the
 * server sent, so it may be logged and shown.
 *
 * @public
 */
export class UpstreamError extends Error {
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Worth another try: time-out, broken connection, 429, 502, 503, 504. */
  readonly retryable: boolean;
  /** The wait that the server asked for, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(
    message: string,
    details: { status?: number; retryable?: boolean; retryAfterMs?: number },
  ) {
    super(message);
    this.name = 'UpstreamError';
    this.status = details.status;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const retryableStatus = new Set([429, 502, 503, 504]);

function retryAfter(header: string | null | undefined): number | undefined {
  if (!header) {
    return undefined;
  }
  const seconds = Number(header);
  const delay = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(header) - Date.now();
  return Number.isFinite(delay) && delay > 0 ? delay : undefined;
}

/**
 * Turns whatever the admin client or `fetch` throws into an UpstreamError.
 *
 * @param what - what was asked for, in words ("clients of realm shop")
 *
 * @public
 */
export function toUpstreamError(error: unknown, what: string): UpstreamError {
  if (error instanceof UpstreamError) {
    return error;
  }
  const failed = error as {
    name?: string;
    message?: string;
    response?: { status?: number; headers?: Headers };
    cause?: { code?: string; name?: string };
  };
  const status = failed.response?.status;
  if (status !== undefined) {
    return new UpstreamError(`Keycloak answered ${status} for ${what}`, {
      status,
      retryable: retryableStatus.has(status),
      retryAfterMs: retryAfter(failed.response?.headers?.get('retry-after')),
    });
  }
  if (failed.name === 'TimeoutError' || failed.name === 'AbortError') {
    return new UpstreamError(`Keycloak did not answer in time for ${what}`, {
      retryable: true,
    });
  }
  if (
    failed.name === 'TypeError' &&
    /fetch|terminated/.test(failed.message ?? '')
  ) {
    const code = failed.cause?.code ?? failed.cause?.name ?? 'no connection';
    // A refused certificate does not get better; a lost connection may.
    const tls = /CERT|SSL|TLS|UNABLE_TO_VERIFY|SELF_SIGNED/.test(code);
    return new UpstreamError(`cannot reach Keycloak for ${what}: ${code}`, {
      retryable: !tls && code !== 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    });
  }
  return new UpstreamError(
    `cannot read ${what}: ${failed.name ?? 'error'}`,
    {},
  );
}
