// Attacks on what holds everything together: batches and their rows, answers that are looked at, names that are taken, money that
// would be lost on its way.
import { type Attack, happened, onBothTwins } from './twins.ts';
import {
  ABROAD,
  address,
  CELL,
  CONSUMER,
  type Order,
  type Receipt,
  STRANGER,
  signOrder,
  signPair,
  type Weakening,
  World,
} from './world.ts';

const MUCH = 10n ** 12n;
const PRICE = 200_000n;
const EVIDENCE = new Uint8Array(32);
const DEVICE = new Uint8Array(32).fill(77);

type Scene = { world: World; seller: string; buyer: string; slot: bigint };

const scene = async (weaken: Weakening[]): Promise<Scene> => {
  const world = await World.create({ weaken });
  return { world, seller: world.home('home-h01'), buyer: world.home('home-h02'), slot: world.slot + 8n };
};
const order = ({ seller, slot }: Scene, change: Partial<Order> = {}): Order => ({
  maker: seller,
  slot,
  wh: 4000n,
  'min-wh': 1000n,
  price: PRICE,
  nonce: 1n,
  expiry: slot * 3600n,
  ...change,
});
/** All that somebody has goes into its vault, so that its wallet can pay nothing. */
const spendAll = ({ world }: Scene, who: string): void =>
  void world.ok('trade-escrow', 'deposit', [world.balance(who)], who);
const pair = (of: Scene, nonce: bigint, maker = of.seller, key = 'home-h01') =>
  signPair(order(of, { maker, nonce }), key, order(of, { maker: of.buyer, nonce: 10n + nonce }), 'home-h02', 1000n);
const household = ({ world }: Scene, name: string): string => world.home(name, { verified: false });
const named = ({ world }: Scene, who: string): Receipt =>
  world.call('user-registry', 'register-meter', [DEVICE, 1n], who);
const seen = ({ world }: Scene, who: string): Receipt =>
  world.call('user-registry', 'verify-meter', [who, 1n, 0n], address('meter-reader'));
/** Energy that the seller holds. */
const mint = ({ world, seller, slot }: Scene, wh: bigint): void => void world.deliver(seller, slot, wh);

