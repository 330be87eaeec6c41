// A fresh chain with all contracts, and the steps that trading tests share. Money in microSTX, energy in Wh, times in unix seconds.
import { createRequire } from 'node:module';
import { Cl, type ClarityValue, deserializeCV, serializeCVBytes } from '@stacks/transactions';
import { Auction, Keys, type Merkle, Message } from '@wattconnect/protocol';
import { type ContractName, Contracts, decodeEvent, errors } from '../src/index.ts';
import { deploymentPlan } from '../src/sources.ts';
import type { Tried } from '../tools/attacks.ts';
import { type Peekable, peeksOf } from './peek.ts';

// ---------------------------------------------------------------- values

/** A Clarity value in JavaScript: uint as bigint, buffer as Uint8Array, tuple as object with its kebab-case keys, none as null. */
export type Plain = bigint | boolean | string | null | Uint8Array | Plain[] | { [key: string]: Plain };
export type Tuple = { [key: string]: Plain };

/** Principals are the only texts in our arguments; other strings are given as {@link ascii}. */
export type Arg = Plain | ClarityValue;
export const ascii = (text: string): ClarityValue => Cl.stringAscii(text);
export const utf8 = (text: string): ClarityValue => Cl.stringUtf8(text);

const isClarity = (value: object): value is ClarityValue => 'type' in value && typeof value.type === 'string';

export function toClarity(value: Arg): ClarityValue {
  if (value === null) return Cl.none();
  if (typeof value === 'bigint') return Cl.uint(value);
  if (typeof value === 'boolean') return Cl.bool(value);
  if (typeof value === 'string') return Cl.principal(value);
  if (value instanceof Uint8Array) return Cl.buffer(value);
  if (Array.isArray(value)) return Cl.list(value.map(toClarity));
  if (isClarity(value)) return value;
  return Cl.tuple(Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toClarity(field)])));
}

export function toPlain(value: ClarityValue): Plain {
  switch (value.type) {
    case 'uint':
    case 'int':
      return BigInt(value.value);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'none':
      return null;
    case 'some':
    case 'ok':
    case 'err':
      return toPlain(value.value);
    case 'list':
      return value.value.map(toPlain);
    case 'tuple':
      return Object.fromEntries(Object.entries(value.value).map(([key, field]) => [key, toPlain(field)]));
    case 'buffer':
      return Uint8Array.from(Buffer.from(value.value, 'hex'));
    default:
      return value.value;
  }
}

export type Cost = {
  read_count: number;
  read_length: number;
  runtime: number;
  write_count: number;
  write_length: number;
};
const NO_COST: Cost = { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 };
/** Fewer reads; where they are as many, fewer writes, then fewer bytes. */
export function isLess(a: Cost, b: Cost): boolean {
  const order = ({ read_count, write_count, read_length, write_length }: Cost) => [
    read_count,
    write_count,
    read_length,
    write_length,
  ];
  const other = order(b);
  const first = order(a)
    .map((value, at) => value - other[at]!)
    .find((difference) => difference !== 0);
  return first !== undefined && first < 0;
}
type RawEvent = {
  event: string;
  data: { raw_value?: string; contract_identifier?: string; amount?: string; sender?: string; recipient?: string };
};

/** What a contract has printed, in the block of this time. */
export type Printed = { contract: string; event: Tuple; at: bigint };

export type Receipt = {
  ok: boolean;
  /** The ok value, or the error code. */
  value: Plain;
  /** Printed tuples, in order. */
  events: Tuple[];
  transfers: { amount: bigint; sender: string; recipient: string }[];
  cost: Cost;
};

// ---------------------------------------------------------------- who is who

export const DEPLOYER = Keys.address(Keys.development('deployer'));
export const contractId = (name: string): string => `${DEPLOYER}.${name}`;
export const address = (name: string): string => Keys.address(Keys.development(name));
export const STRANGER = address('stranger');
/** An address that no key of this chain's network can ever own. */
export const ABROAD = Keys.address(Keys.development('stranger'), 'mainnet');
export const OPERATORS = [0, 1, 2, 3, 4].map((n) => `operator-${n}`);

/** H3 cells of resolution 7: two in one district, one far away. */
export const CELL = {
  home: 0x871f0d4b5ffffffn,
  near: 0x871f0d4b4ffffffn,
  far: 0x871fb4671ffffffn,
};

export const CONSUMER = 1n;
export const PRODUCER = 2n;

const PLAN = deploymentPlan('devnet');

// ---------------------------------------------------------------- signed messages

export const CHAIN_ID = 0x80000000;

export type Order = {
  maker: string;
  slot: bigint;
  wh: bigint;
  'min-wh': bigint;
  price: bigint;
  nonce: bigint;
  expiry: bigint;
};

/** The signature of an order by `key` (the maker's), as a wallet makes it. */
export function signOrder(
  order: Order,
  key: string,
  {
    cell = CELL.home,
    contract = contractId('marketplace'),
    purpose = 'offer',
    chainId = CHAIN_ID,
    asset = null,
  }: {
    cell?: bigint;
    contract?: string;
    purpose?: Message.Purpose;
    chainId?: number;
    asset?: string | null;
  } = {},
): Uint8Array {
  const { 'min-wh': minWh, ...rest } = order;
  return Message.sign(
    { chainId, contract, purpose },
    Message.encodeOrder({ ...rest, minWh, cell, asset }),
    Keys.development(key),
  );
}

/** A pair for match-signed-batch, signed by both makers' keys. */
export function signPair(
  offer: Order,
  offerKey: string,
  bid: Order,
  bidKey: string,
  wh: bigint,
  { offerCell = CELL.home, bidCell = CELL.home }: { offerCell?: bigint; bidCell?: bigint } = {},
): Tuple {
  const side = ({ slot: _, ...rest }: Order, cell: bigint) => ({ ...rest, cell });
  return {
    offer: side(offer, offerCell),
    'offer-signature': signOrder(offer, offerKey, { cell: offerCell }),
    bid: side(bid, bidCell),
    'bid-signature': signOrder(bid, bidKey, { cell: bidCell, purpose: 'bid' }),
    wh,
  };
}

