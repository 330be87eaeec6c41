// A question that takes for ever costs whoever asks it, and nobody else: blocks go on, and so do the questions of others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from '@wattconnect/chainhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_WAITING, Readers } from './graphql/readers.ts';
import { Indexer } from './indexer.ts';
import { type AnyRow, type EntityName, fieldsOf } from './schema.ts';
import { serve } from './server.ts';
import { openStore } from './store/open.ts';
import { OPEN, type Store, TooSlow } from './store/types.ts';
import { postgres, type TestPostgres } from './test/postgres.ts';

const DEPLOYER = 'ST1SJ3DTE5DN7X54YDH5D64R3BCB6A2AG2ZQ8YPD5';
/** Each of them is held against each other by the slow question. */
const TRADES = 10_000;
const QUESTION_MS = 8000;
const SLOW = '{ trades(first: 1, where: { seller_: { trades_: { origin_contains_nocase: "never" } } }) { id } }';
const QUICK = '{ trade(id: "7") { id seller { id } } _meta { block { number } } }';

const folder = mkdtempSync(join(tmpdir(), 'indexer-slow-'));
const file = join(folder, 'views.db');
let store: Store;
let indexer: Indexer;
let server: Awaited<ReturnType<typeof serve>>;

/** A row with something in every field. */
function row(entity: EntityName, id: string, some: AnyRow): AnyRow {
  const values = { BigInt: 1n, Int: 1, Boolean: false, ID: '', String: 'somewhere', Bytes: '0x00' };
  return Object.fromEntries(
    fieldsOf(entity).map(([name, field]) => [
      name,
      name === 'id' ? id : (some[name] ?? ('ref' in field ? 'home' : values[field.type])),
    ]),
  );
}
const hashOf = (height: number) => `0x${height.toString(16).padStart(64, '0')}`;
const block = (height: number): Block => ({
  height,
  hash: hashOf(height),
  parentHash: hashOf(height - 1),
  time: 1_800_000_000 + height,
  burn: { height: 1, hash: hashOf(1) },
  txs: [
    {
      id: hashOf(height),
      index: 0,
      sender: DEPLOYER,
      ok: true,
      events: [{ rank: 0, type: 'ft_mint', asset: `${DEPLOYER}.energy-token::kwh`, to: DEPLOYER, amount: '5' }],
    },
  ],
});

beforeAll(async () => {
  store = await openStore(file);
  indexer = new Indexer(store, DEPLOYER);
  await indexer.accept([block(1)]);
  const tip = store.tip()!;
  await store.commit({
    blocks: [{ ...tip, height: 2, hash: hashOf(2), parentHash: tip.hash }],
    versions: [
      { entity: 'Household', row: row('Household', 'home', {}), from: 2, to: OPEN, closes: false },
      ...Array.from({ length: TRADES }, (_, i) => ({
        entity: 'Trade' as const,
        row: row('Trade', String(i), {}),
        from: 2,
        to: OPEN,
        closes: false,
      })),
    ],
  });
  server = await serve(indexer, { port: 0, questionMs: QUESTION_MS });
});
afterAll(async () => {
  await server?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(query: string) {
  const began = performance.now();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as { data?: object; errors?: { message: string }[] };
  return { status: response.status, ...answer, ms: performance.now() - began };
}

describe('questions that are truly slow', () => {
  it('are ended at the limit; blocks and other questions go on meanwhile', async () => {
    for (const one of await Promise.all([ask(QUICK), ask(QUICK)]))
      expect(one).toMatchObject({ status: 200, data: { trade: { seller: { id: 'home' } } } });
    const SLOW_ONES = 3;
    let running = SLOW_ONES;
    const slow = Promise.all(
      Array.from({ length: SLOW_ONES }, () =>
        ask(SLOW).finally(() => {
          running -= 1;
        }),
      ),
    );
    let height = store.tip()!.height;
    /** What was done while every slow question was still on its way. */
    const meanwhile = { blocks: 0, questions: 0 };
    while (running > 0) {
      await indexer.accept([block(++height)]);
      if (running === SLOW_ONES) meanwhile.blocks += 1;
      const { status, data } = await ask(QUICK);
      expect([status, data]).toMatchObject([200, { _meta: { block: { number: height } } }]);
      if (running === SLOW_ONES) meanwhile.questions += 1;
    }
    for (const { status, errors, ms } of await slow) {
      expect([status, errors?.[0]?.message]).toEqual([400, expect.stringMatching(/takes too long/)]);
      // Ended by the clock, not refused before.
      expect(ms).toBeGreaterThanOrEqual(QUESTION_MS);
    }
    expect(meanwhile.blocks).toBeGreaterThan(3);
    expect(meanwhile.questions).toBeGreaterThan(3);
    expect(store.tip()!.height).toBe(height);
  }, 60_000);

  it('leave readers that answer, whoever ends them', async () => {
    const faults: string[] = [];
    const readers = new Readers(
      { file, deployer: DEPLOYER, first: 1, key: undefined },
      { questionMs: 1000, onFault: (details) => faults.push(details) },
    );
    const put = (query: string) =>
      readers.ask({
        method: 'POST',
        search: '',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        hasErrors: false,
      });
    try {
      await expect(put(SLOW)).rejects.toThrow('takes too long');
      expect((await put(QUICK)).status).toBe(200);
      // More than may wait: the rest is told to come again, and nobody waits for ever.
      const many = await Promise.allSettled(Array.from({ length: MOST_WAITING + 50 }, () => put(QUICK)));
      const refused = many.filter((one) => one.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      for (const { reason } of refused) expect(reason).toMatchObject({ status: 429, code: 'TOO_MANY' });
      expect(many.length - refused.length).toBeGreaterThanOrEqual(MOST_WAITING);
      expect(readers.size).toBeLessThanOrEqual(5);
      expect(faults).toEqual([]);
    } finally {
      readers.close();
    }
  }, 60_000);

  it('on PostgreSQL are ended by it', async () => {
    const database: TestPostgres = await postgres();
    const other = await openStore(await database.fresh());
    try {
      await new Indexer(other, DEPLOYER).accept([block(1)]);
      const snapshot = await other.snapshot();
      const slow = Promise.resolve(snapshot.all('select pg_sleep(60)::text as slept', []));
      await new Indexer(other, DEPLOYER).accept([block(2)]);
      expect(other.tip()!.height).toBe(2);
      await expect(slow).rejects.toThrow(TooSlow);
      snapshot.close();
    } finally {
      await other.close();
      await database.close();
    }
  }, 60_000);
});
