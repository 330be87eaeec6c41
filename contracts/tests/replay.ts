// What the contracts keep in their maps, rebuilt from nothing but the events that they print and the times of their blocks. An indexer
// can be as true as this and no truer: where it differs from the maps, some event leaves something out.
import { ascii, type Plain, type Printed, type World } from './world.ts';

type Row = Record<string, Plain>;
/** The fields that handlers read, of whichever event. */
type Numbers =
  | 'after'
  | 'amount'
  | 'at'
  | 'bid-nonce'
  | 'bits'
  | 'bond'
  | 'boost'
  | 'capacity-kwh'
  | 'cause'
  | 'cell'
  | 'choice'
  | 'cost'
  | 'custody'
  | 'delivered'
  | 'district'
  | 'executable-at'
  | 'fee'
  | 'grid'
  | 'held'
  | 'id'
  | 'level'
  | 'load-w'
  | 'locked'
  | 'meter'
  | 'mode'
  | 'nonce'
  | 'offer'
  | 'offer-nonce'
  | 'on-sale'
  | 'origin'
  | 'paid'
  | 'peak-w'
  | 'price'
  | 'purchase'
  | 'quality'
  | 'reason'
  | 'ref'
  | 'refund'
  | 'remaining'
  | 'role'
  | 'seq'
  | 'slot'
  | 'spent'
  | 'stars'
  | 'status'
  | 'terms'
  | 'trade'
  | 'until'
  | 'wh';
type Parties =
  | 'asset'
  | 'buyer'
  | 'by'
  | 'certifier'
  | 'claimant'
  | 'delegator'
  | 'household'
  | 'juror'
  | 'maker'
  | 'member'
  | 'of'
  | 'producer'
  | 'seller'
  | 'voter'
  | 'who';
type Flags = 'active' | 'agree' | 'counted' | 'curtailed' | 'passed' | 'relisted' | 'uphold' | 'upheld';
type Others = 'algorithm' | 'delegate' | 'device-key' | 'hash' | 'jurors' | 'key' | 'profile-hash' | 'since' | 'topic';
type Event = Record<Numbers, bigint> & Record<Parties, string> & Record<Flags, boolean> & Record<Others, Plain>;
type Handler = (event: Event, at: bigint) => void;

const BPS = 10_000n;
const CAUSE_DELIVERED = 3n;
const MAX_FAULTS = 9;
const VAULT = 2n;
const AUCTION = 9n;
const ASSET = 16n;
const VERIFIED = 4n;
const CERTIFIED = 8n;
const INACTIVE = 16n;
const VOTE = ['against', 'for', 'abstain'];

const textOf = (key: Plain): string =>
  JSON.stringify(key, (_, value) => (typeof value === 'bigint' ? `u${value}` : value));

/** Rows of one map, by their key. */
class Table {
  readonly rows = new Map<string, { key: Plain; row: Row }>();
  readonly #absent: Row;
  constructor(absent: Row = {}) {
    this.#absent = absent;
  }
  get(key: Plain): Row {
    return this.rows.get(textOf(key))?.row ?? this.#absent;
  }
  has(key: Plain): boolean {
    return this.rows.has(textOf(key));
  }
  set(key: Plain, change: Row): void {
    this.rows.set(textOf(key), { key, row: { ...this.get(key), ...change } });
  }
  add(key: Plain, field: string, amount: bigint): void {
    this.set(key, { [field]: ((this.get(key)[field] as bigint | undefined) ?? 0n) + amount });
  }
  delete(key: Plain): void {
    this.rows.delete(textOf(key));
  }
}

const fields = (of: Row, ...names: string[]): Row => Object.fromEntries(names.map((name) => [name, of[name] ?? null]));

/** Maps that need no event of their own, and why. */
export const FOLLOWS: Record<string, string> = {
  'governance-dao.bounds': 'fixed in the code',
  'governance-dao.parameters-at': 'the parameters after each change, by the number that the event tells',
  'reputation-system.counted-meters': 'the meters that were verified',
  'reputation-system.pair-rated': 'the time of the last rating that counted',
  'energy-oracle.seated': 'the operators of every change of operators',
  'energy-oracle.contradictions': 'one for each contradiction that was proved',
};

