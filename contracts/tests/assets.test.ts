// Trades that are paid in an asset the DAO has allowed: out of the buyer's vault of it, and conserved in it to the base unit.
import { Fees, Message, Settlement } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attack, happened, onBothTwins } from './twins.ts';
import {
  ABROAD,
  ASSET_ERRORS,
  address,
  CELL,
  CHAIN_ID,
  contractId,
  type Order,
  type Receipt,
  STRANGER,
  signOrder,
  unreachedCodes,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const DOLLAR = contractId('test-dollar');
const PAIR = 2n ** 64n;
const PRICE = 20_000n;
const VAULT = 1_000_000n;
const MUCH = 10n ** 12n;
const RATES = { commissionBps: 500n, gridBps: 200n };

type Scene = { world: World; seller: string; buyer: string; slot: bigint };
async function scene(weaken: Weakening[] = []): Promise<Scene> {
  const world = await World.create({ weaken });
  const [seller, buyer] = [world.home('home-h01'), world.home('home-h02')];
  world.call('test-dollar', 'mint', [5n * VAULT, buyer], STRANGER);
  world.ok('trade-escrow', 'deposit-asset', [DOLLAR, VAULT], buyer);
  return { world, seller, buyer, slot: world.slot + 8n };
}

let at: Scene;
let world: World;
let seller: string;
let buyer: string;
let slot: bigint;
beforeEach(async () => {
  world?.free();
  at = await scene();
  ({ world, seller, buyer, slot } = at);
});
afterEach(() => {
  const { stx, kwh } = world.audit();
  const [held, owed] = world.auditAsset(DOLLAR);
  expect([stx[0], kwh[0], held]).toEqual([stx[1], kwh[1], owed]);
});
afterAll(() => {
  world.free();
  expect([
    ...unreachedCodes('marketplace', { only: ASSET_ERRORS }),
    ...unreachedCodes('trade-escrow', { only: ASSET_ERRORS }),
  ]).toEqual([]);
});

const dollars = (who: string) => world.read<bigint>('test-dollar', 'get-balance', [who]);
const account = (who: string) => world.read('trade-escrow', 'get-asset-account', [who, DOLLAR]);
const pots = () => world.read('trade-escrow', 'get-asset-pots', [DOLLAR]);
const total = (wh: bigint, price = PRICE) => Fees.quote({ wh, price, ...RATES }).total;
const HASH = '(unwrap-panic (contract-hash? .test-dollar))';
const setAsset = (open: boolean, floor = 14_000n, ceiling = 51_500n) =>
  world.dao(`(try! (contract-call? .trade-escrow set-asset .test-dollar ${HASH} ${open} u${floor} u${ceiling}))`);

const list = (
  wh: bigint,
  {
    mode = 0n,
    price = PRICE,
    end = price,
    asset = DOLLAR,
    who = at.seller,
  }: { mode?: bigint; price?: bigint; end?: bigint; asset?: string; who?: string } = {},
): Receipt =>
  world.call('marketplace', 'create-offer-in', [asset, slot, wh, 1000n, mode, price, end, slot * 3600n - 14_400n], who);
const accept = (id: bigint, wh: bigint, { max = MUCH, asset = DOLLAR, revision = 1n, who = at.buyer } = {}): Receipt =>
  world.call('marketplace', 'accept-offer-in', [asset, id, revision, wh, max], who);
const order = (change: Partial<Order> = {}): Order => ({
  maker: at.seller,
  slot,
  wh: 5000n,
  'min-wh': 1000n,
  price: PRICE,
  nonce: 1n,
  expiry: slot * 3600n,
  ...change,
});
const fill = (wh: bigint, change: Partial<Order> = {}, asset: string | null = DOLLAR, max = MUCH): Receipt =>
  world.call(
    'marketplace',
    'fill-signed-offer-in',
    [DOLLAR, order(change), signOrder(order(change), 'home-h01', { asset }), wh, max],
    buyer,
  );
const match = (wh: bigint, offers: Partial<Order> = {}, bids: Partial<Order> = {}, bidder = 'home-h02'): Receipt => {
  const offer = order(offers);
  const bid = order({ maker: buyer, nonce: 9n, price: 22_000n, ...bids });
  const side = ({ slot: _, ...rest }: Order) => ({ ...rest, cell: CELL.home });
  return world.call(
    'marketplace',
    'match-signed-in',
    [
      DOLLAR,
      slot,
      side(offer),
      signOrder(offer, 'home-h01', { asset: DOLLAR }),
      side(bid),
      signOrder(bid, bidder, { asset: DOLLAR, purpose: 'bid' }),
      wh,
    ],
    STRANGER,
  );
};

describe('the vault of an asset', () => {
  it('takes deposits and gives them back', () => {
    expect(world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 5n], buyer).value).toEqual({
      who: buyer,
      asset: DOLLAR,
      amount: 5n,
      vault: VAULT + 5n,
    });
    expect(world.ok('trade-escrow', 'withdraw-asset', [DOLLAR, VAULT], buyer).value).toMatchObject({ vault: 5n });
    expect(dollars(buyer)).toBe(5n * VAULT - 5n);
    expect(world.code('trade-escrow', 'withdraw-asset', [DOLLAR, 6n], buyer)).toBe(4401n);
    expect(world.code('trade-escrow', 'withdraw-asset', [DOLLAR, 0n], buyer)).toBe(4100n);
    expect(world.code('trade-escrow', 'deposit-asset', [DOLLAR, 0n], buyer)).toBe(4100n);
    expect(world.code('trade-escrow', 'deposit-asset', [DOLLAR, MUCH], buyer)).toBe(4400n);
    expect(world.code('trade-escrow', 'payout-asset', [DOLLAR, buyer], STRANGER)).toBe(4402n);
    expect(world.code('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER)).toBe(4402n);
    expect(world.ok('trade-escrow', 'withdraw-asset', [DOLLAR, 5n], buyer).value).toMatchObject({ vault: 0n });
    expect(dollars(buyer)).toBe(5n * VAULT);
    // Not through a contract that a wallet calls for something else.
    world.deploy('gift', '(define-public (gift) (contract-call? .trade-escrow deposit-asset .test-dollar u5))');
    expect(world.code('gift', 'gift', [], buyer)).toBe(4003n);
    expect(account(seller)).toEqual({ vault: 0n, due: 0n });
  });

  it('is only for assets that the DAO allows; what is in it can always leave', () => {
    world.deploy('other-dollar', PLAIN('other-dollar'));
    const other = contractId('other-dollar');
    expect(world.code('trade-escrow', 'deposit-asset', [other, 1n], buyer)).toBe(4107n);
    expect(world.code('trade-escrow', 'withdraw-asset', [other, 1n], buyer)).toBe(4401n);
    list(2000n);
    accept(1n, 1000n);
    setAsset(false);
    slot = world.slot + 8n;
    expect(world.code('trade-escrow', 'deposit-asset', [DOLLAR, 1n], buyer)).toBe(4107n);
    expect(list(1000n).value).toBe(3117n);
    expect(fill(1000n).value).toBe(3117n);
    expect(world.ok('trade-escrow', 'withdraw-asset', [DOLLAR, 1000n], buyer).ok).toBe(true);
    // And the trade that was open ends whole.
    world.giveUp(seller, at.slot);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    world.ok('trade-escrow', 'payout-asset', [DOLLAR, buyer], STRANGER);
    expect(dollars(buyer)).toBe(4n * VAULT + 1000n + total(1000n));
  });

  it('does not count what an asset keeps for itself', () => {
    world.deploy(
      'greedy',
      PLAIN('greedy').replace('(ft-transfer? greedy amount sender', '(ft-transfer? greedy (- amount u1) sender'),
    );
    world.dao(
      `(try! (contract-call? .trade-escrow set-asset .greedy (unwrap-panic (contract-hash? .greedy)) true u1 u9))`,
    );
    world.call('greedy', 'mint', [100n, buyer], STRANGER);
    expect(world.code('trade-escrow', 'deposit-asset', [contractId('greedy'), 10n], buyer)).toBe(4403n);
  });
});

const PLAIN = (name: string): string => `
  (impl-trait .sip-010-trait.sip-010-trait)
  (define-fungible-token ${name})
  (define-read-only (get-name) (ok "x"))
  (define-read-only (get-symbol) (ok "x"))
  (define-read-only (get-decimals) (ok u6))
  (define-read-only (get-balance (who principal)) (ok (ft-get-balance ${name} who)))
  (define-read-only (get-total-supply) (ok (ft-get-supply ${name})))
  (define-read-only (get-token-uri) (ok none))
  (define-public (transfer (amount uint) (sender principal) (recipient principal) (memo (optional (buff 34))))
    (ft-transfer? ${name} amount sender recipient))
  (define-public (mint (amount uint) (to principal)) (ft-mint? ${name} amount to))`;

describe('set-asset', () => {
  it('is the DAO’s, and knows the code that it allows', () => {
    const zero = new Uint8Array(32);
    expect(world.code('trade-escrow', 'set-asset', [DOLLAR, zero, true, 1n, 2n], STRANGER)).toBe(4000n);
    const refused = (body: string, code: number) =>
      expect(() => world.dao(`(try! (contract-call? .trade-escrow set-asset ${body}))`)).toThrow(`u${code}`);
    refused(`.test-dollar 0x${'00'.repeat(32)} true u1 u2`, 4108);
    refused(`'${STRANGER} 0x${'00'.repeat(32)} true u1 u2`, 4108);
    refused(`.test-dollar ${HASH} true u0 u2`, 4109);
    refused(`.test-dollar ${HASH} true u3 u2`, 4109);
    refused('.energy-token (unwrap-panic (contract-hash? .energy-token)) true u1 u2', 4107);
    setAsset(true, 2n, 2n);
    expect(world.read('trade-escrow', 'get-asset', [DOLLAR])).toMatchObject({ open: true, floor: 2n, ceiling: 2n });
  });
});

describe('a trade in an asset', () => {
  it('is listed, bought, delivered in part, and paid out in it', () => {
    const stx = { seller: world.balance(seller), buyer: world.balance(buyer) };
    expect(list(4000n).value).toMatchObject({ id: 1n, asset: DOLLAR, mode: 16n });
    expect(world.read('marketplace', 'get-offer-asset', [1n])).toBe(DOLLAR);
    expect(world.read('marketplace', 'quote', [1n, 3000n, buyer])).toMatchObject({ total: total(3000n) });
    expect(accept(1n, 3000n, { max: total(3000n) }).value).toMatchObject({ trade: 1n, remaining: 1000n });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 16n, ref: 1n, locked: total(3000n), cost: 60_000n });
    expect(world.assetOf(1n)).toBe(DOLLAR);
    expect(account(buyer)).toEqual({ vault: VAULT - total(3000n), due: 0n });
    world.deliver(seller, slot, 1001n);
    world.ok('trade-escrow', 'settle-slot', [seller, slot, [1n]], STRANGER);
    const { settled } = Settlement.settleSlot(
      [{ wh: 3000n, cost: 60_000n, locked: total(3000n), terms: Fees.pack(RATES) }],
      1001n,
    );
    const { paid, fee, grid, refund, delivered } = settled[0]!;
    expect(account(seller).due).toBe(paid);
    expect(account(buyer).due).toBe(refund);
    expect(pots()).toEqual({ treasury: fee, grid });
    expect(world.account(seller)).toMatchObject({ due: 0n });
    expect(world.account(buyer)).toMatchObject({ due: 0n, 'due-wh': delivered });
    expect(world.read('trade-escrow', 'get-pots')).toEqual({ treasury: 0n, grid: 0n });
    world.ok('trade-escrow', 'payout-asset', [DOLLAR, seller], STRANGER);
    world.ok('trade-escrow', 'payout-asset', [DOLLAR, buyer], STRANGER);
    expect(dollars(seller)).toBe(paid);
    expect(world.code('trade-escrow', 'payout-asset', [DOLLAR, seller], STRANGER)).toBe(4402n);
    world.ok('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER);
    expect([dollars(contractId('governance-dao')), dollars(address('utility'))]).toEqual([fee, grid]);
    expect({ seller: world.balance(seller), buyer: world.balance(buyer) }).toEqual(stx);
    // The DAO can spend what it earned.
    world.dao(`(try! (contract-call? .governance-dao pay-asset .test-dollar u${fee} '${STRANGER}))`);
    expect(dollars(STRANGER)).toBe(fee);
    expect(() => world.dao(`(try! (contract-call? .governance-dao pay-asset .test-dollar u1 '${STRANGER}))`)).toThrow(
      'u8400',
    );
    expect(world.code('governance-dao', 'pay-asset', [DOLLAR, 1n, STRANGER], STRANGER)).toBe(8000n);
    expect(() => world.dao(`(try! (contract-call? .governance-dao pay-asset .test-dollar u0 '${STRANGER}))`)).toThrow(
      'u8108',
    );
    expect(() => world.dao(`(try! (contract-call? .governance-dao pay-asset .test-dollar u1 '${ABROAD}))`)).toThrow(
      'u8110',
    );
  });

  it.each([
    ['commission-bps', 0n, { treasury: 0n, grid: 1200n }],
    ['grid-bps-cell', 0n, { treasury: 3000n, grid: 0n }],
  ] as const)('brings fees to the one that has some, when %s is %d', (key, value, fees) => {
    world.parameter(key, value);
    slot = world.slot + 8n;
    list(4000n);
    accept(1n, 3000n);
    world.deliver(seller, slot, 3000n);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    expect(world.ok('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER).value).toEqual({ asset: DOLLAR, ...fees });
    expect([dollars(contractId('governance-dao')), dollars(address('utility'))]).toEqual([fees.treasury, fees.grid]);
    expect(world.code('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER)).toBe(4402n);
  });

  it('brings no fees to an operator of another network: they wait', () => {
    const name = (who: string) => world.dao(`(try! (contract-call? .trade-escrow set-grid-operator '${who}))`);
    name(ABROAD);
    slot = world.slot + 8n;
    list(4000n);
    accept(1n, 3000n);
    world.deliver(seller, slot, 3000n);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    expect(world.code('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER)).toBe(4113n);
    name(address('utility'));
    expect(world.ok('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER).ok).toBe(true);
  });

  it('goes back into the vault when it is cancelled, and its energy to the offer', () => {
    list(4000n);
    accept(1n, 3000n);
    const { value, transfers } = world.ok('marketplace', 'cancel-trade', [1n], buyer);
    expect(value).toMatchObject({ refund: total(3000n), released: true });
    expect(transfers).toEqual([]);
    expect(account(buyer)).toEqual({ vault: VAULT, due: 0n });
    expect(world.account(buyer).vault).toBe(0n);
    expect(world.read('marketplace', 'get-offer-details', [1n])).toMatchObject({ remaining: 4000n });
  });

  it('can be confirmed by the buyer: money now, energy later', () => {
    list(4000n);
    accept(1n, 3000n);
    world.until((slot + 1n) * 3600n);
    world.report(seller, slot, 3000n);
    world.ok('trade-escrow', 'confirm-receipt', [1n], buyer);
    expect(account(seller).due).toBe(60_000n);
    expect(world.account(seller).due).toBe(0n);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    expect(account(seller).due).toBe(60_000n);
    expect(world.account(buyer)['due-wh']).toBe(3000n);
  });

  it('is settled beside trades in STX, each in its own money', () => {
    list(4000n);
    accept(1n, 2000n);
    world.trade(seller, buyer, slot, 2000n);
    fill(1000n);
    world.deliver(seller, slot, 4000n);
    const receipt = world.ok('trade-escrow', 'settle-slot', [seller, slot, [1n, 2n, 3n]], STRANGER);
    const shares = [2000n, 2000n, 1000n].map((wh) => (wh * 4000n) / 5000n);
    expect(receipt.value.paid).toBe((400_000n * shares[1]!) / 2000n);
    expect(world.account(seller).due).toBe(receipt.value.paid);
    expect(account(seller).due).toBe((40_000n * shares[0]!) / 2000n + (20_000n * shares[2]!) / 1000n);
  });

  it('survives a dispute', () => {
    list(4000n);
    accept(1n, 3000n);
    world.until((slot + 1n) * 3600n);
    world.ok('dispute-resolution', 'open-dispute', [1n, 0n, new Uint8Array(32)], buyer);
    world.report(seller, slot, 1500n);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    world.wait(86_400);
    world.ok('dispute-resolution', 'resolve-automatic', [1n], STRANGER);
    expect(account(seller).due).toBe(30_000n);
    expect(world.tradeRow(1n)).toMatchObject({ status: 7n });
  });

  it('is divided as both sides agreed, in its own asset', () => {
    list(4000n);
    accept(1n, 3000n);
    world.until((slot + 1n) * 3600n);
    world.ok('dispute-resolution', 'open-dispute', [1n, 1000n, new Uint8Array(32)], buyer);
    world.ok('dispute-resolution', 'respond', [1n, true, new Uint8Array(32)], seller);
    world.report(seller, slot, 1500n);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    const stx = world.account(seller).due;
    const told = world.ok('dispute-resolution', 'resolve-automatic', [1n], STRANGER).events;
    const { paid, refund } = told.find(({ topic }) => topic === 'trade-judged') as Record<string, bigint>;
    expect(paid).toBe(20_000n);
    expect([account(seller).due, account(buyer).due, world.account(seller).due]).toEqual([paid, refund, stx]);
  });
});

describe('listed offers in an asset', () => {
  it('go by the bounds of the asset, not by those of STX', () => {
    expect(list(1000n, { price: 13_999n }).value).toBe(3102n);
    expect(list(1000n, { price: 51_501n }).value).toBe(3102n);
    expect(list(1000n, { price: 0n }).value).toBe(3101n);
    expect(list(1000n, { mode: 2n }).value).toBe(3103n);
    expect(list(1000n, { asset: contractId('energy-token') }).value).toBe(3117n);
    expect(list(1000n, { price: 14_000n }).ok).toBe(true);
    expect(list(1000n, { mode: 1n, price: 51_500n, end: 14_000n }).value).toMatchObject({ mode: 17n });
    const update = (price: bigint) =>
      world.call('marketplace', 'update-offer', [1n, 1n, 2000n, price, price, slot * 3600n - 14_400n], seller);
    expect(update(200_000n).value).toBe(3102n);
    expect(update(30_000n).ok).toBe(true);
    expect(world.read('marketplace', 'get-offer-details', [1n])).toMatchObject({
      mode: 16n,
      price: 30_000n,
      'current-price': 30_000n,
    });
    expect(accept(1n, 1000n, { revision: 2n }).ok).toBe(true);
  });

  it('fall in a straight line where they say so', () => {
    list(2000n, { mode: 1n, price: 50_000n, end: 20_000n });
    const { expiry, 'updated-at': since } = world.read('marketplace', 'get-offer-details', [1n]) as {
      expiry: bigint;
      'updated-at': bigint;
    };
    const now = world.time;
    const price = 50_000n - (30_000n * (BigInt(now) - since)) / (expiry - since);
    expect(world.read('marketplace', 'get-offer-details', [1n])['current-price']).toBe(price);
  });

  it('cannot be had for STX, nor an offer in STX for the asset', () => {
    list(4000n);
    expect(world.code('marketplace', 'accept-offer', [1n, 1n, 1000n, MUCH], buyer)).toBe(3117n);
    const stx = world.offer(seller, slot, 2000n);
    expect(accept(stx, 1000n).value).toBe(3117n);
    expect(accept(1n, 1000n, { asset: contractId('energy-token') }).value).toBe(3117n);
    expect(accept(99n, 1000n).value).toBe(3200n);
    expect(accept(1n, 1000n, { revision: 2n }).value).toBe(3108n);
    expect(accept(1n, 1000n, { max: total(1000n) - 1n }).value).toBe(3107n);
    expect(accept(1n, 1000n, { who: seller }).value).toBe(3109n);
    world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
    world.ok('marketplace', 'create-request', [1000n, 1000n, 500_000n, 0n, slot, slot, slot * 3600n], buyer);
    expect(world.code('marketplace', 'match-request', [1n, 1n, 1000n], STRANGER)).toBe(3117n);
    expect(world.code('marketplace', 'match-listed-bids', [1n, []], STRANGER)).toBe(3117n);
  });

  it('are bought by the wallet itself, and by no contract that it calls', () => {
    list(4000n);
    const told = world.throughDecoy('marketplace', 'accept-offer-in', [DOLLAR, 1n, 1n, 1000n, MUCH], buyer);
    expect(JSON.parse(told)).toMatchObject({ ok: false, value: 'u3001' });
  });

  it('need money in the vault of that asset', () => {
    list(4000n);
    world.ok('trade-escrow', 'withdraw-asset', [DOLLAR, VAULT - total(1000n) + 1n], buyer);
    world.ok('trade-escrow', 'deposit', [100_000_000n], buyer);
    expect(accept(1n, 1000n).value).toBe(4401n);
    world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 1n], buyer);
    expect(accept(1n, 1000n).ok).toBe(true);
    expect(account(buyer).vault).toBe(0n);
  });
});

describe('an asset in the shape of sBTC', () => {
  const BTC = contractId('test-btc');
  const sats = (who: string) => world.read<bigint>('test-btc', 'get-balance', [who]);
  const inBtc = (who: string) => world.read('trade-escrow', 'get-asset-account', [who, BTC]);
  beforeEach(() => {
    world.call('test-btc', 'mint', [5000n, buyer], STRANGER);
  });
  afterEach(() => {
    const [held, owed] = world.auditAsset(BTC);
    expect(held).toBe(owed);
  });

  it('is allowed on the development network, beside the dollar', () => {
    expect(world.read('trade-escrow', 'get-asset', [BTC])).toMatchObject({ open: true, floor: 14n, ceiling: 52n });
    expect(['get-name', 'get-symbol', 'get-decimals'].map((fn) => world.read('test-btc', fn))).toEqual([
      'Test Bitcoin',
      'TBTC',
      8n,
    ]);
  });

  it('pays a trade to its smallest unit, where a kWh costs a few of them', () => {
    world.ok('trade-escrow', 'deposit-asset', [BTC, 1000n], buyer);
    expect(list(4000n, { asset: BTC, price: 33n }).value).toMatchObject({ asset: BTC });
    // 1501 Wh at 33 a kWh: 49.5 and a little, rounded up; fees of 2.5 and 1 rounded down.
    const due = Fees.quote({ wh: 1501n, price: 33n, ...RATES });
    expect(due).toMatchObject({ cost: 50n, total: 53n });
    expect(accept(1n, 1501n, { asset: BTC, max: 52n }).value).toBe(3107n);
    expect(accept(1n, 1501n, { asset: BTC, max: 53n }).value).toMatchObject({ trade: 1n });
    world.deliver(seller, slot, 700n);
    world.ok('trade-escrow', 'settle', [1n], STRANGER);
    const { settled } = Settlement.settleSlot([{ wh: 1501n, cost: 50n, locked: 53n, terms: Fees.pack(RATES) }], 700n);
    const { paid, fee, grid, refund } = settled[0]!;
    expect(paid + fee + grid + refund).toBe(53n);
    expect([inBtc(seller).due, inBtc(buyer).due]).toEqual([paid, refund]);
    for (const who of [seller, buyer]) world.ok('trade-escrow', 'payout-asset', [BTC, who], STRANGER);
    world.ok('trade-escrow', 'withdraw-asset', [BTC, 947n], buyer);
    world.ok('trade-escrow', 'sweep-asset-fees', [BTC], STRANGER);
    expect([sats(seller), sats(buyer)]).toEqual([paid, 4947n + refund]);
    expect(sats(contractId('governance-dao')) + sats(address('utility'))).toBe(fee + grid);
  });

  it('cannot be put in where it is on its way back to Bitcoin, though it is in the balance', () => {
    world.call('test-btc', 'lock', [4000n], buyer);
    expect(sats(buyer)).toBe(5000n);
    expect(world.code('trade-escrow', 'deposit-asset', [BTC, 1001n], buyer)).toBe(4400n);
    expect(inBtc(buyer)).toEqual({ vault: 0n, due: 0n });
    expect(world.ok('trade-escrow', 'deposit-asset', [BTC, 1000n], buyer).value).toMatchObject({ vault: 1000n });
    expect(world.ok('trade-escrow', 'withdraw-asset', [BTC, 1000n], buyer).value).toMatchObject({ vault: 0n });
  });

  it('leaves a vault for its owner only, though whoever signs may move it', () => {
    world.ok('trade-escrow', 'deposit-asset', [BTC, 1000n], buyer);
    world.deploy(
      'thief',
      `(define-public (gift) (contract-call? .test-btc transfer u1000 .trade-escrow '${STRANGER} none))
       (define-public (out) (contract-call? .trade-escrow withdraw-asset .test-btc u1000))`,
    );
    expect(world.code('thief', 'gift', [], buyer)).toBe(4n);
    expect(world.code('thief', 'out', [], buyer)).toBe(4401n);
    expect(inBtc(buyer).vault).toBe(1000n);
  });
});

describe('signed orders in an asset', () => {
  it('are signed over the same bytes as in TypeScript', () => {
    const { 'min-wh': minWh, ...rest } = order();
    for (const purpose of ['offer', 'bid'] as const)
      expect(world.read('marketplace', 'get-asset-order-hash', [order(), CELL.far, DOLLAR, purpose === 'bid'])).toEqual(
        Message.hash(
          { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose },
          Message.encodeOrder({ ...rest, minWh, cell: CELL.far, asset: DOLLAR }),
        ),
      );
  });

  it('are filled from the vault, and only for what they were signed', () => {
    expect(fill(1000n, {}, null).value).toBe(3500n);
    expect(fill(1000n, {}, contractId('energy-token')).value).toBe(3500n);
    const [signature] = [signOrder(order(), 'home-h01', { asset: DOLLAR })];
    expect(world.code('marketplace', 'fill-signed-offer', [order(), signature, 1000n, MUCH], buyer)).toBe(3102n);
    const within = order({ price: 200_000n });
    expect(
      world.code(
        'marketplace',
        'fill-signed-offer',
        [within, signOrder(within, 'home-h01', { asset: DOLLAR }), 1000n, MUCH],
        buyer,
      ),
    ).toBe(3500n);
    expect(fill(1000n, { price: 51_501n }).value).toBe(3102n);
    expect(fill(1000n, {}, DOLLAR, total(1000n) - 1n).value).toBe(3107n);
    expect(fill(2000n, {}, DOLLAR, total(2000n)).value).toMatchObject({ filled: 2000n, trade: 1n });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 17n, ref: 1n, locked: total(2000n) });
    expect(fill(3001n).value).toBe(3106n);
    world.ok('marketplace', 'cancel-trade', [1n], buyer);
    expect(world.read('marketplace', 'get-filled', [seller, 1n]).wh).toBe(0n);
    expect(account(buyer).vault).toBe(VAULT);
  });

  it('are matched by anybody at the middle of their prices', () => {
    expect(match(2000n).value).toMatchObject({ id: 1n, locked: total(2000n, 21_000n) });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 18n, ref: 1n + 9n * PAIR, cost: 42_000n });
    expect(match(3001n).value).toBe(3106n);
    world.ok('marketplace', 'cancel-trade', [1n], buyer);
    for (const [who, nonce] of [
      [seller, 1n],
      [buyer, 9n],
    ] as const)
      expect(world.read('marketplace', 'get-filled', [who, nonce]).wh).toBe(0n);
    expect(match(1000n, { price: 22_001n }).value).toBe(3110n);
    expect(match(1000n, { price: 22_000n, nonce: 2n }, { nonce: 10n }).value).toMatchObject({ id: 2n });
    expect(match(1000n, { nonce: PAIR }).value).toBe(3111n);
    expect(match(1000n, {}, { nonce: PAIR }).value).toBe(3111n);
    // Nothing is too small, however much is left.
    const all = (wh: bigint) =>
      match(wh, { wh: 1000n, 'min-wh': 0n, nonce: 3n }, { wh: 1000n, 'min-wh': 0n, nonce: 11n }).value;
    expect(all(1000n)).toMatchObject({ id: 3n });
    expect([all(0n), all(1n)]).toEqual([3100n, 3106n]);
    expect(match(1999n, { 'min-wh': 2000n }).value).toBe(3100n);
    expect(match(1999n, {}, { 'min-wh': 2000n }).value).toBe(3100n);
    expect(match(1000n, {}, {}, 'home-h01').value).toBe(3501n);
    expect(match(1000n, { maker: buyer }).value).toBe(3500n);
    expect(match(1000n, {}, { expiry: BigInt(world.time) }).value).toBe(3302n);
    world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
    expect(match(1000n).value).toBe(3204n);
  });
});

describe('requests in an asset', () => {
  const ask = ({ asset = DOLLAR, price = 22_000n, wh = 5000n } = {}, who = buyer): Receipt =>
    world.call(
      'marketplace',
      'create-request-in',
      [asset, wh, 1000n, price, 2n, slot, slot + 2n, slot * 3600n - 14_400n],
      who,
    );
  const serve = (wh: bigint, { id = 1n, price = PRICE, asset = DOLLAR, who = seller } = {}): Receipt =>
    world.call('marketplace', 'fill-request-in', [asset, id, slot, wh, price], who);
  const pair = (offer: bigint, wh: bigint, { id = 1n, asset = DOLLAR } = {}): Receipt =>
    world.call('marketplace', 'match-request-in', [asset, offer, id, wh], STRANGER);
  const get = () => world.read('marketplace', 'get-request', [1n]);
  /** Asks for an hour that is open only after what the DAO decides meanwhile; gives the way there. */
  const inDays = () => {
    slot = world.slot + 480n;
    return () => world.until((slot - 8n) * 3600n + BigInt(world.time % 10));
  };
  const inStx = (): bigint =>
    world.ok(
      'marketplace',
      'create-request',
      [5000n, 1000n, 220_000n, 2n, slot, slot + 2n, slot * 3600n - 14_400n],
      buyer,
    ).value.id as bigint;

  it('say what they are paid in', () => {
    const receipt = ask();
    expect(receipt.value).toMatchObject({ id: 1n, buyer, asset: DOLLAR, 'max-price': 22_000n });
    expect(receipt.events).toEqual([{ topic: 'request-created', ...(receipt.value as Record<string, unknown>) }]);
    expect(get()).toMatchObject({ asset: DOLLAR, remaining: 5000n, status: 0n });
    expect(world.read('marketplace', 'get-request', [inStx()])).toMatchObject({ asset: null });
  });

  it.each([
    [0n, 3101n],
    [13_999n, 3102n],
    [14_000n, undefined],
    [51_500n, undefined],
    [51_501n, 3102n],
  ])('give %s by the bounds of the asset: %s', (price, code) => {
    const receipt = ask({ price });
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  it('are only for assets that are allowed, by buyers, and not while listing is paused', () => {
    expect(ask({ asset: contractId('energy-token') }).value).toBe(3117n);
    expect(ask({}, STRANGER).value).toBe(3203n);
    expect(ask({ wh: 999n }).value).toBe(3100n);
    setAsset(false);
    expect(ask().value).toBe(3117n);
    setAsset(true);
    world.ok('governance-dao', 'set-paused', [2n], address('guardian'));
    expect(ask().value).toBe(3206n);
  });

  it('are filled by sellers at their price, out of the vault of the asset', () => {
    ask();
    const receipt = serve(3000n);
    expect(receipt.value).toMatchObject({ id: 1n, trade: 1n, seller, offer: null, wh: 3000n, remaining: 2000n });
    expect(receipt.transfers).toEqual([]);
    expect(world.tradeRow(1n)).toMatchObject({ seller, buyer, locked: total(3000n), origin: 19n, ref: 1n });
    expect(world.assetOf(1n)).toBe(DOLLAR);
    expect(account(buyer)).toEqual({ vault: VAULT - total(3000n), due: 0n });
    expect(serve(2001n).value).toBe(3106n);
    expect(serve(2000n).ok).toBe(true);
    expect(get()).toMatchObject({ remaining: 0n, status: 1n });
    expect(serve(1000n).value).toBe(3214n);
    world.deliver(seller, slot, 5000n);
    world.ok('trade-escrow', 'settle-slot', [seller, slot, [1n, 2n]], STRANGER);
    expect(account(seller).due).toBe(100_000n);
    expect(world.account(seller).due).toBe(0n);
  });

  it('are filled within the bounds of now, at no more than the buyer gives', () => {
    const later = inDays();
    ask({ price: 30_000n });
    setAsset(true, 15_000n, 29_000n);
    later();
    expect(serve(1000n, { price: 30_001n }).value).toBe(3112n);
    expect(serve(1000n, { price: 29_001n }).value).toBe(3102n);
    expect(serve(1000n, { price: 14_999n }).value).toBe(3102n);
    expect(serve(1000n, { price: 29_000n }).ok).toBe(true);
    expect(serve(1000n, { price: 15_000n }).ok).toBe(true);
  });

  it('are not filled in what is not allowed any more, and can be taken back', () => {
    const later = inDays();
    ask();
    list(4000n);
    setAsset(false);
    later();
    expect(serve(1000n).value).toBe(3117n);
    expect(pair(1n, 1000n).value).toBe(4107n);
    expect(world.call('marketplace', 'cancel-request', [1n], buyer).ok).toBe(true);
  });

  it('need money in the vault of that asset', () => {
    ask();
    world.ok('trade-escrow', 'deposit', [100_000_000n], buyer);
    world.ok('trade-escrow', 'withdraw-asset', [DOLLAR, VAULT - total(1000n) + 1n], buyer);
    expect(serve(1000n).value).toBe(4401n);
    world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 1n], buyer);
    expect(serve(1000n).ok).toBe(true);
    expect(account(buyer).vault).toBe(0n);
  });

  it('are matched with offers in the same asset by anybody', () => {
    ask();
    list(4000n);
    expect(pair(1n, 3000n).value).toMatchObject({ trade: 1n, seller, offer: 1n, wh: 3000n, remaining: 2000n });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 20n, ref: 1n + PAIR, locked: total(3000n) });
    list(1000n, { price: 22_001n });
    expect(pair(2n, 1000n).value).toBe(3112n);
    expect(pair(1n, 1001n).value).toBe(3106n);
    expect(pair(9n, 1000n).value).toBe(3117n);
    expect(pair(1n, 1000n, { id: 9n }).value).toBe(3213n);
    expect(serve(1000n, { id: 9n }).value).toBe(3213n);
  });

  it('are matched, as offers are bought, at a price that was within the bounds when it was listed', () => {
    const later = inDays();
    ask();
    list(4000n);
    setAsset(true, 20_001n, 51_500n);
    later();
    expect(pair(1n, 1000n).ok).toBe(true);
    expect(accept(1n, 1000n).ok).toBe(true);
  });

  it('are not served in anything else, nor requests in STX in the asset', () => {
    ask();
    list(4000n);
    const [offer, id] = [world.offer(seller, slot, 4000n), inStx()];
    world.ok('trade-escrow', 'deposit', [100_000_000n], buyer);
    const other = contractId('energy-token');
    const stx = (fn: string, args: bigint[], who = STRANGER) => world.call('marketplace', fn, args, who).value;
    expect(stx('fill-request', [1n, slot, 1000n, PRICE], seller)).toBe(3117n);
    expect(stx('match-request', [offer, 1n, 1000n])).toBe(3117n);
    expect(stx('match-request', [1n, 1n, 1000n])).toBe(3117n);
    expect(stx('match-request', [1n, id, 1000n])).toBe(3117n);
    expect(serve(1000n, { asset: other }).value).toBe(3117n);
    expect(serve(1000n, { id, price: PRICE }).value).toBe(3117n);
    expect(pair(offer, 1000n).value).toBe(3117n);
    expect(pair(1n, 1000n, { id }).value).toBe(3117n);
    expect(pair(1n, 1000n, { asset: other }).value).toBe(3117n);
  });

  it('have back what was not delivered to them: money into the vault, energy to both lists', () => {
    ask();
    list(4000n);
    serve(2000n);
    pair(1n, 3000n);
    expect(get()).toMatchObject({ remaining: 0n, status: 1n });
    for (const id of [1n, 2n])
      expect(world.ok('marketplace', 'cancel-trade', [id], buyer).value).toMatchObject({ released: true });
    expect(account(buyer)).toEqual({ vault: VAULT, due: 0n });
    expect(world.account(buyer).vault).toBe(0n);
    expect(get()).toMatchObject({ remaining: 5000n, status: 0n });
    expect(world.read('marketplace', 'get-offer-details', [1n])).toMatchObject({ remaining: 4000n });
    // What its buyer took back stays so.
    serve(1000n);
    world.ok('marketplace', 'cancel-request', [1n], buyer);
    expect(world.ok('marketplace', 'cancel-trade', [3n], buyer).value).toMatchObject({ released: false });
    expect(account(buyer)).toEqual({ vault: VAULT, due: 0n });
    expect(serve(1000n).value).toBe(3214n);
  });
});

