// What goes wrong, seen from three sides: after a transaction that must not happen, and after a fork, chain, indexer and dApp say the same.
import { Pc } from '@stacks/transactions';
import { ChainClient } from '@wattconnect/agents';
import { call, errorOf } from '@wattconnect/contracts';
import { createClient } from '@wattconnect/p2p-relay/client';
import { Keys } from '@wattconnect/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { type Stack, startStack } from './local-stack.ts';

const DEPLOYER = Keys.address(Keys.development('deployer'));
const KEY = Keys.development('visitor-flat');
const FLAT = Keys.address(KEY);

let stack: Stack;
let chain: ChainClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  stack = await startStack({ speed: 60, port: 31_840, partsPort: 31_850 });
  chain = new ChainClient(stack.node, DEPLOYER);
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${stack.site}/#/market`);
  await page.getByRole('button', { name: 'Connect' }).first().click();
  await page.getByRole('button', { name: /Flat on the second floor/ }).click();
  await page
    .getByRole('dialog', { name: /^Connect as/ })
    .getByRole('button', { name: 'Connect' })
    .click();
  await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const ask = async <T>(indexer: string, query: string): Promise<T> => {
  const response = await fetch(`${indexer}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
};
type OfferRow = { id: string; revision: number; remainingWh: string; minWh: string };
const cheapest = async (): Promise<OfferRow> => {
  const time = await chain.time();
  const { offers } = await ask<{ offers: OfferRow[] }>(
    stack.indexer,
    `{ offers(first: 1, where: { status: "open", expiry_gt: "${time + 1800}" }, orderBy: price) { id revision remainingWh minWh } }`,
  );
  return offers[0]!;
};
const money = async () => BigInt((await chain.json<{ balance: string }>(`/v2/accounts/${FLAT}?proof=0`)).body.balance);

/** Nothing has come of it, whoever is asked. */
async function nothingHappened(offer: OfferRow, before: bigint, feeMost: bigint): Promise<void> {
  const now = await money();
  expect(before - now).toBeGreaterThanOrEqual(0n);
  expect(before - now).toBeLessThanOrEqual(feeMost);
  const { height } = (await (await fetch(`${stack.node}/devnet/status`)).json()) as { height: number };
  for (const indexer of stack.indexers) {
    type Answer = { trades: unknown[]; offer: OfferRow; _meta: { block: { number: number } } };
    const query = `{ trades(where: { buyer: "${FLAT}" }) { id } offer(id: "${offer.id}") { id revision remainingWh minWh } _meta { block { number } } }`;
    await expect
      .poll(async () => (await ask<Answer>(indexer, query))._meta.block.number, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(height);
    const answer = await ask<Answer>(indexer, query);
    expect(answer.trades).toEqual([]);
    expect(answer.offer).toEqual(offer);
  }
  await page.goto(`${stack.site}/#/trades`);
  await page.getByRole('heading', { name: 'No trades yet' }).first().waitFor();
}

describe('what must not happen does not, whoever is asked', () => {
  it('a transaction whose post-condition is wrong', async () => {
    const offer = await cheapest();
    const before = await money();
    const [receipt] = await chain.included([
      await chain.submit(
        KEY,
        call.marketplace.acceptOffer({
          id: BigInt(offer.id),
          revision: BigInt(offer.revision),
          wh: BigInt(offer.minWh),
          maxTotal: 10_000_000n,
        }),
        [Pc.principal(FLAT).willSendEq(1n).ustx()],
      ),
    ]);
    expect(receipt).toMatchObject({ ok: false, status: 'abort_by_post_condition' });
    await nothingHappened(offer, before, 10_000n);
  });

  it('a transaction with a nonce that was used', async () => {
    const offer = await cheapest();
    const before = await money();
    const { makeContractCall, PostConditionMode } = await import('@stacks/transactions');
    const transaction = await makeContractCall({
      contractAddress: DEPLOYER,
      ...call.marketplace.acceptOffer({
        id: BigInt(offer.id),
        revision: BigInt(offer.revision),
        wh: BigInt(offer.minWh),
        maxTotal: 10_000_000n,
      }),
      senderKey: KEY,
      network: 'devnet',
      nonce: 0n,
      fee: 5000n,
      postConditionMode: PostConditionMode.Allow,
      validateWithAbi: false,
    });
    const { status, body } = await chain.json<{ error: string; reason: string }>('/v2/transactions', {
      tx: transaction.serialize(),
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'transaction rejected', reason: 'BadNonce' });
    await nothingHappened(offer, before, 0n);
  });

  it('a promise that its maker did not sign', async () => {
    const config = (await (await fetch(`${stack.site}/config.json`)).json()) as { relays: string[]; cells: string[] };
    const time = await chain.time();
    const client = await createClient({
      relays: config.relays,
      chainId: Keys.CHAIN_ID.devnet,
      contract: `${DEPLOYER}.marketplace`,
      cells: config.cells,
      now: () => time,
    });
    try {
      // The one that ends last: nobody has taken any of it yet.
      const open = () =>
        client
          .offers()
          .filter(({ order }) => Number(order.expiry) > time + 1800)
          .toSorted((a, b) => Number(b.order.expiry - a.order.expiry))[0];
      await expect.poll(() => open() !== undefined, { timeout: 20_000 }).toBe(true);
      const { order, cv, sig } = open()!;
      // Passed on to nobody: relays and neighbours refuse it.
      const forged = cv.slice();
      forged[forged.length - 1]! ^= 1;
      await expect(client.publish({ kind: 'offer', cv: forged, sig })).rejects.toThrow();
      // And the contract knows the difference of a single microSTX.
      const offer = await cheapest();
      const before = await money();
      const { maker, slot, wh, minWh, price, nonce, expiry } = order;
      const [receipt] = await chain.included([
        await chain.submit(
          KEY,
          call.marketplace.fillSignedOffer({
            order: { maker, slot, wh, minWh, price: price - 1n, nonce, expiry },
            signature: sig,
            wh: minWh,
            maxTotal: 10_000_000n,
          }),
        ),
      ]);
      expect(receipt).toMatchObject({ ok: false, status: 'abort_by_response' });
      expect(errorOf(receipt!.code!)).toMatchObject({ contract: 'marketplace', name: expect.stringMatching(/SIGN/) });
      await nothingHappened(offer, before, 10_000n);
    } finally {
      await client.close();
    }
  });
});

describe('a fork that takes a purchase back', () => {
  it('is told to the buyer, and shows nowhere as a trade any more', async () => {
    await page.goto(`${stack.site}/#/market`);
    await page
      .getByRole('button', { name: /^(Review|Take)/ })
      .first()
      .click();
    const review = page.getByRole('dialog', { name: /^Buy solar from/ });
    await review.getByRole('button', { name: /^Sign and pay/ }).click();
    const before = await money();
    await page.getByRole('dialog', { name: 'Buy energy' }).getByRole('button', { name: 'Sign and send' }).click();
    type Trades = { trades: { id: string; openedTx: string; openedAt: string }[] };
    const mine = async () =>
      (await ask<Trades>(stack.indexer, `{ trades(where: { buyer: "${FLAT}" }) { id openedTx openedAt } }`)).trades;
    await page
      .getByText(/: in a block\./)
      .first()
      .waitFor();
    await expect.poll(async () => (await mine()).length, { timeout: 30_000 }).toBe(1);
    const [trade] = await mine();
    await page.goto(`${stack.site}/#/trades/${trade!.id}`);
    await page.getByRole('heading', { name: /^Buying/ }).waitFor();

    // The block goes, and the transaction with it.
    const { height } = (await (await fetch(`${stack.node}/devnet/status`)).json()) as { height: number };
    const { body } = await chain.json<{ block_height: number }>(`/extended/v1/tx/${trade!.openedTx}`);
    const reorg = await chain.json('/devnet/reorg', {
      depth: height - body.block_height + 1,
      drop: [trade!.openedTx],
    });
    expect(reorg.status).toBe(200);

    await page.getByRole('heading', { name: 'The chain took this trade back' }).waitFor();
    await expect.poll(async () => (await mine()).length, { timeout: 20_000 }).toBe(0);
    expect(before - (await money())).toBe(0n);
    await page.goto(`${stack.site}/#/trades`);
    await page
      .getByText(/The chain replaced the block|took its block back/)
      .first()
      .waitFor();
    for (const indexer of stack.indexers)
      expect((await ask<Trades>(indexer, `{ trades(where: { buyer: "${FLAT}" }) { id } }`)).trades).toEqual([]);
  });

  it('leaves two indexers that agree, and the page says so', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByText(/Checked with 2 of 2/).waitFor();
  });
});
