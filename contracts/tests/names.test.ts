// The names that people of earlier systems look for: every price, rate and limit can be read, and is set by the DAO and nobody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameters } from '../src/index.ts';
import { type Arg, address, ascii, DEPLOYER, type Plain, STRANGER, World } from './world.ts';

let world: World;
let home: string;
beforeAll(async () => {
  world = await World.create();
  home = world.home('home-h01');
});
afterAll(() => world.free());

const set = (fn: string, ...values: bigint[]) =>
  `(try! (contract-call? .governance-dao ${fn} ${values.map((value) => `u${value}`).join(' ')})) `;

type Single = [setter: string, key: keyof typeof parameters, contract: string, getter: string, args: Arg[]];
const SINGLES: Single[] = [
  ['set-energy-price', 'reference-price', 'marketplace', 'get-energy-price', []],
  ['set-commission-rate', 'commission-bps', 'marketplace', 'get-commission-rate', []],
  ['set-refund-rate', 'refund-rate-bps', 'marketplace', 'get-refund-rate', []],
  ['set-energy-reserve-limit', 'global-reserve-wh', 'marketplace', 'get-energy-reserve-limit', []],
  ['set-max-energy-per-user', 'user-reserve-wh', 'marketplace', 'get-max-energy-per-user', []],
  ['set-certification-fee', 'certification-fee', 'user-registry', 'get-certification-fee', []],
];
const PAIRS = [
  ['set-price-bounds', 'price-floor', 'price-ceiling', 'marketplace', 'get-price-bounds', ['floor', 'ceiling']],
  [
    'set-production-bounds',
    'min-production-kwh',
    'max-production-kwh',
    'user-registry',
    'get-production-bounds',
    ['min', 'max'],
  ],
] as const;

describe('one value', () => {
  it.each(SINGLES)('%s moves %s within its bounds', (setter, key, contract, getter, args) => {
    const { initial, min, max } = parameters[key];
    const get = () => world.read<Plain>(contract, getter, args);
    expect(get()).toBe(initial);
    const receipt = world.dao(set(setter, max) + set(setter, min));
    const changes = receipt.events.filter(({ topic }) => topic === 'parameter-changed');
    expect(changes).toMatchObject([
      { key, before: initial, after: max },
      { key, before: max, after: min },
    ]);
    expect(get()).toBe(min);
    expect(world.refusal(set(setter, max + 1n))).toBe(8101n);
    if (min > 0n) expect(world.refusal(set(setter, min - 1n))).toBe(8101n);
    expect(get()).toBe(min);
  });
});

describe('two bounds', () => {
  it.each(PAIRS)(
    '%s moves %s and %s together, up and down past both',
    (setter, low, high, contract, getter, [least, most]) => {
      const get = () => world.read(contract, getter);
      const [a, b] = [parameters[low].initial, parameters[high].initial];
      expect(get()).toEqual({ [least]: a, [most]: b });
      // Near each other, both above the old upper bound, one point, both below the old lower bound, and back.
      for (const [from, to] of [
        [a + 1n, a + 5n],
        [a + 6n, a + 7n],
        [a + 7n, a + 7n],
        [a, a + 1n],
        [a, b],
      ] as const) {
        const before = get()[most] as bigint;
        const { events } = world.dao(set(setter, from, to));
        expect(get()).toEqual({ [least]: from, [most]: to });
        // The lower one goes first as long as it does not pass the upper one as it was.
        const moved = events.filter(({ topic }) => topic === 'parameter-changed').map(({ key }) => key);
        expect(moved).toEqual(from <= before ? [low, high] : [high, low]);
      }
      expect(world.refusal(set(setter, b, b - 1n))).toBe(8102n);
      expect(world.refusal(set(setter, a, parameters[high].max + 1n))).toBe(8101n);
      expect(world.refusal(set(setter, a + 1n, a))).toBe(8102n);
      expect(get()).toEqual({ [least]: a, [most]: b });
    },
  );
});

describe('nobody but the DAO', () => {
  it('sets any of them', () => {
    for (const who of [STRANGER, DEPLOYER, home, address('guardian'), address('certifier')]) {
      for (const [setter] of SINGLES) expect(world.code('governance-dao', setter, [1n], who), setter).toBe(8000n);
      for (const [setter] of PAIRS) expect(world.code('governance-dao', setter, [1n, 2n], who), setter).toBe(8000n);
      expect(world.code('governance-dao', 'set-parameter', [ascii('min-wh'), 1n], who)).toBe(8000n);
    }
  });
});
