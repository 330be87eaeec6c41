import http from 'node:http';
import { startDevnet } from '@wattconnect/devnet';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Block,
  chainhooks2,
  MalformedBlock,
  type News,
  nodeSource,
  type Source,
  SourceUnreachable,
  several,
  startReceiver,
} from './index.ts';

const TOKEN = 'a-token-of-sixteen-characters';
const HASH = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function receiver(options: Partial<Parameters<typeof startReceiver>[0]> = {}) {
  const blocks: Block[] = [];
  const news: News[] = [];
  const started = await startReceiver({
    port: 0,
    onBlock: async (block) => void blocks.push(block),
    onNews: async (one) => void news.push(one),
    ...options,
  });
  closers.push(() => started.close());
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(started.url + path, { method: 'POST', body, headers });
    return { status: response.status, text: await response.text() };
  };
  return { ...started, blocks, news, post };
}

/** A body of Chainhooks 2.0, with one found transaction. */
const found = {
  event: {
    apply: [
      {
        timestamp: 1757977309,
        block_identifier: { hash: HASH(12), index: 12 },
        parent_block_identifier: { hash: HASH(11), index: 11 },
        transactions: [{ transaction_identifier: { hash: HASH(99) }, operations: [], metadata: {} }],
      },
    ],
    rollback: [{ block_identifier: { hash: HASH(13), index: 12 } }],
    chain: 'stacks',
    network: 'mainnet',
  },
  chainhook: { name: 'wattconnect', uuid: 'be4ab3ed-b606-4fe0-97c4-6c0b1ac9b185' },
};

describe('what is pushed', () => {
  it('by a node comes as the blocks that it has, over a fork, and everything else that it posts is let pass', async () => {
    const { url, blocks, post } = await receiver();
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000, observers: [url] });
    closers.push(() => net.close());
    net.devnet.mine();
    net.devnet.mine();
    net.devnet.reorg(1);
    const { hash } = net.chain.tip;
    for (let i = 0; i < 500 && blocks.at(-1)?.hash !== hash; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(blocks.at(-1)).toEqual(await nodeSource(net.url).block(hash));
    for (const path of ['/new_burn_block', '/new_mempool_tx', '/attachments/new'])
      expect((await post(path, '[]')).status).toBe(200);
  });

  it('by Chainhooks 2.0 is news of blocks', async () => {
    const { news, post } = await receiver();
    expect((await post('/chainhooks', JSON.stringify(found))).status).toBe(200);
    expect(news).toEqual([
      { apply: [{ height: 12, hash: HASH(12) }], rollback: [{ height: 12, hash: HASH(13) }], hook: 'wattconnect' },
    ]);
    expect(chainhooks2({ ...found, event: { ...found.event, chain: 'bitcoin' } }).apply).toEqual([]);
    expect(() => chainhooks2({ ...found, event: { ...found.event, apply: [{}] } })).toThrow(MalformedBlock);
  });

  it('is taken with the token only, in a header or in the path', async () => {
    const { news, post } = await receiver({ token: TOKEN });
    const body = JSON.stringify(found);
    expect((await post('/chainhooks', body)).status).toBe(401);
    expect((await post('/chainhooks', body, { authorization: TOKEN })).status).toBe(401);
    expect((await post(`/${TOKEN.slice(1)}/chainhooks`, body)).status).toBe(401);
    expect(news).toEqual([]);
    expect((await post('/chainhooks', body, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await post(`/${TOKEN}/chainhooks`, body)).status).toBe(200);
    expect(news).toHaveLength(2);
  });

  it('from anywhere needs a token', async () => {
    const options = { port: 0, onBlock: async () => {}, onNews: async () => {} };
    await expect(startReceiver({ ...options, host: '0.0.0.0' })).rejects.toThrow('token');
    await expect(startReceiver({ ...options, token: 'short' })).rejects.toThrow('16');
  });

  it('but makes no sense, or is too much, is refused clearly, chunked or not', async () => {
    const { post, url, blocks } = await receiver({ maxBytes: 1000 });
    for (const body of ['', '{', '[]', 'null', '{"block_height":-1}', '{"events":[],"transactions":5}'])
      expect([body, (await post('/new_block', body)).status]).toEqual([body, 400]);
    expect((await post('/new_block', 'x'.repeat(2000))).status).toBe(413);
    const chunked = await new Promise<number>((resolve, reject) => {
      const request = http.request(`${url}/new_block`, { method: 'POST' }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
      request.write('x'.repeat(600));
      request.write('x'.repeat(600));
      request.end();
    });
    expect(chunked).toBe(413);
    expect((await fetch(url)).status).toBe(405);
    expect(blocks).toEqual([]);
  });

  it('but cannot be taken now is posted again by the node', async () => {
    let failures = 2;
    const heights: number[] = [];
    const { url } = await receiver({
      onBlock: async ({ height }) => {
        if (failures-- > 0) throw new Error('not now');
        heights.push(height);
      },
    });
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000, observers: [url] });
    closers.push(() => net.close());
    net.devnet.mine();
    const { height } = net.chain.tip;
    for (let i = 0; i < 500 && heights.at(-1) !== height; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heights.at(-1)).toBe(height);
  });
});

describe('several sources', () => {
  const at = (name: string, height: number, blocks: number[] = []): Source => ({
    name,
    first: 1,
    tip: async () => ({ height, hash: HASH(height) }),
    hashAt: async (asked) => (asked <= height ? HASH(asked) : undefined),
    block: async (hash) => {
      const number = Number(BigInt(hash));
      if (!blocks.includes(number)) return undefined;
      return { height: number, hash, parentHash: HASH(number - 1), time: 0, burn: { height: 0, hash }, txs: [] };
    },
  });
  const dead: Source = {
    name: 'dead',
    first: 1,
    tip: () => Promise.reject(new SourceUnreachable('dead does not answer')),
    hashAt: () => Promise.reject(new SourceUnreachable('dead does not answer')),
    block: () => Promise.reject(new SourceUnreachable('dead does not answer')),
  };

  it('are as far as the furthest, and stand in for each other', async () => {
    const both = several([dead, at('behind', 5, [3]), at('ahead', 9, [4])]);
    expect(await both.tip()).toEqual({ height: 9, hash: HASH(9) });
    expect(await both.hashAt(8)).toBe(HASH(8));
    expect((await both.block(HASH(3)))?.height).toBe(3);
    expect((await both.block(HASH(4)))?.height).toBe(4);
    expect(await both.block(HASH(5))).toBeUndefined();
    expect(await both.hashAt(10)).toBeUndefined();
  });

  it('that are all silent say so', async () => {
    const none = several([dead, dead]);
    await expect(none.tip()).rejects.toThrow(SourceUnreachable);
    await expect(none.block(HASH(1))).rejects.toThrow('dead');
    expect(() => several([])).toThrow(RangeError);
  });
});
