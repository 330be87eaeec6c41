// Random lives of a small neighbourhood: whatever households, operators and strangers do in whichever order, the books balance
// after every step, and in the end everybody leaves whole. WATT_RUNS and WATT_SEED choose size and seed.
import { Settlement, Trust } from '@wattconnect/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contractId, type Order, type Receipt, STRANGER, signOrder, signPair, type Tuple, World } from './world.ts';

const RUNS = Number(process.env.WATT_RUNS ?? 5);
const SEED = Number(process.env.WATT_SEED ?? 7);
const STEPS = 90;

const MUCH = 10n ** 12n;
const PEAK = 10_000n;
const PAIR = 2n ** 64n;
const SETTLED = [1n, 2n, 3n, 5n, 7n];
const LIVE = [0n, 6n, 8n];

type TradeRow = Record<'wh' | 'cost' | 'locked' | 'terms' | 'slot' | 'status', bigint> & {
  seller: string;
  buyer: string;
};

/** What the chain should hold, kept beside it. */
class Neighbourhood {
  readonly world: World;
  readonly homes: string[];
  readonly names: string[];
  readonly offers: { id: bigint; seller: string }[] = [];
  readonly orders = new Map<string, Order>();
  readonly reported = new Map<string, { seller: string; slot: bigint; revision: bigint; exportWh: bigint }>();
  readonly disputes: bigint[] = [];
  readonly scores = new Map<string, bigint>();
  readonly settled = new Map<bigint, Tuple>();
  readonly confirmed = new Map<bigint, Tuple>();
  readonly statuses = new Map<bigint, bigint>();
  minted = 0n;
  retired = 0n;
  readonly outcomes = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
    this.names = ['home-h01', 'home-h02', 'home-h03'];
    this.homes = this.names.map((name) => world.home(name, { peakW: PEAK }));
    for (const who of this.homes) world.ok('trade-escrow', 'deposit', [20_000_000n], who);
    for (const who of this.homes) this.scores.set(who, world.read<bigint>('reputation-system', 'get-score', [who]));
  }

  get trades(): { id: bigint; row: TradeRow }[] {
    return this.world.trades() as { id: bigint; row: TradeRow }[];
  }

  slotIsClosed(of: { seller: string; slot: bigint }): boolean {
    return this.world.slotRow(of.seller, of.slot).status !== 0n;
  }

  /** Calls, and keeps what the events say. */
  call(contract: string, fn: string, args: Parameters<World['call']>[2], who: string): Receipt {
    const receipt = this.world.call(contract, fn, args, who);
    const outcome = receipt.ok ? 'ok' : `u${receipt.value}`;
    this.outcomes.set(`${fn} ${outcome}`, (this.outcomes.get(`${fn} ${outcome}`) ?? 0) + 1);
    for (const event of receipt.events) {
      if (event.topic === 'score-changed') {
        expect(event.before).toBe(this.scores.get(event.who as string));
        this.scores.set(event.who as string, event.after as bigint);
      }
      if (event.topic === 'trade-settled') {
        expect(this.settled.has(event.id as bigint)).toBe(false);
        this.settled.set(event.id as bigint, event);
      }
      if (event.topic === 'trade-confirmed') this.confirmed.set(event.id as bigint, event);
      if (event.topic === 'production-final') this.minted += event['export-wh'] as bigint;
      if (event.topic === 'energy-retired') this.retired += event.amount as bigint;
    }
    return receipt;
  }

  check(): void {
    const { world } = this;
    const trades = this.trades;
    const { stx, kwh, bonds } = world.audit(trades);
    expect([stx[0], kwh[0], bonds[0]]).toEqual([stx[1], kwh[1], bonds[1]]);
    expect(world.read<bigint>('energy-token', 'get-total-supply')).toBe(this.minted - this.retired);

    const bySlot = Map.groupBy(trades, ({ row }) => `${row.seller}-${row.slot}`);
    for (const rows of bySlot.values()) {
      const { seller, slot } = rows[0]!.row;
      const state = world.slotRow(seller, slot) as Record<
        'promised' | 'settled' | 'handed' | 'custody' | 'status' | 'trades',
        bigint
      >;
      const kept = rows.filter(({ row }) => row.status !== 4n);
      const sum = (of: { row: TradeRow }[]) => of.reduce((total, { row }) => total + row.wh, 0n);
      const done = kept.filter(({ row }) => SETTLED.includes(row.status));
      expect(state.promised).toBe(sum(kept));
      expect(state.promised <= PEAK).toBe(true);
      expect(state.trades).toBe(BigInt(kept.length));
      expect(state.settled).toBe(sum(done));
      expect(state.handed <= state.custody).toBe(true);
      if (state.status > 0n && done.length === kept.length && kept.length > 0) expect(state.handed).toBe(state.custody);
      for (const { id, row } of done) {
        const event = this.settled.get(id)! as Record<string, bigint>;
        const confirmed = this.confirmed.get(id) as Record<string, bigint> | undefined;
        const expected = Settlement.settle({ ...row, custody: state.custody, promised: state.promised });
        expect(event.delivered).toBe(expected.delivered);
        if (!confirmed) expect(event).toMatchObject(expected);
        // Whoever confirmed was paid for by the report of that moment.
        const money = confirmed ? Settlement.money(row, confirmed.delivered!) : expected;
        const { paid, fee, grid, refund } = confirmed ?? event;
        expect({ paid, fee, grid, refund }).toEqual({
          paid: money.paid,
          fee: money.fee,
          grid: money.grid,
          refund: money.refund,
        });
        expect(paid! + fee! + grid! + refund!).toBe(row.locked);
        if (confirmed) expect([event.paid, event.fee, event.grid, event.refund]).toEqual([0n, 0n, 0n, 0n]);
        expect(event.delivered! <= row.wh).toBe(true);
      }
    }
    for (const { id, row } of trades) {
      const before = this.statuses.get(id) ?? 0n;
      if (!LIVE.includes(before)) expect(row.status).toBe(before);
      this.statuses.set(id, row.status);
    }
    for (const who of this.homes) {
      // No life here is longer than 30 days, so everything that was not cancelled counts.
      const used = trades.filter(({ row }) => row.status !== 4n && (row.seller === who || row.buyer === who));
      expect(world.read<bigint>('trade-escrow', 'get-used', [who])).toBe(
        used.reduce((total, { row }) => total + row.wh, 0n),
      );
      const score = world.read<bigint>('reputation-system', 'get-score', [who]);
      expect(score).toBe(this.scores.get(who));
      expect(score <= Trust.MAX).toBe(true);
    }
    for (const [key, order] of this.orders) {
      const { wh } = world.read('marketplace', 'get-filled', [order.maker, order.nonce]) as { wh: bigint };
      const taken = trades.filter(({ row }) => {
        const { seller, buyer, origin, ref } = row as unknown as {
          seller: string;
          buyer: string;
          origin: bigint;
          ref: bigint;
        };
        if (origin === 1n) return seller === order.maker && ref === order.nonce;
        const matched =
          (seller === order.maker && ref % PAIR === order.nonce) ||
          (buyer === order.maker && ref / PAIR === order.nonce);
        return origin === 2n && matched;
      });
      const kept = taken.filter(
        ({ id, row }) => row.status !== 4n || !world.read<boolean>('marketplace', 'is-released', [id]),
      );
      expect([key, wh]).toEqual([key, kept.reduce((total, { row }) => total + row.wh, 0n)]);
      expect(wh <= order.wh).toBe(true);
    }
  }
}