const ATTACKS: Attack<Scene>[] = [
  // ---- answers that are looked at
  {
    name: 'a trade is opened by a wallet that cannot pay it',
    class: 'swallowed',
    code: 4400n,
    guards: [
      [
        'trade-escrow',
        '(unwrap! (stx-transfer? locked tx-sender current-contract) ERR-FUNDS)',
        '(match (stx-transfer? locked tx-sender current-contract) done true code false)',
      ],
    ],
    run: (of) => {
      const { world, seller, buyer, slot } = of;
      const id = world.offer(seller, slot, 1000n);
      spendAll(of, buyer);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
    },
  },
  {
    name: 'energy is handed over that nobody has paid for',
    class: 'swallowed',
    code: 3400n,
    guards: [
      [
        'marketplace',
        '(unwrap! (stx-transfer? cost tx-sender current-contract) ERR-FUNDS)',
        '(match (stx-transfer? cost tx-sender current-contract) done true code false)',
      ],
      [
        'marketplace',
        '(unwrap! (stx-transfer? fee tx-sender .governance-dao) ERR-FUNDS)',
        '(match (stx-transfer? fee tx-sender .governance-dao) done true code false)',
      ],
    ],
    run: (of) => {
      const { world, seller, buyer } = of;
      mint(of, 3000n);
      world.ok('marketplace', 'add-energy-for-sale', [3000n, PRICE], seller);
      spendAll(of, buyer);
      return world.call('marketplace', 'buy-energy-from-user', [seller, 1000n, PRICE], buyer);
    },
  },
  {
    name: 'an order of somebody whom nobody knows crashes the batch of others',
    class: 'panics',
    code: 0n,
    guards: [['marketplace', '(unwrap! household ERR-UNKNOWN-SELLER)', '(unwrap-panic household)']],
    run: (of) => {
      const { world, buyer, slot } = of;
      world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
      const rows = [pair(of, 1n), pair(of, 2n, STRANGER, 'stranger')];
      const nothing: Receipt = { ok: false, value: 0n, events: [], transfers: [], cost: undefined as never };
      try {
        return happened(world.ok('marketplace', 'match-signed-batch', [slot, rows], STRANGER), false);
      } catch {
        return happened(nothing, true);
      }
    },
  },

  // ---- one row and the others
  {
    name: 'a maker takes its order back, and the batch of all others with it',
    class: 'bad-row',
    code: 0n,
    guards: [
      [
        'marketplace',
        'code (begin (print { topic: "row-refused", row: (get row batch), code: code, }) none)',
        'code (begin (try! (if true (err (+ at code)) (ok true))) none)',
      ],
    ],
    run: (of) => {
      const { world, seller, buyer, slot } = of;
      world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
      world.ok('marketplace', 'cancel-signed', [1n], seller);
      const receipt = world.call('marketplace', 'match-signed-batch', [slot, [pair(of, 1n), pair(of, 2n)]], STRANGER);
      return happened(receipt, !receipt.ok);
    },
  },
  {
    name: 'somebody settles one trade of an hour, and nobody can settle the others together any more',
    class: 'bad-row',
    code: 0n,
    guards: [
      [
        'trade-escrow',
        'code: CODE-TRADE-NOT-OPEN, }) (ok next)',
        'code: CODE-TRADE-NOT-OPEN, }) (err (+ at CODE-TRADE-NOT-OPEN))',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const trades = [1, 2].map(() => world.trade(seller, buyer, slot, 1000n));
      world.deliver(seller, slot, 2000n);
      world.ok('trade-escrow', 'settle', [trades[0]!], STRANGER);
      const receipt = world.call('trade-escrow', 'settle-slot', [seller, slot, trades], STRANGER);
      return happened(receipt, !receipt.ok);
    },
  },

  // ---- filling it up
  {
    name: 'promises of a single Wh each',
    class: 'denial',
    code: 3100n,
    guards: [['marketplace', '(asserts! (>= (get wh deal) (get min-wh parameters)) ERR-TOO-SMALL)', '']],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 1000n, { minWh: 1n });
      return world.call('marketplace', 'accept-offer', [id, 1n, 1n, MUCH], buyer);
    },
  },
  {
    name: 'purchases in so many hours that the first of them are forgotten',
    class: 'denial',
    code: 4214n,
    guards: [
      ['trade-escrow', '(asserts! (< (len (get others load)) MAX-SLOTS) ERR-BUYER-SLOTS) (if in-asset', '(if in-asset'],
    ],
    run: ({ world, seller, buyer }) => {
      world.parameter('gate-opening', 259_200n);
      const first = world.slot + 8n;
      for (let n = 0n; n < 32n; n++) world.trade(seller, buyer, first + n, 1000n);
      const id = world.offer(seller, first + 32n, 1000n);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
    },
  },

  // ---- closed and opened again
  {
    name: 'an offer that its seller took back is on sale again',
    class: 'reopening',
    code: 0n,
    guards: [['marketplace', '(not (is-eq (get status offer) OFFER-CANCELLED))', 'true']],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 2000n);
      const { trade } = world.ok('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer).value;
      world.ok('marketplace', 'cancel-offer', [id], seller);
      const receipt = world.ok('marketplace', 'cancel-trade', [trade as bigint], buyer);
      return happened(receipt, world.read('marketplace', 'get-offer-details', [id]).status === 0n);
    },
  },
  {
    name: 'an order that its maker took back is good again',
    class: 'reopening',
    code: 3207n,
    guards: [['marketplace', '(merge before { wh: after })', '{ wh: after, cancelled: false }']],
    run: (of) => {
      const { world, seller, buyer } = of;
      const args = [order(of), signOrder(order(of), 'home-h01'), 1000n, MUCH];
      const { trade } = world.ok('marketplace', 'fill-signed-offer', args, buyer).value;
      world.ok('marketplace', 'cancel-signed', [1n], seller);
      world.ok('marketplace', 'cancel-trade', [trade as bigint], buyer);
      return world.call('marketplace', 'fill-signed-offer', args, buyer);
    },
  },

  // ---- names
  {
    name: 'a stranger names a device, and keeps its owner out',
    class: 'squatting',
    code: 0n,
    guards: [
      [
        'user-registry',
        '(asserts! (is-none (map-get? meter-of-key device-key)) ERR-METER-TAKEN)',
        '(asserts! (map-insert meter-of-key device-key id) ERR-METER-TAKEN)',
      ],
      [
        'user-registry',
        '(asserts! (map-insert meter-of-key (get device-key meter) id) ERR-METER-TAKEN)',
        '(map-set meter-of-key (get device-key meter) id)',
      ],
    ],
    run: (of) => {
      named(of, household(of, 'home-h03'));
      const owner = household(of, 'home-h04');
      const mine = named(of, owner);
      return happened(mine, !(mine.ok && seen(of, owner).ok));
    },
  },
  {
    name: 'one device makes two households, and two votes',
    class: 'sybils',
    code: 1204n,
    guards: [
      [
        'user-registry',
        '(asserts! (map-insert meter-of-key (get device-key meter) id) ERR-METER-TAKEN)',
        '(map-set meter-of-key (get device-key meter) id)',
      ],
    ],
    run: (of) => {
      const [one, other] = ['home-h03', 'home-h04'].map((name) => household(of, name)) as [string, string];
      for (const who of [one, other]) named(of, who);
      seen(of, one);
      return seen(of, other);
    },
  },
  {
    name: 'somebody registers anew, to begin with a clean name',
    class: 'sybils',
    code: 1200n,
    guards: [
      ['user-registry', '(asserts! (map-insert users who', '(asserts! (map-set users who'],
      // Its score would begin anew with it.
      ['reputation-system', '(asserts! (map-insert scores household', '(asserts! (map-set scores household'],
    ],
    run: ({ world, buyer }) =>
      world.call('user-registry', 'register', [CONSUMER, CELL.home, new Uint8Array(32)], buyer),
  },

  // ---- disputes
  {
    name: 'a dispute that costs nothing',
    class: 'disputes',
    code: 7400n,
    guards: [
      [
        'dispute-resolution',
        '(unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND) (try! (contract-call? .trade-escrow mark-disputed trade))',
        '(try! (contract-call? .trade-escrow mark-disputed trade))',
      ],
    ],
    run: (of) => {
      const { world, seller, buyer, slot } = of;
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      spendAll(of, buyer);
      return world.call('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
    },
  },
  {
    name: 'a dispute that nobody ends holds the seller’s money for ever',
    class: 'disputes',
    code: 0n,
    guards: [['trade-escrow', '(>= now (+ (slot-end slot) DISPUTE-TERM))', '(< now (* slot u0))']],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      world.report(seller, slot, 1000n);
      world.ok('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
      world.wait(3600);
      world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
      world.wait(31 * 86_400);
      const receipt = world.call('trade-escrow', 'settle', [trade], STRANGER);
      return happened(receipt, !receipt.ok);
    },
  },

  // ---- money and energy on their way
  {
    name: 'energy is given back Wh by Wh, for more than its rate',
    class: 'rounding',
    code: 0n,
    guards: [
      [
        'marketplace',
        '(/ (* (get cost row) wh (get refund-bps row)) (* (get wh row) BPS))',
        '(+ u1 (/ (* (get cost row) wh (get refund-bps row)) (* (get wh row) BPS)))',
      ],
    ],
    run: (of) => {
      const { world, seller, buyer } = of;
      mint(of, 3000n);
      world.ok('marketplace', 'add-energy-for-sale', [3000n, 140_001n], seller);
      world.ok('marketplace', 'buy-energy-from-user', [seller, 1000n, 140_001n], buyer);
      const parts = [1, 2, 3, 4, 5].map(() => world.ok('marketplace', 'refund-energy', [1n, 1n], buyer));
      const given = parts.reduce((sum, { value }) => sum + (value.refund as bigint), 0n);
      return happened(parts[0]!, given > (140_001n * 5n * 9000n) / (1000n * 10_000n));
    },
  },
  {
    name: 'somebody moves the kWh of another',
    class: 'sip-010',
    code: 4n,
    guards: [['energy-token', '(asserts! (is-eq sender contract-caller) ERR-NOT-SENDER)', '']],
    run: (of) => {
      mint(of, 3000n);
      return of.world.call('energy-token', 'transfer', [1000n, of.seller, STRANGER, null], STRANGER);
    },
  },
  {
    name: 'kWh are sent to where nobody can ever have them',
    class: 'networks',
    code: 2102n,
    guards: [['energy-token', '(asserts! (is-standard recipient) ERR-WRONG-NETWORK)', '']],
    run: (of) => {
      mint(of, 3000n);
      return of.world.call('energy-token', 'transfer', [1000n, of.seller, ABROAD, null], of.seller);
    },
  },
  {
    name: 'fees are swept to where nobody can ever have them',
    class: 'networks',
    code: 4113n,
    guards: [['trade-escrow', '(asserts! (is-standard operator) ERR-WRONG-NETWORK) (var-set pots', '(var-set pots']],
    run: ({ world, seller, buyer }) => {
      world.dao(`(try! (contract-call? .trade-escrow set-grid-operator '${ABROAD}))`);
      const slot = world.slot + 8n;
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.deliver(seller, slot, 1000n);
      world.ok('trade-escrow', 'settle', [trade], STRANGER);
      return world.call('trade-escrow', 'sweep-fees', [], STRANGER);
    },
  },
];
onBothTwins(scene, ATTACKS);
