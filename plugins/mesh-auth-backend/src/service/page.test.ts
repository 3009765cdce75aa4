import { page } from './page';

describe('page', () => {
  const all = Array.from({ length: 5 }, (_, i) => i);

  it('walks through the whole list', () => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const next = page(all, { version: 'v', limit: 2, cursor });
      expect(next.total).toBe(5);
      seen.push(...next.items);
      cursor = next.nextCursor;
    } while (cursor);
    expect(seen).toEqual(all);
  });

  it('refuses foreign cursors, and those of another snapshot', () => {
    const { nextCursor } = page(all, { version: 'v', limit: 2 });
    expect(() => page(all, { version: 'w', cursor: nextCursor })).toThrow(
      'The list has changed',
    );
    for (const text of ['1', '["v",-1]', '["v"]', 'x']) {
      const cursor = Buffer.from(text).toString('base64url');
      expect(() => page(all, { version: 'v', cursor })).toThrow(
        'The cursor is not one of this list',
      );
    }
  });
});
