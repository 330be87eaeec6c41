// Prices that follow the DAO's reference: above or below it, never under the seller's least, and otherwise at most the ceiling.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Arg, type Weakening, World } from './world.ts';

const ABOVE = 2n;
const BELOW = 3n;
const REFERENCE = 300_000n;
const HUGE = 2n ** 128n - 1n;
const MUCH = 10n ** 9n;

let world: World;
let seller: string;
let buyer: string;
let slot: bigint;
const begin = async (weaken: Weakening[] = []): Promise<void> => {
  world?.free();
  world = await World.create({ weaken });
  seller = world.home('home-h01');
  buyer = world.home('home-h02');
  slot = world.slot + 100n;
};
beforeEach(() => begin());
afterAll(() => world.free());

const create = (mode: bigint, spread: bigint, least = 140_000n): Arg[] => [
  slot,
  5000n,
  1000n,
  mode,
  spread,
  least,
  slot * 3600n,
];
const offer = (mode: bigint, spread: bigint, least?: bigint): bigint =>
  world.ok('marketplace', 'create-offer', create(mode, spread, least), seller).value.id as bigint;
const price = (id: bigint) => world.read('marketplace', 'get-offer-details', [id])['current-price'];

describe('offers by reference', () => {
  it('follow the reference price of the moment', () => {
    const [above, below, at] = [offer(ABOVE, 20_000n), offer(BELOW, 20_000n), offer(ABOVE, 0n)];
    expect([above, below, at].map(price)).toEqual([320_000n, 280_000n, REFERENCE]);
    world.parameter('reference-price', 350_000n);
    expect([above, below, at].map(price)).toEqual([370_000n, 330_000n, 350_000n]);
  });

  it('are bought at that price, or not at all above what the buyer allows', () => {
    slot = world.slot + 60n;
    const id = offer(BELOW, 50_000n);
    const { total } = world.read('marketplace', 'quote', [id, 2000n, buyer]) as { total: bigint };
    world.parameter('reference-price', 310_000n);
    expect(world.code('marketplace', 'accept-offer', [id, 1n, 2000n, total], buyer)).toBe(3107n);
    const quoted = world.read('marketplace', 'quote', [id, 2000n, buyer]) as { total: bigint; price: bigint };
    expect(quoted.price).toBe(260_000n);
    expect(world.ok('marketplace', 'accept-offer', [id, 1n, 2000n, quoted.total], buyer).value).toMatchObject({
      remaining: 3000n,
    });
    expect(world.tradeRow(1n)).toMatchObject({ cost: 520_000n, locked: quoted.total });
  });

  it('stop at the seller’s least and at the ceiling', () => {
    const floor = offer(BELOW, 100_001n, 200_000n);
    expect(price(floor)).toBe(200_000n);
    expect(price(offer(BELOW, 100_000n, 200_000n))).toBe(200_000n);
    expect(price(offer(BELOW, 99_999n, 200_000n))).toBe(200_001n);
    expect(price(offer(BELOW, 515_000n, 140_000n))).toBe(140_000n);
    expect(price(offer(ABOVE, 215_000n))).toBe(515_000n);
    expect(price(offer(ABOVE, 215_001n))).toBe(515_000n);
    expect(price(offer(ABOVE, 214_999n))).toBe(514_999n);
    // A ceiling that comes down lowers what follows the reference, but never below what the seller said.
    const dear = offer(ABOVE, 200_000n, 400_000n);
    world.parameter('price-ceiling', 350_000n);
    expect(price(dear)).toBe(400_000n);
    expect(price(offer(ABOVE, 200_000n, 140_000n))).toBe(350_000n);
  });

  it('are listed within the bounds, and changed within them', () => {
    const code = (mode: bigint, spread: bigint, least: bigint) =>
      world.code('marketplace', 'create-offer', create(mode, spread, least), seller);
    expect(code(ABOVE, 515_001n, 140_000n)).toBe(3102n);
    expect(code(BELOW, HUGE, 140_000n)).toBe(3102n);
    expect(code(ABOVE, 0n, 0n)).toBe(3101n);
    expect(code(ABOVE, 0n, 139_999n)).toBe(3102n);
    expect(code(ABOVE, 0n, 515_001n)).toBe(3102n);
    expect(code(4n, 0n, 140_000n)).toBe(3103n);
    const id = offer(ABOVE, 515_000n, 515_000n);
    const update = (spread: bigint, least: bigint) =>
      world.call('marketplace', 'update-offer', [id, 1n, 5000n, spread, least, slot * 3600n], seller);
    expect(update(515_001n, 140_000n).value).toBe(3102n);
    expect(update(0n, 139_999n).value).toBe(3102n);
    expect(update(10_000n, 150_000n).ok).toBe(true);
    expect(price(id)).toBe(310_000n);
  });

  it('make a day of offers at once', () => {
    const rows = Array.from({ length: 24 }, (_, n) => ({
      slot: slot + BigInt(n),
      wh: 1000n,
      'min-wh': 1000n,
      mode: n % 2 === 0 ? ABOVE : BELOW,
      price: BigInt(n) * 1000n,
      'end-price': 140_000n,
      expiry: slot * 3600n,
    }));
    const { ids } = world.ok('marketplace', 'create-offers', [rows], seller).value as { ids: bigint[] };
    expect(ids.map(price)).toEqual(
      rows.map(({ mode, price: by }) => (mode === ABOVE ? REFERENCE + by : REFERENCE - by)),
    );
  });

  it('serve requests and standing orders no dearer than their price', () => {
    slot = world.slot + 8n;
    const id = offer(ABOVE, 10_000n);
    world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
    const request = (max: bigint) =>
      world.ok('marketplace', 'create-request', [1000n, 1000n, max, 0n, slot, slot, slot * 3600n], buyer).value
        .id as bigint;
    const match = (of: bigint) => world.call('marketplace', 'match-request', [id, of, 1000n], buyer);
    expect(match(request(309_999n)).value).toBe(3112n);
    expect(match(request(310_000n)).ok).toBe(true);
  });

  it('need the seller’s least: without it a fallen reference sells below it', async () => {
    const attack = () => {
      slot = world.slot + 8n;
      const id = offer(BELOW, 150_000n, 200_000n);
      const receipt = world.ok('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
      return world.tradeRow(receipt.value.trade as bigint).cost;
    };
    expect(attack()).toBe(200_000n);
    await begin([['marketplace', '(if (> least most) least most)', '(if (> u0 most) least most)']]);
    expect(attack()).toBe(150_000n);
  });
});
