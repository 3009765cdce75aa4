import { mockCredentials } from '@backstage/backend-test-utils';
import { checkHostIsFree } from './checkHost';

function check(options: { claimed: string; path: string }) {
  return checkHostIsFree({
    host: 'shop.example.com',
    path: options.path,
    entry: { kind: 'shared', host: 'shop.example.com' },
    lookup: {
      claimsOf: async () => ({
        claims: [{ owner: 'HTTPRoute shop/x in demo', path: options.claimed }],
      }),
    },
    credentials: mockCredentials.user(),
    allowUnverified: false,
  });
}

describe('checkHostIsFree on a shared host', () => {
  it.each([
    ['/', '/rates'],
    ['/rate', '/rates'],
    ['/rates-old', '/rates'],
  ])('lets %s and %s stand side by side', async (claimed, path) => {
    await expect(check({ claimed, path })).resolves.toBeUndefined();
  });

  it.each([
    ['/rates', '/rates'],
    ['/rates', '/rates/daily'],
    ['/rates/daily', '/rates'],
  ])('does not let %s and %s stand together', async (claimed, path) => {
    await expect(check({ claimed, path })).rejects.toThrow(
      `path: ${path} on shop.example.com is taken by HTTPRoute shop/x in demo`,
    );
  });
});
