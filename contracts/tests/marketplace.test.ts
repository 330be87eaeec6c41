// marketplace: who may list and buy what, when, at which price; on chain and by signature.
import { Cl } from '@stacks/transactions';
import { Bytes, Fees, Keys, Message } from '@wattconnect/protocol';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Arg,
  ASSET_ERRORS,
  AUCTION_ERRORS,
  address,
  CELL,
  CHAIN_ID,
  CONSUMER,
  contractId,
  MATCHING_ERRORS,
  type Order,
  PRODUCER,
  type Receipt,
  SPOT_ERRORS,
  STRANGER,
  signOrder,
  type Tuple,
  toClarity,
  unreachedCodes,
  utf8,
  World,
} from './world.ts';

const MUCH = 10n ** 12n;
const HUGE = 2n ** 128n - 1n;

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
afterAll(() => {
  world.free();
  expect(
    unreachedCodes('marketplace', {
      but: [...ASSET_ERRORS, ...AUCTION_ERRORS, ...MATCHING_ERRORS, ...SPOT_ERRORS, 'ERR-CAP'],
    }),
  ).toEqual([]);
});

const market = (fn: string, args: Parameters<World['call']>[2], who = buyer): Receipt =>
  world.call('marketplace', fn, args, who);
const event = (receipt: Receipt, topic: string): Tuple | undefined => receipt.events.find((one) => one.topic === topic);
const details = (id: bigint) => world.read('marketplace', 'get-offer-details', [id]);
const filled = (nonce: bigint) => world.read('marketplace', 'get-filled', [seller, nonce]);

type Listing = {
  slot: bigint;
  wh: bigint;
  'min-wh': bigint;
  mode: bigint;
  price: bigint;
  'end-price': bigint;
  expiry: bigint;
};
const listing = (change: Partial<Listing> = {}): Listing => ({
  slot,
  wh: 5000n,
  'min-wh': 1000n,
  mode: 0n,
  price: 200_000n,
  'end-price': 0n,
  expiry: (change.slot ?? slot) * 3600n,
  ...change,
});
const create = (change: Partial<Listing> = {}, who = seller) => {
  const row = listing(change);
  return market(
    'create-offer',
    [row.slot, row.wh, row['min-wh'], row.mode, row.price, row['end-price'], row.expiry],
    who,
  );
};
const accept = (id: bigint, wh: bigint, { revision = 1n, max = MUCH, who = buyer } = {}) =>
  market('accept-offer', [id, revision, wh, max], who);

const order = (change: Partial<Order> = {}): Order => ({
  maker: seller,
  slot,
  wh: 5000n,
  'min-wh': 1000n,
  price: 200_000n,
  nonce: 1n,
  expiry: slot * 3600n,
  ...change,
});
const fill = (of: Order, wh: bigint, { signature = signOrder(of, 'home-h01'), max = MUCH, who = buyer } = {}) =>
  market('fill-signed-offer', [of, signature, wh, max], who);

