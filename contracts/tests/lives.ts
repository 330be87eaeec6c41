// Random lives of a small neighbourhood: whatever households, operators and strangers do in whichever order, these laws hold after
// every step, and in the end everybody leaves whole. stateful.test.ts runs some of them, tools/stateful.ts very many.
import { Auction, Fees, Keys, Message, Settlement, Trust } from '@wattconnect/protocol';
import fc from 'fast-check';
import { abi, Contracts, errorOf } from '../src/index.ts';
import type { AbiFunction, ClarityType } from '../src/types.ts';
import { Replay } from './replay.ts';
import { decide, prepare, SLIPS } from './slips.ts';
import {
  type Arg,
  address,
  ascii,
  auctionRow,
  CELL,
  CHAIN_ID,
  contractId,
  type Entry,
  type Order,
  type Plain,
  posting,
  type Receipt,
  reportRow,
  STRANGER,
  signBid,
  signEntry,
  signOrder,
  signPair,
  signReport,
  signReports,
  type Tuple,
  utf8,
  World,
} from './world.ts';

/** All laws are looked at after so many steps, and at the end; those of a single step after each. */
const EVERY = 10;

const MUCH = 10n ** 12n;
const PEAK = 10_000n;
const PAIR = 2n ** 64n;
const SETTLED = [1n, 2n, 3n, 5n, 7n];
const LIVE = [0n, 6n, 8n];
const CANCELLED = 4n;
const DOLLAR = contractId('test-dollar');
const FAULT_FINE = 1_000_000n;
/** The score of whoever has no history. */
const START = 3000n;

type TradeRow = Record<
  'wh' | 'cost' | 'locked' | 'terms' | 'slot' | 'status' | 'pv' | 'origin' | 'ref' | 'at',
  bigint
> & {
  seller: string;
  buyer: string;
};

/** Names of the laws that have been looked at, and how often. */
export const laws = new Map<string, number>();
class LawBroken extends Error {
  constructor(name: string, detail: unknown) {
    super(`${name}: ${text(detail)}`);
    this.name = 'LawBroken';
  }
}
const text = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    typeof v === 'bigint' ? `u${v}` : v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v,
  );
/** @throws LawBroken where it does not hold */
function law(name: string, holds: boolean, detail?: unknown): void {
  laws.set(name, (laws.get(name) ?? 0) + 1);
  if (!holds) throw new LawBroken(name, detail);
}
const same = (a: unknown, b: unknown): boolean => text(a) === text(b);
const total = <T>(list: T[], of: (one: T) => bigint): bigint => list.reduce((sum, one) => sum + of(one), 0n);

/** What the chain should hold, kept beside it. */
export class Neighbourhood {
  readonly world: World;
  readonly homes: string[];
  readonly names: string[];
  /** Has not registered yet. */
  readonly newcomer: string;
  /** Households that may judge; none in most lives. */
  readonly jurors: string[];
  /** All with a wallet of their own. */
  readonly people: string[];
  readonly born: number;
  readonly offers: { id: bigint; seller: string }[] = [];
  readonly assetOffers: { id: bigint; seller: string }[] = [];
  readonly assetRequests: { id: bigint; buyer: string; slot: bigint }[] = [];
  readonly orders = new Map<string, Order>();
  /** What was posted for auctions, the latest last. */
  readonly postings: { slot: bigint; rows: Tuple[] }[] = [];
  readonly reported = new Map<string, { seller: string; slot: bigint; revision: bigint; exportWh: bigint }>();
  readonly disputes: bigint[] = [];
  /** Juries that have their jurors. */
  readonly drawn = new Set<bigint>();
  /** Who was in the pool when a jury was called. */
  readonly pools = new Map<bigint, string[]>();
  readonly scores = new Map<string, bigint>();
  readonly settled = new Map<bigint, Tuple>();
  readonly confirmed = new Map<bigint, Tuple>();
  /** Trades whose money jurors or an agreement divided. */
  readonly judged = new Map<bigint, Tuple>();
  readonly suspended = new Map<string, bigint>();
  /** Who had a fault on which day. */
  readonly faulty = new Set<string>();
  /** How rows were when last looked at. */
  readonly before = new Map<string, Tuple>();
  minted = 0n;
  retired = 0n;
  fees = 0n;
  swept = 0n;
  readonly outcomes = new Map<string, number>();

  constructor(world: World, homes: string[], names: string[], newcomer: string, jurors: string[]) {
    this.world = world;
    this.jurors = jurors;
    this.names = names;
    this.homes = homes;
    this.newcomer = newcomer;
    this.people = [...homes, newcomer, STRANGER, ...jurors];
    this.born = world.time;
    this.minted = world.read<bigint>('energy-token', 'get-total-supply');
    for (const who of [...homes, ...jurors])
      this.scores.set(who, world.read<bigint>('reputation-system', 'get-score', [who]));
    for (const { event } of world.log)
      if (event.topic === 'trade-settled' || event.topic === 'delivery-fault') this.note(event);
  }

  get trades(): { id: bigint; row: TradeRow }[] {
    return this.world.trades() as { id: bigint; row: TradeRow }[];
  }

  slotIsClosed(of: { seller: string; slot: bigint }): boolean {
    return this.world.slotRow(of.seller, of.slot).status !== 0n;
  }

  /** Calls, keeps what the events say, and looks at the laws of a single call. */
  call(contract: string, fn: string, args: Parameters<World['call']>[2], who: string): Receipt {
    const { world } = this;
    const name = `${contract}.${fn}`;
    const wallet = world.balance(who);
    let receipt: Receipt;
    try {
      receipt = world.call(contract, fn, args, who);
    } catch (error) {
      // The VM itself ends a call whose numbers leave their range. Nobody gets anything by it.
      const first = `${(error as Error).message ?? error}`.split('\n')[0]!;
      law(
        'a call that the VM ends was of numbers beyond all bounds',
        /ArithmeticOverflow|ArithmeticUnderflow/.test(first),
        [name, text(args), first],
      );
      law('a call that the VM ends moves no money', world.balance(who) === wallet, name);
      this.outcomes.set(`${fn} ended`, (this.outcomes.get(`${fn} ended`) ?? 0) + 1);
      return { ok: false, value: 0n, events: [], transfers: [], cost: {} as Receipt['cost'] };
    }
    const outcome = receipt.ok ? 'ok' : `u${receipt.value}`;
    this.outcomes.set(`${fn} ${outcome}`, (this.outcomes.get(`${fn} ${outcome}`) ?? 0) + 1);
    if (!receipt.ok) {
      law(
        'a refusal has a code that is ours',
        typeof receipt.value === 'bigint' && errorOf(receipt.value) !== undefined,
        [name, receipt.value],
      );
      law(
        'a refused call tells of nothing',
        receipt.events.every(({ topic }) => topic === 'row-refused') && receipt.transfers.length === 0,
        [name, receipt.events],
      );
      law('a refused call moves no money', world.balance(who) === wallet, name);
      return receipt;
    }
    law(
      'a call that succeeds tells of it',
      receipt.events.length > 0 || fn === 'transfer' || args.some((arg) => Array.isArray(arg) && arg.length === 0),
      name,
    );
    law(
      'money leaves the wallet of the caller only, or a contract',
      receipt.transfers.every(({ sender }) => sender === who || sender.includes('.')),
      [name, receipt.transfers],
    );
    for (const event of receipt.events) this.note(event);
    return receipt;
  }

  private note(event: Tuple): void {
    if (event.topic === 'score-changed') {
      law('a score changes from what it was', event.before === (this.scores.get(event.who as string) ?? 0n), event);
      law('a score lies between 0 and 10000', (event.after as bigint) <= Trust.MAX, event);
      this.scores.set(event.who as string, event.after as bigint);
    }
    if (event.topic === 'trade-settled') {
      const id = event.id as bigint;
      law('a trade is settled once', !this.settled.has(id), event);
      this.settled.set(id, event);
      if (!this.world.assetOf(id)) this.fees += (event.fee as bigint) + (event.grid as bigint);
    }
    if (event.topic === 'trade-confirmed') {
      law(
        'a trade is confirmed once, before it is settled',
        !this.confirmed.has(event.id as bigint) && !this.settled.has(event.id as bigint),
        event,
      );
      this.confirmed.set(event.id as bigint, event);
      if (!this.world.assetOf(event.id as bigint)) this.fees += (event.fee as bigint) + (event.grid as bigint);
    }
    if (event.topic === 'trade-judged') {
      law('a trade is judged once, before it is settled', !this.settled.has(event.id as bigint), event);
      this.judged.set(event.id as bigint, event);
      if (!this.world.assetOf(event.id as bigint)) this.fees += (event.fee as bigint) + (event.grid as bigint);
    }
    if (event.topic === 'selling-suspended') {
      const before = this.suspended.get(event.who as string) ?? 0n;
      law('a suspension only grows', (event.until as bigint) > before, event);
      this.suspended.set(event.who as string, event.until as bigint);
    }
    if (event.topic === 'trade-opened') {
      const { world } = this;
      law(
        'who is suspended sells nothing',
        (event.at as bigint) >= (this.suspended.get(event.seller as string) ?? 0n),
        event,
      );
      const load = world.read('user-registry', 'get-user', [event.buyer as string])['load-w'] as bigint;
      const all = this.trades.filter(
        ({ row }) => row.buyer === event.buyer && row.slot === event.slot && row.status !== CANCELLED,
      );
      law(
        'nobody buys more of an hour than its connection carries',
        total(all, ({ row }) => row.wh) <=
          (load || world.read<bigint>('governance-dao', 'get-parameter', [ascii('buyer-slot-wh')])),
        event,
      );
    }
    if (event.topic === 'delivery-fault') {
      const day = `${event.who} ${(event.slot as bigint) / 24n}`;
      law('of one day one fault counts', !this.faulty.has(day), event);
      this.faulty.add(day);
      law(
        'the first fault is a warning, and a fine is no more than it says',
        event.count === 1n ? event.step === 1n && event.fine === 0n : (event.fine as bigint) <= FAULT_FINE,
        event,
      );
    }
    if (event.topic === 'fees-swept') this.swept += (event.treasury as bigint) + (event.grid as bigint);
    if (event.topic === 'production-final') {
      law(
        'a report that is final is custody and surplus',
        (event.custody as bigint) + (event.surplus as bigint) === event['export-wh'],
        event,
      );
      this.minted += event['export-wh'] as bigint;
    }
    if (event.topic === 'jury-called')
      this.pools.set(
        event.id as bigint,
        this.people.filter((who) => this.seat(who).at !== null),
      );
    if (event.topic === 'jury-drawn') {
      const drawn = event.jurors as string[];
      const { claimant, respondent } = this.world.read('dispute-resolution', 'get-dispute', [event.id as bigint]);
      law('a juror is drawn once', new Set(drawn).size === drawn.length, event);
      for (const who of drawn) {
        law(
          'a juror was in the pool when the jury was called',
          this.pools.get(event.id as bigint)!.includes(who),
          event,
        );
        law('nobody judges its own trade', who !== claimant && who !== respondent, event);
      }
    }
    if (event.topic === 'jury-concluded') {
      const { size, fee } = this.world.read('dispute-resolution', 'get-jury', [event.id as bigint]) as Record<
        string,
        bigint
      >;
      const most = (votes: Plain | undefined) => 2n * (votes as bigint) > size!;
      law(
        'more than half of all jurors decide',
        event.verdict === (most(event.upheld) ? true : most(event.rejected) ? false : null),
        event,
      );
      law(
        'what a jury cost is paid or given back',
        (event.paid as bigint) + (event.returned as bigint) === size! * fee!,
        event,
      );
    }
    if (event.topic === 'energy-retired') this.retired += event.amount as bigint;
    if (event.topic === 'paid-out')
      law('a payout is of something', (event.due as bigint) + (event['due-wh'] as bigint) > 0n, event);
  }

