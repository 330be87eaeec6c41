// Spot market: energy that has been metered and minted already. What is paid lies here until the buyer can no longer give it back.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attack, onBothTwins } from './twins.ts';
import {
  address,
  ascii,
  CONSUMER,
  contractId,
  type Receipt,
  SPOT_ERRORS,
  STRANGER,
  unreachedCodes,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const PRICE = 200_000n;
const HUGE = 2n ** 128n - 1n;
const DAY = 86_400;

type Scene = { world: World; seller: string; buyer: string };
const MINTED = 9000n;

/** A seller with 9 kWh of metered surplus, and a buyer. */
async function scene(weaken: Weakening[] = []): Promise<Scene> {
  const world = await World.create({ weaken });
  const seller = world.home('home-h01');
  const buyer = world.home('home-h02');
  world.deliver(seller, world.slot, MINTED);
  return { world, seller, buyer };
}

let world: World;
let seller: string;
let buyer: string;
beforeEach(async () => {
  world?.free();
  ({ world, seller, buyer } = await scene());
});
afterEach(() => {
  const [held, owed, kwh, reserve] = world.audit().spot;
  expect([held, kwh]).toEqual([owed, reserve]);
});
afterAll(() => {
  world.free();
  expect(unreachedCodes('marketplace', { only: SPOT_ERRORS })).toEqual([]);
});

const market = (fn: string, args: Parameters<World['call']>[2], who: string): Receipt =>
  world.call('marketplace', fn, args, who);
const add = (wh: bigint, price = PRICE, who = seller) => market('add-energy-for-sale', [wh, price], who);
const buy = (wh: bigint, max = PRICE, who = buyer, from = seller) =>
  market('buy-energy-from-user', [from, wh, max], who);
const refund = (purchase: bigint, wh: bigint, who = buyer) => market('refund-energy', [purchase, wh], who);
const release = (purchase: bigint) => market('release-proceeds', [purchase], STRANGER);
const lot = (who = seller) => world.read('marketplace', 'get-energy-for-sale', [who]);
const reserve = () => world.read<bigint>('marketplace', 'get-current-energy-reserve');
const purchase = (id: bigint) => world.read('marketplace', 'get-purchase', [id]);
/** `who` meters and mints `wh` more. */
const produce = (who: string, wh: bigint) => world.deliver(who, world.slot, wh);

describe('add-energy-for-sale', () => {
  it('takes the energy into custody and counts it', () => {
    const { value, events } = add(4000n);
    expect(value).toMatchObject({ seller, wh: 4000n, price: PRICE, 'on-sale': 4000n, reserve: 4000n });
    expect(events.map(({ topic }) => topic)).toEqual(['energy-handed-over', 'energy-listed']);
    expect([world.kwhOf(seller), world.kwhOf(contractId('marketplace'))]).toEqual([5000n, 4000n]);
    // A second lot of the same seller joins the first, at the new price for all.
    expect(add(500n, 210_000n).ok).toBe(true);
    expect(lot()).toMatchObject({ wh: 4500n, price: 210_000n, 'expires-at': BigInt(world.time) + 2_592_000n });
    expect(reserve()).toBe(4500n);
  });

  it('wants an amount, a price within the bounds, and energy that is there', () => {
    expect(add(0n).value).toBe(3116n);
    expect(add(1000n, 0n).value).toBe(3101n);
    expect(add(1000n, 139_999n).value).toBe(3102n);
    expect(add(1000n, 515_001n).value).toBe(3102n);
    expect(add(999n).value).toBe(3100n);
    expect(add(MINTED + 1n).value).toBe(3401n);
    expect(add(HUGE).value).toBe(3218n);
    expect(add(1000n, 140_000n).ok).toBe(true);
    expect(add(1n, 515_000n).ok).toBe(true);
    expect(add(HUGE).value).toBe(3218n);
    expect(reserve()).toBe(1001n);
  });

  it('is for certified producers, and can be paused', () => {
    const small = world.home('home-h03', { certified: false });
    expect(add(1000n, PRICE, small).value).toBe(3204n);
    expect(add(1000n, PRICE, STRANGER).value).toBe(3202n);
    world.ok('governance-dao', 'set-paused', [2n], address('guardian'));
    expect(add(1000n).value).toBe(3206n);
    world.ok('governance-dao', 'set-paused', [5n], address('guardian'));
    expect(add(1000n).ok).toBe(true);
  });

  it('holds the limit of a household to the Wh, over several listings', () => {
    world.parameter('user-reserve-wh', 5000n);
    expect(add(5001n).value).toBe(3218n);
    expect(add(3000n).ok).toBe(true);
    expect(add(2001n).value).toBe(3218n);
    expect(add(2000n).ok).toBe(true);
    // Sale and removal make room.
    expect(buy(1000n).ok).toBe(true);
    expect(add(1001n).value).toBe(3218n);
    expect(add(1000n).ok).toBe(true);
    expect(market('remove-energy-from-sale', [1n], seller).ok).toBe(true);
    expect(add(1n).ok).toBe(true);
  });

  it('holds the limit of all households to the Wh', () => {
    const other = world.home('home-h03');
    produce(other, 9000n);
    world.parameter('global-reserve-wh', 6000n);
    expect(add(4000n).ok).toBe(true);
    expect(add(2001n, PRICE, other).value).toBe(3219n);
    expect(add(2000n, PRICE, other).ok).toBe(true);
    expect(add(1n).value).toBe(3219n);
    expect(buy(1000n).ok).toBe(true);
    expect(reserve()).toBe(5000n);
    expect(add(1000n).ok).toBe(true);
  });
});

describe('remove-energy-from-sale', () => {
  it('gives back what was asked for, and closes an empty lot', () => {
    add(5000n);
    const { value } = market('remove-energy-from-sale', [2000n], seller);
    expect(value).toEqual({ seller, wh: 2000n, 'on-sale': 3000n, reserve: 3000n, expired: false });
    expect(world.kwhOf(seller)).toBe(6000n);
    expect(market('remove-energy-from-sale', [3001n], seller).value).toBe(3106n);
    expect(market('remove-energy-from-sale', [0n], seller).value).toBe(3116n);
    expect(market('remove-energy-from-sale', [1n], buyer).value).toBe(3106n);
    expect(market('remove-energy-from-sale', [3000n], seller).ok).toBe(true);
    expect(lot()).toMatchObject({ wh: 0n, 'expires-at': 0n });
    expect([world.kwhOf(seller), reserve()]).toEqual([MINTED, 0n]);
  });

  it('needs no certificate and cannot be paused', () => {
    add(5000n);
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    world.ok('governance-dao', 'set-paused', [7n], address('guardian'));
    expect(market('remove-energy-from-sale', [5000n], seller).ok).toBe(true);
  });
});

describe('expiry', () => {
  it('ends the sale at its moment, and anybody may send the energy home', () => {
    add(5000n);
    const end = lot()['expires-at'] as bigint;
    expect(market('return-expired-energy', [seller], STRANGER).value).toBe(3307n);
    world.until(end - 20n);
    expect(buy(1000n).ok).toBe(true);
    expect(market('return-expired-energy', [seller], STRANGER).value).toBe(3307n);
    // Now it is the moment itself.
    expect(buy(1000n).value).toBe(3217n);
    const { value } = market('return-expired-energy', [seller], STRANGER);
    expect(value).toMatchObject({ seller, wh: 4000n, 'on-sale': 0n, reserve: 0n, expired: true });
    expect(world.kwhOf(seller)).toBe(MINTED - 1000n);
    expect(market('return-expired-energy', [seller], STRANGER).value).toBe(3217n);
    add(1000n);
    world.until(lot()['expires-at'] as bigint);
    expect(market('return-expired-energy', [seller], STRANGER).value).toMatchObject({ expired: true });
  });
});

describe('buy-energy-from-user', () => {
  it('hands over the energy at once, the fee to the treasury, and holds the price', () => {
    add(5000n);
    const treasury = world.read<bigint>('governance-dao', 'get-treasury');
    const before = { buyer: world.balance(buyer), seller: world.balance(seller) };
    // 1,001 Wh at 0.2 STX: the cost is rounded up for the buyer, the commission of 5 % down.
    const { value } = buy(1001n);
    const cost = (1001n * PRICE + 999n) / 1000n;
    const fee = (cost * 500n) / 10_000n;
    expect(value).toMatchObject({ purchase: 1n, cost, fee, wh: 1001n, 'on-sale': 3999n, reserve: 3999n });
    expect(world.read('marketplace', 'quote-energy', [seller, 1001n])).toEqual({
      price: PRICE,
      cost,
      fee,
      total: cost + fee,
    });
    expect(world.read('marketplace', 'quote-energy', [seller, 3999n])).toMatchObject({ cost: 799_800n });
    expect(world.read('marketplace', 'quote-energy', [seller, 4000n])).toBe(3106n);
    expect(before.buyer - world.balance(buyer)).toBe(cost + fee);
    expect(world.read<bigint>('governance-dao', 'get-treasury') - treasury).toBe(fee);
    expect(world.balance(contractId('marketplace'))).toBe(cost);
    expect(world.balance(seller)).toBe(before.seller);
    expect(world.kwhOf(buyer)).toBe(1001n);
    expect(purchase(1n)).toMatchObject({ seller, buyer, wh: 1001n, cost, held: cost, 'refund-bps': 9000n });
  });

  it('keeps to the price that the buyer allows, whatever the seller does', () => {
    add(5000n);
    add(1n, PRICE + 1n);
    expect(buy(1000n, PRICE).value).toBe(3112n);
    expect(buy(1000n, PRICE + 1n).ok).toBe(true);
  });

  it('knows what there is and who may buy', () => {
    expect(buy(1000n).value).toBe(3217n);
    add(2500n);
    expect(buy(2501n).value).toBe(3106n);
    expect(buy(HUGE).value).toBe(3106n);
    expect(buy(999n).value).toBe(3100n);
    expect(buy(0n).value).toBe(3100n);
    expect(buy(1000n, PRICE, seller).value).toBe(3109n);
    expect(buy(1000n, PRICE, STRANGER).value).toBe(3203n);
    expect(buy(1000n, PRICE, buyer, STRANGER).value).toBe(3202n);
    const visitor = world.home('home-h03', { role: CONSUMER, verified: false });
    expect(buy(1000n, PRICE, visitor).value).toBe(3205n);
    world.ok('governance-dao', 'set-paused', [4n], address('guardian'));
    expect(buy(1000n).value).toBe(3206n);
    world.ok('governance-dao', 'set-paused', [0n], address('guardian'));
    expect(buy(2000n).ok).toBe(true);
    // The rest is less than the minimum and can be had as a whole.
    expect(buy(499n).value).toBe(3100n);
    expect(buy(500n).ok).toBe(true);
    expect(buy(1000n).value).toBe(3217n);
  });

  it('takes nothing from a wallet that cannot pay cost and fee', () => {
    add(5000n);
    world.ok('trade-escrow', 'deposit', [world.balance(buyer) - 209_999n], buyer);
    expect(buy(1000n).value).toBe(3400n);
    expect(world.kwhOf(buyer)).toBe(0n);
    world.mint(buyer, 1n);
    expect(buy(1000n).ok).toBe(true);
    expect(world.balance(buyer)).toBe(0n);
  });

  it('is frozen while the seller is not certified', () => {
    add(5000n);
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    expect(buy(1000n).value).toBe(3204n);
  });

  it('charges no fee where the commission is zero', () => {
    world.parameter('commission-bps', 0n);
    add(5000n);
    expect(buy(1000n).transfers.map(({ amount }) => amount)).toEqual([200_000n]);
  });
});

describe('refund-energy', () => {
  it('is asked for from the wallet itself', () => {
    add(5000n);
    buy(3000n);
    world.deploy('friend', '(define-public (help) (contract-call? .marketplace refund-energy u1 u1000))');
    expect(world.call('friend', 'help', [], buyer).value).toBe(3001n);
  });

  it('gives back the rate of the price that was paid, and the energy to the sale', () => {
    add(5000n);
    buy(3000n);
    add(1n, 515_000n);
    const before = world.balance(buyer);
    const { value } = refund(1n, 1000n);
    expect(value).toMatchObject({ refund: 180_000n, held: 420_000n, relisted: true });
    expect(world.balance(buyer) - before).toBe(180_000n);
    expect([world.kwhOf(buyer), lot().wh, reserve()]).toEqual([2000n, 3001n, 3001n]);
    expect(refund(1n, 2001n).value).toBe(3106n);
    expect(refund(1n, 2000n).ok).toBe(true);
    expect(refund(1n, 1n).value).toBe(3106n);
    // All given back: the rest is the seller's at once.
    const seller0 = world.balance(seller);
    expect(release(1n).value).toMatchObject({ amount: 60_000n });
    expect(world.balance(seller) - seller0).toBe(60_000n);
    expect(release(1n).value).toBe(3221n);
  });

  it('never gives back more in parts than as a whole', () => {
    add(5000n, 333_333n);
    buy(1000n, 333_333n);
    const before = world.balance(buyer);
    for (let part = 0; part < 10; part++) expect(refund(1n, 7n).ok).toBe(true);
    expect(refund(1n, 930n).ok).toBe(true);
    expect(world.balance(buyer) - before).toBeLessThanOrEqual((333_333n * 9000n) / 10_000n);
  });

  it('is the buyer’s, of a purchase that is there, with energy that it holds', () => {
    add(5000n);
    buy(1000n);
    expect(refund(2n, 1n).value).toBe(3220n);
    expect(refund(1n, 1n, seller).value).toBe(3002n);
    expect(refund(1n, 0n).value).toBe(3116n);
    world.ok('energy-token', 'retire', [600n, buyer, utf8('cooked')], buyer);
    expect(refund(1n, 401n).value).toBe(3401n);
    expect(refund(1n, 400n).ok).toBe(true);
  });

  it('ends at its moment, and the proceeds are free from then on', () => {
    add(5000n);
    buy(3000n);
    const end = purchase(1n)['closes-at'] as bigint;
    expect(end).toBe(BigInt(world.time + DAY));
    buy(1000n);
    world.until(end - 10n);
    expect(release(1n).value).toBe(3306n);
    expect(refund(1n, 1000n).value).toBe(3305n);
    // Now it is the very end of the second, which was bought ten seconds later.
    expect(release(2n).ok).toBe(true);
    const before = world.balance(seller);
    expect(release(1n).ok).toBe(true);
    expect(world.balance(seller) - before).toBe(600_000n);
    expect(release(7n).value).toBe(3220n);
  });

  it('works until the second before its end, whatever is paused or changed', () => {
    add(5000n);
    buy(3000n);
    const end = purchase(1n)['closes-at'] as bigint;
    world.ok('governance-dao', 'set-paused', [7n], address('guardian'));
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    world.until(end - 10n);
    expect(refund(1n, 3000n).value).toMatchObject({ refund: 540_000n });
  });

  it('goes by the rate and window of its time', () => {
    add(5000n);
    world.parameter('refund-window', 600_000n);
    buy(1000n);
    world.dao(`(try! (contract-call? .governance-dao set-parameter "refund-rate-bps" u0))
               (try! (contract-call? .governance-dao set-parameter "refund-window" u0))`);
    expect(refund(1n, 500n).value).toMatchObject({ refund: 90_000n });
    // And a purchase made now: no refund, the money is free at once.
    buy(1000n);
    expect(refund(2n, 1n).value).toBe(3305n);
    expect(release(2n).ok).toBe(true);
  });

  it('sends the energy to the seller when its sale is over or the reserves are full', () => {
    add(5000n);
    buy(2000n);
    market('remove-energy-from-sale', [3000n], seller);
    expect(refund(1n, 500n).value).toMatchObject({ relisted: false });
    expect([world.kwhOf(seller), reserve()]).toEqual([MINTED - 1500n, 0n]);
    produce(seller, 9000n);
    add(3000n);
    world.parameter('refund-window', 900_000n);
    buy(1000n);
    world.parameter('user-reserve-wh', 2999n);
    expect(refund(2n, 1000n).value).toMatchObject({ relisted: false });
    buy(1000n);
    expect(refund(3n, 1000n).value).toMatchObject({ relisted: true });
    buy(1000n);
    world.parameter('global-reserve-wh', 1999n);
    expect(refund(4n, 1000n).value).toMatchObject({ relisted: false });
  });

  it('puts the energy back on sale up to the reserves, and until the moment at which the sale ends', () => {
    world.dao(`(try! (contract-call? .governance-dao set-parameter "user-reserve-wh" u3000))
               (try! (contract-call? .governance-dao set-parameter "global-reserve-wh" u3000))`);
    add(3000n);
    buy(1000n);
    expect(refund(1n, 1000n).value).toMatchObject({ relisted: true });
    const end = lot()['expires-at'] as bigint;
    world.until(end - 20n);
    buy(1000n);
    expect(refund(2n, 400n).value).toMatchObject({ relisted: true });
    expect(refund(2n, 600n).value).toMatchObject({ relisted: false });
  });

  it('gives nothing back at a rate of zero', () => {
    world.parameter('refund-rate-bps', 0n);
    add(5000n);
    buy(1000n);
    expect(refund(1n, 1000n).value).toMatchObject({ refund: 0n, held: 200_000n });
    expect(release(1n).value).toMatchObject({ amount: 200_000n });
  });
});

describe('figures', () => {
  it('can all be read', () => {
    expect(world.read('marketplace', 'get-price-bounds')).toEqual({ floor: 140_000n, ceiling: 515_000n });
    const read = (fn: string, args: string[] = []) => world.read<bigint>('marketplace', fn, args);
    expect(read('get-energy-price')).toBe(300_000n);
    expect(read('get-commission-rate')).toBe(500n);
    expect(read('get-refund-rate')).toBe(9000n);
    expect(read('get-refund-window')).toBe(86_400n);
    expect(read('get-energy-reserve-limit')).toBe(1_000_000_000n);
    expect(read('get-max-energy-per-user')).toBe(10_000_000n);
    expect(read('get-energy-balance', [seller])).toBe(MINTED);
    expect(read('get-stx-balance', [seller])).toBe(world.balance(seller));
    expect(world.read('marketplace', 'quote-energy', [seller, 1n])).toBe(3106n);
    expect(world.read('marketplace', 'get-purchase', [1n])).toBe(null);
    expect(read('get-purchase-count')).toBe(0n);
  });
});

describe('hand-over', () => {
  it('is the marketplace’s, and only of the wallet that called', () => {
    expect(world.code('energy-token', 'hand-over', [1n, seller], seller)).toBe(2001n);
    world.dao(`(try! (contract-call? .energy-token set-peer "marketplace" '${STRANGER}))`);
    expect(world.read('energy-token', 'get-peer', [ascii('marketplace')])).toBe(STRANGER);
    expect(world.code('energy-token', 'hand-over', [1n, seller], STRANGER)).toBe(2002n);
    expect(world.code('energy-token', 'hand-over', [0n, STRANGER], STRANGER)).toBe(2100n);
    expect(world.code('energy-token', 'hand-over', [1n, STRANGER], STRANGER)).toBe(2400n);
  });
});

describe('attacks', () => {
  const sale = ({ world, seller, buyer }: Scene, wh = 3000n): void => {
    world.ok('marketplace', 'add-energy-for-sale', [5000n, PRICE], seller);
    world.ok('marketplace', 'buy-energy-from-user', [seller, wh, PRICE], buyer);
  };
  const attacks: Attack<Scene>[] = [
    {
      name: 'a decoy contract lists the energy of whoever calls it',
      class: 'phishing',
      code: 3202n,
      guards: [
        [
          'marketplace',
          '(seller contract-caller) (parameters (contract-call? .governance-dao get-parameters)) (household',
          '(seller tx-sender) (parameters (contract-call? .governance-dao get-parameters)) (household',
        ],
        [
          'marketplace',
          '(ok (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL))',
          '(if true (ok true) ERR-INDIRECT-CALL)',
        ],
      ],
      run: ({ world, seller }) => {
        world.deploy('decoy', '(define-public (gift) (contract-call? .marketplace add-energy-for-sale u1000 u140000))');
        return world.call('decoy', 'gift', [], seller);
      },
    },
    {
      name: 'a decoy contract buys energy with the money of whoever calls it',
      class: 'phishing',
      code: 3001n,
      guards: [
        [
          'marketplace',
          '(ok (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL))',
          '(if true (ok true) ERR-INDIRECT-CALL)',
        ],
        [
          'marketplace',
          '(buyer contract-caller) (parameters (contract-call? .governance-dao get-parameters)) (pair',
          '(buyer tx-sender) (parameters (contract-call? .governance-dao get-parameters)) (pair',
        ],
      ],
      run: ({ world, seller, buyer }) => {
        world.ok('marketplace', 'add-energy-for-sale', [5000n, PRICE], seller);
        world.deploy(
          'decoy',
          `(define-public (gift) (contract-call? .marketplace buy-energy-from-user '${seller} u1000 u${PRICE}))`,
        );
        return world.call('decoy', 'gift', [], buyer);
      },
    },
    {
      name: 'energy is given back twice',
      class: 'double-count',
      code: 3106n,
      guards: [
        [
          'marketplace',
          '(asserts! (<= wh (- (get wh row) (get refunded-wh row))) ERR-TOO-MUCH)',
          '(asserts! (<= wh (get wh row)) ERR-TOO-MUCH)',
        ],
        ['marketplace', '(held (- (get held row) refund))', '(held (get held row))'],
      ],
      run: (of) => {
        sale(of);
        of.world.ok('marketplace', 'buy-energy-from-user', [of.seller, 2000n, PRICE], of.buyer);
        of.world.ok('marketplace', 'refund-energy', [1n, 3000n], of.buyer);
        return of.world.call('marketplace', 'refund-energy', [1n, 2000n], of.buyer);
      },
    },
    {
      name: 'energy is bought cheaply and given back at the price of the day',
      class: 'limits',
      code: 0n,
      guards: [
        [
          'marketplace',
          '(/ (* (get cost row) wh (get refund-bps row)) (* (get wh row) BPS))',
          '(/ (* (cost-of wh (get price (get-energy-for-sale seller))) (get refund-bps row)) BPS)',
        ],
        ['marketplace', '(held (- (get held row) refund))', '(held u0)'],
      ],
      run: (of) => {
        const { world, seller, buyer } = of;
        sale(of, 1000n);
        world.ok('marketplace', 'buy-energy-from-user', [seller, 2000n, PRICE], address('home-h02'));
        world.ok('marketplace', 'add-energy-for-sale', [1n, 500_000n], seller);
        const receipt = world.call('marketplace', 'refund-energy', [1n, 1000n], buyer);
        const { refund: given } = receipt.value as { refund: bigint };
        return given > 200_000n ? receipt : { ...receipt, ok: false, value: 0n };
      },
    },
    {
      name: 'a seller has its money before the refunds are over',
      class: 'clock',
      code: 3306n,
      guards: [
        [
          'marketplace',
          '(or (is-eq (get refunded-wh row) (get wh row)) (>= stacks-block-time (get closes-at row)))',
          'true',
        ],
      ],
      run: (of) => {
        sale(of);
        return of.world.call('marketplace', 'release-proceeds', [1n], of.seller);
      },
    },
    {
      name: 'proceeds are released twice, out of those of others',
      class: 'double-count',
      code: 3221n,
      guards: [['marketplace', '(map-set purchases purchase (merge row { held: u0 }))', '']],
      run: (of) => {
        sale(of, 1000n);
        of.world.wait(DAY);
        of.world.ok('marketplace', 'release-proceeds', [1n], of.seller);
        of.world.ok('marketplace', 'buy-energy-from-user', [of.seller, 2000n, PRICE], of.buyer);
        return of.world.call('marketplace', 'release-proceeds', [1n], of.seller);
      },
    },
    {
      name: 'a purchase of somebody else is given back',
      class: 'authority',
      code: 3002n,
      guards: [
        [
          'marketplace',
          '(asserts! (is-eq contract-caller buyer) ERR-NOT-BUYER) (asserts! (< now (get closes-at row))',
          '(asserts! (< now (get closes-at row))',
        ],
        ['energy-token', '(asserts! (is-eq tx-sender sender) ERR-INDIRECT-CALL)', ''],
      ],
      run: (of) => {
        sale(of);
        return of.world.call('marketplace', 'refund-energy', [1n, 3000n], of.seller);
      },
    },
    {
      name: 'more is taken off sale than is there, out of the energy of others',
      class: 'limits',
      code: 3106n,
      guards: [
        [
          'marketplace',
          '(asserts! (<= wh (get wh lot)) ERR-TOO-MUCH) (unlist contract-caller lot wh stacks-block-time)',
          '(unlist contract-caller lot wh stacks-block-time)',
        ],
        [
          'marketplace',
          '(on-sale (- (get wh lot) wh)) (total (- (var-get reserve) wh)) (result { seller: seller, wh: wh, on-sale: on-sale, reserve: total, expired',
          '(on-sale u0) (total (- (var-get reserve) wh)) (result { seller: seller, wh: wh, on-sale: on-sale, reserve: total, expired',
        ],
      ],
      run: (of) => {
        const { world, seller } = of;
        world.ok('marketplace', 'add-energy-for-sale', [5000n, PRICE], seller);
        const thief = world.home('home-h03');
        return world.call('marketplace', 'remove-energy-from-sale', [5000n], thief);
      },
    },
  ];
  onBothTwins(scene, attacks);
});
