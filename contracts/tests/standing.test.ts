// Standing bids: one signature buys in many slots, without the user, never above its price, its energy and its cap.
import { Fees, Keys, Message } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attack, onBothTwins } from './twins.ts';
import {
  address,
  CELL,
  CHAIN_ID,
  contractId,
  type Order,
  type Receipt,
  STRANGER,
  signOrder,
  type Tuple,
  unreachedCodes,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const PAIR = 2n ** 64n;
const VAULT = 100_000_000n;

type Intent = {
  maker: string;
  cell: bigint;
  'slot-from': bigint;
  'slot-to': bigint;
  wh: bigint;
  'min-wh': bigint;
  price: bigint;
  cap: bigint;
  nonce: bigint;
  expiry: bigint;
};
type Scene = { world: World; seller: string; buyer: string; slot: bigint };

async function scene(weaken: Weakening[] = []): Promise<Scene> {
  const world = await World.create({ weaken });
  const [seller, buyer] = [world.home('home-h01'), world.home('home-h02')];
  world.ok('trade-escrow', 'deposit', [VAULT], buyer);
  return { world, seller, buyer, slot: world.slot + 8n };
}

const intentOf = ({ buyer, slot }: Scene, change: Partial<Intent> = {}): Intent => ({
  maker: buyer,
  cell: CELL.home,
  'slot-from': slot - 2n,
  'slot-to': slot + 2n,
  wh: 9000n,
  'min-wh': 1000n,
  price: 220_000n,
  cap: 10_000_000n,
  nonce: 9n,
  expiry: slot * 3600n,
  ...change,
});
const sign = (intent: Intent, key = 'home-h02', purpose: Message.Purpose = 'standing'): Uint8Array => {
  const { 'min-wh': minWh, 'slot-from': slotFrom, 'slot-to': slotTo, ...rest } = intent;
  return Message.sign(
    { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose },
    Message.encodeStanding({ ...rest, minWh, slotFrom, slotTo, asset: null }),
    Keys.development(key),
  );
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
afterAll(() => {
  world.free();
  expect(unreachedCodes('marketplace', { only: ['ERR-CAP'] })).toEqual([]);
});

const intent = (change: Partial<Intent> = {}) => intentOf(at, change);
const fill = (wh: bigint, price = 200_000n, change: Partial<Intent> = {}, slot = at.slot, who = at.seller): Receipt =>
  world.call('marketplace', 'fill-standing', [intent(change), sign(intent(change)), slot, wh, price], who);
const filled = (nonce = 9n, maker = at.buyer) => world.read('marketplace', 'get-filled', [maker, nonce]).wh;
const spent = (nonce = 9n) => world.read<bigint>('marketplace', 'get-spent', [at.buyer, nonce]);
const total = (wh: bigint, price: bigint) => Fees.quote({ wh, price, commissionBps: 500n, gridBps: 200n }).total;

describe('fill-standing', () => {
  it('buys in several slots from the vault, and counts energy and money', () => {
    const receipt = fill(2000n);
    expect(receipt.value).toEqual({
      maker: at.buyer,
      nonce: 9n,
      trade: 1n,
      seller: at.seller,
      slot: at.slot,
      wh: 2000n,
      filled: 2000n,
      locked: total(2000n, 200_000n),
      spent: total(2000n, 200_000n),
    });
    expect(receipt.transfers).toEqual([]);
    expect(fill(1000n, 220_000n, {}, at.slot + 2n).ok).toBe(true);
    expect(world.tradeRow(2n)).toMatchObject({
      buyer: at.buyer,
      origin: 6n,
      ref: 9n,
      cost: 220_000n,
      slot: at.slot + 2n,
    });
    const both = total(2000n, 200_000n) + total(1000n, 220_000n);
    expect([filled(), spent()]).toEqual([3000n, both]);
    expect(world.account(at.buyer).vault).toBe(VAULT - both);
  });

  it('is signed over the same bytes as in TypeScript, for this purpose only', () => {
    const { 'min-wh': minWh, 'slot-from': slotFrom, 'slot-to': slotTo, ...rest } = intent();
    expect(world.read('marketplace', 'get-standing-hash', [intent()])).toEqual(
      Message.hash(
        { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'standing' },
        Message.encodeStanding({ ...rest, minWh, slotFrom, slotTo, asset: null }),
      ),
    );
    const call = (signature: Uint8Array) =>
      world.code('marketplace', 'fill-standing', [intent(), signature, at.slot, 1000n, 200_000n], at.seller);
    expect(call(sign(intent(), 'home-h02', 'bid'))).toBe(3501n);
    expect(call(sign(intent(), 'home-h01'))).toBe(3501n);
    expect(call(sign(intent({ cap: 1n })))).toBe(3501n);
  });

  it('keeps to what was said: slots, amounts, price, time', () => {
    expect(fill(1000n, 200_000n, {}, at.slot - 3n).value).toBe(3115n);
    expect(fill(1000n, 200_000n, {}, at.slot + 3n).value).toBe(3115n);
    expect(fill(999n).value).toBe(3100n);
    expect(fill(9001n).value).toBe(3106n);
    expect(fill(1000n, 220_001n).value).toBe(3112n);
    expect(fill(1000n, 139_999n).value).toBe(3102n);
    expect(fill(1000n, 200_000n, { nonce: PAIR }).value).toBe(3111n);
    expect(fill(1000n, 200_000n, { cell: CELL.near }).value).toBe(3215n);
    expect(fill(1000n, 200_000n, { expiry: BigInt(world.time) + 10n }).value).toBe(3302n);
    expect(fill(1000n, 200_000n, { expiry: BigInt(world.time) + 20n, nonce: 10n }).ok).toBe(true);
    expect(fill(1000n, 220_000n, {}, at.slot - 2n).ok).toBe(true);
    expect(fill(8001n).value).toBe(3106n);
    expect(fill(8000n).ok).toBe(true);
  });

  it('holds the cap to the microSTX, over all its trades', () => {
    const first = total(2000n, 200_000n);
    const second = total(1000n, 200_000n);
    expect(fill(2000n, 200_000n, { cap: first - 1n }).value).toBe(3402n);
    expect(fill(2000n, 200_000n, { cap: first + second - 1n }).ok).toBe(true);
    expect(fill(1000n, 200_000n, { cap: first + second - 1n }).value).toBe(3402n);
    expect(fill(1000n, 200_000n, { cap: first + second }).ok).toBe(true);
    expect(spent()).toBe(first + second);
    expect(world.account(at.buyer).vault).toBe(VAULT - first - second);
  });

  it('ends with cancel-signed and with the floor of the nonces', () => {
    world.ok('marketplace', 'cancel-signed', [9n], at.buyer);
    expect(fill(1000n).value).toBe(3207n);
    world.ok('user-registry', 'cancel-signed-below', [20n], at.buyer);
    expect(fill(1000n, 200_000n, { nonce: 19n }).value).toBe(3208n);
    expect(fill(1000n, 200_000n, { nonce: 20n }).ok).toBe(true);
  });

  it('is between households in good standing, with money in the vault', () => {
    const call = (of: Intent, key: string, who = at.seller) =>
      world.code('marketplace', 'fill-standing', [of, sign(of, key), at.slot, 1000n, 200_000n], who);
    expect(call(intent({ maker: STRANGER }), 'stranger')).toBe(3203n);
    expect(call(intent(), 'home-h02', at.buyer)).toBe(3109n);
    expect(call(intent(), 'home-h02', STRANGER)).toBe(3202n);
    const poor = world.home('home-h03');
    expect(call(intent({ maker: poor }), 'home-h03')).toBe(4401n);
    world.ok('governance-dao', 'set-paused', [4n], address('guardian'));
    expect(fill(1000n).value).toBe(3206n);
  });

  it('may spend again what a cancelled trade had locked', () => {
    const cap = total(2000n, 200_000n);
    expect(fill(2000n, 200_000n, { cap }).ok).toBe(true);
    expect(fill(1000n, 200_000n, { cap }).value).toBe(3402n);
    const receipt = world.ok('marketplace', 'cancel-trade', [1n], at.buyer);
    expect(receipt.value.released).toBe(true);
    expect(receipt.events.filter(({ topic }) => topic === 'standing-released')).toEqual([
      { topic: 'standing-released', maker: at.buyer, nonce: 9n, trade: 1n, spent: 0n },
    ]);
    expect([filled(), spent()]).toEqual([0n, 0n]);
    expect(fill(2000n, 200_000n, { cap }).ok).toBe(true);
    expect(world.code('marketplace', 'release-cancelled', [1n], STRANGER)).toBe(3211n);
  });
});

describe('match-standing', () => {
  const match = (id: bigint, wh: bigint, change: Partial<Intent> = {}): Receipt =>
    world.call('marketplace', 'match-standing', [id, intent(change), sign(intent(change)), wh], STRANGER);

  it('serves it from a listed offer at the offer’s price', () => {
    const id = world.offer(at.seller, at.slot, 5000n, { price: 190_000n });
    expect(match(id, 3000n).value).toMatchObject({ filled: 3000n, spent: total(3000n, 190_000n), seller: at.seller });
    expect(world.tradeRow(1n)).toMatchObject({ origin: 7n, ref: id + 9n * PAIR, cost: 570_000n });
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 2000n });
    world.ok('marketplace', 'cancel-trade', [1n], at.buyer);
    expect(world.read('marketplace', 'get-offer-details', [id])).toMatchObject({ remaining: 5000n });
    expect([filled(), spent()]).toEqual([0n, 0n]);
    expect(match(id, 3000n).ok).toBe(true);
    world.ok('marketplace', 'cancel-offer', [id], at.seller);
    expect(world.ok('marketplace', 'cancel-trade', [2n], at.buyer).value.released).toBe(true);
    expect(spent()).toBe(0n);
  });

  it('buys at a price that was allowed when it was listed', () => {
    const lower = world.prepare('(try! (contract-call? .governance-dao set-parameter "price-ceiling" u150000))');
    at.slot = world.slot + 8n;
    const id = world.offer(at.seller, at.slot, 2000n);
    lower();
    expect(match(id, 1000n).ok).toBe(true);
    expect(fill(1000n).value).toBe(3102n);
  });

  it('takes no dearer offer, and none that is not there', () => {
    const id = world.offer(at.seller, at.slot, 5000n, { price: 220_001n });
    expect(match(id, 1000n).value).toBe(3112n);
    expect(match(99n, 1000n).value).toBe(3200n);
    const cheap = world.offer(at.seller, at.slot, 2000n);
    expect(match(cheap, 2001n).value).toBe(3106n);
    expect(match(cheap, 2000n, { cap: total(2000n, 200_000n) - 1n }).value).toBe(3402n);
    expect(match(cheap, 2000n, { cap: total(2000n, 200_000n) }).ok).toBe(true);
    expect(match(cheap, 1000n).value).toBe(3201n);
  });
});