  seat(who: string): Tuple {
    return this.world.read('dispute-resolution', 'get-juror', [who]);
  }

  /** What a row may never do: change these fields, lower those, leave these states. */
  private lasting(
    kind: string,
    id: string,
    row: Tuple,
    { fixed = [], rising = [], ends }: { fixed?: string[]; rising?: string[]; ends?: { field: string; of: Plain[] } },
  ): void {
    const key = `${kind} ${id}`;
    const before = this.before.get(key);
    if (before) {
      for (const field of fixed)
        law(`${field} of ${kind} never changes`, same(before[field], row[field]), [id, before, row]);
      for (const field of rising)
        law(`${field} of ${kind} never falls`, (row[field] as bigint) >= (before[field] as bigint), [id, before, row]);
      if (ends?.of.includes(before[ends.field] as Plain))
        law(`${kind} never leaves its last state`, same(before[ends.field], row[ends.field]), [id, before, row]);
    }
    this.before.set(key, row);
  }

  /** @param whole looks at everything; otherwise at all that is quick @throws LawBroken */
  check(whole = false): void {
    const { world } = this;
    const trades = this.trades;
    const { stx, kwh, bonds, spot, stakes } = world.audit(trades);
    law('escrow holds the money that it owes', stx[0] === stx[1], stx);
    const dollars = world.auditAsset(DOLLAR, trades);
    law('escrow holds of each asset what it owes in it', dollars[0] === dollars[1], dollars);
    law('escrow holds the energy that it owes', kwh[0] === kwh[1], kwh);
    law('dispute-resolution holds the bonds of open disputes', bonds[0] === bonds[1], bonds);
    law('reputation-system holds the stakes', stakes[0] === stakes[1], stakes);
    law('the market holds the proceeds that it owes', spot[0] === spot[1], spot);
    law('the market holds the energy on sale', spot[2] === spot[3], spot);

    const supply = world.read<bigint>('energy-token', 'get-total-supply');
    law('what was minted is there or retired', supply === this.minted - this.retired, [
      supply,
      this.minted,
      this.retired,
    ]);
    const holders = [...this.people, ...Contracts.map(contractId)];
    law('nobody else holds energy', total(holders, (who) => world.kwhOf(who)) === supply, supply);
    const certificates = world.read<bigint>('energy-token', 'get-certificate-count');
    this.lasting('certificates', '', { count: certificates }, { rising: ['count'] });
    const pots = world.read('trade-escrow', 'get-pots') as Record<'treasury' | 'grid', bigint>;
    law('fees are in the pots until they are swept', pots.treasury + pots.grid === this.fees - this.swept, [
      pots,
      this.fees,
      this.swept,
    ]);

    this.checkSlots(trades);
    this.checkTrades(trades);
    this.checkMarket(trades);
    this.checkAuctions(trades);
    this.checkHouseholds(trades, whole);
    this.checkDao();
    if (whole) this.checkReplay();
  }

  /** An indexer knows only events. */
  private checkReplay(): void {
    const { world } = this;
    const replay = new Replay((key) => world.read('governance-dao', 'get-bounds', [ascii(key)]).default as bigint);
    for (const printed of world.log) replay.note(printed);
    law('every event is known', replay.unknown.size === 0, [...replay.unknown]);
    const [different] = replay.differences(world);
    law('events rebuild every map', different === undefined, different);
    const { treasury, grid } = world.read('trade-escrow', 'get-pots');
    law('events rebuild the pots of fees', same(replay.pots, { treasury, grid }), replay.pots);
  }

  private checkSlots(trades: { id: bigint; row: TradeRow }[]): void {
    const { world } = this;
    for (const rows of Map.groupBy(trades, ({ row }) => `${row.seller}-${row.slot}`).values()) {
      const { seller, slot } = rows[0]!.row;
      const state = world.slotRow(seller, slot) as Record<
        'promised' | 'settled' | 'handed' | 'custody' | 'status' | 'trades' | 'lead' | 'lead-wh',
        bigint
      >;
      const kept = rows.filter(({ row }) => row.status !== CANCELLED);
      const done = kept.filter(({ row }) => SETTLED.includes(row.status));
      law('a slot promises what its trades are about', state.promised === total(kept, ({ row }) => row.wh), state);
      law('a slot promises no more than the peak power gives', state.promised <= PEAK, state);
      law('a slot counts its trades', state.trades === BigInt(kept.length), state);
      const lead = kept.find(({ id }) => id === state.lead);
      law('the largest trade of a slot was not cancelled', state['lead-wh'] === (lead?.row.wh ?? 0n), state);
      law(
        'the largest trade of a slot is known while nobody cancels',
        kept.length < rows.length || kept.every(({ row }) => row.wh <= state['lead-wh']),
        state,
      );
      law('a slot knows what is settled', state.settled === total(done, ({ row }) => row.wh), state);
      law('no more is handed over than is in custody', state.handed <= state.custody, state);
      law('custody is never more than promised', state.custody <= state.promised, state);
      if (state.status > 0n && done.length === kept.length && kept.length > 0)
        law('when all is settled, all custody is handed over', state.handed === state.custody, state);
      this.lasting('slot', `${seller}-${slot}`, state, {
        rising: ['handed', 'settled', 'custody'],
        ends: { field: 'status', of: [1n, 2n] },
      });
      const report = world.stored<Tuple | null>('energy-oracle', 'get-report', [seller, slot]);
      if (report) {
        law('no report is above the peak power', (report['export-wh'] as bigint) <= PEAK, report);
        this.lasting('report', `${seller}-${slot}`, report, {
          fixed: ['first-at', 'closes-at', 'cell'],
          rising: ['revision'],
          ends: { field: 'final', of: [true] },
        });
        law('a report is final when its slot is', report.final === (state.status === 1n), [report, state]);
      }
      for (const { id, row } of done) this.checkSettled(id, row, state);
    }
  }

  private checkSettled(id: bigint, row: TradeRow, state: Record<'custody' | 'promised', bigint>): void {
    const event = this.settled.get(id) as Record<string, bigint> | undefined;
    law('whatever is settled was told of', event !== undefined, id);
    if (!event) return;
    const confirmed = this.confirmed.get(id) as Record<string, bigint> | undefined;
    const expected = Settlement.settle({ ...row, custody: state.custody, promised: state.promised });
    law('a trade gets its share of custody, rounded down', event.delivered === expected.delivered, [event, expected]);
    // Whoever confirmed was paid for by the report of that moment.
    const judged = this.judged.get(id) as Record<string, bigint> | undefined;
    const money = confirmed
      ? Settlement.money(row, confirmed.delivered!)
      : judged
        ? Settlement.verdict(row, expected.delivered, judged.wh!)
        : expected;
    const { paid, fee, grid, refund } = confirmed ?? judged ?? event;
    law(
      'money is split as the protocol says',
      same([paid, fee, grid, refund], [money.paid, money.fee, money.grid, money.refund]),
      [event, money],
    );
    law('locked is paid and fees and refund', paid! + fee! + grid! + refund! === row.locked, [event, row]);
    if (confirmed ?? judged)
      law(
        'who was paid when confirmed or judged is not paid again',
        event.paid! + event.fee! + event.grid! + event.refund! === 0n,
        event,
      );
    law('no more is delivered than was bought', event.delivered! <= row.wh, event);
  }

  private checkTrades(trades: { id: bigint; row: TradeRow }[]): void {
    const { world } = this;
    const closure = 14_400n;
    for (const { id, row } of trades) {
      this.lasting('trade', `${id}`, row as unknown as Tuple, {
        fixed: ['seller', 'buyer', 'wh', 'cost', 'locked', 'slot', 'pv', 'terms', 'origin', 'ref', 'at'],
        ends: { field: 'status', of: [...SETTLED, CANCELLED] },
      });
      law('nobody trades with itself', row.seller !== row.buyer, row);
      law('a trade is about something', row.wh > 0n && row.cost > 0n, row);
      law(
        'fees are within the limits of the contract',
        row.terms % 10_000n <= 1000n && row.terms / 10_000n <= 3000n,
        row,
      );
      const fee = (row.cost * (row.terms % 10_000n)) / 10_000n;
      const grid = (row.cost * (row.terms / 10_000n)) / 10_000n;
      law('what is locked is the cost and both fees', row.locked === row.cost + fee + grid, row);
      law('a trade is made before the gate closes', row.at + closure < row.slot * 3600n, row);
      law(
        'a trade keeps parameters that existed',
        world.read('governance-dao', 'get-parameters-at', [row.pv]) !== null,
        row,
      );
      if (SETTLED.includes(row.status)) law('a trade is settled when its slot is closed', this.slotIsClosed(row), row);
      else law('what is not settled was not told settled', !this.settled.has(id), id);
    }
  }

