import { existsSync, readFileSync } from 'node:fs';
import { startDevnet } from '@wattconnect/devnet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Block,
  type BlockEvent,
  chainhookV1,
  MalformedBlock,
  NETWORKS,
  newBlock,
  nodeSource,
  predicateOf,
  readPredicate,
  startChainhookObserver,
} from './index.ts';

const captured = new URL('../../../shared/data/chain/', import.meta.url);
const GENESIS = 1_700_000_000;

/** The derived stream has some prints decoded, without their bytes. */
const known = (event: BlockEvent) => (event.type === 'print' ? { ...event, hex: '' } : event);

describe('captured streams of a real node', () => {
  it.runIf(existsSync(captured))('give the same blocks through both adapters', () => {
    const posted = readFileSync(new URL('mainnet-reorg-scenario2.new_block.tsv', captured), 'utf8')
      .split('\n')
      .filter((line) => line.includes('/new_block\t'))
      .map((line) => newBlock(JSON.parse(line.slice(line.indexOf('{')))));
    const hooked = readFileSync(new URL('mainnet-reorg-scenario2.chainhook-v1.ndjson', captured), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => chainhookV1(JSON.parse(line)));
    const applied = new Map(hooked.flatMap(({ apply }) => apply).map((block) => [block.hash, block]));
    expect(posted.length).toBeGreaterThan(2);
    expect(hooked.some(({ rollback }) => rollback.length > 0)).toBe(true);
    for (const block of posted) {
      const other = applied.get(block.hash);
      expect(other?.parentHash).toBe(block.parentHash);
      expect(other?.height).toBe(block.height);
      expect(other?.txs.map(({ id, ok, events }) => ({ id, ok, events: events.map(known) }))).toEqual(
        block.txs.map(({ id, ok, events }) => ({ id, ok, events: events.map(known) })),
      );
    }
  });

  it.runIf(existsSync(captured))('include a Nakamoto payload', () => {
    const { apply } = chainhookV1(JSON.parse(readFileSync(new URL('chainhook-v1-nakamoto.json', captured), 'utf8')));
    expect(apply[0]!.hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(apply[0]!.time).toBeGreaterThan(1_700_000_000);
  });
});

describe('a chain of our own', () => {
  it('is the same by push and by pull, over a fork', async () => {
    const net = await startDevnet({ port: 0, genesisTime: GENESIS });
    const heard: Block[][] = [];
    const rolled: string[] = [];
    const observer = await startChainhookObserver({
      node: net.url,
      port: 39_701,
      token: 'secret',
      predicate: readPredicate('devnet'),
      onBlocks: async ({ apply, rollback }) => {
        heard.push(apply);
        rolled.push(...rollback.map(({ hash }) => hash));
      },
    });
    try {
      for (let i = 0; i < 4; i++) net.devnet.mine();
      const gone = net.chain.blocks.slice(-2).map(({ hash }) => hash);
      net.devnet.reorg(2);
      for (let i = 0; i < 300 && rolled.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(rolled).toEqual(gone.toReversed());
      const source = nodeSource(net.url);
      const tip = await source.tip();
      expect(tip.hash).toBe(net.chain.tip.hash);
      const pushed = new Map(heard.flat().map((block) => [block.hash, block]));
      for (const { hash, height } of net.chain.blocks) {
        expect(await source.hashAt(height)).toBe(hash);
        if (height > 0 && pushed.has(hash)) expect(await source.block(hash)).toEqual(pushed.get(hash));
      }
      expect(pushed.has(tip.hash)).toBe(true);
      expect(await source.block(gone[0]!)).toBeUndefined();
      const wrong = await fetch('http://127.0.0.1:39701/payload', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer wrong' },
        body: '{}',
      });
      expect(wrong.status).toBe(403);
      const malformed = await fetch('http://127.0.0.1:39701/payload', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
        body: '{"apply":[{}],"rollback":[]}',
      });
      expect(malformed.status).toBeGreaterThanOrEqual(400);
      expect(malformed.status).toBeLessThan(500);
    } finally {
      await observer.close();
      expect(net.devnet.chainhook.list()).toEqual([]);
      await net.close();
    }
  });
});

describe('hostile bodies', () => {
  it('are malformed, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => chainhookV1(value)).toThrow(MalformedBlock);
        expect(() => newBlock(value)).toThrow(MalformedBlock);
      }),
    );
  });
});

describe('predicates', () => {
  it.each(NETWORKS)('for %s are what the code says', (network) =>
    expect(readPredicate(network)).toEqual(predicateOf(network)),
  );
});
