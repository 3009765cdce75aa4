import AxeBuilder from '@axe-core/playwright';
import { expect, Locator, Page, TestInfo } from '@playwright/test';
import nodePath from 'node:path';

const GALLERY = nodePath.resolve(__dirname, '../../../docs/images');

/** The moment at which every picture is taken, so that ages stand still. */
export const NOW = '2026-11-24T14:00:04Z';

/** Opens the entity page of a state of the dev app; within the app if it is loaded already. */
export async function openEntity(
  page: Page,
  name: string,
  part: string = '',
): Promise<void> {
  const path = `/catalog/default/component/${name}${part}`;
  if (page.url().startsWith('http')) {
    await page.evaluate(to => {
      window.history.pushState({}, '', to);
      window.dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    }, path);
  } else {
    await page.clock.setFixedTime(NOW);
    await page.goto(path);
  }
  await expect(
    page.getByRole('heading', { name, exact: true }).first(),
  ).toBeVisible();
}

/** The card "Access" of the page. */
export function accessCard(page: Page): Locator {
  return page.locator('.bui-Card', {
    has: page.getByRole('heading', { name: 'Access', exact: true }),
  });
}

/**
 * Keeps a picture: with the results of the run, and under docs/images when
 * `GALLERY=write` asks for new ones.
 */
export async function picture(
  target: Page | Locator,
  name: string,
  testInfo: TestInfo,
): Promise<void> {
  const file =
    process.env.GALLERY === 'write'
      ? nodePath.join(GALLERY, `${name}.png`)
      : testInfo.outputPath(`${name}.png`);
  await target.screenshot({ path: file, animations: 'disabled' });
  await testInfo.attach(name, { path: file, contentType: 'image/png' });
}

/** No violation of WCAG 2.1 A and AA in what this plugin renders. */
export async function expectAccessible(
  page: Page,
  selector: string,
): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .include(selector)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  expect
    .soft(
      violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(node => `${node.html} — ${node.failureSummary}`),
      })),
    )
    .toEqual([]);
}
