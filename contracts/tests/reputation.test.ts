// reputation-system: every formula, every boundary of the tiers, the limits that follow, and who may move a score.
import { readFileSync } from 'node:fs';
import { Cl } from '@stacks/transactions';
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
  type Weakening,
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
const someone = (who: string | null) => (who === null ? null : Cl.some(Cl.principal(who)));
/** Each to another buyer, unless one is named; null: the trade bore no fee. */
const deliver = (
  delivered: bigint,
  promised = 1000n,
  excused = false,
  slot = 1n,
  buyer: string | null = address(`buyer-${++buyers}`),
): Tuple =>
  world.ok('reputation-system', 'record-delivery', [WHO, slot, delivered, promised, someone(buyer), excused], PEER)
    .value;
let buyers = 0;
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
    [900n, 1000n, 3500n, 3n],
    [899n, 1000n, 2899n, 4n],
    [9n, 10n, 3500n, 3n],
    [8n, 9n, 2889n, 4n],
    [500n, 1000n, 2500n, 4n],
    [1n, 1000n, 2001n, 4n],
    [0n, 1000n, 2000n, 5n],
    [2n, 3n, 2667n, 4n],
  ] as const)('of %s of %s Wh bring 3000 to %s', (delivered, promised, after, cause) => {
    takeRoles();
    expect(deliver(delivered, promised, false, 77n)).toEqual({
      who: WHO,
      before: 3000n,
      after,
      cause,
      ref: 77n,
      'suspended-until': 0n,
    });
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
    world.parameter('pair-bonus-bps', 5000n);
    for (const after of [2000n, 4000n, 6000n, 8000n, 10_000n]) expect(deliver(1000n).after).toBe(after);
    tomorrow();
    expect(deliver(1000n)).toMatchObject({ before: 10_000n, after: 10_000n });
  });

  it('refuse amounts that make no sense', () => {
    takeRoles();
    for (const [delivered, promised] of [
      [0n, 0n],
      [1001n, 1000n],
    ] as const)
      expect(call('record-delivery', [WHO, 1n, delivered, promised, someone(STRANGER), false]).value).toBe(6101n);
  });

  type Step = {
    day: number;
    delivered: number;
    promised: number;
    excused: boolean;
    buyer: string | null;
    score: number;
  };
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
        const buyer = step.buyer === null ? null : address(step.buyer);
        const after = deliver(BigInt(step.delivered), BigInt(step.promised), step.excused, 1n, buyer).after;
        expect(after).toBe(BigInt(step.score));
      }
    },
  );

  it.each([
    [0n, 1000n, 3500n],
    [0n, 999n, 2999n],
    [2500n, 750n, 3500n],
    [2500n, 749n, 2749n],
  ])('of a tolerance of %s bps: %s of 1000 Wh bring 3000 to %s', (tolerance, delivered, after) => {
    world.parameter('tolerance-bps', tolerance);
    takeRoles();
    expect(deliver(delivered).after).toBe(after);
    expect(Trust.isWhole(delivered, 1000n, { tolerance })).toBe(after === 3500n);
  });

  it('earn nothing when nobody paid a fee', () => {
    takeRoles();
    expect(deliver(1000n, 1000n, false, 1n, null)).toMatchObject({ before: 3000n, after: 3000n, cause: 3n });
    expect(deliver(0n, 1000n, false, 1n, null)).toMatchObject({ after: 2000n });
  });

  const FRIEND = address('home-h01');
  const gain = (): Tuple => world.read('reputation-system', 'get-pair-gain', [WHO, FRIEND]);
  const toFriend = (): bigint => deliver(1000n, 1000n, false, 1n, FRIEND).after as bigint;

  it('to one buyer lift a score so far and no further, whatever the day', () => {
    takeRoles();
    expect([toFriend(), toFriend()]).toEqual([3500n, 4000n]);
    const { since } = gain();
    tomorrow();
    expect([toFriend(), toFriend()]).toEqual([4500n, 4500n]);
    expect(gain()).toEqual({ since, gained: 1500n });
    // The day has room for others still, and the friend's own score has its own.
    expect(deliver(1000n).after).toBe(5000n);
    expect(
      world.ok('reputation-system', 'record-delivery', [FRIEND, 1n, 1n, 1n, someone(WHO), false], PEER).value,
    ).toMatchObject({ before: 3000n, after: 3500n });
  });

  it('begin no period with a buyer when they add nothing', () => {
    takeRoles();
    tomorrow();
    // As much as a day allows, to others.
    for (let n = 0; n < 3; n++) deliver(1000n);
    expect([toFriend(), gain()]).toEqual([4500n, { since: 0n, gained: 0n }]);
  });

  it('of everything are whole, whatever the figures', () => {
    takeRoles();
    const all = 2n ** 128n - 1n;
    expect(deliver(all, all, true)).toMatchObject({ after: 3500n, cause: 3n });
  });

  it('of a smaller room add what is left of it', () => {
    world.parameter('pair-bonus-bps', 700n);
    takeRoles();
    expect([toFriend(), toFriend(), toFriend()]).toEqual([3500n, 3700n, 3700n]);
  });

  it.each([
    [86_420n, 3500n],
    [86_410n, 4000n],
    [86_400n, 4000n],
  ])('count anew after the period: %s s, seen 86410 s later: %s', (period, after) => {
    world.parameter('pair-period', period);
    world.parameter('pair-bonus-bps', 500n);
    takeRoles();
    toFriend();
    const since = gain().since as bigint;
    world.until(since + 86_410n);
    expect(toFriend()).toBe(after);
    expect(gain().since).toBe(after === 4000n ? since + 86_410n : since);
  });

  it('lift two friends without bound where the pair has no limit', async () => {
    const climb = async (weaken: Weakening[]): Promise<bigint> => {
      world.free();
      world = await World.create({ weaken });
      takeRoles();
      for (let day = 0; day < 5; day++) {
        tomorrow();
        for (let n = 0; n < 3; n++) toFriend();
      }
      return score();
    };
    expect(await climb([])).toBe(4500n);
    const guard = '(lowered (contract-call? .governance-dao get-parameter "pair-bonus-bps") (get gained pair))';
    expect(await climb([['reputation-system', guard, 'MAX']])).toBe(10_000n);
  });
});