/** One thing that somebody does; indices are taken modulo what there is. */
type Step = (n: Neighbourhood) => void;
const index = fc.nat({ max: 1000 });
const home = fc.nat({ max: 2 });
const pick = <T>(list: T[], at: number): T | undefined => (list.length === 0 ? undefined : list[at % list.length]);

/** Mostly sensible, sometimes just outside what is allowed. */
const amount = (max: number) =>
  fc.oneof(
    { arbitrary: fc.integer({ min: 1000, max }), weight: 9 },
    { arbitrary: fc.constantFrom(0, 999, max + 1), weight: 1 },
  );

const list = fc
  .tuple(
    home,
    fc.integer({ min: 4, max: 9 }),
    amount(10_000),
    fc.integer({ min: 140_000, max: 515_000 }),
    fc.nat({ max: 1 }),
  )
  .map(
    ([who, ahead, wh, price, mode]): Step =>
      (n) => {
        const seller = n.homes[who]!;
        const slot = n.world.slot + BigInt(ahead);
        const receipt = n.call(
          'marketplace',
          'create-offer',
          [slot, BigInt(wh), 1000n, BigInt(mode), BigInt(price), 200_000n, slot * 3600n],
          seller,
        );
        if (receipt.ok) n.offers.push({ id: (receipt.value as Tuple).id as bigint, seller });
      },
  );
