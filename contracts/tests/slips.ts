// What people do wrong in a random life, one by one: each asks for something that is refused, in whatever state the life is. Beside
// them what else happens seldom: an operator that contradicts itself, energy whose sale has run out.
import { Keys, Message } from '@wattconnect/protocol';
import type { Neighbourhood } from './lives.ts';
import {
  ABROAD,
  type Arg,
  address,
  ascii,
  auctionRow,
  CELL,
  CHAIN_ID,
  contractId,
  DEPLOYER,
  type Entry,
  type Order,
  posting,
  reportRow,
  STRANGER,
  signEntry,
  signReport,
  type Tuple,
  utf8,
  type World,
} from './world.ts';

const MUCH = 10n ** 12n;
const MUCH_TEXT = `u${MUCH * MUCH}`;
const HASH = new Uint8Array(32);
const DISTRICT = CELL.home >> 30n;
const [READER, CERTIFIER, UTILITY] = ['meter-reader', 'certifier', 'utility'].map(address) as [string, string, string];
/** Registered, and without any money. */
const PAUPER = address('pauper');
const CONTRADICTING = 'operator-4';

const DECOY = 'slip-decoy';
/** A household that is a contract: what it does on somebody's call must not cost that somebody anything. */
const DECOY_SOURCE = `
  (define-public (enter) (contract-call? .user-registry register u3 u${CELL.home} 0x${'00'.repeat(32)}))
  (define-public (apply) (contract-call? .user-registry apply-for-certification u1000 u10000 "solar"))
  (define-public (buy) (contract-call? .marketplace buy-energy-from-user tx-sender u1 u1))
  (define-public (put-in) (contract-call? .trade-escrow deposit u1))
  (define-public (stand) (contract-call? .reputation-system stake u1))
  (define-public (contest) (contract-call? .dispute-resolution open-dispute u1 u0 0x${'00'.repeat(32)}))
  (define-public (propose) (contract-call? .governance-dao propose-parameter "commission-bps" u600))`;

const of = (contract: string, fn: string, ...args: string[]) =>
  `(contract-call? .${[contract, fn, ...args].join(' ')})`;
const OPERATOR = (n: number) => `'${address(`operator-${n}`)}`;
const DOLLAR = '.test-dollar (unwrap-panic (contract-hash? .test-dollar))';
/** What the DAO itself cannot do, even if all are for it. */
const DECISIONS = [
  of('user-registry', 'add-certifier', `'${STRANGER}`, 'u4'),
  of('user-registry', 'remove-certifier', `'${STRANGER}`),
  of('energy-token', 'set-peer', '"x"', `'${STRANGER}`),
  of('trade-escrow', 'set-peer', '"x"', `'${STRANGER}`),
  of('trade-escrow', 'set-asset', '.test-dollar', `0x${'00'.repeat(32)}`, 'true', 'u1', 'u2'),
  of('trade-escrow', 'set-asset', DOLLAR, 'true', 'u2', 'u1'),
  of('energy-oracle', 'set-operators', `(list ${OPERATOR(0)})`, 'u2'),
  of('energy-oracle', 'set-operators', `(list ${OPERATOR(0)} ${OPERATOR(0)})`, 'u1'),
  of('energy-oracle', 'set-operators', `(list ${OPERATOR(7)} ${OPERATOR(8)})`, 'u1'),
  of('energy-oracle', 'set-peer', '"x"', `'${STRANGER}`),
  of('reputation-system', 'set-peer', '"x"', `'${STRANGER}`),
  of('governance-dao', 'set-peer', '"x"', `'${STRANGER}`),
  of('governance-dao', 'set-guardian', `'${STRANGER}`, '(+ stacks-block-time u31536001)'),
  of('governance-dao', 'pay-treasury', 'u0', `'${STRANGER}`),
  of('governance-dao', 'pay-treasury', 'u1', `'${ABROAD}`),
  of('governance-dao', 'pay-treasury', MUCH_TEXT, `'${STRANGER}`),
];
const decision = (which: number): string => `slip-decision-${which}`;

/** Those whom slips need, from the beginning of every life. */
export function prepare(world: World): void {
  DECISIONS.forEach((body, which) => {
    const source = `(impl-trait .proposal-trait.proposal-trait)
      (define-public (execute (sender principal)) (begin (try! ${body}) (ok true)))`;
    world.deploy(decision(which), source);
  });
  world.deploy(DECOY, DECOY_SOURCE);
  world.call(DECOY, 'enter', [], STRANGER);
  world.ok('user-registry', 'register', [3n, CELL.home, HASH], PAUPER);
}