/** A row for match-offer-bids and match-listed-bids, signed by the bidder's key. */
export function signBid(
  bid: Order,
  key: string,
  wh: bigint,
  { cell = CELL.home }: { cell?: bigint } = {},
): { bid: Tuple; 'bid-signature': Uint8Array; wh: bigint } {
  const { slot: _, ...rest } = bid;
  return { bid: { ...rest, cell }, 'bid-signature': signOrder(bid, key, { cell, purpose: 'bid' }), wh };
}

/** An order of an auction with its maker's signature. */
export type Entry = Order & { cell: bigint; side: 'offer' | 'bid'; signature: Uint8Array };

export function signEntry(
  side: Entry['side'],
  order: Omit<Order, 'min-wh'> & { 'min-wh'?: bigint },
  key: string,
  cell = CELL.home,
): Entry {
  const of = { 'min-wh': 1n, ...order };
  return { ...of, cell, side, signature: signOrder(of, key, { cell, purpose: `auction-${side}` }) };
}

/** A row of a posting; signatures are looked at where an order is first named. */
export function auctionRow({ offer, bid, wh }: Auction.Row<Entry>): Tuple {
  const order = ({ maker, cell, wh, 'min-wh': minWh, price, nonce, expiry }: Entry): Tuple => ({
    maker,
    cell,
    wh,
    'min-wh': minWh,
    price,
    nonce,
    expiry,
  });
  return {
    offer: order(offer),
    'offer-signature': offer.signature,
    bid: order(bid),
    'bid-signature': bid.signature,
    wh,
  };
}

/** The best posting of these orders. */
export function posting(entries: Entry[], slot: bigint, maxRows?: number): Auction.Clearing<Entry> | null {
  const side = (of: Entry['side']) => entries.filter(({ side }) => side === of);
  return Auction.clear({ offers: side('offer'), bids: side('bid'), slot }, maxRows);
}

export type Report = { seller: string; slot: bigint; exportWh: bigint; root: Uint8Array; revision: bigint };

const oracleDomain = (purpose: Message.Purpose): Message.Domain => ({
  chainId: CHAIN_ID,
  contract: contractId('energy-oracle'),
  purpose,
});

export function signReport(report: Report, by: number[] = [0, 1, 2], domain = oracleDomain('production')): Arg {
  const bytes = Message.encodeProduction(report);
  return by.map((index) => ({
    index: BigInt(index),
    signature: Message.sign(domain, bytes, Keys.development(`operator-${index}`)),
  }));
}

export type ReportRow = Omit<Report, 'slot'>;

export function signReports(slot: bigint, rows: ReportRow[], by: number[] = [0, 1, 2]): Arg {
  const bytes = Message.encodeProductions({ slot, rows });
  return by.map((index) => ({
    index: BigInt(index),
    signature: Message.sign(oracleDomain('productions'), bytes, Keys.development(`operator-${index}`)),
  }));
}

export const reportRow = (row: ReportRow): Tuple => ({
  seller: row.seller,
  'export-wh': row.exportWh,
  root: row.root,
  revision: row.revision,
});

/** Four salted quarter-hours that add up to `wh`. */
export function readings(wh: bigint): Merkle.Reading[] {
  return [0, 1, 2, 3].map((index) => ({
    index,
    wh: wh / 4n + (index === 0 ? wh % 4n : 0n),
    salt: new Uint8Array(32).fill(index + 1),
  }));
}

// ---------------------------------------------------------------- the chain

/** A slot starts exactly here. */
export const GENESIS = 1_800_000_000;

type Wasm = typeof import('@stacks/clarinet-sdk-wasm');
type Sdk = InstanceType<Wasm['SDK']>;

type Memory = { readonly buffer: ArrayBuffer };
type Exports = {
  readonly memory: Memory;
  __wbindgen_malloc: (bytes: number, alignment: number) => number;
  __wbindgen_free: (at: number, bytes: number, alignment: number) => void;
};
type InstanceClass = new (module: unknown, imports?: unknown) => { readonly exports: Exports };

/** The VM with a memory of its own. The package keeps its instance to itself, so what it exports is caught on the way. */
type Vm = { readonly wasm: Wasm; readonly memory: Memory; readonly makeRoom: (bytes: number) => void };
/** More memory of the VM than a test needs, and than the eight contracts need. */
const ROOM = { test: 2 ** 24, contracts: 2 ** 26 };
function loadVm(): Vm {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@stacks/clarinet-sdk-wasm');
  delete require.cache[path];
  const { WebAssembly: host } = globalThis as unknown as { WebAssembly: { Instance: InstanceClass } };
  const Original = host.Instance;
  let caught: Exports | undefined;
  host.Instance = class extends Original {
    constructor(module: unknown, imports?: unknown) {
      super(module, imports);
      caught = this.exports;
    }
  };
  try {
    const wasm = require(path) as Wasm;
    const { memory, __wbindgen_malloc: take, __wbindgen_free: leave } = caught!;
    // A VM whose memory was put back asks for new pages behind all that it ever had: with some to spare in the image it need not.
    const makeRoom = (bytes: number) => leave(take(bytes, 1), bytes, 1);
    return { wasm, memory, makeRoom };
  } finally {
    host.Instance = Original;
  }
}

/**
 * Most tests begin with the same chain. It is made once in a VM that does nothing else, and its memory is put back for each of
 * them: a sixth of the time. Chains that begin otherwise are made in another VM.
 */
const common = {
  vm: undefined as Vm | undefined,
  sdk: undefined as Sdk | undefined,
  image: new Uint8Array(),
  log: [] as Printed[],
  busy: false,
  /** Everything before the contract that a mutant replaces. */
  prefix: undefined as { sdk: Sdk; image: Uint8Array } | undefined,
};
let other: Vm | undefined;