const accept = fc.tuple(index, home, amount(5000)).map(
  ([at, who, wh]): Step =>
    (n) => {
      const offer = pick(n.offers.slice(-4), at);
      if (offer) n.call('marketplace', 'accept-offer', [offer.id, 1n, BigInt(wh), MUCH], n.homes[who]!);
    },
);
const sign = fc
  .tuple(
    home,
    home,
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 5, max: 9 }),
    fc.integer({ min: 1000, max: 5000 }),
  )
  .map(
    ([maker, who, nonce, ahead, wh]): Step =>
      (n) => {
        const seller = n.homes[maker]!;
        const key = `${seller}-${nonce}`;
        const slot = n.world.slot + BigInt(ahead);
        // The first order of a nonce stands; it is filled again later.
        const order = n.orders.get(key) ?? {
          maker: seller,
          slot,
          wh: 6000n,
          'min-wh': 1000n,
          price: 180_000n,
          nonce: BigInt(nonce),
          expiry: slot * 3600n,
        };
        const receipt = n.call(
          'marketplace',
          'fill-signed-offer',
          [order, signOrder(order, n.names[maker]!), BigInt(wh), MUCH],
          n.homes[who]!,
        );
        if (receipt.ok) n.orders.set(key, order);
      },
  );
const cancel = fc.tuple(index, fc.constantFrom('trade-escrow', 'marketplace')).map(
  ([at, through]): Step =>
    (n) => {
      const trade = at % 3 === 0 ? pick(n.trades, at) : n.trades.at(-1);
      if (!trade) return;
      n.call(through, through === 'marketplace' ? 'cancel-trade' : 'cancel', [trade.id], trade.row.buyer);
    },
);
const release = index.map(
  (at): Step =>
    (n) => {
      const trade = pick(n.trades, at);
      if (trade) n.call('marketplace', 'release-cancelled', [trade.id], STRANGER);
    },
);
const withdrawOffer = fc.tuple(index, fc.boolean()).map(
  ([at, signed]): Step =>
    (n) => {
      const offer = pick(n.offers, at);
      const order = pick([...n.orders.values()], at);
      if (signed && order) n.call('marketplace', 'cancel-signed', [order.nonce], order.maker);
      else if (offer) n.call('marketplace', 'cancel-offer', [offer.id], offer.seller);
    },
);
const vault = fc
  .tuple(home, fc.integer({ min: 0, max: 3_000_000 }), fc.constantFrom('deposit', 'deposit', 'withdraw'))
  .map(
    ([who, amount, fn]): Step =>
      (n) =>
        void n.call('trade-escrow', fn, [BigInt(amount)], n.homes[who]!),
  );
const advance = fc.constantFrom(600, 3600, 7200, 14_400, 28_800).map(
  (seconds): Step =>
    (n) =>
      n.world.wait(seconds),
);
const report = fc
  .tuple(index, fc.oneof(fc.integer({ min: 0, max: 10_001 }), fc.constantFrom(0, 1000, 5000, 10_000)))
  .map(
    ([at, exportWh]): Step =>
      (n) => {
        // Most often of a slot that has just ended.
        const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && !n.slotIsClosed(row));
        const trade = pick(at % 8 === 0 || ended.length === 0 ? n.trades : ended, at);
        if (!trade) return;
        const { seller, slot } = trade.row;
        const key = `${seller}-${slot}`;
        const revision = (n.reported.get(key)?.revision ?? 0n) + 1n;
        const receipt = n.world.report(seller, slot, BigInt(exportWh), revision);
        if (receipt.ok) n.reported.set(key, { seller, slot, revision, exportWh: BigInt(exportWh) });
      },
  );