  private checkMarket(trades: { id: bigint; row: TradeRow }[]): void {
    const { world } = this;
    const count = (fn: string): bigint => world.read<bigint>('marketplace', fn);
    const numbers = {
      offers: count('get-offer-count'),
      requests: count('get-request-count'),
      trades: BigInt(trades.length),
      purchases: count('get-purchase-count'),
    };
    this.lasting('numbers', '', numbers, { rising: Object.keys(numbers) });
    for (let id = 1n; id <= numbers.offers; id++) {
      const offer = world.stored('marketplace', 'get-offer-details', [id]);
      this.lasting('offer', `${id}`, offer, {
        fixed: ['seller', 'slot', 'at', 'mode'],
        rising: ['revision', 'updated-at'],
        ends: { field: 'status', of: [2n] },
      });
      law('no more is left of an offer than was offered', (offer.remaining as bigint) <= (offer.wh as bigint), offer);
      law(
        'an offer that was taken back or sold has nothing left',
        offer.status === 0n || offer.remaining === 0n,
        offer,
      );
    }
    for (let id = 1n; id <= numbers.requests; id++) {
      const request = world.read('marketplace', 'get-request', [id]);
      this.lasting('request', `${id}`, request, {
        fixed: ['buyer', 'slot-from', 'slot-to', 'max-price', 'wh', 'asset'],
        ends: { field: 'status', of: [2n] },
      });
      law(
        'no more is left of a request than was asked for',
        (request.remaining as bigint) <= (request.wh as bigint),
        request,
      );
    }
    for (const [key, order] of this.orders) {
      const { wh } = world.read('marketplace', 'get-filled', [order.maker, order.nonce]) as { wh: bigint };
      const taken = trades.filter(({ row: { seller, buyer, origin, ref } }) => {
        if (origin === 1n) return seller === order.maker && ref === order.nonce;
        const matched =
          (seller === order.maker && ref % PAIR === order.nonce) ||
          (buyer === order.maker && ref / PAIR === order.nonce);
        return (origin === 2n || origin === 9n) && matched;
      });
      const kept = taken.filter(
        ({ id, row }) => row.status !== CANCELLED || !world.read<boolean>('marketplace', 'is-released', [id]),
      );
      law('as much of a signed order is taken as its trades say', wh === total(kept, ({ row }) => row.wh), [key, wh]);
      law('no more of a signed order is taken than was signed', wh <= order.wh, [key, wh]);
    }
  }

  private checkAuctions(trades: { row: TradeRow }[]): void {
    const { world } = this;
    for (const slot of new Set(this.postings.map(({ slot }) => slot))) {
      const row = world.read('marketplace', 'get-auction', [slot, DISTRICT]) as Tuple & Record<string, bigint>;
      const before = this.before.get(`auction ${slot}`) as Record<string, bigint> | undefined;
      const figures = (of: Record<string, bigint>) => ({
        volume: of.volume!,
        welfare: of.welfare!,
        ties: of.ties!,
        low: of.low!,
        high: of.high!,
        price: of.price!,
      });
      if (before && before.posting !== row.posting)
        law('only a better posting takes the place of another', Auction.isBetter(figures(row), figures(before)), [
          before,
          row,
        ]);
      this.lasting('auction', `${slot}`, row, {
        fixed: ['closes-at', 'ends-at'],
        rising: ['posting', 'welfare'],
        ends: { field: 'executed', of: [true] },
      });
      law('the price of an auction lies where it was proven', row.low! <= row.price! && row.price! <= row.high!, row);
      const sold = trades.filter(({ row }) => row.origin === 9n && row.slot === slot);
      law(
        'an auction trades no more than was posted, and only when it was executed',
        total(sold, ({ row }) => row.wh) <= (row.executed ? row.volume! : 0n),
        [row, sold],
      );
      for (const { row: trade } of sold) {
        law('all trades of an auction have its price', trade.cost === Fees.costOf(trade.wh, row.price!), [trade, row]);
        const offer = this.orders.get(`${trade.seller}-${trade.ref % PAIR}`)!;
        const bid = this.orders.get(`${trade.buyer}-${trade.ref / PAIR}`)!;
        law(
          'nobody gets a worse price in an auction than it signed',
          offer.price <= row.price! && row.price! <= bid.price,
          [offer, bid, row],
        );
      }
    }
    for (const who of this.people) {
      const { hold, vault } = world.account(who) as { hold: Record<'until' | 'amount', bigint> | null; vault: bigint };
      if (!hold || hold.until <= BigInt(world.time)) continue;
      law('what backs an order is in the vault', hold.amount <= vault, [who, hold, vault]);
      law('nothing is held for more than an hour', hold.until <= BigInt(world.time) + 3600n, hold);
    }
  }

  private checkStanding(who: string, trades: { row: TradeRow }[]): void {
    const { world } = this;
    // In a life of less than 30 days everything that was not cancelled counts.
    const used = trades.filter(({ row }) => row.status !== CANCELLED && (row.seller === who || row.buyer === who));
    if (world.time - this.born < 25 * 86_400)
      law(
        'what is traded counts against the limit of the month',
        world.read<bigint>('trade-escrow', 'get-used', [who]) === total(used, ({ row }) => row.wh),
        who,
      );
    const score = world.read<bigint>('reputation-system', 'get-score', [who]);
    const replayed = this.scores.get(who) ?? START;
    law('a score is the replay of its history', score === replayed, [who, score]);
    const { tier } = world.read('reputation-system', 'get-tier', [who]) as { tier: bigint };
    const standing = Trust.standing(score, world.read<bigint>('reputation-system', 'get-boost', [who]));
    law(
      'a tier follows from the score and the boost of a stake',
      tier === BigInt([3000n, 5000n, 7000n, 8500n, 9500n].filter((from) => standing >= from).length),
      [standing, tier],
    );
    const most = world.read<bigint>('governance-dao', 'get-parameter', [ascii('pair-bonus-bps')]);
    for (const buyer of this.people) {
      const { gained } = world.read('reputation-system', 'get-pair-gain', [who, buyer]);
      law('a pair lifts a score no further than its limit', (gained as bigint) <= most, [who, buyer, gained]);
      law('nobody lifts itself', who !== buyer || gained === 0n, [who, gained]);
    }
  }

  private checkHouseholds(trades: { row: TradeRow }[], whole: boolean): void {
    const { world } = this;
    for (const who of this.people) {
      // These three enter their contracts, which takes the VM long; scores are followed event by event anyway.
      if (whole) this.checkStanding(who, trades);
      const user = world.read<Tuple | null>('user-registry', 'get-user', [who]) as Record<string, bigint> | null;
      if (!user) continue;
      const bits = user.bits!;
      law('only producers are certified', (bits & 8n) === 0n || (bits & 2n) > 0n, user);
      law('a household has a role', (bits & 3n) > 0n, user);
      this.lasting('household', who, user, { rising: ['nonce-floor', 'meter'] });
      const member = world.read<Tuple | null>('governance-dao', 'get-member', [who]);
      law(
        'members are verified households that have not left',
        (member?.active ?? false) === ((bits & 4n) > 0n && (bits & 16n) === 0n),
        [member, user],
      );
    }
    this.checkDisputes();
  }

  private checkDisputes(): void {
    const { world } = this;
    const sitting: string[] = [];
    let undrawn = 0n;
    const count = world.read<bigint>('dispute-resolution', 'get-dispute-count');
    for (let id = 1n; id <= count; id++) {
      const dispute = world.read('dispute-resolution', 'get-dispute', [id]);
      this.lasting('dispute', `${id}`, dispute, {
        fixed: ['trade', 'claimant', 'claim', 'bond', 'revision', 'at'],
        ends: { field: 'status', of: [1n, 2n] },
      });
      law(
        'a trade is disputed once',
        world.read<bigint>('dispute-resolution', 'get-dispute-of', [dispute.trade as bigint]) === id,
        dispute,
      );
      const jury = world.read<Tuple | null>('dispute-resolution', 'get-jury', [id]);
      if (!jury) continue;
      const jurors = jury.jurors as string[];
      if (dispute.status === 3n) sitting.push(...jurors);
      if (dispute.status === 3n && jurors.length === 0) undrawn++;
      this.lasting('jury', `${id}`, jury, {
        fixed: ['caller', 'size', 'fee', 'height', ...(jurors.length > 0 && this.drawn.has(id) ? ['jurors'] : [])],
        rising: ['upheld', 'rejected'],
      });
      if (jurors.length > 0) this.drawn.add(id);
      law(
        'no more votes are counted than there are jurors',
        (jury.upheld as bigint) + (jury.rejected as bigint) <= BigInt(jurors.length),
        jury,
      );
    }
    law(
      'juries that wait for their draw are counted',
      world.read<bigint>('dispute-resolution', 'get-undrawn') === undrawn,
      undrawn,
    );
    const seats = this.people.map((who) => [who, this.seat(who)] as const);
    for (const [who, { seats: sits }] of seats)
      law('a juror sits where it was drawn', sits === BigInt(sitting.filter((one) => one === who).length), [who, sits]);
    const places = seats.flatMap(([, { at }]) => (at === null ? [] : [at as bigint])).sort((a, b) => Number(a - b));
    law(
      'the pool has no gaps',
      BigInt(places.length) === world.read<bigint>('dispute-resolution', 'get-pool-size') &&
        places.every((at, n) => at === BigInt(n)),
      places,
    );
  }

  private checkDao(): void {
    const { world } = this;
    const members = world.read<bigint>('governance-dao', 'get-member-count');
    const active = this.people.filter((who) => world.read<Tuple | null>('governance-dao', 'get-member', [who])?.active);
    law('members are counted', members === BigInt(active.length), [members, active]);
    const { v } = world.read('governance-dao', 'get-parameters') as { v: bigint };
    this.lasting('parameters', '', { v }, { rising: ['v'] });
    let bonds = 0n;
    const count = world.read<bigint>('governance-dao', 'get-proposal-count');
    for (let id = 1n; id <= count; id++) {
      const row = world.read('governance-dao', 'get-proposal', [id]) as Record<string, bigint>;
      const votes = row.for! + row.against! + row.abstain!;
      if (row.status === 0n) bonds += row.bond!;
      law('no more votes are cast than there were members', votes <= BigInt(this.people.length), row);
      this.lasting('proposal', `${id}`, row, {
        fixed: [
          'proposer',
          'kind',
          'key',
          'value',
          'contract',
          'quorum',
          'threshold-bps',
          'timelock',
          'bond',
          'closes-at',
        ],
        rising: ['for', 'against', 'abstain'],
        ends: { field: 'status', of: [2n, 3n, 4n] },
      });
    }
    const held = world.balance(contractId('governance-dao')) - world.read<bigint>('governance-dao', 'get-treasury');
    law('the DAO keeps the bonds of open votes apart', held === bonds, [held, bonds]);
  }
}