/** A hundred megabytes: the same few buffers are used again, because making one costs ten times what filling it does. */
const buffers: Record<'common' | 'prefix' | 'before' | 'after' | 'undo', Uint8Array<ArrayBuffer>> = {
  common: new Uint8Array(),
  prefix: new Uint8Array(),
  before: new Uint8Array(),
  after: new Uint8Array(),
  undo: new Uint8Array(),
};
function imageOf(memory: Memory, name: keyof typeof buffers): Uint8Array<ArrayBuffer> {
  const now = new Uint8Array(memory.buffer);
  if (buffers[name].length < now.length) buffers[name] = new Uint8Array(now.length);
  const image = buffers[name].subarray(0, now.length);
  image.set(now);
  return image;
}
function putBack(memory: Memory, image: Uint8Array): void {
  new Uint8Array(memory.buffer).set(image);
}

function atTime<T>(seconds: number, run: () => Promise<T>): Promise<T> {
  const Real = Date;
  class Fixed extends Real {
    constructor(...args: unknown[]) {
      super(...((args.length > 0 ? args : [seconds * 1000]) as [number]));
    }
    static override now(): number {
      return seconds * 1000;
    }
  }
  globalThis.Date = Fixed as DateConstructor;
  return run().finally(() => {
    globalThis.Date = Real;
  });
}

/** A contract, a piece of its source (white space does not matter), and what stands there instead. */
export type Weakening = [contract: string, guard: string, instead: string];

function replaceOnce(source: string, guard: string, instead: string): string {
  const squeeze = (text: string) => text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')');
  const parts = squeeze(source).split(squeeze(guard));
  if (parts.length !== 2) throw new Error(`This guard occurs ${parts.length - 1} times: ${guard}`);
  return parts.join(instead);
}

/** Every error code that a call of this test file has met. */
const reached = new Set<bigint>();

/** What whole.test.ts wants to know of all test files together; setup.ts hands it over. */
export const harvest = {
  reached,
  /** The least that a successful call of each public function has cost in reads, with what else that call cost. */
  costs: new Map<string, Cost>(),
  /** What came of it when the first successful call of each function was made through a decoy contract; see {@link World.call}. */
  decoys: new Map<string, string>(),
  /** Looking costs time: the first calls of a function that might succeed are enough. */
  tries: new Map<string, number>(),
  /** Off in tests that would spend their time on it. */
  decoysToo: process.env.WATT_HARVEST !== undefined,
  /** The attacks of this file, see twins.ts. */
  attacks: [] as Tried[],
  /** The dearest successful call with the longest list that each function was given. */
  batches: new Map<string, { rows: number; cost: Cost }>(),
};
/** The errors of a contract that no test of this file has met; or, of those in `names`, or of all but those. */
export function unreachedCodes(
  contract: ContractName,
  { only, but = [] }: { only?: string[]; but?: string[] } = {},
): string[] {
  return errors
    .filter(
      (error) =>
        error.contract === contract && (only ?? [error.name]).includes(error.name) && !but.includes(error.name),
    )
    .filter(({ code }) => !reached.has(BigInt(code)))
    .map(({ name, code }) => `${name} u${code}`);
}

/** Errors of the marketplace that only requests and matching meet: matching.test.ts reaches them. */
export const MATCHING_ERRORS = [
  'ERR-NOT-BUYER',
  'ERR-NOT-CROSSING',
  'ERR-NONCE',
  'ERR-MAX-PRICE',
  'ERR-URGENCY',
  'ERR-SLOTS',
  'ERR-OTHER-SLOT',
  'ERR-UNKNOWN-REQUEST',
  'ERR-REQUEST-NOT-OPEN',
  'ERR-CELL-MOVED',
  'ERR-NOTHING-MATCHED',
  'ERR-BID-SIGNATURE',
];

/** Errors of the marketplace that only the spot market meets: spot.test.ts reaches them. */
export const SPOT_ERRORS = [
  'ERR-ZERO-AMOUNT',
  'ERR-NOT-ON-SALE',
  'ERR-USER-RESERVE',
  'ERR-GLOBAL-RESERVE',
  'ERR-UNKNOWN-PURCHASE',
  'ERR-NOTHING-HELD',
  'ERR-REFUND-CLOSED',
  'ERR-REFUND-OPEN',
  'ERR-STILL-ON-SALE',
  'ERR-FUNDS',
  'ERR-ENERGY',
];

/** Errors of the marketplace that only auctions meet: auction.test.ts reaches them. */
export const AUCTION_ERRORS = [
  'ERR-NOT-DIVISIBLE',
  'ERR-DISTRICT',
  'ERR-MERIT',
  'ERR-NOT-OPTIMAL',
  'ERR-ROWS',
  'ERR-UNKNOWN-AUCTION',
  'ERR-EXECUTED',
  'ERR-NOT-BETTER',
  'ERR-NO-BOND',
  'ERR-POSTING-NOT-OPEN',
  'ERR-POSTING-CLOSED',
  'ERR-POSTING-OPEN',
  'ERR-BOND',
];
/** Errors of trade-escrow that only auctions meet. */
export const HOLD_ERRORS = ['ERR-HOLD-TERM', 'ERR-SECOND-ORDER', 'ERR-OTHER-AUCTION', 'ERR-HELD'];

/** Errors that only payments in assets meet: assets.test.ts reaches them. */
export const ASSET_ERRORS = ['ERR-ASSET', 'ERR-ASSET-HASH', 'ERR-ASSET-BOUNDS', 'ERR-ASSET-AMOUNT'];

/** A printed tuple, which must be as its contract declares it. */
function printed(event: RawEvent): Tuple {
  const [deployer, contract] = event.data.contract_identifier!.split('.');
  const hex = event.data.raw_value!;
  if (deployer === DEPLOYER && Contracts.includes(contract as ContractName) && !decodeEvent(contract!, hex))
    throw new Error(`${contract} prints what it does not declare: ${Cl.prettyPrint(deserializeCV(hex))}`);
  return toPlain(deserializeCV(hex)) as Tuple;
}

/**
 * For the tools that run these tests on contracts that are not quite ours (tools/mutants.ts), or want to know where the tests went
 * (tools/coverage.ts).
 */
