import {
  broadcastTransaction,
  Cl,
  makeContractCall,
  makeContractDeploy,
  makeSTXTokenTransfer,
  Pc,
  PostConditionMode,
} from '@stacks/transactions';
import { afterEach, describe, expect, it } from 'vitest';
import { alice, bob, call, clear, count, get, type Net, networkOf, post, start, withBank } from './fixture.ts';

afterEach(clear);

type Made = Awaited<ReturnType<typeof call>>;
const submit = async (net: Net, made: Made[]) => {
  for (const transaction of made) {
    const answer = await broadcastTransaction({ transaction, network: networkOf(net) });
    expect(answer).not.toHaveProperty('reason');
  }
};
const statuses = (net: Net) => net.chain.tip.receipts.map(({ status }) => status);

describe('a block', () => {
  it('holds several transactions, each with its own outcome, events and rollback', async () => {
    const net = await withBank();
    await post(net, '/devnet/speed', { paused: true });
    const allow = { postConditionMode: PostConditionMode.Allow };
    const pay = (nonce: number, amount: number, more: object = allow) =>
      call(net, 'pay', [Cl.uint(amount), Cl.principal(bob.address)], { nonce, ...more });
    const bobs = { senderKey: bob.key, fee: 1500 };
    const wrong = { postConditions: [Pc.principal(alice.address).willSendEq(1).ustx()] };
    await submit(net, [
      await pay(1, 10),
      await call(net, 'refuse', [], { nonce: 2 }),
      await call(net, 'now', [], { nonce: 0, ...bobs }),
      await pay(3, 20, wrong),
      await call(net, 'boom', [], { nonce: 4 }),
      await pay(5, 40),
      await makeSTXTokenTransfer({
        recipient: alice.address,
        amount: 7n,
        senderKey: bob.key,
        fee: 500,
        nonce: 1,
        network: networkOf(net),
        memo: 'hi',
      }),
    ]);
    const { height, time } = net.chain.tip;
    expect((await get(net, '/devnet/status')).mempool).toBe(7);
    net.devnet.mine();
    const block = net.chain.tip;
    expect(block).toMatchObject({ height: height + 1, time: time + 10 });
    expect(statuses(net)).toEqual([
      'success',
      'abort_by_response',
      'success',
      'abort_by_post_condition',
      'abort_by_response',
      'success',
      'success',
    ]);
    expect(block.receipts.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(block.receipts.map(({ events }) => events.length)).toEqual([2, 0, 0, 0, 0, 2, 1]);
    // What runs in it sees its time.
    expect(block.receipts[2]!.result).toBe(`0x${Cl.serialize(Cl.ok(Cl.uint(time + 10)))}`);
    expect(await count(net)).toBe('u2');
    expect(net.chain.balance(bob.address)).toBe(1_000_000_000n + 50n - 1500n - 500n - 7n);
    expect(net.chain.balance(alice.address)).toBe(1_000_000_000n - 5000n - 5n * 2000n - 50n + 7n);
    const { results } = await get(net, `/extended/v2/blocks/${block.height}/transactions`);
    expect(results.map((tx: { tx_index: number }) => tx.tx_index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(results[6].events[0].asset).toMatchObject({ amount: '7', memo: expect.stringMatching(/^0x6869/) });
    const posted = await get(net, `/v3/blocks/replay/${block.hash}`);
    expect(posted.events.map((event: { event_index: number }) => event.event_index)).toEqual([0, 1, 2, 3, 4]);
    expect(net.chain.mempool.size).toBe(0);
  });

  it('begins with a deployment if it holds one, and comes about when the deployment fails', async () => {
    const net = await start();
    await post(net, '/devnet/speed', { paused: true });
    const publish = (nonce: number, contractName: string, codeBody: string, more: object = {}) =>
      makeContractDeploy({
        contractName,
        codeBody,
        nonce,
        senderKey: alice.key,
        fee: 1000,
        clarityVersion: 6,
        network: networkOf(net),
        ...more,
      });
    const good = '(define-public (f) (ok (stx-burn? u1 tx-sender)))';
    await submit(net, [
      await publish(0, 'one', good),
      await publish(1, 'broken', '(define-public (f) (ok u1 u2))'),
      await publish(2, 'stops', '(define-private (f) (if false (ok true) (err u3))) (try! (f))'),
      await publish(3, 'paid', `(stx-transfer? u5 tx-sender '${bob.address}) (define-read-only (f) u1)`),
      await publish(4, 'bare', '(define-data-var n uint u1)'),
      await makeSTXTokenTransfer({
        recipient: alice.address,
        amount: 1n,
        senderKey: bob.key,
        fee: 500,
        nonce: 0,
        network: networkOf(net),
      }),
    ]);
    const { height } = net.chain.tip;
    while (net.chain.hasReady) net.devnet.mine();
    expect(net.chain.tip.height).toBe(height + 5);
    const made = net.chain.blocks.slice(-5).map(({ receipts }) => receipts.map(({ status }) => status));
    expect(made).toEqual([
      ['success', 'success'],
      ['abort_by_response'],
      ['abort_by_response'],
      // In deny mode, and nothing was said of the five microSTX.
      ['abort_by_post_condition'],
      ['abort_by_response'],
    ]);
    expect(net.chain.balance(bob.address)).toBe(1_000_000_000n - 500n - 1n);
    for (const name of ['broken', 'stops', 'paid', 'bare'])
      expect(net.chain.source(`${alice.address}.${name}`)).toBeUndefined();
    expect(net.chain.balance(alice.address)).toBe(1_000_000_000n - 5000n + 1n);
    const again = await publish(5, 'paid', `(stx-transfer? u5 tx-sender '${bob.address}) (define-read-only (f) u1)`, {
      postConditionMode: PostConditionMode.Allow,
    });
    await submit(net, [again]);
    net.devnet.mine();
    expect(statuses(net)).toEqual(['success']);
    expect(net.chain.receipt(`0x${again.txid()}`)!.receipt.events).toHaveLength(1);
  });

  it('that begins a burn block holds transactions too, and leaves deployments to the next', async () => {
    const net = await withBank();
    await post(net, '/devnet/speed', { paused: true });
    await submit(net, [
      await makeContractDeploy({
        contractName: 'other',
        codeBody: '(define-read-only (f) u1)',
        nonce: 0,
        senderKey: bob.key,
        fee: 1000,
        network: networkOf(net),
      }),
      await call(net, 'now', [], { nonce: 1 }),
    ]);
    const { time, burnHeight } = net.chain.tip;
    net.devnet.burn();
    expect(net.chain.tip).toMatchObject({ kind: 'burn', burnHeight: burnHeight + 1 });
    expect(net.chain.tip.time - time).toBeGreaterThanOrEqual(580);
    expect(net.chain.tip.receipts.map(({ tx }) => tx.payload.type)).toEqual(['call']);
    net.devnet.mine();
    expect(net.chain.tip.receipts.map(({ tx }) => tx.payload.type)).toEqual(['deploy']);
  });

  it('takes a chain of nonces in their order, whatever the order in which they came', async () => {
    const net = await withBank();
    await post(net, '/devnet/speed', { paused: true });
    for (let nonce = 1; nonce <= 26; nonce++) await submit(net, [await call(net, 'now', [], { nonce, fee: 500 })]);
    net.devnet.mine();
    expect(net.chain.tip.receipts).toHaveLength(26);
    const signed: Made[] = [];
    for (let nonce = 27; nonce <= 52; nonce++) signed.push(await call(net, 'now', [], { nonce, fee: 500 }));
    await submit(net, signed.toReversed());
    net.devnet.mine();
    expect(net.chain.tip.receipts.map(({ tx }) => Number(tx.nonce))).toEqual(signed.map((_, i) => 27 + i));
  });
});

describe('a fork', () => {
  it('has the same state as a chain that never had the orphaned blocks', async () => {
    const build = async (withFork: boolean) => {
      const net = await withBank();
      const run = async (nonce: number, fn: string, amount: number, more: object = {}) => {
        const args = fn === 'pay' ? [Cl.uint(amount), Cl.principal(bob.address)] : [];
        await submit(net, [await call(net, fn, args, { nonce, postConditionMode: PostConditionMode.Allow, ...more })]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      };
      for (let nonce = 1; nonce <= 4; nonce++) await run(nonce, 'pay', nonce);
      net.devnet.burn();
      await run(5, 'refuse', 0);
      await run(6, 'pay', 100, { postConditionMode: PostConditionMode.Deny });
      await run(7, 'pay', 8);
      if (withFork) net.devnet.reorg(5);
      return net;
    };
    const [plain, forked] = [await build(false), await build(true)];
    expect(forked.chain.tip.height).toBe(plain.chain.tip.height + 1);
    expect(forked.chain.time).toBeGreaterThan(plain.chain.time);
    expect(forked.chain.tip.burnHeight).toBe(plain.chain.tip.burnHeight);
    expect(forked.chain.tip.burnHash).toBe(plain.chain.tip.burnHash);
    for (const who of [alice.address, bob.address])
      expect([forked.chain.balance(who), forked.chain.nonce(who)]).toEqual([
        plain.chain.balance(who),
        plain.chain.nonce(who),
      ]);
    expect(await count(forked)).toBe(await count(plain));
    const outcomes = (net: Net) =>
      net.chain.blocks.flatMap(({ receipts }) => receipts.map(({ tx, status, result }) => [tx.txid, status, result]));
    expect(outcomes(forked)).toEqual(outcomes(plain));
    for (const [i, block] of forked.chain.blocks.entries())
      if (i > 0) expect(block.parentHash).toBe(forked.chain.blocks[i - 1]!.hash);
  });

  it('brings deployments back, and lets those who built on a dropped transaction wait', async () => {
    const net = await start();
    const publish = await makeContractDeploy({
      contractName: 'late',
      codeBody: '(define-data-var n uint u0) (define-public (up) (ok (var-set n (+ u1 (var-get n)))))',
      nonce: 0,
      senderKey: alice.key,
      fee: 1000,
      network: networkOf(net),
    });
    const up = (nonce: number, senderKey: string) =>
      makeContractCall({
        contractAddress: alice.address,
        contractName: 'late',
        functionName: 'up',
        functionArgs: [],
        senderKey,
        nonce,
        fee: 500,
        network: networkOf(net),
      });
    const dropped = await up(1, alice.key);
    for (const tx of [publish, dropped, await up(2, alice.key), await up(0, bob.key)]) {
      await submit(net, [tx]);
      await expect.poll(() => net.chain.receipt(`0x${tx.txid()}`)).toBeDefined();
    }
    const { body } = await post(net, '/devnet/reorg', { depth: 4, drop: [dropped.txid()] });
    expect(body.rolledBack).toHaveLength(4);
    expect(net.chain.dataVar(`${alice.address}.late`, 'n')).toBe(`0x${Cl.serialize(Cl.uint(1))}`);
    expect(net.chain.nonce(alice.address)).toBe(1n);
    expect(net.chain.nextNonce(alice.address)).toBe(1n);
    expect(net.chain.mempool.size).toBe(1);
    await submit(net, [await up(1, alice.key)]);
    await expect.poll(() => net.chain.nonce(alice.address)).toBe(3n);
    expect(net.chain.dataVar(`${alice.address}.late`, 'n')).toBe(`0x${Cl.serialize(Cl.uint(3))}`);
  });
});
