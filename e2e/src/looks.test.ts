// Every page in both lights, on phones, a tablet and a desk, with and without a wallet: readable by a screen reader, and never wider than the screen.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { type Stack, startStack } from './local-stack.ts';

const PAGES = ['', 'market', 'map', 'trades', 'sell', 'me', 'votes', 'settings'];
/** Each width, and each light on a phone and on something larger. */
const SCREENS = [
  ['light', 360],
  ['dark', 390],
  ['light', 768],
  ['dark', 1280],
] as const;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let stack: Stack;
let browser: Browser;
beforeAll(async () => {
  stack = await startStack({ speed: 600, port: 31_790, partsPort: 31_800 });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const open = (colorScheme: 'light' | 'dark', width: number): Promise<BrowserContext> =>
  browser.newContext({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });

async function connect(page: Page): Promise<void> {
  await page.goto(`${stack.site}/#/market`);
  await page.getByRole('button', { name: 'Connect' }).first().click();
  await page.getByRole('button', { name: /Corner house/ }).click();
  await page
    .getByRole('dialog', { name: /^Connect as/ })
    .getByRole('button', { name: 'Connect' })
    .click();
  await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
}

async function troublesOf(page: Page, name: string): Promise<string[]> {
  await page.goto(`${stack.site}/#/${name}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForTimeout(300);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `/${name}: ${id} at ${target.join(' ')}`)),
    ...(wide > 0 ? [`/${name}: ${wide} px wider than the screen`] : []),
  ];
}

describe('every page can be read', () => {
  it.each(SCREENS)('in %s, %i px wide', async (scheme, width) => {
    const context = await open(scheme, width);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    for (const name of PAGES) troubles.push(...(await troublesOf(page, name)).map((one) => `stranger ${one}`));
    await connect(page);
    for (const name of PAGES) troubles.push(...(await troublesOf(page, name)).map((one) => `household ${one}`));
    await context.close();
    expect(troubles).toEqual([]);
  });
});
