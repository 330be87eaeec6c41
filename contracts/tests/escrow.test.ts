// trade-escrow: money and energy come in, wait, and leave to whom they belong.
import { Settlement } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ABROAD,
  ASSET_ERRORS,
  address,
  ascii,
  CELL,
  contractId,
  DEPLOYER,
  HOLD_ERRORS,
  type Order,
  type Receipt,
  STRANGER,
  signBid,
  signPair,
  type Tuple,
  unreachedCodes,
  World,
} from './world.ts';

const ESCROW = contractId('trade-escrow');
const DOLLAR = contractId('test-dollar');
const MUCH = 10n ** 12n;

let world: World;
let seller: string;
let buyer: string;
let slot: bigint;

const start = async (offset = 0) => {
  world?.free();
  world = await World.create({ offset });
  seller = world.home('home-h01');
  buyer = world.home('home-h02');
  slot = world.slot + 8n;
};
beforeEach(() => start());
afterEach(() => {
  const { stx, kwh, bonds } = world.audit();
  expect([stx[0], kwh[0], bonds[0]]).toEqual([stx[1], kwh[1], bonds[1]]);
});
afterAll(() => {
  world.free();
  expect(unreachedCodes('trade-escrow', { but: [...ASSET_ERRORS, ...HOLD_ERRORS] })).toEqual([]);
});

const escrow = (fn: string, args: Parameters<World['call']>[2], who = STRANGER): Receipt =>
  world.call('trade-escrow', fn, args, who);
const status = (id: bigint) => world.tradeRow(id).status;
const event = (receipt: Receipt, topic: string): Tuple | undefined => receipt.events.find((one) => one.topic === topic);

/** Two sellers and a buyer whose trade limits are far away. */
const strong = (loadW = 0n) => {
  const [one, two, hungry] = ['home-h03', 'home-h04', 'home-h05'].map((name) =>
    world.home(name, { peakW: 200_000n, capacityKwh: 10_000n, loadW }),
  ) as [string, string, string];
  return { one, two, hungry };
};
/** Offers `wh` of `who` in a slot and says what comes of buying them. */
const purchase = (who: string, by: string, wh: bigint, of = slot): Receipt => {
  const offer = world.offer(who, of, wh, { expiry: of * 3600n - 14_400n });
  return world.call('marketplace', 'accept-offer', [offer, 1n, wh, MUCH], by);
};

