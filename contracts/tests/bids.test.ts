// One offer and many signed bids: the seller's rows are read and written once, and nobody is worse off than it said.
import { Fees } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attack, onBothTwins } from './twins.ts';
import {
  address,
  CELL,
  CONSUMER,
  type Order,
  type Receipt,
  STRANGER,
  signBid,
  signOrder,
  type Tuple,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const PAIR = 2n ** 64n;
const VAULT = 100_000_000n;

type Scene = { world: World; seller: string; buyer: string; second: string; slot: bigint };

async function scene(weaken: Weakening[] = []): Promise<Scene> {
  const world = await World.create({ weaken });
  const [seller, buyer, second] = ['home-h01', 'home-h02', 'home-h03'].map((name) => world.home(name)) as [
    string,
    string,
    string,
  ];
  for (const who of [buyer, second]) world.ok('trade-escrow', 'deposit', [VAULT], who);
  return { world, seller, buyer, second, slot: world.slot + 8n };
}

const offerOf = ({ seller, slot }: Scene, change: Partial<Order> = {}): Order => ({
  maker: seller,
  slot,
  wh: 5000n,
  'min-wh': 1000n,
  price: 180_000n,
  nonce: 1n,
  expiry: slot * 3600n,
  ...change,
});
const bidOf = ({ buyer, slot }: Scene, change: Partial<Order> = {}): Order => ({
  maker: buyer,
  slot,
  wh: 4000n,
  'min-wh': 1000n,
  price: 220_001n,
  nonce: 9n,
  expiry: slot * 3600n,
  ...change,
});
const args = (offer: Order, rows: Tuple[], key = 'home-h01', cell = CELL.home): Parameters<World['call']>[2] => {
  const { slot, ...rest } = offer;
  return [slot, { ...rest, cell }, signOrder(offer, key, { cell }), rows];
};

let at: Scene;
let world: World;
beforeEach(async () => {
  world?.free();
  at = await scene();
  world = at.world;
});
afterEach(() => {
  const { stx, kwh } = world.audit();
  expect([stx[0], kwh[0]]).toEqual([stx[1], kwh[1]]);
});
afterAll(() => world.free());

const sell = (rows: Tuple[], change: Partial<Order> = {}): Receipt =>
  world.call('marketplace', 'match-offer-bids', args(offerOf(at, change), rows), STRANGER);
const row = (wh: bigint, change: Partial<Order> = {}, key = 'home-h02', cell = CELL.home) =>
  signBid(bidOf(at, change), key, wh, { cell });
const events = (receipt: Receipt, topic: string): Tuple[] => receipt.events.filter((one) => one.topic === topic);
const refusals = (receipt: Receipt) => events(receipt, 'row-refused').map(({ row: which, code }) => [which, code]);
const filled = (maker: string, nonce: bigint) => world.read('marketplace', 'get-filled', [maker, nonce]).wh;

describe('match-offer-bids', () => {
  it('sells one signed offer to many bids, each at the middle of its own prices and for its own distance', () => {
    const far = world.home('home-h04', { cell: CELL.far });
    world.ok('trade-escrow', 'deposit', [VAULT], far);
    const receipt = sell([
      row(1000n),
      row(1500n, { maker: at.second, price: 180_000n }, 'home-h03'),
      row(2000n, { maker: far, price: 200_000n }, 'home-h04', CELL.far),
    ]);
    expect(receipt.value).toEqual({ slot: at.slot, rows: 3n, opened: 3n, ids: [1n, 2n, 3n], sold: 4500n });
    const expected = [
      { buyer: at.buyer, wh: 1000n, price: 200_000n, grid: 200n },
      { buyer: at.second, wh: 1500n, price: 180_000n, grid: 200n },
      { buyer: far, wh: 2000n, price: 190_000n, grid: 1000n },
    ];
    expected.forEach(({ buyer, wh, price, grid }, n) => {
      const { cost, total } = Fees.quote({
        wh,
        price,
        commissionBps: 500n,
        gridBps: Number(grid) === 200 ? 200n : 1000n,
      });
      expect(world.tradeRow(BigInt(n) + 1n)).toMatchObject({
        seller: at.seller,
        buyer,
        wh,
        cost,
        locked: total,
        origin: 2n,
        ref: 1n + 9n * PAIR,
        terms: 500n + grid * 10_000n,
        status: 0n,
      });
      expect(world.account(buyer).vault).toBe(VAULT - total);
      expect(filled(buyer, 9n)).toBe(wh);
    });
    expect(filled(at.seller, 1n)).toBe(4500n);
    expect(world.slotRow(at.seller, at.slot)).toMatchObject({ promised: 4500n, trades: 3n });
    expect(world.read<bigint>('trade-escrow', 'get-used', [at.seller])).toBe(4500n);
    expect(events(receipt, 'signed-matched').map(({ trade, 'bid-nonce': nonce, wh }) => [trade, nonce, wh])).toEqual([
      [1n, 9n, 1000n],
      [2n, 9n, 1500n],
      [3n, 9n, 2000n],
    ]);
    expect(receipt.transfers).toEqual([]);
    world.deliver(at.seller, at.slot, 4500n);
    world.ok('trade-escrow', 'settle-slot', [at.seller, at.slot, [1n, 2n, 3n]], STRANGER);
    for (const who of [at.seller, at.buyer, at.second, far]) world.ok('trade-escrow', 'payout', [who], STRANGER);
    expect([at.buyer, at.second, far].map((who) => world.kwhOf(who))).toEqual([1000n, 1500n, 2000n]);
  });

  it('reverts what could never have been right, and names the row', () => {
    const good = row(1000n);
    const code = (second: Tuple, change: Partial<Order> = {}) => sell([good, second], change).value;
    expect(code(row(1000n, { maker: at.seller }, 'home-h01'))).toBe(13109n);
    expect(code(row(1000n, { price: 179_999n }))).toBe(13110n);
    expect(code(row(1000n, { nonce: PAIR }))).toBe(13111n);
    expect(code(row(1999n, { 'min-wh': 2000n }))).toBe(13100n);
    expect(code(row(999n, { 'min-wh': 1n }), { 'min-wh': 1n })).toBe(13100n);
    expect(sell([row(1000n)], { 'min-wh': 1001n }).value).toBe(3100n);
    expect(code(row(4001n))).toBe(13106n);
    expect(code(row(5001n, { wh: 6000n }))).toBe(13106n);
    expect(code({ ...good, bid: { ...good.bid, price: 300_000n } })).toBe(13501n);
    expect(code({ ...good, 'bid-signature': good['bid-signature'].slice(0, 64) })).toBe(13501n);
    expect(world.read('trade-escrow', 'get-trade-count')).toBe(0n);
    expect([filled(at.seller, 1n), filled(at.buyer, 9n)]).toEqual([0n, 0n]);
  });

  it('fails as a whole with an offer that is wrong or stale', () => {
    const rows = [row(1000n)];
    const [slot, offer, signature] = args(offerOf(at), rows) as [bigint, Tuple, Uint8Array];
    const with_ = (change: Tuple) =>
      world.code('marketplace', 'match-offer-bids', [slot, { ...offer, ...change }, signature, rows], STRANGER);
    expect(with_({ price: 140_000n })).toBe(3500n);
    expect(with_({ maker: STRANGER })).toBe(3202n);
    expect(sell(rows, { nonce: PAIR }).value).toBe(3111n);
    expect(sell(rows, { expiry: BigInt(world.time) + 10n }).value).toBe(3302n);
    expect(sell([]).value).toBe(3216n);
    world.ok('marketplace', 'cancel-signed', [3n], at.seller);
    expect(sell(rows, { nonce: 3n }).value).toBe(3207n);
    world.ok('user-registry', 'cancel-signed-below', [2n], at.seller);
    expect(sell(rows).value).toBe(3208n);
    expect(
      world.code(
        'marketplace',
        'match-offer-bids',
        args(offerOf(at, { nonce: 4n }), rows, 'home-h01', CELL.near),
        STRANGER,
      ),
    ).toBe(3215n);
    expect(sell(rows, { nonce: 4n, wh: 1000n }).value).toMatchObject({ opened: 1n });
    expect(sell(rows, { nonce: 4n, wh: 1000n }).value).toBe(3106n);
    world.ok('user-registry', 'revoke-certification', [at.seller, utf8('meter moved')], address('certifier'));
    expect(sell(rows, { nonce: 5n }).value).toBe(3204n);
  });

  it('skips what became stale, and spoils nobody’s trade by it', () => {
    const gone = world.home('home-h04');
    const poor = world.home('home-h05');
    const moved = world.home('home-h06');
    const small = world.home('home-h07', { role: CONSUMER, certified: false });
    for (const who of [moved, small]) world.ok('trade-escrow', 'deposit', [VAULT], who);
    world.ok('user-registry', 'deactivate', [], gone);
    world.ok('user-registry', 'update-profile', [CELL.near, new Uint8Array(32)], moved);
    world.ok('marketplace', 'cancel-signed', [77n], at.buyer);
    world.ok('user-registry', 'cancel-signed-below', [5n], at.second);
    const big = { wh: 20_000n };
    const rows = [
      row(1000n, { maker: gone }, 'home-h04'),
      row(1000n, { maker: STRANGER }, 'stranger'),
      row(1000n, { maker: moved }, 'home-h06'),
      row(1000n, { nonce: 77n }),
      row(1000n, { nonce: 78n, expiry: BigInt(world.time) }),
      row(1000n, { price: 900_000n, nonce: 79n }),
      row(1000n, { maker: at.second, nonce: 4n }, 'home-h03'),
      row(1000n, { maker: poor }, 'home-h05'),
      row(3000n),
      row(1001n),
      row(10_001n, { maker: small, ...big }, 'home-h07'),
      row(10_000n, { maker: small, nonce: 10n, ...big }, 'home-h07'),
    ];
    const receipt = sell(rows, { wh: 15_000n });
    expect(refusals(receipt)).toEqual([
      [0n, 3205n],
      [1n, 3203n],
      [2n, 3215n],
      [3n, 3207n],
      [4n, 3302n],
      [5n, 3102n],
      [6n, 3208n],
      [9n, 3106n],
      [10n, 3105n],
      // In escrow: no money, and more than the seller's peak power gives in the hour.
      [7n, 4401n],
      [11n, 4207n],
    ]);
    expect(receipt.value).toMatchObject({ opened: 1n, sold: 3000n });
    expect([filled(at.seller, 1n), filled(at.buyer, 9n), filled(poor, 9n), filled(small, 10n)]).toEqual([
      3000n,
      3000n,
      0n,
      0n,
    ]);
    expect(world.slotRow(at.seller, at.slot)).toMatchObject({ promised: 3000n, trades: 1n });
  });

  it('never sells more than was signed, whatever the rows add up to', () => {
    const rows = [
      row(3000n),
      row(2001n, { maker: at.second }, 'home-h03'),
      row(2000n, { maker: at.second }, 'home-h03'),
    ];
    const receipt = sell(rows);
    expect(refusals(receipt)).toEqual([[1n, 3106n]]);
    expect(receipt.value).toMatchObject({ opened: 2n, sold: 5000n, ids: [1n, 0n, 2n] });
    expect(sell([row(1000n, { nonce: 50n })]).value).toBe(3106n);
  });

  it('counts all rows against the seller’s and each buyer’s limit', () => {
    // Certified for 100 kWh, tier Starter: 10 kWh in 30 days.
    const limited = world.home('home-h04', { capacityKwh: 100n, peakW: 50_000n });
    const offer = offerOf(at, { maker: limited, wh: 30_000n });
    const rows = [row(4000n), row(4000n, { nonce: 10n }), row(2001n, { nonce: 11n }), row(2000n, { nonce: 12n })];
    const receipt = world.call('marketplace', 'match-offer-bids', args(offer, rows, 'home-h04'), STRANGER);
    expect(refusals(receipt)).toEqual([[2n, 4205n]]);
    expect(receipt.value).toMatchObject({ opened: 3n, sold: 10_000n });
    const small = world.home('home-h05', { capacityKwh: 100n });
    world.ok('trade-escrow', 'deposit', [VAULT], small);
    const again = sell(
      [row(6001n, { maker: small, wh: 9000n }, 'home-h05'), row(4000n, { maker: small, nonce: 10n }, 'home-h05')],
      { wh: 10_001n, nonce: 7n },
    );
    expect(refusals(again)).toEqual([[1n, 4206n]]);
  });

  it('holds the gates of the slot and the pause', () => {
    const go = (ahead: bigint) => {
      at.slot = world.slot + ahead;
      return sell([row(1000n)]).value;
    };
    expect(go(4n)).toBe(3301n);
    expect(go(26n)).toBe(3300n);
    world.ok('governance-dao', 'set-paused', [4n], address('guardian'));
    expect(go(8n)).toBe(3206n);
    world.ok('governance-dao', 'set-paused', [0n], address('guardian'));
    expect(go(8n)).toMatchObject({ opened: 1n });
  });

  it('trades from gate opening to gate closure', () => {
    const go = (before: bigint) => {
      at.slot = world.slot + 48n;
      world.until(at.slot * 3600n - before);
      return sell([row(1000n)]).value;
    };
    expect(go(86_400n)).toMatchObject({ opened: 1n });
    expect(go(14_400n)).toBe(3301n);
  });

  it('sells what an earlier call has left of an offer, and no more', () => {
    expect(sell([row(3000n)]).value).toMatchObject({ sold: 3000n });
    expect(sell([row(2001n, { nonce: 10n })]).value).toBe(3216n);
    expect(sell([row(2000n, { nonce: 10n })]).value).toMatchObject({ sold: 2000n });
    expect(filled(at.seller, 1n)).toBe(5000n);
    expect(sell([row(1000n, { nonce: 11n })], { 'min-wh': 0n }).value).toBe(3216n);
  });

  it('gives both orders their energy back when the buyer cancels', () => {
    sell([row(3000n), row(2000n, { maker: at.second }, 'home-h03')]);
    expect(world.ok('marketplace', 'cancel-trade', [1n], at.buyer).value.released).toBe(true);
    expect([filled(at.seller, 1n), filled(at.buyer, 9n)]).toEqual([2000n, 0n]);
    expect(world.account(at.buyer).vault).toBe(VAULT);
    expect(sell([row(3000n)]).value).toMatchObject({ opened: 1n });
  });

  it('costs at most 9 reads and 3.2 writes a trade for fifty', () => {
    const names = Array.from({ length: 25 }, (_, n) => `buyer-${n}`);
    const seller = world.home('seller-0', { capacityKwh: 50_000n, peakW: 100_000n });
    const buyers = names.map((name) => world.home(name, { capacityKwh: 10_000n, peakW: 50_000n }));
    for (const who of buyers) world.ok('trade-escrow', 'deposit', [VAULT], who);
    at.slot = world.slot + 8n;
    for (const count of [5, 20, 50]) {
      const rows = Array.from({ length: count }, (_, n) =>
        row(1000n, { maker: buyers[n % 25]!, nonce: BigInt(1000 * count + n) }, names[n % 25]!),
      );
      const offer = offerOf(at, { maker: seller, wh: 50_000n, nonce: BigInt(count) });
      const { cost, value } = world.call('marketplace', 'match-offer-bids', args(offer, rows, 'seller-0'), STRANGER);
      expect(value).toMatchObject({ opened: BigInt(count) });
      console.log(
        `match-offer-bids of ${count}: ${cost.read_count / count} reads, ${cost.write_count / count} writes a trade`,
      );
      if (count < 50) continue;
      expect(cost.read_count / count).toBeLessThanOrEqual(9);
      expect(cost.write_count / count).toBeLessThanOrEqual(3.2);
      expect(cost.read_count).toBeLessThan(0.05 * 30_000);
      expect(cost.runtime).toBeLessThan(0.05 * 5e9);
      expect(cost.read_length).toBeLessThan(0.05 * 200e6);
    }
  });
});

describe('match-listed-bids', () => {
  const match = (id: bigint, rows: Tuple[]) => world.call('marketplace', 'match-listed-bids', [id, rows], STRANGER);

  it('sells a listed offer at its own price', () => {
    const id = world.offer(at.seller, at.slot, 5000n, { price: 190_000n });
    const receipt = match(id, [row(2000n), row(3000n, { maker: at.second, price: 190_000n }, 'home-h03')]);
    expect(receipt.value).toEqual({ slot: at.slot, rows: 2n, opened: 2n, ids: [1n, 2n], sold: 5000n });
    expect(world.tradeRow(1n)).toMatchObject({ cost: 380_000n, origin: 5n, ref: id + 9n * PAIR });
    expect(world.tradeRow(2n)).toMatchObject({ cost: 570_000n, origin: 5n });
    expect(events(receipt, 'listed-matched').map(({ trade, remaining }) => [trade, remaining])).toEqual([
      [1n, 3000n],
      [2n, 0n],
    ]);
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 0n, status: 1n });
    expect(match(id, [row(1000n)]).value).toBe(3201n);
    // The buyer's way out gives energy back to both.
    expect(world.ok('marketplace', 'cancel-trade', [1n], at.buyer).value.released).toBe(true);
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 2000n, status: 0n });
    expect(filled(at.buyer, 9n)).toBe(0n);
    // An offer that was cancelled takes nothing back; the bid does.
    world.ok('marketplace', 'cancel-offer', [id], at.seller);
    expect(world.ok('marketplace', 'cancel-trade', [2n], at.second).value.released).toBe(true);
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 0n, status: 2n });
    expect(filled(at.second, 9n)).toBe(0n);
  });

  it('skips what the offer no longer gives, for others may have been faster', () => {
    const id = world.offer(at.seller, at.slot, 3000n, { price: 190_000n });
    world.ok('marketplace', 'accept-offer', [id, 1n, 1000n, VAULT], at.second);
    const receipt = match(id, [row(2001n), row(1000n, { price: 189_999n, nonce: 2n }), row(2000n, { nonce: 3n })]);
    expect(refusals(receipt)).toEqual([
      [0n, 3106n],
      [1n, 3110n],
    ]);
    expect(receipt.value).toMatchObject({ opened: 1n, sold: 2000n });
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 0n, status: 1n });
  });

  it('fails as a whole with an offer that is not there or not open', () => {
    const expiry = BigInt(world.time) + 60n;
    const id = world.offer(at.seller, at.slot, 3000n, { expiry });
    const rows = [row(1000n)];
    expect(match(99n, rows).value).toBe(3200n);
    expect(match(id, [row(3001n)]).value).toBe(3106n);
    world.until(expiry);
    expect(match(id, rows).value).toBe(3302n);
    const second = world.offer(at.seller, at.slot, 3000n);
    world.ok('user-registry', 'revoke-certification', [at.seller, utf8('meter moved')], address('certifier'));
    expect(match(second, rows).value).toBe(3204n);
  });
});