/** One thing that somebody does; indices are taken modulo what there is. */
type Step = (n: Neighbourhood) => void;
const index = fc.nat({ max: 1000 });
const home = fc.nat({ max: 2 });
/** Two homes, mostly not the same. */
const pair = fc
  .tuple(home, fc.nat({ max: 6 }))
  .map(([one, far]): [number, number] => [one, (one + (far === 6 ? 0 : 1 + (far % 2))) % 3]);
const pick = <T>(list: T[], at: number): T | undefined => (list.length === 0 ? undefined : list[at % list.length]);

/** Mostly sensible, sometimes just outside what is allowed. */
const amount = (max: number) =>
  fc.oneof(
    { arbitrary: fc.integer({ min: 1000, max }), weight: 9 },
    { arbitrary: fc.constantFrom(0, 999, max + 1), weight: 1 },
  );

const list = fc
  .tuple(
    home,
    fc.integer({ min: 4, max: 9 }),
    amount(10_000),
    fc.integer({ min: 140_000, max: 515_000 }),
    fc.nat({ max: 1 }),
  )
  .map(
    ([who, ahead, wh, price, mode]): Step =>
      (n) => {
        const seller = n.homes[who]!;
        const slot = n.world.slot + BigInt(ahead);
        const receipt = n.call(
          'marketplace',
          'create-offer',
          [slot, BigInt(wh), 1000n, BigInt(mode), BigInt(price), 200_000n, slot * 3600n],
          seller,
        );
        if (receipt.ok) n.offers.push({ id: (receipt.value as Tuple).id as bigint, seller });
      },
  );
const accept = fc.tuple(index, fc.nat({ max: 6 }), amount(5000)).map(
  ([at, far, wh]): Step =>
    (n) => {
      const offer = pick(n.offers.slice(-4), at);
      if (!offer) return;
      const buyer = (n.homes.indexOf(offer.seller) + (far === 6 ? 0 : 1 + (far % 2))) % 3;
      n.call('marketplace', 'accept-offer', [offer.id, 1n, BigInt(wh), MUCH], n.homes[buyer]!);
    },
);
const sign = fc
  .tuple(pair, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1000, max: 5000 }))
  .map(
    ([[maker, who], nonce, ahead, wh]): Step =>
      (n) => {
        const seller = n.homes[maker]!;
        const key = `${seller}-${nonce}`;
        const slot = n.world.slot + BigInt(ahead);
        // The first order of a nonce stands; it is filled again later.
        const order = n.orders.get(key) ?? {
          maker: seller,
          slot,
          wh: 6000n,
          'min-wh': 1000n,
          price: 180_000n,
          nonce: BigInt(nonce),
          expiry: slot * 3600n,
        };
        const receipt = n.call(
          'marketplace',
          'fill-signed-offer',
          [order, signOrder(order, n.names[maker]!), BigInt(wh), MUCH],
          n.homes[who]!,
        );
        if (receipt.ok) n.orders.set(key, order);
      },
  );
const cancel = fc.tuple(index, fc.constantFrom('trade-escrow', 'marketplace')).map(
  ([at, through]): Step =>
    (n) => {
      const trade = at % 3 === 0 ? pick(n.trades, at) : n.trades.at(-1);
      if (!trade) return;
      n.call(through, through === 'marketplace' ? 'cancel-trade' : 'cancel', [trade.id], trade.row.buyer);
    },
);
const release = index.map(
  (at): Step =>
    (n) => {
      const trade = pick(n.trades, at);
      if (trade) n.call('marketplace', 'release-cancelled', [trade.id], STRANGER);
    },
);
const withdrawOffer = fc.tuple(index, fc.boolean()).map(
  ([at, signed]): Step =>
    (n) => {
      const offer = pick(n.offers, at);
      const order = pick([...n.orders.values()], at);
      if (signed && order) n.call('marketplace', 'cancel-signed', [order.nonce], order.maker);
      else if (offer) n.call('marketplace', 'cancel-offer', [offer.id], offer.seller);
    },
);
const vault = fc
  .tuple(home, fc.integer({ min: 0, max: 3_000_000 }), fc.constantFrom('deposit', 'deposit', 'withdraw'))
  .map(
    ([who, amount, fn]): Step =>
      (n) =>
        void n.call('trade-escrow', fn, [BigInt(amount)], n.homes[who]!),
  );
const advance = fc.constantFrom(600, 3600, 3600, 7200, 14_400, 28_800, 90_000, 90_000).map(
  (seconds): Step =>
    (n) =>
      n.world.wait(seconds),
);
const report = fc
  .tuple(index, fc.oneof(fc.integer({ min: 0, max: 10_001 }), fc.constantFrom(0, 1000, 5000, 10_000)))
  .map(
    ([at, exportWh]): Step =>
      (n) => {
        // Most often of a slot that has just ended.
        const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && !n.slotIsClosed(row));
        const trade = pick(at % 8 === 0 || ended.length === 0 ? n.trades : ended, at);
        if (!trade) return;
        submitReport(n, trade.row, BigInt(exportWh));
      },
  );