describe('create-offer', () => {
  it('lists what was asked for', () => {
    const receipt = create();
    const at = BigInt(world.time);
    const { slot: _, ...row } = { ...listing(), 'end-price': 200_000n };
    expect(receipt.value).toEqual({ id: 1n, seller, slot, ...row, cell: CELL.home, at });
    expect(receipt.events).toEqual([{ topic: 'offer-created', ...(receipt.value as Tuple) }]);
    expect(details(1n)).toEqual({
      seller,
      slot,
      ...row,
      remaining: 5000n,
      revision: 1n,
      status: 0n,
      at,
      'updated-at': at,
      'current-price': 200_000n,
    });
    expect(world.read('marketplace', 'get-offer-count')).toBe(1n);
    expect(world.read('marketplace', 'get-offer-details', [2n])).toBeNull();
  });

  it('refuses what makes no offer', () => {
    const code = (change: Partial<Listing>) => create(change).value;
    expect(code({ wh: 0n })).toBe(3100n);
    expect(code({ wh: 999n, 'min-wh': 1n })).toBe(3100n);
    expect(code({ wh: 1000n })).toMatchObject({ wh: 1000n });
    expect(code({ price: 0n })).toBe(3101n);
    expect(code({ price: 139_999n })).toBe(3102n);
    expect(code({ price: 140_000n })).toMatchObject({ price: 140_000n });
    expect(code({ price: 515_000n })).toMatchObject({ price: 515_000n });
    expect(code({ price: 515_001n })).toBe(3102n);
    expect(code({ mode: 4n })).toBe(3103n);
    expect(code({ mode: 1n, 'end-price': 0n })).toBe(3101n);
    expect(code({ mode: 1n, 'end-price': 515_001n })).toBe(3102n);
    expect(code({ 'min-wh': 0n })).toBe(3104n);
    expect(code({ 'min-wh': 5001n })).toBe(3104n);
    expect(code({ 'min-wh': 5000n })).toMatchObject({ 'min-wh': 5000n });
    expect(code({ wh: 10_001n })).toBe(3105n);
    expect(code({ wh: 10_000n })).toMatchObject({ wh: 10_000n });
    expect(code({ expiry: BigInt(world.time) + 10n })).toBe(3303n);
    expect(code({ expiry: BigInt(world.time) + 11n })).toMatchObject({ slot });
    expect(code({ expiry: slot * 3600n + 1n })).toBe(3303n);
    expect(code({ slot: world.slot + 24n * 32n })).toBe(3304n);
    expect(code({ slot: HUGE, expiry: BigInt(world.time) + 999n })).toBe(3304n);
    expect(code({ slot: world.slot + 4n })).toBe(3301n);
    expect(code({ slot: 0n })).toBe(3301n);
  });

  it('is for certified, verified and active producers', () => {
    expect(create({}, STRANGER).value).toBe(3202n);
    expect(create({}, world.home('a', { role: PRODUCER, verified: false, certified: false })).value).toBe(3204n);
    expect(create({}, world.home('b', { role: PRODUCER, certified: false })).value).toBe(3204n);
    expect(create({}, world.home('c', { role: PRODUCER })).ok).toBe(true);
    world.ok('user-registry', 'deactivate', [], address('c'));
    expect(create({}, address('c')).value).toBe(3204n);
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    expect(create().value).toBe(3204n);
  });

  it('is for slots from the gate to 31 days ahead, to the second', async () => {
    for (const [offset, ahead, before, expected] of [
      [9, 745n, 2_678_401n, 3304n],
      [0, 745n, 2_678_400n, undefined],
      [9, 8n, 14_401n, undefined],
      [0, 8n, 14_400n, 3301n],
    ] as const) {
      await start(offset);
      slot = world.slot + ahead;
      world.until(slot * 3600n - before);
      const receipt = create();
      expect([before, receipt.ok ? undefined : receipt.value]).toEqual([before, expected]);
    }
  });

  it('can be paused, cancelling cannot', () => {
    create();
    create();
    world.ok('governance-dao', 'set-paused', [3n], address('guardian'));
    expect(create().value).toBe(3206n);
    expect(market('create-offers', [[listing()]], seller).value).toBe(3206n);
    expect(market('update-offer', [1n, 1n, 2000n, 200_000n, 0n, slot * 3600n], seller).value).toBe(3206n);
    expect(market('cancel-offer', [1n], seller).ok).toBe(true);
    // Trading has a flag of its own.
    expect(accept(2n, 1000n).ok).toBe(true);
    world.ok('governance-dao', 'set-paused', [4n], address('guardian'));
    expect(accept(2n, 1000n).value).toBe(3206n);
    expect(fill(order(), 1000n).value).toBe(3206n);
    expect(create().ok).toBe(true);
    expect(market('cancel-signed', [1n], seller).ok).toBe(true);
  });
});

describe('create-offers', () => {
  it('lists a whole day', () => {
    const rows = Array.from({ length: 24 }, (_, n) => listing({ slot: slot + BigInt(n), wh: 1000n + BigInt(n) }));
    const receipt = market('create-offers', [rows], seller);
    expect(receipt.value).toEqual({ ids: Array.from({ length: 24 }, (_, n) => BigInt(n) + 1n) });
    expect(receipt.events.map((one) => [one.topic, one.wh])).toEqual(rows.map((row) => ['offer-created', row.wh]));
    expect(details(24n)).toMatchObject({ slot: slot + 23n, wh: 1023n, remaining: 1023n });
    expect(create().value).toMatchObject({ id: 25n });
  });

  it('names the row that failed and lists none', () => {
    const rows = [listing(), listing(), listing({ price: 0n })];
    expect(market('create-offers', [rows], seller).value).toBe(23101n);
    expect(market('create-offers', [rows], STRANGER).value).toBe(3202n);
    expect(world.read('marketplace', 'get-offer-count')).toBe(0n);
  });
});