describe('match-signed-standing', () => {
  const offer = (change: Partial<Order> = {}): Order => ({
    maker: at.seller,
    slot: at.slot,
    wh: 5000n,
    'min-wh': 1000n,
    price: 180_000n,
    nonce: 1n,
    expiry: at.slot * 3600n,
    ...change,
  });
  const args = (
    wh: bigint,
    of: Order,
    change: Partial<Intent> = {},
    key = 'home-h01',
  ): Parameters<World['call']>[2] => {
    const { slot, ...rest } = of;
    return [slot, { ...rest, cell: CELL.home }, signOrder(of, key), intent(change), sign(intent(change)), wh];
  };
  const match = (wh: bigint, of: Partial<Order> = {}, change: Partial<Intent> = {}, key = 'home-h01'): Receipt =>
    world.call('marketplace', 'match-signed-standing', args(wh, offer(of), change, key), STRANGER);

  it('trades between two wallets that send nothing, at the middle of their prices', () => {
    const receipt = match(3000n);
    expect(receipt.value).toMatchObject({ filled: 3000n, spent: total(3000n, 200_000n) });
    expect(receipt.transfers).toEqual([]);
    expect(world.tradeRow(1n)).toMatchObject({ origin: 8n, ref: 1n + 9n * PAIR, cost: 600_000n });
    expect([filled(), filled(1n, at.seller)]).toEqual([3000n, 3000n]);
    world.ok('marketplace', 'cancel-trade', [1n], at.buyer);
    expect([filled(), filled(1n, at.seller), spent()]).toEqual([0n, 0n, 0n]);
    expect(match(1000n, { price: 220_000n }).ok).toBe(true);
    expect(world.tradeRow(2n)).toMatchObject({ cost: 220_000n });
  });

  it('holds both sides to what they signed', () => {
    expect(match(1000n, { price: 220_001n }).value).toBe(3110n);
    expect(match(1999n, { 'min-wh': 2000n }).value).toBe(3100n);
    expect(match(1999n, {}, { 'min-wh': 2000n }).value).toBe(3100n);
    expect(match(5001n).value).toBe(3106n);
    expect(match(1000n, {}, {}, 'home-h02').value).toBe(3500n);
    expect(match(1000n, { nonce: PAIR }).value).toBe(3111n);
    expect(match(1000n, { expiry: BigInt(world.time) }).value).toBe(3302n);
    expect(match(1000n, {}, { cap: total(1000n, 200_000n) - 1n }).value).toBe(3402n);
    expect(match(5000n).ok).toBe(true);
    expect(match(1000n).value).toBe(3106n);
    world.ok('marketplace', 'cancel-signed', [2n], at.seller);
    expect(match(1000n, { nonce: 2n }).value).toBe(3207n);
    world.ok('user-registry', 'revoke-certification', [at.seller, utf8('meter moved')], address('certifier'));
    expect(match(1000n, { nonce: 3n }).value).toBe(3204n);
  });
});

