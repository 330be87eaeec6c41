// The solver against a slow one that knows nothing of it: orders cut into single kWh, all of them sorted, and counted.
// WATT_AUCTION_ORDERS=100000 is the nightly size.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Auction, Keys } from './index.ts';

const ORDERS = Number(process.env.WATT_AUCTION_ORDERS ?? 4000);
const SLOT = 497_000n;
const MAKERS = Array.from({ length: 120 }, (_, n) => Keys.address(Keys.development(`home-${n}`)));

type Side = 'offer' | 'bid';
type Entry = Auction.Entry & { side: Side };

/** A generator of random numbers with a seed of its own. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Every kWh by itself, offers from the cheapest, bids from the dearest; what meets is traded. */
function slowly(entries: Entry[]) {
  const units = (side: Side) =>
    entries
      .filter((one) => one.side === side)
      .flatMap((one) => {
        const tie = Auction.tieOf(SLOT, one.maker);
        return Array.from({ length: Number(one.wh / 1000n) }, () => ({
          maker: one.maker,
          price: Number(one.price),
          tie,
        }));
      });
  const byTie = (a: { tie: bigint }, b: { tie: bigint }) => (a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0);
  const offers = units('offer').sort((a, b) => a.price - b.price || byTie(a, b));
  const bids = units('bid').sort((a, b) => b.price - a.price || byTie(a, b));
  const met = offers.filter(({ price }, at) => at < bids.length && price <= bids[at]!.price).length;
  const filled = new Map<string, number>();
  let welfare = 0;
  let ties = 0n;
  for (let at = 0; at < met; at++) {
    const [offer, bid] = [offers[at]!, bids[at]!];
    welfare += bid.price - offer.price;
    ties += offer.tie + bid.tie;
    for (const { maker } of [offer, bid]) filled.set(maker, (filled.get(maker) ?? 0) + 1);
  }
  const low = Math.max(offers[met - 1]?.price ?? 0, bids[met]?.price ?? 0);
  const high = Math.min(bids[met - 1]?.price ?? 0, offers[met]?.price ?? Number.MAX_SAFE_INTEGER);
  return { met, welfare, ties, low, high, filled };
}

function book(random: (below: number) => number, size: number): Entry[] {
  // Few prices make many ties.
  const prices = 1 + random(12);
  return MAKERS.slice(0, size).map((maker, at) => ({
    maker,
    side: random(2) ? 'offer' : 'bid',
    wh: BigInt(1 + random(5)) * 1000n,
    price: BigInt(10 + random(prices)),
    nonce: BigInt(at),
  }));
}
const clear = (entries: Entry[], maxRows?: number) =>
  Auction.clear(
    {
      offers: entries.filter(({ side }) => side === 'offer'),
      bids: entries.filter(({ side }) => side === 'bid'),
      slot: SLOT,
    },
    maxRows,
  );
const fills = (rows: Auction.Row<Entry>[]) => {
  const filled = new Map<string, number>();
  for (const { offer, bid, wh } of rows)
    for (const { maker } of [offer, bid]) {
      const sum = (filled.get(maker) ?? 0) + Number(wh) / 1000;
      if (sum > 0) filled.set(maker, sum);
    }
  return filled;
};

describe('the call auction', () => {
  it(`equals a slow solver on ${ORDERS} orders in random books`, () => {
    const random = randomFrom(20_261);
    let left = ORDERS;
    let traded = 0;
    for (let run = 0; left > 0; run++) {
      const entries = book(random, 2 + random(118));
      left -= entries.length;
      const slow = slowly(entries);
      const found = clear(entries, 1000);
      const label = `book ${run}`;
      if (!found) {
        expect(slow.met, label).toBe(0);
        continue;
      }
      traded++;
      expect(
        {
          met: Number(found.volume) / 1000,
          welfare: Number(found.welfare) / 1000,
          ties: found.ties / 1000n,
          low: Number(found.low),
          high: Number(found.high),
        },
        label,
      ).toEqual({ met: slow.met, welfare: slow.welfare, ties: slow.ties, low: slow.low, high: slow.high });
      expect(fills(found.rows), label).toEqual(slow.filled);
      expect(found.price, label).toBe((found.low + found.high) / 2n);
    }
    expect(traded).toBeGreaterThan(ORDERS / 200);
  });

  it('gives nobody a worse price than it signed, and fills no more than it signed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 2 }), fc.integer({ min: 2, max: 110 }), (seed, size) => {
        const entries = book(randomFrom(seed), size);
        const found = clear(entries);
        if (!found) return;
        for (const { offer, bid, wh } of found.rows.filter((row) => row.wh > 0n)) {
          expect(offer.price <= found.price && found.price <= bid.price).toBe(true);
          expect(wh <= offer.wh && wh <= bid.wh).toBe(true);
        }
        const filled = fills(found.rows);
        for (const { maker, wh } of entries) expect(filled.get(maker) ?? 0).toBeLessThanOrEqual(Number(wh) / 1000);
        expect(found.rows.length).toBeLessThanOrEqual(50);
        expect(found.low <= found.high).toBe(true);
      }),
      { numRuns: 200, seed: 20_262 },
    );
  });

  it('is never worse for knowing one more order', () => {
    const random = randomFrom(20_263);
    for (let run = 0; run < 300; run++) {
      const entries = book(random, 3 + random(40));
      const all = clear(entries, 1000);
      const fewer = clear(entries.slice(1), 1000);
      if (fewer) expect(Auction.isBetter(fewer, all!)).toBe(false);
      if (fewer && all && JSON.stringify([...fills(all.rows)]) !== JSON.stringify([...fills(fewer.rows)]))
        expect(Auction.isBetter(all, fewer)).toBe(true);
    }
  });

  it('cuts off what does not fit where it is worth least', () => {
    const entries: Entry[] = MAKERS.map((maker, at) => ({
      maker,
      side: at % 2 ? 'offer' : 'bid',
      wh: 1000n,
      price: at % 2 ? BigInt(100 + at) : BigInt(1000 - at),
      nonce: 1n,
    }));
    const whole = clear(entries, 1000)!;
    const cut = clear(entries, 10)!;
    expect([whole.rows.length, cut.rows.length]).toEqual([60, 10]);
    expect(cut.rows).toEqual(whole.rows.slice(0, 10));
    expect([cut.low, cut.high]).toEqual([cut.rows[9]!.offer.price, cut.rows[9]!.bid.price]);
    expect(Auction.isBetter(whole, cut)).toBe(true);
  });

  it('takes one order of a maker: that of the highest nonce', () => {
    const [one, other] = MAKERS as [string, string];
    const offer = { maker: one, side: 'offer' as const, wh: 1000n, price: 10n, nonce: 1n };
    const bid = { maker: other, side: 'bid' as const, wh: 3000n, price: 20n, nonce: 1n };
    expect(clear([offer, bid, { ...offer, wh: 2000n, nonce: 2n }])!.volume).toBe(2000n);
    // A maker on both sides would trade with itself.
    expect(clear([offer, { ...bid, maker: one, nonce: 2n }])).toBeNull();
    expect(clear([])).toBeNull();
  });
});
