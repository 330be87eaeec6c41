import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '@wattconnect/contracts';
import { startDevnet } from '@wattconnect/devnet';
import { startMarket } from '@wattconnect/devnet/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  apiSource,
  type Block,
  type BlockEvent,
  chainhookV1,
  type Delivery,
  MalformedBlock,
  NETWORKS,
  newBlock,
  nodeSource,
  predicateOf,
  pullFromApi,
  readPredicate,
  replayedBlock,
  SourceUnreachable,
  startChainhookObserver,
} from './index.ts';

const captured = new URL('../../../shared/data/chain/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, captured), 'utf8');
const TOKEN = 'a token of sixteen characters or more';
const CELL = BigInt('0x871f0d4b5ffffff');

const closers: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
async function until(met: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !met(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(met()).toBe(true);
}
/** Hears what a node posts to event observers. */
async function listen(): Promise<{ url: string; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, bodies };
}

/** The captured Chainhook stream has prints of others' contracts decoded, without their bytes. */
const known = (event: BlockEvent) => (event.type === 'print' ? { ...event, hex: '' } : event);

describe('captured streams of a real node', () => {
  if (!existsSync(captured)) {
    it('are not beside this clone: what follows uses chains of our own only', () => {
      console.warn('The captured streams are not in ../shared/data/chain: they are not part of this run.');
      expect(existsSync(captured)).toBe(false);
    });
    return;
  }
  it('give the same blocks through both adapters, over a fork', () => {
    const posted = read('mainnet-reorg-scenario2.new_block.tsv')
      .split('\n')
      .filter((line) => line.includes('/new_block\t'))
      .map((line) => newBlock(JSON.parse(line.slice(line.indexOf('{')))));
    const hooked = read('mainnet-reorg-scenario2.chainhook-v1.ndjson')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => chainhookV1(JSON.parse(line)));
    const applied = new Map(hooked.flatMap(({ apply }) => apply).map((block) => [block.hash, block]));
    expect(posted.map(({ height }) => height)).toEqual([1, 2, 2, 3, 4]);
    expect(hooked.some(({ rollback }) => rollback.length > 0)).toBe(true);
    for (const block of posted) {
      const { time: _, ...other } = applied.get(block.hash)!;
      // Before Nakamoto a block has no time of its own, and the two sources take different burn blocks' times for it.
      const { time: __, ...mine } = block;
      // A burn chain operation is no transaction to Chainhook.
      mine.txs = mine.txs.filter(({ sender }) => sender !== '');
      const plain = (txs: Block['txs']) => txs.map((tx) => ({ ...tx, events: tx.events.map(known) }));
      expect({ ...mine, txs: plain(mine.txs) }).toEqual({ ...other, txs: plain(other.txs) });
    }
  });

  it('include a Nakamoto payload', () => {
    const { apply } = chainhookV1(JSON.parse(read('chainhook-v1-nakamoto.json')));
    expect(apply[0]).toMatchObject({ height: 3561466, time: 1758357173, burn: { height: 92942 } });
    expect(apply[0]!.txs[0]!.fn?.args.every((arg) => arg.startsWith('0x'))).toBe(true);
    expect(apply[0]!.txs[0]!.sender).toBe('ST1GZAD1BM0K08TECMWRBD1WX4Y3XA02JFD4CH3NF');
  });
});

