// reputation-system: every formula, every boundary of the tiers, the limits that follow, and who may move a score.
import { readFileSync } from 'node:fs';
import { Trust } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Arg,
  address,
  ascii,
  CELL,
  contractId,
  type Receipt,
  STRANGER,
  type Tuple,
  unreachedCodes,
  World,
} from './world.ts';

let world: World;
const WHO = STRANGER;
/** Holds the roles of registry and escrow in these tests. */
const PEER = STRANGER;

beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.free());
afterAll(() => expect(unreachedCodes('reputation-system')).toEqual([]));

const call = (fn: string, args: Arg[], by = PEER): Receipt => world.call('reputation-system', fn, args, by);
const score = (who = WHO): bigint => world.read('reputation-system', 'get-score', [who]);
const takeRoles = (): void => {
  world.dao(`(try! (contract-call? .reputation-system set-peer "user-registry" '${PEER}))
             (try! (contract-call? .reputation-system set-peer "trade-escrow" '${PEER}))`);
};
const deliver = (delivered: bigint, promised = 1000n, excused = false, slot = 1n): Tuple =>
  world.ok('reputation-system', 'record-delivery', [WHO, slot, delivered, promised, 1n, excused], PEER).value;
/** The next moment at which a new day begins. */
const tomorrow = (): void => world.until((Math.floor((world.time + 10) / 86_400) + 1) * 86_400);

describe('tiers', () => {
  it.each([
    [0n, 0n, 10n],
    [2999n, 0n, 10n],
    [3000n, 1n, 10n],
    [4999n, 1n, 10n],
    [5000n, 2n, 40n],
    [6999n, 2n, 40n],
    [7000n, 3n, 60n],
    [8499n, 3n, 60n],
    [8500n, 4n, 80n],
    [9499n, 4n, 80n],
    [9500n, 5n, 100n],
    [10_000n, 5n, 100n],
  ])('a score of %s is tier %s and allows %s %%', (of, tier, percent) => {
    expect(world.read('reputation-system', 'tier-of', [of])).toEqual({ tier, 'limit-percent': percent });
    expect(Trust.TIERS.indexOf(Trust.tierOf(of))).toBe(Number(tier));
    expect(Trust.tierOf(of).limitPercent).toBe(percent);
  });

  it('set the limit of a month from the certified capacity, and a default without one', () => {
    const row = (capacity: bigint) => ({
      seller: WHO,
      'seller-capacity-wh': capacity,
      buyer: WHO,
      'buyer-capacity-wh': 0n,
      'default-limit-wh': 10_000n,
    });
    // 30 % trust and 500 kWh: 50 kWh.
    expect(world.read('reputation-system', 'limits', [row(500_000n)])).toEqual({ seller: 50_000n, buyer: 10_000n });
    expect(world.read('reputation-system', 'limits', [row(19n)])).toMatchObject({ seller: 1n });
    expect(world.read('reputation-system', 'limits-many', [[row(500_000n), row(1000n)]])).toEqual([
      { seller: 50_000n, buyer: 10_000n },
      { seller: 100n, buyer: 10_000n },
    ]);
    expect(
      world.read('reputation-system', 'limits-each', [
        [
          { who: WHO, 'capacity-wh': 500_000n, 'default-limit-wh': 1n },
          { who: WHO, 'capacity-wh': 0n, 'default-limit-wh': 7n },
        ],
      ]),
    ).toEqual([50_000n, 7n]);
    expect(world.read('reputation-system', 'get-tier', [WHO])).toEqual({ tier: 1n, 'limit-percent': 10n });
  });
});

describe('a household', () => {
  it('begins once, at 3000', () => {
    takeRoles();
    expect(call('record-signup', [WHO]).events).toEqual([
      { topic: 'score-changed', who: WHO, before: 0n, after: 3000n, cause: 1n, ref: 0n },
    ]);
    expect(call('record-signup', [WHO]).value).toBe(6200n);
  });

  it.each([
    [1n, 300n],
    [2n, 600n],
    [3n, 1000n],
  ] as const)('gains for a meter of quality %s %s, once a meter', (quality, bonus) => {
    takeRoles();
    expect(call('record-meter', [WHO, 91n, 0n]).value).toBe(6102n);
    expect(call('record-meter', [WHO, 91n, 4n]).value).toBe(6102n);
    expect(call('record-meter', [WHO, 91n, quality]).events).toEqual([
      { topic: 'score-changed', who: WHO, before: 3000n, after: 3000n + bonus, cause: 2n, ref: 91n },
    ]);
    expect(score()).toBe(Trust.afterMeter(3000n, Number(quality) as 1 | 2 | 3));
    expect(call('record-meter', [WHO, 91n, quality]).value).toBe(6201n);
    expect(call('record-meter', [WHO, 92n, quality]).ok).toBe(true);
  });
});