export const bench = {
  /** Stands in every world for ours. Changed by {@link replaceContract} only. */
  mutant: undefined as { contract: string; source: string } | undefined,
  /** Takes the SDK's report of each world, in the form of lcov, when the world ends. */
  coverage: undefined as ((lcov: string) => void) | undefined,
  /** Whether a world with weakened contracts was made. */
  weakened: false,
};

/** From now on every world begins with this source in place of one of ours. Fast for many mutants of one contract after another. */
export function replaceContract(mutant: typeof bench.mutant): void {
  if (mutant?.contract !== bench.mutant?.contract || !mutant) {
    common.prefix = undefined;
    common.vm = undefined;
  }
  bench.mutant = mutant;
  common.sdk = undefined;
  common.busy = false;
}

const absent = new Map<string, Plain>();
/** Several worlds of one after the other may share one, and each may be given back after it was replaced. */
const freed = new WeakSet<Sdk>();
let last: World | undefined;
/** A test that ends may leave its world to the next. */
export const lastWorld = (): World | undefined => last;

/** Worlds with a chain of their own that nobody has given back yet. */
const lent = new Set<World>();
/** A test that failed has not given its worlds back. Their chains would stay in the VM's memory, which is copied again and again. */
export function giveBack(): void {
  for (const world of lent)
    try {
      world.free();
    } catch {
      // The VM has ended in the middle of a call: the next test gets another.
      other = undefined;
    }
  lent.clear();
  common.busy = false;
}

/** The contracts as a project that the SDK can load: it reports coverage of nothing else. */
function project(action: string, data: { path: string; paths: string[] }): Promise<unknown> {
  const files: Record<string, string> = {
    'Clarinet.toml': [
      '[project]\nname = "wattconnect"\ntelemetry = false\nrequirements = []',
      ...PLAN.contracts.map(
        ({ name }) => `[contracts.${name}]\npath = "contracts/${name}.clar"\nclarity_version = 6\nepoch = "4.0"`,
      ),
    ].join('\n'),
    // The words of the well-known deployer of Clarinet's development network.
    'settings/Devnet.toml': `[network]\nname = "devnet"\n[accounts.deployer]\nbalance = 1000000000000000\nmnemonic = "${DEPLOYER_WORDS}"`,
    ...Object.fromEntries(PLAN.contracts.map(({ name, source }) => [`contracts/${name}.clar`, source])),
  };
  const file = (path: string) => Object.entries(files).find(([name]) => path.endsWith(`/${name}`))?.[1];
  if (action === 'vfs/exists') return Promise.resolve(file(data.path) !== undefined);
  if (action === 'vfs/readFile') return Promise.resolve(file(data.path));
  if (action === 'vfs/readFiles')
    return Promise.resolve(Object.fromEntries(data.paths.map((path) => [path, file(path)])));
  return Promise.resolve();
}
const DEPLOYER_WORDS =
  'twice kind fence tip hidden tilt action fragile skin nothing glory cousin green tomorrow spring wrist shed math olympic multiply hip blue scout claw';

export class World {
  readonly #wasm: Wasm;
  readonly #sdk: Sdk;
  readonly #memory: Memory;
  readonly #weakened: boolean;
  readonly #costs: boolean;
  #proposals = 0;
  #seals = 0;
  /** Verified households made with {@link home}, in order: the DAO's members. */
  readonly homes: string[] = [];
  readonly #everybody: string[] = [STRANGER];
  /** All that our contracts have printed in calls of their own block, in order. */
  readonly log: Printed[] = [];

  private constructor({ wasm, memory }: Vm, sdk: Sdk, weakened: boolean, costs: boolean) {
    this.#wasm = wasm;
    this.#sdk = sdk;
    this.#memory = memory;
    this.#weakened = weakened;
    this.#costs = costs;
    last = this;
  }

  /**
   * @param offset seconds by which all block times are shifted: blocks come every 10 s, so a moment T is met with offset T % 10
   * @param weaken guards to remove, to see that an attack needs exactly them
   * @param construct whether the bootstrap proposal has run
   * @param costs whether the VM reckons what each call costs, which takes a seventh of its time; otherwise nothing costs anything
   */
  static async create({
    offset = 0,
    weaken = [],
    construct = true,
    costs = true,
  }: {
    offset?: number;
    weaken?: Weakening[];
    construct?: boolean;
    costs?: boolean;
  } = {}): Promise<World> {
    if (weaken.length > 0) bench.weakened = true;
    if (offset !== 0 || weaken.length > 0 || !construct || !costs || common.busy) {
      other ??= loadVm();
      const world = await World.#begin(other, offset, weaken, construct, costs);
      lent.add(world);
      return world;
    }
    common.busy = true;
    if (common.vm && common.sdk) {
      putBack(common.vm.memory, common.image);
      const world = new World(common.vm, common.sdk, false, true);
      world.log.push(...common.log);
      return world;
    }
    common.vm ??= loadVm();
    const world = await World.#begin(common.vm, 0, [], true, true);
    common.sdk = world.#sdk;
    common.vm.makeRoom(ROOM.test);
    common.image = imageOf(common.vm.memory, 'common');
    common.log = [...world.log];
    return world;
  }