describe('what a household may buy of an hour', () => {
  it('is limited over all trades and sellers, to the watt-hour', () => {
    const { one, two, hungry } = strong();
    expect(world.read('governance-dao', 'get-parameter', [ascii('buyer-slot-wh')])).toBe(50_000n);
    expect(purchase(one, hungry, 50_001n).value).toBe(4213n);
    expect(purchase(one, hungry, 30_000n).ok).toBe(true);
    expect(purchase(two, hungry, 20_001n).value).toBe(4213n);
    const last = world.trade(two, hungry, slot, 20_000n);
    expect(purchase(one, hungry, 1000n).value).toBe(4213n);
    // Another hour and another household have limits of their own.
    expect(purchase(one, hungry, 50_000n, slot + 1n).ok).toBe(true);
    expect(purchase(one, buyer, 1000n).ok).toBe(true);
    // What is cancelled can be bought again, and no more than that.
    expect(escrow('cancel', [last], hungry).ok).toBe(true);
    expect(purchase(one, hungry, 20_001n).value).toBe(4213n);
    expect(purchase(one, hungry, 20_000n).ok).toBe(true);
    expect(purchase(one, hungry, 1000n).value).toBe(4213n);
  });

  it('counts what others match from the vault, and what is paid in an asset', () => {
    const { one, hungry } = strong();
    world.call('test-dollar', 'mint', [10_000_000n, hungry], STRANGER);
    world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 10_000_000n], hungry);
    world.ok('trade-escrow', 'deposit', [100_000_000n], hungry);
    const ask = (wh: bigint) =>
      world.ok('marketplace', 'create-request', [wh, 1000n, 300_000n, 2n, slot, slot, slot * 3600n], hungry).value.id!;
    const fill = (id: Tuple[string], wh: bigint) =>
      world.call('marketplace', 'fill-request', [id, slot, wh, 200_000n], one);
    const listed = (wh: bigint) => {
      const terms = [DOLLAR, slot, wh, 1000n, 0n, 20_000n, 20_000n, slot * 3600n - 14_400n];
      const { id } = world.ok('marketplace', 'create-offer-in', terms, one).value;
      return world.call('marketplace', 'accept-offer-in', [DOLLAR, id!, 1n, wh, MUCH], hungry);
    };
    const asked = ask(60_000n);
    expect(fill(asked, 50_001n).value).toBe(4213n);
    expect(fill(asked, 25_000n).ok).toBe(true);
    expect(listed(25_001n).value).toBe(4213n);
    expect(listed(24_000n).ok).toBe(true);
    expect(fill(asked, 1001n).value).toBe(4213n);
    // A row of a batch that has no place any more is skipped, and the next is taken.
    const bid = (wh: bigint, nonce: bigint): Order => ({
      maker: hungry,
      slot,
      wh,
      'min-wh': 1000n,
      price: 200_000n,
      nonce,
      expiry: slot * 3600n,
    });
    const offer = world.offer(one, slot, 10_000n);
    const rows = [signBid(bid(1001n, 1n), 'home-h05', 1001n), signBid(bid(1000n, 2n), 'home-h05', 1000n)];
    const receipt = world.ok('marketplace', 'match-listed-bids', [offer, rows], STRANGER);
    expect(receipt.events.filter(({ topic }) => topic === 'row-refused')).toEqual([
      { topic: 'row-refused', row: 0n, code: 4213n },
    ]);
    expect(receipt.value).toMatchObject({ rows: 2n, opened: 1n });
    expect(fill(asked, 1000n).value).toBe(4213n);
  });

  it('is the DAO’s to change, for trades to come', () => {
    const lower = world.prepare('(try! (contract-call? .governance-dao set-parameter "buyer-slot-wh" u1000))');
    slot = world.slot + 8n;
    const id = world.trade(seller, buyer, slot, 3000n);
    lower();
    expect(purchase(seller, buyer, 1000n).value).toBe(4213n);
    expect(purchase(seller, buyer, 1001n, slot + 1n).value).toBe(4213n);
    expect(purchase(seller, buyer, 1000n, slot + 1n).ok).toBe(true);
    world.deliver(seller, slot, 3000n);
    expect(escrow('settle', [id]).value).toMatchObject({ delivered: 3000n });
  });

  it('is kept for 32 coming hours', () => {
    const { one, hungry } = strong();
    world.parameter('gate-opening', 259_200n);
    const first = world.slot + 6n;
    for (let n = 0n; n < 32n; n++) expect(purchase(one, hungry, 1000n, first + n).ok, `${n}`).toBe(true);
    expect(purchase(one, hungry, 1000n, first + 32n).value).toBe(4214n);
    const again = world.trade(one, hungry, first + 5n, 2000n);
    expect(world.account(hungry).bought).toHaveLength(32);
    // Hours that have begun make room, those that are cancelled too.
    world.until(first * 3600n - 20n);
    expect(purchase(one, hungry, 1000n, first + 32n).value).toBe(4214n);
    world.until(first * 3600n);
    expect(purchase(one, hungry, 1000n, first + 32n).ok).toBe(true);
    expect(world.account(hungry).bought).toHaveLength(32);
    const other = world.trade(one, hungry, first + 20n, 1000n);
    escrow('cancel', [other], hungry);
    const bought = (world.account(hungry).bought as bigint[]).map((entry) => [entry / 2n ** 64n, entry % 2n ** 64n]);
    expect(bought).toContainEqual([first + 20n, 1000n]);
    expect(bought).toContainEqual([first + 5n, 3000n]);
    expect(bought).not.toContainEqual([first, 1000n]);
    expect(world.tradeRow(again).status).toBe(0n);
  });

  it.each([
    [3000n, 2000n],
    [49_999n, 40_000n],
    [50_001n, 40_000n],
    [120_000n, 100_000n],
  ])('is what its connection carries where the reader said so: %s W', (loadW, most) => {
    const { one, two, hungry } = strong(loadW);
    expect(purchase(one, hungry, loadW + 1n).value).toBe(4213n);
    expect(purchase(one, hungry, most).ok).toBe(true);
    expect(purchase(two, hungry, loadW - most + 1n).value).toBe(4213n);
    const last = world.trade(two, hungry, slot, loadW - most);
    expect(purchase(one, hungry, 1000n).value).toBe(4213n);
    // Another hour has the whole load again, and what is cancelled can be bought again.
    expect(purchase(one, hungry, loadW, slot + 1n).ok).toBe(true);
    expect(escrow('cancel', [last], hungry).ok).toBe(true);
    expect(purchase(two, hungry, loadW - most + 1n).value).toBe(4213n);
    expect(purchase(two, hungry, loadW - most).ok).toBe(true);
  });

  it('is what its connection carries in batches, of which it skips what is too much, and in requests', () => {
    const { one, two, hungry } = strong(3000n);
    world.ok('trade-escrow', 'deposit', [100_000_000n], hungry);
    const order = (maker: string, wh: bigint, nonce: bigint): Order => ({
      ...{ maker, slot, wh, 'min-wh': 1000n, price: 200_000n, nonce },
      expiry: slot * 3600n,
    });
    const refused = (receipt: Receipt) =>
      receipt.events.flatMap(({ topic, row, code }) => (topic === 'row-refused' ? [[row, code]] : []));
    const pair = (wh: bigint, nonce: bigint) =>
      signPair(order(one, wh, nonce), 'home-h03', order(hungry, wh, nonce), 'home-h05', wh);
    const rows = [pair(3001n, 1n), pair(1000n, 2n)];
    expect(refused(world.ok('marketplace', 'match-signed-batch', [slot, rows], STRANGER))).toEqual([[0n, 4213n]]);
    const offer = world.offer(two, slot, 9000n);
    const bids = [2001n, 1000n].map((wh, n) => signBid(order(hungry, wh, 3n + BigInt(n)), 'home-h05', wh));
    expect(refused(world.ok('marketplace', 'match-listed-bids', [offer, bids], STRANGER))).toEqual([[0n, 4213n]]);
    world.ok('marketplace', 'create-request', [9000n, 1000n, 300_000n, 2n, slot, slot, slot * 3600n], hungry);
    const serve = (wh: bigint) => world.call('marketplace', 'fill-request', [1n, slot, wh, 200_000n], one);
    expect(serve(1001n).value).toBe(4213n);
    expect(serve(1000n).ok).toBe(true);
    expect(world.account(hungry).bought).toEqual([slot * 2n ** 64n + 3000n]);
  });

  it('changes with the meter, for trades to come, and not with the parameter', () => {
    const lower = world.prepare('(try! (contract-call? .governance-dao set-parameter "buyer-slot-wh" u1000))');
    const { one, hungry } = strong(3000n);
    slot = world.slot + 8n;
    const id = world.trade(one, hungry, slot, 2000n);
    lower();
    expect(purchase(one, hungry, 1000n).ok).toBe(true);
    const read = (loadW: bigint) => {
      world.ok('user-registry', 'register-meter', [new Uint8Array(32).fill(200 + Number(loadW / 1000n)), 1n], hungry);
      world.ok('user-registry', 'verify-meter', [hungry, 1n, loadW], address('meter-reader'));
    };
    read(2000n);
    expect(purchase(one, hungry, 1000n).value).toBe(4213n);
    expect(purchase(one, hungry, 2001n, slot + 1n).value).toBe(4213n);
    read(5000n);
    expect(purchase(one, hungry, 2000n).ok).toBe(true);
    expect(purchase(one, hungry, 1000n).value).toBe(4213n);
    // What a reader does not say is the parameter again.
    read(0n);
    expect(purchase(one, hungry, 1001n, slot + 1n).value).toBe(4213n);
    expect(purchase(one, hungry, 1000n, slot + 1n).ok).toBe(true);
    world.deliver(one, slot, 5000n);
    expect(escrow('settle', [id]).value).toMatchObject({ delivered: 2000n });
  });

  it('would be without end if trades were not added up', async () => {
    world.free();
    world = await World.create({
      weaken: [['trade-escrow', 'merge load { wh: (mod entry SLOT-FACTOR) }', 'merge load { wh: u0 }']],
    });
    slot = world.slot + 8n;
    const { one, two, hungry } = strong();
    for (const who of [one, two]) expect(purchase(who, hungry, 50_000n).ok).toBe(true);
  });
});

describe('vault', () => {
  it('keeps what is put in until it is taken out', () => {
    const before = world.balance(buyer);
    expect(escrow('deposit', [500n], buyer).value).toEqual({ who: buyer, amount: 500n, vault: 500n });
    expect(escrow('withdraw', [200n], buyer).value).toEqual({ who: buyer, amount: 200n, vault: 300n });
    expect(escrow('withdraw', [301n], buyer).value).toBe(4401n);
    expect(escrow('withdraw', [0n], buyer).value).toBe(4100n);
    expect(escrow('deposit', [0n], buyer).value).toBe(4100n);
    expect(escrow('deposit', [MUCH], buyer).value).toBe(4400n);
    expect(escrow('deposit', [2n ** 128n - 1n], buyer).value).toBe(4400n);
    expect(escrow('withdraw', [1n], STRANGER).value).toBe(4401n);
    const receipt = escrow('withdraw', [300n], buyer);
    expect(receipt.events).toEqual([{ topic: 'withdrawn', who: buyer, amount: 300n, vault: 0n }]);
    expect(receipt.transfers).toEqual([{ amount: 300n, sender: ESCROW, recipient: buyer }]);
    expect(world.balance(buyer)).toBe(before);
  });
});