describe('deliveries', () => {
  it.each([
    [1000n, 1000n, 3500n, 3n],
    [999n, 1000n, 2999n, 4n],
    [500n, 1000n, 2500n, 4n],
    [1n, 1000n, 2001n, 4n],
    [0n, 1000n, 2000n, 5n],
    [2n, 3n, 2667n, 4n],
  ] as const)('of %s of %s Wh bring 3000 to %s', (delivered, promised, after, cause) => {
    takeRoles();
    expect(deliver(delivered, promised, false, 77n)).toEqual({ who: WHO, before: 3000n, after, cause, ref: 77n });
    expect(Trust.afterDelivery({ score: 3000n }, { delivered, promised, day: 1n }).score).toBe(after);
  });

  it('that the utility curtailed cost nothing, and earn nothing', () => {
    takeRoles();
    expect(deliver(0n, 1000n, true)).toMatchObject({ after: 3000n, cause: 5n });
    expect(deliver(500n, 1000n, true)).toMatchObject({ after: 3000n, cause: 4n });
    expect(deliver(1000n, 1000n, true)).toMatchObject({ after: 3500n, cause: 3n });
  });

  it('stay within 0 and 10000', () => {
    takeRoles();
    for (let n = 0; n < 4; n++) deliver(0n);
    expect(score()).toBe(0n);
    world.parameter('daily-bonus-bps', 10_000n);
    world.parameter('success-bonus-bps', 2000n);
    for (const after of [2000n, 4000n, 6000n, 8000n, 10_000n]) expect(deliver(1000n).after).toBe(after);
    tomorrow();
    expect(deliver(1000n)).toMatchObject({ before: 10_000n, after: 10_000n });
  });

  it('refuse amounts that make no sense', () => {
    takeRoles();
    for (const [delivered, promised, trades] of [
      [0n, 0n, 1n],
      [1001n, 1000n, 1n],
      [1000n, 1000n, 0n],
    ] as const)
      expect(call('record-delivery', [WHO, 1n, delivered, promised, trades, false]).value).toBe(6101n);
  });

  type Step = { day: number; delivered: number; promised: number; excused: boolean; score: number };
  const vectors: { name: string; start: number; steps: Step[] }[] = JSON.parse(
    readFileSync(new URL('../../protocol/vectors/trust.json', import.meta.url), 'utf8'),
  );
  it.each(vectors.filter(({ start }) => start === 3000).map((v) => [v.name, v] as const))(
    'move a score as everywhere else: %s',
    (_, { steps }) => {
      takeRoles();
      tomorrow();
      let day = steps[0]!.day;
      for (const step of steps) {
        for (; day < step.day; day++) tomorrow();
        const after = deliver(BigInt(step.delivered), BigInt(step.promised), step.excused).after;
        expect(after).toBe(BigInt(step.score));
      }
    },
  );
});

describe('cancelling', () => {
  it.each([
    [1000n, 1000n, 2500n],
    [500n, 1000n, 2750n],
    [1n, 3n, 2834n],
    [0n, 1000n, 3000n],
  ] as const)('%s of %s Wh brings the buyer to %s', (cancelled, total, after) => {
    takeRoles();
    expect(call('record-cancellation', [WHO, 5n, cancelled, total]).events).toEqual([
      { topic: 'score-changed', who: WHO, before: 3000n, after, cause: 6n, ref: 5n },
    ]);
    expect(Trust.afterCancellation(3000n, { cancelled, total })).toBe(after);
  });

  it('refuses amounts that make no sense', () => {
    takeRoles();
    expect(call('record-cancellation', [WHO, 1n, 0n, 0n]).value).toBe(6101n);
    expect(call('record-cancellation', [WHO, 1n, 2n, 1n]).value).toBe(6101n);
  });
});

describe('authority', () => {
  it('is with the contracts that hold a role, and roles with the DAO', () => {
    for (const [fn, args] of [
      ['record-signup', [WHO]],
      ['record-meter', [WHO, 1n, 9n]],
      ['record-delivery', [WHO, 1n, 9n, 0n, 0n, false]],
      ['record-cancellation', [WHO, 1n, 9n, 0n]],
    ] as [string, Arg[]][])
      expect(call(fn, args).value, fn).toBe(6001n);
    expect(call('set-peer', [ascii('trade-escrow'), PEER]).value).toBe(6000n);
    expect(world.refusal(`(try! (contract-call? .reputation-system set-peer "baker" '${PEER}))`)).toBe(6100n);
    for (const role of ['user-registry', 'trade-escrow'])
      expect(world.read('reputation-system', 'get-peer', [ascii(role)])).toBe(contractId(role));
    expect(world.read('reputation-system', 'get-peer', [ascii('baker')])).toBeNull();
    takeRoles();
    expect(world.read('reputation-system', 'get-peer', [ascii('trade-escrow')])).toBe(PEER);
    // The registry before has no power any more.
    const register = [1n, CELL.home, new Uint8Array(32)];
    expect(world.code('user-registry', 'register', register, address('home-h01'))).toBe(6001n);
  });
});
