import { getSDK } from '@stacks/clarinet-sdk';
import { Cl, type ClarityValue } from '@stacks/transactions';
import { beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, GENESIS, SOURCE } from './fixture.ts';
import { Vm } from './vm.ts';

const BANK = `${alice.address}.bank`;
const FUNDS = 1_000_000n;
const pay = (amount: number): [string, ClarityValue[]] => ['pay', [Cl.uint(amount), Cl.principal(bob.address)]];
const CALLS: [string, ClarityValue[]][] = [
  pay(5),
  ['mine-gold', [Cl.uint(100)]],
  ['send-gold', [Cl.uint(3), Cl.principal(bob.address)]],
  ['claim', [Cl.uint(1)]],
  ['give', [Cl.uint(1), Cl.principal(bob.address)]],
  ['refuse', []],
  pay(7),
];

describe('the VM', () => {
  let vm: Vm;
  beforeAll(async () => {
    vm = await Vm.create(GENESIS, [
      { address: alice.address, balance: FUNDS },
      { address: bob.address, balance: FUNDS },
    ]);
    vm.deploy('bank', SOURCE, alice.address, 5);
  });

  it('runs calls in one block with the results, events and costs of the stock simnet', async () => {
    const simnet = await getSDK({ trackCosts: true, trackCoverage: false });
    await simnet.initEmptySession(undefined);
    simnet.setEpoch('4.0');
    for (const { address } of [alice, bob]) simnet.mintSTX(address, FUNDS);
    simnet.deployContract('bank', SOURCE, { clarityVersion: 5 }, alice.address);
    vm.openBlock();
    const { height } = vm;
    for (const [fn, args] of CALLS) {
      const here = vm.call(BANK, fn, args, alice.address);
      const there = simnet.callPublicFn(BANK, fn, args, alice.address);
      expect(here.result).toBe(`0x${Cl.serialize(there.result)}`);
      const plain = there.events.map(({ event, data }) => [event, data.raw_value ?? data.amount]);
      expect(here.events.map(({ event, data }) => [event, data.raw_value ?? data.amount])).toEqual(plain);
      const { readCount, readLength, runtime, writeCount, writeLength } = there.costs!.total;
      const cost = { read_count: readCount, read_length: readLength, write_count: writeCount };
      expect(here.cost).toEqual({ ...cost, runtime, write_length: writeLength });
    }
    expect(vm.height).toBe(height);
  });

  it('leaves nothing behind when a call breaks off', () => {
    vm.openBlock();
    const before = [vm.dataVar(BANK, 'count'), vm.account(alice.address).unlocked, vm.height];
    expect(() => vm.call(BANK, 'boom', [], alice.address)).toThrow('DivisionByZero');
    expect(() => vm.call(BANK, 'nothing', [], alice.address)).toThrow("'nothing' does not exist");
    expect(() => vm.call(BANK, 'pay', [], alice.address)).toThrow('IncorrectArgumentCount');
    expect([vm.dataVar(BANK, 'count'), vm.account(alice.address).unlocked, vm.height]).toEqual(before);
  });

  it('is put back exactly, over and over, into any state that was saved', () => {
    const look = () => [
      vm.height,
      vm.burnHeight,
      vm.time,
      vm.dataVar(BANK, 'count'),
      vm.account(alice.address),
      vm.source(`${alice.address}.late`),
    ];
    const saved: { image: ReturnType<Vm['save']>; state: ReturnType<typeof look> }[] = [];
    for (let i = 0; i < 4; i++) {
      saved.push({ image: vm.save(), state: look() });
      if (i % 2 === 0) vm.openBlock();
      else vm.openBurnBlock();
      vm.call(BANK, ...pay(i + 1), alice.address);
      if (i === 2) vm.deploy('late', '(define-read-only (f) u1)', alice.address, 6);
    }
    for (const round of [3, 0, 2, 1, 3, 0]) {
      const { image, state } = saved[round]!;
      vm.restore(image);
      expect(look()).toEqual(state);
      vm.openBlock();
      vm.call(BANK, ...pay(9), alice.address);
      expect(vm.account(alice.address).unlocked).toBe((state[4] as { unlocked: bigint }).unlocked - 9n);
    }
  });

  it('begins at the moment that it is told, whatever the time is', async () => {
    const other = await Vm.create(2_000_000_000, []);
    expect([other.time, other.height]).toEqual([2_000_000_000, 1]);
    other.openBlock();
    expect(other.time).toBe(2_000_000_010);
    other.openBurnBlock();
    other.openBurnBlock();
    expect(other.time).toBe(2_000_001_200);
  });
});