describe('a chain of our own', () => {
  it('is the same from every source, over a fork, with failed transactions in it', async () => {
    const listener = await listen();
    const net = await startMarket({ people: ['home-a'], observers: [listener.url] });
    closers.push(() => net.close());
    const heard: Delivery[] = [];
    const observer = await startChainhookObserver({
      node: net.url,
      port: 0,
      token: TOKEN,
      predicate: readPredicate('devnet'),
      onBlocks: async (delivery) => void heard.push(delivery),
    });
    closers.push(() => observer.close());
    const register = call.userRegistry.register({ role: 3n, cell: CELL, profileHash: new Uint8Array(32) });
    await net.send('home-a', register);
    await expect(net.send('home-a', register)).rejects.toThrow();
    await net.send('home-a', call.userRegistry.registerMeter({ deviceKey: new Uint8Array(32).fill(1), algorithm: 1n }));
    await net.send('home-a', call.tradeEscrow.deposit({ amount: 1_000_000n }));
    await until(() => heard.flatMap(({ apply }) => apply).some(({ hash }) => hash === net.chain.tip.hash));
    const gone = net.chain.blocks.slice(-2).map(({ hash }) => hash);
    net.devnet.reorg(2);
    await until(() => heard.flatMap(({ apply }) => apply).some(({ hash }) => hash === net.chain.tip.hash));
    await until(() => listener.bodies.some((body) => newBlock(body).hash === net.chain.tip.hash));

    const fork = heard.find(({ rollback }) => rollback.length > 0)!;
    expect(fork.rollback.map(({ hash }) => hash)).toEqual(gone.toReversed());
    const hooked = new Map(heard.flatMap(({ apply }) => apply).map((block) => [block.hash, block]));
    const posted = new Map(listener.bodies.map((body) => [newBlock(body).hash, body as Record<string, unknown>]));
    const node = nodeSource(net.url);
    const api = apiSource(net.url);
    expect(await node.tip()).toEqual(await api.tip());
    const kinds = new Set<string>();
    for (const { hash, height } of net.chain.blocks.slice(1)) {
      expect([await node.hashAt(height), await api.hashAt(height)]).toEqual([hash, hash]);
      const block = (await node.block(hash))!;
      for (const { events } of block.txs) for (const { type } of events) kinds.add(type);
      expect(await api.block(hash)).toEqual(block);
      expect(newBlock(posted.get(hash))).toEqual(block);
      expect(replayedBlock(asReplayed(posted.get(hash)!), block.burn)).toEqual(block);
      if (hooked.has(hash)) expect(hooked.get(hash)).toEqual(block);
    }
    expect(hooked.size).toBeGreaterThan(6);
    expect([...kinds].sort()).toEqual(['print', 'stx_transfer']);
    for (const hash of gone) expect([await node.block(hash), await api.block(hash)]).toEqual([undefined, undefined]);
    expect(await node.hashAt(net.chain.tip.height + 1)).toBeUndefined();

    const walked: Block[] = [];
    const from = net.chain.blockAt(5)!;
    for await (const block of pullFromApi({ url: net.url, from })) walked.push(block);
    expect(walked.map(({ hash }) => hash)).toEqual(
      net.chain.blocks.filter(({ height }) => height > 5).map(({ hash }) => hash),
    );
  });
});

/** What stacks-core's replay makes of the block that it posted. */
function asReplayed(body: Record<string, unknown>): unknown {
  const events = body.events as { txid: string }[];
  const bare = (hash: unknown) => String(hash).replace(/^0x/, '');
  return {
    block_id: bare(body.index_block_hash),
    parent_block_id: bare(body.parent_index_block_hash),
    block_height: body.block_height,
    timestamp: body.block_time,
    transactions: (body.transactions as Record<string, unknown>[]).map((tx) => ({
      txid: bare(tx.txid),
      tx_index: tx.tx_index,
      hex: bare(tx.raw_tx),
      result_hex: tx.raw_result,
      post_condition_aborted: tx.status === 'abort_by_post_condition',
      events: events.filter(({ txid }) => txid === tx.txid).map((event, event_index) => ({ ...event, event_index })),
    })),
  };
}

describe('the observer', () => {
  it('takes only what comes with the token, in its form and size, and leaves nothing behind', async () => {
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000 });
    closers.push(() => net.close());
    const seen: Delivery[] = [];
    const observer = await startChainhookObserver({
      node: net.url,
      port: 0,
      token: TOKEN,
      predicate: readPredicate('devnet'),
      maxBytes: 100_000,
      onBlocks: async (delivery) => void seen.push(delivery),
    });
    expect(net.devnet.chainhook.list()).toHaveLength(1);
    const post = async (body: string, authorization?: string) => {
      const response = await fetch(`${observer.url}/payload`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body,
      });
      await response.arrayBuffer();
      return response.status;
    };
    const empty = '{"apply":[],"rollback":[]}';
    expect(await post(empty)).toBe(401);
    expect(await post(empty, 'Bearer wrong')).toBe(401);
    expect(await post(empty, TOKEN)).toBe(401);
    expect(seen).toEqual([]);
    const bearer = `Bearer ${TOKEN}`;
    expect(await post('{"apply":[{}],"rollback":[]}', bearer)).toBe(400);
    expect(await post('{', bearer)).toBe(400);
    expect(await post(`{"apply":"${'x'.repeat(200_000)}"}`, bearer)).toBe(413);
    expect(await post(empty, bearer)).toBe(200);
    expect(seen).toEqual([{ apply: [], rollback: [] }]);
    await observer.close();
    expect(net.devnet.chainhook.list()).toEqual([]);
  });

  it('is heard after a kill, with a new secret at a new address', async () => {
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000 });
    closers.push(() => net.close());
    const folder = mkdtempSync(join(tmpdir(), 'observer-'));
    closers.push(async () => rmSync(folder, { recursive: true }));
    const start = (token: string, state: string, heights: number[]) =>
      startChainhookObserver({
        node: net.url,
        port: 0,
        token,
        state: join(folder, state),
        predicate: readPredicate('devnet'),
        onBlocks: async ({ apply }) => void heights.push(...apply.map(({ height }) => height)),
      });
    const killed = await start(TOKEN, 'before', []);
    // A kill leaves the folder and the registration as they are.
    cpSync(join(folder, 'before'), join(folder, 'after'), { recursive: true });
    const heights: number[] = [];
    const again = await start(`another-${TOKEN}`, 'after', heights);
    closers.push(() => again.close());
    await killed.close();
    expect(net.devnet.chainhook.list()).toHaveLength(1);
    net.devnet.mine();
    await until(() => heights.length > 0);
    expect(heights).toEqual([net.chain.tip.height]);
  });

  it('lets the node deliver again what could not be taken', async () => {
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000 });
    closers.push(() => net.close());
    let failures = 2;
    const heights: number[] = [];
    const observer = await startChainhookObserver({
      node: net.url,
      port: 0,
      token: TOKEN,
      predicate: readPredicate('devnet'),
      onBlocks: async ({ apply }) => {
        if (failures-- > 0) throw new Error('not now');
        heights.push(...apply.map(({ height }) => height));
      },
    });
    closers.push(() => observer.close());
    net.devnet.mine();
    await until(() => heights.length > 0);
    expect(heights).toEqual([net.chain.tip.height]);
  });

  it('gives up waiting for a node when it is told to', async () => {
    const stop = new AbortController();
    const started = startChainhookObserver({
      node: 'http://127.0.0.1:9',
      port: 0,
      token: TOKEN,
      predicate: readPredicate('devnet'),
      signal: stop.signal,
      onBlocks: async () => {},
    });
    setTimeout(() => stop.abort(), 50);
    await expect(started).rejects.toThrow();
  });
});

