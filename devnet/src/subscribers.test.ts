import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Cl, makeContractDeploy, makeSTXTokenTransfer, Pc, PostConditionMode } from '@stacks/transactions';
import { afterEach, describe, expect, it } from 'vitest';
import type { Block } from './chain.ts';
import { Follower } from './delivery/follower.ts';
import {
  alice,
  bob,
  call,
  clear,
  folder,
  get,
  type Net,
  networkOf,
  open,
  post,
  send,
  start,
  withBank,
} from './fixture.ts';

type Told = {
  block_identifier: { index: number; hash: string };
  transactions: { metadata: Record<string, unknown> }[];
};
type Payload = { apply: Told[]; rollback: Told[]; chainhook: { uuid: string } };
type Listener = { url: string; heard: Payload[]; headers: http.IncomingHttpHeaders[]; answer: (n: number) => number };

const closers: (() => void)[] = [];
afterEach(async () => {
  await clear();
  for (const close of closers.splice(0)) close();
});

/** A subscriber that answers as it is told to, and keeps what it answered with 200. */
async function listen(): Promise<Listener> {
  const listener: Listener = { url: '', heard: [], headers: [], answer: () => 200 };
  let count = 0;
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const status = listener.answer(count++);
    if (status === 200) {
      listener.heard.push(JSON.parse(text));
      listener.headers.push(request.headers);
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  listener.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return listener;
}

let ids = 0;
const register = async (net: Net, url: string, if_this: object, more: object = {}) => {
  const uuid = `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  const then_that = { http_post: { url, authorization_header: 'Bearer secret' } };
  const networks = { testnet: { decode_clarity_values: false, if_this, then_that, ...more } };
  const answer = await post(net, '/v1/chainhooks', { uuid, name: 'test', version: 1, chain: 'stacks', networks });
  expect(answer.body).toEqual({ status: 200, result: uuid });
  return uuid;
};
const ALL = { scope: 'block_height', higher_than: 0 };
const applied = ({ heard }: Listener) =>
  heard.flatMap(({ apply }) => apply.map((block) => block.block_identifier.hash));
const hashes = (blocks: Block[]) => blocks.map(({ hash }) => hash);
/** Every kind of event that this chain can make. */
async function act(net: Net): Promise<void> {
  const allow = { postConditionMode: PostConditionMode.Allow };
  await send(net, await call(net, 'mine-gold', [Cl.uint(100)], allow));
  await send(net, await call(net, 'send-gold', [Cl.uint(1), Cl.principal(bob.address)], allow));
  await send(net, await call(net, 'claim', [Cl.uint(1)], allow));
  await send(net, await call(net, 'give', [Cl.uint(1), Cl.principal(bob.address)], allow));
  await send(net, await call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], allow));
  await send(net, await call(net, 'refuse', []));
  await send(net, await call(net, 'boom', []));
  const transfer = { recipient: alice.address, amount: 1n, senderKey: bob.key, network: networkOf(net), fee: 500 };
  await send(net, await makeSTXTokenTransfer(transfer));
  const burns = `(define-fungible-token ash) (define-non-fungible-token leaf uint) (define-public (burn) (begin
    (try! (stx-burn? u1 tx-sender)) (try! (ft-mint? ash u2 tx-sender)) (try! (ft-burn? ash u1 tx-sender))
    (try! (nft-mint? leaf u1 tx-sender)) (nft-burn? leaf u1 tx-sender)))`;
  const deployment = { contractName: 'fire', codeBody: burns, senderKey: alice.key, network: networkOf(net), fee: 900 };
  await send(net, await makeContractDeploy(deployment));
  await send(net, await call(net, 'burn', [], { contractName: 'fire', ...allow }));
}

describe('Chainhook payloads', () => {
  it('fit the schema of the Chainhook client, and number events through the block', async () => {
    const require = createRequire(import.meta.url);
    const client = createRequire(require.resolve('@hirosystems/chainhook-client'));
    const { StacksPayloadSchema } = client('./schemas/stacks/payload.js');
    const { Value } = client('@sinclair/typebox/value');
    const net = await withBank();
    const listener = await listen();
    await register(net, listener.url, ALL, { start_block: 1 });
    await act(net);
    net.devnet.burn();
    await expect.poll(() => applied(listener).at(-1)).toBe(net.chain.tip.hash);
    net.devnet.reorg(3);
    await expect.poll(() => applied(listener).at(-1)).toBe(net.chain.tip.hash);
    const types = new Set<string>();
    for (const payload of listener.heard) {
      const wrong = Value.Errors(StacksPayloadSchema, payload).First();
      expect(wrong && `${wrong.path} ${wrong.message}`).toBeUndefined();
      for (const block of [...payload.apply, ...payload.rollback]) {
        const events = block.transactions.flatMap(
          ({ metadata }) => (metadata.receipt as { events: { type: string; position: { index: number } }[] }).events,
        );
        expect(events.map(({ position }) => position.index)).toEqual(events.map((_, i) => i));
        for (const { type } of events) types.add(type);
      }
    }
    expect([...types].sort()).toEqual([
      'FTBurnEvent',
      'FTMintEvent',
      'FTTransferEvent',
      'NFTBurnEvent',
      'NFTMintEvent',
      'NFTTransferEvent',
      'STXBurnEvent',
      'STXTransferEvent',
      'SmartContractEvent',
    ]);
    expect(listener.headers.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    const block = net.chain.tip;
    const told = listener.heard.at(-1)!.apply.at(-1) as unknown as { timestamp: number; metadata: object };
    expect(told.metadata).toMatchObject({ block_time: block.time, stacks_block_hash: block.blockHash });
    expect(told.timestamp).toBe(block.burnTime);
  });

  it('hold only what the predicate asks for', async () => {
    const net = await withBank();
    await act(net);
    const bank = `${alice.address}.bank`;
    const expected: [object, number][] = [
      [{ scope: 'print_event', contract_identifier: bank, contains: 'paid' }, 1],
      [{ scope: 'print_event', contract_identifier: bank, contains: 'nothing of the kind' }, 0],
      [{ scope: 'print_event', contract_identifier: '*', contains: '*' }, 1],
      [{ scope: 'print_event', contract_identifier: bank, matches_regex: '\\(amount u[1-3]\\)' }, 1],
      [{ scope: 'contract_call', contract_identifier: bank, method: 'refuse' }, 1],
      [{ scope: 'contract_deployment', deployer: alice.address }, 2],
      [{ scope: 'contract_deployment', deployer: bob.address }, 0],
      [{ scope: 'ft_event', asset_identifier: `${bank}::gold`, actions: ['mint', 'transfer'] }, 2],
      [{ scope: 'nft_event', asset_identifier: `${bank}::deed`, actions: ['transfer'] }, 1],
      [{ scope: 'stx_event', actions: ['burn'] }, 1],
      [{ scope: 'txid', equals: net.chain.blocks[1]!.receipts[0]!.tx.txid }, 1],
      [{ scope: 'block_height', between: [2, 4] }, 3],
      [{ scope: 'block_height', equals: 3 }, 1],
      [{ scope: 'block_height', lower_than: 3 }, 2],
    ];
    for (const [if_this, blocks] of expected) {
      const listener = await listen();
      const uuid = await register(net, listener.url, if_this, { start_block: 1 });
      await expect.poll(() => net.devnet.chainhook.get(uuid)!.follower.behind).toBe(0);
      expect([if_this, applied(listener).length]).toEqual([if_this, blocks]);
      if ('scope' in if_this && if_this.scope !== 'block_height')
        expect(
          listener.heard.flatMap(({ apply }) => apply).every(({ transactions }) => transactions.length === 1),
        ).toBe(true);
      const { result } = await get(net, `/v1/chainhooks/${uuid}`);
      expect(result.status.info.number_of_times_triggered).toBe(blocks);
    }
  });

  it('carry values as JSON unless they are asked for as hex, begin and end where they are told to', async () => {
    const net = await withBank();
    const listener = await listen();
    const print = { scope: 'print_event', contract_identifier: `${alice.address}.bank`, contains: '*' };
    const uuid = await register(net, listener.url, print, { decode_clarity_values: true, expire_after_occurrence: 2 });
    const pay = async (amount: number) =>
      send(
        net,
        await call(net, 'pay', [Cl.uint(amount), Cl.principal(bob.address)], {
          postConditions: [Pc.origin().willSendEq(amount).ustx()],
        }),
      );
    for (const amount of [1, 2, 3]) {
      await pay(amount);
      await expect.poll(() => net.devnet.chainhook.get(uuid)!.triggered).toBe(Math.min(amount, 2));
    }
    const values = listener.heard.flatMap(({ apply }) =>
      apply.map(({ transactions }) => {
        const { events } = transactions[0]!.metadata.receipt as { events: { data: { value: unknown } }[] };
        return events[0]!.data.value;
      }),
    );
    expect(values).toEqual([
      { amount: 1, topic: 'paid' },
      { amount: 2, topic: 'paid' },
    ]);
    expect((await get(net, `/v1/chainhooks/${uuid}`)).result).toMatchObject({
      enabled: false,
      status: { type: 'confirmed_expiration' },
    });
    const late = await listen();
    const { height } = net.chain.tip;
    await register(net, late.url, ALL, { start_block: height + 2, end_block: height + 3 });
    net.devnet.mine(5);
    await expect.poll(() => applied(late)).toEqual(hashes(net.chain.blocks.slice(height + 1, height + 3)));
  });
});

describe('a subscriber', () => {
  it('is told of everything once and in order, however often it fails', async () => {
    const net = await withBank();
    const listener = await listen();
    listener.answer = (n) => (n % 3 === 2 ? 200 : 500);
    await register(net, listener.url, ALL, { start_block: 1 });
    for (let i = 0; i < 5; i++) {
      net.devnet.mine();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => applied(listener), { timeout: 10_000 }).toEqual(hashes(net.chain.blocks));
  });

  it('hears of a fork of a fork, and of blocks that came and went while it was slow', async () => {
    const net = await withBank();
    const listener = await listen();
    await register(net, listener.url, ALL, { start_block: 1 });
    const known: string[] = [];
    net.devnet.mine(4);
    net.devnet.reorg(3);
    net.devnet.reorg(6);
    net.devnet.mine();
    net.devnet.reorg(1);
    await expect.poll(() => applied(listener).at(-1)).toBe(net.chain.tip.hash);
    for (const { apply, rollback } of listener.heard) {
      for (const { block_identifier } of rollback) expect(known.pop()).toBe(block_identifier.hash);
      known.push(...apply.map(({ block_identifier }) => block_identifier.hash));
    }
    expect(known).toEqual(hashes(net.chain.blocks));
    expect(listener.heard.filter(({ rollback }) => rollback.length > 0).length).toBeGreaterThanOrEqual(2);
  });

  it('goes on after a restart where it was, also over a fork that it missed', async () => {
    const data = folder();
    const listener = await listen();
    const posted = await listen();
    const options = { data, observers: [posted.url] };
    const first = await withBank(options);
    await register(first, listener.url, ALL, { start_block: 1 });
    first.devnet.mine(3);
    await expect.poll(() => applied(listener)).toEqual(hashes(first.chain.blocks));
    await expect.poll(() => posted.heard.length).toBe(first.chain.blocks.length);
    listener.answer = () => 503;
    first.devnet.reorg(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await open.pop()!.close();
    listener.answer = () => 200;
    const before = listener.heard.length;
    const second = await start(options);
    await expect.poll(() => applied(listener).at(-1)).toBe(second.chain.tip.hash);
    const missed = listener.heard.slice(before);
    expect(missed).toHaveLength(1);
    expect(missed[0]!.rollback).toHaveLength(2);
    expect(missed[0]!.apply.map(({ block_identifier }) => block_identifier.hash)).toEqual(
      hashes(second.chain.blocks.slice(-3)),
    );
    await expect
      .poll(() => (posted.heard.at(-1) as unknown as { index_block_hash: string }).index_block_hash)
      .toBe(second.chain.tip.hash);
  });

  it('is given up after too many failures, and the status says so', async () => {
    const net = await start();
    const listener = await listen();
    listener.answer = () => 500;
    const follower = new Follower(net.chain, {
      url: listener.url,
      cursor: undefined,
      blocksAtOnce: 1,
      wholeForks: true,
      tries: 3,
      body: () => ({}),
      advanced: () => {},
    });
    follower.poke();
    await expect.poll(() => follower.status).toMatchObject({ failures: 3, interrupted: true, delivered: 0 });
    expect(follower.status.lastError).toContain('answered 500');
    expect(follower.behind).toBe(1);
  });

  it('that is not understood is refused with a reason', async () => {
    const net = await start();
    const good = { uuid: 'a', name: 'b', version: 1, chain: 'stacks' };
    const http_post = { url: 'http://127.0.0.1:1/x', authorization_header: '' };
    const spec = (if_this: unknown, more: object = {}) => ({
      ...good,
      networks: { testnet: { if_this, then_that: { http_post }, ...more } },
    });
    for (const [body, reason] of [
      [null, 'A predicate is a JSON object'],
      [{ ...good, uuid: '../x' }, 'uuid'],
      [{ ...good, chain: 'bitcoin' }, 'chain must be "stacks"'],
      [good, 'networks is missing'],
      [{ ...good, networks: { mainnet: {} } }, 'networks must hold one of'],
      [spec({ scope: 'everything' }), 'is not known'],
      [spec({ scope: 'contract_call', contract_identifier: 'x' }), 'if_this.method is missing'],
      [spec({ scope: 'print_event', contract_identifier: 'x', matches_regex: '(' }), 'no regular expression'],
      [spec({ scope: 'block_height', higher_than: 'x' }), 'whole numbers'],
      [spec(ALL, { start_block: -1 }), 'start_block is a whole number'],
      [spec(ALL, { then_that: { file_append: { path: 'x' } } }), 'http_post.url'],
    ] as const) {
      const answer = await post(net, '/v1/chainhooks', body);
      expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining(reason)]);
    }
    expect((await get(net, '/ping')).result.registered_predicates).toBe(0);
  });
});

it('a damaged list of subscribers is named', async () => {
  const data = folder();
  await start({ data });
  await open.pop()!.close();
  writeFileSync(join(data, 'subscribers.json'), '{');
  await expect(start({ data })).rejects.toThrow(/subscribers\.json.*damaged/);
});
