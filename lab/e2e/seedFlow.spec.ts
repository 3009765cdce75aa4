import { expect, test } from '@playwright/test';
import {
  addressOf,
  claimsOf,
  sessionKeys,
  signIn,
  statusFromPage,
} from './seedFlow';

/**
 * The flow of the seeds: browser → gateway → oauth2-proxy → Keycloak → callback → Redis → service. By default with the
 * demo world's services; with LAB_SERVICE_HOST (and LAB_SERVICE_PATH) with another, such as one made by the template.
 */
const service = {
  host: process.env.LAB_SERVICE_HOST ?? 'echo.example.com',
  path: process.env.LAB_SERVICE_PATH ?? '/',
};
const user = process.env.LAB_SERVICE_USER ?? 'alice';
/** A path for which the session's user is known but that no policy allows. */
const outsidePolicy = {
  host: process.env.LAB_SERVICE_HOST ?? 'shop.example.com',
  path: process.env.LAB_OUTSIDE_PATH ?? '/payments/1/refunds',
};

test('a browser without a session is sent to login', async ({ page }) => {
  const response = await page.goto(addressOf(service));
  expect(response!.request().redirectedFrom()).not.toBeNull();
  await expect(page.getByRole('button', { name: 'Sign In' })).toBeVisible();
});

test('a signed-in user reaches the service with both tokens', async ({
  page,
  context,
}) => {
  const before = await sessionKeys();
  const response = await signIn({ page, service, user });
  expect(response.status()).toBe(200);

  const seen = (await response.json()) as { headers: Record<string, string> };
  const idToken = claimsOf(seen.headers.authorization.replace('Bearer ', ''));
  const accessToken = claimsOf(seen.headers['x-auth-request-access-token']);
  expect(idToken.typ).toBe('ID');
  expect(idToken.preferred_username).toBe(user);
  expect(idToken).not.toHaveProperty('realm_access');
  expect(accessToken.typ).toBe('Bearer');
  expect(accessToken.realm_access.roles).toContain('customer');

  const cookies = await context.cookies();
  expect(cookies.map(cookie => cookie.name)).toContain('_oauth2_proxy');
  expect(
    (await sessionKeys()).filter(key => !before.includes(key)),
  ).toHaveLength(1);

  // The same session again, then without its cookie.
  expect(
    await statusFromPage(page, { method: 'GET', path: service.path }),
  ).toBe(200);
  const outside = await page.goto(addressOf(outsidePolicy));
  expect(outside!.status()).toBe(403);
  await context.clearCookies();
  await page.goto(addressOf(service));
  await expect(page.getByRole('button', { name: 'Sign In' })).toBeVisible();
});