describe('hostile input', () => {
  it('is malformed, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => chainhookV1(value)).toThrow(MalformedBlock);
        expect(() => newBlock(value)).toThrow(MalformedBlock);
        expect(() => replayedBlock(value, { height: 0, hash: '' })).toThrow(MalformedBlock);
      }),
    );
  });

  it('in any field of a real block is malformed, or another block', async () => {
    const net = await startDevnet({ port: 0, genesisTime: 1_700_000_000 });
    closers.push(() => net.close());
    net.devnet.mine();
    const posted = await (await fetch(`${net.url}/v3/blocks/replay/${net.chain.tip.hash.slice(2)}`)).json();
    const genuine = JSON.stringify(posted);
    const body = posted as Record<string, unknown>;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(body)), fc.jsonValue(), (key, value) => {
        try {
          newBlock({ ...body, [key]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBlock);
        }
      }),
    );
    expect(JSON.stringify(posted)).toBe(genuine);
  });

  it('of kinds that are not known yet keeps its rank', () => {
    const id = `0x${'1'.repeat(64)}`;
    const hash = `0x${'2'.repeat(64)}`;
    const print = { contract_identifier: 'ST000000000000000000002AMW42H.c', topic: 'print', raw_value: '0x03' };
    const block = newBlock({
      block_height: 1,
      index_block_hash: hash,
      parent_index_block_hash: hash,
      block_time: 1,
      burn_block_height: 1,
      burn_block_hash: hash,
      transactions: [{ txid: id, tx_index: 0, raw_tx: '0xffff', status: 'success' }],
      events: [
        { txid: id, event_index: 9, committed: true, type: 'contract_event', contract_event: print },
        { txid: id, event_index: 7, committed: true, type: 'teleport_event', teleport_event: {} },
        { txid: id, event_index: 8, committed: false, type: 'contract_event', contract_event: print },
      ],
    });
    expect(block.txs).toEqual([
      {
        id,
        index: 0,
        sender: '',
        ok: true,
        events: [
          { rank: 0, type: 'other' },
          { rank: 1, type: 'print', contract: print.contract_identifier, hex: '0x03' },
        ],
      },
    ]);
  });

  it('from a node is an error that says who', async () => {
    const server = createServer((request, response) => {
      if (request.url?.endsWith('latest')) response.end('<html>');
      else response.writeHead(500).end('no');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    for (const source of [nodeSource(url), apiSource(url)]) {
      await expect(source.tip()).rejects.toThrow(SourceUnreachable);
      await expect(source.hashAt(1)).rejects.toThrow(/500/);
      await expect(source.block(`0x${'0'.repeat(64)}`)).rejects.toThrow(url);
    }
    await expect(apiSource('http://127.0.0.1:9').tip()).rejects.toThrow(SourceUnreachable);
  });
});

describe('predicates', () => {
  it.each(NETWORKS)('for %s are what the code says', (network) =>
    expect(readPredicate(network)).toEqual(predicateOf(network)),
  );
});
