import { expect, test } from '@playwright/test';
import { accessCard, expectAccessible, openEntity, picture } from './gallery';

const CARD = '.bui-Card:has(h3)';
const TAB = '.bui-Tabs';

const cards = [
  ['live', 'payments', 'Login wall oauth2-proxy'],
  ['partial', 'keycloak-down', 'Realm shop is unavailable'],
  ['error', 'failing', 'The access of this entity could not be read'],
  ['unknown', 'unknown-input', 'not known: answer of'],
  ['empty', 'unconnected', 'Not connected yet'],
  ['busy', 'busy', '2 more addresses'],
  ['stale', 'stale', 'Cluster demo is stale'],
  ['denied', 'denied', 'You may not see the access of this entity'],
  ['hidden', 'access-hidden', 'Who may call is not shown'],
];

const sections = [
  ['exposure', '', 'Token, no role'],
  ['policies', '/policies', 'At the gateway'],
  ['roles', '/roles', 'Realm roles that open something here'],
  [
    'try',
    '/try?method=POST&url=https%3A%2F%2Fshop.example.com%2Fpayments&caller=loggedIn',
    'needs claim realm_access.roles',
  ],
  ['findings', '/findings', 'Name the caller under'],
  ['sources', '/sources', 'Where these answers come from'],
];

// Every state in light; dark and narrow differ in colour and width only.
const looks = [
  { look: 'light', colorScheme: 'light', width: 1280, first: 9 },
  { look: 'dark', colorScheme: 'dark', width: 1280, first: 4 },
  { look: 'narrow', colorScheme: 'light', width: 360, first: 6 },
] as const;

for (const { look, colorScheme, width, first } of looks) {
  test.describe(look, () => {
    test.use({ colorScheme, viewport: { width, height: 900 } });

    test('card', async ({ page }, testInfo) => {
      for (const [state, name, words] of cards.slice(0, first)) {
        await test.step(state, async () => {
          await openEntity(page, name);
          const card = accessCard(page);
          await expect(card.getByText(words).first()).toBeVisible();
          await picture(card, `card-${state}-${look}`, testInfo);
          await expectAccessible(page, CARD);
          const overflow = await card.evaluate(
            element => element.scrollWidth - element.clientWidth,
          );
          expect.soft(overflow).toBeLessThanOrEqual(0);
        });
      }
    });

    test('tab', async ({ page }, testInfo) => {
      for (const [section, part, words] of sections) {
        await test.step(section, async () => {
          await openEntity(page, 'payments', `/access${part}`);
          await expect(page.getByText(words).first()).toBeVisible();
          await picture(page, `tab-${section}-${look}`, testInfo);
          await expectAccessible(page, TAB);
        });
      }
    });
  });
}

test('the card holds its place while the answer is awaited', async ({
  page,
}) => {
  await openEntity(page, 'loading');
  const card = accessCard(page);
  await expect(card.getByRole('status')).toBeVisible();
  const { height: loading } = (await card.boundingBox())!;

  await openEntity(page, 'payments');
  await expect(card.getByText(/^live/)).toBeVisible();
  const { height: loaded } = (await card.boundingBox())!;
  expect(Math.abs(loaded - loading)).toBeLessThan(32);
});

test('every part of the card leads to its part of the tab, by keyboard too', async ({
  page,
}) => {
  await openEntity(page, 'payments');
  const card = accessCard(page);

  await card.getByRole('link', { name: /is reachable by any pod/ }).click();
  await expect(page).toHaveURL(/\/access\/findings#MA0012/);
  const finding = page.locator(
    '[id="MA0012/AuthorizationPolicy/shop/payments"]',
  );
  await expect(finding).toBeFocused();

  await page.goBack();
  await card.getByRole('link', { name: 'customer' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/access\/roles#role%2Fcustomer/);
  await expect(page.locator('[id="role/customer"]')).toBeFocused();

  await page.getByRole('tab', { name: /^Policies/ }).click();
  await expect(page).toHaveURL(/\/access\/policies$/);
  await expect(page.getByRole('tab', { name: /^Policies/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/access$/);
  await expect(
    page.getByRole('table', { name: /Who may call https/ }),
  ).toBeVisible();

  // What decided leads to the policy.
  await page.getByRole('link', { name: 'login-wall #0' }).first().click();
  await expect(
    page.locator('[id="AuthorizationPolicy/istio-system/login-wall"]'),
  ).toBeFocused();
});
