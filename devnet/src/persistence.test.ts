import { spawn } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cl, getAddressFromPrivateKey, makeSTXTokenTransfer } from '@stacks/transactions';
import { afterEach, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  call,
  clear,
  folder,
  GENESIS,
  get,
  key,
  networkOf,
  open,
  post,
  send,
  start,
  withBank,
} from './fixture.ts';
import { SetupError } from './index.ts';

afterEach(clear);

const stop = async () => open.pop()!.close();
const transfer = (nonce: number, senderKey = alice.key, amount = 1n) =>
  makeSTXTokenTransfer({ recipient: bob.address, amount, senderKey, network: 'devnet', fee: 500, nonce });
const logOf = (data: string) => readFileSync(join(data, 'chain.log'), 'utf8');

describe('a chain on disk', () => {
  it('comes back from every place at which the last write could have been cut off', async () => {
    const data = folder();
    const first = await withBank({ data });
    const tips = new Map<number, string>();
    for (let nonce = 1; nonce <= 4; nonce++) {
      tips.set(logOf(data).length, first.chain.tip.hash);
      await send(first, await call(first, 'now', [], { nonce }));
    }
    tips.set(logOf(data).length, first.chain.tip.hash);
    await stop();
    const whole = readFileSync(join(data, 'chain.log'));
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    const before = [...tips.keys()].at(-2)!;
    for (const length of [last, last + 12, whole.length - 1]) {
      writeFileSync(join(data, 'chain.log'), whole);
      truncateSync(join(data, 'chain.log'), length);
      const again = await start({ data });
      // The block was lost, the transaction that was acknowledged before it was not: it is mined again, into the same block.
      expect(length).toBeGreaterThan(before);
      await expect.poll(() => again.chain.tip.hash).toBe(first.chain.tip.hash);
      await stop();
    }
  });

  it('does not come back from a log that is damaged in the middle, and says so', async () => {
    const data = folder();
    const first = await withBank({ data });
    await send(first, await call(first, 'now', []));
    await stop();
    const text = logOf(data);
    const at = text.indexOf('"k":"block"') + 20;
    writeFileSync(join(data, 'chain.log'), `${text.slice(0, at)}#${text.slice(at + 1)}`);
    await expect(start({ data })).rejects.toThrow(/damaged at byte \d+, with whole records after it.*--fresh/s);
    const fresh = await start({ data, fresh: true });
    expect(fresh.chain.blocks).toHaveLength(1);
    await stop();
    writeFileSync(join(data, 'chain.log'), '00000000 {}\nno log at all\n');
    expect((await start({ data })).chain.blocks).toHaveLength(1);
  });

  it('of another version is refused', async () => {
    const data = folder();
    await start({ data });
    await stop();
    const { crc32 } = await import('node:zlib');
    const body = '{"k":"wattconnect-devnet","version":1,"time":1,"accounts":[]}';
    writeFileSync(join(data, 'chain.log'), `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`);
    await expect(start({ data })).rejects.toThrow(SetupError);
  });

  it('publishes its plan once, goes on where it stopped, and refuses another', async () => {
    const contracts = [
      { name: 'one', source: '(define-data-var n uint u0) (define-public (up (by uint)) (ok (var-set n by)))' },
      { name: 'two', source: '(define-public (up) (contract-call? .one up u5))', clarityVersion: 6 },
    ];
    const calls = [
      { contract: 'one', fn: 'up', args: [Cl.uint(3)] },
      { contract: 'two', fn: 'up', args: [] },
    ];
    const data = folder();
    const deployerKey = alice.key;
    const one = `${alice.address}.one`;
    const first = await start({ data, deployerKey, contracts: contracts.slice(0, 1) });
    expect(first.chain.tip.height).toBe(2);
    await stop();
    const second = await start({ data, deployerKey, contracts, calls });
    expect(second.chain.tip.height).toBe(5);
    expect(second.chain.dataVar(one, 'n')).toBe(`0x${Cl.serialize(Cl.uint(5))}`);
    const { hash } = second.chain.tip;
    await stop();
    expect((await start({ data, deployerKey, contracts, calls })).chain.tip.hash).toBe(hash);
    await stop();
    const changed = [{ name: 'one', source: '(define-public (up (by uint)) (ok by))' }];
    await expect(start({ data, deployerKey, contracts: changed })).rejects.toThrow('another contract one');
    const failing = [{ contract: 'one', fn: 'down', args: [] }];
    await expect(start({ deployerKey, contracts, calls: failing })).rejects.toThrow(
      'Could not call one.down: NoSuchPublicFunction',
    );
    const broken = [{ name: 'bad', source: '(define-public (f) (ok u1 u2))' }];
    await expect(start({ deployerKey, contracts: broken })).rejects.toThrow(/Could not publish bad: .*/);
  });

  it('keeps forks, replacements, sponsors of fees and the clock', async () => {
    const data = folder();
    const first = await withBank({ data });
    await post(first, '/devnet/speed', { paused: true });
    for (const nonce of [1, 2, 3]) await first.devnet.submit((await transfer(nonce)).serialize());
    const better = await makeSTXTokenTransfer({
      recipient: bob.address,
      amount: 9n,
      senderKey: alice.key,
      network: 'devnet',
      fee: 900,
      nonce: 2,
    });
    await first.devnet.submit(better.serialize());
    first.devnet.mine();
    first.devnet.burn();
    first.devnet.reorg(2, [`0x${(await transfer(3)).txid()}`]);
    await first.devnet.advance(first.chain.time + 5000);
    await first.devnet.submit((await transfer(7)).serialize());
    const { tip } = first.chain;
    const state = [first.chain.balance(bob.address), first.chain.nonce(alice.address), first.chain.mempool.size];
    await stop();
    const second = await start({ data });
    expect(second.chain.tip).toMatchObject({ hash: tip.hash, time: tip.time, burnHeight: tip.burnHeight });
    expect([second.chain.balance(bob.address), second.chain.nonce(alice.address), second.chain.mempool.size]).toEqual(
      state,
    );
    expect(second.chain.dropped(`0x${(await transfer(2)).txid()}`)?.reason).toBe('dropped_replace_by_fee');
  });
});

