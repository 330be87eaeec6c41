// Bad weather: garbage into every port, processes killed, the chain forked, while a neighbourhood trades. Nothing may be lost or doubled.
import net from 'node:net';
import { generateMeters, inHour, startOfDay } from '@wattconnect/agents';
import { nodeSource } from '@wattconnect/chainhooks';
import { decodeEvent } from '@wattconnect/contracts';
import { replay } from '@wattconnect/indexer';
import { Keys, Slot } from '@wattconnect/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUp } from '../../deployments/local/src/laws.ts';
import { type Stack, startStack } from './local-stack.ts';

const HOMES = 4;
const FIRST_DAY = '2026-06-14';
const DEPLOYER = Keys.address(Keys.development('deployer'));
const days = Array.from({ length: 28 }, (_, i) =>
  new Date((startOfDay(FIRST_DAY) + i * 86_400) * 1000).toISOString().slice(0, 10),
);
/** What the homes of the stack were made with. */
const meters = generateMeters({ homes: HOMES, seed: 1, days });

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ speed: 1200, port: 31_740, partsPort: 31_750, homes: HOMES });
});
afterAll(() => stack?.stop());

const post = (path: string, body: object) =>
  fetch(stack.node + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const status = async () =>
  (await (await fetch(`${stack.node}/devnet/status`)).json()) as { time: number; height: number };
const trades = async (where: string): Promise<{ id: string }[]> => {
  const response = await fetch(`${stack.indexer}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ trades(first: 1000, where: ${where}) { id } }` }),
  }).catch(() => undefined);
  return (
    ((await response?.json().catch(() => undefined)) as { data?: { trades: { id: string }[] } })?.data?.trades ?? []
  );
};
const waitFor = (what: () => Promise<boolean>, timeout = 120_000) =>
  expect.poll(what, { timeout, interval: 300 }).toBe(true);

/** Bytes on a bare connection; ends when the other side hangs up, or after a moment. */
const throwBytes = (port: number, bytes: Uint8Array) =>
  new Promise<void>((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(300, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
  });
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7919 + length * 31 + (i >> 3)) & 255);

