import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Cl, Pc } from '@stacks/transactions';
import { call, errorOf, resultOf } from '@wattconnect/contracts';
import { Keys } from '@wattconnect/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrol, household } from '../household.ts';
import { ChainClient, NodeError } from './hands.ts';

const CELL = 0x871f0d4b5ffffffn;
const DEPLOYER = Keys.address(Keys.development('deployer'));
const homes = ['home-h01', 'home-h02', 'home-h03'].map((name, i) =>
  household(name, CELL, i < 2 ? { capacityKwh: 400n, peakW: 5000n } : undefined),
);
const [ana, ben] = homes as [(typeof homes)[number], (typeof homes)[number]];
const officials = ['certifier', 'meter-reader'].map((name) => Keys.address(Keys.development(name)));
const STARTING_MONEY = 1_000_000_000n;

/** A chain with the contracts, as its command line starts it. */
function startChain(): Promise<{ url: string; child: ChildProcess }> {
  const cli = join(import.meta.dirname, '..', '..', '..', 'devnet', 'src', 'cli.ts');
  const funds = [...homes.map(({ address }) => address), ...officials].flatMap((address) => [
    '--fund',
    `${address}=${STARTING_MONEY}`,
  ]);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, '--port', '0', '--deploy', ...funds],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      const url = /http:\/\/[^\s,]+/.exec(said)?.[0];
      if (url) resolve({ url, child });
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The chain ended with ${code}.`)));
  });
}

describe('a client of the chain', () => {
  let url: string;
  let child: ChildProcess;
  let chain: ChainClient;
  beforeAll(async () => {
    ({ url, child } = await startChain());
    chain = new ChainClient(url, DEPLOYER);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  });
  const balance = async (address: string) =>
    BigInt((await chain.json<{ balance: string }>(`/v2/accounts/${address}?proof=0`)).body.balance);
  const register = () => call.userRegistry.register({ role: 3n, cell: CELL, profileHash: new Uint8Array(32) });

  it('enrols a neighbourhood: registered, metered, verified, and certified where there is a roof', async () => {
    await enrol(chain, homes);
    const rows = await Promise.all(
      homes.map(({ address }) =>
        chain.json<{ result: string }>(`/v2/contracts/call-read/${DEPLOYER}/user-registry/get-user`, {
          sender: DEPLOYER,
          arguments: [`0x${Cl.serialize(Cl.principal(address))}`],
        }),
      ),
    );
    // consumer 1, producer 2, verified 4, certified 8
    expect(rows.map(({ body }) => resultOf('user-registry', 'get-user', Cl.deserialize(body.result))?.bits)).toEqual([
      15n,
      15n,
      5n,
    ]);
  });

  it('names the contract’s refusal, and goes on with the next nonce', async () => {
    const [receipt] = await chain.included([await chain.submit(ana.key, register())]);
    expect(receipt).toMatchObject({ ok: false, status: 'abort_by_response' });
    expect(errorOf(receipt!.code!)?.contract).toBe('user-registry');
    const [next] = await chain.included([await chain.submit(ana.key, call.userRegistry.setPrivacy({ bits: 1n }))]);
    expect(next).toMatchObject({ ok: true, code: undefined });
  });

  it('keeps many transactions of one key under way, in their order', async () => {
    const ids: string[] = [];
    for (let i = 0n; i < 12n; i++)
      ids.push(await chain.submit(ben.key, call.userRegistry.setPrivacy({ bits: i % 2n })));
    expect(new Set(ids).size).toBe(12);
    const receipts = await chain.included(ids);
    expect(receipts.every(({ ok }) => ok)).toBe(true);
    expect(receipts.map(({ txid }) => txid)).toEqual(ids);
  });

  it('goes on when somebody else has used the key meanwhile', async () => {
    const elsewhere = new ChainClient(url, DEPLOYER);
    await elsewhere.included([await elsewhere.submit(ben.key, call.userRegistry.setPrivacy({ bits: 2n }))]);
    const [receipt] = await chain.included([await chain.submit(ben.key, call.userRegistry.setPrivacy({ bits: 3n }))]);
    expect(receipt?.ok).toBe(true);
  });

  it('lets no microSTX go that was not agreed: the transaction rolls back', async () => {
    const before = await balance(ana.address);
    const deposit = call.tradeEscrow.deposit({ amount: 500n });
    const wrong = [Pc.principal(ana.address).willSendEq(499n).ustx()];
    const receipts = await chain.included([
      await chain.submit(ana.key, deposit, wrong),
      await chain.submit(ana.key, deposit),
    ]);
    expect(receipts.map(({ status }) => status)).toEqual(['abort_by_post_condition', 'abort_by_post_condition']);
    const fees = before - (await balance(ana.address));
    const [right] = await chain.included([
      await chain.submit(ana.key, deposit, [Pc.principal(ana.address).willSendEq(500n).ustx()]),
    ]);
    expect(right?.ok).toBe(true);
    expect(before - fees - (await balance(ana.address))).toBe(500n + fees / 2n);
  });

  it('says what the node does not take', async () => {
    const poor = Keys.development('nobody gave this one anything');
    await expect(chain.submit(poor, register())).rejects.toMatchObject({ name: 'NodeError', reason: 'NotEnoughFunds' });
    await expect(chain.submit(ana.key, { ...register(), functionName: 'no-such-function' })).rejects.toBeInstanceOf(
      NodeError,
    );
  });
});