export class Replay {
  readonly tables: Record<string, Record<string, Table>> = {
    'governance-dao': {
      parameters: new Table(),
      'member-rows': new Table(),
      delegations: new Table(),
      proposals: new Table(),
      votes: new Table(),
    },
    'energy-token': { certificates: new Table() },
    'user-registry': {
      users: new Table(),
      profiles: new Table(),
      meters: new Table(),
      'meter-of-key': new Table(),
      applications: new Table(),
      'certification-history': new Table(),
      'history-length': new Table(),
      certifiers: new Table(),
    },
    'reputation-system': {
      scores: new Table(),
      stakes: new Table(),
      ratings: new Table(),
      'pair-gains': new Table({ since: 0n, gained: 0n }),
      faults: new Table(),
      'rating-sums': new Table({ stars: 0n, ratings: 0n }),
    },
    'energy-oracle': { reports: new Table(), consumptions: new Table(), curtailments: new Table() },
    'trade-escrow': {
      accounts: new Table({ vault: 0n, due: 0n, 'due-wh': 0n, 'suspended-until': 0n }),
      slots: new Table({
        promised: 0n,
        trades: 0n,
        settled: 0n,
        handed: 0n,
        custody: 0n,
        status: 0n,
        curtailed: false,
        lead: 0n,
        'lead-wh': 0n,
      }),
      trades: new Table(),
      assets: new Table(),
      'asset-accounts': new Table({ vault: 0n, due: 0n }),
      'asset-pots': new Table({ treasury: 0n, grid: 0n }),
      'trade-assets': new Table(),
    },
    marketplace: {
      offers: new Table(),
      requests: new Table(),
      filled: new Table({ wh: 0n, cancelled: false }),
      'offer-assets': new Table(),
      spent: new Table(),
      released: new Table(),
      auctions: new Table(),
      lots: new Table({ wh: 0n, price: 0n, 'expires-at': 0n }),
      purchases: new Table(),
    },
    'dispute-resolution': {
      disputes: new Table(),
      juries: new Table(),
      ballots: new Table(),
      pool: new Table(),
      'pool-rows': new Table({ at: null, seats: 0n }),
      'dispute-of': new Table(),
    },
  };
  /** microSTX of fees not yet swept. */
  readonly pots = { treasury: 0n, grid: 0n };
  readonly unknown = new Set<string>();
  readonly #on: Record<string, Record<string, Handler>>;
  readonly #parameter: (key: string) => bigint;

