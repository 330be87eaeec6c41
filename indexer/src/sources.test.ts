// Whoever tells of a chain, and however: the same blocks make the same views.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Block, chainhookV1, newBlock, nodeSource, type Source } from '@wattconnect/chainhooks';
import { startDevnet } from '@wattconnect/devnet';
import { address, DEPLOYER, type Market } from '@wattconnect/devnet/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { type RunOptions, replay, run } from './run.ts';
import { SqliteStore } from './store/sqlite.ts';
import { market, report, settle, trade } from './test/chain.ts';
import { contentOf } from './test/content.ts';
import { freePort } from './test/port.ts';
import { inStep, startCli } from './test/process.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
async function until(what: string, met: () => boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !met() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect([what, met()]).toEqual([what, true]);
}
async function started(chain: Market, options: Partial<RunOptions> = {}) {
  const running = await run({ node: chain.url, deployer: DEPLOYER, port: 0, ...options });
  closers.push(() => running.close());
  return running;
}

const captured = new URL('../../../shared/data/chain/', import.meta.url);

/** What has been captured so far, as somebody who can be asked: its tip is the block that came last. */
function recorded(blocks: readonly Block[]): Source {
  const byHash = new Map(blocks.map((block) => [block.hash, block]));
  const chain: Block[] = [];
  for (let block = blocks.at(-1); block; block = byHash.get(block.parentHash)) chain.unshift(block);
  return {
    name: 'captured',
    first: 1,
    tip: async () => chain.at(-1)!,
    hashAt: async (height) => chain.find((block) => block.height === height)?.hash,
    block: async (hash) => byHash.get(hash),
  };
}
const views = () => new Indexer(new SqliteStore(), DEPLOYER);

describe('captured streams of a real node', () => {
  if (!existsSync(captured)) {
    it('are not beside this clone: what follows uses chains of our own only', () => {
      console.warn('The captured streams are not in ../shared/data/chain: their replay is not part of this run.');
      expect(existsSync(captured)).toBe(false);
    });
    return;
  }
  const posted = readFileSync(new URL('mainnet-reorg-scenario2.new_block.tsv', captured), 'utf8')
    .split('\n')
    .filter((line) => line.includes('/new_block\t'))
    .map((line) => newBlock(JSON.parse(line.slice(line.indexOf('{')))));
  const hooked = readFileSync(new URL('mainnet-reorg-scenario2.chainhook-v1.ndjson', captured), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => chainhookV1(JSON.parse(line)));
  /** The chain that stood in the end, in one go. */
  const standing = async () => {
    const indexer = views();
    const source = recorded(posted);
    await indexer.sync(source);
    return indexer.store.tip()!;
  };

  it('take the fork: by the node’s posts with a look at the node, and by Chainhook’s payloads alone', async () => {
    const tip = await standing();
    expect(tip).toMatchObject({ height: 4, hash: posted.at(-1)!.hash });

    const byPosts = views();
    const kinds: string[] = [];
    for (const [i, block] of posted.entries()) {
      const outcome = await byPosts.deliver({ apply: [block], rollback: [] });
      kinds.push(outcome.kind);
      if (outcome.kind === 'gap') await byPosts.sync(recorded(posted.slice(0, i + 1)));
      expect(byPosts.store.tip()!.hash).toBe(block.hash);
    }
    expect(kinds).toEqual(['applied', 'applied', 'gap', 'applied', 'applied']);
    expect(byPosts.counters).toMatchObject({ reorgs: 1, deepest: 1 });
    expect(byPosts.store.tip()).toEqual(tip);

    const byHook = views();
    for (const delivery of hooked) expect((await byHook.deliver(delivery)).kind).toBe('applied');
    expect(byHook.counters.reorgs).toBe(1);
    expect(byHook.store.tip()!.digest).toBe(tip.digest);
  });

  it('come to the same in any order, and however often', async () => {
    const { digest } = await standing();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...posted, ...posted], { minLength: 1 }),
        fc.shuffledSubarray(hooked, { minLength: 0 }),
        async (some, deliveries) => {
          const indexer = views();
          for (const block of some) {
            const outcome = await indexer.deliver({ apply: [block], rollback: [] });
            if (outcome.kind === 'gap') await indexer.sync(recorded(posted));
          }
          for (const delivery of deliveries) await indexer.deliver(delivery);
          await indexer.sync(recorded(posted));
          expect(indexer.store.tip()!.digest).toBe(digest);
          indexer.store.close();
        },
      ),
    );
  });
});