describe('update-offer', () => {
  const update = (revision: bigint, change: Partial<Listing> = {}, who = seller) => {
    const row = listing({ wh: 3000n, price: 150_000n, ...change });
    return market('update-offer', [1n, revision, row.wh, row.price, row['end-price'], row.expiry], who);
  };

  it('says anew what is on offer and takes the next revision', () => {
    create();
    accept(1n, 1000n);
    const receipt = update(1n);
    const change = { id: 1n, revision: 2n, wh: 3000n, price: 150_000n, 'end-price': 150_000n, expiry: slot * 3600n };
    expect(receipt.value).toEqual(change);
    expect(receipt.events).toEqual([{ topic: 'offer-updated', ...change }]);
    expect(details(1n)).toMatchObject({ wh: 3000n, remaining: 3000n, revision: 2n, 'updated-at': BigInt(world.time) });
    expect(accept(1n, 1000n).value).toBe(3108n);
    expect(accept(1n, 1000n, { revision: 2n }).ok).toBe(true);
  });

  it('refuses strangers, old revisions, closed offers and what could not be listed', () => {
    expect(update(1n).value).toBe(3200n);
    create();
    expect(update(1n, {}, STRANGER).value).toBe(3000n);
    expect(update(1n, {}, buyer).value).toBe(3000n);
    expect(update(2n).value).toBe(3108n);
    expect(update(0n).value).toBe(3108n);
    expect(update(1n, { wh: 999n }).value).toBe(3100n);
    expect(update(1n, { price: 1n }).value).toBe(3102n);
    expect(update(1n, { expiry: 1n }).value).toBe(3303n);
    expect(update(1n).ok).toBe(true);
    market('cancel-offer', [1n], seller);
    expect(update(2n).value).toBe(3201n);
  });
});

describe('cancel-offer', () => {
  it('ends an offer for good', () => {
    create();
    expect(market('cancel-offer', [1n], buyer).value).toBe(3000n);
    expect(market('cancel-offer', [9n], seller).value).toBe(3200n);
    const receipt = market('cancel-offer', [1n], seller);
    expect(receipt.value).toEqual({ id: 1n });
    expect(receipt.events).toEqual([{ topic: 'offer-cancelled', id: 1n }]);
    expect(details(1n)).toMatchObject({ status: 2n, remaining: 0n });
    expect(market('cancel-offer', [1n], seller).value).toBe(3201n);
    expect(accept(1n, 1000n).value).toBe(3201n);
  });
});

