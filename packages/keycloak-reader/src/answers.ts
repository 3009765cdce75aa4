import { UpstreamError } from './UpstreamError';

/**
 * Checks of answers before they are read. A proxy in between may answer with
 * HTML and status 200, which the admin client hands over as text.
 */

export function expectList(answer: unknown, what: string): unknown[] {
  if (!Array.isArray(answer)) {
    throw new UpstreamError(`Keycloak's answer for ${what} is not a list`, {});
  }
  return answer;
}

export function expectObject(
  answer: unknown,
  what: string,
): Record<string, unknown> {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new UpstreamError(
      `Keycloak's answer for ${what} is not an object`,
      {},
    );
  }
  return answer as Record<string, unknown>;
}

export function expectText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new UpstreamError(`Keycloak's answer lacks ${what}`, {});
  }
  return value;
}

/**
 * Reads pages until one is not full.
 *
 * @param limit - entries at which reading stops; `truncated` tells
 */
export async function readPages(options: {
  size: number;
  limit: number;
  what: string;
  page: (range: { first: number; max: number }) => Promise<unknown>;
}): Promise<{ entries: unknown[]; truncated: boolean }> {
  const { size, limit, what, page } = options;
  const entries: unknown[] = [];
  for (;;) {
    const answer = expectList(
      await page({ first: entries.length, max: size }),
      what,
    );
    entries.push(...answer);
    if (answer.length < size) {
      return { entries, truncated: false };
    }
    if (entries.length >= limit) {
      return { entries, truncated: true };
    }
  }
}