function submitReport(n: Neighbourhood, { seller, slot }: { seller: string; slot: bigint }, exportWh: bigint): void {
  const key = `${seller}-${slot}`;
  const revision = (n.reported.get(key)?.revision ?? 0n) + 1n;
  const root = new Uint8Array(32);
  const signatures = signReport({ seller, slot, exportWh, root, revision });
  const args = [seller, slot, exportWh, root, revision, signatures];
  const receipt = n.call('energy-oracle', 'submit-production', args, STRANGER);
  if (receipt.ok) n.reported.set(key, { seller, slot, revision, exportWh });
}
const close = fc.tuple(index, fc.constantFrom('finalize', 'finalize', 'finalize', 'void-slot')).map(
  ([at, fn]): Step =>
    (n) => {
      const reported = n.trades.filter(
        ({ row }) => n.reported.has(`${row.seller}-${row.slot}`) && !n.slotIsClosed(row),
      );
      const trade = pick(at % 8 === 0 || reported.length === 0 ? n.trades : reported, at);
      if (trade) n.call('trade-escrow', fn, [trade.row.seller, trade.row.slot], STRANGER);
    },
);
const settle = fc.tuple(index, fc.boolean()).map(
  ([at, batch]): Step =>
    (n) => {
      const closed = n.trades.filter(({ row }) => LIVE.includes(row.status) && n.slotIsClosed(row));
      const trade = pick(at % 8 === 0 || closed.length === 0 ? n.trades : closed, at);
      if (!trade) return;
      const { seller, slot } = trade.row;
      const ids = n.trades.filter(({ row }) => row.seller === seller && row.slot === slot).map(({ id }) => id);
      if (batch) n.call('trade-escrow', 'settle-slot', [seller, slot, ids], STRANGER);
      else n.call('trade-escrow', 'settle', [trade.id], STRANGER);
    },
);
const match = fc.tuple(pair, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 5, max: 9 }), amount(3000)).map(
  ([[maker, who], nonce, ahead, wh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const side = (at: number, from: number, price: bigint) => {
        const key = `${n.homes[at]}-${nonce + from}`;
        const order = {
          maker: n.homes[at]!,
          slot,
          wh: 4000n,
          'min-wh': 1000n,
          price,
          nonce: BigInt(nonce + from),
          expiry: slot * 3600n,
        };
        return { key, order: n.orders.get(key) ?? order };
      };
      const [offer, bid] = [side(maker, 100, 180_000n), side(who, 200, 200_000n)];
      const row = signPair(offer.order, n.names[maker]!, bid.order, n.names[who]!, BigInt(wh));
      const receipt = n.call('marketplace', 'match-signed-batch', [offer.order.slot, [row]], STRANGER);
      if (receipt.ok) for (const { key, order } of [offer, bid]) n.orders.set(key, order);
    },
);
const request = fc.tuple(pair, fc.integer({ min: 5, max: 9 }), amount(3000), fc.boolean()).map(
  ([[who, by], ahead, wh, fresh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const id = n.world.read<bigint>('marketplace', 'get-request-count');
      if (fresh || id === 0n)
        n.call(
          'marketplace',
          'create-request',
          [BigInt(wh), 1000n, 300_000n, 0n, slot, slot + 6n, slot * 3600n],
          n.homes[who]!,
        );
      else {
        const offer = n.offers.at(-1);
        const { 'slot-from': from } = n.world.read('marketplace', 'get-request', [id]);
        // One in an asset may be asked for in STX too: it is refused.
        if (by === 0 && offer) n.call('marketplace', 'match-request', [offer.id, id, BigInt(wh)], STRANGER);
        else n.call('marketplace', 'fill-request', [id, from!, BigInt(wh), 190_000n], n.homes[by]!);
      }
    },
);
const confirm = index.map(
  (at): Step =>
    (n) => {
      const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && row.status === 0n);
      const trade = pick(ended, at);
      if (trade) n.call('trade-escrow', 'confirm-receipt', [trade.id], trade.row.buyer);
    },
);
const dispute = fc.tuple(index, fc.boolean()).map(
  ([at, bySeller]): Step =>
    (n) => {
      const ended = n.trades.filter(({ row }) => row.slot < n.world.slot && row.status === 0n);
      const trade = pick(at % 8 === 0 || ended.length === 0 ? n.trades : ended, at);
      if (trade) openDispute(n, trade.id, bySeller ? trade.row.seller : trade.row.buyer);
    },
);
function openDispute(n: Neighbourhood, trade: bigint, who: string): void {
  const receipt = n.call('dispute-resolution', 'open-dispute', [trade, 0n, new Uint8Array(32)], who);
  if (receipt.ok) n.disputes.push((receipt.value as Tuple).id as bigint);
}
const resolve = index.map(
  (at): Step =>
    (n) => {
      const id = pick(n.disputes, at);
      if (!id) return;
      const { respondent, claimant } = n.world.read('dispute-resolution', 'get-dispute', [id]);
      const evidence = new Uint8Array(32);
      if (at % 3 === 0) n.call('dispute-resolution', 'respond', [id, at % 2 === 0, evidence], respondent as string);
      else if (at % 7 === 0) n.call('dispute-resolution', 'call-jury', [id], claimant as string);
      else n.call('dispute-resolution', 'resolve-automatic', [id], STRANGER);
    },
);
/** What comes next on the way to a verdict, or what somebody tries who does not want one. */
const jury = fc.tuple(index, fc.constantFrom('on', 'on', 'on', 'on', 'on', 'on', 'on', 'move')).map(
  ([at, what]): Step =>
    (n) => {
      if (what === 'on') return proceed(n, at);
      const outside = n.jurors.find((who) => n.seat(who).at === null);
      if (outside && at % 4 > 0) n.call('dispute-resolution', 'enrol-juror', [], outside);
      else n.call('dispute-resolution', 'leave-pool', [], pick(n.jurors, at) ?? n.homes[0]!);
    },
);
/** A step towards the verdict of the last dispute, and most often the next one too. */
function proceed(n: Neighbourhood, at: number): void {
  const { world } = n;
  const of = (fn: string, args: Arg[], who = STRANGER) => n.call('dispute-resolution', fn, args, who);
  const upTo = (time: bigint) => world.time < time && world.until(time + 10n - (time % 10n));
  const disputeOf = (id: bigint) => world.read('dispute-resolution', 'get-dispute', [id]);
  const id = n.disputes.findLast((one) => [0n, 3n].includes(disputeOf(one).status as bigint));
  if (!id) {
    const open = n.trades.findLast(({ row }) => row.status === 0n && !n.slotIsClosed(row));
    if (!open) return;
    upTo((open.row.slot + 1n) * 3600n);
    openDispute(n, open.id, at % 4 === 0 ? open.row.seller : open.row.buyer);
    return;
  }
  const { status, trade, claimant } = disputeOf(id);
  const { seller, slot } = world.tradeRow(trade as bigint) as { seller: string; slot: bigint };
  if (status === 0n) {
    if (!n.slotIsClosed({ seller, slot })) {
      if (!n.reported.has(`${seller}-${slot}`)) submitReport(n, { seller, slot }, BigInt(at * 10));
      world.wait(3600);
      n.call('trade-escrow', 'finalize', [seller, slot], STRANGER);
    }
    if (!of('call-jury', [id], claimant as string).ok || at % 5 === 0) return;
  }
  const jury = () => world.read('dispute-resolution', 'get-jury', [id]) as Tuple & { jurors: string[] };
  if (jury().jurors.length === 0) {
    // Nobody has to draw.
    if (at % 16 === 1) upTo(jury()['ends-at'] as bigint);
    else of('draw-jury', [id]);
    if (at % 5 === 1) return;
  }
  const { jurors } = jury();
  if (jurors.length > 0 && at % 4 === 0) {
    // What somebody tries who cannot wait.
    of('draw-jury', [id]);
    of('reveal-vote', [id, true, new Uint8Array(32)], jurors[0]!);
    of('conclude-jury', [id]);
  }
  const uphold = (who: string) => (at + jurors.indexOf(who)) % 5 < 3;
  const salt = new Uint8Array(32).fill(9);
  const ballot = (who: string) =>
    world.read<Uint8Array>('dispute-resolution', 'get-ballot-hash', [id, who, uphold(who), salt]);
  const until = jury()['commit-until'] as bigint;
  if (jurors.length > 0 && world.time < until) {
    for (const who of jurors) if (at % 7 !== jurors.indexOf(who)) of('commit-vote', [id, ballot(who)], who);
    if (at % 4 === 1) of('commit-vote', [id, ballot(jurors[0]!)], jurors[0]!);
    upTo(until);
    if (at % 4 === 2) of('commit-vote', [id, ballot(jurors[0]!)], jurors[0]!);
    if (at % 5 === 2) return;
  }
  const end = jury()['ends-at'] as bigint;
  if (jurors.length > 0 && world.time < end) {
    // In another step it is another vote than the one that was committed, which cannot be revealed.
    for (const who of jurors)
      for (const vote of [uphold(who), !uphold(who)])
        if (at % 9 !== jurors.indexOf(who)) of('reveal-vote', [id, vote, salt], who);
    upTo(end);
    if (at % 5 === 3) return;
  }
  of('conclude-jury', [id]);
}
const collect = fc.tuple(home, fc.constantFrom('payout', 'payout', 'sweep-fees', 'retire')).map(
  ([who, fn]): Step =>
    (n) => {
      const owner = n.homes[who]!;
      if (fn === 'retire')
        n.call('energy-token', 'retire', [100n, owner, { type: 'utf8', value: 'used at home' } as never], owner);
      else n.call('trade-escrow', fn, fn === 'payout' ? [owner] : [], STRANGER);
    },
);
/** Bids of one maker in a slot, all signed: their nonces are beyond those of other steps. */
const signedBids = fc.tuple(pair, index, fc.integer({ min: 5, max: 9 }), amount(2000)).map(
  ([[maker, who], at, ahead, wh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const order = (who: number, nonce: number, price: bigint): Order => ({
        maker: n.homes[who]!,
        slot,
        wh: 4000n,
        'min-wh': 1000n,
        price,
        nonce: BigInt(nonce + (at % 4)),
        expiry: slot * 3600n,
      });
      const bid = order(who, 300, 210_000n);
      const listed = pick(n.offers.slice(-4), at);
      if (at % 2 === 0 && listed) {
        const details = n.world.stored('marketplace', 'get-offer-details', [listed.id]);
        const row = signBid({ ...bid, slot: details.slot as bigint }, n.names[who]!, BigInt(wh));
        n.call('marketplace', 'match-listed-bids', [listed.id, [row]], STRANGER);
        return;
      }
      const { slot: _, ...offer } = order(maker, 400, 180_000n);
      const args = [
        slot,
        { ...offer, cell: CELL.home },
        signOrder({ ...offer, slot }, n.names[maker]!),
        [signBid(bid, n.names[who]!, BigInt(wh))],
      ];
      n.call('marketplace', 'match-offer-bids', args, STRANGER);
    },
);
const standing = fc.tuple(pair, index, fc.integer({ min: 5, max: 9 }), amount(2000)).map(
  ([[maker, who], at, ahead, wh]): Step =>
    (n) => {
      const slot = n.world.slot + BigInt(ahead);
      const nonce = BigInt(500 + (at % 4));
      const [from, to] = [(slot / 8n) * 8n, (slot / 8n) * 8n + 8n];
      const intent = { maker: n.homes[who]!, cell: CELL.home, wh: 5000n, price: 200_000n, cap: 900_000n, nonce };
      const rest = { minWh: 1000n, slotFrom: from, slotTo: to, expiry: to * 3600n, asset: null };
      const signature = Message.sign(
        { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'standing' },
        Message.encodeStanding({ ...intent, ...rest }),
        Keys.development(n.names[who]!),
      );
      const given = { ...intent, 'min-wh': 1000n, 'slot-from': from, 'slot-to': to, expiry: to * 3600n };
      const listed = pick(n.offers.slice(-4), at);
      if (at % 3 === 0)
        n.call('marketplace', 'fill-standing', [given, signature, slot, BigInt(wh), 190_000n], n.homes[maker]!);
      else if (at % 3 === 1 && listed)
        n.call('marketplace', 'match-standing', [listed.id, given, signature, BigInt(wh)], STRANGER);
      else {
        const offer = {
          maker: n.homes[maker]!,
          wh: 4000n,
          'min-wh': 1000n,
          price: 180_000n,
          nonce: nonce + 100n,
          expiry: slot * 3600n,
        };
        const signed = signOrder({ ...offer, slot }, n.names[maker]!);
        const args = [slot, { ...offer, cell: CELL.home }, signed, given, signature, BigInt(wh)];
        n.call('marketplace', 'match-signed-standing', args, STRANGER);
      }
    },
);
const reportMany = fc.tuple(index, fc.integer({ min: 0, max: 10_000 })).map(
  ([at, exportWh]): Step =>
    (n) => {
      const trade = pick(
        n.trades.filter(({ row }) => row.slot < n.world.slot),
        at,
      );
      const slot = trade?.row.slot ?? n.world.slot - 1n;
      const rows = [...n.homes].sort().map((seller) => ({
        seller,
        exportWh: BigInt(exportWh),
        root: new Uint8Array(32),
        revision: (n.reported.get(`${seller}-${slot}`)?.revision ?? 0n) + 1n,
      }));
      const args = [slot, rows.map(reportRow), signReports(slot, rows)];
      if (!n.call('energy-oracle', 'submit-productions', args, STRANGER).ok) return;
      for (const row of rows) n.reported.set(`${row.seller}-${slot}`, { ...row, slot });
    },
);
/** Energy that was metered: sold, bought, given back, paid for. */
const spot = fc
  .tuple(
    pair,
    fc.constantFrom(
      'add-energy-for-sale',
      'add-energy-for-sale',
      'buy-energy-from-user',
      'buy-energy-from-user',
      'refund-energy',
      'release-proceeds',
      'remove-energy-from-sale',
      'return-expired-energy',
      'transfer',
    ),
    fc.integer({ min: 1, max: 6000 }),
  )
  .map(
    ([[who, from], fn, wh]): Step =>
      (n) => {
        const has = (one: string) =>
          fn === 'add-energy-for-sale'
            ? n.world.kwhOf(one) >= 1000n
            : (n.world.read('marketplace', 'get-energy-for-sale', [one]).wh as bigint) > 0n;
        const seller = n.homes.find(has) ?? n.homes[from]!;
        const [owner, other] =
          fn === 'add-energy-for-sale' || fn === 'remove-energy-from-sale'
            ? [wh % 5 === 0 ? n.homes[who]! : seller, seller]
            : [n.homes[who]!, fn === 'transfer' || wh % 5 === 0 ? n.homes[from]! : seller];
        const most = n.world.kwhOf(owner);
        const amount =
          fn === 'transfer' && most > 0n ? (BigInt(wh) % most) + 1n : BigInt(wh < 1000 ? wh : 1000 + (wh % 2000));
        const purchases = n.world.read<bigint>('marketplace', 'get-purchase-count');
        const purchase = purchases === 0n ? 1n : (BigInt(wh) % purchases) + 1n;
        if (fn === 'transfer') n.call('energy-token', fn, [amount, owner, other, null], owner);
        else if (fn === 'add-energy-for-sale') n.call('marketplace', fn, [amount, 200_000n], owner);
        else if (fn === 'buy-energy-from-user')
          n.call('marketplace', fn, [other, BigInt((wh % 1500) + 1), 300_000n], owner);
        else if (fn === 'refund-energy') {
          const row = n.world.read<Tuple | null>('marketplace', 'get-purchase', [purchase]);
          n.call('marketplace', fn, [purchase, BigInt((wh % 400) + 1)], (row?.buyer as string | undefined) ?? owner);
        } else if (fn === 'release-proceeds') n.call('marketplace', fn, [purchase], STRANGER);
        else if (fn === 'return-expired-energy') n.call('marketplace', fn, [other], STRANGER);
        else n.call('marketplace', fn, [BigInt((wh % 900) + 1)], owner);
      },
  );
const REFORM = 'reform';
/** A proposal that uses much of the DAO's power. */
const REFORM_SOURCE = `(impl-trait .proposal-trait.proposal-trait)
  (define-public (execute (sender principal)) (begin
    (try! (contract-call? .user-registry add-certifier '${address('operator-1')} u1))
    (try! (contract-call? .user-registry remove-certifier '${address('operator-1')}))
    (try! (contract-call? .energy-token set-token-uri (some u"https://example.org")))
    (try! (contract-call? .energy-oracle set-utility '${address('utility')}))
    (try! (contract-call? .governance-dao set-parameter "commission-bps" u400))
    (ok true)))`;
/** One voice in the DAO, on the last proposal mostly. */
const govern = fc
  .tuple(
    home,
    fc.constantFrom(
      'propose',
      'propose-contract',
      'on',
      'on',
      'on',
      'on',
      'on',
      'on',
      'on',
      'vote',
      'vote',
      'vote',
      'conclude',
      'execute',
      'delegate',
      'undelegate',
      'veto',
      'vote-for',
    ),
    fc.constantFrom<[string, bigint]>(
      ['commission-bps', 600n],
      ['refund-rate-bps', 8000n],
      ['reference-price', 210_000n],
      ['commission-bps', 1001n],
      ['no-such-key', 1n],
    ),
    fc.nat({ max: 3 }),
  )
  .map(
    ([who, what, [key, value], choice]): Step =>
      (n) => {
        const dao = (fn: string, args: Arg[], by: string) => n.call('governance-dao', fn, args, by);
        const [owner, other] = [n.homes[who]!, n.homes[(who + 1 + (choice % 2)) % 3]!];
        const last = n.world.read<bigint>('governance-dao', 'get-proposal-count');
        const delegating = n.homes.filter((one) => n.world.read('governance-dao', 'get-delegate', [one]) !== null);
        if (what === 'on') {
          // What comes next.
          const row = n.world.read<Tuple | null>('governance-dao', 'get-proposal', [last]);
          const by = n.homes.find((one) => !n.world.read('governance-dao', 'get-vote', [last, one]));
          if (!row) dao('propose-contract', [contractId(REFORM)], owner);
          else if (row.status === 0n && by && n.world.time < Number(row['closes-at'])) dao('vote', [last, 1n], by);
          else if (row.status === 0n) {
            if (n.world.time < Number(row['closes-at'])) n.world.wait(86_400);
            dao('conclude', [last], STRANGER);
          } else if (row.status === 1n && n.world.time < Number(row['executable-at'])) n.world.wait(86_400);
          else if (row.contract) dao('execute-contract', [last, row.contract], STRANGER);
          else dao('execute-parameter', [last], STRANGER);
        } else if (what === 'propose-contract') dao(what, [contractId(REFORM)], owner);
        else if (what === 'propose') dao('propose-parameter', [ascii(key), value], owner);
        else if (what === 'vote') dao('vote', [last, BigInt(choice === 3 ? 1 : choice)], owner);
        else if (what === 'vote-for') {
          // Votes may be delegated to anybody; only what has a key signs by itself.
          const delegate = (one: string) => n.world.read<string>('governance-dao', 'get-delegate', [one]);
          const by = delegating.find((one) => !delegate(one).includes('.'));
          dao('vote-for', [last, 1n, [by ?? other]], by ? delegate(by) : owner);
        } else if (what === 'conclude') dao('conclude', [last], STRANGER);
        else if (what === 'execute') dao('execute-parameter', [last], STRANGER);
        else if (what === 'delegate') dao('delegate', [other], owner);
        else if (what === 'undelegate') dao('undelegate', [], delegating[0] ?? owner);
        else dao('veto', [last], address('guardian'));
      },
  );
const stake = fc
  .tuple(
    fc.nat({ max: 3 }),
    fc.oneof(fc.integer({ min: 1, max: 600_000_000 }), fc.constantFrom(0, 1_000_000_000_000)),
    fc.constantFrom('stake', 'stake', 'stake', 'unstake', 'withdraw-stake', 'refresh-boost'),
  )
  .map(
    ([which, amount, fn]): Step =>
      (n) => {
        const who = n.people[which]!;
        const args = fn === 'withdraw-stake' ? [] : [fn === 'refresh-boost' ? who : BigInt(amount)];
        n.call('reputation-system', fn, args, who);
        const { amount: staked, boost } = n.world.stakeOf(who) as Record<string, bigint>;
        law('a stake gives the boost that it should', boost === Trust.boost(staked!), [staked, boost]);
      },
  );
/** What a household lacks. */
function next({ world }: Neighbourhood, who: string): string {
  const user = world.read<Record<'bits' | 'meter', bigint> | null>('user-registry', 'get-user', [who]);
  if (!user) return 'register';
  if ((user.bits & 16n) > 0n) return 'reactivate';
  if (user.meter === 0n) return 'register-meter';
  if ((user.bits & 4n) === 0n) return 'verify-meter';
  const application = world.read<Tuple | null>('user-registry', 'get-application', [who]);
  if (application?.pending) return 'certify-producer';
  return (user.bits & 8n) === 0n ? 'apply-for-certification' : 'revoke-certification';
}
/** Somebody comes, is metered, applies, is certified, loses it, leaves, comes back. */
const join = fc
  .tuple(
    fc.nat({ max: 3 }),
    fc.constantFrom(
      'on',
      'on',
      'on',
      'on',
      'on',
      'on',
      'register',
      'register-meter',
      'verify-meter',
      'apply-for-certification',
      'certify-producer',
      'reject-application',
      'revoke-certification',
      'deactivate',
      'reactivate',
      'set-role',
      'set-privacy',
      'update-profile',
      'cancel-signed-below',
    ),
    index,
  )
  .map(
    ([which, what, at]): Step =>
      (n) => {
        const who = which < 3 && at % 4 === 0 ? n.homes[which]! : n.newcomer;
        const wanted = what === 'on' ? next(n, who) : what;
        const fn = wanted === 'certify-producer' && at % 3 === 0 ? 'reject-application' : wanted;
        const registry = (args: Arg[], by = who) => n.call('user-registry', fn, args, by);
        const hash = new Uint8Array(32).fill(at % 256);
        if (fn === 'register') registry([what === 'on' ? 3n : BigInt(at % 5), CELL.home, hash]);
        else if (fn === 'register-meter') registry([hash, 1n]);
        else if (fn === 'verify-meter')
          registry([who, BigInt((at % 4) + 1), BigInt((at % 3) * 1500)], address('meter-reader'));
        else if (fn === 'apply-for-certification') registry([BigInt(98 + (at % 200)), PEAK, ascii('solar')]);
        else if (fn === 'certify-producer') registry([who], address('certifier'));
        else if (fn === 'reject-application' || fn === 'revoke-certification')
          registry([who, utf8('seen on the roof')], address('certifier'));
        else if (fn === 'deactivate' || fn === 'reactivate') registry([]);
        else if (fn === 'set-role') registry([BigInt(at % 4)]);
        else if (fn === 'set-privacy') registry([BigInt(at % 8)]);
        else if (fn === 'update-profile') registry([CELL.near, hash]);
        else registry([BigInt(at % 8)]);
      },
  );

/** Whoever listed something changes or takes it back; the utility asks for less sun. */
const mend = fc
  .tuple(fc.constantFrom('update-offer', 'update-offer', 'cancel-request', 'submit-curtailment'), index)
  .map(
    ([fn, at]): Step =>
      (n) => {
        const count = (of: string) => n.world.read<bigint>('marketplace', of);
        const some = (all: bigint): bigint => (all === 0n ? 1n : all - (BigInt(at) % all));
        if (fn === 'submit-curtailment') {
          const args = [n.world.slot + BigInt(at % 4), CELL.home, 1n];
          n.call('energy-oracle', fn, args, address('utility'));
        } else if (fn === 'cancel-request') {
          const id = some(count('get-request-count'));
          const row = n.world.read<Tuple | null>('marketplace', 'get-request', [id]);
          n.call('marketplace', fn, [id], (row?.buyer as string | undefined) ?? STRANGER);
        } else {
          const id = some(count('get-offer-count'));
          const row =
            count('get-offer-count') > 0n ? n.world.stored('marketplace', 'get-offer-details', [id]) : undefined;
          const { revision = 1n, expiry = 0n } = (row ?? {}) as Record<string, bigint>;
          const args = [id, revision, BigInt(1000 + at), 150_000n + BigInt(at), 190_000n, expiry];
          n.call('marketplace', fn, args, (row?.seller as string | undefined) ?? STRANGER);
        }
      },
  );

/** Trades that are paid in an asset: listed, signed, bought, paid out. */
const asset = fc
  .tuple(
    pair,
    index,
    fc.constantFrom(
      'create-offer-in',
      'create-offer-in',
      'accept-offer-in',
      'accept-offer-in',
      'accept-offer-in',
      'fill-signed-offer-in',
      'fill-signed-offer-in',
      'match-signed-in',
      'create-request-in',
      'create-request-in',
      'fill-request-in',
      'fill-request-in',
      'match-request-in',
      'match-request-in',
      'deposit-asset',
      'withdraw-asset',
      'payout-asset',
      'sweep-asset-fees',
    ),
    fc.integer({ min: 5, max: 9 }),
    amount(3000),
  )
  .map(
    ([[maker, who], at, fn, ahead, wh]): Step =>
      (n) => {
        const [seller, buyer] = [n.homes[maker]!, n.homes[who]!];
        const slot = n.world.slot + BigInt(ahead);
        const order = (by: string, nonce: number, price: bigint): Order => ({
          maker: by,
          slot,
          wh: 4000n,
          'min-wh': 1000n,
          price,
          nonce: BigInt(nonce + (at % 5)),
          expiry: slot * 3600n,
        });
        const offer = order(seller, 700, 18_000n);
        const signature = signOrder(offer, n.names[maker]!, { asset: DOLLAR });
        const market = (args: Arg[], by: string) => n.call('marketplace', fn, [DOLLAR, ...args], by);
        const escrow = (args: Arg[], by: string) => n.call('trade-escrow', fn, [DOLLAR, ...args], by);
        if (fn === 'create-offer-in') {
          const receipt = market([slot, BigInt(wh), 1000n, 0n, 20_000n, 20_000n, slot * 3600n], seller);
          if (receipt.ok) n.assetOffers.push({ id: (receipt.value as Tuple).id as bigint, seller });
        } else if (fn === 'accept-offer-in') {
          const listed = pick(n.assetOffers.slice(-3), at);
          if (listed) market([listed.id, 1n, BigInt(wh), MUCH], n.homes.find((one) => one !== listed.seller)!);
        } else if (fn === 'fill-signed-offer-in') market([offer, signature, BigInt(wh), MUCH], buyer);
        else if (fn === 'match-signed-in') {
          const bid = order(buyer, 800, 20_000n);
          const { slot: _, ...sold } = offer;
          const { slot: __, ...bought } = bid;
          const bidSignature = signOrder(bid, n.names[who]!, { asset: DOLLAR, purpose: 'bid' });
          const sides = [{ ...sold, cell: CELL.home }, signature, { ...bought, cell: CELL.home }, bidSignature];
          market([slot, ...sides, BigInt(wh)], STRANGER);
        } else if (fn === 'create-request-in') {
          const receipt = market([BigInt(wh * 2), 1000n, 22_000n, 0n, slot, slot + 6n, slot * 3600n], buyer);
          if (!receipt.ok) return;
          const { id } = receipt.value as { id: bigint };
          n.assetRequests.push({ id, buyer, slot });
          const call = (fn: string, args: Arg[], by: string) => n.call('marketplace', fn, [DOLLAR, ...args], by);
          if (at % 3 === 0) call('fill-request-in', [id, slot, BigInt(wh), 20_000n], seller);
          if (at % 3 > 0) return;
          const listed = call('create-offer-in', [slot, BigInt(wh), 1000n, 0n, 21_000n, 21_000n, slot * 3600n], seller);
          if (listed.ok) call('match-request-in', [(listed.value as Tuple).id!, id, BigInt(wh)], STRANGER);
        } else if (fn === 'fill-request-in') {
          // The first request may be one in STX: it is refused.
          const wanted = pick([{ id: 1n, buyer, slot }, ...n.assetRequests.slice(-3)], at);
          const by = n.homes.find((one) => one !== wanted?.buyer)!;
          if (wanted) market([wanted.id, wanted.slot, BigInt(wh), 19_000n], by);
        } else if (fn === 'match-request-in') {
          const wanted = pick(n.assetRequests.slice(-2), at);
          const listed = n.assetOffers.findLast((one) => one.seller !== wanted?.buyer);
          if (wanted && listed) market([listed.id, wanted.id, BigInt(wh)], STRANGER);
        } else if (fn === 'payout-asset') escrow([seller], STRANGER);
        else if (fn === 'sweep-asset-fees') escrow([], STRANGER);
        else escrow([BigInt(at * 10)], buyer);
      },
  );

const DISTRICT = CELL.home >> 30n;
/** The auction of this hour: a posting that leaves somebody out, one that does not, the trades, the bond, and what parties try meanwhile. */
const auction = fc
  .tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 2, max: 8 })), { minLength: 3, maxLength: 3 }),
    index,
    fc.constantFrom('post', 'all', 'all', 'all', 'execute', 'return'),
  )
  .map(
    ([sides, figures, at, what]): Step =>
      (n) => {
        const { world } = n;
        const known = pick(n.postings.slice(-2), at);
        if (what === 'execute' || what === 'return') {
          const [of, rows] = known ? [known.slot, known.rows] : [world.slot, []];
          if (what === 'execute') n.call('marketplace', 'execute-auction', [of, DISTRICT, rows], STRANGER);
          else n.call('marketplace', 'return-bond', [of, DISTRICT], STRANGER);
          return;
        }
        // Mostly in the half hour in which postings are taken.
        if (world.time % 3600 >= 1800 && at % 5 > 0) world.wait(3600 - (world.time % 3600));
        const slot = world.slot + 5n;
        const entries = figures.map(([price, wh], who): Entry => {
          const nonce = 1000n + BigInt(n.orders.size + who);
          const order: Order = {
            maker: n.homes[who]!,
            slot,
            wh: BigInt(wh) * 500n,
            'min-wh': 1n,
            price: 200_000n + BigInt(price) * 10_000n,
            nonce,
            expiry: slot * 3600n,
          };
          n.orders.set(`${order.maker}-${nonce}`, order);
          return signEntry((sides >> who) % 2 ? 'offer' : 'bid', order, n.names[who]!);
        });
        const tell = (entries: Entry[], who: string) => {
          const rows = posting(entries, slot)?.rows.map(auctionRow);
          if (!rows) return;
          const receipt = n.call('marketplace', 'post-auction', [slot, DISTRICT, rows], who);
          if (receipt.ok) n.postings.push({ slot, rows });
        };
        tell(entries.toSpliced(at % 3, 1), n.homes[at % 3]!);
        tell(entries, n.newcomer);
        if (what === 'post') return;
        const one = entries[at % 3]!;
        const vault = world.account(one.maker).vault as bigint;
        if (at % 4 === 0) n.call('marketplace', 'cancel-signed', [one.nonce], one.maker);
        if (at % 4 === 1) n.call('trade-escrow', 'withdraw', [vault], one.maker);
        if (at % 4 === 2) n.call('trade-escrow', 'withdraw', [vault / 2n], one.maker);
        world.wait(1800);
        const last = n.postings.at(-1);
        if (last) n.call('marketplace', 'execute-auction', [last.slot, DISTRICT, last.rows], STRANGER);
        if (last && at % 2) n.call('marketplace', 'return-bond', [last.slot, DISTRICT], STRANGER);
      },
  );