describe('attacks', () => {
  /** An asset that does something before each transfer, allowed by the DAO; both have some of it. */
  const allow = (of: Scene, name: string, first: string): void => {
    of.world.deploy(
      name,
      PLAIN(name)
        .replace(`(ft-transfer? ${name} amount`, `(begin ${first} (ft-transfer? ${name} amount`)
        .replace('sender recipient))', 'sender recipient)))'),
    );
    of.world.dao(
      `(try! (contract-call? .trade-escrow set-asset .${name} (unwrap-panic (contract-hash? .${name})) true u1 u${10n * PRICE}))`,
    );
    of.slot = of.world.slot + 8n;
    for (const who of [of.seller, of.buyer]) of.world.call(name, 'mint', [2n * VAULT, who], STRANGER);
  };
  const offerIn = (of: Scene, asset = DOLLAR) =>
    of.world.ok(
      'marketplace',
      'create-offer-in',
      [asset, of.slot, 4000n, 1000n, 0n, PRICE, PRICE, of.slot * 3600n - 14_400n],
      of.seller,
    );
  const row = (of: Scene, origin: bigint) => ({
    seller: STRANGER,
    buyer: of.buyer,
    wh: 1n,
    cost: 900n,
    slot: of.slot,
    pv: 1n,
    terms: 0n,
    origin,
    ref: 0n,
    'seller-limit': 1n,
    'buyer-limit': 1n,
    'load-w': 0n,
    'peak-w': 1n,
  });
  const attacks: Attack<Scene>[] = [
    {
      name: 'worthless tokens of an attacker’s own are put into the vault',
      class: 'traits',
      code: 4107n,
      guards: [
        [
          'trade-escrow',
          '(entry (unwrap! (map-get? assets token) ERR-ASSET))',
          '(entry (default-to { hash: 0x, open: true, floor: u1, ceiling: u1 } (map-get? assets token)))',
        ],
        ['trade-escrow', '(asserts! (is-eq (contract-hash? token) (ok (get hash entry))) ERR-ASSET-HASH)', ''],
      ],
      run: (of) => {
        of.world.deploy('worthless', PLAIN('worthless'));
        of.world.call('worthless', 'mint', [100n, of.buyer], STRANGER);
        return of.world.call('trade-escrow', 'deposit-asset', [contractId('worthless'), 100n], of.buyer);
      },
    },
    {
      name: 'an offer in STX is bought with base units of something cheaper',
      class: 'traits',
      code: 3117n,
      guards: [
        ['marketplace', '(asserts! (is-eq (>= (get mode offer) MODE-ASSET) (is-some asset)) ERR-ASSET)', ''],
        ['marketplace', '(asserts! (is-eq (some asset) (map-get? offer-assets id)) ERR-ASSET)', ''],
      ],
      run: (of) => {
        of.world.ok('trade-escrow', 'deposit-asset', [DOLLAR, VAULT], of.buyer);
        const id = of.world.offer(of.seller, of.slot, 2000n);
        return of.world.call('marketplace', 'accept-offer-in', [DOLLAR, id, 1n, 1000n, MUCH], of.buyer);
      },
    },
    {
      name: 'a request in STX is paid with something else that the buyer has in a vault',
      class: 'traits',
      code: 3117n,
      guards: [['marketplace', '(asserts! (is-eq (get asset request) asset) ERR-ASSET)', '']],
      run: (of) => {
        const terms = [2000n, 1000n, 300_000n, 2n, of.slot, of.slot, of.slot * 3600n];
        of.world.ok('marketplace', 'create-request', terms, of.buyer);
        return of.world.call('marketplace', 'fill-request-in', [DOLLAR, 1n, of.slot, 1000n, 51_500n], of.seller);
      },
    },
    {
      name: 'an offer in one asset is paid in another that a request gives',
      class: 'traits',
      code: 3117n,
      guards: [['marketplace', '(asserts! (is-eq (some asset) (map-get? offer-assets offer-id)) ERR-ASSET)', '']],
      run: (of) => {
        of.world.deploy('dearer', PLAIN('dearer'));
        of.world.dao(
          '(try! (contract-call? .trade-escrow set-asset .dearer (unwrap-panic (contract-hash? .dearer)) true u1 u90000))',
        );
        of.slot = of.world.slot + 8n;
        const terms = [2000n, 1000n, PRICE, 2n, of.slot, of.slot, of.slot * 3600n];
        of.world.ok('marketplace', 'create-request-in', [DOLLAR, ...terms], of.buyer);
        offerIn(of, contractId('dearer'));
        return of.world.call('marketplace', 'match-request-in', [DOLLAR, 1n, 1n, 1000n], STRANGER);
      },
    },
    {
      name: 'a trade in an asset is cancelled for STX',
      class: 'traits',
      code: 0n,
      guards: [
        [
          'trade-escrow',
          '(in-asset (>= (get origin trade) ORIGIN-ASSET)) (from-vault (and (>= (get origin trade)',
          '(in-asset false) (from-vault (and (>= (get origin trade)',
        ],
      ],
      run: (of) => {
        offerIn(of);
        of.world.ok('marketplace', 'accept-offer-in', [DOLLAR, 1n, 1n, 1000n, MUCH], of.buyer);
        const receipt = of.world.ok('trade-escrow', 'cancel', [1n], of.buyer);
        const stolen = of.world.account(of.buyer).vault as bigint;
        return stolen > 0n ? receipt : { ...receipt, ok: false, value: 0n };
      },
    },
    {
      name: 'a trade in an asset is settled in STX',
      class: 'traits',
      code: 0n,
      guards: [['trade-escrow', '(in-asset (>= (get origin trade) ORIGIN-ASSET)) (money', '(in-asset false) (money']],
      run: (of) => {
        offerIn(of);
        of.world.ok('marketplace', 'accept-offer-in', [DOLLAR, 1n, 1n, 1000n, MUCH], of.buyer);
        of.world.deliver(of.seller, of.slot, 1000n);
        const receipt = of.world.ok('trade-escrow', 'settle', [1n], STRANGER);
        const stolen = of.world.account(of.seller).due as bigint;
        return stolen > 0n ? receipt : { ...receipt, ok: false, value: 0n };
      },
    },
    {
      name: 'a trade is opened without money, as if it were paid in an asset',
      class: 'traits',
      code: 4106n,
      guards: [
        [
          'trade-escrow',
          '(asserts! (and (>= (get origin row) ORIGIN-VAULT) (< (get origin row) ORIGIN-ASSET)) ERR-ORIGIN)',
          '(asserts! (>= (get origin row) ORIGIN-VAULT) ERR-ORIGIN)',
        ],
      ],
      run: (of) => {
        of.world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${STRANGER}))`);
        of.slot = of.world.slot + 8n;
        return of.world.call('trade-escrow', 'open-from-vault', [row(of, 16n), BigInt(of.world.time)], STRANGER);
      },
    },
    {
      name: 'a stranger opens a trade on somebody’s vault of an asset',
      class: 'authority',
      code: 4001n,
      guards: [
        [
          'trade-escrow',
          '(try! (check-peer (var-get marketplace))) (asserts! (>= (get origin row) ORIGIN-ASSET) ERR-ORIGIN)',
          '(asserts! (>= (get origin row) ORIGIN-ASSET) ERR-ORIGIN)',
        ],
      ],
      run: (of) =>
        of.world.call('trade-escrow', 'open-in-asset', [row(of, 16n), BigInt(of.world.time), DOLLAR], STRANGER),
    },
    {
      name: 'a decoy contract deposits the tokens of whoever calls it',
      class: 'phishing',
      code: 4003n,
      guards: [
        [
          'trade-escrow',
          '(asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL) (asserts! (get open entry) ERR-ASSET)',
          '(asserts! (get open entry) ERR-ASSET)',
        ],
        [
          'trade-escrow',
          'transfer amount contract-caller current-contract none',
          'transfer amount tx-sender current-contract none',
        ],
      ],
      run: (of) => {
        of.world.deploy(
          'decoy',
          '(define-public (gift) (contract-call? .trade-escrow deposit-asset .test-dollar u1000))',
        );
        return of.world.call('decoy', 'gift', [], of.buyer);
      },
    },
    {
      name: 'what is due in an asset is paid out twice',
      class: 'double-count',
      code: 4402n,
      guards: [
        [
          'trade-escrow',
          '(merge account { due: u0 }) ) (try! (send-asset',
          '(merge account { due: due }) ) (try! (send-asset',
        ],
      ],
      run: (of) => {
        offerIn(of);
        of.world.ok('marketplace', 'accept-offer-in', [DOLLAR, 1n, 1n, 1000n, MUCH], of.buyer);
        of.world.deliver(of.seller, of.slot, 1000n);
        of.world.ok('trade-escrow', 'settle', [1n], STRANGER);
        of.world.ok('trade-escrow', 'payout-asset', [DOLLAR, of.seller], STRANGER);
        return of.world.call('trade-escrow', 'payout-asset', [DOLLAR, of.seller], STRANGER);
      },
    },
    {
      name: 'an allowed asset takes another one along when it is taken out',
      class: 'leakage',
      code: 128n,
      guards: [
        [
          'trade-escrow',
          '(as-contract? ((with-ft (contract-of asset) "*" amount)) (try! (contract-call? asset transfer amount tx-sender to none)))',
          '(as-contract? ((with-all-assets-unsafe)) (try! (contract-call? asset transfer amount tx-sender to none)))',
        ],
      ],
      run: (of) => {
        // Its code is called under the name of escrow, and asks for what the buyer has there in dollars.
        allow(
          of,
          'greedy',
          `(and (is-eq sender .trade-escrow)
             (try! (contract-call? .test-dollar transfer u${VAULT} .trade-escrow '${STRANGER} none)))`,
        );
        of.world.ok('trade-escrow', 'deposit-asset', [contractId('greedy'), 5n], of.seller);
        return of.world.call('trade-escrow', 'withdraw-asset', [contractId('greedy'), 5n], of.seller);
      },
    },
    {
      name: 'an asset settles a trade while it is put in, and what that brought its owner is forgotten',
      class: 're-entry',
      code: 0n,
      guards: [
        [
          'trade-escrow',
          '(entry (unwrap! (map-get? assets token) ERR-ASSET))) (asserts!',
          '(entry (unwrap! (map-get? assets token) ERR-ASSET)) (early (get-asset-account contract-caller token))) (asserts!',
        ],
        [
          'trade-escrow',
          '(let ((account (get-asset-account contract-caller token)) (vault (+ (get vault account) amount)) (result { who: contract-caller',
          '(let ((account early) (vault (+ (get vault account) amount)) (result { who: contract-caller',
        ],
      ],
      run: (of) => {
        allow(of, 'eager', `(and (is-eq amount u7) (is-ok (contract-call? .trade-escrow settle u1)))`);
        const eager = contractId('eager');
        of.world.ok('trade-escrow', 'deposit-asset', [eager, VAULT], of.buyer);
        offerIn(of, eager);
        of.world.ok('marketplace', 'accept-offer-in', [eager, 1n, 1n, 1000n, MUCH], of.buyer);
        // Half of it comes, so half of the money is due back.
        of.world.deliver(of.seller, of.slot, 500n);
        const receipt = of.world.ok('trade-escrow', 'deposit-asset', [eager, 7n], of.buyer);
        const { due } = of.world.read('trade-escrow', 'get-asset-account', [of.buyer, eager]);
        return happened(receipt, of.world.tradeRow(1n).status === 2n && due === 0n);
      },
    },
  ];
  onBothTwins(scene, attacks);
});
