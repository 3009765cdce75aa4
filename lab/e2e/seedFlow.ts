import { expect, Page, Response } from '@playwright/test';
import { redisCommand } from '../src/parts/redis';
import { labEnvironment, labSecret } from './lab';

/** A service behind the login wall that answers with the request that it got. */
export interface WalledService {
  host: string;
  path: string;
}

/** The payload of a JSON web token, unverified: the mesh has verified it already. */
export function claimsOf(token: string): Record<string, any> {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

/** The public address of a service at the lab's gateway. */
export function addressOf({ host, path }: WalledService): string {
  return `http://${host}:${labEnvironment().LAB_GATEWAY_PORT}${path}`;
}

/** Keys of the sessions that oauth2-proxy keeps in Redis. */
export async function sessionKeys(): Promise<string[]> {
  const answer = await redisCommand({
    port: Number(labEnvironment().LAB_REDIS_PORT),
    password: labSecret('redis'),
    command: 'KEYS _oauth2_proxy-*',
  });
  return answer.match(/_oauth2_proxy-[0-9a-f]+/g) ?? [];
}

/** Opens a service without a session, signs in at Keycloak and returns the service's answer. */
export async function signIn(options: {
  page: Page;
  service: WalledService;
  user: string;
}): Promise<Response> {
  const { page, service, user } = options;
  const address = addressOf(service);
  const redirects: Response[] = [];
  page.on('response', response => {
    if (response.status() === 302) {
      redirects.push(response);
    }
  });
  await page.goto(address);
  expect(redirects[0].url()).toBe(address);
  expect(redirects[0].headers().location).toContain(
    `${labEnvironment().LAB_ISSUER}/protocol/openid-connect/auth`,
  );

  await page.getByLabel('Username or email').fill(user);
  await page
    .getByLabel('Password', { exact: true })
    .fill(labSecret('keycloak-users'));
  const answer = page.waitForResponse(
    response => response.url() === address && response.status() !== 302,
  );
  await page.getByRole('button', { name: 'Sign In' }).click();
  const response = await answer;
  expect(
    redirects.some(redirect => redirect.url().includes('/oauth2/callback?')),
  ).toBe(true);
  return response;
}

/** Sends a request with the session of a page, from the page, so that host names are those of the browser. */
export async function statusFromPage(
  page: Page,
  request: { method: string; path: string },
): Promise<number> {
  return page.evaluate(
    async ({ method, path }) =>
      (await fetch(path, { method, redirect: 'manual' })).status,
    request,
  );
}