  static async #begin(vm: Vm, offset: number, weaken: Weakening[], construct: boolean, costs: boolean): Promise<World> {
    const { wasm } = vm;
    const mutant = vm === common.vm ? bench.mutant : undefined;
    const kept = mutant && common.prefix;
    if (kept) putBack(vm.memory, kept.image);
    const watched = bench.coverage !== undefined && weaken.length === 0;
    const sdk = kept?.sdk ?? new wasm.SDK(project, new wasm.SDKOptions(costs, watched, false));
    if (!kept)
      await atTime(GENESIS + offset, async () => {
        if (watched) await sdk.initSession('/wattconnect', 'Clarinet.toml', undefined);
        else await sdk.initEmptySession(undefined);
        sdk.setEpoch('4.0');
      });
    // The table of outside references must not grow after its memory was saved: grow it first.
    if (!kept) sdk.setLocalAccounts(Array(4096).fill(STRANGER));
    const world = new World(vm, sdk, weaken.length > 0, costs);
    if (!kept && !watched) world.mint(DEPLOYER, 10n ** 15n);
    const first = kept ? PLAN.contracts.findIndex(({ name }) => name === mutant.contract) : 0;
    for (const { name, source } of watched ? [] : PLAN.contracts.slice(first)) {
      if (mutant?.contract === name && !kept) {
        vm.makeRoom(ROOM.contracts);
        common.prefix = { sdk, image: imageOf(vm.memory, 'prefix') };
      }
      const guards = weaken.filter(([contract]) => contract === name);
      const ours = bench.mutant?.contract === name ? bench.mutant.source : source;
      world.deploy(
        name,
        guards.reduce((text, [, guard, instead]) => replaceOnce(text, guard, instead), ours),
      );
    }
    if (construct) world.ok('governance-dao', 'construct', [contractId(PLAN.bootstrap)], DEPLOYER);
    return world;
  }

  /** The world as it is now, to come back to as often as wanted. */
  remember(): () => void {
    const image = new Uint8Array(this.#memory.buffer).slice();
    const [proposals, seals, homes, everybody] = [this.#proposals, this.#seals, [...this.homes], [...this.#everybody]];
    const log = [...this.log];
    return () => {
      // Where calls went is kept in the memory as well.
      this.tellCoverage();
      putBack(this.#memory, image);
      this.#proposals = proposals;
      this.#seals = seals;
      this.homes.splice(0, Number.POSITIVE_INFINITY, ...homes);
      this.#everybody.splice(0, Number.POSITIVE_INFINITY, ...everybody);
      this.log.splice(0, Number.POSITIVE_INFINITY, ...log);
    };
  }
  /** Hands over where this world's calls went, if anybody wants to know. */
  tellCoverage(): void {
    if (!bench.coverage || this.#weakened) return;
    const report = this.#sdk.collectReport(false, '');
    bench.coverage(report.coverage);
    report.free();
  }
  /** Every world is given back before the next is made; whoever holds one that was given back already may do it again. */
  free(): void {
    if (freed.has(this.#sdk)) return;
    this.tellCoverage();
    if (last === this) last = undefined;
    lent.delete(this);
    if (this.#sdk === common.sdk) common.busy = false;
    else {
      freed.add(this.#sdk);
      this.#sdk.free();
    }
  }

  /** Unix seconds of the last block. The next call runs ten seconds later. */
  get time(): number {
    return Number(this.#sdk.getBlockTime());
  }
  get slot(): bigint {
    return BigInt(Math.floor(this.time / 3600));
  }
  /** Mines until a call made next runs at `moment`. */
  until(moment: number | bigint): void {
    const target = Number(moment) - 10;
    if (target < this.time) throw new Error(`${target} is over: it is ${this.time}`);
    const burns = Math.floor((target - this.time) / 600);
    if (burns > 0) this.#sdk.mineEmptyBurnBlocks(burns);
    const rest = Math.round((target - this.time) / 10);
    if (rest > 0) this.#sdk.mineEmptyStacksBlocks(rest);
    if (this.time !== target) throw new Error(`cannot meet ${moment}: blocks come every ten seconds, use an offset`);
  }
  wait(seconds: number): void {
    this.until(this.time + 10 + Math.ceil(seconds / 10) * 10);
  }

  mint(who: string, amount: bigint): void {
    this.#sdk.mintSTX(who, amount);
  }
  balance(who: string): bigint {
    return this.#sdk.getAssetsMap().get('STX')?.get(who) ?? 0n;
  }

  deploy(name: string, source: string): void {
    const args = new this.#wasm.DeployContractArgs(name, source, new this.#wasm.ContractOptions(6), DEPLOYER);
    this.#sdk.deployContract(args).free();
    args.free();
  }

  call(contract: string, fn: string, args: Arg[], sender: string): Receipt {
    const name = `${contract}.${fn}`;
    // What is learned of calls is kept of our contracts as they are, with what they cost.
    const ours = !this.#weakened && this.#costs && Contracts.includes(contract as ContractName);
    const tried = harvest.tries.get(name) ?? 0;
    const looks = ours && !harvest.decoys.has(name) && tried < 3 && harvest.decoysToo;
    const before = looks ? imageOf(this.#memory, 'before') : undefined;
    if (looks) harvest.tries.set(name, tried + 1);
    const receipt = this.#call(contract, fn, args, sender);
    if (!ours || !receipt.ok) return receipt;
    const least = harvest.costs.get(name);
    if (!least || isLess(receipt.cost, least)) harvest.costs.set(name, receipt.cost);
    const rows = Math.max(0, ...args.map((arg) => (Array.isArray(arg) ? arg.length : 0)));
    const batch = harvest.batches.get(name);
    if (rows > 1 && (!batch || rows > batch.rows || (rows === batch.rows && isLess(batch.cost, receipt.cost))))
      harvest.batches.set(name, { rows, cost: receipt.cost });
    if (before) {
      const after = imageOf(this.#memory, 'after');
      const proposals = this.#proposals;
      const told = this.log.length;
      const found = [sender, STRANGER].map((victim) => {
        putBack(this.#memory, before);
        return this.throughDecoy(contract, fn, args, victim);
      });
      this.#proposals = proposals;
      this.log.length = told;
      putBack(this.#memory, after);
      harvest.decoys.set(name, found[0] === found[1] ? 'same' : `${sender}: ${found[0]}; a stranger: ${found[1]}`);
    }
    return receipt;
  }

  /**
   * What happens when `victim` calls a contract that calls ours: result, events, what moved. No function of ours may heed who signed,
   * so it must be the same whoever the victim is.
   * @param undo as if it had not happened
   */
  throughDecoy(contract: string, fn: string, args: Arg[], victim: string, undo = false): string {
    const image = undo ? imageOf(this.#memory, 'undo') : undefined;
    const told = this.log.length;
    const values = args.map((arg) => Cl.stringify(toClarity(arg))).join(' ');
    this.deploy('decoy-of-all', `(define-public (gift) (contract-call? .${contract} ${fn} ${values}))`);
    const { ok, value, events, transfers } = this.#call('decoy-of-all', 'gift', [], victim);
    if (image) {
      putBack(this.#memory, image);
      this.log.length = told;
    }
    return JSON.stringify({ ok, value, events, transfers }, (_, v) =>
      typeof v === 'bigint' ? `u${v}` : v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v,
    );
  }

  /** Several calls in one block. Tells what came of each, and no more. */
  block(calls: [contract: string, fn: string, args: Arg[], sender: string][]): { ok: boolean; value: Plain }[] {
    const txs = calls.map(([contract, method, args, sender]) => ({
      callPublicFn: {
        contract: contractId(contract),
        method,
        args_maps: args.map((arg) => serializeCVBytes(toClarity(arg))),
        sender,
      },
    }));
    return (this.#sdk.mineBlock(txs) as { result: string }[]).map(({ result }) => {
      const answer = deserializeCV(result);
      const value = toPlain(answer);
      if (answer.type !== 'ok') reached.add(value as bigint);
      return { ok: answer.type === 'ok', value };
    });
  }

  #call(contract: string, fn: string, args: Arg[], sender: string): Receipt {
    const input = new this.#wasm.CallFnArgs(
      contractId(contract),
      fn,
      args.map((a) => serializeCVBytes(toClarity(a))),
      sender,
    );
    const out = this.#sdk.callPublicFn(input);
    input.free();
    const result = deserializeCV(out.result);
    const raw = (JSON.parse(out.events) as string[]).map((event) => JSON.parse(event) as RawEvent);
    const cost = this.#costs ? (JSON.parse(out.costs) as { total: Cost }).total : NO_COST;
    out.free();
    const value = toPlain(result);
    const prints = raw.filter((e) => e.event === 'print_event');
    const events = prints.map(printed);
    const at = BigInt(this.time);
    prints.forEach(({ data }, n) => {
      const [deployer, contract] = data.contract_identifier!.split('.') as [string, string];
      if (deployer === DEPLOYER) this.log.push({ contract, event: events[n]!, at });
    });
    for (const event of events) if (event.topic === 'row-refused') reached.add(event.code as bigint);
    if (result.type !== 'ok' && typeof value === 'bigint') {
      reached.add(value);
      // A batch names the row: row x 10000 + code.
      reached.add(value % 10_000n);
    }
    return {
      ok: result.type === 'ok',
      value,
      events,
      transfers: raw
        .filter((e) => e.event === 'stx_transfer_event')
        .map((e) => ({ amount: BigInt(e.data.amount!), sender: e.data.sender!, recipient: e.data.recipient! })),
      cost,
    };
  }
  /** The receipt of a call that must succeed. */
  ok(contract: string, fn: string, args: Arg[], sender: string): Receipt & { value: Tuple } {
    const receipt = this.call(contract, fn, args, sender);
    if (!receipt.ok) throw new Error(`${contract}.${fn} failed: u${receipt.value}`);
    return receipt as Receipt & { value: Tuple };
  }
  /** The error code of a call that must fail. */
  code(contract: string, fn: string, args: Arg[], sender: string): bigint {
    const receipt = this.call(contract, fn, args, sender);
    if (receipt.ok)
      throw new Error(
        `${contract}.${fn} succeeded: ${JSON.stringify(receipt.value, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
      );
    return receipt.value as bigint;
  }
  read<T extends Plain = Tuple>(contract: string, fn: string, args: Arg[] = [], sender = STRANGER): T {
    const found = this.peeking ? peeksOf(contract as ContractName).get(fn) : undefined;
    if (!found || ('part' in found.peek && found.peek.part)) return this.#read(contract, fn, args, sender);
    return this.#peek(contract, fn, args, found);
  }
  /** What is stored of what a read-only answers. */
  stored<T extends Plain = Tuple>(contract: string, fn: string, args: Arg[]): T {
    const found = peeksOf(contract as ContractName).get(fn);
    return found ? this.#peek(contract, fn, args, found) : this.#read(contract, fn, args, STRANGER);
  }
  #peek<T extends Plain>(contract: string, fn: string, args: Arg[], { parameters, peek }: Peekable): T {
    const id = contractId(contract);
    if ('variable' in peek) return toPlain(deserializeCV(this.#sdk.getDataVar(id, peek.variable))) as T;
    const argument = (name: string): Arg => args[parameters.indexOf(name)]!;
    const key =
      typeof peek.key === 'string'
        ? argument(peek.key)
        : Object.fromEntries(peek.key.map(([field, name]) => [field, argument(name) as Plain]));
    const row = this.entry(contract, peek.map, key);
    if (row !== null) return row as T;
    // What stands for a row that is not there is the same for all.
    const name = `${contract}.${fn}`;
    if (!absent.has(name)) absent.set(name, this.#read(contract, fn, args, STRANGER));
    return absent.get(name) as T;
  }
  /** A row of a map, null if there is none. */
  entry(contract: string, map: string, key: Arg): Plain {
    try {
      return toPlain(deserializeCV(this.#sdk.getMapEntry(contractId(contract), map, serializeCVBytes(toClarity(key)))));
    } catch (error) {
      if (error !== 'value not found') throw error;
      return null;
    }
  }
  /** Looks into the store where a read-only would only do that. */
  peeking = false;
  #read<T extends Plain = Tuple>(contract: string, fn: string, args: Arg[], sender: string): T {
    const input = new this.#wasm.CallFnArgs(
      contractId(contract),
      fn,
      args.map((a) => serializeCVBytes(toClarity(a))),
      sender,
    );
    const out = this.#sdk.callReadOnlyFn(input);
    input.free();
    const value = toPlain(deserializeCV(out.result)) as T;
    out.free();
    return value;
  }
  kwhOf(who: string): bigint {
    if (this.peeking) return this.#sdk.getAssetsMap().get('.energy-token.kwh')?.get(who) ?? 0n;
    return this.read<bigint>('energy-token', 'get-balance', [who]);
  }

  // -------------------------------------------------------------- the DAO

  /** Takes a proposal through vote and timelock; the answer executes it. `body` runs with the DAO's power. */
  prepare(body: string): () => Receipt {
    const args = this.#pass(body);
    return () => this.ok('governance-dao', 'execute-contract', args, STRANGER);
  }
  #pass(body: string): [id: bigint, contract: string] {
    const name = `test-proposal-${++this.#proposals}`;
    this.deploy(
      name,
      `(impl-trait .proposal-trait.proposal-trait)
       (define-public (execute (sender principal)) (begin ${body} (ok true)))`,
    );
    const voters = this.homes.length > 0 ? this.homes : [this.home('voter')];
    this.wait(10);
    const proposal = (this.ok('governance-dao', 'propose-contract', [contractId(name)], voters[0]!).value as Tuple)
      .id as bigint;
    for (const voter of voters) this.ok('governance-dao', 'vote', [proposal, 1n], voter);
    this.wait(86_400);
    this.ok('governance-dao', 'conclude', [proposal], STRANGER);
    this.wait(86_400);
    return [proposal, contractId(name)];
  }
  dao(body: string): Receipt {
    return this.prepare(body)();
  }
  /** The same, whether it goes well or not. */
  decide(body: string): Receipt {
    return this.call('governance-dao', 'execute-contract', this.#pass(body), STRANGER);
  }
  /** The error code with which a passed proposal fails. */
  refusal(body: string): bigint {
    return this.code('governance-dao', 'execute-contract', this.#pass(body), STRANGER);
  }
  parameter(key: string, value: bigint): Receipt {
    return this.dao(`(try! (contract-call? .governance-dao set-parameter "${key}" u${value}))`);
  }

  // -------------------------------------------------------------- households

  /** Somebody with 1,000 STX who has not registered. */
  somebody(name: string): string {
    const who = address(name);
    this.mint(who, 1_000_000_000n);
    this.#everybody.push(who);
    return who;
  }
  /** A registered, metered and verified household with 1,000 STX; certified as a producer unless `capacityKwh` is 0. */
  home(
    name: string,
    {
      role = CONSUMER + PRODUCER,
      cell = CELL.home,
      capacityKwh = 1000n,
      peakW = 10_000n,
      loadW = 0n,
      verified = true,
      certified = true,
    }: {
      role?: bigint;
      cell?: bigint;
      capacityKwh?: bigint;
      peakW?: bigint;
      /** 0: the meter-reader did not say. */
      loadW?: bigint;
      verified?: boolean;
      certified?: boolean;
    } = {},
  ): string {
    const who = this.somebody(name);
    this.ok('user-registry', 'register', [role, cell, new Uint8Array(32)], who);
    if (!verified) return who;
    const device = new Uint8Array(32).fill(++this.#seals);
    this.ok('user-registry', 'register-meter', [device, 1n], who);
    this.ok('user-registry', 'verify-meter', [who, 1n, loadW], address('meter-reader'));
    this.homes.push(who);
    if (!certified) return who;
    this.ok('user-registry', 'apply-for-certification', [capacityKwh, peakW, ascii('solar')], who);
    this.ok('user-registry', 'certify-producer', [who], address('certifier'));
    return who;
  }

  /** Households of Silver with a juror's stake, in the pool. The bonus for a meter is as high as it may be from then on. */
  court(names: string[]): string[] {
    const jurors = names.map((name) => this.home(name, { certified: false }));
    const peer = (who: string) => `(try! (contract-call? .reputation-system set-peer "user-registry" ${who}))`;
    this.dao(`${peer(`'${STRANGER}`)} (try! (contract-call? .governance-dao set-parameter "meter-bonus-bps" u5000))`);
    for (const [n, who] of jurors.entries())
      this.ok('reputation-system', 'record-meter', [who, 1000n + BigInt(n), 3n], STRANGER);
    this.dao(peer('.user-registry'));
    for (const who of jurors) {
      this.ok('reputation-system', 'stake', [50_000_000n], who);
      this.ok('dispute-resolution', 'enrol-juror', [], who);
    }
    return jurors;
  }

  // -------------------------------------------------------------- trading

  /** Lists `wh` of `seller` and returns the offer's number. */
  offer(
    seller: string,
    slot: bigint,
    wh: bigint,
    {
      minWh = 1000n,
      mode = 0n,
      price = 200_000n,
      endPrice = price,
      expiry = slot * 3600n - 14_400n,
    }: {
      minWh?: bigint;
      mode?: bigint;
      price?: bigint;
      endPrice?: bigint;
      expiry?: bigint;
    } = {},
  ): bigint {
    return this.ok('marketplace', 'create-offer', [slot, wh, minWh, mode, price, endPrice, expiry], seller).value
      .id as bigint;
  }

  /** Lists and sells `wh` at once, and returns the trade's number. */
  trade(seller: string, buyer: string, slot: bigint, wh: bigint, price = 200_000n): bigint {
    const offer = this.offer(seller, slot, wh, { price });
    return this.ok('marketplace', 'accept-offer', [offer, 1n, wh, 10n ** 12n], buyer).value.trade as bigint;
  }

  report(seller: string, slot: bigint, exportWh: bigint, revision = 1n, root = new Uint8Array(32)): Receipt {
    const report = { seller, slot, exportWh, root, revision };
    return this.call(
      'energy-oracle',
      'submit-production',
      [seller, slot, exportWh, root, revision, signReport(report)],
      STRANGER,
    );
  }

  /** Goes to the slot's end, reports, waits for the window to close, and makes the slot final. */
  deliver(seller: string, slot: bigint, exportWh: bigint): Receipt {
    const end = (Number(slot) + 1) * 3600;
    if (this.time + 10 < end) this.until(Math.ceil(end / 10) * 10 + (this.time % 10));
    const receipt = this.report(seller, slot, exportWh);
    if (!receipt.ok) throw new Error(`report failed: u${receipt.value}`);
    this.wait(3600);
    return this.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
  }

  /** Lets a seller promise energy on two days and deliver none, where the second such day is enough to be suspended. */
  suspend(seller: string, buyer: string): void {
    for (const key of ['fine-from', 'suspend-from']) this.parameter(key, 2n);
    this.parameter('gate-opening', 172_800n);
    const days = [this.slot + 8n, this.slot + 32n];
    for (const slot of days) this.trade(seller, buyer, slot, 1000n);
    for (const slot of days) this.deliver(seller, slot, 0n);
  }

  /** Goes to the slot's end and past the timeout without a report, and gives the slot up. */
  giveUp(seller: string, slot: bigint): Receipt {
    this.until((slot + 1n) * 3600n + 259_200n + (BigInt(this.time) % 10n));
    return this.ok('trade-escrow', 'void-slot', [seller, slot], STRANGER);
  }

  /**
   * What must hold at every moment: escrow's money is all vaults, dues, locks and pots; its energy all that is due and what final
   * slots have not handed out; and all that was minted is somewhere.
   */
  audit(trades = this.trades()): {
    stx: [held: bigint, owed: bigint];
    kwh: [held: bigint, owed: bigint];
    bonds: [held: bigint, owed: bigint];
    spot: [held: bigint, owed: bigint, kwh: bigint, reserve: bigint];
    stakes: [held: bigint, owed: bigint];
  } {
    const escrow = contractId('trade-escrow');
    const live = [0n, 6n];
    const slots = new Map(trades.map(({ row }) => [`${row.seller}-${row.slot}`, row]));
    const accounts = this.#everybody.map((who) => this.account(who));
    const pots = this.read('trade-escrow', 'get-pots');
    const sum = (values: Plain[]) => values.reduce<bigint>((total, value) => total + (value as bigint), 0n);
    const owed =
      sum(accounts.flatMap((account) => [account.vault!, account.due!])) +
      sum(
        trades
          .filter(({ row }) => live.includes(row.status as bigint) && (row.origin as bigint) < 16n)
          .map(({ row }) => row.locked!),
      ) +
      sum([pots.treasury!, pots.grid!]);
    const inCustody = [...slots.values()].map((row) => {
      const slot = this.slotRow(row.seller as string, row.slot as bigint);
      return (slot.custody as bigint) - (slot.handed as bigint);
    });
    return {
      stx: [this.balance(escrow), owed],
      kwh: [this.kwhOf(escrow), sum(accounts.map((account) => account['due-wh']!)) + sum(inCustody)],
      spot: this.#spot(),
      stakes: [
        this.balance(contractId('reputation-system')),
        sum(
          [...this.#everybody, ...OPERATORS.map(address)].flatMap((who) => [
            this.stakeOf(who).amount!,
            this.stakeOf(who).leaving!,
          ]),
        ),
      ],
      bonds: [this.balance(contractId('dispute-resolution')), this.read<bigint>('dispute-resolution', 'get-bonds')],
    };
  }

  /** What escrow holds of an asset, and what it owes in it: vaults, dues, locks and pots. */
  auditAsset(asset: string, trades = this.trades()): [held: bigint, owed: bigint] {
    const accounts = this.#everybody.map((who) => this.read('trade-escrow', 'get-asset-account', [who, asset]));
    const pots = this.read('trade-escrow', 'get-asset-pots', [asset]);
    const locked = trades
      .filter(({ id, row }) => [0n, 6n].includes(row.status as bigint) && this.assetOf(id) === asset)
      .map(({ row }) => row.locked as bigint);
    const owed = [
      ...accounts.flatMap(({ vault, due }) => [vault as bigint, due as bigint]),
      ...locked,
      pots.treasury as bigint,
      pots.grid as bigint,
    ].reduce((total, value) => total + value, 0n);
    return [this.read<bigint>(asset.split('.')[1]!, 'get-balance', [contractId('trade-escrow')]), owed];
  }
  assetOf(trade: bigint): string | null {
    return this.read<string | null>('trade-escrow', 'get-trade-asset', [trade]);
  }

  /** The market: proceeds and bonds of auctions that it holds and owes, energy that it holds and has on sale. */
  #spot(): [held: bigint, owed: bigint, kwh: bigint, reserve: bigint] {
    const market = contractId('marketplace');
    const count = Number(this.read<bigint>('marketplace', 'get-purchase-count'));
    const owed = Array.from({ length: count }, (_, n) =>
      this.read('marketplace', 'get-purchase', [BigInt(n) + 1n]),
    ).reduce((sum, purchase) => sum + (purchase.held as bigint), 0n);
    const onSale = this.#everybody.reduce(
      (sum, who) => sum + (this.read('marketplace', 'get-energy-for-sale', [who]).wh as bigint),
      0n,
    );
    const reserve = this.read<bigint>('marketplace', 'get-current-energy-reserve');
    if (reserve !== onSale) throw new Error(`The reserve is ${reserve}, the lots are ${onSale} Wh.`);
    const bonds = this.read<bigint>('marketplace', 'get-auction-bonds');
    return [this.balance(market), owed + bonds, this.kwhOf(market), reserve];
  }

  trades(): { id: bigint; row: Tuple }[] {
    const count = Number(this.read<bigint>('trade-escrow', 'get-trade-count'));
    return Array.from({ length: count }, (_, n) => BigInt(n) + 1n).map((id) => ({ id, row: this.tradeRow(id) }));
  }
  tradeRow(id: bigint): Tuple {
    return this.read('trade-escrow', 'get-trade', [id]);
  }
  account(who: string): Tuple {
    return this.read('trade-escrow', 'get-account', [who]);
  }
  stakeOf(who: string): Tuple {
    return this.read('reputation-system', 'get-stake', [who]);
  }
  slotRow(seller: string, slot: bigint): Tuple {
    return this.read('trade-escrow', 'get-slot', [seller, slot]);
  }
}
