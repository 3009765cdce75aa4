import { CachedTokenProvider } from './CachedTokenProvider';

describe('CachedTokenProvider', () => {
  it('shares one request, keeps the token until shortly before its end, and asks again after a drop', async () => {
    let now = 0;
    let issued = 0;
    const tokens = new CachedTokenProvider({
      now: () => now,
      issue: async () => {
        issued++;
        return { accessToken: `t${issued}`, expiresInMs: 300_000 };
      },
    });
    expect(
      await Promise.all([tokens.getAccessToken(), tokens.getAccessToken()]),
    ).toEqual(['t1', 't1']);
    now = 269_000;
    expect(await tokens.getAccessToken()).toBe('t1');
    now = 271_000;
    expect(await tokens.getAccessToken()).toBe('t2');
    tokens.drop('t1');
    expect(await tokens.getAccessToken()).toBe('t2');
    tokens.drop('t2');
    expect(await tokens.getAccessToken()).toBe('t3');
    expect(issued).toBe(3);
  });

  it('does not repeat a refused request at once', async () => {
    let now = 0;
    let issued = 0;
    const tokens = new CachedTokenProvider({
      now: () => now,
      issue: async () => {
        issued++;
        throw new Error('refused');
      },
    });
    await expect(tokens.getAccessToken()).rejects.toThrow('refused');
    await expect(tokens.getAccessToken()).rejects.toThrow('refused');
    expect(issued).toBe(1);
    now = 6_000;
    await expect(tokens.getAccessToken()).rejects.toThrow('refused');
    expect(issued).toBe(2);
  });
});