describe('one chain', () => {
  it('has the same views from every source, over a fork', async () => {
    const observerPort = await freePort();
    const chain = await market(['home-a', 'home-b'], [`http://127.0.0.1:${observerPort}`]);
    closers.push(() => chain.close());
    const from = {
      replay: await started(chain),
      api: await started(chain, { pull: 'api' }),
      chainhook: await started(chain, { chainhookPort: await freePort() }),
      observer: await started(chain, { receivePort: observerPort }),
      hooks2: await started(chain, { receivePort: 0, pull: 'api' }),
      backup: await started(chain, { node: 'http://127.0.0.1:9', backups: [`api+${chain.url}`] }),
    };
    /** What the hosted service posts when its filter finds something: no whole blocks, no bytes of events. */
    const tell = async (rollback: Block[] | { hash: string; height: number }[]) => {
      const named = ({ hash, height }: { hash: string; height: number }) => ({
        block_identifier: { hash, index: height },
        transactions: [],
      });
      const response = await fetch(`${from.hooks2.receiver}/chainhooks`, {
        method: 'POST',
        body: JSON.stringify({
          event: { chain: 'stacks', network: 'devnet', apply: [named(chain.chain.tip)], rollback: rollback.map(named) },
          chainhook: { name: 'wattconnect', uuid: '00000000-0000-4000-8000-000000000000' },
        }),
      });
      expect(response.status).toBe(200);
    };
    const same = async (when: string) => {
      const { hash } = chain.chain.tip;
      for (const [name, { store }] of Object.entries(from))
        await until(`${name} ${when}`, () => store.tip()?.hash === hash);
      const { digest } = await replay(chain.url, DEPLOYER);
      const content = await contentOf(from.replay.store);
      for (const [name, { store }] of Object.entries(from))
        expect([name, when, store.tip()!.digest, await contentOf(store)]).toEqual([name, when, digest, content]);
    };
    await until('Chainhook is registered', () => from.chainhook.status().push !== null);
    const { slot, id } = await trade(chain);
    await tell([]);
    await same('after a trade');
    const accepted = chain.chain.tip.receipts[0]!.tx.txid;
    chain.devnet.mine();
    await same('before the fork');
    const gone = chain.chain.blocks.slice(-3).toReversed();
    chain.devnet.reorg(3, [accepted]);
    await tell(gone);
    await same('after the fork');
    expect(from.replay.store.reader().where('Trade', { status: 'open' })).toEqual([]);
    const again = await trade(chain);
    expect(again.id).toBe(id);
    await report(chain, again.slot, 1600n);
    await settle(chain, again.slot, again.id);
    expect(again.slot).toBeGreaterThanOrEqual(slot);
    await tell([]);
    await same('after the settlement');
    for (const name of ['chainhook', 'observer', 'hooks2'] as const)
      expect([name, from[name].status().deliveries > 0]).toEqual([name, true]);
    expect(Object.values(from).map(({ status }) => status().counters.deepest)).toEqual([3, 3, 3, 3, 3, 3]);
  }, 120_000);

  it('with a hole in what is pushed is filled by asking, at once, and goes on', async () => {
    const chain = await market(['home-a']);
    closers.push(() => chain.close());
    const running = await started(chain, { receivePort: 0 });
    await until('in step', () => running.store.tip()?.hash === chain.chain.tip.hash);
    const push = async (hash: string) => {
      const body = await (await fetch(`${chain.url}/v3/blocks/replay/${hash.slice(2)}`)).text();
      return (await fetch(`${running.receiver}/new_block`, { method: 'POST', body })).status;
    };
    let gaps = 0;
    // Asking has its own clock of seconds: of several pushes with a hole before them, most come before it.
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 4; i++) chain.devnet.mine();
      const before = running.status().counters.gaps;
      expect(await push(chain.chain.tip.hash)).toBe(200);
      await until('the hole is filled', () => running.store.tip()?.hash === chain.chain.tip.hash, 3000);
      gaps += running.status().counters.gaps - before;
      chain.devnet.mine();
      expect(await push(chain.chain.tip.hash)).toBe(200);
      expect(running.store.tip()?.hash).toBe(chain.chain.tip.hash);
    }
    expect(gaps).toBeGreaterThan(0);
    expect(running.store.tip()!.digest).toBe((await replay(chain.url, DEPLOYER)).digest);
  });

  it('that takes back what is final stops the indexer loudly, and says how to go on', async () => {
    const chain = await market(['home-a']);
    closers.push(() => chain.close());
    const folder = mkdtempSync(join(tmpdir(), 'indexer-finality-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const start = (command: string, ...more: string[]) => {
      const args = ['--node', chain.url, '--deployer', DEPLOYER, '--finality', '2', '--port', '0'];
      const started = startCli(command, ...args, ...more, '--db', join(folder, 'views.db'));
      closers.push(() => started.kill());
      return started;
    };
    const first = start('run');
    const url = await first.url();
    await inStep(url, chain.chain.tip.hash);
    // Two burn blocks back is a fork like any other.
    chain.devnet.burn(2);
    chain.devnet.reorg(2);
    await inStep(url, chain.chain.tip.hash);
    chain.devnet.burn(4);
    await inStep(url, chain.chain.tip.hash);
    chain.devnet.reorg(4);
    expect(await first.ended).toBe(1);
    expect(first.said()).toMatch(/4 burn blocks back, where everything is final.*run "rebuild"/);
    // Starting again does not help, and says so again.
    const second = start('run', '--log', 'json');
    expect(await second.ended).toBe(1);
    const lines = second
      .said()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'error',
      message: expect.stringContaining('run "rebuild"'),
    });
    const third = start('rebuild');
    expect(await inStep(await third.url(), chain.chain.tip.hash)).toBe((await replay(chain.url, DEPLOYER)).digest);
    third.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  }, 120_000);
});

describe('a chain of others', () => {
  it('with contracts of the same names says nothing here', async () => {
    const chain = await market(['home-a']);
    closers.push(() => chain.close());
    const indexer = new Indexer(new SqliteStore(), address('home-a'));
    await indexer.sync(nodeSource(chain.url));
    expect(indexer.store.tip()!.hash).toBe(chain.chain.tip.hash);
    expect(indexer.counters.events).toBe(0);
  });

  it('under the same address is not taken for ours: the views stay, and it is said', async () => {
    const ours = await startDevnet({ port: 0, genesisTime: 1_700_000_000 });
    const other = await startDevnet({ port: 0, genesisTime: 1_600_000_000 });
    closers.push(
      () => ours.close(),
      () => other.close(),
    );
    const indexer = views();
    for (let i = 0; i < 5; i++) ours.devnet.mine();
    for (let i = 0; i < 9; i++) other.devnet.mine();
    await indexer.sync(nodeSource(ours.url));
    const tip = indexer.store.tip();
    await expect(indexer.sync(nodeSource(other.url))).rejects.toThrow(/another chain.*run "rebuild"/);
    expect(indexer.store.tip()).toEqual(tip);
  });
});