  /** @param defaults what parameters are before anybody changes them */
  constructor(defaults: (key: string) => bigint) {
    this.#parameter = (key) => {
      const changed = this.#table('governance-dao', 'parameters');
      return changed.has(key) ? (changed.get(key).value as bigint) : defaults(key);
    };
    this.#on = {
      'governance-dao': this.#dao(),
      'energy-token': this.#token(),
      'user-registry': this.#registry(),
      'reputation-system': this.#reputation(),
      'energy-oracle': this.#oracle(),
      'trade-escrow': this.#escrow(),
      marketplace: this.#market(),
      'dispute-resolution': this.#disputes(),
    };
  }

  /** Whether anything is made of this event. */
  knows(contract: string, topic: string): boolean {
    return this.#on[contract]?.[topic] !== undefined;
  }
  /** Takes the next event. */
  note({ contract, event, at }: Printed): void {
    const on = this.#on[contract];
    if (!on) return;
    const handler = on[event.topic as string];
    if (handler) handler(event as unknown as Event, at);
    else this.unknown.add(`${contract} ${event.topic}`);
  }

  /** Every row that differs from the map on chain, in the fields that are rebuilt. */
  differences(world: World): { map: string; key: Plain; chain: Plain; events: Plain }[] {
    return Object.entries(this.tables).flatMap(([contract, tables]) =>
      Object.entries(tables).flatMap(([map, table]) =>
        [...table.rows.values()].flatMap(({ key, row }) => {
          const entry = world.entry(contract, map, map === 'parameters' ? ascii(key as string) : key);
          const only = Object.keys(row);
          // A map of single values.
          const whole = only.length === 1 && only[0] === 'value';
          const chain = whole ? { value: entry } : fields((entry ?? {}) as Row, ...only);
          return textOf(chain) === textOf(row) ? [] : [{ map: `${contract}.${map}`, key, chain, events: row }];
        }),
      ),
    );
  }

  #table(contract: string, map: string): Table {
    return this.tables[contract]![map]!;
  }

  #dao(): Record<string, Handler> {
    const table = (map: string) => this.#table('governance-dao', map);
    return {
      'parameter-changed': ({ key, after }) => table('parameters').set(key, { value: after }),
      'member-changed': ({ member, active, since }) => table('member-rows').set(member, { active, since }),
      'delegation-changed': ({ delegator, delegate }) =>
        delegate === null
          ? table('delegations').delete(delegator)
          : table('delegations').set(delegator, { value: delegate }),
      'proposal-created': (event) =>
        table('proposals').set(event.id, {
          ...fields(event, 'proposer', 'kind', 'key', 'value', 'contract', 'opens-at', 'closes-at', 'quorum', 'bond'),
          'threshold-bps': this.#parameter('threshold-bps'),
          timelock: this.#parameter('timelock'),
          for: 0n,
          against: 0n,
          abstain: 0n,
          status: 0n,
          'executable-at': 0n,
        }),
      'vote-cast': (event) => {
        table('proposals').add(event.id, VOTE[Number(event.choice)]!, 1n);
        table('votes').set({ id: event.id, voter: event.voter }, { value: event.choice });
      },
      'proposal-concluded': ({ id, passed, 'executable-at': at }) =>
        table('proposals').set(id, { status: passed ? 1n : 2n, 'executable-at': at }),
      'proposal-executed': ({ id }) => table('proposals').set(id, { status: 3n }),
      'proposal-vetoed': ({ id }) => table('proposals').set(id, { status: 4n }),
      // Of no map.
      constructed: () => {},
      'paused-changed': () => {},
      'peer-changed': () => {},
      'guardian-changed': () => {},
      'treasury-paid': () => {},
      'treasury-asset-paid': () => {},
    };
  }

  #token(): Record<string, Handler> {
    return {
      'energy-retired': (event) =>
        this.#table('energy-token', 'certificates').set(
          event.id,
          fields(event, 'owner', 'beneficiary', 'amount', 'reason', 'at'),
        ),
      'export-minted': () => {},
      'energy-handed-over': () => {},
      'token-uri-changed': () => {},
      'peer-changed': () => {},
    };
  }

  #registry(): Record<string, Handler> {
    const table = (map: string) => this.#table('user-registry', map);
    const bitsOf = (who: Plain) => table('users').get(who).bits as bigint;
    const note = (event: Event, action: bigint, by: Plain, reason: Plain) => {
      const application = table('applications').get(event.producer);
      table('certification-history').set(
        { producer: event.producer, seq: event.seq },
        { ...fields(application, 'capacity-kwh', 'peak-w', 'source'), action, by, reason, at: event.at },
      );
      table('history-length').set(event.producer, { value: event.seq });
    };
    return {
      'household-registered': ({ household, role, cell, 'profile-hash': hash, at }) => {
        const nothing = { 'capacity-wh': 0n, 'peak-w': 0n, 'nonce-floor': 0n, meter: 0n, 'load-w': 0n };
        table('users').set(household, { bits: role, cell, ...nothing });
        table('profiles').set(household, { 'profile-hash': hash, privacy: 0n, since: at, 'moved-at': at });
      },
      'profile-updated': ({ household, cell, 'profile-hash': hash }, at) => {
        const moved = table('users').get(household).cell !== cell;
        table('users').set(household, { cell });
        table('profiles').set(household, { 'profile-hash': hash, ...(moved ? { 'moved-at': at } : {}) });
      },
      'role-changed': ({ household, bits }) => table('users').set(household, { bits }),
      'privacy-changed': ({ household, bits }) => table('profiles').set(household, { privacy: bits }),
      'household-deactivated': ({ household }) => table('users').set(household, { bits: bitsOf(household) | INACTIVE }),
      'household-reactivated': ({ household }) =>
        table('users').set(household, { bits: bitsOf(household) & ~INACTIVE }),
      'meter-registered': ({ meter, household, 'device-key': key, algorithm }) => {
        table('meters').set(meter, { household, 'device-key': key, algorithm, quality: 0n });
        table('users').set(household, { bits: bitsOf(household) & ~VERIFIED, meter });
      },
      'meter-verified': ({ meter, household, quality, 'load-w': load }) => {
        table('meters').set(meter, { quality });
        table('meter-of-key').set(table('meters').get(meter)['device-key']!, { value: meter });
        table('users').set(household, { bits: bitsOf(household) | VERIFIED, 'load-w': load });
      },
      'certification-applied': (event) => {
        table('applications').set(event.producer, {
          ...fields(event, 'capacity-kwh', 'peak-w', 'source'),
          pending: true,
        });
        note(event, 1n, event.producer, '');
      },
      'producer-certified': (event) => {
        const { producer, 'capacity-kwh': capacity, 'peak-w': peak } = event;
        table('applications').set(producer, { pending: false });
        table('users').set(producer, {
          bits: bitsOf(producer) | CERTIFIED,
          'capacity-wh': capacity * 1000n,
          'peak-w': peak,
        });
        note(event, 2n, event.by, '');
      },
      'application-rejected': (event) => {
        table('applications').set(event.producer, { pending: false });
        note(event, 3n, event.by, event.reason);
      },
      'certification-revoked': (event) => {
        const { producer } = event;
        // Whoever stops producing says so itself: `role-changed` comes next.
        table('users').set(producer, { bits: bitsOf(producer) & ~CERTIFIED });
        note(event, 4n, event.by, event.reason);
      },
      'signed-cancelled-below': ({ maker, nonce }) => table('users').set(maker, { 'nonce-floor': nonce }),
      'certifier-changed': ({ certifier, level }) => table('certifiers').set(certifier, { value: level }),
      'peer-changed': () => {},
    };
  }

  #reputation(): Record<string, Handler> {
    const table = (map: string) => this.#table('reputation-system', map);
    const least = (...of: bigint[]) => of.reduce((a, b) => (a < b ? a : b));
    const room = (key: string, gained: bigint) => {
      const most = this.#parameter(key);
      return most > gained ? most - gained : 0n;
    };
    /** What a delivery was worth, and what it used up of the day and of the pair: none of that is printed. */
    const reward = (seller: string, slot: bigint, at: bigint) => {
      const { lead } = this.#table('trade-escrow', 'slots').get({ seller, slot });
      const trade = this.#table('trade-escrow', 'trades').get(lead!) as unknown as Event | undefined;
      if (!trade?.cost || (trade.cost * (trade.terms % BPS)) / BPS === 0n) return;
      const row = table('scores').get(seller);
      const day = at / 86_400n;
      const gained = day === row.day ? (row.gained as bigint) : 0n;
      const key = { seller, buyer: trade.buyer };
      const before = table('pair-gains').get(key) as { since: bigint; gained: bigint };
      const pair = at < before.since + this.#parameter('pair-period') ? before : { since: at, gained: 0n };
      const given = least(
        this.#parameter('success-bonus-bps'),
        room('daily-bonus-bps', gained),
        room('pair-bonus-bps', pair.gained),
      );
      table('scores').set(seller, { day, gained: gained + given });
      if (given > 0n) table('pair-gains').set(key, { since: pair.since, gained: pair.gained + given });
    };
    const staked: Handler = (event) => {
      table('stakes').set(event.who, fields(event, 'amount', 'leaving', 'leaves-at', 'holds', 'boost'));
      if (table('scores').has(event.who)) table('scores').set(event.who, { boost: event.boost });
    };
    return {
      'score-changed': ({ who, after, cause, ref }, at) => {
        const boost = (table('stakes').get(who).boost as bigint | undefined) ?? 0n;
        table('scores').set(who, {
          score: after,
          ...(table('scores').has(who) ? {} : { boost, day: 0n, gained: 0n }),
        });
        if (cause === CAUSE_DELIVERED) reward(who, ref, at);
      },
      'delivery-fault': ({ who, slot }, at) => {
        const since = at - this.#parameter('fault-period');
        const before = (table('faults').get(who).value as bigint[] | undefined) ?? [];
        const value = [...before.filter((end) => end > since), (slot + 1n) * 3600n].slice(-MAX_FAULTS);
        table('faults').set(who, { value });
      },
      staked,
      unstaked: staked,
      'stake-withdrawn': staked,
      'boost-refreshed': staked,
      'stake-held': staked,
      'stake-released': staked,
      'stake-slashed': staked,
      rated: (event) => {
        table('ratings').set(
          { trade: event.trade, by: event.by },
          fields(event, 'of', 'stars', 'comment-hash', 'counted', 'at'),
        );
        if (!event.counted) return;
        table('rating-sums').add(event.of, 'stars', event.stars);
        table('rating-sums').add(event.of, 'ratings', 1n);
      },
      'peer-changed': () => {},
    };
  }

  #oracle(): Record<string, Handler> {
    const table = (map: string) => this.#table('energy-oracle', map);
    const closing = (of: Table, key: Plain, at: bigint): Row =>
      of.has(key) ? {} : { 'closes-at': at + this.#parameter('challenge-window') };
    return {
      'production-reported': (event) => {
        const { seller, at } = event;
        const key = { seller, slot: event.slot };
        const first = { 'first-at': at, cell: this.#table('user-registry', 'users').get(seller).cell!, final: false };
        table('reports').set(key, {
          ...(table('reports').has(key) ? {} : first),
          ...closing(table('reports'), key, at),
          ...fields(event, 'export-wh', 'revision', 'root'),
        });
      },
      'production-final': ({ seller, slot, curtailed }) => {
        table('reports').set({ seller, slot }, { final: true });
        this.#table('trade-escrow', 'slots').set({ seller, slot }, { curtailed });
      },
      'consumption-reported': (event) => {
        const key = { household: event.household, slot: event.slot };
        table('consumptions').set(key, {
          ...closing(table('consumptions'), key, event.at),
          ...fields(event, 'import-wh', 'revision', 'root'),
        });
      },
      'slot-curtailed': ({ slot, cell, reason }) => table('curtailments').set({ slot, cell }, { value: reason }),
      'productions-reported': () => {},
      'contradiction-proved': () => {},
      'operators-changed': () => {},
      'operators-named': () => {},
      'utility-changed': () => {},
      'peer-changed': () => {},
      'seat-vacated': () => {},
      'row-refused': () => {},
    };
  }

  #escrow(): Record<string, Handler> {
    const table = (map: string) => this.#table('trade-escrow', map);
    const slotOf = ({ seller, slot }: { seller?: Plain; slot?: Plain }) => ({ seller: seller!, slot: slot! });
    /** Whoever has it: an account in STX, or in the asset of the trade. */
    const credit = (trade: bigint, who: Plain, field: 'vault' | 'due', amount: bigint) => {
      const assets = table('trade-assets');
      if (assets.has(trade)) table('asset-accounts').add({ who, asset: assets.get(trade).value! }, field, amount);
      else table('accounts').add(who, field, amount);
    };
    const pay = (event: Event) => {
      const { id, seller, buyer, paid, fee, grid, refund } = event;
      credit(id, seller, 'due', paid);
      credit(id, buyer, 'due', refund);
      const assets = table('trade-assets');
      if (assets.has(id)) {
        table('asset-pots').add(assets.get(id).value!, 'treasury', fee);
        table('asset-pots').add(assets.get(id).value!, 'grid', grid);
      } else {
        this.pots.treasury += fee;
        this.pots.grid += grid;
      }
    };
    /** What an auction held of an account has become a trade. */
    const unhold = (who: Plain, wh: bigint, amount: bigint) => {
      const hold = table('accounts').get(who).hold as Record<'wh' | 'amount', bigint>;
      const less = (a: bigint, b: bigint) => (a > b ? a - b : 0n);
      table('accounts').set(who, { hold: { ...hold, wh: less(hold.wh, wh), amount: less(hold.amount, amount) } });
    };
    return {
      deposited: ({ who, amount }) => table('accounts').add(who, 'vault', amount),
      withdrawn: ({ who, amount }) => table('accounts').add(who, 'vault', -amount),
      'paid-out': ({ who }) => table('accounts').set(who, { due: 0n, 'due-wh': 0n }),
      held: (event) =>
        table('accounts').set(event.who, { hold: fields(event, 'amount', 'auction', 'posting', 'until', 'wh') }),
      'asset-deposited': ({ who, asset, amount }) => table('asset-accounts').add({ who, asset }, 'vault', amount),
      'asset-withdrawn': ({ who, asset, amount }) => table('asset-accounts').add({ who, asset }, 'vault', -amount),
      'asset-paid-out': ({ who, asset }) => table('asset-accounts').set({ who, asset }, { due: 0n }),
      'asset-fees-swept': ({ asset }) => table('asset-pots').set(asset, { treasury: 0n, grid: 0n }),
      'fees-swept': () => Object.assign(this.pots, { treasury: 0n, grid: 0n }),
      'asset-changed': (event) => table('assets').set(event.asset, fields(event, 'hash', 'open', 'floor', 'ceiling')),
      'trade-opened': (event) => {
        const { id, buyer, locked, origin, wh } = event;
        const kept = ['seller', 'buyer', 'wh', 'cost', 'locked', 'slot', 'pv', 'terms', 'origin', 'ref', 'at'];
        table('trades').set(id, { ...fields(event, ...kept), status: 0n });
        table('slots').add(slotOf(event), 'promised', wh);
        table('slots').add(slotOf(event), 'trades', 1n);
        const most = table('slots').get(slotOf(event))['lead-wh'] as bigint;
        if (wh > most) table('slots').set(slotOf(event), { lead: id, 'lead-wh': wh });
        if (origin === AUCTION)
          for (const [who, amount] of [
            [event.seller, 0n],
            [buyer, locked],
          ] as const)
            unhold(who, wh, amount);
        // Those in assets are told of next.
        if (origin >= VAULT && origin < ASSET) table('accounts').add(buyer, 'vault', -locked);
      },
      'trade-asset': ({ id, asset }) => {
        const { buyer, locked } = table('trades').get(id) as { buyer: string; locked: bigint };
        table('trade-assets').set(id, { value: asset });
        table('asset-accounts').add({ who: buyer, asset }, 'vault', -locked);
      },
      'trade-cancelled': ({ id, refund }) => {
        const trade = table('trades').get(id) as unknown as Event;
        table('trades').set(id, { status: 4n });
        table('slots').add(slotOf(trade), 'promised', -trade.wh);
        table('slots').add(slotOf(trade), 'trades', -1n);
        if (table('slots').get(slotOf(trade)).lead === id)
          table('slots').set(slotOf(trade), { lead: 0n, 'lead-wh': 0n });
        if (trade.origin >= VAULT) credit(id, trade.buyer, 'vault', refund);
      },
      'trade-confirmed': (event) => {
        table('trades').set(event.id, { status: 8n });
        pay(event);
      },
      'trade-disputed': ({ id }) => table('trades').set(id, { status: 6n }),
      'trade-judged': (event) => {
        table('trades').set(event.id, { status: 9n });
        pay(event);
      },
      'trade-settled': (event) => {
        const { wh } = table('trades').get(event.id) as unknown as Event;
        table('trades').set(event.id, { status: event.status });
        table('slots').add(slotOf(event), 'settled', wh);
        table('slots').add(slotOf(event), 'handed', event.delivered);
        table('accounts').add(event.buyer, 'due-wh', event.delivered);
        pay(event);
      },
      'slot-dust': (event) => {
        table('slots').add(slotOf(event), 'handed', event.wh);
        table('accounts').add(event.seller, 'due-wh', event.wh);
      },
      'selling-suspended': ({ who, until }) => table('accounts').set(who, { 'suspended-until': until }),
      'slot-final': (event) => table('slots').set(slotOf(event), { custody: event.custody, status: 1n }),
      'slot-void': (event) => table('slots').set(slotOf(event), { status: 2n }),
      'grid-operator-changed': () => {},
      'peer-changed': () => {},
      'reputation-refused': () => {},
      'row-refused': () => {},
    };
  }

  #market(): Record<string, Handler> {
    const table = (map: string) => this.#table('marketplace', map);
    const left =
      (map: string) =>
      ({ id, remaining }: Event) =>
        table(map).set(id, { remaining, status: remaining === 0n ? 1n : 0n });
    const released = ({ trade }: Event) => table('released').set(trade, { value: true });
    const filled = (maker: Plain, nonce: bigint, wh: bigint) => table('filled').add({ maker, nonce }, 'wh', wh);
    return {
      'offer-created': (event) => {
        const kept = ['seller', 'slot', 'wh', 'min-wh', 'mode', 'price', 'end-price', 'expiry', 'at'];
        table('offers').set(event.id, {
          ...fields(event, ...kept),
          remaining: event.wh,
          revision: 1n,
          status: 0n,
          'updated-at': event.at,
        });
      },
      'offer-priced-in': ({ id, asset, mode }) => {
        table('offers').set(id, { mode });
        table('offer-assets').set(id, { value: asset });
      },
      'offer-updated': (event, at) =>
        table('offers').set(event.id, {
          ...fields(event, 'revision', 'wh', 'price', 'end-price', 'expiry'),
          remaining: event.wh,
          'updated-at': at,
        }),
      'offer-cancelled': ({ id }) => table('offers').set(id, { remaining: 0n, status: 2n }),
      'offer-accepted': left('offers'),
      'offer-released': (event) => {
        left('offers')(event);
        released(event);
      },
      'request-created': (event) => {
        const kept = ['buyer', 'wh', 'min-wh', 'max-price', 'urgency', 'slot-from', 'slot-to', 'expiry', 'asset', 'at'];
        table('requests').set(event.id, { ...fields(event, ...kept), remaining: event.wh, status: 0n });
      },
      'request-cancelled': ({ id }) => table('requests').set(id, { remaining: 0n, status: 2n }),
      'request-filled': left('requests'),
      'request-released': (event) => {
        left('requests')(event);
        released(event);
      },
      'signed-cancelled': ({ maker, nonce }) =>
        table('filled').set({ maker, nonce }, { ...table('filled').get({ maker, nonce }), cancelled: true }),
      'signed-filled': ({ maker, nonce, wh }) => filled(maker, nonce, wh),
      'signed-matched': (event) => {
        filled(event.seller, event['offer-nonce'], event.wh);
        filled(event.buyer, event['bid-nonce'], event.wh);
      },
      'listed-matched': (event) => {
        filled(event.buyer, event['bid-nonce'], event.wh);
        left('offers')({ ...event, id: event.offer } as Event);
      },
      'standing-filled': (event) => {
        const key = { maker: event.maker, nonce: event.nonce };
        filled(event.maker, event.nonce, event.wh);
        table('spent').set(key, { value: event.spent });
      },
      'signed-released': (event) => {
        filled(event.maker, event.nonce, -event.wh);
        released(event);
      },
      'standing-released': (event) => {
        table('spent').set({ maker: event.maker, nonce: event.nonce }, { value: event.spent });
        released(event);
      },
      'energy-listed': (event) =>
        table('lots').set(event.seller, { wh: event['on-sale'], ...fields(event, 'price', 'expires-at') }),
      'energy-bought': (event) => {
        table('lots').set(event.seller, { wh: event['on-sale'] });
        const kept = ['seller', 'buyer', 'wh', 'cost', 'refund-bps', 'closes-at', 'at'];
        table('purchases').set(event.purchase, { ...fields(event, ...kept), 'refunded-wh': 0n, held: event.cost });
      },
      'energy-refunded': (event) => {
        table('purchases').add(event.purchase, 'refunded-wh', event.wh);
        table('purchases').set(event.purchase, { held: event.held });
        if (event.relisted) table('lots').add(event.seller, 'wh', event.wh);
      },
      'energy-unlisted': (event) =>
        table('lots').set(event.seller, {
          ...table('lots').get(event.seller),
          wh: event['on-sale'],
          ...(event['on-sale'] === 0n ? { 'expires-at': 0n } : {}),
        }),
      'auction-posted': (event) => {
        const times = ['closes-at', 'ends-at'];
        const figures = ['volume', 'welfare', 'ties', 'low', 'high', 'price', 'hash'];
        table('auctions').set(
          { slot: event.slot, district: event.district },
          { ...fields(event, 'poster', 'bond', 'posting', ...times, ...figures), executed: false },
        );
      },
      'auction-executed': ({ slot, district }) => table('auctions').set({ slot, district }, { executed: true }),
      'bond-returned': ({ slot, district }) => table('auctions').set({ slot, district }, { bond: 0n }),
      'proceeds-released': ({ purchase }) => table('purchases').set(purchase, { held: 0n }),
      'batch-matched': () => {},
      'row-refused': () => {},
      'peer-changed': () => {},
    };
  }

  #disputes(): Record<string, Handler> {
    const table = (map: string) => this.#table('dispute-resolution', map);
    const seat = (id: bigint, by: bigint) => {
      for (const who of table('juries').get(id).jurors as string[]) table('pool-rows').add(who, 'seats', by);
    };
    return {
      'dispute-opened': (event) => {
        const { seller, buyer } = this.#table('trade-escrow', 'trades').get(event.trade);
        table('disputes').set(event.id, {
          ...fields(event, 'trade', 'claimant', 'claim', 'evidence-hash', 'bond', 'revision', 'at'),
          respondent: event.claimant === seller ? buyer! : seller!,
          status: 0n,
          answer: 0n,
          'answer-bond': 0n,
        });
        table('dispute-of').set(event.trade, { value: event.id });
      },
      'dispute-answered': ({ id, agree, bond }) =>
        table('disputes').set(id, { answer: agree ? 1n : 2n, 'answer-bond': bond }),
      'jury-called': (event) => {
        table('disputes').set(event.id, { status: 3n });
        table('juries').set(event.id, {
          ...fields(event, 'caller', 'size', 'fee', 'height'),
          jurors: [],
          'ends-at': event.at + 2n * this.#parameter('jury-period'),
          'commit-until': 0n,
          upheld: 0n,
          rejected: 0n,
          failed: false,
        });
      },
      'jury-drawn': (event) => {
        const failed = (event.jurors as string[]).length === 0;
        table('juries').set(event.id, { ...fields(event, 'jurors', 'commit-until', 'ends-at'), failed });
        if (failed) table('disputes').set(event.id, { status: 0n });
        seat(event.id, 1n);
      },
      'vote-committed': ({ id, juror, hash }) =>
        table('ballots').set({ dispute: id, juror }, { hash, revealed: false, uphold: false }),
      'vote-revealed': ({ id, juror, uphold }) => {
        table('ballots').set({ dispute: id, juror }, { revealed: true, uphold });
        table('juries').add(id, uphold ? 'upheld' : 'rejected', 1n);
      },
      'jury-concluded': ({ id }) => seat(id, -1n),
      'dispute-resolved': ({ id, upheld }) => table('disputes').set(id, { status: upheld ? 1n : 2n }),
      'juror-enrolled': ({ juror, jurors: size }) => {
        const jurors = size as bigint;
        table('pool').set(jurors - 1n, { value: juror });
        table('pool-rows').set(juror, { at: jurors - 1n });
      },
      'juror-left': ({ juror, jurors }) => {
        const last = table('pool').get(jurors).value!;
        const at = table('pool-rows').get(juror).at!;
        table('pool').set(at, { value: last });
        table('pool-rows').set(last, { at });
        table('pool-rows').set(juror, { at: null });
      },
      'reputation-refused': () => {},
      'peer-changed': () => {},
    };
  }
}