describe('attacks', () => {
  const attacks: Attack<Scene>[] = [
    {
      name: 'a keeper fills a bid from the vault of somebody who signed nothing',
      class: 'signatures',
      code: 3501n,
      guards: [
        [
          'marketplace',
          '(asserts! (is-signed-by (get maker bid) (hash-of DOMAIN-BID (get slot sale) bid) (get bid-signature row)) (at-row at ERR-BID-SIGNATURE))',
          '',
        ],
      ],
      run: (of) =>
        of.world.call(
          'marketplace',
          'match-offer-bids',
          args(offerOf(of), [signBid(bidOf(of), 'home-h01', 1000n)]),
          STRANGER,
        ),
    },
    {
      name: 'a keeper sells the energy of somebody who signed nothing',
      class: 'signatures',
      code: 3500n,
      guards: [
        [
          'marketplace',
          '(asserts! (is-signed-by maker (hash-of DOMAIN-OFFER slot offer) signature) ERR-SIGNATURE)',
          '',
        ],
      ],
      run: (of) =>
        of.world.call(
          'marketplace',
          'match-offer-bids',
          args(offerOf(of), [signBid(bidOf(of), 'home-h02', 1000n)], 'home-h02'),
          STRANGER,
        ),
    },
    {
      name: 'an offer is sold once more by a second call',
      class: 'double-count',
      code: 3106n,
      guards: [['marketplace', '(take maker nonce (+ taken (get sold sale)))', '']],
      run: (of) => {
        const call = (nonce: bigint) =>
          of.world.call(
            'marketplace',
            'match-offer-bids',
            args(offerOf(of, { wh: 1000n }), [signBid(bidOf(of, { nonce }), 'home-h02', 1000n)]),
            STRANGER,
          );
        call(1n);
        return call(2n);
      },
    },
    {
      name: 'many bids of one call take more than the seller’s peak power gives',
      class: 'limits',
      code: 3216n,
      guards: [['trade-escrow', '(+ (get promised batch) (get wh batch))', '(get promised batch)']],
      run: (of) => {
        const bid = (nonce: bigint) => signBid(bidOf(of, { nonce, wh: 6000n }), 'home-h02', 6000n);
        const receipt = of.world.call(
          'marketplace',
          'match-offer-bids',
          args(offerOf(of, { wh: 20_000n }), [bid(1n), bid(2n)]),
          STRANGER,
        );
        const { opened } = receipt.value as { opened: bigint };
        return opened === 2n ? receipt : { ...receipt, ok: false, value: 3216n };
      },
    },
    {
      name: 'a stranger opens trades past the marketplace',
      class: 'authority',
      code: 4001n,
      guards: [
        [
          'trade-escrow',
          '(try! (check-peer (var-get marketplace))) (asserts! (and (>= (get origin common)',
          '(asserts! (and (>= (get origin common)',
        ],
      ],
      run: (of) =>
        of.world.call(
          'trade-escrow',
          'open-for-seller',
          [
            {
              seller: STRANGER,
              slot: of.slot,
              pv: 1n,
              now: BigInt(of.world.time),
              origin: 2n,
              'seller-limit': 9000n,
              'peak-w': 9000n,
            },
            [{ buyer: of.buyer, wh: 1000n, cost: 9000n, terms: 0n, ref: 0n, 'buyer-limit': 9000n, 'load-w': 0n }],
          ],
          STRANGER,
        ),
    },
  ];
  onBothTwins(scene, attacks);
});
