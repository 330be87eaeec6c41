// What a household hears as it happens, over forks and broken connections, is what its history says in the end.
import type { Block } from '@wattconnect/chainhooks';
import { address } from '@wattconnect/devnet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { serve } from './server.ts';
import { SqliteStore } from './store/sqlite.ts';
import { busyChain, type Chain } from './test/chain.ts';

const HOME = address('home-a');
let chain: Chain;
let indexer: Indexer;
let url: string;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  chain = await busyChain(160);
  indexer = new Indexer(new SqliteStore(), chain.deployer, { first: chain.blocks[0]!.height, finality: 10_000 });
  const server = await serve(indexer, { port: 0 });
  url = server.url;
  closers.push(
    () => chain.close(),
    () => indexer.store.close(),
    () => server.close(),
  );
}, 120_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

type Heard = { event: string; id: string; data: Record<string, unknown> };
async function listen(search = '', last?: string) {
  const stop = new AbortController();
  const response = await fetch(`${url}/notifications/${HOME}${search}`, {
    signal: stop.signal,
    ...(last !== undefined && { headers: { 'last-event-id': last } }),
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const heard: Heard[] = [];
  const reading = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        if (part.startsWith(':')) continue;
        const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
        heard.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) });
      }
    }
  })().catch(() => undefined);
  return {
    heard,
    until: async (met: () => boolean) => {
      for (let i = 0; i < 500 && !met(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(met()).toBe(true);
    },
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}

/** What a client shows that follows the rules. */
function shown(heard: readonly Heard[]): unknown[] {
  let entries: { id: unknown; block: number }[] = [];
  for (const { event, data } of heard) {
    if (event === 'entry') entries.push({ id: data.id, block: data.block as number });
    if (event === 'taken-back') entries = entries.filter(({ block }) => block <= (data.above as number));
  }
  return entries.map(({ id }) => id);
}
/** The history after a height, in the order of blocks. */
function history(above: number, kinds?: string[]): unknown[] {
  const heightOf = (id: unknown) => Number(String(id).split('-')[0]);
  return indexer.store
    .reader()
    .where('HistoryEntry', { household: HOME })
    .filter(({ id, kind }) => heightOf(id) > above && (!kinds || kinds.includes(String(kind))))
    .map(({ id }) => id)
    .sort((a, b) => heightOf(a) - heightOf(b) || (String(a) < String(b) ? -1 : 1));
}
function fork(from: number, length: number): Block[] {
  let parentHash = chain.blocks[from - 1]!.hash;
  return chain.blocks.slice(from, from + length).map((block, i) => {
    const hash = `0xfd${i.toString(16).padStart(62, '0')}`;
    const other = { ...block, hash, parentHash };
    parentHash = hash;
    return other;
  });
}
const heightAt = (index: number) => chain.blocks[index]!.height;

it('comes block by block, is taken back with a fork, and goes on after a break', async () => {
  await indexer.accept(chain.blocks.slice(0, 14));
  const above = heightAt(13);
  const all = await listen();
  const some = await listen('?kinds=sold,settled');
  await all.until(() => all.heard[0]?.event === 'ready');
  await some.until(() => some.heard[0]?.event === 'ready');
  for (const block of chain.blocks.slice(14, 92)) await indexer.accept([block]);
  await all.until(() => shown(all.heard).length === history(above).length);
  expect(shown(all.heard)).toEqual(history(above));
  expect(history(above).length).toBeGreaterThan(5);

  const other = fork(80, 10);
  await indexer.accept(other);
  await all.until(() => all.heard.some(({ event }) => event === 'taken-back'));
  await all.until(() => shown(all.heard).length === history(above).length);
  expect(shown(all.heard)).toEqual(history(above));
  expect(all.heard.find(({ event }) => event === 'taken-back')!.data).toEqual({ above: heightAt(79) });

  await all.close();
  const lost = all.heard.at(-1)!.id;
  const on = other.at(-1)!;
  let parentHash = on.hash;
  const further = chain.blocks.slice(90, 140).map((block, i) => {
    const next = { ...block, parentHash, hash: `0xfc${i.toString(16).padStart(62, '0')}` };
    parentHash = next.hash;
    return next;
  });
  await indexer.accept(further);
  const again = await listen('', lost);
  await again.until(() => shown([...all.heard, ...again.heard]).length === history(above).length);
  expect(shown([...all.heard, ...again.heard])).toEqual(history(above));
  expect(again.heard.map(({ event }) => event)).not.toContain('ready');
  await some.until(() => shown(some.heard).length === history(above, ['sold', 'settled']).length);
  expect(shown(some.heard)).toEqual(history(above, ['sold', 'settled']));
  expect(new Set(some.heard.filter(({ event }) => event === 'entry').map(({ data }) => data.kind))).toEqual(
    new Set(['sold', 'settled']),
  );

  // The chain goes back to where it was: whoever was away until then learns that what it heard no longer stands.
  await again.close();
  await indexer.accept(chain.blocks);
  const late = await listen(`?after=${encodeURIComponent(again.heard.at(-1)!.id)}`);
  await late.until(() => late.heard.length > 0);
  expect(late.heard[0]).toMatchObject({ event: 'missed', data: { block: heightAt(159) } });
  await late.close();
  await some.close();
});

it('is not for everybody and everything: what cannot be is refused', async () => {
  for (const [path, headers] of [
    ['/notifications/nobody', {}],
    [`/notifications/${HOME}?kinds=`, {}],
    [`/notifications/${HOME}?kinds=${'a,'.repeat(60)}b`, {}],
    [`/notifications/${HOME}?kinds=a%27%20or%201=1`, {}],
    [`/notifications/${HOME}?after=7`, {}],
    [`/notifications/${HOME}`, { 'last-event-id': "1:0x00:' or 1=1" }],
  ] as const)
    expect([path, (await fetch(url + path, { headers })).status]).toEqual([path, 400]);
  expect((await fetch(`${url}/notifications/${HOME}`, { method: 'POST' })).status).toBe(405);
});

it('that is more than anybody reads at once is left out, and said to be', async () => {
  const first = indexer.store.tip()!;
  const heard = await listen('', `${heightAt(0)}:${chain.blocks[0]!.hash}:`);
  await heard.until(() => heard.heard.length > 0);
  expect(heard.heard[0]!.event).toBe('entry');
  await heard.close();
  const [row] = indexer.store.reader().where('HistoryEntry', { household: HOME });
  const height = first.height + 1;
  const time = first.time + 10;
  await indexer.store.commit({
    blocks: [{ ...first, height, time, parentHash: first.hash, hash: `0xcc${'0'.repeat(62)}` }],
    versions: Array.from({ length: 1001 }, (_, i) => ({
      entity: 'HistoryEntry' as const,
      row: { ...row!, id: `${height}-${i}`, at: BigInt(time) },
      from: height,
      to: 2_147_483_647,
      closes: false,
    })),
  });
  const missing = await listen('', `${first.height}:${first.hash}:`);
  await missing.until(() => missing.heard.length > 0);
  expect(missing.heard).toMatchObject([{ event: 'missed', data: { block: height } }]);
  await missing.close();
});