describe('opening', () => {
  it('locks the total, and writes promise and use down', () => {
    const offer = world.offer(seller, slot, 3000n);
    const receipt = world.ok('marketplace', 'accept-offer', [offer, 1n, 3000n, MUCH], buyer);
    // 3 kWh at 0.2 STX; 5 % commission, 2 % for the wires of one cell.
    const opened = {
      id: 1n,
      seller,
      buyer,
      wh: 3000n,
      cost: 600_000n,
      locked: 642_000n,
      slot,
      pv: 1n,
      terms: 500n + 200n * 10_000n,
      origin: 0n,
      ref: offer,
      at: BigInt(world.time),
    };
    const pv = event(receipt, 'trade-opened')!.pv!;
    expect(event(receipt, 'trade-opened')).toEqual({ topic: 'trade-opened', ...opened, pv });
    const { id: _, ...row } = opened;
    expect(world.tradeRow(1n)).toEqual({ ...row, pv, status: 0n });
    expect(world.slotRow(seller, slot)).toMatchObject({ promised: 3000n, trades: 1n, status: 0n });
    for (const who of [seller, buyer]) expect(world.read('trade-escrow', 'get-used', [who])).toBe(3000n);
    expect(world.balance(ESCROW)).toBe(642_000n);
  });

  it('is for the marketplace only', () => {
    const row = {
      seller,
      buyer: STRANGER,
      wh: 1n,
      cost: 1n,
      slot,
      pv: 1n,
      terms: 0n,
      origin: 0n,
      ref: 0n,
      'seller-limit': 9n,
      'buyer-limit': 9n,
      'load-w': 0n,
      'peak-w': 9n,
    };
    expect(escrow('open-direct', [row, 0n]).value).toBe(4001n);
    expect(escrow('open-from-vault', [row, 0n]).value).toBe(4001n);
    expect(escrow('open-many', [slot, 1n, 0n, 2n, []]).value).toBe(4001n);
    expect(escrow('hold-many', [1n, 1n, 0n, 0n, 0n, []]).value).toBe(4001n);
    expect(escrow('cancel-for', [1n, STRANGER]).value).toBe(4001n);
    expect(escrow('mark-disputed', [1n]).value).toBe(4001n);
    expect(escrow('resolve-trade', [1n]).value).toBe(4001n);
    expect(escrow('resolve-by-verdict', [1n, 1n]).value).toBe(4001n);
  });

  it('checks what it can even if the marketplace did not', () => {
    // The DAO makes a household its marketplace: whatever that asks for, these rules hold.
    world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${buyer}))`);
    expect(world.read('trade-escrow', 'get-peer', [ascii('marketplace')])).toBe(buyer);
    slot = world.slot + 8n;
    const through =
      (fn: string) =>
      (change: Tuple, now = BigInt(world.time)) => {
        const plain = { seller, buyer, wh: 10n, cost: 10n, slot, pv: 1n, terms: 0n, origin: 0n, ref: 0n };
        const limits = { 'seller-limit': 10n, 'buyer-limit': 10n, 'load-w': 0n, 'peak-w': 10n };
        return escrow(fn, [{ ...plain, ...limits, ...change }, now], buyer).value;
      };
    const open = through('open-direct');
    const vaulted = through('open-from-vault');
    expect(open({ buyer: STRANGER })).toBe(4003n);
    expect(open({ origin: 2n })).toBe(4106n);
    expect(vaulted({ origin: 1n })).toBe(4106n);
    expect(vaulted({ origin: 2n })).toBe(4401n);
    for (const origin of [1n, 16n])
      expect(escrow('open-many', [slot, 1n, BigInt(world.time), origin, []], buyer).value).toBe(4106n);
    const common = { seller, slot, pv: 1n, now: BigInt(world.time), 'seller-limit': 10n, 'peak-w': 10n };
    const forSeller = (origin: bigint) => escrow('open-for-seller', [{ ...common, origin }, []], buyer).value;
    expect([1n, 2n, 15n, 16n].map(forSeller)).toEqual([4106n, { ids: [] }, { ids: [] }, 4106n]);
    const inAsset = (origin: bigint) => {
      const row = { ...common, buyer, wh: 10n, cost: 10n, terms: 0n, ref: 0n, 'buyer-limit': 10n, 'load-w': 0n };
      const { now, ...rest } = row;
      return escrow('open-in-asset', [{ ...rest, origin }, now, DOLLAR], buyer).value;
    };
    expect([15n, 16n].map(inAsset)).toEqual([4106n, 4401n]);
    expect(open({ wh: 0n })).toBe(4100n);
    expect(open({ cost: 0n })).toBe(4100n);
    expect(open({ seller: buyer })).toBe(4101n);
    expect(open({ terms: 1001n })).toBe(4102n);
    expect(open({ terms: 3001n * 10_000n })).toBe(4102n);
    expect(open({ slot: world.slot })).toBe(4300n);
    expect(open({}, slot * 3600n)).toBe(4300n);
    expect(open({ 'seller-limit': 9n })).toBe(4205n);
    expect(open({ 'buyer-limit': 9n })).toBe(4206n);
    expect(open({ 'peak-w': 9n })).toBe(4207n);
    expect(open({ cost: MUCH })).toBe(4400n);
    expect(open({ terms: 1000n + 3000n * 10_000n, pv: 999n })).toMatchObject({ locked: 14n });
    // No parameters have that version, so the time to cancel is unknown.
    expect(escrow('cancel', [1n], buyer).value).toBe(4211n);
    expect(open({})).toBe(4205n);
    // A vault is used to its last microSTX.
    const more = { origin: 2n, 'seller-limit': 20n, 'buyer-limit': 20n, 'peak-w': 20n };
    escrow('deposit', [9n], buyer);
    expect(vaulted(more)).toBe(4401n);
    escrow('deposit', [1n], buyer);
    expect(vaulted(more)).toMatchObject({ locked: 10n });
    expect(world.account(buyer).vault).toBe(0n);
  });

  it('counts what one seller sells to many, and nothing of the rows that it refuses', () => {
    world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${STRANGER}))`);
    slot = world.slot + 8n;
    escrow('deposit', [100n], buyer);
    const row = (wh: bigint, cost = 10n): Tuple => ({
      ...{ buyer, wh, cost, terms: 0n, ref: 0n, 'buyer-limit': 100n, 'load-w': 0n },
    });
    const sell = (...rows: Tuple[]) => {
      const common = { seller, slot, pv: 1n, now: BigInt(world.time), origin: 5n };
      return escrow('open-for-seller', [{ ...common, 'seller-limit': 100n, 'peak-w': 100n }, rows]).value;
    };
    const before = [world.account(seller), world.slotRow(seller, slot)];
    const dear = row(30n, 101n);
    expect(sell(row(0n), dear)).toEqual({ ids: [0n, 0n] });
    expect([world.account(seller), world.slotRow(seller, slot)]).toEqual(before);
    // The first of the largest that were opened says whose neighbourhood the seller's reputation comes from.
    expect(sell(dear, row(10n), row(20n), row(20n))).toEqual({ ids: [0n, 1n, 2n, 3n] });
    expect(world.slotRow(seller, slot)).toMatchObject({ promised: 50n, trades: 3n, lead: 2n, 'lead-wh': 20n });
    expect(sell(row(5n))).toEqual({ ids: [4n] });
    expect(world.slotRow(seller, slot)).toMatchObject({ promised: 55n, trades: 4n, lead: 2n, 'lead-wh': 20n });
    expect(world.read('trade-escrow', 'get-used', [seller])).toBe(55n);
  });

  it('never promises more than the peak power gives in the slot', () => {
    world.trade(seller, buyer, slot, 6000n);
    const offer = world.offer(seller, slot, 5000n);
    expect(world.code('marketplace', 'accept-offer', [offer, 1n, 4001n, MUCH], buyer)).toBe(4207n);
    expect(world.ok('marketplace', 'accept-offer', [offer, 1n, 4000n, MUCH], buyer).ok).toBe(true);
    // Another slot has its own.
    world.trade(seller, buyer, slot + 1n, 6000n);
    expect(world.slotRow(seller, slot).promised).toBe(10_000n);
  });
});