/** Long after the last slot: everything is closed, settled, resolved and paid out, by a stranger. */
function leave(n: Neighbourhood): void {
  const { world } = n;
  world.ok(
    'governance-dao',
    'set-paused',
    [7n],
    n.world.read<Tuple>('governance-dao', 'get-guardian').guardian as string,
  );
  world.wait(4 * 86_400);
  for (const { row } of Map.groupBy(n.trades, ({ row }) => `${row.seller}-${row.slot}`)
    .values()
    .map(([first]) => first!))
    for (const fn of n.reported.has(`${row.seller}-${row.slot}`) ? ['finalize', 'void-slot'] : ['void-slot'])
      if (!n.slotIsClosed(row)) n.call('trade-escrow', fn, [row.seller, row.slot], STRANGER);
  // Not only those that were opened as a step of their own.
  const disputes = world.read<bigint>('dispute-resolution', 'get-dispute-count');
  for (let id = 1n; id <= disputes; id++) {
    const { status } = world.read<Tuple>('dispute-resolution', 'get-dispute', [id]);
    if (status === 0n) n.call('dispute-resolution', 'resolve-automatic', [id], STRANGER);
    if (status === 3n) n.call('dispute-resolution', 'conclude-jury', [id], STRANGER);
  }
  for (const who of n.people) if (n.seat(who).at !== null) n.call('dispute-resolution', 'leave-pool', [], who);
  law('everybody leaves whole: the pool is empty', world.read<bigint>('dispute-resolution', 'get-pool-size') === 0n);
  for (const { id, row } of n.trades) if (LIVE.includes(row.status)) n.call('trade-escrow', 'settle', [id], STRANGER);
  const purchases = world.read<bigint>('marketplace', 'get-purchase-count');
  for (let id = 1n; id <= purchases; id++) n.call('marketplace', 'release-proceeds', [id], STRANGER);
  for (const who of n.people) {
    const { vault, due, 'due-wh': energy } = world.account(who) as Record<string, bigint>;
    if (due! + energy! > 0n) n.call('trade-escrow', 'payout', [who], STRANGER);
    if (vault! > 0n) n.call('trade-escrow', 'withdraw', [vault!], who);
    const { wh } = world.read('marketplace', 'get-energy-for-sale', [who]) as { wh: bigint };
    if (wh > 0n) n.call('marketplace', 'remove-energy-from-sale', [wh], who);
  }
  for (const slot of new Set(n.postings.map(({ slot }) => slot)))
    if ((world.read('marketplace', 'get-auction', [slot, DISTRICT]).bond as bigint) > 0n)
      n.call('marketplace', 'return-bond', [slot, DISTRICT], STRANGER);
  n.call('trade-escrow', 'sweep-fees', [], STRANGER);
  for (const who of n.people) {
    const { vault, due } = world.read('trade-escrow', 'get-asset-account', [who, DOLLAR]) as Record<string, bigint>;
    if (due! > 0n) n.call('trade-escrow', 'payout-asset', [DOLLAR, who], STRANGER);
    if (vault! > 0n) n.call('trade-escrow', 'withdraw-asset', [DOLLAR, vault!], who);
  }
  n.call('trade-escrow', 'sweep-asset-fees', [DOLLAR], STRANGER);
  law('everybody leaves whole: no asset stays behind', world.auditAsset(DOLLAR)[0] === 0n);
  const proposals = world.read<bigint>('governance-dao', 'get-proposal-count');
  for (let id = 1n; id <= proposals; id++) {
    const { status } = world.read('governance-dao', 'get-proposal', [id]);
    if (status === 0n) n.call('governance-dao', 'conclude', [id], STRANGER);
  }
  const stakes = (of: 'amount' | 'leaving') => n.people.map((who) => [who, world.stakeOf(who)[of] as bigint] as const);
  for (const [who, amount] of stakes('amount')) if (amount > 0n) n.call('reputation-system', 'unstake', [amount], who);
  world.wait(7 * 86_400);
  for (const [who, leaving] of stakes('leaving'))
    if (leaving > 0n) n.call('reputation-system', 'withdraw-stake', [], who);
  for (const contract of ['trade-escrow', 'dispute-resolution', 'marketplace', 'reputation-system']) {
    law('everybody leaves whole: no money stays behind', world.balance(contractId(contract)) === 0n, contract);
    law('everybody leaves whole: no energy stays behind', world.kwhOf(contractId(contract)) === 0n, contract);
  }
  law(
    'everybody leaves whole: no bond of a proposal stays behind',
    world.balance(contractId('governance-dao')) === world.read<bigint>('governance-dao', 'get-treasury'),
  );
}

