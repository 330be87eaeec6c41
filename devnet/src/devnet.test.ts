import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  broadcastTransaction,
  Cl,
  fetchAbi,
  fetchContractMapEntry,
  fetchNonce,
  makeSTXTokenTransfer,
  Pc,
  PostConditionMode,
} from '@stacks/transactions';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Block } from './chain.ts';
import {
  alice,
  bob,
  call,
  clear,
  count,
  folder,
  GENESIS,
  get,
  included,
  networkOf,
  open,
  post,
  rejected,
  send,
  start,
  withBank,
} from './fixture.ts';

afterEach(clear);

describe('a chain for stock stacks.js', () => {
  it('transfers, deploys, calls and reads', async () => {
    const net = await withBank();
    const before = net.chain.balance(bob.address);
    const moved = await send(
      net,
      await makeSTXTokenTransfer({
        recipient: bob.address,
        amount: 1234n,
        senderKey: alice.key,
        network: networkOf(net),
        fee: 500,
      }),
    );
    expect(moved).toMatchObject({
      tx_status: 'success',
      tx_type: 'token_transfer',
      token_transfer: { amount: '1234' },
    });
    expect(net.chain.balance(bob.address) - before).toBe(1234n);
    const paid = await send(
      net,
      await call(net, 'pay', [Cl.uint(7), Cl.principal(bob.address)], {
        postConditions: [Pc.principal(alice.address).willSendEq(7).ustx()],
      }),
    );
    expect(paid).toMatchObject({ tx_status: 'success', tx_result: { repr: '(ok true)' } });
    expect(paid.events.map((e: { event_type: string }) => e.event_type)).toEqual(['smart_contract_log', 'stx_asset']);
    expect(await count(net)).toBe('u1');
    expect(
      Cl.prettyPrint(
        await fetchContractMapEntry({
          contractAddress: alice.address,
          contractName: 'bank',
          mapName: 'last-of',
          mapKey: Cl.principal(alice.address),
          network: networkOf(net),
        }),
      ),
    ).toBe('(some u7)');
    expect(
      (await fetchAbi({ contractAddress: alice.address, contractName: 'bank', network: networkOf(net) })).functions.map(
        ({ name }) => name,
      ),
    ).toContain('pay');
    expect(await fetchNonce({ address: alice.address, network: networkOf(net) })).toBe(3n);
    expect(await get(net, `/extended/v1/address/${alice.address}/nonces`)).toMatchObject({
      possible_next_nonce: 3,
      last_executed_tx_nonce: 2,
    });
  });

  it('takes a transaction as bytes as well', async () => {
    const net = await start();
    const tx = await makeSTXTokenTransfer({
      recipient: bob.address,
      amount: 1n,
      senderKey: alice.key,
      network: networkOf(net),
      fee: 500,
    });
    const response = await fetch(`${net.url}/v2/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(tx.serialize(), 'hex'),
    });
    expect(await response.json()).toBe(tx.txid());
    expect((await included(net, tx.txid())).tx_status).toBe('success');
  });

  it('keeps the state of a failed call as it was, and charges its fee', async () => {
    const net = await withBank();
    for (const [fn, status] of [
      ['refuse', 'abort_by_response'],
      ['boom', 'abort_by_response'],
    ] as const) {
      const before = net.chain.balance(alice.address);
      expect((await send(net, await call(net, fn, []))).tx_status).toBe(status);
      expect(before - net.chain.balance(alice.address)).toBe(2000n);
      expect(await count(net)).toBe('u0');
    }
    expect(net.chain.tip.height - net.chain.blocks[0]!.height).toBe(3);
  });

  it('says what is wrong with a transaction in the node’s words', async () => {
    const net = await withBank();
    const make = (more: object) => call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], more as never);
    expect((await rejected(net, await make({ nonce: 0 }))).reason).toBe('BadNonce');
    expect((await rejected(net, await make({ fee: 1 }))).reason).toBe('FeeTooLow');
    expect((await rejected(net, await make({ fee: 10n ** 15n }))).reason).toBe('NotEnoughFunds');
    expect((await rejected(net, await make({ functionName: 'nothing' }))).reason).toBe('NoSuchPublicFunction');
    expect((await rejected(net, await make({ contractName: 'nobank' }))).reason).toBe('NoSuchContract');
    expect((await rejected(net, await make({ functionArgs: [] }))).reason).toBe('BadFunctionArgument');
    const forged = await make({});
    (forged.auth.spendingCondition as unknown as { signer: string }).signer = '11'.repeat(20);
    expect((await rejected(net, forged)).reason).toBe('SignatureValidation');
    const elsewhere = await make({});
    elsewhere.chainId = 1;
    expect((await rejected(net, elsewhere)).reason).toBe('SignatureValidation');
    const self = await makeSTXTokenTransfer({
      recipient: alice.address,
      amount: 1n,
      senderKey: alice.key,
      network: networkOf(net),
      fee: 500,
    });
    expect((await rejected(net, self)).reason).toBe('TransferRecipientCannotEqualSender');
    expect((await post(net, '/v2/transactions', { tx: 'ff' })).body.reason).toBe('Deserialization');
    expect(await count(net)).toBe('u0');
  });

  it('keeps a nonce gap waiting, and lets a higher fee replace what waits', async () => {
    const net = await withBank();
    const make = (nonce: number, amount: number, fee = 2000) =>
      call(net, 'pay', [Cl.uint(amount), Cl.principal(bob.address)], {
        nonce,
        fee,
        postConditionMode: PostConditionMode.Allow,
      });
    const later = await make(2, 20);
    await broadcastTransaction({ transaction: later, network: networkOf(net) });
    expect((await rejected(net, await make(2, 21))).reason).toBe('ConflictingNonceInMempool');
    const better = await make(2, 22, 3000);
    await broadcastTransaction({ transaction: better, network: networkOf(net) });
    expect(await get(net, `/extended/v1/address/${alice.address}/nonces`)).toMatchObject({
      possible_next_nonce: 1,
      detected_missing_nonces: [1],
    });
    await send(net, await make(1, 10));
    expect((await included(net, better.txid())).tx_status).toBe('success');
    expect((await get(net, `/extended/v1/tx/0x${later.txid()}`)).tx_status).toBe('dropped_replace_by_fee');
    expect(await count(net)).toBe('u2');
  });
});

describe('post-conditions', () => {
  const allow = PostConditionMode.Allow;
  const deny = PostConditionMode.Deny;
  it('hold or roll everything back, in every mode and for every kind of asset', async () => {
    const net = await withBank();
    const gold = `${alice.address}.bank` as const;
    await send(net, await call(net, 'mine-gold', [Cl.uint(100)]));
    await send(net, await call(net, 'claim', [Cl.uint(1)]));
    const pay = (postConditions: unknown[], mode: PostConditionMode) =>
      call(net, 'pay', [Cl.uint(50), Cl.principal(bob.address)], { postConditions, postConditionMode: mode } as never);
    const mine = Pc.principal(alice.address);
    const run = async (what: string, good: boolean, make: () => ReturnType<typeof call>) => {
      const balances = [net.chain.balance(alice.address), net.chain.balance(bob.address)];
      const before = await count(net);
      const tx = await send(net, await make());
      expect([what, tx.tx_status]).toEqual([what, good ? 'success' : 'abort_by_post_condition']);
      if (!good) {
        expect(net.chain.balance(bob.address)).toBe(balances[1]);
        expect(balances[0]! - net.chain.balance(alice.address)).toBe(2000n);
        expect(await count(net)).toBe(before);
        expect(tx.events).toEqual([]);
      }
    };
    await run('eq right', true, () => pay([mine.willSendEq(50).ustx()], deny));
    await run('eq wrong', false, () => pay([mine.willSendEq(51).ustx()], deny));
    await run('eq wrong in allow mode', false, () => pay([mine.willSendEq(49).ustx()], allow));
    await run('gt', true, () => pay([mine.willSendGt(49).ustx()], deny));
    await run('gt wrong', false, () => pay([mine.willSendGt(50).ustx()], deny));
    await run('gte', true, () => pay([mine.willSendGte(50).ustx()], deny));
    await run('lt wrong', false, () => pay([mine.willSendLt(50).ustx()], deny));
    await run('lte', true, () => pay([mine.willSendLte(50).ustx()], deny));
    await run('lte wrong', false, () => pay([mine.willSendLte(49).ustx()], deny));
    await run('origin', true, () => pay([Pc.origin().willSendEq(50).ustx()], deny));
    await run('nothing said, deny', false, () => pay([], deny));
    await run('nothing said, allow', true, () => pay([], allow));
    await run('nothing said, originator', false, () => pay([], PostConditionMode.Originator));
    const ft = (conditions: unknown[]) =>
      call(net, 'send-gold', [Cl.uint(5), Cl.principal(bob.address)], { postConditions: conditions } as never);
    await run('token right', true, () => ft([mine.willSendEq(5).ft(gold, 'gold')]));
    await run('token wrong', false, () => ft([mine.willSendEq(4).ft(gold, 'gold')]));
    await run('token unsaid', false, () => ft([]));
    const nft = (conditions: unknown[]) =>
      call(net, 'give', [Cl.uint(1), Cl.principal(bob.address)], { postConditions: conditions } as never);
    await run('deed will not be sent', false, () => nft([mine.willNotSendAsset().nft(gold, 'deed', Cl.uint(1))]));
    await run('deed will be sent', true, () => nft([mine.willSendAsset().nft(gold, 'deed', Cl.uint(1))]));
  });

  it('roll back exactly after many transactions and checkpoints', async () => {
    const net = await withBank();
    for (let nonce = 1; nonce <= 150; nonce++) {
      await broadcastTransaction({
        transaction: await call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], {
          nonce,
          postConditionMode: allow,
        }),
        network: networkOf(net),
      });
    }
    const bad = await send(net, await call(net, 'pay', [Cl.uint(9), Cl.principal(bob.address)], { nonce: 151 }));
    expect(bad.tx_status).toBe('abort_by_post_condition');
    expect(await count(net)).toBe('u150');
    expect(net.chain.balance(bob.address)).toBe(1_000_000_150n);
    expect(net.chain.balance(alice.address)).toBe(1_000_000_000n - 5000n - 151n * 2000n - 150n);
  });
});

describe('time', () => {
  it('begins when it is told to, and passes on demand', async () => {
    const net = await withBank();
    expect(Math.abs(net.chain.blocks[0]!.time - GENESIS)).toBeLessThanOrEqual(10);
    const { body } = await post(net, '/devnet/advance', { seconds: 7200 });
    expect(body.time - GENESIS).toBeGreaterThanOrEqual(7200);
    expect(body.time - GENESIS).toBeLessThan(7200 + 120);
    const told = await send(net, await call(net, 'now', []));
    expect(Number(told.tx_result.repr.match(/\d+/)[0])).toBe(told.block_time);
  });

  it('follows the wall, faster', async () => {
    const net = await start({ speed: 36_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const passed = net.chain.time - GENESIS;
    expect(passed).toBeGreaterThan(3_000);
    expect(passed).toBeLessThan(100_000);
  });

  it('gives the same blocks for the same past', async () => {
    const hashes: string[] = [];
    for (let i = 0; i < 2; i++) {
      const net = await withBank();
      await send(
        net,
        await call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], { postConditionMode: PostConditionMode.Allow }),
      );
      hashes.push(net.chain.tip.hash);
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});

describe('reorganisation', () => {
  it('of three blocks takes back what they did, and mines it again but for what is dropped', async () => {
    const net = await withBank();
    const changes: { rollback: Block[]; apply: Block[] }[] = [];
    net.chain.onChange((change) => changes.push(change));
    const pay = async (amount: number) =>
      send(
        net,
        await call(net, 'pay', [Cl.uint(amount), Cl.principal(bob.address)], {
          postConditionMode: PostConditionMode.Allow,
        }),
      );
    await pay(1);
    await pay(2);
    const third = await pay(4);
    const old = net.chain.blocks.slice(-3).map(({ hash }) => hash);
    const { body } = await post(net, '/devnet/reorg', { depth: 3, drop: [third.tx_id] });
    expect(body.rolledBack).toEqual(old.toReversed());
    expect(body.applied).toHaveLength(4);
    expect(net.chain.balance(bob.address)).toBe(1_000_000_003n);
    expect(await count(net)).toBe('u2');
    expect(await fetchNonce({ address: alice.address, network: networkOf(net) })).toBe(3n);
    expect((await get(net, `/extended/v1/tx/${third.tx_id}`)).tx_status).toBe('dropped_stale_garbage_collect');
    for (const [i, block] of net.chain.blocks.entries())
      if (i > 0) expect(block.parentHash).toBe(net.chain.blocks[i - 1]!.hash);
    expect(changes.at(-1)!.rollback.map(({ hash }) => hash)).toEqual(old.toReversed());
    await pay(8);
    expect(net.chain.balance(bob.address)).toBe(1_000_000_011n);
  });

  it('of an impossible depth is refused', async () => {
    const net = await start();
    expect((await post(net, '/devnet/reorg', { depth: 1 })).status).toBe(400);
    expect((await post(net, '/devnet/reorg', { depth: -1 })).status).toBe(400);
  });
});

describe('memory', () => {
  it('comes back after a stop, mempool and predicates included, and does without a torn last line', async () => {
    const data = folder();
    const first = await withBank({ data });
    await send(
      first,
      await call(first, 'pay', [Cl.uint(5), Cl.principal(bob.address)], { postConditionMode: PostConditionMode.Allow }),
    );
    await send(first, await call(first, 'pay', [Cl.uint(6), Cl.principal(bob.address)], {}));
    await post(first, '/devnet/advance', { seconds: 1300 });
    await post(first, '/devnet/reorg', { depth: 2 });
    await post(first, '/devnet/faucet', { address: bob.address, amount: '77' });
    await broadcastTransaction({
      transaction: await call(first, 'pay', [Cl.uint(9), Cl.principal(bob.address)], { nonce: 9 }),
      network: networkOf(first),
    });
    await post(first, '/v1/chainhooks', predicate('http://127.0.0.1:1/payload'));
    const { hash, height } = first.chain.tip;
    await open.pop()!.close();
    appendFileSync(join(data, 'chain.log'), '0123456789abcdef {"k":"bu');
    const second = await start({ data, accounts: [] });
    expect(second.chain.tip).toMatchObject({ hash, height });
    expect(second.chain.mempool.size).toBe(1);
    expect(second.chain.balance(bob.address)).toBe(1_000_000_000n + 5n + 77n);
    expect((await get(second, '/v1/chainhooks')).result).toHaveLength(1);
  });

  it('is for one process, and can be forgotten', async () => {
    const data = folder();
    const net = await start({ data });
    net.devnet.burn();
    const height = net.chain.tip.height;
    const other = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [
        new URL('./cli.ts', import.meta.url).pathname,
        '--port',
        '0',
        '--data',
        data,
      ]);
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += chunk;
      });
      child.on('exit', (code) => resolve(`${code} ${text}`));
    });
    expect(other).toMatch(/^1 .*in use by another chain/s);
    await open.pop()!.close();
    expect((await start({ data, fresh: true })).chain.tip.height).toBeLessThan(height);
  });
});

const predicate = (url: string, more: object = {}) => ({
  uuid: '00000000-0000-4000-8000-000000000001',
  name: 'all blocks',
  version: 1,
  chain: 'stacks',
  networks: {
    testnet: {
      start_block: 0,
      decode_clarity_values: false,
      if_this: { scope: 'block_height', higher_than: 0 },
      then_that: { http_post: { url, authorization_header: 'Bearer secret' } },
      ...more,
    },
  },
});

describe('as a Chainhook node', () => {
  let hook: {
    url: string;
    payloads: Record<string, unknown>[];
    authorization: (string | undefined)[];
    fail: number;
    close: () => void;
  };
  beforeAll(() => {
    const payloads: Record<string, unknown>[] = [];
    const authorization: (string | undefined)[] = [];
    const state = { fail: 0 };
    const server = http.createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        if (state.fail > 0) {
          state.fail -= 1;
          response.writeHead(503).end();
          return;
        }
        payloads.push(JSON.parse(text));
        authorization.push(request.headers.authorization);
        response.end();
      });
    });
    return new Promise<() => void>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        hook = Object.assign(state, {
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          payloads,
          authorization,
          close: () => server.close(),
        });
        resolve(() => server.close());
      }),
    );
  });
  const until = async (test: () => boolean) => {
    for (let i = 0; i < 500 && !test(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(test()).toBe(true);
  };
  type Payload = {
    apply: { block_identifier: { index: number; hash: string } }[];
    rollback: { block_identifier: { index: number; hash: string } }[];
  };

  it('tells a subscriber of every block in order, again when it was down, and of a fork in one payload', async () => {
    const net = await withBank();
    hook.payloads.length = 0;
    hook.fail = 2;
    expect((await post(net, '/v1/chainhooks', predicate(hook.url))).body.result).toBe(
      '00000000-0000-4000-8000-000000000001',
    );
    await send(
      net,
      await call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], { postConditionMode: PostConditionMode.Allow }),
    );
    const heard = () =>
      (hook.payloads as unknown as Payload[]).flatMap(({ apply }) =>
        apply.map(({ block_identifier }) => block_identifier.hash),
      );
    await until(() => heard().length >= net.chain.blocks.length);
    expect(heard()).toEqual(net.chain.blocks.map(({ hash }) => hash));
    expect(hook.authorization.every((value) => value === 'Bearer secret')).toBe(true);
    const paid = (
      hook.payloads as unknown as {
        apply: {
          transactions: {
            metadata: {
              receipt: { events: { type: string; position: { index: number }; data: Record<string, unknown> }[] };
            };
          }[];
        }[];
      }[]
    )
      .flatMap(({ apply }) => apply)
      .flatMap(({ transactions }) => transactions)
      .at(-1)!;
    expect(paid.metadata.receipt.events.map(({ type, position }) => [type, position.index])).toEqual([
      ['SmartContractEvent', 0],
      ['STXTransferEvent', 1],
    ]);
    expect(String(paid.metadata.receipt.events[0]!.data.raw_value)).toMatch(/^0x0c/);
    const gone = net.chain.blocks.slice(-2).map(({ hash }) => hash);
    await post(net, '/devnet/reorg', { depth: 2 });
    await until(() => (hook.payloads as unknown as Payload[]).some(({ rollback }) => rollback.length > 0));
    const fork = (hook.payloads as unknown as Payload[]).find(({ rollback }) => rollback.length > 0)!;
    expect(fork.rollback.map(({ block_identifier }) => block_identifier.hash)).toEqual(gone.toReversed());
    expect(fork.apply.map(({ block_identifier }) => block_identifier.hash)).toEqual(
      net.chain.blocks.slice(-3).map(({ hash }) => hash),
    );
  });

  it('registers, lists and deletes, and says what is wrong with a predicate', async () => {
    const net = await start();
    expect((await post(net, '/v1/chainhooks', { uuid: 'x' })).status).toBe(400);
    expect((await post(net, '/v1/chainhooks', { ...predicate('nowhere') })).body.error).toContain('url');
    await post(net, '/v1/chainhooks', predicate(hook.url));
    expect((await post(net, '/v1/chainhooks', predicate(hook.url))).status).toBe(409);
    const id = '00000000-0000-4000-8000-000000000001';
    expect((await get(net, `/v1/chainhooks/${id}`)).result).toMatchObject({ uuid: id, enabled: true });
    expect((await (await fetch(`${net.url}/v1/chainhooks/stacks/${id}`, { method: 'DELETE' })).json()).status).toBe(
      200,
    );
    expect((await get(net, `/v1/chainhooks/${id}`)).status).toBe(404);
    expect((await get(net, '/v1/chainhooks')).result).toEqual([]);
  });

  it('posts each block to event observers too', async () => {
    hook.payloads.length = 0;
    const net = await withBank({ observers: [hook.url] });
    await until(() => hook.payloads.length > 1);
    expect(hook.payloads[1]).toMatchObject({
      block_height: net.chain.tip.height,
      index_block_hash: net.chain.tip.hash,
      transactions: [{ status: 'success', tx_index: 0 }],
    });
    expect(await get(net, `/v3/blocks/replay/${net.chain.tip.hash}`)).toEqual(hook.payloads[1]);
  });
});

describe('garbage', () => {
  it('gets an answer below 500 on every route, and the chain lives', async () => {
    const net = await withBank();
    const c = `${alice.address}/bank`;
    const paths = [
      '/',
      '/v2/info',
      '/v2/accounts/x',
      '/v2/accounts/..%2f',
      '/v2/transactions',
      '/v2/fees/transaction',
      `/v2/contracts/call-read/${c}/get-count`,
      `/v2/contracts/call-read/${c}/no`,
      '/v2/contracts/interface/x/y',
      `/v2/contracts/source/${alice.address}/no`,
      `/v2/map_entry/${c}/last-of`,
      `/v2/map_entry/${c}/no`,
      `/v2/data_var/${c}/no`,
      '/extended/v1/tx/zz',
      '/extended/v1/tx?limit=-1',
      '/extended/v1/address/q/nonces',
      '/extended/v2/blocks/999999999',
      '/extended/v2/blocks?limit=x',
      '/extended/v1/faucets/stx',
      '/devnet/advance',
      '/devnet/mine',
      '/devnet/reorg',
      '/devnet/speed',
      '/devnet/faucet',
      '/v1/chainhooks',
      '/v1/chainhooks/%00',
      '/v3/blocks/replay/0',
    ];
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"0x"',
      '"0x0101"',
      '{"tx":1}',
      '{"tx":"00"}',
      `{"tx":"${'ab'.repeat(400)}"}`,
      '{"sender":"x","arguments":["zz"]}',
      '{"sender":"x","arguments":7}',
      '{"seconds":1e99}',
      '{"until":"soon"}',
      '{"depth":1e9}',
      '{"speed":-1}',
      '{"blocks":1e9}',
      '{"address":7}',
      Buffer.from([0, 255, 13, 10, 200]).toString('latin1'),
    ];
    const high: string[] = [];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        for (const body of method === 'POST' ? bodies : [undefined]) {
          for (const type of body === undefined ? [''] : ['application/json', 'application/octet-stream', 'text/xml']) {
            const response = await fetch(net.url + path, {
              method,
              ...(body !== undefined && { body, headers: { 'content-type': type } }),
            });
            await response.text();
            if (response.status >= 500) high.push(`${method} ${path} ${body} ${type} ${response.status}`);
          }
        }
      }
    }
    expect(high).toEqual([]);
    const big = await fetch(`${net.url}/v2/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"tx":"${'00'.repeat(3_000_000)}"}`,
    });
    expect(big.status).toBe(413);
    expect(await count(net)).toBe('u0');
  });
});
