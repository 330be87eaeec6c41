import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, resultOf } from '@wattconnect/contracts';
import { Keys, Slot } from '@wattconnect/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignedBook } from './book.ts';
import { ChainClient } from './chain/hands.ts';
import { enrol, household } from './household.ts';
import { Keeper } from './keeper.ts';
import { type Reading1h, read } from './meter.ts';
import { NoQuorum, Operator, quorum, RefusedReading } from './oracle.ts';
import { type Chain, startChain } from './test/chain.ts';

const CELL = 0x871f0d4b5ffffffn;
const DEPLOYER = Keys.address(Keys.development('deployer'));
const roof = household('home-h01', CELL, { capacityKwh: 400n, peakW: 5000n });
const flat = household('home-h02', CELL);
const stranger = household('home-h03', CELL);
const owners = [roof.address, flat.address].concat(
  ['certifier', 'meter-reader', 'keeper'].map((name) => Keys.address(Keys.development(name))),
);

describe('operators', () => {
  let running: Chain;
  let chain: ChainClient;
  let keeper: Keeper;
  let operators: Operator[];
  let slot: bigint;
  beforeAll(async () => {
    running = await startChain(owners);
    chain = new ChainClient(running.url, DEPLOYER);
    keeper = new Keeper(chain, Keys.development('keeper'));
    await enrol(chain, [roof, flat]);
    slot = Slot.of(await chain.time()) + 1n;
    await running.advance(Slot.end(slot) + 5);
    operators = [3, 1, 4, 0, 2].map(
      (i) => new Operator(chain, Keys.development(`operator-${i}`), Keys.CHAIN_ID.devnet),
    );
  });
  afterAll(() => running.stop());
  const reading = (revision = 1n, wh = 300) => read(roof.name, roof.address, slot, [wh, 0, 20, 5], 'secret', revision);
  const report = async () =>
    resultOf(
      'energy-oracle',
      'get-report',
      await chain.read(call.energyOracle.getReport({ seller: roof.address, slot })),
    );

  it.each<[string, () => Reading1h, RegExp]>([
    [
      'a device that the registry does not know',
      () => ({ ...reading(), meter: 'home-h03', seller: stranger.address }),
      /knows no meter/,
    ],
    ['another home’s device', () => read(flat.name, roof.address, slot, [1, 2, 3, 4], 'secret'), /registered device/],
    ['more energy than was signed', () => ({ ...reading(), exportWh: 999n }), /registered device/],
    ['a correction that the device did not make', () => ({ ...reading(), revision: 2n }), /registered device/],
    ['another hour', () => read(roof.name, roof.address, slot + 1n, [1, 2, 3, 4], 'secret'), /another hour/],
  ])('do not sign %s', async (_, forged, why) => {
    await expect(operators[0]!.sign(slot, [forged()])).rejects.toThrow(RefusedReading);
    await expect(operators[0]!.sign(slot, [forged()])).rejects.toThrow(why);
    await expect(quorum(chain, operators, slot, [forged()])).rejects.toThrow(NoQuorum);
  });

  it('do not sign two readings of one hour, which would cost them their stake', async () => {
    const [, , , , operator] = operators;
    const twice = [reading(3n, 200), reading(3n, 201)] as const;
    const signature = await operator!.sign(slot, [twice[0]]);
    await expect(operator!.sign(slot, [twice[1]])).rejects.toThrow(/others were signed/);
    expect(await operator!.sign(slot, [twice[0]])).toEqual(signature);
    await operator!.sign(slot, [reading(4n, 201)]);
  });

  it('remember across a restart what they signed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wattconnect-operator-'));
    const begin = (): Operator =>
      new Operator(chain, Keys.development('operator-4'), Keys.CHAIN_ID.devnet, new SignedBook(join(folder, 'signed')));
    try {
      const signature = await begin().sign(slot, [reading(5n, 200)]);
      await expect(begin().sign(slot, [reading(5n, 201)])).rejects.toThrow(/others were signed/);
      expect(await begin().sign(slot, [reading(5n, 200)])).toEqual(signature);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are not enough when too few answer', async () => {
    await expect(quorum(chain, operators.slice(0, 2), slot, [reading()])).rejects.toThrow(/2 of 3 operators/);
  });

  it('report by any three of five, in the order of the contract’s seats', async () => {
    const signatures = await quorum(chain, operators.slice(1), slot, [reading()]);
    expect(signatures.map(({ index }) => index)).toEqual([0n, 1n, 2n]);
    await keeper.report(slot, [reading()], signatures);
    expect(await report()).toMatchObject({ exportWh: 325n, revision: 1n, final: false });
  });

  it('sign a meter’s correction, and the contract takes it inside the challenge window', async () => {
    const better = reading(2n, 280);
    const others = operators.filter(({ address }) => address !== Keys.address(Keys.development('operator-0')));
    const signatures = await quorum(chain, others, slot, [better]);
    expect(signatures.map(({ index }) => index)).toEqual([1n, 2n, 3n]);
    expect(await keeper.report(slot, [better], signatures)).toBe(1);
    expect(await report()).toMatchObject({ exportWh: 305n, revision: 2n });
    // Handed in twice, nothing changes and nothing breaks.
    expect(await keeper.report(slot, [better], signatures)).toBe(0);
    expect(await report()).toMatchObject({ exportWh: 305n, revision: 2n });
  });
});
