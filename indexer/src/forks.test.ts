// Blocks as the weather brings them: forks of any depth, nested, repeated, out of order, lost and late. The views are those of the chain that stands.
import type { Block, Delivery } from '@wattconnect/chainhooks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { SqliteStore } from './store/sqlite.ts';
import { busyChain, type Chain } from './test/chain.ts';
import { inTime, Trials } from './test/night.ts';

/** `INDEXER_RUNS` and `INDEXER_SEED` make it longer and repeatable. */
const RUNS = Number(process.env.INDEXER_RUNS ?? 300);
const SEED = Number(process.env.INDEXER_SEED ?? 11);
/** Blocks of the chain that stands in the end. */
const LENGTH = 120;

let chain: Chain;
let digest: string;
beforeAll(async () => {
  chain = await busyChain(LENGTH);
  digest = await digestOf(chain.blocks);
}, 120_000);
afterAll(() => chain?.close());

async function digestOf(blocks: readonly Block[]): Promise<string> {
  const indexer = new Indexer(new SqliteStore(), chain.deployer, { first: blocks[0]!.height });
  await indexer.accept(blocks);
  const { digest: found } = indexer.store.tip()!;
  indexer.store.close();
  return found;
}

type Step = {
  from: number;
  length: number;
  nested: number;
  twice: boolean;
  shuffled: boolean;
  lost: boolean;
  late: boolean;
};
const step: fc.Arbitrary<Step> = fc.record({
  from: fc.integer({ min: 0, max: LENGTH - 2 }),
  length: fc.integer({ min: 1, max: 100 }),
  nested: fc.integer({ min: 0, max: 3 }),
  twice: fc.boolean(),
  shuffled: fc.boolean(),
  lost: fc.boolean(),
  late: fc.boolean(),
});

describe('forks at random', () => {
  it(
    'leave the same views as a chain that never had them',
    async () => {
      let salt = 0;
      const trials = new Trials('forks', RUNS);
      /** Another branch on a block: the same transactions under other hashes. */
      const branch = (on: Block, after: number, length: number): Block[] => {
        let parentHash = on.hash;
        return chain.blocks.slice(after, after + length).map((block) => {
          const hash = `0xff${(salt++).toString(16).padStart(62, '0')}`;
          const other = { ...block, hash, parentHash };
          parentHash = hash;
          return other;
        });
      };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (script) => {
          const indexer = new Indexer(new SqliteStore(), chain.deployer, {
            first: chain.blocks[0]!.height,
            finality: 10_000,
          });
          const late: Delivery[] = [];
          try {
            await indexer.accept(chain.blocks.slice(0, 1));
            for (const { from, length, nested, twice, shuffled, lost, late: isLate } of script) {
              await indexer.accept(chain.blocks.slice(0, from + 1));
              // A fork of a fork of a fork.
              let on = chain.blocks[from]!;
              let after = from + 1;
              let before: Block[] = [];
              for (let depth = 0; depth <= nested && after < LENGTH; depth++) {
                const fork = branch(on, after, Math.max(1, length >> depth));
                const told = shuffled ? fork.toReversed() : fork;
                if (isLate) late.push({ apply: told, rollback: before.toReversed() });
                before = fork;
                if (lost && told.length > 2) {
                  // One block in the middle never comes: what is above it waits.
                  const kind = (await indexer.accept(told.toSpliced(told.length >> 1, 1))).kind;
                  expect(kind).toBe('gap');
                }
                await indexer.accept(told);
                if (twice) expect((await indexer.accept(told)).kind).toBe('duplicate');
                const middle = fork.length >> 1;
                on = fork[middle]!;
                after += middle + 1;
              }
            }
            expect((await indexer.accept(chain.blocks)).kind).not.toBe('gap');
            expect(indexer.store.tip()!.digest).toBe(digest);
            // Deliveries about forks that are long over change nothing.
            for (const delivery of late) await indexer.deliver(delivery);
            expect(indexer.store.tip()!.digest).toBe(digest);
          } finally {
            indexer.store.close();
          }
          trials.add();
        }),
        { numRuns: RUNS, seed: SEED, ...inTime() },
      );
      trials.end();
    },
    RUNS * 2000,
  );

  it('deeper than what is final stop loudly, and say how to go on', async () => {
    const indexer = new Indexer(new SqliteStore(), chain.deployer, { first: chain.blocks[0]!.height, finality: 0 });
    await indexer.accept(chain.blocks);
    const deep = chain.blocks.findIndex(({ burn }) => burn.height < chain.blocks.at(-1)!.burn.height);
    expect(deep).toBeGreaterThanOrEqual(0);
    const other = { ...chain.blocks[deep + 1]!, hash: `0xee${'0'.repeat(62)}` };
    await expect(indexer.accept([other])).rejects.toThrow(/run "rebuild"/);
    expect(indexer.store.tip()!.digest).toBe(digest);
    indexer.store.close();
  });
});