const close = fc.tuple(index, fc.constantFrom('finalize', 'finalize', 'finalize', 'void-slot')).map(
  ([at, fn]): Step =>
    (n) => {
      const reported = n.trades.filter(
        ({ row }) => n.reported.has(`${row.seller}-${row.slot}`) && !n.slotIsClosed(row),
      );
      const trade = pick(at % 8 === 0 || reported.length === 0 ? n.trades : reported, at);
      if (trade) n.call('trade-escrow', fn, [trade.row.seller, trade.row.slot], STRANGER);
    },
);
const settle = fc.tuple(index, fc.boolean()).map(
  ([at, batch]): Step =>
    (n) => {
      const closed = n.trades.filter(({ row }) => LIVE.includes(row.status) && n.slotIsClosed(row));
      const trade = pick(at % 8 === 0 || closed.length === 0 ? n.trades : closed, at);
      if (!trade) return;
      const { seller, slot } = trade.row;
      const ids = n.trades.filter(({ row }) => row.seller === seller && row.slot === slot).map(({ id }) => id);
      if (batch) n.call('trade-escrow', 'settle-slot', [seller, slot, ids], STRANGER);
      else n.call('trade-escrow', 'settle', [trade.id], STRANGER);
    },
);
const match = fc.tuple(home, home, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 5, max: 9 }), amount(3000)).map(
  ([maker, who, nonce, ahead, wh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const side = (at: number, from: number, price: bigint) => {
        const key = `${n.homes[at]}-${nonce + from}`;
        const order = {
          maker: n.homes[at]!,
          slot,
          wh: 4000n,
          'min-wh': 1000n,
          price,
          nonce: BigInt(nonce + from),
          expiry: slot * 3600n,
        };
        return { key, order: n.orders.get(key) ?? order };
      };
      const [offer, bid] = [side(maker, 100, 180_000n), side(who, 200, 200_000n)];
      const row = signPair(offer.order, n.names[maker]!, bid.order, n.names[who]!, BigInt(wh));
      const receipt = n.call('marketplace', 'match-signed-batch', [offer.order.slot, [row]], STRANGER);
      if (receipt.ok) for (const { key, order } of [offer, bid]) n.orders.set(key, order);
    },
);
const request = fc.tuple(home, home, fc.integer({ min: 5, max: 9 }), amount(3000), fc.boolean()).map(
  ([who, by, ahead, wh, fresh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const id = n.world.read<bigint>('marketplace', 'get-request-count');
      if (fresh || id === 0n)
        n.call(
          'marketplace',
          'create-request',
          [BigInt(wh), 1000n, 300_000n, 0n, slot, slot + 6n, slot * 3600n],
          n.homes[who]!,
        );
      else {
        const offer = n.offers.at(-1);
        const { 'slot-from': from } = n.world.read('marketplace', 'get-request', [id]);
        if (by === 0 && offer) n.call('marketplace', 'match-request', [offer.id, id, BigInt(wh)], STRANGER);
        else n.call('marketplace', 'fill-request', [id, from!, BigInt(wh), 190_000n], n.homes[by]!);
      }
    },
);
const confirm = index.map(
  (at): Step =>
    (n) => {
      const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && row.status === 0n);
      const trade = pick(ended, at);
      if (trade) n.call('trade-escrow', 'confirm-receipt', [trade.id], trade.row.buyer);
    },
);
const dispute = fc.tuple(index, fc.boolean()).map(
  ([at, bySeller]): Step =>
    (n) => {
      const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && row.status === 0n);
      const trade = pick(at % 8 === 0 || ended.length === 0 ? n.trades : ended, at);
      if (!trade) return;
      const who = bySeller ? trade.row.seller : trade.row.buyer;
      const receipt = n.call('dispute-resolution', 'open-dispute', [trade.id, 0n, new Uint8Array(32)], who);
      if (receipt.ok) n.disputes.push((receipt.value as Tuple).id as bigint);
    },
);
const resolve = index.map(
  (at): Step =>
    (n) => {
      const id = pick(n.disputes, at);
      if (id) n.call('dispute-resolution', 'resolve-automatic', [id], STRANGER);
    },
);
const collect = fc.tuple(home, fc.constantFrom('payout', 'payout', 'sweep-fees', 'retire')).map(
  ([who, fn]): Step =>
    (n) => {
      const owner = n.homes[who]!;
      if (fn === 'retire')
        n.call('energy-token', 'retire', [100n, owner, { type: 'utf8', value: 'used at home' } as never], owner);
      else n.call('trade-escrow', fn, fn === 'payout' ? [owner] : [], STRANGER);
    },
);
const steps = fc.array(
  fc.oneof(
    { arbitrary: list, weight: 5 },
    { arbitrary: accept, weight: 8 },
    { arbitrary: sign, weight: 4 },
    { arbitrary: match, weight: 4 },
    { arbitrary: request, weight: 4 },
    { arbitrary: cancel, weight: 2 },
    { arbitrary: release, weight: 1 },
    { arbitrary: withdrawOffer, weight: 1 },
    { arbitrary: vault, weight: 3 },
    { arbitrary: advance, weight: 6 },
    { arbitrary: report, weight: 6 },
    { arbitrary: close, weight: 4 },
    { arbitrary: settle, weight: 4 },
    { arbitrary: confirm, weight: 2 },
    { arbitrary: dispute, weight: 2 },
    { arbitrary: resolve, weight: 2 },
    { arbitrary: collect, weight: 2 },
  ),
  { minLength: STEPS, maxLength: STEPS, size: 'max' },
);