describe('accept-offer', () => {
  it('sells in parts until nothing is left', () => {
    create();
    const receipt = accept(1n, 2000n);
    const accepted = { id: 1n, trade: 1n, buyer, wh: 2000n, remaining: 3000n };
    expect(receipt.value).toEqual(accepted);
    expect(receipt.events.at(-1)).toEqual({ topic: 'offer-accepted', ...accepted });
    expect(accept(1n, 3001n).value).toBe(3106n);
    expect(accept(1n, 999n).value).toBe(3100n);
    expect(accept(1n, 3000n).value).toMatchObject({ trade: 2n, remaining: 0n });
    expect(details(1n)).toMatchObject({ status: 1n, remaining: 0n });
    expect(accept(1n, 1000n).value).toBe(3201n);
    expect(accept(9n, 1000n).value).toBe(3200n);
  });

  it('holds the minimum of the market above that of the offer', () => {
    create({ 'min-wh': 1n });
    expect(accept(1n, 999n).value).toBe(3100n);
    expect(accept(1n, 0n).value).toBe(3100n);
    expect(accept(1n, 1000n).ok).toBe(true);
  });

  it('holds the smallest part that the seller said, and sells up to all that its peak power gives', () => {
    create({ wh: 10_000n, 'min-wh': 2000n });
    create({ wh: 10_000n });
    expect(accept(1n, 1999n).value).toBe(3100n);
    expect(accept(2n, 10_000n).ok).toBe(true);
  });

  it('never takes more than the buyer agreed to', () => {
    create();
    const { total } = world.read('marketplace', 'quote', [1n, 3000n, buyer]) as { total: bigint };
    const before = world.balance(buyer);
    expect(accept(1n, 3000n, { max: total - 1n }).value).toBe(3107n);
    expect(world.balance(buyer)).toBe(before);
    expect(accept(1n, 3000n, { max: total }).ok).toBe(true);
    expect(before - world.balance(buyer)).toBe(total);
  });

  it('is for verified and active consumers, and not for the seller', () => {
    create();
    expect(accept(1n, 1000n, { who: STRANGER }).value).toBe(3203n);
    expect(accept(1n, 1000n, { who: seller }).value).toBe(3109n);
    expect(accept(1n, 1000n, { who: world.home('a', { role: CONSUMER, verified: false }) }).value).toBe(3205n);
    expect(accept(1n, 1000n, { who: world.home('b', { role: PRODUCER }) }).value).toBe(3205n);
    const consumer = world.home('c', { role: CONSUMER, certified: false });
    expect(accept(1n, 1000n, { who: consumer }).ok).toBe(true);
    world.ok('user-registry', 'deactivate', [], consumer);
    expect(accept(1n, 1000n, { who: consumer }).value).toBe(3205n);
  });

  it('freezes the offers of a seller that lost its certification', () => {
    create();
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    expect(accept(1n, 1000n).value).toBe(3204n);
    expect(fill(order(), 1000n).value).toBe(3204n);
  });

  it('keeps a price that was allowed when it was listed', () => {
    const lower = world.prepare('(try! (contract-call? .governance-dao set-parameter "price-ceiling" u150000))');
    slot = world.slot + 8n;
    create();
    lower();
    expect(accept(1n, 1000n).ok).toBe(true);
    expect(create().value).toBe(3102n);
    expect(fill(order(), 1000n).value).toBe(3102n);
  });

  it('trades from gate opening to gate closure', async () => {
    for (const [offset, before, expected] of [
      [9, 86_401n, 3300n],
      [0, 86_400n, undefined],
      [1, 86_399n, undefined],
      [9, 14_401n, undefined],
      [0, 14_400n, 3301n],
      [1, 14_399n, 3301n],
    ] as const) {
      await start(offset);
      slot = world.slot + 48n;
      create();
      world.until(slot * 3600n - before);
      const receipt = accept(1n, 1000n);
      expect(receipt.ok ? undefined : receipt.value).toBe(expected);
    }
  });

  it('ends at expiry: T-1 still, T no more', () => {
    const now = BigInt(world.time);
    for (const expiry of [1001n, 1000n, 999n]) create({ expiry: now + expiry });
    world.until(now + 1000n);
    // In one block, since the next begins ten seconds later.
    const results = world.block(
      [1n, 2n, 3n].map((id) => ['marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer]),
    );
    expect(results.map(({ ok, value }) => ok || value)).toEqual([true, 3302n, 3302n]);
  });
});

describe('quotes', () => {
  it('are what is charged, for every distance', () => {
    for (const [n, [cell, tier]] of (
      [
        [CELL.home, 200n],
        [CELL.near, 500n],
        [CELL.far, 1000n],
      ] as const
    ).entries()) {
      const who = world.home(`buyer-${n}`, { cell });
      const id = (create({ wh: 3333n, price: 199_999n + BigInt(n) }).value as Tuple).id as bigint;
      const quote = world.read('marketplace', 'quote', [id, 3333n, who]);
      const { price } = quote as { price: bigint };
      expect(quote).toEqual({ price, ...Fees.quote({ wh: 3333n, price, commissionBps: 500n, gridBps: tier }) });
      const before = world.balance(who);
      expect(accept(id, 3333n, { who, max: quote.total as bigint }).ok).toBe(true);
      expect(before - world.balance(who)).toBe(quote.total);
    }
  });

  it('are the same for a signed order', () => {
    const of = order({ price: 234_567n, wh: 1234n });
    const quote = world.read('marketplace', 'quote-signed', [of, 1234n, buyer]);
    const before = world.balance(buyer);
    fill(of, 1234n);
    expect(before - world.balance(buyer)).toBe(quote.total);
  });

  it('say why there is none', () => {
    create();
    expect(world.read('marketplace', 'quote', [9n, 1000n, buyer])).toBe(3200n);
    expect(world.read('marketplace', 'quote', [1n, 5001n, buyer])).toBe(3106n);
    expect(world.read('marketplace', 'quote', [1n, 1000n, STRANGER])).toBe(3203n);
    expect(world.read('marketplace', 'quote-signed', [order({ maker: STRANGER }), 1000n, buyer])).toBe(3202n);
    expect(world.read('marketplace', 'quote-signed', [order(), 5001n, buyer])).toBe(3106n);
  });

  it('follow the linear price from the first second to the last', () => {
    const expiry = BigInt(world.time) + 10_010n;
    create({ mode: 1n, price: 300_001n, 'end-price': 150_000n, expiry });
    create({ mode: 1n, price: 150_000n, 'end-price': 300_001n, expiry: expiry + 10n });
    const at = world.read<Tuple>('marketplace', 'get-offer-details', [1n]).at as bigint;
    for (const elapsed of [20n, 3330n, 5000n, 9990n]) {
      world.until(at + elapsed);
      // The answer to a read is for the block that is there; the next call runs ten seconds later.
      const seconds = elapsed - 10n;
      const down = 300_001n - (150_001n * seconds) / 10_000n;
      const up = 150_000n + (150_001n * (seconds - 10n)) / 10_000n;
      expect(details(1n)['current-price']).toBe(down);
      expect(details(2n)['current-price']).toBe(up);
      expect(world.read('marketplace', 'quote', [1n, 1000n, buyer])).toMatchObject({ price: down });
      const charged = 300_001n - (150_001n * elapsed) / 10_000n;
      const receipt = accept(1n, 1000n);
      expect(event(receipt, 'trade-opened')).toMatchObject({ cost: charged });
    }
    world.until(at + 20_000n);
    expect(details(1n)['current-price']).toBe(150_000n);
    expect(details(2n)['current-price']).toBe(300_001n);
  });

  it('start the linear price anew with an update', () => {
    const expiry = BigInt(world.time) + 20_010n;
    create({ mode: 1n, price: 300_000n, 'end-price': 200_000n, expiry });
    world.wait(10_000);
    market('update-offer', [1n, 1n, 5000n, 400_000n, 200_000n, expiry], seller);
    expect(details(1n)['current-price']).toBe(400_000n);
  });
});

describe('fill-signed-offer', () => {
  it('sells what the maker signed, in parts, and no more', () => {
    const of = order();
    const receipt = fill(of, 2000n);
    const expected = { maker: seller, nonce: 1n, filled: 2000n, wh: 2000n, trade: 1n, buyer };
    expect(receipt.value).toEqual(expected);
    expect(receipt.events.at(-1)).toEqual({ topic: 'signed-filled', ...expected });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 1n, ref: 1n, wh: 2000n });
    expect(fill(of, 3001n).value).toBe(3106n);
    expect(fill(of, 999n).value).toBe(3100n);
    expect(fill(of, 3000n).value).toMatchObject({ filled: 5000n });
    expect(fill(of, 1000n).value).toBe(3106n);
    expect(filled(1n)).toEqual({ wh: 5000n, cancelled: false });
    // Another order under the same nonce adds nothing.
    expect(fill(order({ price: 150_000n }), 1000n).value).toBe(3106n);
    expect(fill(order({ wh: 2000n }), 1000n).value).toBe(3106n);
    expect(fill(order({ wh: HUGE, 'min-wh': 1n }), HUGE).value).toBe(3106n);
    // Nothing is too small, however much is left.
    expect(fill(order({ 'min-wh': 0n }), 0n).value).toBe(3100n);
    expect(fill(order({ wh: HUGE, 'min-wh': 1n, nonce: 2n }), HUGE).value).toBe(3105n);
  });

  it('is signed over the same bytes as in TypeScript', () => {
    const { 'min-wh': minWh, ...rest } = order();
    const bytes = Message.encodeOrder({ ...rest, minWh, cell: CELL.near, asset: null });
    expect(world.read('marketplace', 'get-offer-hash', [order(), CELL.near])).toEqual(
      Message.hash({ chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'offer' }, bytes),
    );
  });

  it('refuses a signature by another, over another order, cell, chain, contract or purpose', () => {
    const of = order();
    const code = (signature: Uint8Array, from = of) => fill(from, 1000n, { signature }).value;
    expect(code(signOrder(of, 'home-h02'))).toBe(3500n);
    expect(code(signOrder(of, 'home-h01', { cell: CELL.near }))).toBe(3500n);
    expect(code(signOrder(of, 'home-h01', { chainId: 1 }))).toBe(3500n);
    expect(code(signOrder(of, 'home-h01', { contract: contractId('energy-oracle') }))).toBe(3500n);
    expect(code(signOrder(of, 'home-h01', { purpose: 'bid' }))).toBe(3500n);
    const good = signOrder(of, 'home-h01');
    for (const change of [
      { price: 140_000n },
      { wh: 6000n },
      { 'min-wh': 999n },
      { nonce: 2n },
      { slot: slot + 1n },
      { expiry: of.expiry + 1n },
    ])
      expect(code(good, order(change))).toBe(3500n);
    expect(fill(order({ maker: address('buyer-0') }), 1000n, { signature: good }).value).toBe(3202n);
    expect(code(good)).toMatchObject({ trade: 1n });
  });

  it('refuses malleable, short and empty signatures', () => {
    const of = order();
    const good = signOrder(of, 'home-h01');
    const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const highS = Uint8Array.from(good);
    highS.set(
      Bytes.fromHex((n - BigInt(`0x${Bytes.toHex(good.subarray(32, 64))}`)).toString(16).padStart(64, '0')),
      32,
    );
    highS[64] = good[64]! ^ 1;
    for (const signature of [highS, good.subarray(0, 64), new Uint8Array(65), new Uint8Array(0)])
      expect(fill(of, 1000n, { signature }).value).toBe(3500n);
    const recovery = Uint8Array.from(good);
    recovery[64] = 4;
    expect(fill(of, 1000n, { signature: recovery }).value).toBe(3500n);
  });

  it('holds the gates of the market', () => {
    expect(fill(order({ price: 139_999n }), 1000n).value).toBe(3102n);
    expect(fill(order({ price: 515_001n }), 1000n).value).toBe(3102n);
    expect(fill(order({ price: 0n }), 1000n).value).toBe(3101n);
    expect(fill(order({ 'min-wh': 1n }), 999n).value).toBe(3100n);
    expect(fill(order({ expiry: BigInt(world.time) + 10n }), 1000n).value).toBe(3302n);
    expect(fill(order({ expiry: BigInt(world.time) + 11n }), 1000n).ok).toBe(true);
    expect(fill(order({ nonce: 5n, slot: world.slot + 3n }), 1000n).value).toBe(3301n);
    expect(fill(order({ nonce: 5n, slot: HUGE }), 1000n).value).toBe(3300n);
    expect(fill(order(), 1000n, { who: seller }).value).toBe(3109n);
    expect(fill(order(), 1000n, { who: STRANGER }).value).toBe(3203n);
    expect(fill(order(), 1000n, { max: 213_999n }).value).toBe(3107n);
    expect(fill(order(), 1000n, { max: 214_000n }).ok).toBe(true);
  });

  it('ends when the maker cancels one nonce or all below another', () => {
    expect(fill(order(), 1000n).ok).toBe(true);
    const receipt = market('cancel-signed', [1n], seller);
    expect(receipt.value).toEqual({ maker: seller, nonce: 1n });
    expect(receipt.events).toEqual([{ topic: 'signed-cancelled', maker: seller, nonce: 1n }]);
    expect(filled(1n)).toEqual({ wh: 1000n, cancelled: true });
    expect(fill(order(), 1000n).value).toBe(3207n);
    expect(market('cancel-signed', [1n], seller).value).toBe(3207n);
    // Others cancel their own.
    expect(market('cancel-signed', [2n], buyer).ok).toBe(true);
    expect(fill(order({ nonce: 2n }), 1000n).ok).toBe(true);
    world.ok('user-registry', 'cancel-signed-below', [4n], seller);
    expect(fill(order({ nonce: 3n }), 1000n).value).toBe(3208n);
    expect(fill(order({ nonce: 4n }), 1000n).ok).toBe(true);
  });

  it('is cancelled by its maker only: a contract that the maker calls ends orders of its own', () => {
    market('cancel-signed', [1n], seller);
    fill(order({ nonce: 2n }), 1000n);
    const own = (nonce: bigint) => {
      const { ok, value } = JSON.parse(world.throughDecoy('marketplace', 'cancel-signed', [nonce], seller));
      return [ok, value.maker];
    };
    expect(own(1n)).toEqual([true, contractId('decoy-of-all')]);
    expect(filled(2n)).toEqual({ wh: 1000n, cancelled: false });
  });

  it('sells no less at once than its maker signed for', () => {
    const of = order({ 'min-wh': 2000n });
    expect(fill(of, 1999n).value).toBe(3100n);
    expect(fill(of, 2000n).ok).toBe(true);
  });

  it('is dead when the maker has moved to another cell', () => {
    world.ok('user-registry', 'update-profile', [CELL.near, new Uint8Array(32)], seller);
    expect(fill(order(), 1000n).value).toBe(3500n);
    expect(fill(order(), 1000n, { signature: signOrder(order(), 'home-h01', { cell: CELL.near }) }).ok).toBe(true);
  });

  it('costs at most 40 reads and 9 writes', () => {
    const { cost } = fill(order(), 1000n);
    console.log(
      `fill-signed-offer: ${cost.read_count} reads, ${cost.write_count} writes, ${cost.read_length} bytes read`,
    );
    expect(cost.read_count).toBeLessThanOrEqual(40);
    expect(cost.write_count).toBeLessThanOrEqual(9);
  });
});

