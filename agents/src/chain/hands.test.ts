import { Pc } from '@stacks/transactions';
import { call, errorOf } from '@wattconnect/contracts';
import { Keys } from '@wattconnect/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceKey, enrol, household } from '../household.ts';
import { type Chain, startChain } from '../test/chain.ts';
import { ChainClient, NodeError } from './hands.ts';
import { usersOf } from './reads.ts';

const CELL = 0x871f0d4b5ffffffn;
const DEPLOYER = Keys.address(Keys.development('deployer'));
const homes = ['home-h01', 'home-h02', 'home-h03'].map((name, i) =>
  household(name, CELL, i < 2 ? { capacityKwh: 400n, peakW: 5000n } : undefined),
);
const [ana, ben] = homes as [(typeof homes)[number], (typeof homes)[number]];
const officials = ['certifier', 'meter-reader'].map((name) => Keys.address(Keys.development(name)));

describe('a client of the chain', () => {
  let url: string;
  let running: Chain;
  let chain: ChainClient;
  beforeAll(async () => {
    running = await startChain([...homes.map(({ address }) => address), ...officials]);
    url = running.url;
    chain = new ChainClient(url, DEPLOYER);
  });
  afterAll(() => running.stop());
  const balance = async (address: string) =>
    BigInt((await chain.json<{ balance: string }>(`/v2/accounts/${address}?proof=0`)).body.balance);
  const register = () => call.userRegistry.register({ role: 3n, cell: CELL, profileHash: new Uint8Array(32) });

  it('enrols a neighbourhood: registered, metered, verified, and certified where there is a roof', async () => {
    // Cut off in the middle: one is registered, another has its meter and has applied.
    const registered = homes
      .slice(0, 2)
      .map(({ key, certified }) =>
        chain.submit(
          key,
          call.userRegistry.register({ role: certified ? 3n : 1n, cell: CELL, profileHash: new Uint8Array(32) }),
        ),
      );
    await chain.included(await Promise.all(registered));
    await chain.included([
      await chain.submit(ben.key, call.userRegistry.registerMeter({ deviceKey: deviceKey(ben.name), algorithm: 1n })),
    ]);
    await chain.included([
      await chain.submit(
        ben.key,
        call.userRegistry.applyForCertification({ capacityKwh: 400n, peakW: 5000n, source: 'solar' }),
        [Pc.principal(ben.address).willSendEq(1000n).ustx()],
      ),
    ]);
    expect(await enrol(chain, homes)).toBe(3);
    const rows = await usersOf(
      chain,
      homes.map(({ address }) => address),
    );
    // consumer 1, producer 2, verified 4, certified 8
    expect(rows.map((row) => row?.bits)).toEqual([15n, 15n, 5n]);
    expect(new Set(rows.map((row) => row?.meter)).size).toBe(3);
  });

  it('has nothing left to do for a neighbourhood that is at home, and pays nothing for it', async () => {
    const before = await balance(ben.address);
    expect(await enrol(chain, homes)).toBe(0);
    expect(await balance(ben.address)).toBe(before);
  });

  it('names the contract’s refusal, and goes on with the next nonce', async () => {
    const [receipt] = await chain.included([await chain.submit(ana.key, register())]);
    expect(receipt).toMatchObject({ ok: false, status: 'abort_by_response' });
    expect(errorOf(receipt!.code!)?.contract).toBe('user-registry');
    const [next] = await chain.included([await chain.submit(ana.key, call.userRegistry.setPrivacy({ bits: 1n }))]);
    expect(next).toMatchObject({ ok: true, code: undefined });
  });

  it('keeps many transactions of one key under way, in their order', async () => {
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        chain.submit(ben.key, call.userRegistry.setPrivacy({ bits: BigInt(i % 2) })),
      ),
    );
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
