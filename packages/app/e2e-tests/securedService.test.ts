import { expect, Page, test } from '@playwright/test';

const BACKEND = process.env.PLAYWRIGHT_BACKEND_URL ?? 'http://localhost:7007';

async function enterAsGuest(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(
    page.getByRole('link', { name: 'Settings' }).first(),
  ).toBeVisible();
}

/** The card "Access" of an entity's overview. */
function accessCard(page: Page) {
  return page.locator('.bui-Card', {
    has: page.getByRole('heading', { name: 'Access', exact: true }),
  });
}

test.beforeAll(async ({ request, baseURL }) => {
  // The backend answers first; the frontend may still be compiling.
  await expect(async () => {
    const answers = await Promise.all([
      request.get(baseURL!),
      request.get(`${BACKEND}/.backstage/health/v1/readiness`),
    ]);
    expect(answers.every(answer => answer.ok())).toBe(true);
  }).toPass({ timeout: 240_000 });
});

test('a newcomer makes a service from the template and sees who may call it', async ({
  page,
}, testInfo) => {
  test.setTimeout(240_000);
  const name = `trial-${Date.now().toString(36)}`;

  await enterAsGuest(page);
  await page.goto('/create/templates/default/secured-service');

  await test.step('fill in the form', async () => {
    await page.getByLabel('Name', { exact: false }).first().fill(name);
    const owner = page.getByLabel('Owner', { exact: false }).first();
    await owner.click();
    await owner.fill('Payments');
    await page
      .getByRole('option', { name: /payments/i })
      .first()
      .click();
    await page.getByRole('button', { name: 'Next' }).click();
    // Address, then access, are taken as the template offers them.
    await expect(page.getByText('Kind of address').first()).toBeVisible();
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByText('Keycloak realm').first()).toBeVisible();
    const review = page.getByRole('button', { name: 'Review' });
    const next = page.getByRole('button', { name: 'Next' });
    while (!(await review.isVisible()) && (await next.isVisible())) {
      await next.click();
      await page.waitForTimeout(300);
    }
    await review.click();
    await page.getByRole('button', { name: 'Create' }).click();
  });

  await test.step('wait for the run to end well', async () => {
    await expect(page).toHaveURL(/\/create\/tasks\//);
    await expect(
      page.getByRole('link', { name: /catalog/i }).last(),
    ).toBeVisible({ timeout: 90_000 });
  });

  await test.step('the new entity has its card, live', async () => {
    await expect(async () => {
      await page.goto(`/catalog/default/component/${name}`);
      await expect(
        accessCard(page).getByRole('link', {
          name: new RegExp(`https://${name}\\.example\\.com`),
        }),
      ).toBeVisible({ timeout: 10_000 });
    }).toPass({ timeout: 90_000 });

    const card = accessCard(page);
    await expect(card.getByText('Login wall oauth2-proxy')).toBeVisible();
    await expect(card.getByText('Keycloak realm shop')).toBeVisible();
    const rows = card.getByRole('list', { name: /^Who may call https/ });
    await expect(
      rows.getByRole('listitem').filter({ hasText: 'POST' }),
    ).toContainText('editor');
    await expect(
      rows.getByRole('listitem').filter({ hasText: '/items' }).first(),
    ).toContainText('reader');
    await expect(card.getByText(/mTLS STRICT/)).toBeVisible();
    await expect(card.getByText(/^live · /)).toBeVisible();
    await testInfo.attach('card', {
      body: await card.screenshot(),
      contentType: 'image/png',
    });
  });

  await test.step('the tab tells why', async () => {
    await accessCard(page)
      .getByRole('link', { name: 'All about access' })
      .click();
    await expect(page).toHaveURL(/\/access$/);
    await expect(
      page.getByRole('table', { name: /^Who may call https/ }).first(),
    ).toContainText('editor');
    await page.getByRole('tab', { name: /^Policies/ }).click();
    await expect(page.getByText('At the gateway')).toBeVisible();
    await expect(
      page.getByText(`deploy/authorization-policy.yaml`).first(),
    ).toBeVisible();
  });
});

test('the payment service of the demo shows its address, login wall, roles and client', async ({
  page,
}, testInfo) => {
  await enterAsGuest(page);
  await page.goto('/catalog/default/component/payments');

  const card = accessCard(page);
  await expect(
    card.getByRole('link', { name: /https:\/\/shop\.example\.com\/payments/ }),
  ).toBeVisible();
  await expect(card.getByText('Login wall oauth2-proxy')).toBeVisible();
  await expect(
    card.getByRole('listitem').filter({ hasText: 'POST' }).first(),
  ).toContainText(/customer\s*\d+ people · \d+ service/);
  await expect(
    card.getByText('JWT of realm shop, audience payments · mTLS STRICT'),
  ).toBeVisible();
  await expect(card.getByText(/roles reader ⊂ admin/)).toBeVisible();
  await testInfo.attach('card', {
    body: await card.screenshot(),
    contentType: 'image/png',
  });
});

test('an entity that is not there says so', async ({ page }) => {
  await enterAsGuest(page);
  await page.goto('/catalog/default/component/no-such-service/access');
  await expect(page.getByText(/not found/i).first()).toBeVisible();
});