describe('cancelled trades', () => {
  it('give a listed offer its energy back in the same step', () => {
    create();
    accept(1n, 5000n);
    expect(details(1n)).toMatchObject({ status: 1n, remaining: 0n });
    const receipt = market('cancel-trade', [1n]);
    expect(receipt.value).toMatchObject({ id: 1n, refund: 1_070_000n, released: true });
    expect(event(receipt, 'offer-released')).toEqual({
      topic: 'offer-released',
      id: 1n,
      trade: 1n,
      wh: 5000n,
      remaining: 5000n,
    });
    expect(details(1n)).toMatchObject({ status: 0n, remaining: 5000n });
    expect(accept(1n, 5000n).ok).toBe(true);
    expect(market('cancel-trade', [1n]).value).toBe(4201n);
    expect(market('cancel-trade', [2n], seller).value).toBe(4002n);
    expect(market('cancel-trade', [99n]).value).toBe(4200n);
  });

  it('give a signed order its energy back', () => {
    fill(order(), 2000n);
    fill(order(), 3000n);
    const receipt = market('cancel-trade', [1n]);
    expect(event(receipt, 'signed-released')).toEqual({
      topic: 'signed-released',
      maker: seller,
      nonce: 1n,
      trade: 1n,
      wh: 2000n,
      filled: 3000n,
    });
    expect(filled(1n)).toEqual({ wh: 3000n, cancelled: false });
    expect(fill(order(), 2001n).value).toBe(3106n);
    expect(fill(order(), 2000n).ok).toBe(true);
  });

  it('do not revive an order that its maker cancelled', () => {
    fill(order(), 2000n);
    market('cancel-signed', [1n], seller);
    market('cancel-trade', [1n]);
    expect(filled(1n)).toEqual({ wh: 0n, cancelled: true });
    expect(fill(order(), 1000n).value).toBe(3207n);
  });

  it('are released once, by anybody, also when cancelled in escrow', () => {
    create();
    accept(1n, 2000n);
    expect(market('release-cancelled', [1n], STRANGER).value).toBe(3210n);
    world.ok('trade-escrow', 'cancel', [1n], buyer);
    expect(details(1n).remaining).toBe(3000n);
    expect(market('release-cancelled', [1n], STRANGER).value).toEqual({ trade: 1n, wh: 2000n });
    expect(world.read('marketplace', 'is-released', [1n])).toBe(true);
    expect(details(1n).remaining).toBe(5000n);
    expect(market('release-cancelled', [1n], STRANGER).value).toBe(3211n);
    expect(market('release-cancelled', [9n], STRANGER).value).toBe(3209n);
    accept(1n, 2000n);
    market('cancel-trade', [2n]);
    expect(market('release-cancelled', [2n], STRANGER).value).toBe(3211n);
  });

  it('give back what was sold in the block of the offer, and nothing to what is said anew in the block of the trade', () => {
    const both = (...calls: Parameters<World['block']>[0]) =>
      expect(world.block(calls).map(({ ok }) => ok)).toEqual(calls.map(() => true));
    const expiry = slot * 3600n;
    const sold = ['marketplace', 'accept-offer', [1n, 1n, 2000n, MUCH], buyer] as [string, string, Arg[], string];
    both(['marketplace', 'create-offer', [slot, 5000n, 1000n, 0n, 200_000n, 0n, expiry], seller], sold);
    expect(market('cancel-trade', [1n]).value).toMatchObject({ released: true });
    expect(details(1n).remaining).toBe(5000n);
    both(sold, ['marketplace', 'update-offer', [1n, 1n, 4000n, 200_000n, 0n, expiry], seller]);
    expect(market('cancel-trade', [2n]).value).toMatchObject({ released: false });
    expect(details(1n).remaining).toBe(4000n);
  });

  it('give nothing back to an offer that was cancelled or said anew', () => {
    create();
    accept(1n, 2000n);
    market('cancel-offer', [1n], seller);
    expect(market('cancel-trade', [1n]).value).toMatchObject({ released: false });
    expect(market('release-cancelled', [1n], STRANGER).value).toBe(3212n);
    create();
    accept(2n, 2000n);
    market('update-offer', [2n, 1n, 4000n, 200_000n, 0n, slot * 3600n], seller);
    accept(2n, 1000n, { revision: 2n });
    expect(market('cancel-trade', [2n]).value).toMatchObject({ released: false });
    expect(details(2n).remaining).toBe(3000n);
    expect(market('cancel-trade', [3n]).value).toMatchObject({ released: true });
    expect(details(2n).remaining).toBe(4000n);
  });
});