// ---------------------------------------------------------------- any function, with success and with each error

/** Every public function of the contracts, those that are not written yet too. */
const callable = Contracts.flatMap((contract) =>
  (abi[contract].functions as readonly AbiFunction[])
    .filter(({ access }) => access === 'public')
    .map((fn) => ({ contract, fn })),
);
type Of = <T>(list: readonly T[]) => T;
const TEXTS = ['solar', 'commission-bps', 'marketplace', 'energy-oracle', 'x'];

/** Just outside of what is allowed, or of another time, place or person: what a refusal needs. */
function spoiled(type: ClarityType, n: Neighbourhood, of: Of): Arg {
  const slot = n.world.slot;
  if (type === 'uint128' || type === 'int128')
    return of([0n, 1n, 999n, 10_001n, 99n, 515_001n, 139_999n, slot, slot + 3n, slot + 400n, MUCH, 2n ** 127n]);
  if (type === 'principal') return of([...n.people, contractId('trade-escrow')]);
  if (typeof type === 'object' && 'tuple' in type) {
    const wrong = of(type.tuple).name;
    const field = ({ name, type }: { name: string; type: ClarityType }): Arg =>
      name === wrong ? spoiled(type, n, of) : some(name, type, n, of);
    return Object.fromEntries(type.tuple.map((one) => [one.name, field(one)])) as Arg;
  }
  if (typeof type === 'object' && 'list' in type && typeof type.list.type === 'object') {
    const row = type.list.type;
    return of([[], [spoiled(row, n, of)], [some('', row, n, of), some('', row, n, of)]]) as Arg;
  }
  if (typeof type === 'object' && 'string-ascii' in type) return ascii('');
  if (typeof type === 'object' && 'string-utf8' in type) return utf8('');
  return some('', type, n, of);
}
/** What an argument of this name should be; where the name says nothing, something of its type. */
function some(name: string, type: ClarityType, n: Neighbourhood, of: Of): Arg {
  const slot = n.world.slot;
  if (type === 'uint128' || type === 'int128') {
    if (/^slot/.test(name)) return slot + of(name === 'slot-to' ? [10n, 12n] : [5n, 6n, 7n, 8n]);
    if (/expiry/.test(name)) return (slot + 5n) * 3600n;
    if (/cell/.test(name)) return of([CELL.home, CELL.near]);
    if (/max|total|cap$/.test(name)) return MUCH;
    if (/price/.test(name)) return of([180_000n, 200_000n, 220_000n]);
    if (/wh$/.test(name)) return of([1000n, 1500n, 2000n]);
    if (/amount/.test(name)) return of([1n, 100n, 10_000n]);
    if (/kwh$/.test(name)) return 500n;
    if (/^peak-w/.test(name)) return PEAK;
    if (/nonce/.test(name)) return of([1n, 2n, 3n, 101n]);
    if (/bits|role|choice|level|quality|algorithm|urgency|mode|claim|revision|index|threshold/.test(name))
      return of([1n, 1n, 2n, 0n]);
    if (/id$|^id|trade|purchase/.test(name)) return of([1n, 1n, 2n, 3n, 4n, 5n]);
    return of([0n, 1n, 2n, 1000n, slot, BigInt(n.world.time)]);
  }
  if (type === 'bool') return of([true, false]);
  if (type === 'principal') return of([...n.homes, ...n.homes, ...n.people]);
  if (type === 'trait_reference') return contractId('bootstrap-devnet');
  if (type === 'none') return null;
  if ('buffer' in type) return new Uint8Array(type.buffer.length).fill(of([0, 1, 2]));
  if ('string-ascii' in type) return ascii(of(TEXTS).slice(0, type['string-ascii'].length));
  if ('string-utf8' in type) return utf8(of(TEXTS).slice(0, type['string-utf8'].length));
  if ('optional' in type) return null;
  if ('list' in type) return [some('', type.list.type, n, of)] as Arg;
  if ('tuple' in type)
    return Object.fromEntries(type.tuple.map(({ name, type }) => [name, some(name, type, n, of)])) as Arg;
  throw new Error(`no value of ${text(type)}`);
}
const slip = fc.tuple(fc.nat({ max: SLIPS.length - 1 }), index).map(
  ([which, at]): Step =>
    (n) =>
      SLIPS[which]!(n, at),
);
const ROLES = ['certifier', 'meter-reader', 'guardian', 'utility', 'operator-0'].map(address);