describe('trade limits', () => {
  it('allow the limit and not one Wh more, for the seller', () => {
    // Score 3000 allows 10 % of 1000 kWh a month.
    for (let n = 0n; n < 9n; n++) world.trade(seller, buyer, slot + n, 10_000n);
    const more = world.home('home-h03');
    const offer = world.offer(seller, slot + 9n, 10_000n);
    world.trade(world.home('home-h04'), buyer, slot, 9_000n);
    // The buyer has used 99 of its 100 kWh, the seller 90.
    expect(world.code('marketplace', 'accept-offer', [offer, 1n, 1001n, MUCH], buyer)).toBe(4206n);
    expect(world.ok('marketplace', 'accept-offer', [offer, 1n, 1000n, MUCH], buyer).ok).toBe(true);
    expect(world.ok('marketplace', 'accept-offer', [offer, 1n, 8000n, MUCH], more).ok).toBe(true);
    expect(
      world.code('marketplace', 'accept-offer', [world.offer(seller, slot + 10n, 2000n), 1n, 1001n, MUCH], more),
    ).toBe(4205n);
    expect(
      world.ok('marketplace', 'accept-offer', [world.offer(seller, slot + 10n, 2000n), 1n, 1000n, MUCH], more).ok,
    ).toBe(true);
    expect(world.read('trade-escrow', 'get-used', [seller])).toBe(100_000n);
  });

  it('give those without capacity the default', () => {
    const small = world.home('home-h03', { role: 1n, certified: false });
    const offer = world.offer(seller, slot, 10_000n, { minWh: 1n });
    const rest = world.offer(seller, slot + 1n, 10_000n, { minWh: 1n });
    world.ok('marketplace', 'accept-offer', [offer, 1n, 9000n, MUCH], small);
    expect(world.code('marketplace', 'accept-offer', [rest, 1n, 1001n, MUCH], small)).toBe(4206n);
    world.ok('marketplace', 'accept-offer', [rest, 1n, 1000n, MUCH], small);
  });

  it('forget what was traded more than 30 days ago, and nothing younger', () => {
    const used = () => world.read('trade-escrow', 'get-used', [buyer]);
    const day = 86_400;
    const first = world.time;
    world.trade(seller, buyer, slot, 5000n);
    world.until(first + 10 * day);
    world.trade(seller, buyer, world.slot + 8n, 3000n);
    expect(used()).toBe(8000n);
    world.until(first + 30 * day);
    expect(used()).toBe(8000n);
    world.until(first + 36 * day);
    expect(used()).toBe(3000n);
    world.trade(seller, buyer, world.slot + 8n, 1000n);
    expect(used()).toBe(4000n);
    expect(world.account(buyer).used).toEqual([1000n, 0n, 0n, 0n, 0n, 3000n, 0n]);
    world.until(first + 120 * day);
    expect(used()).toBe(0n);
  });
});

describe('cancel', () => {
  it('gives everything back as if the trade had never been', () => {
    world.trade(seller, buyer, slot, 2000n);
    const before = {
      slot: world.slotRow(seller, slot),
      seller: world.account(seller),
      buyer: world.account(buyer),
      stx: world.balance(buyer),
    };
    const id = world.trade(seller, buyer, slot, 3000n);
    const receipt = escrow('cancel', [id], buyer);
    // Only that it was the largest is not undone: the next one is.
    expect(world.slotRow(seller, slot)).toMatchObject({ lead: 0n, 'lead-wh': 0n });
    expect(receipt.value).toEqual({ id, refund: 642_000n, at: BigInt(world.time) });
    expect(receipt.transfers).toEqual([{ amount: 642_000n, sender: ESCROW, recipient: buyer }]);
    expect(event(receipt, 'trade-cancelled')).toMatchObject({ id, refund: 642_000n });
    expect({
      slot: { ...world.slotRow(seller, slot), lead: before.slot.lead, 'lead-wh': before.slot['lead-wh'] },
      seller: world.account(seller),
      buyer: world.account(buyer),
      stx: world.balance(buyer),
    }).toEqual(before);
    expect(status(id)).toBe(4n);
    expect(escrow('cancel', [id], buyer).value).toBe(4201n);
  });

  it('costs the buyer some of its reputation', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    const before = world.read<bigint>('reputation-system', 'get-score', [buyer]);
    const receipt = escrow('cancel', [id], buyer);
    expect(world.read<bigint>('reputation-system', 'get-score', [buyer])).toBe(before - 500n);
    expect(event(receipt, 'score-changed')).toMatchObject({ who: buyer, cause: 6n, ref: id });
  });

  it('takes use back out of the bucket it went into', () => {
    // Ten minutes before a bucket of five days ends.
    const epoch = 432_000;
    world.until((Math.floor(world.time / epoch) + 1) * epoch - 600);
    const at = world.slot + 8n;
    const id = world.trade(seller, buyer, at, 3000n);
    world.wait(900);
    world.trade(seller, buyer, at, 1000n);
    expect(world.account(buyer).used).toEqual([1000n, 3000n, 0n, 0n, 0n, 0n, 0n]);
    escrow('cancel', [id], buyer);
    for (const who of [buyer, seller]) expect(world.account(who).used).toEqual([1000n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });

  it('is for the buyer, and for trades that exist', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    expect(escrow('cancel', [id], seller).value).toBe(4002n);
    expect(escrow('cancel', [id], STRANGER).value).toBe(4002n);
    expect(escrow('cancel', [99n], buyer).value).toBe(4200n);
  });

  it('ends with the window: T-1 and T still, T+1 no more', () => {
    // Blocks come every ten seconds: the trade is cancelled 1800 s after it was made, under a window of 1801, 1800 and 1799.
    for (const [window, expected] of [
      [1801n, undefined],
      [1800n, undefined],
      [1799n, 4301n],
    ] as const) {
      world.parameter('cancel-window', window);
      const id = world.trade(seller, buyer, world.slot + 8n, 1000n);
      world.until(world.time + 1800);
      const receipt = escrow('cancel', [id], buyer);
      expect(receipt.ok ? undefined : receipt.value).toBe(expected);
    }
  });

  it('ends with gate closure: T-1 still, T no more', async () => {
    for (const [offset, seconds, expected] of [
      [9, -1n, undefined],
      [0, 0n, 4302n],
      [1, 1n, 4302n],
    ] as const) {
      await start(offset);
      const closure = slot * 3600n - 14_400n;
      world.until(closure - 600n + ((10n + seconds) % 10n));
      const id = world.trade(seller, buyer, slot, 1000n);
      world.until(closure + seconds);
      const receipt = escrow('cancel', [id], buyer);
      expect(receipt.ok ? undefined : receipt.value).toBe(expected);
    }
  });

  it('follows the parameters of its time, not those of today', () => {
    const shorten = world.prepare('(try! (contract-call? .governance-dao set-parameter "cancel-window" u0))');
    const before = world.trade(seller, buyer, world.slot + 8n, 1000n);
    shorten();
    const after = world.trade(seller, buyer, world.slot + 8n, 1000n);
    expect(escrow('cancel', [after], buyer).value).toBe(4301n);
    expect(escrow('cancel', [before], buyer).ok).toBe(true);
  });
});