describe('decoys', () => {
  it('cannot buy in the name of whoever calls them', () => {
    world.deploy(
      'decoy',
      `(define-public (gift) (contract-call? .marketplace accept-offer u1 u1 u1000 u1000000000))
       (define-public (put-in) (contract-call? .trade-escrow deposit u1000))`,
    );
    create();
    const before = world.balance(buyer);
    const receipt = world.call('decoy', 'gift', [], buyer);
    expect(receipt).toMatchObject({ ok: false, value: 3001n });
    expect(world.call('decoy', 'put-in', [], buyer).value).toBe(4003n);
    expect(world.balance(buyer)).toBe(before);
    expect(details(1n).remaining).toBe(5000n);
  });
});

describe('a household that is a contract', () => {
  it('trades in its own name, whoever calls it', () => {
    world.deliver(seller, world.slot, 2000n);
    world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
    const club = contractId('club');
    world.ok('energy-token', 'transfer', [2000n, seller, club, null], seller);
    slot = world.slot + 8n;
    const expiry = slot * 3600n;
    const bid = { maker: buyer, cell: CELL.home, wh: 2000n, price: 220_000n, cap: MUCH, nonce: 7n, expiry };
    const signature = Message.sign(
      { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'standing' },
      Message.encodeStanding({ ...bid, minWh: 1000n, slotFrom: slot, slotTo: slot, asset: null }),
      Keys.development('home-h02'),
    );
    const intent = { ...bid, 'min-wh': 1000n, 'slot-from': slot, 'slot-to': slot };
    const calls: [fn: string, args: Arg[]][] = [
      ['create-offer', [slot, 5000n, 1000n, 0n, 200_000n, 0n, expiry]],
      ['create-request', [2000n, 1000n, 220_000n, 2n, slot, slot, expiry]],
      ['fill-request', [1n, slot, 1000n, 200_000n]],
      ['fill-standing', [intent, signature, slot, 1000n, 200_000n]],
      ['add-energy-for-sale', [1000n, 200_000n]],
      ['remove-energy-from-sale', [500n]],
    ];
    const call = (contract: string, fn: string, args: Arg[]) =>
      `(contract-call? .${contract} ${fn} ${args.map((arg) => Cl.stringify(toClarity(arg))).join(' ')})`;
    const itself = (name: string, ...steps: string[]) =>
      `(define-public (${name}) (as-contract? ((with-all-assets-unsafe)) ${steps.map((step) => `(try! ${step})`).join(' ')}))`;
    world.deploy(
      'club',
      [
        itself(
          'join',
          call('user-registry', 'register', [3n, CELL.home, new Uint8Array(32)]),
          call('user-registry', 'register-meter', [new Uint8Array(32).fill(250), 1n]),
          '(contract-call? .user-registry apply-for-certification u1000 u10000 "solar")',
        ),
        '(define-public (give) (stx-transfer? u100000000 tx-sender current-contract))',
        itself('sell', call('marketplace', 'add-energy-for-sale', [2000n, 200_000n])),
        ...calls.map(([fn, args]) => `(define-public (${fn}) ${call('marketplace', fn, args)})`),
      ].join('\n'),
    );
    world.ok('club', 'give', [], buyer);
    world.ok('club', 'join', [], STRANGER);
    world.ok('user-registry', 'verify-meter', [club, 1n, 0n], address('meter-reader'));
    world.ok('user-registry', 'certify-producer', [club], address('certifier'));
    world.ok('marketplace', 'create-request', [2000n, 1000n, 220_000n, 2n, slot, slot, expiry], buyer);

    // A producer of its own right calls; nothing of it is its own.
    const by = (fn: string) => world.call('club', fn, [], seller);
    expect(by('create-offer').value).toMatchObject({ id: 1n, seller: club });
    expect(details(1n)).toMatchObject({ seller: club });
    expect(by('create-request').value).toMatchObject({ id: 2n, buyer: club });
    expect(world.read('marketplace', 'get-request', [2n])).toMatchObject({ buyer: club });
    expect(by('fill-request').value).toMatchObject({ trade: 1n, seller: club });
    expect(by('fill-standing').value).toMatchObject({ trade: 2n, seller: club });
    expect([1n, 2n].map((id) => world.tradeRow(id).seller)).toEqual([club, club]);
    // What lies in the wallet moves only when the wallet says so itself.
    expect(by('add-energy-for-sale').value).toBe(3001n);
    world.ok('club', 'sell', [], STRANGER);
    expect(by('remove-energy-from-sale').value).toMatchObject({ seller: club, 'on-sale': 1500n });
    expect([world.kwhOf(club), world.kwhOf(seller)]).toEqual([500n, 0n]);
  });
});