/** Any function, with what its arguments should be, or with one of them spoiled. */
const anything = fc.tuple(index, index, fc.nat({ max: 11 }), fc.integer({ min: 1, max: 2 ** 31 - 2 })).map(
  ([which, who, wrong, seed]): Step =>
    (n) => {
      let state = seed;
      const of: Of = (list) => {
        state = (state * 48_271) % 2_147_483_647;
        return list[(state >>> 3) % list.length]!;
      };
      const { contract, fn } = pick(callable, which)!;
      const args = fn.args.map(({ name, type }, at) => (at === wrong ? spoiled(type, n, of) : some(name, type, n, of)));
      n.call(contract, fn.name, args, pick([...n.homes, ...n.homes, ...n.people, ...ROLES], who)!);
    },
);

// ---------------------------------------------------------------- lives

const KINDS: [name: string, weight: number, step: fc.Arbitrary<Step>][] = [
  ['list', 5, list],
  ['accept', 8, accept],
  ['sign', 4, sign],
  ['match', 4, match],
  ['request', 4, request],
  ['cancel', 2, cancel],
  ['release', 1, release],
  ['take back', 1, withdrawOffer],
  ['vault', 3, vault],
  ['wait', 6, advance],
  ['report', 6, report],
  ['close', 4, close],
  ['settle', 4, settle],
  ['confirm', 2, confirm],
  ['dispute', 2, dispute],
  ['resolve', 2, resolve],
  ['jury', 1, jury],
  ['collect', 2, collect],
  ['signed bids', 3, signedBids],
  ['standing', 3, standing],
  ['report many', 1, reportMany],
  ['spot', 5, spot],
  ['govern', 4, govern],
  ['join', 4, join],
  ['stake', 2, stake],
  ['mend', 3, mend],
  ['auction', 3, auction],
  ['anything', 14, anything],
  ['slip', 12, slip],
  [
    'decide',
    2,
    index.map(
      (at): Step =>
        (n) =>
          decide(n, at),
    ),
  ],
];
const nothing: Step = () => {};
const named = (name: string, step: fc.Arbitrary<Step>): fc.Arbitrary<Step> =>
  step.map((run) => Object.assign((n: Neighbourhood) => run(n), { [fc.toStringMethod]: () => name }));

/** What a life is about: there these steps are taken far more often. */
const THEMES: string[][] = [
  [],
  ['list', 'accept', 'cancel', 'report', 'close', 'settle', 'dispute', 'confirm', 'wait'],
  ['spot', 'collect'],
  ['govern', 'wait'],
  ['join'],
  ['auction', 'vault', 'cancel', 'report', 'close', 'settle', 'wait'],
  ['accept', 'report', 'dispute', 'jury'],
];
/** Lives with this theme begin with a pool of jurors. */
const COURT = THEMES.length - 1;
type Life = { court: boolean; steps: Step[] };
/** A life that breaks a law shrinks to the steps that are needed, with nothing in the place of the others. */
const life = (steps: number, assets: boolean): fc.Arbitrary<Life> =>
  fc.oneof(
    ...[...THEMES, ...(assets ? [['asset', 'report', 'close', 'settle', 'wait']] : [])].map((theme, at) => {
      const all: typeof KINDS = assets ? [...KINDS, ['asset', 5, asset]] : KINDS;
      const kinds = all.map(([name, weight, step]) => ({
        arbitrary: named(name, step),
        weight: theme.includes(name) ? weight * (name === 'jury' ? 40 : 8) : weight,
      }));
      const step = fc.oneof(
        { withCrossShrink: true },
        { arbitrary: named('nothing', fc.constant(nothing)), weight: 1 },
        ...kinds,
      );
      return {
        arbitrary: fc
          .array(step, { minLength: steps, maxLength: steps, size: 'max' as const })
          .map((steps): Life => ({ court: at === COURT, steps })),
        weight: at < 2 ? 3 : 1,
      };
    }),
  );

export type Lived = { runs: number; seconds: number; outcomes: Map<string, number> };

/**
 * Lives random lives, each on a fresh chain.
 * @param assets some trades are paid in an asset
 * @param minutes ends before all runs are lived
 * @param path the end of what fast-check tells of a life that broke a law: only this life
 * @throws what fast-check tells of the life that broke a law, with seed and path
 */
export async function live(
  runs: number,
  steps: number,
  seed: number,
  {
    assets = false,
    minutes,
    path,
    each,
  }: { assets?: boolean; minutes?: number; path?: string; each?: (runs: number) => void } = {},
): Promise<Lived> {
  const started = performance.now();
  const names = ['home-h01', 'home-h02', 'home-h03'];
  const world = await World.create({ costs: false });
  world.peeking = true;
  const homes = names.map((name, n) =>
    world.home(name, { peakW: PEAK, loadW: n === 0 ? 0n : 6000n, capacityKwh: n === 2 ? 150n : 1000n }),
  );
  for (const who of homes) {
    world.ok('trade-escrow', 'deposit', [20_000_000n], who);
    if (!assets) continue;
    world.call('test-dollar', 'mint', [5_000_000n, who], STRANGER);
    world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 1_000_000n], who);
  }
  // Some energy is there already, for the spot market.
  world.deliver(homes[0]!, world.slot, 9000n);
  // A life is short: two have failed on a day before it, and the next day that fails is enough.
  const failed = world.slot + 8n;
  const unmet = homes.slice(0, 2).map((seller) => world.trade(seller, homes[2]!, failed, 1000n));
  for (const seller of homes.slice(0, 2)) world.deliver(seller, failed, 0n);
  for (const id of unmet) world.ok('trade-escrow', 'settle', [id], STRANGER);
  world.until((failed / 24n + 1n) * 86_400n + BigInt(world.time % 10));
  const newcomer = world.somebody('home-h04');
  world.deploy(REFORM, REFORM_SOURCE);
  prepare(world);
  world.dao(
    ['fine-from', 'suspend-from']
      .map((key) => `(try! (contract-call? .governance-dao set-parameter "${key}" u2))`)
      .join(' '),
  );
  const beginning = world.remember();
  const court = world.court(['home-h05', 'home-h06', 'home-h07', 'home-h08', 'home-h09']);
  const beginningInCourt = world.remember();
  const outcomes = new Map<string, number>();
  let lived = 0;
  try {
    fc.assert(
      fc.property(life(steps, assets), (life) => {
        if (life.court) beginningInCourt();
        else beginning();
        const n = new Neighbourhood(world, homes, names, newcomer, life.court ? court : []);
        life.steps.forEach((step, at) => {
          step(n);
          if (at % EVERY === EVERY - 1) n.check();
        });
        leave(n);
        n.check(true);
        lived++;
        each?.(lived);
        for (const [key, count] of n.outcomes) outcomes.set(key, (outcomes.get(key) ?? 0) + count);
      }),
      {
        numRuns: runs,
        seed,
        ...(path === undefined ? {} : { path, endOnFailure: true }),
        ...(minutes === undefined ? {} : { interruptAfterTimeLimit: minutes * 60_000 }),
      },
    );
  } finally {
    world.free();
  }
  return { runs: lived, seconds: (performance.now() - started) / 1000, outcomes };
}