describe('finalize', () => {
  it('splits the export into custody and surplus', () => {
    world.trade(seller, buyer, slot, 3000n);
    const receipt = world.deliver(seller, slot, 5000n);
    const final = { seller, slot, 'export-wh': 5000n, promised: 3000n, custody: 3000n, surplus: 2000n, revision: 1n };
    expect(receipt.value).toEqual(final);
    expect(event(receipt, 'slot-final')).toEqual({ topic: 'slot-final', ...final });
    expect([world.kwhOf(ESCROW), world.kwhOf(seller)]).toEqual([3000n, 2000n]);
    expect(world.slotRow(seller, slot)).toMatchObject({ status: 1n, custody: 3000n });
    expect(escrow('finalize', [seller, slot]).value).toBe(4203n);
    expect(event(receipt, 'score-changed')).toMatchObject({ who: seller, cause: 3n, ref: slot });
  });

  it('asks for the fee and the buyer of the largest trade that was not cancelled', () => {
    const other = world.home('home-h03');
    const gainOf = (who: string): bigint =>
      world.read('reputation-system', 'get-pair-gain', [seller, who]).gained as bigint;
    const [small, large] = [world.trade(seller, buyer, slot, 1000n), world.trade(seller, other, slot, 2000n)];
    expect(world.slotRow(seller, slot)).toMatchObject({ lead: large, 'lead-wh': 2000n });
    const same = world.trade(seller, buyer, slot, 2000n);
    expect(world.slotRow(seller, slot)).toMatchObject({ lead: large });
    for (const id of [small, same]) escrow('cancel', [id], buyer);
    expect(world.slotRow(seller, slot)).toMatchObject({ lead: large, 'lead-wh': 2000n });
    world.deliver(seller, slot, 2000n);
    expect([gainOf(buyer), gainOf(other)]).toEqual([0n, 500n]);
  });

  it('knows no largest trade once that is cancelled, until somebody buys again', () => {
    const other = world.home('home-h03');
    const before = world.read<bigint>('reputation-system', 'get-score', [seller]);
    world.trade(seller, buyer, slot, 1000n);
    for (const at of [slot, slot + 1n]) escrow('cancel', [world.trade(seller, other, at, 3000n)], other);
    expect(world.slotRow(seller, slot)).toMatchObject({ promised: 1000n, lead: 0n, 'lead-wh': 0n });
    const after = world.trade(seller, buyer, slot + 1n, 1000n);
    expect(world.slotRow(seller, slot + 1n)).toMatchObject({ lead: after, 'lead-wh': 1000n });
    expect(event(world.deliver(seller, slot, 1000n), 'score-changed')).toMatchObject({ before, after: before });
    expect(event(world.deliver(seller, slot + 1n, 1000n), 'score-changed')).toMatchObject({ after: before + 500n });
  });

  it.each([
    ['commission-bps', 0n, 0n],
    ['commission-bps', 1n, 500n],
    ['grid-bps-cell', 0n, 500n],
  ])('when %s is %s earns the seller %s', (key, value, bonus) => {
    world.parameter(key, value);
    slot = world.slot + 8n;
    world.trade(seller, buyer, slot, 1000n);
    const { before, after } = event(world.deliver(seller, slot, 900n), 'score-changed') as Record<string, bigint>;
    expect(after! - before!).toBe(bonus);
  });

  it('keeps a seller who fails again and again from selling, for a time, and from nothing else', () => {
    for (const key of ['fine-from', 'suspend-from']) world.parameter(key, 2n);
    world.parameter('gate-opening', 172_800n);
    slot = world.slot + 8n;
    const ids = [slot, slot + 24n, slot + 36n].map((at) => world.trade(seller, buyer, at, 1000n));
    world.ok('reputation-system', 'stake', [3_000_000n], seller);
    expect(event(world.deliver(seller, slot, 0n), 'selling-suspended')).toBeUndefined();
    const receipt = world.deliver(seller, slot + 24n, 0n);
    const until = BigInt(world.time) + 604_800n;
    expect(event(receipt, 'delivery-fault')).toMatchObject({ count: 2n, step: 3n, fine: 1_000_000n });
    expect(event(receipt, 'selling-suspended')).toEqual({ topic: 'selling-suspended', who: seller, until });
    expect(world.account(seller)).toMatchObject({ 'suspended-until': until });

    // Listed, signed, one by one and in batches.
    const far = world.slot + 10n;
    expect(purchase(seller, buyer, 1000n, far).value).toBe(4304n);
    world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
    const order = (maker: string, at: bigint, nonce: bigint) => ({
      ...{ maker, slot: at, wh: 2000n, 'min-wh': 1000n, price: 200_000n, nonce },
      expiry: at * 3600n,
    });
    const pair = (at: bigint, nonce: bigint) =>
      signPair(order(seller, at, nonce), 'home-h01', order(buyer, at, nonce), 'home-h02', 1000n);
    const held = world.account(buyer);
    const other = world.home('home-h03');
    const good = signPair(order(other, far, 1n), 'home-h03', order(buyer, far, 2n), 'home-h02', 1000n);
    const batch = world.ok('marketplace', 'match-signed-batch', [far, [pair(far, 1n), good]], STRANGER);
    expect(batch.events.find(({ topic }) => topic === 'row-refused')).toMatchObject({ row: 0n, code: 4304n });
    // A row that is refused takes nothing from its buyer.
    const opened = batch.events.filter(({ topic }) => topic === 'trade-opened');
    expect(opened).toHaveLength(1);
    expect(world.account(buyer).vault).toBe((held.vault as bigint) - (opened[0]!.locked as bigint));
    const row = signBid(order(buyer, far, 3n), 'home-h02', 1000n);
    const offer = world.offer(seller, far, 2000n);
    expect(world.call('marketplace', 'match-listed-bids', [offer, [row]], STRANGER).value).toBe(4304n);

    // It buys, what it has sold stays sold, and it leaves with what it has.
    expect(purchase(other, seller, 1000n, far).ok).toBe(true);
    world.deliver(seller, slot + 36n, 1000n);
    expect(ids.map((id) => escrow('settle', [id]).ok)).toEqual([true, true, true]);
    expect(escrow('payout', [seller]).ok).toBe(true);
    expect(world.call('reputation-system', 'unstake', [2_000_000n], seller).ok).toBe(true);
  });

  it.each([
    [604_810n, 4304n],
    [604_800n, undefined],
    [604_790n, undefined],
  ])('suspends to the second: %s s, seen 604800 s later', (suspension, code) => {
    world.parameter('suspension', suspension);
    world.suspend(seller, buyer);
    const then = BigInt(world.time) + 604_800n;
    world.until(then - 10n);
    const offer = world.offer(seller, world.slot + 8n, 1000n);
    world.until(then);
    const receipt = world.call('marketplace', 'accept-offer', [offer, 1n, 1000n, MUCH], buyer);
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  it('judges no seller who promised nothing', () => {
    const receipt = world.deliver(seller, slot, 5000n);
    for (const topic of ['score-changed', 'reputation-refused']) expect(event(receipt, topic)).toBeUndefined();
    expect(world.kwhOf(seller)).toBe(5000n);
  });
});

describe('settle', () => {
  it('pays as TypeScript computes it, whatever was delivered', () => {
    const other = world.home('home-h03', { cell: CELL.near });
    const sizes: [string, bigint, bigint][] = [
      [buyer, 1001n, 199_999n],
      [other, 3337n, 200_001n],
      [buyer, 2003n, 333_333n],
    ];
    for (const exportWh of [0n, 1n, 2n, 3170n, 6340n, 6341n, 9999n]) {
      const at = world.slot + 8n;
      const ids = sizes.map(([who, wh, price]) => world.trade(seller, who, at, wh, price));
      world.deliver(seller, at, exportWh);
      const rows = ids.map((id) => world.tradeRow(id) as Record<'wh' | 'cost' | 'locked' | 'terms', bigint>);
      const expected = Settlement.settleSlot(rows, exportWh);
      const account = world.account(seller);
      ids.forEach((id, row) => {
        const receipt = escrow('settle', [id]);
        const one = expected.settled[row]!;
        const wh = rows[row]!.wh;
        const outcome = one.delivered === 0n ? 3n : one.delivered === wh ? 1n : 2n;
        expect(receipt.value).toEqual({ id, seller, buyer: sizes[row]![0], slot: at, ...one, status: outcome });
        expect(event(receipt, 'trade-settled')).toEqual({ topic: 'trade-settled', ...(receipt.value as Tuple) });
        expect(status(id)).toBe(outcome);
        expect(one.paid + one.fee + one.grid + one.refund).toBe(rows[row]!.locked);
        const last = row === ids.length - 1;
        expect(event(receipt, 'slot-dust')?.wh).toBe(last && expected.dust > 0n ? expected.dust : undefined);
      });
      expect(world.account(seller)['due-wh']).toBe((account['due-wh'] as bigint) + expected.dust);
      expect(world.slotRow(seller, at)).toMatchObject({ settled: 6341n, handed: expected.custody });
    }
  });

  it('settles a batch as it settles one by one', () => {
    const ids = [1500n, 2500n, 3500n].map((wh) => world.trade(seller, buyer, slot, wh));
    world.deliver(seller, slot, 4321n);
    expect(escrow('settle-slot', [seller, slot, []]).value).toBe(4208n);
    expect(escrow('settle', [ids[1]!]).ok).toBe(true);
    const receipt = escrow('settle-slot', [seller, slot, ids]);
    expect(receipt.value).toMatchObject({ seller, slot, trades: 2n });
    expect(receipt.events.filter((one) => one.topic === 'row-refused')).toEqual([
      { topic: 'row-refused', row: 1n, code: 4201n },
    ]);
    expect(escrow('settle-slot', [seller, slot, ids]).value).toBe(4208n);
    expect(escrow('settle', [ids[0]!]).value).toBe(4201n);
    expect(world.slotRow(seller, slot)).toMatchObject({
      promised: 7500n,
      settled: 7500n,
      custody: 4321n,
      handed: 4321n,
    });
  });

  it('names the row that can never be right', () => {
    const other = world.home('home-h03');
    const [a, b] = [1500n, 2500n].map((wh) => world.trade(seller, buyer, slot, wh)) as [bigint, bigint];
    const elsewhere = world.trade(other, buyer, slot, 1000n);
    const later = world.trade(seller, buyer, slot + 1n, 1000n);
    expect(escrow('settle-slot', [seller, slot, [a]]).value).toBe(4204n);
    expect(escrow('settle', [a]).value).toBe(4204n);
    expect(escrow('settle', [99n]).value).toBe(4200n);
    world.deliver(seller, slot, 4000n);
    const batch = (ids: bigint[]) => escrow('settle-slot', [seller, slot, ids]).value;
    expect(batch([b, a])).toBe(14103n);
    expect(batch([a, a])).toBe(14103n);
    expect(batch([0n])).toBe(4200n);
    expect(batch([a, b, elsewhere])).toBe(24104n);
    expect(batch([a, b, later])).toBe(24104n);
    expect(batch([a, b, 99n])).toBe(24200n);
    expect(status(a)).toBe(0n);
    expect(escrow('settle-slot', [seller, 2n ** 128n - 1n, [a]]).value).toBe(4204n);
  });

  it('takes a batch of fifty', () => {
    const strong = world.home('home-h03', { peakW: 200_000n, capacityKwh: 10_000n });
    const buyers = [buyer, ...Array.from({ length: 9 }, (_, n) => world.home(`buyer-${n}`))];
    slot = world.slot + 8n;
    const offer = world.offer(strong, slot, 100_000n);
    const ids = Array.from(
      { length: 50 },
      (_, n) =>
        world.ok('marketplace', 'accept-offer', [offer, 1n, 1001n, MUCH], buyers[n % 10]!).value.trade as bigint,
    );
    world.deliver(strong, slot, 33_333n);
    const receipt = world.ok('trade-escrow', 'settle-slot', [strong, slot, ids], STRANGER);
    expect(receipt.value.trades).toBe(50n);
    console.log(
      `settle-slot of 50: ${receipt.cost.read_count / 50} reads, ${receipt.cost.write_count / 50} writes a trade`,
    );
    expect(receipt.cost.read_count / 50).toBeLessThanOrEqual(4.3);
    expect(receipt.cost.write_count / 50).toBeLessThanOrEqual(2.1);
  });

  it('uses the fees of the time when the trade was made', () => {
    const raise = world.prepare('(try! (contract-call? .governance-dao set-parameter "commission-bps" u1000))');
    const at = world.slot + 8n;
    const before = world.trade(seller, buyer, at, 1000n);
    raise();
    const after = world.trade(seller, buyer, at, 1000n);
    world.deliver(seller, at, 2000n);
    expect(escrow('settle', [before]).value).toMatchObject({ fee: 10_000n, grid: 4000n });
    expect(escrow('settle', [after]).value).toMatchObject({ fee: 20_000n, grid: 4000n });
  });
});

describe('confirm-receipt', () => {
  it('hands the money over at once and the energy when it is final', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    const other = world.trade(seller, buyer, slot, 1000n);
    expect(escrow('confirm-receipt', [id], buyer).value).toBe(4212n);
    world.until((slot + 1n) * 3600n);
    world.report(seller, slot, 2000n);
    expect(escrow('confirm-receipt', [id], seller).value).toBe(4002n);
    expect(escrow('confirm-receipt', [99n], buyer).value).toBe(4200n);
    const row = world.tradeRow(id) as Record<'wh' | 'cost' | 'locked' | 'terms', bigint>;
    const expected = Settlement.settle({ ...row, custody: 2000n, promised: 4000n });
    const receipt = escrow('confirm-receipt', [id], buyer);
    const confirmed = { id, seller, buyer, slot, revision: 1n, ...expected };
    expect(receipt.value).toEqual(confirmed);
    expect(receipt.events).toEqual([{ topic: 'trade-confirmed', ...confirmed }]);
    expect(status(id)).toBe(8n);
    expect(world.account(seller)).toMatchObject({ due: expected.paid, 'due-wh': 0n });
    expect(world.account(buyer)).toMatchObject({ due: expected.refund, 'due-wh': 0n });
    expect(escrow('confirm-receipt', [id], buyer).value).toBe(4201n);

    // A later revision moves energy, and the money of those only who did not confirm.
    world.report(seller, slot, 4000n, 2n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    expect(escrow('confirm-receipt', [other], buyer).value).toBe(4203n);
    const done = escrow('settle-slot', [seller, slot, [id, other]]);
    expect(done.events.filter((one) => one.topic === 'trade-settled')).toMatchObject([
      { id, delivered: 3000n, paid: 0n, fee: 0n, grid: 0n, refund: 0n, status: 1n },
      { id: other, delivered: 1000n, paid: 200_000n, status: 1n },
    ]);
    expect(world.account(buyer)['due-wh']).toBe(4000n);
    expect(world.account(seller).due).toBe(expected.paid + 200_000n);
    expect(escrow('settle', [id]).value).toBe(4201n);
  });

  it('cannot be undone by a dispute or a cancellation', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    world.until((slot + 1n) * 3600n);
    world.report(seller, slot, 0n);
    expect(escrow('confirm-receipt', [id], buyer).value).toMatchObject({ delivered: 0n, paid: 0n, refund: 642_000n });
    expect(world.call('dispute-resolution', 'open-dispute', [id, 0n, new Uint8Array(32)], seller).value).toBe(7201n);
    expect(escrow('cancel', [id], buyer).value).toBe(4201n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    expect(escrow('settle', [id]).value).toMatchObject({ delivered: 0n, refund: 0n, status: 3n });
  });

  it.each([
    { money: 'STX', request: 'create-request', fill: 'fill-request', price: 200_000n, asset: [] },
    { money: 'an asset', request: 'create-request-in', fill: 'fill-request-in', price: 20_000n, asset: [DOLLAR] },
  ])('is the right of a household that is a contract, whoever calls it: in $money', (of) => {
    const { request, fill, price, asset } = of;
    const wallet = contractId('wallet');
    const token = asset.length > 0 ? '.test-dollar ' : '';
    const deposit = `deposit${token && '-asset'} ${token}`;
    world.deploy(
      'wallet',
      `(define-public (join) (begin
         (try! (contract-call? .user-registry register u1 u${CELL.home} 0x${'00'.repeat(32)}))
         (contract-call? .user-registry register-meter 0x${'aa'.repeat(32)} u1)))
       (define-public (put-in (amount uint)) (begin
         (try! (contract-call? .test-dollar mint amount current-contract))
         (try! (stx-transfer? amount tx-sender current-contract))
         (as-contract? ((with-all-assets-unsafe)) (try! (contract-call? .trade-escrow ${deposit}amount)))))
       (define-public (ask (slot uint)) (contract-call? .marketplace ${request} ${token}u3000 u3000 u${price} u2 slot slot (* slot u3600)))
       (define-public (confirm (id uint)) (contract-call? .trade-escrow confirm-receipt id))`,
    );
    const call = (fn: string, args: bigint[], who = buyer) => expect(world.call('wallet', fn, args, who).ok).toBe(true);
    call('join', []);
    world.ok('user-registry', 'verify-meter', [wallet, 1n, 0n], address('meter-reader'));
    const total = (price * 3n * 107n) / 100n;
    call('put-in', [total]);
    call('ask', [slot]);
    const id = world.ok('marketplace', fill, [...asset, 1n, slot, 3000n, price], seller).value.trade as bigint;
    expect(world.tradeRow(id)).toMatchObject({ buyer: wallet, locked: total });
    world.until((slot + 1n) * 3600n);
    world.report(seller, slot, 1500n);
    const balances = (who: string) =>
      asset.length > 0 ? world.read('trade-escrow', 'get-asset-account', [who, DOLLAR]) : world.account(who);
    escrow('deposit', [5n], buyer);
    const before = world.account(buyer);
    const receipt = world.call('wallet', 'confirm', [id], buyer);
    expect(receipt.value).toMatchObject({ buyer: wallet, paid: (price * 3n) / 2n, refund: total / 2n });
    // What comes back is the contract's, and nothing changes for whoever called it.
    expect(balances(wallet)).toMatchObject({ vault: 0n, due: total / 2n });
    expect(balances(seller)).toMatchObject({ due: (price * 3n) / 2n });
    expect(world.account(buyer)).toEqual(before);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    escrow('settle', [id]);
    expect(world.account(buyer)).toEqual(before);
    escrow('payout', [wallet]);
    expect(world.kwhOf(wallet)).toBe(1500n);
  });
});

describe('a silent oracle', () => {
  it('costs the buyer nothing', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    const receipt = world.giveUp(seller, slot);
    expect(receipt.value).toEqual({ seller, slot, promised: 3000n });
    expect(event(receipt, 'slot-void')).toEqual({ topic: 'slot-void', seller, slot, promised: 3000n });
    expect(world.slotRow(seller, slot)).toMatchObject({ status: 2n, custody: 0n });
    expect(escrow('settle', [id]).value).toMatchObject({
      delivered: 0n,
      paid: 0n,
      fee: 0n,
      grid: 0n,
      refund: 642_000n,
      status: 5n,
    });
    const before = world.balance(buyer);
    escrow('payout', [buyer]);
    expect(world.balance(buyer) - before).toBe(642_000n);
    expect(escrow('void-slot', [seller, slot]).value).toBe(4203n);
    expect(escrow('finalize', [seller, slot]).value).toBe(4203n);
  });

  it('is given up at the timeout, not a second before', async () => {
    for (const [offset, moment, expected] of [
      [9, -1n, 4303n],
      [0, 0n, undefined],
      [1, 1n, undefined],
    ] as const) {
      await start(offset);
      world.trade(seller, buyer, slot, 3000n);
      world.until((slot + 1n) * 3600n + 259_200n + moment);
      const receipt = escrow('void-slot', [seller, slot]);
      expect(receipt.ok ? undefined : receipt.value).toBe(expected);
    }
  });

  it('is not silent once it has reported', () => {
    world.trade(seller, buyer, slot, 3000n);
    expect(escrow('void-slot', [seller, slot + 1n]).value).toBe(4210n);
    world.until((slot + 1n) * 3600n);
    world.report(seller, slot, 3000n);
    world.wait(300_000);
    expect(escrow('void-slot', [seller, slot]).value).toBe(4209n);
    expect(escrow('finalize', [seller, slot]).ok).toBe(true);
  });
});

describe('payout and fees', () => {
  it('pays each household its money and its energy, once, on anybody’s call', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    world.deliver(seller, slot, 3000n);
    expect(escrow('payout', [buyer]).value).toBe(4402n);
    escrow('settle', [id]);
    const receipt = escrow('payout', [seller]);
    expect(receipt.value).toEqual({ who: seller, due: 600_000n, 'due-wh': 0n });
    expect(receipt.events).toEqual([{ topic: 'paid-out', who: seller, due: 600_000n, 'due-wh': 0n }]);
    expect(escrow('payout', [buyer]).value).toEqual({ who: buyer, due: 0n, 'due-wh': 3000n });
    expect(world.kwhOf(buyer)).toBe(3000n);
    expect(escrow('payout', [seller]).value).toBe(4402n);
  });

  it.each([
    ['commission-bps', 0n, { treasury: 0n, grid: 12_000n }],
    ['grid-bps-cell', 0n, { treasury: 30_000n, grid: 0n }],
  ] as const)('go to the one that has some, when %s is %d', (key, value, fees) => {
    world.parameter(key, value);
    slot = world.slot + 8n;
    const id = world.trade(seller, buyer, slot, 3000n);
    world.deliver(seller, slot, 3000n);
    expect(escrow('settle', [id]).ok).toBe(true);
    const receipt = escrow('sweep-fees', []);
    expect(receipt.value).toEqual(fees);
    expect(receipt.transfers.map(({ amount }) => amount)).toEqual([fees.treasury + fees.grid]);
    expect(escrow('sweep-fees', []).value).toBe(4402n);
  });

  it('wait while the operator that the DAO has named is of another network', () => {
    const name = (who: string) => world.dao(`(try! (contract-call? .trade-escrow set-grid-operator '${who}))`);
    name(ABROAD);
    slot = world.slot + 8n;
    const id = world.trade(seller, buyer, slot, 3000n);
    world.deliver(seller, slot, 3000n);
    escrow('settle', [id]);
    expect(escrow('sweep-fees', []).value).toBe(4113n);
    name(address('utility'));
    expect(escrow('sweep-fees', []).value).toEqual({ treasury: 30_000n, grid: 12_000n });
  });

  it('sweeps fees to the treasury and to the grid operator', () => {
    world.dao(`(try! (contract-call? .trade-escrow set-grid-operator '${address('utility')}))`);
    expect(world.read('trade-escrow', 'get-grid-operator')).toBe(address('utility'));
    expect(escrow('sweep-fees', []).value).toBe(4402n);
    const at = world.slot + 8n;
    const id = world.trade(seller, buyer, at, 3000n);
    world.deliver(seller, at, 3000n);
    escrow('settle', [id]);
    const receipt = escrow('sweep-fees', []);
    expect(receipt.value).toEqual({ treasury: 30_000n, grid: 12_000n });
    expect(receipt.transfers).toEqual([
      { amount: 30_000n, sender: ESCROW, recipient: contractId('governance-dao') },
      { amount: 12_000n, sender: ESCROW, recipient: address('utility') },
    ]);
    expect(receipt.events).toEqual([{ topic: 'fees-swept', treasury: 30_000n, grid: 12_000n }]);
  });

  it('resolves only what is disputed, whoever holds the role', () => {
    world.dao(`(try! (contract-call? .trade-escrow set-peer "dispute-resolution" '${STRANGER}))`);
    expect(world.read('trade-escrow', 'get-peer', [ascii('dispute-resolution')])).toBe(STRANGER);
    expect(world.read('trade-escrow', 'get-peer', [ascii('nobody')])).toBeNull();
    const at = world.slot + 8n;
    const id = world.trade(seller, buyer, at, 1000n);
    const late = world.trade(seller, buyer, at, 1000n);
    expect(escrow('resolve-trade', [id]).value).toBe(4202n);
    expect(escrow('resolve-trade', [99n]).value).toBe(4200n);
    expect(escrow('mark-disputed', [99n]).value).toBe(4200n);
    expect(escrow('mark-disputed', [id]).value).toEqual({ id });
    expect(escrow('mark-disputed', [id]).value).toBe(4201n);
    expect(escrow('resolve-trade', [id]).value).toBe(4204n);
    expect(escrow('resolve-by-verdict', [id, 1n]).value).toBe(4204n);
    expect(escrow('resolve-by-verdict', [late, 1n]).value).toBe(4202n);
    expect(escrow('resolve-by-verdict', [99n, 1n]).value).toBe(4200n);
    world.deliver(seller, at, 2000n);
    expect(escrow('resolve-by-verdict', [id, 1001n]).value).toBe(4110n);
    expect(escrow('mark-disputed', [late]).value).toBe(4203n);
    expect(escrow('settle', [id]).value).toBe(4201n);
    expect(escrow('resolve-trade', [id]).value).toMatchObject({ delivered: 1000n, status: 7n });
  });

  it('pays a verdict over all that was traded, and none over an hour that was given up', () => {
    world.dao(`(try! (contract-call? .trade-escrow set-peer "dispute-resolution" '${STRANGER}))`);
    const at = world.slot + 8n;
    const silent = world.home('home-h03');
    const [heard, unheard] = [seller, silent].map((who) => world.trade(who, buyer, at, 1000n)) as [bigint, bigint];
    for (const id of [heard, unheard]) expect(escrow('mark-disputed', [id]).ok).toBe(true);
    world.deliver(seller, at, 500n);
    // The price of all of it, and the fees of what was metered.
    expect(escrow('resolve-by-verdict', [heard, 1000n]).value).toMatchObject({
      ...{ wh: 1000n, paid: 200_000n, fee: 5000n, grid: 2000n, refund: 7000n },
    });
    world.giveUp(silent, at);
    expect(escrow('resolve-by-verdict', [unheard, 1000n]).value).toBe(4204n);
    expect(escrow('resolve-trade', [unheard]).value).toMatchObject({ paid: 0n, refund: 214_000n, status: 7n });
  });

  it('is administered by the DAO only', () => {
    for (const who of [STRANGER, DEPLOYER, address('guardian')]) {
      expect(escrow('set-grid-operator', [who], who).value).toBe(4000n);
      expect(escrow('set-peer', [ascii('marketplace'), who], who).value).toBe(4000n);
    }
    expect(() => world.dao(`(try! (contract-call? .trade-escrow set-peer "energy-oracle" '${STRANGER}))`)).toThrow(
      'u4105',
    );
  });
});