type Slip = (n: Neighbourhood, at: number) => void;
const pick = <T>(list: T[], at: number): T => list[at % list.length]!;
const homeOf = (n: Neighbourhood, at: number): string => pick(n.homes, at);
const indirect =
  (fn: string): Slip =>
  (n, at) =>
    void n.call(DECOY, fn, [], homeOf(n, at));
/** A producer that may apply; the newcomer if there is none. */
const applicant = (n: Neighbourhood): string =>
  [...n.homes, n.newcomer].find((who) => {
    const bits = n.world.read<{ bits: bigint } | null>('user-registry', 'get-user', [who])?.bits ?? 0n;
    const pending = n.world.read<Tuple | null>('user-registry', 'get-application', [who])?.pending;
    return (bits & 26n) === 2n && !pending;
  }) ?? n.newcomer;
const apply =
  (kwh: bigint, peak: bigint): Slip =>
  (n) =>
    void n.call('user-registry', 'apply-for-certification', [kwh, peak, ascii('solar')], applicant(n));
const list =
  (change: { price?: bigint }): Slip =>
  (n, at) => {
    const slot = n.world.slot + 6n;
    const { price = 200_000n } = change;
    n.call('marketplace', 'create-offer', [slot, 2000n, 1000n, 0n, price, price, slot * 3600n], homeOf(n, at));
  };
const reported = (n: Neighbourhood, change: { seller?: string; revision?: bigint; by?: number[] }): void => {
  const { seller = n.homes[0]!, revision = 1n, by = [0, 1, 2] } = change;
  const slot = n.world.slot - 1n;
  const args = [seller, slot, 1n, HASH, revision, signReport({ seller, slot, exportWh: 1n, root: HASH, revision }, by)];
  const receipt = n.call('energy-oracle', 'submit-production', args, STRANGER);
  if (receipt.ok) n.reported.set(`${seller}-${slot}`, { seller, slot, revision, exportWh: 1n });
};
const took = (n: Neighbourhood, household: string, importWh: bigint): void => {
  const slot = n.world.slot - 1n;
  const before = n.world.read<Tuple | null>('energy-oracle', 'get-consumption', [household, slot]);
  const read = {
    household,
    slot,
    importWh,
    root: HASH,
    revision: ((before?.revision as bigint | undefined) ?? 0n) + 1n,
  };
  const signatures = [0, 1, 2].map((index) => ({
    index: BigInt(index),
    signature: Message.sign(
      { chainId: CHAIN_ID, contract: contractId('energy-oracle'), purpose: 'consumption' },
      Message.encodeConsumption(read),
      Keys.development(`operator-${index}`),
    ),
  }));
  n.call('energy-oracle', 'submit-consumption', [household, slot, importWh, HASH, read.revision, signatures], STRANGER);
};
/** The trade of the beginning that was settled, and its slot. */
const first = (n: Neighbourhood) => n.world.tradeRow(1n) as { seller: string; buyer: string; slot: bigint };
const settle =
  (...ids: bigint[]): Slip =>
  (n) => {
    const { seller, slot } = first(n);
    n.call('trade-escrow', 'settle-slot', [seller, slot, ids], STRANGER);
  };
const lastProposal = (n: Neighbourhood) => n.world.read<bigint>('governance-dao', 'get-proposal-count');
/** Orders of the auction of this hour. */
function orders(n: Neighbourhood, all: [who: number, side: Entry['side'], price: bigint, wh: bigint][], minWh = 1n) {
  if (n.world.time % 3600 >= 1800) n.world.wait(3600 - (n.world.time % 3600));
  const slot = n.world.slot + 5n;
  const entries = all.map(([who, side, price, wh]): Entry => {
    const nonce = 2000n + BigInt(n.orders.size);
    const order: Order = { maker: n.homes[who]!, slot, wh, 'min-wh': minWh, price, nonce, expiry: slot * 3600n };
    n.orders.set(`${order.maker}-${nonce}`, order);
    return signEntry(side, order, n.names[who]!);
  });
  return { slot, entries };
}
const post = (n: Neighbourhood, slot: bigint, district: bigint, rows: Tuple[], who = n.newcomer): void => {
  const receipt = n.call('marketplace', 'post-auction', [slot, district, rows], who);
  if (receipt.ok) n.postings.push({ slot, rows });
};
/** A posting of three orders with something wrong in it. */
const posted =
  (change: (rows: Tuple[]) => { rows?: Tuple[]; district?: bigint; who?: string }, minWh?: bigint): Slip =>
  (n) => {
    const { slot, entries } = orders(
      n,
      [
        [0, 'offer', 200_000n, 1500n],
        [1, 'bid', 260_000n, 1500n],
        [2, 'offer', 210_000n, 1500n],
      ],
      minWh,
    );
    const right = posting(entries, slot)?.rows.map(auctionRow);
    if (!right) return;
    const { rows = right, district = DISTRICT, who } = change(right);
    post(n, slot, district, rows, who);
  };