describe('who delivers far too little', () => {
  const STX = 1_000_000n;
  const HOME = address('home-h01');
  /** The hour that ended last, or so many days before it. */
  const hour = (days = 0): bigint => world.slot - 1n - BigInt(days) * 24n;
  const fail = (slot = hour(), delivered = 0n, excused = false): Receipt =>
    call('record-delivery', [HOME, slot, delivered, 1000n, null, excused]);
  const faultOf = (receipt: Receipt): Tuple | undefined =>
    receipt.events.find(({ topic }) => topic === 'delivery-fault');
  const steps = (...receipts: Receipt[]) => receipts.map((receipt) => faultOf(receipt)?.step);
  beforeEach(() => {
    world.home('home-h01');
    takeRoles();
    world.ok('reputation-system', 'stake', [3n * STX], HOME);
  });
  afterEach(() => {
    const [held, owed] = world.audit().stakes;
    expect(held).toBe(owed);
  });

  it('is warned twice, fined twice, then suspended, and fined again', () => {
    const treasury = () => world.balance(contractId('governance-dao'));
    const before = treasury();
    const all = [5, 4, 3, 2, 1, 0].map((days) => fail(hour(days)));
    expect(steps(...all)).toEqual([1n, 1n, 2n, 2n, 3n, 3n]);
    const until = BigInt(world.time) + 604_800n;
    expect(faultOf(all[5]!)).toEqual({
      topic: 'delivery-fault',
      who: HOME,
      slot: hour(),
      count: 6n,
      step: 3n,
      // Never more than there is.
      fine: 0n,
      'suspended-until': until,
    });
    expect(all.map((one) => faultOf(one)!.fine)).toEqual([0n, 0n, STX, STX, STX, 0n]);
    expect(all.map(({ value }) => (value as Tuple)['suspended-until'])).toEqual([0n, 0n, 0n, 0n, until - 10n, until]);
    expect(all[2]!.events.find(({ topic }) => topic === 'stake-slashed')).toMatchObject({
      who: HOME,
      moved: STX,
      amount: 2n * STX,
      by: PEER,
      finder: null,
      reward: 0n,
    });
    expect(treasury() - before).toBe(3n * STX);
    expect(world.stakeOf(HOME)).toMatchObject({ amount: 0n, leaving: 0n });
    expect(world.read('reputation-system', 'get-faults', [HOME])).toHaveLength(6);
  });

  it('is not asked when the utility curtailed, or when a tenth came', () => {
    expect(steps(fail(hour(), 0n, true), fail(hour(), 100n), fail(hour(), 1000n))).toEqual(Array(3).fill(undefined));
    expect(faultOf(fail(hour(), 99n))).toMatchObject({ count: 1n, step: 1n });
  });

  it.each([
    [0n, 0n, false],
    [7500n, 749n, true],
    [7500n, 750n, false],
  ])('at a share of %s bps: %s of 1000 Wh is a fault %s', (share, delivered, is) => {
    world.parameter('fault-share-bps', share);
    // What is forgiven is never a fault, whatever the DAO decides.
    world.parameter('tolerance-bps', 2500n);
    expect(faultOf(fail(hour(), delivered)) !== undefined).toBe(is);
  });

  it.each([
    [86_420n, 2n],
    [86_410n, 1n],
    [86_400n, 1n],
  ])('starts anew after the period: %s s, seen 86410 s after the hour: %s', (period, count) => {
    world.parameter('fault-period', period);
    const slot = hour();
    expect(faultOf(fail(slot))).toMatchObject({ count: 1n });
    world.until((slot + 1n) * 3600n + 86_410n);
    expect(faultOf(fail(slot + 24n))).toMatchObject({ count });
    expect(world.read('reputation-system', 'get-faults', [HOME])).toHaveLength(Number(count));
  });

  it('is not asked for an hour that is too long ago', () => {
    const slot = hour();
    world.until((slot + 1n) * 3600n + 2_592_000n);
    expect(steps(fail(slot))).toEqual([undefined]);
    expect(steps(fail(slot + 1n))).toEqual([1n]);
    expect(world.read('reputation-system', 'get-faults', [HOME])).toHaveLength(1);
  });

  it('counts nine faults at most, the newest', () => {
    world.parameter('suspend-from', 9n);
    world.parameter('fine-from', 9n);
    const first = hour();
    const all = Array.from({ length: 11 }, (_, n) => fail(first - 24n * BigInt(20 - n)));
    expect(all.map((one) => faultOf(one)!.count)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 9n, 9n]);
    expect(steps(...all).slice(7)).toEqual([1n, 3n, 3n, 3n]);
    expect(world.read('reputation-system', 'get-faults', [HOME])).toEqual(
      Array.from({ length: 9 }, (_, n) => (first - 24n * BigInt(18 - n) + 1n) * 3600n),
    );
  });

  it('pays out of what is leaving too, and a household without a stake pays nothing', () => {
    world.parameter('fine-from', 2n);
    world.ok('reputation-system', 'unstake', [3n * STX], HOME);
    fail(hour(1));
    expect(faultOf(fail())).toMatchObject({ fine: STX });
    expect(world.stakeOf(HOME)).toMatchObject({ amount: 0n, leaving: 2n * STX });
    const poor = address('home-h02');
    for (const days of [1, 0])
      expect(faultOf(call('record-delivery', [poor, hour(days), 0n, 1n, null, false]))).toMatchObject({ fine: 0n });
  });

  it('is fined no later than suspended, and never for the first fault', () => {
    const set = (key: string, value: bigint) =>
      world.refusal(`(try! (contract-call? .governance-dao set-parameter "${key}" u${value}))`);
    expect(set('fine-from', 6n)).toBe(8102n);
    expect(set('suspend-from', 2n)).toBe(8102n);
    expect(set('fine-from', 1n)).toBe(8101n);
    world.parameter('suspend-from', 3n);
    expect(steps(fail(hour(2)), fail(hour(1)), fail())).toEqual([1n, 1n, 3n]);
  });

  describe('in several hours of one day (UTC)', () => {
    /** The first hour of the last whole day. */
    const day = (): bigint => (world.slot / 24n) * 24n - 24n;
    const hours = (first: bigint, count: number) => Array.from({ length: count }, (_, n) => first + BigInt(n));

    it('has one fault, of the hour that was final first, and loses reputation for each', () => {
      const [first, ...others] = [day() + 7n, ...hours(day(), 7), ...hours(day() + 8n, 16)].map((slot) => fail(slot));
      expect(faultOf(first!)).toMatchObject({ slot: day() + 7n, count: 1n, step: 1n });
      expect(steps(...others)).toEqual(Array(23).fill(undefined));
      expect(others.map(({ value }) => (value as Tuple)['suspended-until'])).toEqual(Array(23).fill(0n));
      expect(world.read('reputation-system', 'get-faults', [HOME])).toEqual([(day() + 8n) * 3600n]);
      expect(others.slice(0, 4).map(({ value }) => (value as Tuple).after)).toEqual([1300n, 300n, 0n, 0n]);
      expect(world.stakeOf(HOME)).toMatchObject({ amount: 3n * STX });
    });

    it.each([
      ['the last of the day before', -1n, 0n, 2n],
      ['the last of the day', 0n, 23n, undefined],
      ['the first of the next day', 23n, 24n, 2n],
      ['the first, told of after the last', 23n, 0n, undefined],
      ['the last of the day before, told of after the first', 0n, -1n, 2n],
    ])('counts the second one: %s', (_, one, other, count) => {
      const first = day() - 24n;
      fail(first + one);
      expect(faultOf(fail(first + other))?.count).toBe(count);
    });

    it('is suspended on the fifth day, however many hours fail', () => {
      const first = day() - 96n;
      expect(steps(...hours(first, 97).map((slot) => fail(slot))).flatMap((step) => step ?? [])).toEqual([
        ...[1n, 1n, 2n, 2n, 3n],
      ]);
    });

    it('would go from the warning to the suspension in that day without the rule', async () => {
      world.free();
      const rule = '(is-none (index-of? (map day-of recent) (day-of end)))';
      world = await World.create({ weaken: [['reputation-system', rule, 'true']] });
      world.home('home-h01');
      takeRoles();
      expect(steps(...hours(day(), 5).map((slot) => fail(slot)))).toEqual([1n, 1n, 2n, 2n, 3n]);
    });
  });
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

describe('a stake', () => {
  const HOME = address('home-h01');
  const STX = 1_000_000n;
  const COOLDOWN = 604_800n;
  const own = (fn: string, args: Arg[] = []): Receipt => call(fn, args, HOME);
  const boost = (): bigint => world.read('reputation-system', 'get-boost', [HOME]);
  /** Gives the role of a judge to PEER; stakes leave no trace in a vote. */
  const judge = (role = 'dispute-resolution'): void => {
    world.dao(`(try! (contract-call? .reputation-system set-peer "${role}" '${PEER}))`);
  };
  const books = (): void => {
    const [held, owed] = world.audit().stakes;
    expect(held).toBe(owed);
  };
  beforeEach(() => {
    world.home('home-h01');
  });
  afterEach(books);

  it('raises the tier and not the score, up to a cap', () => {
    const before = world.balance(HOME);
    expect(own('stake', [0n]).value).toBe(6103n);
    const receipt = own('stake', [200n * STX + 999_999n]);
    const staked = {
      who: HOME,
      moved: 200_999_999n,
      amount: 200_999_999n,
      leaving: 0n,
      'leaves-at': 0n,
      holds: 0n,
      boost: 200n,
    };
    expect(receipt.value).toEqual(staked);
    expect(receipt.events).toEqual([{ topic: 'staked', ...staked }]);
    expect(world.balance(HOME)).toBe(before - 200_999_999n);
    expect([score(HOME), boost()]).toEqual([3300n, 200n]);
    own('stake', [400n * STX]);
    expect(boost()).toBe(500n);
    expect(boost()).toBe(Trust.boost(world.stakeOf(HOME).amount as bigint));
    expect(own('stake', [1000n * STX]).value).toBe(6400n);
  });

  it('lifts a household over the edge of a tier, and no further', () => {
    takeRoles();
    // 3300 for the meter of quality 1.
    for (let n = 0; n < 2; n++)
      world.ok('reputation-system', 'record-delivery', [HOME, 1n, 1n, 1n, someone(STRANGER), false], PEER);
    world.ok('reputation-system', 'record-cancellation', [HOME, 1n, 0n, 1n], PEER);
    expect(score(HOME)).toBe(4300n);
    world.ok('reputation-system', 'record-delivery', [HOME, 1n, 1n, 1n, someone(STRANGER), false], PEER);
    expect(score(HOME)).toBe(4800n);
    const limit = () =>
      world.read('reputation-system', 'limits-each', [
        [{ who: HOME, 'capacity-wh': 1_000_000n, 'default-limit-wh': 1n }],
      ]) as unknown as bigint[];
    own('stake', [199n * STX]);
    expect([world.read('reputation-system', 'get-tier', [HOME]).tier, limit()]).toEqual([1n, [100_000n]]);
    own('stake', [STX]);
    expect([world.read('reputation-system', 'get-tier', [HOME]).tier, limit()]).toEqual([2n, [400_000n]]);
    expect(Trust.tierOf(Trust.standing(4800n, 200n)).name).toBe('Bronze');
    own('unstake', [1n]);
    expect(world.read('reputation-system', 'get-tier', [HOME]).tier).toBe(1n);
  });

  it('of somebody who registers later counts from then on', () => {
    const late = address('home-h02');
    world.mint(late, 1000n * STX);
    world.ok('reputation-system', 'stake', [300n * STX], late);
    expect(world.read('reputation-system', 'get-boost', [late])).toBe(0n);
    world.home('home-h02');
    expect(world.read('reputation-system', 'get-boost', [late])).toBe(300n);
  });

  it.each([
    [604_801n, -1n, 6300n],
    [604_800n, 0n, undefined],
    [604_799n, 1n, undefined],
  ])('leaves after its cooldown: %s s later, seen %s s from then', (cooldown, seen, code) => {
    if (cooldown !== COOLDOWN) world.parameter('stake-cooldown', cooldown);
    own('stake', [10n * STX]);
    expect(own('withdraw-stake').value).toBe(6204n);
    expect(own('unstake', [0n]).value).toBe(6103n);
    expect(own('unstake', [10n * STX + 1n]).value).toBe(6401n);
    const { 'leaves-at': at } = own('unstake', [4n * STX]).value as Tuple;
    expect(at).toBe(BigInt(world.time) + cooldown);
    expect(boost()).toBe(6n);
    world.until((at as bigint) + seen);
    const before = world.balance(HOME);
    const receipt = own('withdraw-stake');
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
    expect(world.balance(HOME) - before).toBe(code ? 0n : 4n * STX);
    if (code) return;
    expect(world.stakeOf(HOME)).toMatchObject({ amount: 6n * STX, leaving: 0n });
    expect(own('withdraw-stake').value).toBe(6204n);
  });

  it('that leaves in parts waits for the last of them', () => {
    own('stake', [10n * STX]);
    own('unstake', [4n * STX]);
    world.wait(600_000);
    own('unstake', [1n]);
    world.wait(10_000);
    expect(own('withdraw-stake').value).toBe(6300n);
    world.wait(600_000);
    expect(own('withdraw-stake').value).toMatchObject({ moved: 4n * STX + 1n, amount: 6n * STX - 1n });
  });

  it('stays while a seat or a dispute holds it, and leaves whatever is paused', () => {
    judge();
    own('stake', [10n * STX]);
    own('unstake', [5n * STX]);
    expect(call('hold-stake', [HOME]).value).toMatchObject({ holds: 1n });
    call('hold-stake', [HOME]);
    expect(own('unstake', [1n]).value).toBe(6202n);
    world.wait(604_800);
    expect(own('withdraw-stake').value).toBe(6202n);
    call('release-stake', [HOME]);
    expect(own('withdraw-stake').value).toBe(6202n);
    expect(call('release-stake', [HOME]).value).toMatchObject({ holds: 0n });
    expect(call('release-stake', [HOME]).value).toBe(6203n);
    world.ok('governance-dao', 'set-paused', [7n], address('guardian'));
    expect(own('withdraw-stake').value).toMatchObject({ moved: 5n * STX });
    expect(own('unstake', [5n * STX]).ok).toBe(true);
  });

  it.each([
    [3n, 3n, 7n, 4n],
    [10n, 10n, 0n, 4n],
    [12n, 12n, 0n, 2n],
    [14n, 14n, 0n, 0n],
    [15n, 14n, 0n, 0n],
  ])('of 10 with 4 leaving is slashed by %s: %s are taken', (asked, taken, amount, leaving) => {
    judge();
    const finder = address('finder');
    own('stake', [14n * STX]);
    own('unstake', [4n * STX]);
    const treasury = world.balance(contractId('governance-dao'));
    const receipt = call('slash', [HOME, asked * STX, Cl.some(Cl.principal(finder))]);
    const slashed = {
      who: HOME,
      moved: taken * STX,
      amount: amount * STX,
      leaving: leaving * STX,
      'leaves-at': world.stakeOf(HOME)['leaves-at']!,
      holds: 0n,
      boost: amount,
      by: PEER,
      finder,
      reward: (taken * STX) / 10n,
    };
    expect(receipt.value).toEqual(slashed);
    expect(receipt.events).toEqual([{ topic: 'stake-slashed', ...slashed }]);
    expect(world.balance(finder)).toBe((taken * STX) / 10n);
    expect(world.balance(contractId('governance-dao')) - treasury).toBe((taken * STX * 9n) / 10n);
  });

  it('can be slashed to the last microSTX, without a finder, and when there is none', () => {
    judge('energy-oracle');
    expect(call('slash', [HOME, 5n, null]).value).toMatchObject({ moved: 0n, reward: 0n });
    own('stake', [9n]);
    const treasury = world.balance(contractId('governance-dao'));
    expect(call('slash', [HOME, 1n, Cl.some(Cl.principal(HOME))]).value).toMatchObject({ moved: 1n, reward: 0n });
    expect(call('slash', [HOME, 100n, null]).value).toMatchObject({ moved: 8n, amount: 0n, reward: 0n });
    expect(world.balance(contractId('governance-dao')) - treasury).toBe(9n);
  });

  it('follows the parameters when somebody refreshes it', () => {
    own('stake', [300n * STX]);
    world.parameter('stake-boost-cap-bps', 100n);
    expect(boost()).toBe(300n);
    expect(call('refresh-boost', [HOME], address('home-h02')).value).toMatchObject({ boost: 100n, moved: 0n });
    expect(boost()).toBe(100n);
    expect(score(HOME)).toBe(3300n);
  });

  it('is not taken through another contract', () => {
    world.deploy('decoy', '(define-public (gift) (contract-call? .reputation-system stake u1000000))');
    const before = world.balance(HOME);
    expect(world.call('decoy', 'gift', [], HOME).value).toBe(6002n);
    expect(world.balance(HOME)).toBe(before);
  });
});

describe('a rating', () => {
  const [BY, OF] = [address('home-h01'), address('home-h02')];
  const HASH = new Uint8Array(32).fill(3);
  const rate = (trade: bigint, stars = 5n, by = BY, of = OF) => call('record-rating', [trade, by, of, stars, HASH]);
  const sum = (who = OF) => world.read('reputation-system', 'get-rating-sum', [who]);
  const judge = () => world.dao(`(try! (contract-call? .reputation-system set-peer "dispute-resolution" '${PEER}))`);

  it('is 1 to 5, once a side and trade', () => {
    judge();
    expect([rate(1n, 0n).value, rate(1n, 6n).value]).toEqual([6104n, 6104n]);
    const receipt = rate(1n, 1n);
    const said = { of: OF, stars: 1n, 'comment-hash': HASH, counted: true, at: BigInt(world.time) };
    expect(receipt.events).toEqual([{ topic: 'rated', trade: 1n, by: BY, ...said }]);
    expect(world.read('reputation-system', 'get-rating', [1n, BY])).toEqual(said);
    expect(rate(1n, 5n).value).toBe(6205n);
    expect(rate(1n, 5n, OF, BY).value).toMatchObject({ counted: true });
    expect([sum(), sum(BY)]).toEqual([
      { stars: 1n, ratings: 1n },
      { stars: 5n, ratings: 1n },
    ]);
    expect(score(OF)).toBe(3000n);
  });

  it.each([
    [604_801n, 604_800n, false],
    [604_800n, 604_800n, true],
    [604_790n, 604_800n, true],
  ])('of a pair counts once in %s s: %s s later %s', (period, later, counts) => {
    judge();
    if (period !== 604_800n) world.parameter('rating-period', period);
    rate(1n);
    const at = BigInt(world.time);
    expect(rate(2n).value).toMatchObject({ counted: false });
    // Another's voice counts all the same.
    expect(rate(3n, 2n, address('home-h03')).value).toMatchObject({ counted: true });
    world.until(at + later);
    expect(rate(4n, 4n).value).toMatchObject({ counted: counts });
    expect(sum()).toEqual({ stars: counts ? 11n : 7n, ratings: counts ? 3n : 2n });
  });
});

describe('authority', () => {
  it('is with the contracts that hold a role, and roles with the DAO', () => {
    for (const [fn, args] of [
      ['record-signup', [WHO]],
      ['record-meter', [WHO, 1n, 9n]],
      ['record-delivery', [WHO, 1n, 9n, 0n, null, false]],
      ['record-cancellation', [WHO, 1n, 9n, 0n]],
      ['hold-stake', [WHO]],
      ['release-stake', [WHO]],
      ['slash', [WHO, 1n, null]],
      ['record-rating', [1n, WHO, WHO, 9n, new Uint8Array(32)]],
      ['record-dispute', [WHO, 1n]],
    ] as [string, Arg[]][])
      expect(call(fn, args).value, fn).toBe(6001n);
    expect(call('set-peer', [ascii('trade-escrow'), PEER]).value).toBe(6000n);
    expect(world.refusal(`(try! (contract-call? .reputation-system set-peer "baker" '${PEER}))`)).toBe(6100n);
    for (const role of ['user-registry', 'trade-escrow', 'energy-oracle', 'dispute-resolution'])
      expect(world.read('reputation-system', 'get-peer', [ascii(role)])).toBe(contractId(role));
    expect(world.read('reputation-system', 'get-peer', [ascii('baker')])).toBeNull();
    takeRoles();
    expect(world.read('reputation-system', 'get-peer', [ascii('trade-escrow')])).toBe(PEER);
    // The registry before has no power any more.
    const register = [1n, CELL.home, new Uint8Array(32)];
    expect(world.code('user-registry', 'register', register, address('home-h01'))).toBe(6001n);
  });
});
