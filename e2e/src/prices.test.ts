// The price that the dApp shows is the one that the contract asks, to the microSTX, in every price mode and at every moment.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../../contracts/tests/world.ts';
import { priceAt } from '../../dapp/src/lib/features/market/listing.ts';

const FLOOR = 140_000n;
const CEILING = 515_000n;

let world: World;
let seller: string;
let reference = 300_000n;
beforeAll(async () => {
  world = await World.create();
  seller = world.home('home-h01');
});
afterAll(() => world.free());

type Details = {
  mode: bigint;
  price: bigint;
  'end-price': bigint;
  expiry: bigint;
  'updated-at': bigint;
  'current-price': bigint;
};

/** What the contract asks now, and what the page would show from the same row. */
function both(id: bigint): { asked: bigint; shown: bigint } {
  const row = world.read('marketplace', 'get-offer-details', [id]) as Details;
  const { mode, price, 'end-price': endPrice, expiry, 'updated-at': updatedAt, 'current-price': asked } = row;
  const shown = priceAt(
    { mode: String(mode), price, endPrice, expiry: Number(expiry), updatedAt: Number(updatedAt) },
    { reference, ceiling: CEILING },
    world.time,
  );
  return { asked, shown };
}

const create = (mode: bigint, price: bigint, endPrice: bigint, expiry: bigint): bigint => {
  const slot = expiry / 3600n + 2n;
  const args = [slot, 5000n, 1000n, mode, price, endPrice, expiry];
  return world.ok('marketplace', 'create-offer', args, seller).value.id as bigint;
};

describe('the price shown is the price asked', () => {
  // Spans and distances without common factors, so that every rounding shows.
  it.each([
    ['falls', 400_000n, 150_001n],
    ['rises', 150_001n, 400_000n],
  ])('while it %s, and after the seller changed it', (_, from, to) => {
    const expiry = BigInt(world.time) + 86_399n;
    const id = create(1n, from, to, expiry);
    const seen = new Set<bigint>();
    const look = () => {
      const { asked, shown } = both(id);
      expect(shown).toBe(asked);
      seen.add(asked);
    };
    for (const at of [10, 1_010, 20_030]) {
      world.wait(at);
      look();
    }
    // Counted anew from the change, not from when the offer was made.
    const next = from > to ? from - 50_003n : from + 50_003n;
    world.ok('marketplace', 'update-offer', [id, 1n, 4000n, next, to, expiry], seller);
    look();
    for (const at of [20, 10_070]) {
      world.wait(at);
      look();
    }
    world.wait(90_000);
    look();
    expect(seen.has(to)).toBe(true);
    expect(seen.size).toBeGreaterThan(4);
  });

  it('when it keeps its distance from the reference price, up to its bounds', () => {
    const expiry = BigInt(world.time) + 86_400n;
    const ids = [
      create(2n, 20_000n, FLOOR, expiry),
      create(3n, 20_000n, 200_000n, expiry),
      create(3n, 299_999n, FLOOR, expiry),
    ];
    const seen: bigint[][] = [];
    for (const value of [300_000n, 210_001n, 505_000n, 1n]) {
      world.parameter('reference-price', value);
      reference = value;
      seen.push(
        ids.map((id) => {
          const { asked, shown } = both(id);
          expect(shown).toBe(asked);
          return asked;
        }),
      );
    }
    expect(seen).toEqual([
      [320_000n, 280_000n, FLOOR],
      [230_001n, 200_000n, FLOOR],
      [CEILING, 485_000n, 205_001n],
      [FLOOR, 200_000n, FLOOR],
    ]);
  });

  it('when it is one price', () => {
    const id = create(0n, 271_251n, 271_251n, BigInt(world.time) + 50_000n);
    world.wait(10_000);
    expect(both(id)).toEqual({ asked: 271_251n, shown: 271_251n });
  });
});
