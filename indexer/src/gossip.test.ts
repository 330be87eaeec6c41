// Indexers that hear each other through relays: who agrees, who lies, who counts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRelay } from '@wattconnect/p2p-relay';
import { Checkpoint as Protocol } from '@wattconnect/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Checkpoint, checkpointOf, finalBlock } from './checkpoint.ts';
import { type Author, followRelays } from './gossip.ts';
import { Indexer } from './indexer.ts';
import { NOT_FOLLOWING, serve } from './server.ts';
import { type Signer, signerOf } from './signer.ts';
import { SqliteStore } from './store/sqlite.ts';
import type { BlockRow } from './store/types.ts';
import { busyChain, type Chain } from './test/chain.ts';

const closers: (() => unknown)[] = [];
let chain: Chain;
beforeAll(async () => {
  chain = await busyChain(40);
}, 120_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await chain?.close();
});

async function views(blocks = chain.blocks): Promise<Indexer> {
  const indexer = new Indexer(new SqliteStore(), chain.deployer, { first: blocks[0]!.height, finality: 1 });
  await indexer.accept(blocks);
  closers.push(() => indexer.store.close());
  return indexer;
}
async function relay(bootstrap: string[] = []) {
  const one = await startRelay({
    chainId: 0x80000000,
    contract: `${chain.deployer}.marketplace`,
    cells: ['871f0d4b5ffffff'],
    httpPort: 0,
    bootstrap,
  });
  closers.push(one.close);
  return one;
}
type Followed = { url: string; trusted?: string[]; signer?: Signer; oldS?: number };
function follow(indexer: Indexer, { url, trusted = [], signer = signerOf(chain.deployer), oldS }: Followed) {
  const said: string[] = [];
  const gossip = followRelays([url], {
    store: indexer.store,
    deployer: chain.deployer,
    finality: indexer.finality,
    signer,
    trusted,
    onLog: (line, level) => said.push(`${level}: ${line}`),
    everyMs: 30,
    ...(oldS !== undefined && { oldS }),
  });
  closers.push(gossip.close);
  return { ...gossip, said };
}
async function until(what: string, isSo: () => unknown): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect.fail(`Timed out: ${what}`);
}
/** Somebody who answers whatever is asked with this. */
async function saying(status: number, body: string, toWhoSpeaks = 202): Promise<string> {
  const server = createServer(({ method }, response) =>
    response.writeHead(method === 'POST' ? toWhoSpeaks : status).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const lie = { digest: 'ab'.repeat(32) };
const verdictOf = (list: Author[], { publicKey }: Signer) => list.find(({ signer }) => signer === publicKey)?.verdict;

it('two relays bring together two indexers that agree, and one that lies is found', async () => {
  const a = await relay();
  const b = await relay([a.multiaddrs.find((address) => !address.includes('/ws'))!]);
  await until('relays are connected', () => a.status().peers.some(({ gossip }) => gossip));
  const [honest, other, liar, stranger] = [0, 1, 2, 3].map(() => signerOf(chain.deployer)) as [
    Signer,
    Signer,
    Signer,
    Signer,
  ];
  const ours = await views();
  const theirs = await views();
  const final = (await finalBlock(ours.store, 1))!;
  /** Views whose digests are wrong at every block. */
  const wrong = await views();
  const { snapshot } = wrong.store;
  wrong.store.snapshot = async () => {
    const found = await snapshot.call(wrong.store);
    const all = found.all.bind(found);
    found.all = async (...asked) => (await all(...asked)).map((row) => ({ ...row, ...lie }));
    return found;
  };

  const first = follow(ours, {
    url: a.http!,
    signer: honest,
    trusted: [other.publicKey, liar.publicKey, `0x${'77'.repeat(32)}`],
  });
  const second = follow(theirs, { url: b.http!, signer: other, trusted: [honest.publicKey] });
  follow(wrong, { url: b.http!, signer: liar });
  // A stranger tells the truth, and still counts for nothing.
  follow(await views(), { url: b.http!, signer: stranger });

  await until('all is heard', () => first.list().filter(({ verdict }) => verdict !== 'silent').length === 3);
  expect(first.list().slice(0, 3)).toEqual([
    { signer: other.publicKey, trusted: true, verdict: 'agrees', height: final.height },
    { signer: liar.publicKey, trusted: true, verdict: 'differs', height: final.height },
    { signer: `0x${'77'.repeat(32)}`, trusted: true, verdict: 'silent', height: null },
  ]);
  expect(first.list()[3]).toMatchObject({ signer: stranger.publicKey, trusted: false, verdict: 'agrees' });
  await until('the other side hears us', () => verdictOf(second.list(), honest) === 'agrees');
  await until('and the liar, who is a stranger there', () => verdictOf(second.list(), liar) === 'differs');
  expect(first.said.filter((line) => line.startsWith('error:'))).toEqual([
    `error: In gossip ${liar.publicKey} DIFFERS: run verify at block ${final.height}`,
  ]);
  expect(second.said.filter((line) => /nobody vouches/.test(line))).toEqual([
    'warn: In gossip 1 keys that nobody vouches for differ from these views',
  ]);

  const server = await serve(ours, {
    port: 0,
    following: () => ({ ...NOT_FOLLOWING, authors: first.list() }),
  });
  closers.push(() => server.close());
  const page = await (await fetch(server.url)).text();
  expect(page).toContain('In gossip: 1 of 3 trusted keys agree');
  expect(page).toMatch(/class="failing">DIFFERS: run verify at block/);
  expect(page).toMatch(/In gossip: 1 keys that nobody vouches for.*they count for nothing. 1 say the same, 0 differ/);
  const figures = await (await fetch(`${server.url}/metrics`)).text();
  for (const [name, value] of [
    ['trusted_agree', 1],
    ['trusted_differ', 1],
    ['unvouched', 1],
    ['unvouched_differ', 0],
  ])
    expect(figures).toMatch(new RegExp(`^wattconnect_indexer_gossip_${name} ${value}$`, 'm'));
}, 60_000);

it('what a relay makes up does not count, and each author is held against the block that it names', async () => {
  const ours = await views();
  const final = (await finalBlock(ours.store, 1))!;
  const tip = ours.store.tip()!;
  const signers: Record<string, Signer> = {};
  const from = (name: string, change: Partial<BlockRow> = {}): Checkpoint => {
    signers[name] ??= signerOf(chain.deployer);
    return checkpointOf(chain.deployer, { ...final, ...change }, signers[name]);
  };
  const elsewhere = 'ST000000000000000000002AMW42H';
  const checkpoints = [
    from('agrees'),
    // Of two by one key, the newer counts.
    from('agrees', { height: final.height - 1, ...lie }),
    from('differs', lie),
    from('other chain', { hash: `0x${'ab'.repeat(32)}` }),
    from('ahead', { height: tip.height + 1 }),
    from('before ours', { height: chain.blocks[0]!.height - 1 }),
    checkpointOf(elsewhere, final, signerOf(elsewhere)),
    { ...from('forged'), ...lie },
    { ...from('cut'), signature: '0x' },
    null,
    7,
    'x',
  ];
  const good = follow(ours, { url: await saying(200, JSON.stringify({ checkpoints })) });
  await until('it is compared', () => good.list().length > 0);
  for (const verdict of ['agrees', 'differs', 'other chain', 'ahead', 'before ours'])
    expect(verdictOf(good.list(), signers[verdict]!)).toBe(verdict);
  expect(good.list().map(({ verdict }) => verdict)).toContain('other views');
  expect(good.list()).toHaveLength(6);

  for (const [status, body, posted, says] of [
    [200, '{"checkpoints":[]}', 400, /does not take our checkpoint \(400\)/],
    [500, '{}', 202, /answers 500/],
    [200, '{}', 202, /tells of no checkpoints/],
    [200, 'x'.repeat(3_000_000), 202, /answers without end/],
  ] as const) {
    const bad = follow(ours, { url: await saying(status, body, posted), trusted: [signers.agrees!.publicKey] });
    await until('it is said', () => bad.said.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(bad.said).toEqual([expect.stringMatching(says)]);
    expect(bad.list()).toMatchObject([{ trusted: true, verdict: 'silent', height: null }]);
  }
});

it('who said nothing new for hours does not agree any more', async () => {
  const ours = await views();
  const final = (await finalBlock(ours.store, 1))!;
  const signer = signerOf(chain.deployer);
  const young = chain.blocks.find(({ time }) => final.time - time < (final.time - chain.blocks[0]!.time) / 2)!;
  const old = chain.blocks.filter(({ time }) => time < young.time).at(-1)!;
  const oldS = final.time - young.time;
  for (const [height, verdict] of [
    [old.height, 'old'],
    [young.height, 'agrees'],
  ] as const) {
    const checkpoint = checkpointOf(chain.deployer, (await ours.store.blockAt(height))!, signer);
    expect(Protocol.decode(Protocol.envelopeOf(checkpoint))).toEqual(checkpoint);
    const { list } = follow(ours, { url: await saying(200, JSON.stringify({ checkpoints: [checkpoint] })), oldS });
    await until('it is compared', () => list().length > 0);
    expect(verdictOf(list(), signer)).toBe(verdict);
  }
});
