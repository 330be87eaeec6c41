// Requests, and trades that others make between orders which both sides have signed: paid from vaults, nobody worse off than it said.
import { Fees, Message } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  address,
  CELL,
  CHAIN_ID,
  CONSUMER,
  contractId,
  MATCHING_ERRORS,
  type Order,
  PRODUCER,
  type Receipt,
  STRANGER,
  signPair,
  type Tuple,
  unreachedCodes,
  utf8,
  World,
} from './world.ts';

const HUGE = 2n ** 128n - 1n;
const PAIR = 2n ** 64n;

let world: World;
let seller: string;
let buyer: string;
let slot: bigint;

beforeEach(async () => {
  world?.free();
  world = await World.create();
  seller = world.home('home-h01');
  buyer = world.home('home-h02');
  slot = world.slot + 8n;
  world.ok('trade-escrow', 'deposit', [100_000_000n], buyer);
});
afterEach(() => {
  const { stx, kwh } = world.audit();
  expect([stx[0], kwh[0]]).toEqual([stx[1], kwh[1]]);
});
afterAll(() => {
  world.free();
  expect(unreachedCodes('marketplace', { only: MATCHING_ERRORS })).toEqual([]);
});

const market = (fn: string, args: Parameters<World['call']>[2], who = STRANGER): Receipt =>
  world.call('marketplace', fn, args, who);
const events = (receipt: Receipt, topic: string): Tuple[] => receipt.events.filter((one) => one.topic === topic);
const filled = (maker: string, nonce: bigint) => world.read('marketplace', 'get-filled', [maker, nonce]).wh;