describe('bad weather', () => {
  it('garbage into every port gets a clear refusal, and every process lives on', async () => {
    await waitFor(async () => (await trades('{}')).length > 0);
    const before = { devnet: stack.pids('devnet'), indexer: stack.pids('indexer') };
    expect(before.indexer).toHaveLength(2);
    const answers: { to: string; status: number }[] = [];
    const send = async (port: number, path: string, init: RequestInit) => {
      const to = `${init.method ?? 'GET'} ${port}${path}`;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      // A server may hang up on what is far too long; it may not die of it, which is looked at below.
      if (response) answers.push({ to, status: response.status });
      await response?.arrayBuffer().catch(() => undefined);
    };
    const json = { 'content-type': 'application/json' };
    for (const port of stack.ports.http) {
      for (const path of [
        '/',
        '/graphql',
        '/v2/transactions',
        '/v2/info',
        '/head',
        '/new_block',
        '/%ff%00',
        '/../../etc/passwd',
      ])
        for (const body of ['{', '[]', 'null', '{"query":1}', '{"tx":"zz"}', `{"query":"${'{a'.repeat(2000)}"}`])
          await send(port, path, { method: 'POST', headers: json, body });
      await send(port, '/graphql', { method: 'POST', headers: json, body: 'x'.repeat(2_000_000) });
      await send(port, '/v2/transactions', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: noise(5000),
      });
      await send(port, `/${'a'.repeat(10_000)}`, {});
      await send(port, '/v2/accounts/nobody', {});
      await send(port, '/extended/v1/tx/0x12', {});
      await send(port, '/', { method: 'DELETE' });
    }
    for (const port of [...stack.ports.http, ...stack.ports.raw])
      for (const length of [1, 100, 70_000]) await throwBytes(port, noise(length));
    expect(answers.length).toBeGreaterThan(300);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect({ devnet: stack.pids('devnet'), indexer: stack.pids('indexer') }).toEqual(before);
    for (const relay of [stack.ports.http.at(-2), stack.ports.http.at(-1)])
      expect((await fetch(`http://127.0.0.1:${relay}/health`)).status).toBe(200);
    expect(stack.said()).not.toMatch(/starting it again/);
  });

  it('killed and forked in the middle of the day: every Wh is minted once, every microSTX has one owner', async () => {
    const at = (await status()).time;
    await waitFor(async () => (await trades('{ status: "open" }')).length > 0);
    stack.kill9('devnet');
    await waitFor(async () => /The chain is back/.test(stack.said()));
    stack.kill9('indexer');
    await waitFor(async () => /Indexer 1 is back/.test(stack.said()) && /Indexer 2 is back/.test(stack.said()));
    // A fork that takes back the blocks of a trade.
    const known = (await trades('{}')).length;
    await waitFor(async () => (await trades('{}')).length > known);
    expect((await post('/devnet/reorg', { depth: 3 })).status).toBe(200);
    // Half a day and more goes on.
    await waitFor(async () => ((await status().catch(() => undefined))?.time ?? 0) > at + 14 * 3600, 150_000);
    await post('/devnet/speed', { paused: true });

    const sum = await addUp(stack.node, DEPLOYER);
    expect(sum.trades).toBeGreaterThan(0);
    expect(sum.settled).toBeGreaterThan(0);

    // What the chain says of every hour, against what the meters have counted.
    const source = nodeSource(stack.node);
    const minted = new Map<string, bigint>();
    const opened = new Map<bigint, bigint>();
    const closed = new Map<bigint, bigint>();
    for (let hash: string | undefined = (await source.tip()).hash; hash !== undefined; ) {
      const block: Awaited<ReturnType<typeof source.block>> = await source.block(hash);
      for (const { ok, events } of block?.txs ?? [])
        for (const event of ok ? events : []) {
          if (event.type !== 'print' || !event.contract.startsWith(`${DEPLOYER}.`)) continue;
          const told = decodeEvent(event.contract.slice(DEPLOYER.length + 1), event.hex);
          if (told?.topic === 'export-minted') {
            const key = `${told.producer} ${told.slot}`;
            expect(minted.has(key), `${key} is minted twice`).toBe(false);
            minted.set(key, told.custody + told.surplus);
          } else if (told?.topic === 'trade-opened') {
            expect(opened.has(told.id)).toBe(false);
            opened.set(told.id, told.locked);
          } else if (told?.topic === 'trade-settled') {
            expect(closed.has(told.id), `trade ${told.id} is settled twice`).toBe(false);
            closed.set(told.id, told.paid + told.fee + told.grid + told.refund);
          }
        }
      hash = block && block.parentHash !== `0x${'0'.repeat(64)}` ? block.parentHash : undefined;
    }
    for (const [id, total] of closed) expect(total).toBe(opened.get(id));
    const homeOf = new Map(meters.homes.map((home) => [Keys.address(Keys.development(`home-${home}`)), home]));
    homeOf.set(Keys.address(Keys.development('visitor-roof')), meters.homes[0]!);
    const hours = [...minted.keys()].map((key) => Number(key.split(' ')[1]));
    const last = Math.max(...hours);
    for (let slot = Math.min(...hours); slot <= last; slot++) {
      const iso = new Date(Slot.start(BigInt(slot)) * 1000).toISOString();
      for (const [address, home] of homeOf) {
        const counted = BigInt(inHour(meters.of(home, iso.slice(0, 10)), Number(iso.slice(11, 13)), 'exportWh'));
        expect(minted.get(`${address} ${slot}`) ?? 0n, `${home} at ${iso}`).toBe(counted);
      }
    }
    expect(last - Math.min(...hours)).toBeGreaterThan(5);

    // Both indexers say what a fresh one says.
    const { hash, digest } = await replay(stack.node, DEPLOYER);
    for (const indexer of stack.indexers)
      await expect
        .poll(async () => ((await (await fetch(`${indexer}/health`)).json()) as { tip: object }).tip, {
          timeout: 60_000,
          interval: 300,
        })
        .toMatchObject({ hash, digest });
  });

  it('leaves nothing running when even the starter is killed', async () => {
    const all = [...stack.pids('devnet'), ...stack.pids('indexer')];
    expect(all).toHaveLength(3);
    await stack.kill9All();
    await waitFor(async () => [...stack.pids('devnet'), ...stack.pids('indexer')].length === 0, 15_000);
  });

  it('goes on from there when it is started again', async () => {
    const { data } = stack;
    stack = await startStack({ speed: 1200, port: 31_740, partsPort: 31_750, resume: data });
    expect(stack.said()).toContain('the households are at home');
    const before = (await trades('{}')).length;
    expect(before).toBeGreaterThan(0);
    await waitFor(async () => (await trades('{}')).length > before);
  });
});
