// Attacks on the call auction: each fails on our contracts with the code of the guard that stops it, and succeeds without that guard.
import { Auction, Bytes } from '@wattconnect/protocol';
import { type Attack, onBothTwins } from './twins.ts';
import {
  address,
  auctionRow,
  CELL,
  type Entry,
  type Receipt,
  STRANGER,
  signEntry,
  signOrder,
  type Tuple,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const HOUR = 3600;
const MUCH = 10n ** 12n;
const DISTRICT = CELL.home >> 30n;
const NAMES = ['home-h01', 'home-h02', 'home-h03', 'home-h04'];

type Scene = { world: World; homes: string[]; slot: bigint; gate: number };
type Change = Partial<Omit<Entry, 'side' | 'signature'>>;
const entry = (
  { homes, slot }: Scene,
  side: Entry['side'],
  at: number,
  price: bigint,
  wh: bigint,
  { cell, ...change }: Change = {},
) =>
  signEntry(side, { maker: homes[at]!, slot, wh, price, nonce: 1n, expiry: slot * 3600n, ...change }, NAMES[at]!, cell);
const seller = (scene: Scene, change?: Change) => entry(scene, 'offer', 0, 180_000n, 3000n, change);
const buyer = (scene: Scene, change?: Change) => entry(scene, 'bid', 1, 300_000n, 3000n, change);
const row = (offer: Entry, bid: Entry, wh: bigint) => auctionRow({ offer, bid, wh });
const pair = (scene: Scene) => [row(seller(scene), buyer(scene), 3000n)];
const market = ({ world, slot }: Scene, fn: string, rows: Tuple[], district = DISTRICT, who = STRANGER): Receipt =>
  world.call('marketplace', fn, [slot, district, rows], who);
const post = (scene: Scene, rows: Tuple[]) => market(scene, 'post-auction', rows);
const execute = (scene: Scene, rows: Tuple[]) => market(scene, 'execute-auction', rows);
const toExecution = ({ world, gate }: Scene) => world.until(gate - HOUR / 2 + 10);
/** Posts, which must go well, and goes to where the trades are made. */
const posted = (scene: Scene, rows = pair(scene)): Tuple[] => {
  const receipt = post(scene, rows);
  if (!receipt.ok) throw new Error(`posting failed: u${receipt.value}`);
  return rows;
};
const byTie = ({ homes, slot }: Scene, ...at: number[]) =>
  at.sort((one, two) => (Auction.tieOf(slot, homes[one]!) < Auction.tieOf(slot, homes[two]!) ? -1 : 1));

const DOMAIN = (purpose: string) =>
  `(define-constant DOMAIN-AUCTION-${purpose.slice(8).toUpperCase()} (sha256 (unwrap-panic (to-consensus-buff? { name: "wattconnect", version: "1", chain-id: chain-id, contract: current-contract, purpose: "${purpose}", }))))`;
const weakDomain = (purpose: string, instead: string): Weakening => [
  'marketplace',
  DOMAIN(purpose),
  DOMAIN(purpose).replace(`purpose: "${purpose}"`, `purpose: "${instead}"`),
];

const ATTACKS: Attack<Scene>[] = [
  // ---- what is posted
  {
    name: 'a listed offer is sold in the auction at a price that it never named',
    class: 'signatures',
    code: 3500n,
    guards: [weakDomain('auction-offer', 'offer')],
    run: (scene) => {
      const of = seller(scene);
      return post(scene, [row({ ...of, signature: signOrder(of, NAMES[0]!) }, buyer(scene), 3000n)]);
    },
  },
  {
    name: 'an offer is turned into a bid',
    class: 'signatures',
    code: 3501n,
    guards: [weakDomain('auction-bid', 'auction-offer')],
    run: (scene) => {
      const bid = buyer(scene);
      const signature = signOrder(bid, NAMES[1]!, { purpose: 'auction-offer' });
      return post(scene, [row(seller(scene), { ...bid, signature }, 3000n)]);
    },
  },
  {
    name: 'a poster makes up an offer',
    class: 'signatures',
    code: 3500n,
    guards: [
      [
        'marketplace',
        '(and new-offer (asserts! (is-signed-by (get maker offer) offer-hash (get offer-signature row)) (at-row at ERR-SIGNATURE) ))',
        '',
      ],
    ],
    run: (scene) => post(scene, [row({ ...seller(scene), price: 150_000n }, buyer(scene), 3000n)]),
  },
  {
    name: 'a poster makes up a bid',
    class: 'signatures',
    code: 3501n,
    guards: [
      [
        'marketplace',
        '(and new-bid (asserts! (is-signed-by (get maker bid) bid-hash (get bid-signature row)) (at-row at ERR-BID-SIGNATURE) ))',
        '',
      ],
    ],
    run: (scene) => post(scene, [row(seller(scene), { ...buyer(scene), price: 400_000n }, 3000n)]),
  },
  {
    name: 'a signature with a high S is another signature of the same order',
    class: 'signatures',
    code: 3500n,
    guards: [['marketplace', '(<= (default-to 0xff (slice? signature u32 u64)) MAX-S)', 'true']],
    run: (scene) => {
      const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const offer = seller(scene);
      const signature = Uint8Array.from(offer.signature);
      const s = n - BigInt(`0x${Bytes.toHex(signature.subarray(32, 64))}`);
      signature.set(Bytes.fromHex(s.toString(16).padStart(64, '0')), 32);
      signature[64]! ^= 1;
      return post(scene, [row({ ...offer, signature }, buyer(scene), 3000n)]);
    },
  },
  {
    name: 'an order is replayed after its maker cancelled it',
    class: 'signatures',
    code: 3207n,
    guards: [
      [
        'marketplace',
        '(asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED) (asserts! (>= (get nonce signed)',
        '(asserts! (>= (get nonce signed)',
      ],
    ],
    run: (scene) => {
      scene.world.ok('marketplace', 'cancel-signed', [1n], scene.homes[0]!);
      return post(scene, pair(scene));
    },
  },
  {
    name: 'an order is replayed after its maker cancelled all up to it',
    class: 'signatures',
    code: 3208n,
    guards: [['marketplace', '(asserts! (>= (get nonce signed) nonce-floor) ERR-NONCE-FLOOR)', '']],
    run: (scene) => {
      scene.world.ok('user-registry', 'cancel-signed-below', [2n], scene.homes[1]!);
      return post(scene, pair(scene));
    },
  },
  {
    name: 'an order is traded in the auction of another district',
    class: 'front-running',
    code: 3119n,
    guards: [
      [
        'marketplace',
        '(asserts! (is-eq (bit-shift-right (get cell order) DISTRICT-SHIFT) (get district rules)) ERR-DISTRICT)',
        '',
      ],
    ],
    run: (scene) => market(scene, 'post-auction', pair(scene), DISTRICT + 1n),
  },
  {
    name: 'a friend is served before the others of its price',
    class: 'front-running',
    code: 13120n,
    guards: [['marketplace', '(< (get tie last) (get tie entry))', 'true']],
    run: (scene) => {
      const [first, second] = byTie(scene, 2, 3).map((at) => entry(scene, 'bid', at, 300_000n, 2000n)) as [
        Entry,
        Entry,
      ];
      return post(scene, [row(seller(scene), second, 2000n), row(seller(scene), first, 1000n)]);
    },
  },
  {
    name: 'a friend is served while a cheaper offer is filled in part only',
    class: 'front-running',
    code: 13120n,
    guards: [['marketplace', '(is-eq (get filled last) (get wh last))', 'true']],
    run: (scene) =>
      post(scene, [
        row(seller(scene), buyer(scene), 2000n),
        row(entry(scene, 'offer', 2, 190_000n, 1000n), buyer(scene), 1000n),
      ]),
  },
  {
    name: 'a trade is left out, so that the price suits the poster',
    class: 'front-running',
    code: 3121n,
    guards: [
      [
        'marketplace',
        '(asserts! (not (and offer-left bid-left (<= (get price offer) (get price bid)))) ERR-NOT-OPTIMAL)',
        '',
      ],
    ],
    run: (scene) =>
      post(scene, [
        row(seller(scene), buyer(scene), 3000n),
        row(entry(scene, 'offer', 2, 250_000n, 1000n), entry(scene, 'bid', 3, 250_000n, 1000n), 0n),
      ]),
  },
  {
    name: 'a household sells more than once what it has once',
    class: 'double-count',
    code: 14112n,
    guards: [['trade-escrow', '(asserts! (< (get posting before) (get posting batch)) ERR-SECOND-ORDER)', '']],
    run: (scene) =>
      post(scene, [
        row(entry(scene, 'offer', 0, 180_000n, 10_000n), entry(scene, 'bid', 1, 300_000n, 20_000n), 10_000n),
        row(
          entry(scene, 'offer', 0, 190_000n, 10_000n, { nonce: 2n }),
          entry(scene, 'bid', 1, 300_000n, 20_000n),
          10_000n,
        ),
      ]),
  },
  {
    name: 'a bid without money lifts everybody’s price',
    class: 'limits',
    code: 4401n,
    guards: [['trade-escrow', '(asserts! (<= amount (get vault account)) ERR-VAULT) (map-set', '(map-set']],
    run: (scene) => {
      scene.world.ok('trade-escrow', 'withdraw', [100_000_000n], scene.homes[1]!);
      return post(scene, pair(scene));
    },
  },
  {
    name: 'an offer of more than is left of the peak power displaces another',
    class: 'limits',
    code: 4207n,
    guards: [
      [
        'trade-escrow',
        '(<= (+ (get promised (get-slot seller (/ (get auction batch) SLOT-FACTOR))) wh) (get peak-w row))',
        'true',
      ],
    ],
    run: (scene) => {
      scene.world.trade(scene.homes[0]!, scene.homes[3]!, scene.slot, 8000n);
      return post(scene, pair(scene));
    },
  },
  {
    name: 'a worse posting takes the place of a better one',
    class: 'front-running',
    code: 3224n,
    guards: [['marketplace', '(asserts! (is-better row before) ERR-NOT-BETTER)', '']],
    run: (scene) => {
      posted(scene);
      return post(scene, [
        row(entry(scene, 'offer', 2, 200_000n, 1000n), entry(scene, 'bid', 3, 210_000n, 1000n), 1000n),
      ]);
    },
  },
  {
    name: 'an order is held for two auctions at once',
    class: 'double-count',
    code: 4215n,
    guards: [['trade-escrow', '(asserts! (is-eq (get auction before) auction) ERR-OTHER-AUCTION)', '']],
    run: (scene) => {
      posted(scene);
      for (const at of [0, 2])
        scene.world.ok('user-registry', 'update-profile', [CELL.far, new Uint8Array(32)], scene.homes[at]!);
      const there = { cell: CELL.far, nonce: 2n };
      const rows = [row(seller(scene, there), entry(scene, 'bid', 2, 300_000n, 3000n, there), 3000n)];
      return market(scene, 'post-auction', rows, CELL.far >> 30n);
    },
  },
  {
    name: 'a decoy contract puts up a bond with the money of whoever calls it',
    class: 'phishing',
    code: 3001n,
    guards: [
      [
        'marketplace',
        '(ok (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL))',
        '(if true (ok true) ERR-INDIRECT-CALL)',
      ],
    ],
    run: (scene) => {
      const { world, slot } = scene;
      const type = '{ maker: principal, cell: uint, wh: uint, min-wh: uint, price: uint, nonce: uint, expiry: uint }';
      world.deploy(
        'decoy',
        `(define-public (gift (rows (list 50 { offer: ${type}, offer-signature: (buff 65), bid: ${type}, bid-signature: (buff 65), wh: uint })))
           (contract-call? .marketplace post-auction u${slot} u${DISTRICT} rows))`,
      );
      return world.call('decoy', 'gift', [pair(scene)], scene.homes[3]!);
    },
  },

  // ---- between posting and trades
  {
    name: 'a bidder empties its vault when its bid has lifted the price',
    class: 'limits',
    code: 4404n,
    guards: [['trade-escrow', '(asserts! (<= (+ amount held) (get vault account)) ERR-HELD)', '']],
    run: (scene) => {
      posted(scene);
      return scene.world.call('trade-escrow', 'withdraw', [100_000_000n], scene.homes[1]!);
    },
  },
  {
    name: 'a bidder spends its vault elsewhere when its bid has lifted the price',
    class: 'limits',
    code: 4401n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (<= (+ locked (get amount held)) vault) ERR-VAULT)',
        '(asserts! (<= locked vault) ERR-VAULT)',
      ],
    ],
    run: (scene) => {
      const { world, homes, slot } = scene;
      world.ok('trade-escrow', 'withdraw', [98_900_000n], homes[1]!);
      posted(scene);
      const request = world.ok(
        'marketplace',
        'create-request',
        [3000n, 1000n, 300_000n, 1n, slot, slot, slot * 3600n],
        homes[1]!,
      ).value.id as bigint;
      return world.call('marketplace', 'fill-request', [request, slot, 3000n, 300_000n], homes[2]!);
    },
  },
  {
    name: 'a seller promises its peak power elsewhere when its offer has displaced another',
    class: 'limits',
    code: 4207n,
    guards: [['trade-escrow', '(+ (get promised slot-row) (get slot-wh held)) )))', '(get promised slot-row) )))']],
    run: (scene) => {
      posted(scene);
      const id = scene.world.offer(scene.homes[0]!, scene.slot, 10_000n);
      return scene.world.call('marketplace', 'accept-offer', [id, 1n, 7001n, MUCH], scene.homes[3]!);
    },
  },
  {
    name: 'a marketplace of the future freezes a household for ever',
    class: 'rug',
    code: 4111n,
    guards: [['trade-escrow', '(asserts! (<= until (+ now HOLD-TERM)) ERR-HOLD-TERM)', '']],
    run: ({ world, homes }) => {
      world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${STRANGER}))`);
      const side = { seller: homes[0]!, 'seller-wh': 1n, 'seller-limit': 1n, 'peak-w': 1n };
      const rows = [{ ...side, buyer: homes[1]!, 'buyer-wh': 0n, 'buyer-limit': 0n, 'load-w': 0n, cost: 0n }];
      const now = BigInt(world.time);
      return world.call('trade-escrow', 'hold-many', [world.slot << 64n, 1n, now + 3601n, now, 0n, rows], STRANGER);
    },
  },
  {
    name: 'a stranger freezes a household',
    class: 'authority',
    code: 4001n,
    guards: [
      [
        'trade-escrow',
        '(try! (check-peer (var-get marketplace))) (asserts! (<= until (+ now HOLD-TERM)) ERR-HOLD-TERM)',
        '',
      ],
    ],
    run: ({ world }) => world.call('trade-escrow', 'hold-many', [1n, 1n, MUCH, 0n, 0n, []], STRANGER),
  },

  // ---- the trades
  {
    name: 'trades are made before a better posting can come',
    class: 'clock',
    code: 3310n,
    guards: [
      ['marketplace', '(asserts! (>= now (get closes-at auction)) ERR-POSTING-OPEN) (asserts! (and', '(asserts! (and'],
    ],
    run: (scene) => execute(scene, posted(scene)),
  },
  {
    name: 'trades are made after the gate has closed',
    class: 'clock',
    code: 3301n,
    guards: [
      [
        'marketplace',
        '(asserts! (and (< now (get ends-at auction)) (< (+ now (get gate-closure parameters)) (start-of slot)) ) ERR-GATE-CLOSED)',
        '',
      ],
    ],
    run: (scene) => {
      const rows = posted(scene);
      scene.world.until(scene.gate);
      return execute(scene, rows);
    },
  },
  {
    name: 'the trades of an auction are made twice',
    class: 'double-count',
    code: 3223n,
    guards: [['marketplace', '(asserts! (not (get executed auction)) ERR-EXECUTED)', '']],
    run: (scene) => {
      const rows = posted(scene);
      toExecution(scene);
      execute(scene, rows);
      return execute(scene, rows);
    },
  },
  {
    name: 'other trades are made than those that were proven',
    class: 'front-running',
    code: 3122n,
    guards: [['marketplace', '(asserts! (is-eq (rows-hash rows) (get hash auction)) ERR-ROWS)', '']],
    run: (scene) => {
      posted(scene);
      toExecution(scene);
      return execute(scene, [row({ ...seller(scene), wh: 9000n }, { ...buyer(scene), wh: 9000n }, 9000n)]);
    },
  },
  {
    name: 'more of a nonce is sold than was signed',
    class: 'signatures',
    code: 3106n,
    guards: [
      [
        'marketplace',
        '(asserts! (and (<= (+ (get wh offer-before) wh) (get wh (get offer row))) (<= (+ (get wh bid-before) wh) (get wh (get bid row))) ) ERR-TOO-MUCH)',
        '',
      ],
    ],
    run: (scene) => {
      const { world, homes } = scene;
      const rows = posted(scene);
      const { side: _, signature: __, cell: ___, ...signed } = seller(scene);
      world.ok('marketplace', 'fill-signed-offer', [signed, signOrder(signed, NAMES[0]!), 1000n, MUCH], homes[3]!);
      toExecution(scene);
      return theRow(execute(scene, rows));
    },
  },
  {
    name: 'who is no longer certified sells',
    class: 'authority',
    code: 3204n,
    guards: [
      [
        'marketplace',
        '(asserts! (is-eq (bit-and (default-to u0 (get bits (get seller row))) BOUND-SELLER-BITS) BOUND-SELLER-BITS) ERR-SELLER-NOT-CERTIFIED)',
        '',
      ],
    ],
    run: (scene) => {
      const { world, homes } = scene;
      const rows = posted(scene);
      world.ok('user-registry', 'revoke-certification', [homes[0]!, utf8('meter moved')], address('certifier'));
      toExecution(scene);
      return theRow(execute(scene, rows));
    },
  },
  {
    name: 'a bond comes back twice',
    class: 'double-count',
    code: 3225n,
    guards: [
      ['marketplace', '(asserts! (> bond u0) ERR-NO-BOND)', ''],
      ['marketplace', '(merge auction { bond: u0 })', 'auction'],
    ],
    run: (scene) => {
      const { world, slot } = scene;
      posted(scene);
      // Another's bond, which the second return would take.
      const there = { cell: CELL.far };
      for (const at of [2, 3])
        world.ok('user-registry', 'update-profile', [CELL.far, new Uint8Array(32)], scene.homes[at]!);
      const rows = [
        row(entry(scene, 'offer', 2, 180_000n, 1000n, there), entry(scene, 'bid', 3, 300_000n, 1000n, there), 1000n),
      ];
      market(scene, 'post-auction', rows, CELL.far >> 30n, scene.homes[3]!);
      toExecution(scene);
      world.ok('marketplace', 'return-bond', [slot, DISTRICT], STRANGER);
      return world.call('marketplace', 'return-bond', [slot, DISTRICT], STRANGER);
    },
  },
  {
    name: 'a poster takes its bond back before anybody can outbid it',
    class: 'clock',
    code: 3310n,
    guards: [['marketplace', '(asserts! (>= stacks-block-time (get closes-at auction)) ERR-POSTING-OPEN)', '']],
    run: (scene) => {
      posted(scene);
      return scene.world.call('marketplace', 'return-bond', [scene.slot, DISTRICT], STRANGER);
    },
  },
];

/** What became of the first row: a refused row fails no batch. */
function theRow(receipt: Receipt): Receipt {
  const refused = receipt.events.find(({ topic }) => topic === 'row-refused');
  return refused ? { ...receipt, ok: false, value: refused.code! } : receipt;
}

async function scene(weaken: Weakening[]): Promise<Scene> {
  const world = await World.create({ weaken });
  const homes = NAMES.map((name) => world.home(name));
  for (const who of homes) world.ok('trade-escrow', 'deposit', [100_000_000n], who);
  world.somebody('stranger');
  const slot = world.slot + 8n;
  const gate = Number(slot) * HOUR - 14_400;
  world.until(gate - HOUR + 10);
  return { world, homes, slot, gate };
}

onBothTwins(scene, ATTACKS);