describe('match-signed-batch', () => {
  const offer = (change: Partial<Order> = {}): Order => ({
    maker: seller,
    slot,
    wh: 5000n,
    'min-wh': 1000n,
    price: 180_000n,
    nonce: 1n,
    expiry: slot * 3600n,
    ...change,
  });
  const bid = (change: Partial<Order> = {}): Order => ({
    maker: buyer,
    slot,
    wh: 4000n,
    'min-wh': 1000n,
    price: 220_001n,
    nonce: 9n,
    expiry: slot * 3600n,
    ...change,
  });
  const pair = (wh: bigint, { offers = {}, bids = {} }: { offers?: Partial<Order>; bids?: Partial<Order> } = {}) =>
    signPair(offer(offers), 'home-h01', bid(bids), 'home-h02', wh);
  const match = (rows: Tuple[], of = slot) => market('match-signed-batch', [of, rows]);
  const refusals = (receipt: Receipt) => events(receipt, 'row-refused').map(({ row, code }) => [row, code]);

  it('trades between two wallets that send nothing', () => {
    const before = { seller: world.balance(seller), buyer: world.balance(buyer) };
    const receipt = match([pair(3000n)]);
    expect(receipt.value).toEqual({ slot, rows: 1n, opened: 1n, ids: [1n] });
    // Half way between the prices; fees on top, from the vault.
    const price = 200_000n;
    const { cost, total } = Fees.quote({ wh: 3000n, price, commissionBps: 500n, gridBps: 200n });
    expect(world.tradeRow(1n)).toMatchObject({
      seller,
      buyer,
      wh: 3000n,
      cost,
      locked: total,
      origin: 2n,
      ref: 1n + 9n * PAIR,
      status: 0n,
    });
    expect(world.account(buyer).vault).toBe(100_000_000n - total);
    expect({ seller: world.balance(seller), buyer: world.balance(buyer) }).toEqual(before);
    expect(events(receipt, 'signed-matched')).toEqual([
      { topic: 'signed-matched', trade: 1n, seller, 'offer-nonce': 1n, buyer, 'bid-nonce': 9n, wh: 3000n },
    ]);
    expect([filled(seller, 1n), filled(buyer, 9n)]).toEqual([3000n, 3000n]);
    world.deliver(seller, slot, 3000n);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    world.ok('trade-escrow', 'payout', [seller], STRANGER);
    world.ok('trade-escrow', 'payout', [buyer], STRANGER);
    expect(world.balance(seller) - before.seller).toBe(cost);
    expect(world.kwhOf(buyer)).toBe(3000n);
  });

  it('is signed over the same bytes as in TypeScript', () => {
    const { 'min-wh': minWh, ...rest } = bid();
    expect(world.read('marketplace', 'get-bid-hash', [bid(), CELL.far])).toEqual(
      Message.hash(
        { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'bid' },
        Message.encodeOrder({ ...rest, minWh, cell: CELL.far, asset: null }),
      ),
    );
  });

  it('charges each pair for its own distance', () => {
    const far = world.home('home-h03', { cell: CELL.far });
    world.ok('trade-escrow', 'deposit', [10_000_000n], far);
    const rows = [
      pair(1000n),
      signPair(offer(), 'home-h01', bid({ maker: far, nonce: 1n }), 'home-h03', 1000n, { bidCell: CELL.far }),
    ];
    expect(match(rows).value).toMatchObject({ opened: 2n });
    expect([1n, 2n].map((id) => world.tradeRow(id).terms)).toEqual([500n + 200n * 10_000n, 500n + 1000n * 10_000n]);
  });

  it('reverts what could never have been right, and names the row', () => {
    const good = pair(1000n);
    const code = (row: Tuple) => match([good, row]).value;
    expect(code(signPair(offer(), 'home-h01', bid({ maker: seller }), 'home-h01', 1000n))).toBe(13109n);
    expect(code(pair(1000n, { bids: { price: 179_999n } }))).toBe(13110n);
    expect(code(pair(1000n, { offers: { nonce: PAIR } }))).toBe(13111n);
    expect(code(pair(1000n, { bids: { nonce: PAIR } }))).toBe(13111n);
    expect(code(pair(1999n, { offers: { 'min-wh': 2000n } }))).toBe(13100n);
    expect(code(pair(1999n, { bids: { 'min-wh': 2000n } }))).toBe(13100n);
    expect(code(pair(999n, { offers: { 'min-wh': 1n }, bids: { 'min-wh': 1n } }))).toBe(13100n);
    expect(code(pair(4001n))).toBe(13106n);
    expect(code(pair(5001n, { bids: { wh: 6000n } }))).toBe(13106n);
    expect(code({ ...good, 'offer-signature': good['bid-signature']! })).toBe(13500n);
    expect(code({ ...good, 'bid-signature': good['offer-signature']! })).toBe(13501n);
    expect(code({ ...good, bid: { ...(good.bid as Tuple), price: 300_000n } })).toBe(13501n);
    expect(code({ ...good, offer: { ...(good.offer as Tuple), price: 140_000n } })).toBe(13500n);
    expect(world.read('trade-escrow', 'get-trade-count')).toBe(0n);
  });

  it('skips what became stale, and spoils nobody’s trade by it', () => {
    const gone = world.home('home-h03');
    const revoked = world.home('home-h04');
    const poor = world.home('home-h05');
    const moved = world.home('home-h06');
    world.ok('trade-escrow', 'deposit', [100_000_000n], moved);
    world.ok('user-registry', 'deactivate', [], gone);
    world.ok('user-registry', 'revoke-certification', [revoked, utf8('meter moved')], address('certifier'));
    world.ok('user-registry', 'update-profile', [CELL.near, new Uint8Array(32)], moved);
    world.ok('marketplace', 'cancel-signed', [77n], seller);
    const rows = [
      signPair(offer(), 'home-h01', bid({ maker: gone }), 'home-h03', 1000n),
      signPair(offer({ maker: revoked }), 'home-h04', bid(), 'home-h02', 1000n),
      signPair(offer({ maker: STRANGER }), 'stranger', bid(), 'home-h02', 1000n),
      signPair(offer(), 'home-h01', bid({ maker: STRANGER }), 'stranger', 1000n),
      signPair(offer(), 'home-h01', bid({ maker: moved }), 'home-h06', 1000n),
      pair(1000n, { offers: { nonce: 77n } }),
      pair(1000n, { offers: { nonce: 78n, expiry: BigInt(world.time) } }),
      pair(1000n, { bids: { nonce: 78n, price: HUGE } }),
      signPair(offer(), 'home-h01', bid({ maker: poor }), 'home-h05', 1000n),
      pair(3000n),
      pair(3000n),
      pair(10_001n, { offers: { nonce: 80n, wh: HUGE }, bids: { nonce: 80n, wh: HUGE } }),
    ];
    const receipt = match(rows);
    expect(receipt.value).toMatchObject({
      rows: 12n,
      opened: 1n,
      ids: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n, 0n, 0n],
    });
    expect(refusals(receipt)).toEqual([
      [0n, 3205n],
      [1n, 3204n],
      [2n, 3202n],
      [3n, 3203n],
      [4n, 3215n],
      [5n, 3207n],
      [6n, 3302n],
      [7n, 3102n],
      [10n, 3106n],
      [11n, 3105n],
      // In escrow: this buyer's vault is empty.
      [8n, 4401n],
    ]);
    // What was reserved for the row that escrow refused is free again.
    expect([filled(seller, 1n), filled(poor, 9n)]).toEqual([3000n, 0n]);
    expect(match([rows[0]!]).value).toBe(3216n);
  });

  it('goes by limits, promises and nonce floors', () => {
    world.ok('user-registry', 'cancel-signed-below', [5n], buyer);
    expect(refusals(match([pair(1000n), pair(1000n, { bids: { nonce: 4n } })]))).toEqual([[1n, 3208n]]);
    const small = world.home('home-h03', { role: CONSUMER, certified: false });
    world.ok('trade-escrow', 'deposit', [100_000_000n], small);
    const big = { wh: 10_000n, nonce: 20n };
    const receipt = match([
      signPair(offer(big), 'home-h01', bid({ ...big, maker: small }), 'home-h03', 9000n),
      signPair(offer({ ...big, nonce: 21n }), 'home-h01', bid({ ...big, maker: small, nonce: 21n }), 'home-h03', 1001n),
      pair(1000n, { offers: { nonce: 22n }, bids: { nonce: 22n } }),
    ]);
    // The seller has promised 1 + 9 of its 10 kWh; the small buyer may have 10.
    expect(receipt.value).toMatchObject({ opened: 1n });
    expect(refusals(receipt)).toEqual([
      [1n, 4206n],
      [2n, 4207n],
    ]);
  });

  it('holds the gates of the slot and the pause', () => {
    const at = (ahead: bigint) => {
      slot = world.slot + ahead;
      return match([pair(1000n)]).value;
    };
    expect(at(4n)).toBe(3301n);
    expect(at(26n)).toBe(3300n);
    expect(match([pair(1000n)], HUGE).value).toBe(3300n);
    world.ok('governance-dao', 'set-paused', [4n], address('guardian'));
    expect(at(8n)).toBe(3206n);
    world.ok('governance-dao', 'set-paused', [0n], address('guardian'));
    expect(match([]).value).toBe(3216n);
    expect(at(8n)).toMatchObject({ opened: 1n });
  });

  it('trades from gate opening to gate closure', () => {
    const at = (before: bigint) => {
      slot = world.slot + 48n;
      world.until(slot * 3600n - before);
      return match([pair(1000n)]).value;
    };
    expect(at(86_400n)).toMatchObject({ opened: 1n });
    expect(at(14_400n)).toBe(3301n);
  });

  it('takes equal prices, all of both orders, and all that the peak power gives', () => {
    const both = { wh: 10_000n, price: 200_000n };
    expect(match([pair(10_000n, { offers: both, bids: both })]).value).toMatchObject({ opened: 1n });
    expect(world.tradeRow(1n)).toMatchObject({ wh: 10_000n, cost: 2_000_000n });
  });

  it('skips who signed less under a nonce of which more is taken, and nobody else', () => {
    match([pair(3000n)]);
    const receipt = match([
      pair(1000n, { offers: { wh: 2000n } }),
      pair(1000n, { bids: { wh: 2000n } }),
      pair(1000n, { offers: { nonce: 2n }, bids: { nonce: 2n } }),
    ]);
    expect(refusals(receipt)).toEqual([
      [0n, 3106n],
      [1n, 3106n],
    ]);
    expect(receipt.value).toMatchObject({ opened: 1n });
  });

  it('gives both orders their energy back and the vault its money when the buyer cancels', () => {
    match([pair(3000n)]);
    const receipt = market('cancel-trade', [1n], buyer);
    expect(receipt.value).toMatchObject({ released: true });
    expect(receipt.transfers).toEqual([]);
    expect(world.account(buyer).vault).toBe(100_000_000n);
    expect([filled(seller, 1n), filled(buyer, 9n)]).toEqual([0n, 0n]);
    expect(events(receipt, 'signed-released').map(({ maker, filled: after }) => [maker, after])).toEqual([
      [seller, 0n],
      [buyer, 0n],
    ]);
    expect(match([pair(4000n)]).ok).toBe(true);
  });

  it('costs at most 17 reads and 6.2 writes a trade for fifty', () => {
    const sellers = Array.from({ length: 5 }, (_, n) => `seller-${n}`);
    const buyers = Array.from({ length: 10 }, (_, n) => `buyer-${n}`);
    const at = new Map(
      [...sellers, ...buyers].map((name) => [name, world.home(name, { capacityKwh: 10_000n, peakW: 50_000n })]),
    );
    for (const name of buyers) world.ok('trade-escrow', 'deposit', [100_000_000n], at.get(name)!);
    slot = world.slot + 8n;
    for (const count of [10, 50]) {
      const rows = Array.from({ length: count }, (_, n) => {
        const [s, b] = [sellers[n % 5]!, buyers[n % 10]!];
        const nonce = BigInt(100 * count + n);
        return signPair(offer({ maker: at.get(s)!, nonce }), s, bid({ maker: at.get(b)!, nonce }), b, 1000n);
      });
      const receipt = match(rows);
      expect(receipt.value).toMatchObject({ opened: BigInt(count) });
      const { cost } = receipt;
      console.log(
        `match-signed-batch of ${count}: ${cost.read_count / count} reads, ${cost.write_count / count} writes a trade`,
      );
      // What a batch reads once weighs more in a small one.
      expect(cost.read_count / count).toBeLessThanOrEqual(count === 50 ? 17 : 18);
      expect(cost.write_count / count).toBeLessThanOrEqual(6.2);
      // No call takes more than 5 % of a block's budget.
      expect(cost.read_count).toBeLessThan(0.05 * 30_000);
      expect(cost.write_count).toBeLessThan(0.05 * 15_000);
      expect(cost.runtime).toBeLessThan(0.05 * 5e9);
      expect(cost.read_length).toBeLessThan(0.05 * 200e6);
    }
  });
});