/** Long after the last slot: everything is closed, settled, resolved and paid out, by a stranger. */
function leave(n: Neighbourhood): void {
  const { world } = n;
  world.ok(
    'governance-dao',
    'set-paused',
    [7n],
    n.world.read<Tuple>('governance-dao', 'get-guardian').guardian as string,
  );
  world.wait(4 * 86_400);
  for (const { row } of n.trades) {
    for (const fn of ['finalize', 'void-slot']) n.call('trade-escrow', fn, [row.seller, row.slot], STRANGER);
  }
  for (const id of n.disputes) n.call('dispute-resolution', 'resolve-automatic', [id], STRANGER);
  for (const { id } of n.trades) n.call('trade-escrow', 'settle', [id], STRANGER);
  for (const who of n.homes) {
    n.call('trade-escrow', 'payout', [who], STRANGER);
    const vault = world.account(who).vault as bigint;
    if (vault > 0n) n.call('trade-escrow', 'withdraw', [vault], who);
  }
  n.call('trade-escrow', 'sweep-fees', [], STRANGER);
  for (const contract of ['trade-escrow', 'dispute-resolution']) {
    expect(world.balance(contractId(contract))).toBe(0n);
    expect(world.kwhOf(contractId(contract))).toBe(0n);
  }
}

it(`keeps its books through random lives (seed ${SEED})`, async () => {
  console.log(`stateful: ${RUNS} runs of ${STEPS} steps, seed ${SEED}`);
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(steps, async (life) => {
      const n = new Neighbourhood(await World.create());
      try {
        life.forEach((step, at) => {
          step(n);
          if (at % 5 === 0) n.check();
        });
        leave(n);
        n.check();
        for (const [key, count] of n.outcomes) outcomes.set(key, (outcomes.get(key) ?? 0) + count);
      } finally {
        n.world.free();
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  if (process.env.WATT_RUNS)
    console.log(
      [...outcomes]
        .sort()
        .map(([key, count]) => `${key}: ${count}`)
        .join('\n'),
    );
  // A run in which nothing happens proves nothing.
  for (const done of ['accept-offer', 'fill-signed-offer', 'finalize', 'settle', 'settle-slot', 'payout'])
    expect([done, outcomes.get(`${done} ok`) ?? 0]).not.toEqual([done, 0]);
}, 600_000);