describe('killed in the middle of the load', () => {
  const people = Array.from({ length: 6 }, (_, i) => key(`person ${i}`));
  const run = async (data: string) => {
    const cli = new URL('./cli.ts', import.meta.url).pathname;
    const funds = people.flatMap((one) => ['--fund', `${getAddressFromPrivateKey(one, 'testnet')}=1000000000`]);
    const child = spawn(process.execPath, [
      cli,
      '--port',
      '0',
      '--data',
      data,
      '--genesis-time',
      `${GENESIS}`,
      ...funds,
    ]);
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
        const found = /(http:[^\s,]+)/.exec(text)?.[1];
        if (found) resolve(found);
      });
      child.on('exit', () => reject(new Error('it ended')));
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const kill = () => {
      child.kill('SIGKILL');
      return ended;
    };
    return { url, kill };
  };

  it('it loses nothing that it acknowledged and doubles nothing, again and again', async () => {
    const data = folder();
    const acknowledged = new Set<string>();
    const nonces = people.map(() => 0);
    const seen = new Map<number, string>();
    for (let round = 0; round < 2; round++) {
      const chain = await run(data);
      const network = networkOf(chain);
      // Blocks that were seen before the kill are there, the same, after it.
      for (const [height, hash] of seen)
        expect((await get(chain, `/extended/v2/blocks/${height}`)).index_block_hash).toBe(hash);
      await Promise.all(
        people.map(async (senderKey, i) => {
          for (;;) {
            const tx = await makeSTXTokenTransfer({
              recipient: bob.address,
              amount: 1n,
              senderKey,
              network,
              fee: 500,
              nonce: nonces[i]!,
            });
            const response = await fetch(`${chain.url}/v2/transactions`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ tx: tx.serialize() }),
            }).catch(() => undefined);
            if (!response) return;
            const answer = (await response.json().catch(() => undefined)) as string | { reason: string } | undefined;
            if (answer === undefined) return;
            if (typeof answer === 'string') {
              // In the middle of what the others are doing.
              if (acknowledged.add(answer).size === 40 * (round + 1)) void chain.kill();
            }
            // One that was taken, but whose answer was lost, is known by its nonce.
            else if (answer.reason !== 'BadNonce' && answer.reason !== 'ConflictingNonceInMempool') {
              if (answer.reason === 'TooMuchChaining') continue;
              throw new Error(JSON.stringify(answer));
            }
            nonces[i]! += 1;
          }
        }),
      );
      const again = await run(data);
      for (const txid of acknowledged) {
        await expect.poll(async () => (await get(again, `/extended/v1/tx/0x${txid}`)).tx_status).toBe('success');
      }
      const { results } = await get(again, '/extended/v2/blocks?limit=50');
      for (const { height, index_block_hash } of results) seen.set(height, index_block_hash);
      const executed = await Promise.all(
        people.map(
          async (one) => (await get(again, `/v2/accounts/${getAddressFromPrivateKey(one, 'testnet')}?proof=0`)).nonce,
        ),
      );
      const paid = BigInt((await get(again, `/v2/accounts/${bob.address}?proof=0`)).balance);
      expect(paid).toBe(BigInt(executed.reduce((sum: number, nonce: number) => sum + nonce, 0)));
      expect(paid).toBeGreaterThanOrEqual(BigInt(acknowledged.size));
      for (const [i, nonce] of executed.entries()) nonces[i] = nonce;
      await again.kill();
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(80);
  });
});