describe('requests', () => {
  type Request = {
    wh: bigint;
    'min-wh': bigint;
    'max-price': bigint;
    urgency: bigint;
    'slot-from': bigint;
    'slot-to': bigint;
    expiry: bigint;
  };
  const request = (change: Partial<Request> = {}): Request => ({
    wh: 5000n,
    'min-wh': 1000n,
    'max-price': 220_000n,
    urgency: 2n,
    'slot-from': slot,
    'slot-to': slot + 2n,
    expiry: slot * 3600n,
    ...change,
  });
  const ask = (change: Partial<Request> = {}, who = buyer) => {
    const row = request(change);
    return market(
      'create-request',
      [row.wh, row['min-wh'], row['max-price'], row.urgency, row['slot-from'], row['slot-to'], row.expiry],
      who,
    );
  };
  const get = (id = 1n) => world.read('marketplace', 'get-request', [id]);
  const fill = (wh: bigint, { id = 1n, of = slot, price = 200_000n, who = seller } = {}) =>
    market('fill-request', [id, of, wh, price], who);

  it('say what a household wants', () => {
    const receipt = ask();
    const at = BigInt(world.time);
    const created = { id: 1n, buyer, ...request(), asset: null, cell: CELL.home, at };
    expect(receipt.value).toEqual(created);
    expect(receipt.events).toEqual([{ topic: 'request-created', ...created }]);
    const { id: _, cell: __, ...row } = created;
    expect(get()).toEqual({ ...row, remaining: 5000n, status: 0n });
    expect(world.read('marketplace', 'get-request-count')).toBe(1n);
  });

  it('are refused when nobody could serve them', () => {
    const code = (change: Partial<Request>) => ask(change).value;
    expect(code({ urgency: 4n })).toBe(3113n);
    expect(code({ wh: 999n, 'min-wh': 1n })).toBe(3100n);
    expect(code({ 'min-wh': 0n })).toBe(3104n);
    expect(code({ 'min-wh': 5001n })).toBe(3104n);
    expect(code({ 'max-price': 0n })).toBe(3101n);
    expect(code({ 'max-price': 139_999n })).toBe(3102n);
    expect(code({ 'slot-from': slot + 3n })).toBe(3114n);
    expect(code({ 'slot-to': slot + 168n })).toBe(3114n);
    expect(code({ 'slot-to': slot + 167n })).toMatchObject({ id: 1n });
    expect(code({ urgency: 3n })).toMatchObject({ urgency: 3n });
    expect(code({ 'slot-from': 0n, 'slot-to': 0n })).toBe(3301n);
    expect(code({ 'slot-from': HUGE, 'slot-to': HUGE })).toBe(3304n);
    expect(code({ expiry: BigInt(world.time) + 10n })).toBe(3303n);
    expect(code({ expiry: (slot + 2n) * 3600n + 1n })).toBe(3303n);
    expect(ask({}, STRANGER).value).toBe(3203n);
    expect(ask({}, world.home('home-h03', { role: PRODUCER })).value).toBe(3205n);
    world.ok('governance-dao', 'set-paused', [2n], address('guardian'));
    expect(code({})).toBe(3206n);
    expect(market('cancel-request', [1n], buyer).ok).toBe(true);
  });

  it('are for slots from the gate to 31 days ahead', () => {
    slot = world.slot + 745n;
    world.until(slot * 3600n - 2_678_400n);
    expect(ask({ 'slot-to': slot }).ok).toBe(true);
    slot = world.slot + 8n;
    world.until(slot * 3600n - 14_400n);
    expect(ask({ 'slot-to': slot }).value).toBe(3301n);
  });

  it('are filled from the smallest part that the buyer said, until the moment of their expiry', () => {
    const expiry = BigInt(world.time) + 60n;
    ask({ 'min-wh': 2000n, expiry });
    expect(fill(1999n).value).toBe(3100n);
    world.until(expiry - 10n);
    expect(fill(2000n).ok).toBe(true);
    expect(fill(2000n).value).toBe(3302n);
  });

  it('are matched at a price that was allowed when it was listed', () => {
    const lower = world.prepare('(try! (contract-call? .governance-dao set-parameter "price-ceiling" u150000))');
    slot = world.slot + 8n;
    ask();
    const offer = world.offer(seller, slot, 2000n);
    lower();
    expect(market('match-request', [offer, 1n, 1000n]).ok).toBe(true);
    expect(fill(1000n).value).toBe(3102n);
  });

  it('are filled by sellers at their price, from the vault', () => {
    ask();
    const receipt = fill(3000n);
    const done = { id: 1n, trade: 1n, seller, offer: null, slot, wh: 3000n, remaining: 2000n };
    expect(receipt.value).toEqual(done);
    expect(receipt.events.at(-1)).toEqual({ topic: 'request-filled', ...done });
    const { total } = Fees.quote({ wh: 3000n, price: 200_000n, commissionBps: 500n, gridBps: 200n });
    expect(world.tradeRow(1n)).toMatchObject({ seller, buyer, locked: total, origin: 3n, ref: 1n });
    expect(world.account(buyer).vault).toBe(100_000_000n - total);
    expect(fill(2001n).value).toBe(3106n);
    expect(fill(999n).value).toBe(3100n);
    expect(fill(2000n, { of: slot + 1n }).value).toMatchObject({ remaining: 0n });
    expect(get()).toMatchObject({ status: 1n, remaining: 0n });
    expect(fill(1000n).value).toBe(3214n);
  });

  it('are never served outside of what was asked', () => {
    ask();
    expect(fill(1000n, { price: 220_001n }).value).toBe(3112n);
    expect(fill(1000n, { price: 139_999n }).value).toBe(3102n);
    expect(fill(1000n, { price: 0n }).value).toBe(3101n);
    expect(fill(1000n, { of: slot - 1n }).value).toBe(3115n);
    expect(fill(1000n, { of: slot + 3n }).value).toBe(3115n);
    expect(fill(1000n, { id: 9n }).value).toBe(3213n);
    expect(fill(1000n, { who: STRANGER }).value).toBe(3202n);
    expect(fill(1000n, { who: buyer }).value).toBe(3109n);
    world.ok('trade-escrow', 'withdraw', [100_000_000n], buyer);
    expect(fill(1000n).value).toBe(4401n);
    ask({ expiry: BigInt(world.time) + 30n });
    world.wait(20);
    expect(fill(1000n, { id: 2n }).value).toBe(3302n);
  });

  it('end when the buyer takes them back', () => {
    ask();
    expect(market('cancel-request', [1n], seller).value).toBe(3002n);
    expect(market('cancel-request', [9n], buyer).value).toBe(3213n);
    const receipt = market('cancel-request', [1n], buyer);
    expect(receipt.value).toEqual({ id: 1n });
    expect(receipt.events).toEqual([{ topic: 'request-cancelled', id: 1n }]);
    expect(get()).toMatchObject({ status: 2n, remaining: 0n });
    expect(market('cancel-request', [1n], buyer).value).toBe(3214n);
    expect(fill(1000n).value).toBe(3214n);
  });

  it('are matched with offers by anybody, at the offer’s price', () => {
    ask();
    const offer = world.offer(seller, slot, 4000n, { price: 190_000n });
    const dear = world.offer(seller, slot, 4000n, { price: 220_001n });
    const other = world.offer(seller, slot + 5n, 4000n);
    const match = (of: bigint, wh: bigint, id = 1n) => market('match-request', [of, id, wh]);
    expect(match(dear, 1000n).value).toBe(3112n);
    expect(match(other, 1000n).value).toBe(3115n);
    expect(match(99n, 1000n).value).toBe(3200n);
    expect(match(offer, 1000n, 99n).value).toBe(3213n);
    expect(match(offer, 4001n).value).toBe(3106n);
    const receipt = match(offer, 4000n);
    expect(receipt.value).toEqual({ id: 1n, trade: 1n, seller, offer, slot, wh: 4000n, remaining: 1000n });
    expect(events(receipt, 'offer-accepted')).toMatchObject([{ id: offer, trade: 1n, buyer, remaining: 0n }]);
    expect(world.tradeRow(1n)).toMatchObject({ cost: 760_000n, origin: 4n, ref: offer + PAIR });
    expect(match(offer, 1000n).value).toBe(3201n);
  });

  it('have their energy back when a trade is cancelled, each side as far as it can', () => {
    ask();
    fill(3000n);
    const receipt = market('cancel-trade', [1n], buyer);
    expect(receipt.value).toMatchObject({ released: true });
    expect(events(receipt, 'request-released')).toEqual([
      { topic: 'request-released', id: 1n, trade: 1n, wh: 3000n, remaining: 5000n },
    ]);
    expect(world.account(buyer).vault).toBe(100_000_000n);

    const offer = world.offer(seller, slot, 4000n);
    market('match-request', [offer, 1n, 4000n]);
    market('match-request', [world.offer(seller, slot, 1000n), 1n, 1000n]);
    expect(get()).toMatchObject({ status: 1n });
    market('cancel-offer', [offer + 1n], seller);
    market('cancel-trade', [2n], buyer);
    expect(world.read('marketplace', 'get-offer-details', [offer])).toMatchObject({ status: 0n, remaining: 4000n });
    expect(get()).toMatchObject({ status: 0n, remaining: 4000n });
    market('cancel-request', [1n], buyer);
    market('cancel-offer', [offer], seller);
    // The offer of the third trade was filled, so it could not be cancelled: it takes its part back, the request does not.
    expect(market('cancel-trade', [3n], buyer).value).toMatchObject({ released: true });
    expect(get()).toMatchObject({ status: 2n, remaining: 0n });
    expect(world.read('marketplace', 'get-offer-details', [offer + 1n])).toMatchObject({
      status: 0n,
      remaining: 1000n,
    });
    ask();
    fill(1000n, { id: 2n });
    market('cancel-request', [2n], buyer);
    expect(market('cancel-trade', [4n], buyer).value).toMatchObject({ released: false });
    expect(market('release-cancelled', [4n]).value).toBe(3212n);
  });

  it('take no price above what the buyer said, whatever the offer does', () => {
    ask({ 'max-price': 200_000n });
    const offer = world.offer(seller, slot, 4000n);
    world.ok('marketplace', 'update-offer', [offer, 1n, 4000n, 500_000n, 0n, slot * 3600n], seller);
    expect(market('match-request', [offer, 1n, 1000n]).value).toBe(3112n);
  });
});
