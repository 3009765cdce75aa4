import { InputError } from '@backstage/errors';

/**
 * One page of a list.
 *
 * @internal
 */
export interface Page<T> {
  total: number;
  items: T[];
  nextCursor?: string;
}

/**
 * Cuts a page out of a list that is sorted and filtered. The cursor holds the position and the snapshot that it is of:
 * after a change of the snapshot a position means something else.
 *
 * @throws InputError on a cursor that is not one of this list
 *
 * @internal
 */
export function page<T>(
  all: readonly T[],
  options: { version: string; limit?: number; cursor?: string },
): Page<T> {
  const { version, limit = 50, cursor } = options;
  const from = cursor === undefined ? 0 : readCursor(cursor, version);
  const next = from + limit;
  return {
    total: all.length,
    items: all.slice(from, next),
    ...(next < all.length && {
      nextCursor: Buffer.from(JSON.stringify([version, next])).toString(
        'base64url',
      ),
    }),
  };
}

function readCursor(cursor: string, version: string): number {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = undefined;
  }
  if (
    !Array.isArray(parsed) ||
    !Number.isSafeInteger(parsed[1]) ||
    parsed[1] < 0
  ) {
    throw new InputError('The cursor is not one of this list');
  }
  if (parsed[0] !== version) {
    throw new InputError(
      'The list has changed since the page of this cursor; begin anew',
    );
  }
  return parsed[1];
}