describe('verify-energy-transfer', () => {
  const verify = (id: bigint) => world.read<Tuple | null>('trade-escrow', 'verify-energy-transfer', [id]);

  it('tells anybody what was delivered', () => {
    const id = world.trade(seller, buyer, slot, 3000n);
    const second = world.trade(seller, buyer, slot, 1000n);
    const gone = world.trade(seller, buyer, slot, 1000n);
    escrow('cancel', [gone], buyer);
    expect(verify(id)).toEqual({ seller, buyer, slot, wh: 3000n, delivered: 0n, verified: false, status: 0n });
    world.deliver(seller, slot, 2000n);
    expect(verify(id)).toMatchObject({ delivered: 1500n, verified: true, status: 0n });
    escrow('settle', [id]);
    expect(verify(id)).toMatchObject({ delivered: 1500n, status: 2n });
    expect(verify(second)).toMatchObject({ delivered: 500n });
    expect(verify(gone)).toMatchObject({ delivered: 0n, status: 4n });
    expect(verify(99n)).toBeNull();
  });
});

describe('reputation', () => {
  it('holds nobody’s money back when it refuses', () => {
    const cut = world.prepare(`(try! (contract-call? .reputation-system set-peer "trade-escrow" '${STRANGER}))`);
    const at = world.slot + 8n;
    const cancelled = world.trade(seller, buyer, at, 1000n);
    const id = world.trade(seller, buyer, at, 1000n);
    cut();
    const refused = event(escrow('cancel', [cancelled], buyer), 'reputation-refused');
    expect(refused).toEqual({ topic: 'reputation-refused', who: buyer, ref: cancelled, code: 6001n });
    const final = world.deliver(seller, at, 1000n);
    expect(event(final, 'reputation-refused')).toMatchObject({ who: seller, ref: at });
    expect(escrow('settle', [id]).value).toMatchObject({ delivered: 1000n, status: 1n });
  });
});

describe('pause', () => {
  it('stops no way out', () => {
    const cancelled = world.trade(seller, buyer, slot, 1000n);
    const settled = world.trade(seller, buyer, slot, 1000n);
    const silent = world.home('home-h03');
    const refunded = world.trade(silent, buyer, slot, 1000n);
    escrow('deposit', [5n], buyer);
    world.ok('governance-dao', 'set-paused', [7n], address('guardian'));
    expect(escrow('cancel', [cancelled], buyer).ok).toBe(true);
    expect(escrow('withdraw', [5n], buyer).ok).toBe(true);
    world.deliver(seller, slot, 1000n);
    expect(escrow('settle', [settled]).ok).toBe(true);
    world.giveUp(silent, slot);
    expect(escrow('settle', [refunded]).ok).toBe(true);
    for (const who of [seller, buyer]) expect(escrow('payout', [who]).ok).toBe(true);
    expect(escrow('sweep-fees', []).ok).toBe(true);
    expect(world.balance(ESCROW)).toBe(0n);
  });
});
