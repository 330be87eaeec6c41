// What goes wrong, seen from three sides: after a transaction that must not happen, and after a fork, chain, indexer and dApp say the same.
import { Cl, type ClarityValue, Pc } from '@stacks/transactions';
import { ChainClient } from '@wattconnect/agents';
import { call, errorOf } from '@wattconnect/contracts';
import { createClient } from '@wattconnect/p2p-relay/client';
import { Keys } from '@wattconnect/protocol';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { startLiar } from './liar.ts';
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

/** Opens the first offer and signs it in the wallet. */
async function signFirst(): Promise<void> {
  await page.goto(`${stack.site}/#/market`);
  await page
    .getByRole('button', { name: /^(Review|Take)/ })
    .first()
    .click();
  const review = page.getByRole('dialog', { name: /^Buy solar from/ });
  await review.getByRole('button', { name: /^Sign and pay/ }).click();
  await page.getByRole('dialog', { name: 'Buy energy' }).getByRole('button', { name: 'Sign and send' }).click();
}

describe('a household whose purchase does not happen is told so, and what to do next', () => {
  it('when its wallet counts from an old nonce', async () => {
    const [offer, before] = [await cheapest(), await money()];
    await page.route(/\/extended\/v1\/address\/[^/]+\/nonces/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), possible_next_nonce: 0 } });
    });
    await signFirst();
    const review = page.getByRole('dialog', { name: /^Buy solar from/ });
    await review.getByText(/Wait for a block and try again\. Nothing was paid\./).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await review.getByRole('button', { name: 'Not now' }).click();
    await nothingHappened(offer, before, 0n);
  });

  it('when more would have to leave the wallet than the contract takes', async () => {
    const [offer, before] = [await cheapest(), await money()];
    // A node that is wrong about the price: one microSTX too much.
    await page.route(/\/call-read\/.*\/quote/, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { okay: boolean; result: string };
      const value = Cl.deserialize(body.result) as ClarityValue;
      if (value.type !== 'ok' || value.value.type !== 'tuple') return route.fulfill({ response: answer });
      const { total } = value.value.value;
      const more = Cl.uint(BigInt((total as { value: bigint }).value) + 1n);
      const result = `0x${Cl.serialize(Cl.ok(Cl.tuple({ ...value.value.value, total: more })))}`;
      await route.fulfill({ response: answer, json: { ...body, result } });
    });
    await signFirst();
    await page.getByText('Signed and sent').first().waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.goto(`${stack.site}/#/trades`);
    await page.getByText(/^“Buy .*” did not happen$/).waitFor();
    await page.getByText(/was not what you signed, so nothing happened\. .*You can try again/).waitFor();
    await nothingHappened(offer, before, 100_000n);
    await page.getByRole('button', { name: 'Put away' }).click();
    await page.getByText(/did not happen/).waitFor({ state: 'hidden' });
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

describe('an indexer that lies', () => {
  it('is outvoted by two that do not, and every page of a phone says so', async () => {
    const liar = await startLiar(stack.indexer);
    try {
      await page.setViewportSize({ width: 360, height: 800 });
      await page.goto(`${stack.site}/#/settings`);
      await page.getByLabel('Another indexer').fill(liar.url);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('Says something else', { exact: true }).waitFor();
      for (const name of ['', 'market', 'map', 'trades', 'sell', 'me', 'votes', 'settings']) {
        await page.goto(`${stack.site}/#/${name}`);
        await page.getByText('One source says something else').waitFor();
      }
      await page.getByRole('button', { name: /^Remove/ }).click();
      await page.getByText('One source says something else').waitFor({ state: 'hidden' });
    } finally {
      await liar.close();
    }
  });

  it('is not believed when it stands against one, nor does anybody else decide', async () => {
    const liar = await startLiar(stack.indexer);
    const other = await visit([liar.url, stack.indexers[1]]);
    try {
      await other.page.goto(`${stack.site}/#/market`);
      await other.page.getByText('The sources of these figures contradict each other').waitFor();
    } finally {
      await other.context.close();
      await liar.close();
    }
  });

  it('changes nothing of what is signed, not even when it is the only one', async () => {
    // The neighbours rest: nobody takes the offer while it is looked at.
    await chain.json('/devnet/speed', { speed: 0 });
    const liar = await startLiar(stack.indexer);
    const { context, page } = await visit([liar.url]);
    try {
      await page.goto(`${stack.site}/#/market`);
      await page.getByRole('button', { name: 'Connect' }).first().click();
      await page.getByRole('button', { name: /Corner house/ }).click();
      await page
        .getByRole('dialog', { name: /^Connect as/ })
        .getByRole('button', { name: 'Connect' })
        .click();
      await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
      const answered = async (response: Response) =>
        /\/call-read\/.*\/quote$/.test(response.url()) &&
        Cl.deserialize(((await response.json()) as { result: string }).result).type === 'ok';
      const quoted = page.waitForResponse(answered);
      // The liar asks half of the real price for what is listed on chain.
      await page
        .getByRole('article')
        .filter({ hasText: 'Listed on chain' })
        .getByRole('button', { name: /^(Review|Take)/ })
        .first()
        .click();
      const asked = (await quoted).request().postDataJSON() as { arguments: string[] };
      const { result } = (await (await quoted).json()) as { result: string };
      const value = Cl.deserialize(result) as ClarityValue;
      if (value.type !== 'ok' || value.value.type !== 'tuple')
        throw new Error(`The contract said ${Cl.prettyPrint(value)}`);
      const { price, total } = value.value.value as unknown as Record<'price' | 'total', { value: bigint }>;
      const id = (Cl.deserialize(asked.arguments[0]!) as { value: bigint }).value;
      type Offer = { offer: { price: string } };
      const query = `{ offer(id: "${id}") { price } }`;
      const lie = BigInt((await ask<Offer>(liar.url, query)).offer.price);
      expect(BigInt(price.value)).toBe(BigInt((await ask<Offer>(stack.indexer, query)).offer.price));
      expect(lie).toBe(BigInt(price.value) / 2n);
      const text = await page.getByText(/Exactly\s+[\d.]+\s+STX leaves your wallet/).textContent();
      expect(Number(/[\d.]+/.exec(text ?? '')?.[0])).toBeCloseTo(Number(total.value) / 1e6, 6);
    } finally {
      await context.close();
      await liar.close();
    }
  });
});

/** A copy of the site that listens to these indexers. */
async function visit(indexers: string[]): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, serviceWorkers: 'block' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.route('**/config.json', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), indexers } });
  });
  return { context, page };
}