const half = (row: Tuple): Tuple => ({ ...row, wh: (row.wh as bigint) / 2n });

/** A decision that all are for, asked for once too early, and then at its time. */
export const decide: Slip = (n, at) => {
  const dao = (fn: string, args: Arg[], who = STRANGER) => n.call('governance-dao', fn, args, who);
  const contract = contractId(decision(at % DECISIONS.length));
  const proposed = dao('propose-contract', [contract], homeOf(n, at));
  if (!proposed.ok) return;
  const id = (proposed.value as Tuple).id as bigint;
  for (const who of n.homes) dao('vote', [id, 1n], who);
  n.world.wait(86_400);
  dao('conclude', [id]);
  dao('execute-contract', [id, contract]);
  n.world.wait(86_400);
  dao('execute-contract', [id, contract]);
};

export const SLIPS: Slip[] = [
  // ---- households and their certifiers
  (n) => void n.call('user-registry', 'verify-meter', [READER, 1n, 0n], READER),
  (n, at) => void n.call('user-registry', 'verify-meter', [homeOf(n, at), 1n, 1_000_001n], READER),
  (n, at) => void n.call('user-registry', 'reject-application', [homeOf(n, at), utf8('')], CERTIFIER),
  apply(1000n, 0n),
  apply(10_000n, 1000n),
  (n) => void n.call('user-registry', 'apply-for-certification', [1000n, 10_000n, ascii('solar')], PAUPER),
  indirect('apply'),
  // ---- market
  indirect('buy'),
  list({ price: 0n }),
  (n, at) => {
    const offer = n.offers.at(-1);
    if (offer) n.call('marketplace', 'accept-offer', [offer.id, 1n, 1000n, 1n], homeOf(n, at));
  },
  (n) => {
    // Without a certificate ten kWh a month are all that somebody may buy.
    const offer = n.offers.at(-1);
    const left = offer && n.world.stored('marketplace', 'get-offer-details', [offer.id]).remaining;
    if (offer && left) n.call('marketplace', 'accept-offer', [offer.id, 1n, left as bigint, MUCH], n.newcomer);
  },
  (n, at) => {
    const { slot } = n.world;
    const args = [1000n, 1000n, 300_000n, 0n, slot + 9n, slot + 8n, slot * 3600n + 9000n];
    n.call('marketplace', 'create-request', args, homeOf(n, at));
  },
  (n, at) => void n.call('marketplace', 'add-energy-for-sale', [10_000_001n, 200_000n], homeOf(n, at)),
  (n) => {
    const slot = n.world.slot + 6n;
    const rest = { minWh: 1000n, slotFrom: slot, slotTo: slot, expiry: slot * 3600n, asset: null };
    const intent = { maker: n.homes[1]!, cell: CELL.home, wh: 1000n, price: 200_000n, cap: 1n, nonce: 900n };
    const signature = Message.sign(
      { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'standing' },
      Message.encodeStanding({ ...intent, ...rest }),
      Keys.development(n.names[1]!),
    );
    const given = { ...intent, 'min-wh': 1000n, 'slot-from': slot, 'slot-to': slot, expiry: slot * 3600n };
    n.call('marketplace', 'fill-standing', [given, signature, slot, 1000n, 190_000n], n.homes[0]!);
  },
  (n) => {
    // Nobody has wanted it for a month.
    const seller = n.homes.find((who) => (n.world.read('marketplace', 'get-energy-for-sale', [who]).wh as bigint) > 0n);
    if (!seller) return;
    const { 'expires-at': end } = n.world.read('marketplace', 'get-energy-for-sale', [seller]) as Record<
      string,
      bigint
    >;
    if (n.world.time < Number(end)) n.world.wait(Number(end) - n.world.time);
    n.call('marketplace', 'return-expired-energy', [seller], STRANGER);
  },
  // ---- auction
  posted(() => ({ district: DISTRICT + 1n })),
  posted(() => ({}), 2n),
  posted((rows) => ({ rows: rows.toReversed() })),
  posted((rows) => ({ rows: [...rows, rows[0]!] })),
  posted((rows) => ({ rows: [half(rows[0]!)] })),
  posted(() => ({ who: PAUPER })),
  (n) => {
    // One maker with two orders.
    const { slot, entries } = orders(n, [
      [0, 'offer', 200_000n, 1500n],
      [0, 'offer', 205_000n, 1500n],
      [1, 'bid', 260_000n, 3000n],
    ]);
    const [one, other, bid] = entries as [Entry, Entry, Entry];
    post(
      n,
      slot,
      DISTRICT,
      [one, other].map((offer) => auctionRow({ offer, bid, wh: 1500n })),
    );
  },
  (n) => {
    const last = n.postings.at(-1);
    if (!last) return;
    const left = 1800 - (n.world.time % 3600);
    if (left > 0 && last.slot === n.world.slot + 5n) n.world.wait(left);
    n.call('marketplace', 'execute-auction', [last.slot, DISTRICT, last.rows.map(half)], STRANGER);
  },
  // ---- escrow
  indirect('put-in'),
  settle(1n, 1n),
  settle(2n),
  (n, at) => {
    const who = homeOf(n, at);
    n.call('energy-token', 'transfer', [1n, who, ABROAD, null], who);
    n.call('energy-token', 'transfer', [0n, who, STRANGER, null], who);
  },
  (n, at) => {
    // Nothing is left in the wallet.
    const who = homeOf(n, at);
    const balance = n.world.balance(who);
    if (!n.call('trade-escrow', 'deposit', [balance], who).ok) return;
    const seller = n.homes.find(
      (one) => one !== who && (n.world.read('marketplace', 'get-energy-for-sale', [one]).wh as bigint) >= 1000n,
    );
    if (seller) n.call('marketplace', 'buy-energy-from-user', [seller, 1000n, MUCH], who);
    const mine = ({ row }: { row: { seller: string; buyer: string } }) => row.seller === who || row.buyer === who;
    const ended = n.trades.find((one) => mine(one) && one.row.status === 0n && one.row.slot < n.world.slot);
    if (ended) n.call('dispute-resolution', 'open-dispute', [ended.id, 0n, HASH], who);
    for (const id of n.disputes) {
      const { claimant, status } = n.world.read('dispute-resolution', 'get-dispute', [id]);
      if (claimant === who && status === 0n) n.call('dispute-resolution', 'call-jury', [id], who);
    }
    n.call('governance-dao', 'propose-parameter', [ascii('commission-bps'), 600n], who);
    n.call('trade-escrow', 'withdraw', [balance], who);
  },
  // ---- oracle
  (n) => reported(n, { revision: 9n }),
  (n) => reported(n, { seller: STRANGER }),
  (n) => reported(n, { by: [1, 0, 2] }),
  (n) => void n.call('energy-oracle', 'submit-curtailment', [n.world.slot, CELL.home, 0n], UTILITY),
  (n, at) => took(n, homeOf(n, at), BigInt(at)),
  (n, at) => took(n, homeOf(n, at), 10n ** 7n),
  (n) => {
    // Its seat is empty from then on, and nobody is paid for showing it again.
    const slot = 1n;
    const said = (exportWh: bigint) => {
      const row = { seller: n.homes[0]!, exportWh, root: HASH, revision: 1n };
      const [{ signature }] = signReport({ ...row, slot }, [4]) as [{ signature: Uint8Array }];
      return { single: true, rows: [reportRow(row)], row: 0n, signature };
    };
    const args = [address(CONTRADICTING), slot, said(1n), said(2n)];
    for (const who of [STRANGER, n.homes[1]!]) n.call('energy-oracle', 'prove-contradiction', args, who);
  },
  // ---- what people say of each other, and stand for
  indirect('stand'),
  indirect('contest'),
  (n) => {
    for (const stars of [5n, 1n]) n.call('dispute-resolution', 'rate', [1n, stars, HASH], first(n).seller);
  },
  (n) => void n.call('dispute-resolution', 'open-dispute', [1n, 1_000_000n, HASH], first(n).buyer),
  (n, at) => {
    const who = homeOf(n, at);
    for (const [fn, args] of [
      ['stake', [1000n]],
      ['unstake', [1000n]],
      ['withdraw-stake', []],
    ] as const)
      n.call('reputation-system', fn, [...args], who);
  },
  (n, at) => {
    const juror = n.jurors.length > 0 ? pick(n.jurors, at) : undefined;
    if (juror) n.call('dispute-resolution', 'enrol-juror', [], juror);
  },
  // ---- decisions
  indirect('propose'),
  (n, at) => void n.call('governance-dao', 'propose-parameter', [ascii('price-floor'), 520_000n], homeOf(n, at)),
  (n) => void n.call('governance-dao', 'construct', [contractId('bootstrap-devnet')], DEPLOYER),
  (n, at) => {
    // Whoever comes back does not decide on what was proposed before.
    const who = homeOf(n, at);
    n.call('user-registry', 'deactivate', [], who);
    n.call('user-registry', 'reactivate', [], who);
    n.call('governance-dao', 'vote', [lastProposal(n), 1n], who);
  },
];