describe('attacks', () => {
  const call = (of: Scene, wh: bigint, price: bigint, change: Partial<Intent> = {}, key = 'home-h02'): Receipt => {
    const row: Tuple = intentOf(of, change);
    return of.world.call(
      'marketplace',
      'fill-standing',
      [row, sign(intentOf(of, change), key), of.slot, wh, price],
      of.seller,
    );
  };
  const attacks: Attack<Scene>[] = [
    {
      name: 'a seller empties the vault of somebody who signed nothing',
      class: 'signatures',
      code: 3501n,
      guards: [
        ['marketplace', '(asserts! (is-signed-by maker (get-standing-hash intent) signature) ERR-BID-SIGNATURE)', ''],
      ],
      run: (of) => call(of, 1000n, 200_000n, {}, 'home-h01'),
    },
    {
      name: 'a standing bid spends more than its cap, little by little',
      class: 'limits',
      code: 3402n,
      guards: [['marketplace', '(map-set spent key total)', '']],
      run: (of) => {
        call(of, 1000n, 200_000n, { cap: 300_000n });
        return call(of, 1000n, 200_000n, { cap: 300_000n });
      },
    },
    {
      name: 'a standing bid buys more than it wanted, little by little',
      class: 'limits',
      code: 3106n,
      guards: [
        ['marketplace', '(take (get maker intent) (get nonce intent) (+ before wh)) (map-set spent', '(map-set spent'],
      ],
      run: (of) => {
        call(of, 1000n, 200_000n, { wh: 1500n });
        return call(of, 1000n, 200_000n, { wh: 1500n });
      },
    },
    {
      name: 'a seller names its own price',
      class: 'front-running',
      code: 3112n,
      guards: [['marketplace', '(asserts! (<= price (get price intent)) ERR-MAX-PRICE)', '']],
      run: (of) => call(of, 1000n, 500_000n),
    },
    {
      name: 'a seller serves an hour that nobody wanted',
      class: 'front-running',
      code: 3115n,
      guards: [
        [
          'marketplace',
          '(asserts! (and (>= slot (get slot-from intent)) (<= slot (get slot-to intent))) ERR-OTHER-SLOT)',
          '',
        ],
      ],
      run: (of) => call(of, 1000n, 200_000n, { 'slot-from': of.slot + 1n }),
    },
    {
      name: 'a cancelled trade is counted as released twice',
      class: 'double-count',
      code: 3211n,
      guards: [['marketplace', '(asserts! (not (is-released id)) ERR-RELEASED)', '']],
      run: (of) => {
        call(of, 1000n, 200_000n);
        call(of, 1000n, 200_000n);
        of.world.ok('marketplace', 'cancel-trade', [1n], of.buyer);
        return of.world.call('marketplace', 'release-cancelled', [1n], STRANGER);
      },
    },
  ];
  onBothTwins(scene, attacks);
});
