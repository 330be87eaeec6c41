import { replay } from '@wattconnect/indexer';
import { Keys } from '@wattconnect/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { type Stack, startStack } from './local-stack.ts';

let stack: Stack;
let browser: Browser;
beforeAll(async () => {
  stack = await startStack({ speed: 120, port: 31_690, partsPort: 31_700 });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const DEPLOYER = Keys.address(Keys.development('deployer'));
const ask = async <T>(query: string): Promise<T> => {
  const response = await fetch(`${stack.indexer}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
};
async function connect(page: Page): Promise<void> {
  await page.goto(`${stack.site}/#/market`);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('button', { name: /Flat on the second floor/ }).click();
  await page
    .getByRole('dialog', { name: /^Connect as/ })
    .getByRole('button', { name: 'Connect' })
    .click();
  await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
}

describe('a household on a phone', () => {
  it('connects, buys, and sees it paid out, though chain and indexer are killed on the way', async () => {
    expect(stack.seconds).toBeLessThan(120);
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    await connect(page);

    await page
      .getByRole('button', { name: /^(Review|Take)/ })
      .first()
      .click();
    const review = page.getByRole('dialog', { name: /^Buy solar from/ });
    const sign = review.getByRole('button', { name: /^Sign and pay/ });
    await sign.waitFor();
    const promise = await review.getByText(/Exactly\s+[\d.]+\s+STX leaves your wallet/).textContent();
    expect(promise).toMatch(/Exactly\s+[\d.]+\s+STX/);
    const total = /[\d.]+/.exec(promise ?? '')?.[0];
    await sign.click();
    await page.getByRole('dialog', { name: 'Buy energy' }).getByRole('button', { name: 'Sign and send' }).click();

    const buyer = Keys.address(Keys.development('visitor-flat'));
    type Trades = {
      trades: { id: string; locked: string; status: string; paid: string; fee: string; grid: string; refund: string }[];
    };
    const mine = async () =>
      (
        await ask<Trades>(`{ trades(where: { buyer: "${buyer}" }) { id locked status paid fee grid refund } }`).catch(
          () => undefined,
        )
      )?.trades?.[0];
    await expect.poll(mine, { timeout: 30_000 }).toBeDefined();
    // What the review said is what the contract holds, to the microSTX.
    expect(Number((await mine())!.locked) / 1e6).toBeCloseTo(Number(total), 6);

    await page.goto(`${stack.site}/#/trades`);
    await page.getByRole('main').getByRole('link').first().waitFor();
    stack.kill9('indexer');
    stack.kill9('devnet');
    await expect
      .poll(() => /The chain is back/.test(stack.said()) && /Indexer 1 is back/.test(stack.said()), {
        timeout: 60_000,
      })
      .toBe(true);
    // Looked at without haste, then the hours until the meters speak may pass.
    await fetch(`${stack.node}/devnet/speed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"speed":1200}',
    });

    await expect.poll(async () => (await mine())?.status, { timeout: 200_000, interval: 500 }).toMatch(/settled$/);
    const settled = (await mine())!;
    expect(BigInt(settled.paid) + BigInt(settled.fee) + BigInt(settled.grid) + BigInt(settled.refund)).toBe(
      BigInt(settled.locked),
    );
    await page.goto(`${stack.site}/#/trades`);
    await page
      .getByText(/paid out|part paid/i)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('is shown what a fresh indexer would show, after a fork', async () => {
    await fetch(`${stack.node}/devnet/speed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"speed":0}',
    });
    await fetch(`${stack.node}/devnet/reorg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"depth":3}',
    });
    const live = async () =>
      (
        await ask<{ _meta: { block: { hash: string }; digest: string } }>('{ _meta { block { hash } digest } }').catch(
          () => undefined,
        )
      )?._meta;
    await expect
      .poll(
        async () => {
          const again = await replay(stack.node, DEPLOYER);
          const meta = await live();
          return meta?.block.hash === again.hash && meta.digest === again.digest;
        },
        { timeout: 60_000, interval: 1000 },
      )
      .toBe(true);
  });
});
