// Indexers that look at each other: who agrees, who does not, and who only says so.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, checkpointOf, MAX_CHECKPOINT_BYTES, readCheckpoint } from './checkpoint.ts';
import { Indexer } from './indexer.ts';
import { compare, followPeers } from './peers.ts';
import { NOT_FOLLOWING, serve } from './server.ts';
import { signerOf } from './signer.ts';
import { SqliteStore } from './store/sqlite.ts';
import { busyChain, type Chain } from './test/chain.ts';

let chain: Chain;
let ours: Indexer;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  chain = await busyChain(40);
  ours = await views(chain.blocks);
}, 120_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await chain?.close();
});

async function views(blocks: Chain['blocks'], finality = 1): Promise<Indexer> {
  const indexer = new Indexer(new SqliteStore(), chain.deployer, { first: blocks[0]!.height, finality });
  await indexer.accept(blocks);
  closers.push(() => indexer.store.close());
  return indexer;
}
async function served(indexer: Indexer): Promise<string> {
  const server = await serve(indexer, { port: 0, signer: signerOf(chain.deployer) });
  closers.push(() => server.close());
  return server.url;
}
/** Somebody who answers whatever is asked with this. */
async function saying(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const tip = () => ours.store.tip()!;
const mark = async () => (await ours.store.blockAt(tip().height - 6))!;

describe('a checkpoint', () => {
  it('is of the newest final block, or of any, and is signed', async () => {
    const url = await served(ours);
    const get = async (search = '') => {
      const response = await fetch(`${url}/checkpoint${search}`);
      return { status: response.status, text: await response.text() };
    };
    const { status, text } = await get();
    expect(status).toBe(200);
    const found = readCheckpoint(text)!;
    // The next block is one that a fork may still take back.
    const burn = (height: number) => chain.blocks.find((block) => block.height === height)!.burn.height;
    expect(tip().burnHeight - burn(found.height)).toBeGreaterThan(1);
    expect(tip().burnHeight - burn(found.height + 1)).toBeLessThanOrEqual(1);
    const { height, hash, digest } = await mark();
    expect(readCheckpoint((await get(`?block=${height}`)).text)).toMatchObject({ height, hash, digest });
    for (const [search, code] of [
      ['?block=99999', 404],
      ['?block=-1', 400],
      ["?block=1'", 400],
    ] as const)
      expect([search, (await get(search)).status]).toEqual([search, code]);
    const young = await served(await views(chain.blocks, 10_000));
    expect((await fetch(`${young}/checkpoint`)).status).toBe(404);
  });

  it('that was changed anywhere, or is too long, is none', async () => {
    const good = checkpointOf(chain.deployer, await mark(), signerOf(chain.deployer));
    expect(readCheckpoint(JSON.stringify(good))).toEqual(good);
    const other: Checkpoint = {
      deployer: 'ST000000000000000000002AMW42H',
      deployment: 'ab'.repeat(32),
      height: good.height + 1,
      hash: `0x${'ab'.repeat(32)}`,
      digest: 'ab'.repeat(32),
      signer: signerOf(chain.deployer).publicKey,
      signature: `0x${'ab'.repeat(64)}`,
    };
    for (const [name, value] of Object.entries(other))
      expect([name, readCheckpoint(JSON.stringify({ ...good, [name]: value }))]).toEqual([name, undefined]);
    for (const name of Object.keys(other))
      for (const value of [undefined, null, 7.5, 'x', {}, []])
        expect(readCheckpoint(JSON.stringify({ ...good, [name]: value }))).toBeUndefined();
    for (const text of ['', 'null', '[]', '7', JSON.stringify({ ...good, more: 'x'.repeat(MAX_CHECKPOINT_BYTES) })])
      expect(readCheckpoint(text)).toBeUndefined();
  });
});

it('peers agree, differ, are elsewhere, behind or silent, and it is shown', async () => {
  const at = await mark();
  const good = checkpointOf(chain.deployer, at, signerOf(chain.deployer));
  const signer = signerOf(chain.deployer);
  const forged = (change: Partial<typeof at>) =>
    JSON.stringify(checkpointOf(chain.deployer, { ...at, ...change }, signer));
  const cases = [
    ['agrees', await served(await views(chain.blocks))],
    ['behind', await served(await views(chain.blocks.slice(0, 20)))],
    ['differs', await saying(200, forged({ digest: 'ab'.repeat(32) }))],
    ['other chain', await saying(200, forged({ hash: `0x${'ab'.repeat(32)}` }))],
    ['silent', await saying(200, forged({ height: at.height - 1 }))],
    ['unsigned', await saying(200, JSON.stringify({ ...good, digest: 'ab'.repeat(32) }))],
    [
      'other views',
      await saying(
        200,
        JSON.stringify(checkpointOf('ST000000000000000000002AMW42H', at, signerOf('ST000000000000000000002AMW42H'))),
      ),
    ],
    ['silent', await saying(200, 'x'.repeat(1_000_000))],
    ['silent', await saying(500, '{}')],
    ['silent', await saying(404, 'nothing here')],
    ['silent', 'http://127.0.0.1:9'],
  ] as const;
  for (const [verdict, url] of cases)
    expect(await compare(url, chain.deployer, at)).toMatchObject({ url, verdict, height: at.height });

  const said: string[] = [];
  const peers = followPeers(
    cases.slice(0, 3).map(([, url]) => url),
    {
      store: ours.store,
      deployer: chain.deployer,
      onLog: (line, level) => said.push(`${level}: ${line}`),
      everyMs: 20,
    },
  );
  for (let i = 0; i < 300 && peers.list().length < 3; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  const server = await serve(ours, {
    port: 0,
    following: () => ({ ...NOT_FOLLOWING, peers: peers.list() }),
  });
  closers.push(() => server.close());
  const page = await (await fetch(server.url)).text();
  expect(page).toContain('Other indexers: 1 of 3 agree');
  expect(page).toMatch(/class="failing">DIFFERS: run verify at block/);
  const figures = await (await fetch(`${server.url}/metrics`)).text();
  expect(figures).toMatch(/^wattconnect_indexer_peers_agree 1$/m);
  expect(figures).toMatch(/^wattconnect_indexer_peers_differ 1$/m);
  await peers.close();
  expect(said.filter((line) => line.startsWith('error:'))).toHaveLength(1);
});
