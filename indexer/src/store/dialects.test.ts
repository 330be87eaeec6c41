import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from '@wattconnect/chainhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportRows } from '../export.ts';
import { Indexer } from '../indexer.ts';
import { referenceDigest } from '../reference.ts';
import { schemaHash } from '../schema.ts';
import { serve } from '../server.ts';
import { busyChain, type Chain } from '../test/chain.ts';
import { postgres, type TestPostgres } from '../test/postgres.ts';
import { openStore } from './open.ts';
import type { Store } from './types.ts';

let database: TestPostgres;
let chain: Chain;
const folder = mkdtempSync(join(tmpdir(), 'indexer-dialects-'));
beforeAll(async () => {
  [database, chain] = await Promise.all([postgres(), busyChain(80)]);
}, 120_000);
afterAll(async () => {
  await chain?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function views(db: string, options: { anew?: boolean } = {}): Promise<Indexer> {
  const store = await openStore(db, options);
  closers.push(() => store.close());
  return new Indexer(store, chain.deployer, { first: chain.blocks[0]!.height, finality: 10_000 });
}
async function linesOf(store: Store, height?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportRows(store, height)) lines.push(line);
  return lines;
}
let salt = 0;
/** The same transactions under other hashes, from a block on. */
function fork(from: number, length: number): Block[] {
  let parentHash = chain.blocks[from - 1]!.hash;
  return chain.blocks.slice(from, from + length).map((block) => {
    const hash = `0xfd${(salt++).toString(16).padStart(62, '0')}`;
    const other = { ...block, hash, parentHash };
    parentHash = hash;
    return other;
  });
}

const QUESTIONS = [
  '{ trades(orderBy: settledAt) { id status paid seller { id score } buyer { id } offer { id } settledAt } }',
  '{ trades(orderBy: settledAt, orderDirection: desc, first: 3) { id } }',
  '{ trades(orderBy: offer__price, orderDirection: desc) { id } }',
  '{ households(where: { tier_starts_with_nocase: "ST" }) { id trades(first: 2) { id } history(first: 3) { kind wh micro } } }',
  '{ households(where: { tier_contains: "art" }) { tier } }',
  '{ households(where: { tier_ends_with: "xxxxxxxxxxxxxxxxxxxxarter" }) { tier } }',
  '{ households(where: { tier_not_ends_with_nocase: "RTER" }) { tier } }',
  '{ households(where: { source_not: "" }) { source } }',
  '{ households(where: { source_contains: "" }) { source } }',
  '{ offers(where: { or: [{ price_gt: "1" }, { id_in: ["1", "2"] }], seller_: { certified: true } }) { id price } }',
  '{ households(where: { trades_: { status: "settled" } }) { id } }',
  '{ trades(where: { finalTx: null }) { id } }',
  '{ trades(where: { finalTx_not: null, _change_block: { number_gte: 5 } }, skip: 1) { id } }',
  '{ historyEntries(first: 1000) { id household { id } kind counterparty subject trade { id } slot wh micro at tx } }',
  '{ events(first: 1000, orderBy: topic) { id data } }',
  '{ offers(block: { number: 40 }) { id status remainingWh } }',
  '{ _meta { block { number hash timestamp parentHash } digest deployment hasIndexingErrors } }',
];

describe('two dialects', () => {
  it('hold the same views to the byte, over forks, and answer the same', async () => {
    const both = [await views(join(folder, 'same.db')), await views(await database.fresh())];
    const other = fork(31, 30);
    for (const indexer of both) {
      await indexer.accept(chain.blocks.slice(0, 60));
      await indexer.accept(other);
      await indexer.accept(chain.blocks.slice(0, 70));
      await indexer.accept(chain.blocks);
    }
    const [sqlite, postgresql] = both.map(({ store }) => store) as [Store, Store];
    expect(postgresql.tip()).toEqual(sqlite.tip());
    expect(await referenceDigest(postgresql)).toBe(sqlite.tip()!.digest);
    expect(await linesOf(postgresql)).toEqual(await linesOf(sqlite));
    expect(await linesOf(postgresql, 40)).toEqual(await linesOf(sqlite, 40));

    const servers = await Promise.all(both.map((indexer) => serve(indexer, { port: 0 })));
    for (const server of servers) closers.push(() => server.close());
    for (const query of QUESTIONS) {
      const [a, b] = await Promise.all(
        servers.map(async ({ url }) => {
          const response = await fetch(`${url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
          return response.text();
        }),
      );
      expect([query, JSON.parse(a!).errors]).toEqual([query, undefined]);
      expect(b).toBe(a);
    }
  });
});

describe.each(['SQLite', 'PostgreSQL'])('%s', (name) => {
  const fresh = async () => (name === 'SQLite' ? join(folder, `${++salt}.db`) : database.fresh());

  it('is for one writer at a time; whoever only looks may', async () => {
    const db = await fresh();
    const indexer = await views(db);
    await indexer.accept(chain.blocks);
    await expect(openStore(db)).rejects.toThrow('in use by another indexer');
    await expect(openStore(db, { anew: true })).rejects.toThrow('in use by another indexer');
    const reader = await openStore(db, { readOnly: true });
    expect(await linesOf(reader)).toEqual(await linesOf(indexer.store));
    await reader.close();
    await indexer.store.close();
    const again = await views(db);
    expect(again.store.tip()).toEqual(indexer.store.tip());
    expect(again.store.meta('deployer')).toBe(chain.deployer);
    await again.store.close();
    const anew = await views(db, { anew: true });
    expect(anew.store.tip()).toBeUndefined();
    await anew.accept(chain.blocks);
    expect(anew.store.tip()!.digest).toBe(indexer.store.tip()!.digest);
  });

  it('of another version of the views is left as it is, until somebody rebuilds it', async () => {
    const db = await fresh();
    const indexer = await views(db);
    await indexer.accept(chain.blocks.slice(0, 50));
    indexer.store.setMeta('schema', '0'.repeat(64));
    await indexer.accept(chain.blocks);
    await indexer.store.close();
    for (const options of [{}, { readOnly: true }])
      await expect(openStore(db, options)).rejects.toThrow(/made by another version.* run "rebuild"/i);
    const anew = await views(db, { anew: true });
    await anew.accept(chain.blocks);
    expect(anew.store.tip()!.digest).toBe(indexer.store.tip()!.digest);
    expect(anew.store.meta('schema')).toBe(schemaHash);
  });

  it('writes a batch whole or not at all', async () => {
    const db = await fresh();
    const indexer = await views(db);
    await indexer.accept(chain.blocks.slice(0, 50));
    const before = await linesOf(indexer.store);
    const tip = indexer.store.tip()!;
    const row = { id: 'all' };
    await expect(
      (async () =>
        indexer.store.commit({
          keep: 20,
          blocks: [{ ...tip, height: 21, hash: '0x01' }],
          versions: [{ entity: 'Community', row, from: 21, to: 2147483647, closes: true }],
        }))(),
    ).rejects.toThrow('is missing');
    expect(await linesOf(indexer.store)).toEqual(before);
    await indexer.accept(chain.blocks);
    expect(indexer.store.tip()!.height).toBe(chain.blocks.at(-1)!.height);
  });
});
