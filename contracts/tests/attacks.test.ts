// Every attack fails on our contracts with the code of the guard that stops it, and succeeds on a twin without that guard.
// So the test can fail, and the guard is the one that does it.
import { Cl } from '@stacks/transactions';
import { Bytes } from '@wattconnect/protocol';
import { type Attack, onBothTwins } from './twins.ts';
import {
  type Arg,
  address,
  ascii,
  CELL,
  contractId,
  type Order,
  type Receipt,
  reportRow,
  STRANGER,
  signBid,
  signOrder,
  signPair,
  signReport,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const MUCH = 10n ** 12n;
const EVIDENCE = new Uint8Array(32);

type Scene = { world: World; seller: string; buyer: string; slot: bigint };
const order = ({ seller, slot }: Scene, change: Partial<Order> = {}): Order => ({
  maker: seller,
  slot,
  wh: 2000n,
  'min-wh': 1000n,
  price: 200_000n,
  nonce: 1n,
  expiry: slot * 3600n,
  ...change,
});
const fill = ({ world, buyer }: Scene, of: Order, wh = 1000n, signature = signOrder(of, 'home-h01')): Receipt =>
  world.call('marketplace', 'fill-signed-offer', [of, signature, wh, MUCH], buyer);
const highS = (signature: Uint8Array): Uint8Array => {
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const out = Uint8Array.from(signature);
  out.set(
    Bytes.fromHex((n - BigInt(`0x${Bytes.toHex(signature.subarray(32, 64))}`)).toString(16).padStart(64, '0')),
    32,
  );
  out[64] = signature[64]! ^ 1;
  return out;
};
/** Shows two readings that operator-0 signed, and says that `operator` did. */
const contradict = ({ world, seller, slot }: Scene, operator: string, ...wh: [bigint, bigint]): Receipt => {
  const shown = wh.map((exportWh) => {
    const row = { seller, exportWh, root: new Uint8Array(32), revision: 1n };
    const [{ signature }] = signReport({ ...row, slot }, [0]) as [{ signature: Uint8Array }];
    return { single: true, rows: [reportRow(row)], row: 0n, signature };
  });
  return world.call('energy-oracle', 'prove-contradiction', [operator, slot, ...shown], STRANGER);
};
const report = ({ world, seller, slot }: Scene, signatures: Arg, exportWh = 5000n, revision = 1n): Receipt =>
  world.call(
    'energy-oracle',
    'submit-production',
    [seller, slot, exportWh, new Uint8Array(32), revision, signatures],
    STRANGER,
  );
const signed = ({ seller, slot }: Scene, by: number[], exportWh = 5000n, revision = 1n) =>
  signReport({ seller, slot, exportWh, root: new Uint8Array(32), revision }, by) as {
    index: bigint;
    signature: Uint8Array;
  }[];

/** The domain that offers are signed for, with one part changed. */
const DOMAIN =
  '(define-constant DOMAIN-OFFER (sha256 (unwrap-panic (to-consensus-buff? { name: "wattconnect", version: "1", chain-id: chain-id, contract: current-contract, purpose: "offer", }))))';
const weakDomain = (part: string, instead: string): Weakening => ['marketplace', DOMAIN, DOMAIN.replace(part, instead)];

/** @returns a slot that is open for trade afterwards */
const suspended = ({ world, seller, buyer, slot }: Scene): bigint => {
  world.suspend(seller, buyer);
  return slot > world.slot + 6n ? slot : world.slot + 8n;
};

const ATTACKS: Attack<Scene>[] = [
  {
    name: 'who failed too often sells again at once',
    class: 'limits',
    code: 4304n,
    guards: [['trade-escrow', '(asserts! (>= now (get suspended-until seller)) ERR-SUSPENDED)', 'true']],
    run: (scene) => {
      const slot = suspended(scene);
      const offer = scene.world.offer(scene.seller, slot, 1000n);
      return scene.world.call('marketplace', 'accept-offer', [offer, 1n, 1000n, MUCH], scene.buyer);
    },
  },
  {
    name: 'who failed too often sells again to many bidders',
    class: 'limits',
    code: 4304n,
    guards: [['trade-escrow', '(asserts! (>= (get now common) (get suspended-until seller)) ERR-SUSPENDED)', 'true']],
    run: (scene) => {
      const slot = suspended(scene);
      const { world, buyer } = scene;
      const offer = world.offer(scene.seller, slot, 1000n);
      world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
      const bid = signBid(order(scene, { maker: buyer, slot, expiry: slot * 3600n }), 'home-h02', 1000n);
      return world.call('marketplace', 'match-listed-bids', [offer, [bid]], STRANGER);
    },
  },
  {
    name: 'a household goes on with its fines unpaid',
    class: 'limits',
    code: 6401n,
    guards: [
      [
        'reputation-system',
        '(fined (>= count (contract-call? .governance-dao get-parameter "fine-from")))',
        '(fined false)',
      ],
    ],
    run: (scene) => {
      scene.world.ok('reputation-system', 'stake', [1_000_000n], scene.seller);
      suspended(scene);
      return scene.world.call('reputation-system', 'unstake', [1_000_000n], scene.seller);
    },
  },
  // ---- authority
  {
    name: 'a decoy contract buys with the money of whoever calls it',
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
        '(take-offer id offer contract-caller wh max-total ORIGIN-LISTED',
        '(take-offer id offer tx-sender wh max-total ORIGIN-LISTED',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      world.deploy(
        'decoy',
        '(define-public (gift) (contract-call? .marketplace accept-offer u1 u1 u1000 u1000000000000))',
      );
      world.offer(seller, slot, 1000n);
      return world.call('decoy', 'gift', [], buyer);
    },
  },
  {
    name: 'a decoy contract cancels the trade of whoever calls it',
    class: 'phishing',
    code: 4002n,
    guards: [['trade-escrow', '(cancel-trade id contract-caller)', '(cancel-trade id tx-sender)']],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.deploy('decoy', `(define-public (gift) (contract-call? .trade-escrow cancel u${trade}))`);
      return world.call('decoy', 'gift', [], buyer);
    },
  },
  {
    name: 'a decoy contract withdraws the vault of whoever calls it, to disturb it',
    class: 'phishing',
    code: 4401n,
    guards: [
      [
        'trade-escrow',
        '(owner contract-caller) (account (get-account owner))',
        '(owner tx-sender) (account (get-account owner))',
      ],
    ],
    run: ({ world, buyer }) => {
      world.ok('trade-escrow', 'deposit', [1000n], buyer);
      world.deploy('decoy', '(define-public (gift) (contract-call? .trade-escrow withdraw u1000))');
      return world.call('decoy', 'gift', [], buyer);
    },
  },
  {
    name: 'a stranger opens a trade past the marketplace and all its gates',
    class: 'authority',
    code: 4001n,
    guards: [
      [
        'trade-escrow',
        '(try! (check-peer (var-get marketplace))) (asserts! (is-eq tx-sender (get buyer row)) ERR-INDIRECT-CALL)',
        '',
      ],
    ],
    run: ({ world, buyer, slot }) => {
      const row = { seller: STRANGER, buyer, wh: 1n, cost: 1n, slot, pv: 1n, terms: 0n, origin: 0n, ref: 0n };
      return world.call(
        'trade-escrow',
        'open-direct',
        [{ ...row, 'seller-limit': 1n, 'buyer-limit': 1n, 'load-w': 0n, 'peak-w': 1n }, BigInt(world.time)],
        buyer,
      );
    },
  },
  {
    name: 'a stranger mints by closing a report into its own custody',
    class: 'authority',
    code: 5001n,
    guards: [['energy-oracle', '(asserts! (is-eq contract-caller (var-get escrow)) ERR-NOT-PEER)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      report(scene, signed(scene, [0, 1, 2]));
      scene.world.wait(3600);
      return scene.world.call('energy-oracle', 'close-report', [scene.seller, scene.slot, 5000n, STRANGER], STRANGER);
    },
  },
  {
    name: 'a stranger makes itself the oracle',
    class: 'authority',
    code: 5000n,
    guards: [
      ['energy-oracle', '(try! (check-dao)) (asserts! (and (> threshold u0)', '(asserts! (and (> threshold u0)'],
    ],
    run: ({ world }) => {
      world.mint(STRANGER, 100_000_000n);
      world.ok('reputation-system', 'stake', [100_000_000n], STRANGER);
      return world.call('energy-oracle', 'set-operators', [[STRANGER], 1n], STRANGER);
    },
  },
  {
    name: 'a stranger makes itself the marketplace',
    class: 'authority',
    code: 4000n,
    guards: [
      [
        'trade-escrow',
        '(try! (check-dao)) (asserts! (or (is-eq role "marketplace")',
        '(asserts! (or (is-eq role "marketplace")',
      ],
    ],
    run: ({ world }) => world.call('trade-escrow', 'set-peer', [ascii('marketplace'), STRANGER], STRANGER),
  },
  {
    name: 'a seller changes the offer of another',
    class: 'authority',
    code: 3000n,
    guards: [
      [
        'marketplace',
        '(asserts! (is-eq contract-caller (get seller offer)) ERR-NOT-SELLER) (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN) (asserts! (is-eq revision',
        '(asserts! (is-eq revision',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 1000n);
      return world.call('marketplace', 'update-offer', [id, 1n, 9000n, 140_000n, 0n, slot * 3600n], buyer);
    },
  },

  // ---- signatures
  {
    name: 'one operator signs three times',
    class: 'oracle',
    code: 5501n,
    guards: [['energy-oracle', '(asserts! (>= index (get next so-far)) ERR-SIGNATURE-ORDER)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      return report(scene, signed(scene, [1, 1, 1]));
    },
  },
  {
    name: 'two operators are enough',
    class: 'oracle',
    code: 5502n,
    guards: [['energy-oracle', '(asserts! (>= (len signatures) (get threshold who)) ERR-QUORUM)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      return report(scene, signed(scene, [0, 1]));
    },
  },
  {
    name: 'a malleable twin of an operator’s signature counts',
    class: 'signatures',
    code: 5500n,
    guards: [['energy-oracle', '(asserts! (<= (default-to 0xff (slice? signature u32 u64)) MAX-S) ERR-SIGNATURE)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      return report(
        scene,
        signed(scene, [0, 1, 2]).map(({ index, signature }) => ({ index, signature: highS(signature) })),
      );
    },
  },
  {
    name: 'a malleable twin of an order’s signature counts',
    class: 'signatures',
    code: 3500n,
    guards: [['marketplace', '(<= (default-to 0xff (slice? signature u32 u64)) MAX-S)', '']],
    run: (scene) => fill(scene, order(scene), 1000n, highS(signOrder(order(scene), 'home-h01'))),
  },
  {
    name: 'a bid is used as an offer',
    class: 'signatures',
    code: 3500n,
    guards: [weakDomain('purpose: "offer"', 'purpose: "bid"')],
    run: (scene) => fill(scene, order(scene), 1000n, signOrder(order(scene), 'home-h01', { purpose: 'bid' })),
  },
  {
    name: 'an order of another chain is replayed',
    class: 'signatures',
    code: 3500n,
    guards: [weakDomain('chain-id: chain-id', 'chain-id: u1')],
    run: (scene) => fill(scene, order(scene), 1000n, signOrder(order(scene), 'home-h01', { chainId: 1 })),
  },
  {
    name: 'an order for another contract is replayed',
    class: 'signatures',
    code: 3500n,
    guards: [weakDomain('contract: current-contract', 'contract: .trade-escrow')],
    run: (scene) =>
      fill(scene, order(scene), 1000n, signOrder(order(scene), 'home-h01', { contract: contractId('trade-escrow') })),
  },
  {
    name: 'a signed order is filled over and over',
    class: 'signatures',
    code: 3106n,
    guards: [
      ['marketplace', '(asserts! (and (<= taken (get wh order)) (<= wh (- (get wh order) taken))) ERR-TOO-MUCH)', ''],
    ],
    run: (scene) => {
      fill(scene, order(scene), 2000n);
      return fill(scene, order(scene), 1000n);
    },
  },
  {
    name: 'a cancelled order is filled',
    class: 'signatures',
    code: 3207n,
    guards: [
      [
        'marketplace',
        '(asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED) (asserts! (< now',
        '(asserts! (< now',
      ],
    ],
    run: (scene) => {
      scene.world.ok('marketplace', 'cancel-signed', [1n], scene.seller);
      return fill(scene, order(scene));
    },
  },
  {
    name: 'an order below the maker’s nonce floor is filled',
    class: 'signatures',
    code: 3208n,
    guards: [['marketplace', '(asserts! (>= (get ref deal) (get nonce-floor seller-row)) ERR-NONCE-FLOOR)', '']],
    run: (scene) => {
      scene.world.ok('user-registry', 'cancel-signed-below', [2n], scene.seller);
      return fill(scene, order(scene));
    },
  },

  // ---- price and gates
  {
    name: 'a seller raises the price under a buyer’s transaction',
    class: 'front-running',
    code: 3108n,
    guards: [
      [
        'marketplace',
        '(try! (check-wallet)) (asserts! (is-eq revision (get revision offer)) ERR-REVISION)',
        '(try! (check-wallet))',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 1000n);
      world.ok('marketplace', 'update-offer', [id, 1n, 1000n, 500_000n, 0n, slot * 3600n], seller);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
    },
  },
  {
    name: 'fees rise under a buyer’s transaction',
    class: 'front-running',
    code: 3107n,
    guards: [['marketplace', '(asserts! (<= (get locked trade) (get max-total deal)) ERR-MAX-TOTAL)', '']],
    run: ({ world, seller, buyer }) => {
      const raise = world.prepare('(try! (contract-call? .governance-dao set-parameter "commission-bps" u1000))');
      const slot = world.slot + 8n;
      const id = world.offer(seller, slot, 1000n);
      const { total } = world.read('marketplace', 'quote', [id, 1000n, buyer]);
      raise();
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, total!], buyer);
    },
  },
  {
    name: 'the DAO takes more than the contract’s own limit',
    class: 'rug',
    code: 4102n,
    guards: [['trade-escrow', '(<= (mod terms BPS) MAX-COMMISSION-BPS)', '']],
    run: ({ world, seller, buyer }) => {
      world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${buyer}))`);
      const row = {
        seller,
        buyer,
        wh: 1n,
        cost: 100n,
        slot: world.slot + 8n,
        pv: 1n,
        terms: 9999n,
        origin: 0n,
        ref: 0n,
      };
      return world.call(
        'trade-escrow',
        'open-direct',
        [{ ...row, 'seller-limit': 1n, 'buyer-limit': 1n, 'load-w': 0n, 'peak-w': 1n }, BigInt(world.time)],
        buyer,
      );
    },
  },
  {
    name: 'a revoked producer keeps selling',
    class: 'authority',
    code: 3204n,
    guards: [
      [
        'marketplace',
        '(define-constant SELLER-MASK u30) (define-constant SELLER-BITS u14)',
        '(define-constant SELLER-MASK u2) (define-constant SELLER-BITS u2)',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 1000n);
      world.ok('user-registry', 'revoke-certification', [seller, utf8('meter moved')], address('certifier'));
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
    },
  },
  {
    name: 'a household trades with itself to farm its score',
    class: 'sybils',
    code: 3109n,
    guards: [
      ['marketplace', '(asserts! (not (is-eq (get seller deal) buyer)) ERR-SELF-TRADE)', ''],
      ['trade-escrow', '(asserts! (not (is-eq (get seller row) (get buyer row))) ERR-SELF-TRADE)', ''],
    ],
    run: ({ world, seller, slot }) => {
      const id = world.offer(seller, slot, 1000n);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], seller);
    },
  },
  {
    name: 'a buyer decides after it has seen the weather',
    class: 'clock',
    code: 3301n,
    guards: [
      ['marketplace', '(asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED) (if (or', '(if (or'],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const id = world.offer(seller, slot, 1000n, { expiry: slot * 3600n });
      world.until(slot * 3600n - 60n);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyer);
    },
  },
  {
    name: 'a buyer cancels when the price has fallen, hours later',
    class: 'clock',
    code: 4301n,
    guards: [
      ['trade-escrow', '(asserts! (<= now (+ (get at trade) (get cancel-window terms))) ERR-CANCEL-WINDOW)', ''],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.wait(3600);
      return world.call('trade-escrow', 'cancel', [trade], buyer);
    },
  },

  // ---- limits
  {
    name: 'a household buys more of an hour than its connection carries',
    class: 'limits',
    code: 4213n,
    guards: [['trade-escrow', '(if (is-eq load-w u0) limit load-w )', 'limit']],
    run: ({ world, seller, slot }) => {
      const small = world.home('home-h03', { loadW: 3000n });
      const id = world.offer(seller, slot, 6000n);
      world.ok('marketplace', 'accept-offer', [id, 1n, 2000n, MUCH], small);
      return world.call('marketplace', 'accept-offer', [id, 1n, 2000n, MUCH], small);
    },
  },
  {
    name: 'a newcomer trades above its limit in many small pieces',
    class: 'limits',
    code: 4206n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (<= (+ (fold + (get used buyer) u0) (get wh held) wh) (get buyer-limit row)) ERR-BUYER-LIMIT)',
        '',
      ],
    ],
    run: ({ world, seller, slot }) => {
      const small = world.home('home-h03', { role: 1n, certified: false });
      const id = world.offer(seller, slot, 10_000n);
      for (let n = 0; n < 2; n++) world.ok('marketplace', 'accept-offer', [id, 1n, 5000n, MUCH], small);
      return world.call('marketplace', 'accept-offer', [world.offer(seller, slot + 1n, 1000n), 1n, 1000n, MUCH], small);
    },
  },
  {
    name: 'a seller sells the same hour twice',
    class: 'double-count',
    code: 4207n,
    guards: [['trade-escrow', '(asserts! (<= (+ promised wh) (get peak-w row)) ERR-OVER-PEAK)', '']],
    run: ({ world, seller, buyer, slot }) => {
      world.trade(seller, buyer, slot, 10_000n);
      const id = world.offer(seller, slot, 10_000n);
      return world.call('marketplace', 'accept-offer', [id, 1n, 10_000n, MUCH], buyer);
    },
  },

  // ---- metered energy
  {
    name: 'a producer mints more than its roof can give',
    class: 'oracle',
    code: 5100n,
    guards: [['energy-oracle', '(asserts! (<= (get export-wh report) (get peak-w user)) ERR-OVER-PEAK)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      return report(scene, signed(scene, [0, 1, 2], 10_001n), 10_001n);
    },
  },
  {
    name: 'a report is revised after the window, once the price is known',
    class: 'clock',
    code: 5302n,
    guards: [
      [
        'energy-oracle',
        '(asserts! (not (get final before)) ERR-FINAL) (asserts! (< now (get closes-at before)) ERR-WINDOW-CLOSED)',
        '(asserts! (not (get final before)) ERR-FINAL)',
      ],
    ],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      report(scene, signed(scene, [0, 1, 2]));
      scene.world.wait(3600);
      return report(scene, signed(scene, [0, 1, 2], 6000n, 2n), 6000n, 2n);
    },
  },
  {
    name: 'a slot is closed before anybody could challenge it',
    class: 'clock',
    code: 5303n,
    guards: [['energy-oracle', '(asserts! (>= stacks-block-time (get closes-at row)) ERR-WINDOW-OPEN)', '']],
    run: (scene) => {
      scene.world.until((scene.slot + 1n) * 3600n);
      report(scene, signed(scene, [0, 1, 2]));
      return scene.world.call('trade-escrow', 'finalize', [scene.seller, scene.slot], STRANGER);
    },
  },
  {
    name: 'energy is minted twice for one hour',
    class: 'double-count',
    code: 4203n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (is-eq (get status row) SLOT-IS-OPEN) ERR-SLOT-CLOSED) (let ((report (try!',
        '(let ((report (try!',
      ],
      ['energy-oracle', '(asserts! (not (get final row)) ERR-FINAL)', ''],
    ],
    run: ({ world, seller, slot }) => {
      world.deliver(seller, slot, 1000n);
      return world.call('trade-escrow', 'finalize', [seller, slot], STRANGER);
    },
  },
  {
    name: 'a seller gives up the slot that it failed to serve',
    class: 'clock',
    code: 4209n,
    guards: [
      [
        'trade-escrow',
        '(contract-call? .energy-oracle get-report seller slot) report (and',
        '(contract-call? .energy-oracle get-report seller slot) report (or',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      world.report(seller, slot, 0n);
      world.until((slot + 1n) * 3600n + 259_200n);
      return world.call('trade-escrow', 'void-slot', [seller, slot], seller);
    },
  },
  {
    name: 'a buyer takes its money back before the oracle had its time',
    class: 'clock',
    code: 4303n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (>= now (+ (slot-end slot) (get timeout (contract-call? .governance-dao get-parameters)))) ERR-TOO-EARLY)',
        '',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      return world.call('trade-escrow', 'void-slot', [seller, slot], buyer);
    },
  },

  // ---- money
  {
    name: 'a trade is settled twice',
    class: 'double-count',
    code: 4201n,
    guards: [['trade-escrow', '(or (is-eq status TRADE-OPEN) (is-eq status TRADE-CONFIRMED) (and', '(or true (and']],
    run: ({ world, seller, buyer, slot }) => {
      const [trade] = [world.trade(seller, buyer, slot, 1000n), world.trade(seller, buyer, slot, 2000n)];
      world.deliver(seller, slot, 3000n);
      world.ok('trade-escrow', 'settle', [trade!], STRANGER);
      return world.call('trade-escrow', 'settle', [trade!], STRANGER);
    },
  },
  {
    name: 'a batch names one trade twice',
    class: 'double-count',
    code: 14103n,
    guards: [
      ['trade-escrow', '(asserts! (> id (get last batch)) (at-row at ERR-ORDER))', ''],
      ['trade-escrow', '(or (is-eq status TRADE-OPEN) (is-eq status TRADE-CONFIRMED) (and', '(or true (and'],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const [trade] = [world.trade(seller, buyer, slot, 1000n), world.trade(seller, buyer, slot, 2000n)];
      world.deliver(seller, slot, 3000n);
      return world.call('trade-escrow', 'settle-slot', [seller, slot, [trade!, trade!]], STRANGER);
    },
  },
  {
    name: 'a trade is settled from the custody of another seller',
    class: 'authority',
    code: 4104n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (and (is-eq (get seller trade) (get seller batch)) (is-eq (get slot trade) (get slot batch))) (at-row at ERR-WRONG-SLOT))',
        '',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const failing = world.home('home-h03');
      const trade = world.trade(failing, buyer, slot, 1000n);
      world.trade(seller, buyer, slot, 1000n);
      world.deliver(seller, slot, 1000n);
      return world.call('trade-escrow', 'settle-slot', [seller, slot, [trade]], failing);
    },
  },
  {
    name: 'a vault is emptied of the money of others',
    class: 'limits',
    code: 4401n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (<= amount (get vault account)) ERR-VAULT) (asserts! (<= (+ amount held) (get vault account)) ERR-HELD) (let ((vault (- (get vault account) amount)) (result { who: owner, amount',
        '(let ((vault u0) (result { who: owner, amount',
      ],
    ],
    run: ({ world, buyer }) => {
      world.ok('trade-escrow', 'deposit', [1000n], buyer);
      return world.call('trade-escrow', 'withdraw', [1000n], STRANGER);
    },
  },
  {
    name: 'the energy of a cancelled trade comes back twice',
    class: 'double-count',
    code: 3211n,
    guards: [['marketplace', '(asserts! (not (is-released id)) ERR-RELEASED)', '']],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.ok('marketplace', 'cancel-trade', [trade], buyer);
      return world.call('marketplace', 'release-cancelled', [trade], seller);
    },
  },
  {
    name: 'the energy of a live trade goes back on sale',
    class: 'double-count',
    code: 3210n,
    guards: [['marketplace', '(asserts! (is-eq (get status trade) TRADE-CANCELLED) ERR-NOT-CANCELLED)', '']],
    run: ({ world, seller, buyer, slot }) =>
      world.call('marketplace', 'release-cancelled', [world.trade(seller, buyer, slot, 1000n)], seller),
  },

  {
    name: 'a seller confirms its own delivery',
    class: 'authority',
    code: 4002n,
    guards: [
      [
        'trade-escrow',
        '(asserts! (is-eq contract-caller (get buyer trade)) ERR-NOT-BUYER) (asserts! (is-eq (get status trade) TRADE-OPEN) ERR-TRADE-NOT-OPEN) (asserts! (is-eq (get status row)',
        '(asserts! (is-eq (get status trade) TRADE-OPEN) ERR-TRADE-NOT-OPEN) (asserts! (is-eq (get status row)',
      ],
    ],
    run: (scene) => {
      const trade = scene.world.trade(scene.seller, scene.buyer, scene.slot, 1000n);
      scene.world.until((scene.slot + 1n) * 3600n);
      report(scene, signed(scene, [0, 1, 2]));
      return scene.world.call('trade-escrow', 'confirm-receipt', [trade], scene.seller);
    },
  },
  {
    name: 'a confirmed trade is paid again when the slot is final',
    class: 'double-count',
    code: 0n,
    guards: [
      ['trade-escrow', '(confirmed (or judged (is-eq (get status trade) TRADE-CONFIRMED)))', '(confirmed judged)'],
    ],
    run: (scene) => {
      const { world, seller, buyer, slot } = scene;
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      report(scene, signed(scene, [0, 1, 2]));
      world.ok('trade-escrow', 'confirm-receipt', [trade], buyer);
      world.wait(3600);
      world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
      const receipt = world.ok('trade-escrow', 'settle', [trade], STRANGER);
      // It succeeds in both; what differs is whether money moves.
      return (receipt.value.paid as bigint) > 0n ? receipt : { ...receipt, ok: false, value: 0n };
    },
  },

  // ---- vaults
  {
    name: 'a stranger opens a trade from the vault of another',
    class: 'authority',
    code: 4001n,
    guards: [
      [
        'trade-escrow',
        '(try! (check-peer (var-get marketplace))) (asserts! (and (>= (get origin row) ORIGIN-VAULT) (< (get origin row) ORIGIN-ASSET)) ERR-ORIGIN)',
        '',
      ],
    ],
    run: ({ world, buyer, slot }) => {
      world.ok('trade-escrow', 'deposit', [1000n], buyer);
      const row = { seller: STRANGER, buyer, wh: 1n, cost: 900n, slot, pv: 1n, terms: 0n, origin: 2n, ref: 0n };
      return world.call(
        'trade-escrow',
        'open-from-vault',
        [{ ...row, 'seller-limit': 1n, 'buyer-limit': 1n, 'load-w': 0n, 'peak-w': 1n }, BigInt(world.time)],
        STRANGER,
      );
    },
  },
  {
    name: 'a keeper spends the vault of somebody who signed nothing',
    class: 'signatures',
    code: 3501n,
    guards: [
      [
        'marketplace',
        '(asserts! (is-signed-by (get maker bid) (hash-of DOMAIN-BID slot bid) (get bid-signature row)) (at-row at ERR-BID-SIGNATURE))',
        '',
      ],
    ],
    run: (scene) => {
      scene.world.ok('trade-escrow', 'deposit', [10_000_000n], scene.buyer);
      const row = signPair(order(scene), 'home-h01', order(scene, { maker: scene.buyer }), 'home-h01', 1000n);
      return scene.world.call('marketplace', 'match-signed-batch', [scene.slot, [row]], STRANGER);
    },
  },
  {
    name: 'a keeper matches a bid with a dearer offer',
    class: 'front-running',
    code: 3110n,
    guards: [
      ['marketplace', '(asserts! (<= (get price offer) (get price bid)) (at-row at ERR-NOT-CROSSING))', ''],
      ['marketplace', '(+ ask (/ (- bid ask) u2))', '(/ (+ ask bid) u2)'],
    ],
    run: (scene) => {
      scene.world.ok('trade-escrow', 'deposit', [10_000_000n], scene.buyer);
      const row = signPair(
        order(scene),
        'home-h01',
        order(scene, { maker: scene.buyer, price: 150_000n }),
        'home-h02',
        1000n,
      );
      return scene.world.call('marketplace', 'match-signed-batch', [scene.slot, [row]], STRANGER);
    },
  },
  {
    name: 'a seller charges a request more than the buyer allowed',
    class: 'front-running',
    code: 3112n,
    guards: [
      [
        'marketplace',
        '(ok (asserts! (<= price (get max-price request)) ERR-MAX-PRICE))',
        '(if true (ok true) ERR-MAX-PRICE)',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
      world.ok('marketplace', 'create-request', [1000n, 1000n, 150_000n, 0n, slot, slot, slot * 3600n], buyer);
      return world.call('marketplace', 'fill-request', [1n, slot, 1000n, 500_000n], seller);
    },
  },
  {
    name: 'a request that was taken back is served',
    class: 'reopening',
    code: 3214n,
    guards: [
      [
        'marketplace',
        '(asserts! (is-eq (get status request) REQUEST-OPEN) ERR-REQUEST-NOT-OPEN) (asserts! (< now',
        '(asserts! (< now',
      ],
      [
        'marketplace',
        '(merge request { remaining: u0, status: REQUEST-CANCELLED, })',
        '(merge request { status: REQUEST-CANCELLED })',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
      world.ok('marketplace', 'create-request', [1000n, 1000n, 200_000n, 0n, slot, slot, slot * 3600n], buyer);
      world.ok('marketplace', 'cancel-request', [1n], buyer);
      return world.call('marketplace', 'fill-request', [1n, slot, 1000n, 200_000n], seller);
    },
  },

  // ---- stakes and operators
  {
    name: 'a stake leaves before its cooldown is over',
    class: 'clock',
    code: 6300n,
    guards: [['reputation-system', '(asserts! (>= stacks-block-time (get leaves-at row)) ERR-COOLDOWN)', '']],
    run: ({ world, seller }) => {
      world.ok('reputation-system', 'stake', [1000n], seller);
      world.ok('reputation-system', 'unstake', [1000n], seller);
      return world.call('reputation-system', 'withdraw-stake', [], seller);
    },
  },
  {
    name: 'a stake is taken out twice',
    class: 'double-count',
    code: 6204n,
    guards: [['reputation-system', '(merge row { leaving: u0 })', 'row']],
    run: ({ world, seller, buyer }) => {
      world.ok('reputation-system', 'stake', [1000n], buyer);
      world.ok('reputation-system', 'stake', [1000n], seller);
      world.ok('reputation-system', 'unstake', [1000n], seller);
      world.wait(604_800);
      world.ok('reputation-system', 'withdraw-stake', [], seller);
      return world.call('reputation-system', 'withdraw-stake', [], seller);
    },
  },
  {
    name: 'more leaves than was staked',
    class: 'limits',
    code: 6401n,
    guards: [
      ['reputation-system', '(asserts! (<= amount (get amount row)) ERR-STAKE)', ''],
      [
        'reputation-system',
        '(merge row { amount: (- (get amount row) amount),',
        '(merge row { amount: (get amount row),',
      ],
    ],
    run: ({ world, seller, buyer }) => {
      world.ok('reputation-system', 'stake', [5000n], buyer);
      world.ok('reputation-system', 'stake', [1000n], seller);
      return world.call('reputation-system', 'unstake', [1001n], seller);
    },
  },
  {
    name: 'an operator takes its stake and signs on',
    class: 'oracle',
    code: 6202n,
    guards: [
      [
        'reputation-system',
        '(asserts! (> amount u0) ERR-ZERO-AMOUNT) (asserts! (is-eq (get holds row) u0) ERR-HELD)',
        '',
      ],
    ],
    run: ({ world }) => {
      const operator = address('operator-0');
      world.mint(operator, 10_000n);
      world.ok('reputation-system', 'stake', [1000n], operator);
      return world.call('reputation-system', 'unstake', [1000n], operator);
    },
  },
  {
    name: 'a stranger slashes a stake and is its finder',
    class: 'authority',
    code: 6001n,
    guards: [
      [
        'reputation-system',
        '(asserts! (or (is-eq contract-caller (var-get oracle)) (is-eq contract-caller (var-get disputes))) ERR-NOT-PEER)',
        '(asserts! true ERR-NOT-PEER)',
      ],
    ],
    run: ({ world, seller }) => {
      world.ok('reputation-system', 'stake', [1000n], seller);
      return world.call('reputation-system', 'slash', [seller, 1000n, Cl.some(Cl.principal(STRANGER))], STRANGER);
    },
  },
  {
    name: 'operators are seated before anybody could look at them',
    class: 'oracle',
    code: 5304n,
    guards: [['energy-oracle', '(asserts! (>= stacks-block-time (get from next)) ERR-ROTATION-DELAY)', '']],
    run: ({ world }) => {
      world.mint(address('operator-0'), 200_000_000n);
      world.ok('reputation-system', 'stake', [100_000_000n], address('operator-0'));
      world.dao(`(try! (contract-call? .energy-oracle set-operators (list '${address('operator-0')}) u1))`);
      return world.call('energy-oracle', 'rotate-operators', [], STRANGER);
    },
  },
  {
    name: 'an operator is slashed for what another signed',
    class: 'oracle',
    code: 5500n,
    guards: [
      [
        'energy-oracle',
        '(is-eq (ok signer) (principal-of? (unwrap! (secp256k1-recover? hash signature) ERR-SIGNATURE)))',
        '(is-ok (secp256k1-recover? hash signature))',
      ],
    ],
    run: (scene) => contradict(scene, address('operator-1'), 1n, 2n),
  },
  {
    name: 'an operator is slashed twice for one contradiction',
    class: 'double-count',
    code: 5205n,
    guards: [
      [
        'energy-oracle',
        '(asserts! (map-insert contradictions { operator: operator, seller: (get seller one), slot: slot, revision: (get revision one), } true ) ERR-KNOWN )',
        '',
      ],
    ],
    run: (scene) => {
      contradict(scene, address('operator-0'), 1n, 2n);
      return contradict(scene, address('operator-0'), 1n, 2n);
    },
  },
  {
    name: 'an operator is slashed for saying the same twice',
    class: 'oracle',
    code: 5106n,
    guards: [['energy-oracle', '(not (is-eq one other))', 'true']],
    run: (scene) => contradict(scene, address('operator-0'), 1n, 1n),
  },

  // ---- disputes
  {
    name: 'a dispute is won with the first report',
    class: 'disputes',
    code: 0n,
    guards: [
      ['dispute-resolution', '(if (> (get revision dispute) u0) (get revision dispute) u1)', '(get revision dispute)'],
    ],
    run: (scene) => {
      const { world, seller, buyer, slot } = scene;
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      world.ok('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
      report(scene, signed(scene, [0, 1, 2]));
      world.wait(3600);
      world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
      const receipt = world.call('dispute-resolution', 'resolve-automatic', [1n], buyer);
      // It succeeds in both; what differs is who has the bond.
      return (receipt.value as { upheld: boolean }).upheld ? receipt : { ...receipt, ok: false, value: 0n };
    },
  },
  {
    name: 'a bond is taken back twice',
    class: 'double-count',
    code: 7204n,
    guards: [
      [
        'dispute-resolution',
        '(try! (check-open dispute)) (asserts! (not (is-eq slot-status SLOT-IS-OPEN)) ERR-SLOT-OPEN) (asserts! (or (not',
        '(asserts! (not (is-eq slot-status SLOT-IS-OPEN)) ERR-SLOT-OPEN) (asserts! (or (not',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const trades = [world.trade(seller, buyer, slot, 1000n), world.trade(seller, buyer, slot, 1000n)];
      world.until((slot + 1n) * 3600n);
      for (const trade of trades) world.ok('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
      world.giveUp(seller, slot);
      world.ok('dispute-resolution', 'resolve-automatic', [1n], buyer);
      return world.call('dispute-resolution', 'resolve-automatic', [1n], buyer);
    },
  },
  {
    name: 'a buyer claims that nothing came and agrees with itself',
    class: 'disputes',
    code: 7002n,
    guards: [
      ['dispute-resolution', '(asserts! (is-eq contract-caller (get respondent dispute)) ERR-NOT-RESPONDENT)', ''],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      world.report(seller, slot, 1000n);
      world.ok('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
      const answer = world.call('dispute-resolution', 'respond', [1n, true, EVIDENCE], buyer);
      if (!answer.ok) return answer;
      world.wait(3600);
      world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
      world.ok('dispute-resolution', 'resolve-automatic', [1n], STRANGER);
      const { 'due-wh': energy } = world.account(buyer);
      // The energy and all of its price.
      return { ...answer, ok: energy === 1000n && world.account(seller).due === 0n };
    },
  },
  {
    name: 'a claim that was rejected is put before a jury of the claimant’s choice of time',
    class: 'disputes',
    code: 7306n,
    guards: [['dispute-resolution', '(asserts! (< now (call-until dispute)) ERR-CALL-WINDOW-CLOSED)', '']],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      world.until((slot + 1n) * 3600n);
      world.report(seller, slot, 1000n);
      world.ok('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], buyer);
      world.wait(3600);
      world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
      world.wait(86_400);
      const called = world.call('dispute-resolution', 'call-jury', [1n], buyer);
      // There is no pool here; what counts is that the time is no hindrance.
      return called.value === 7215n ? { ...called, ok: true } : called;
    },
  },
  {
    name: 'a trade is contested by somebody whom it does not concern',
    class: 'disputes',
    code: 7000n,
    guards: [
      [
        'dispute-resolution',
        '(asserts! (or (is-eq claimant seller) (is-eq claimant (get buyer row))) ERR-NOT-PARTY)',
        '',
      ],
    ],
    run: ({ world, seller, buyer, slot }) => {
      const trade = world.trade(seller, buyer, slot, 1000n);
      const rival = world.home('home-h03', { cell: CELL.far });
      world.until((slot + 1n) * 3600n);
      return world.call('dispute-resolution', 'open-dispute', [trade, 0n, EVIDENCE], rival);
    },
  },
];

const scene = async (weaken: Weakening[]): Promise<Scene> => {
  const world = await World.create({ weaken });
  return { world, seller: world.home('home-h01'), buyer: world.home('home-h02'), slot: world.slot + 8n };
};
onBothTwins(scene, ATTACKS);
