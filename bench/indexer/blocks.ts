// Blocks of a busy community, made without a chain: each trade is listed, taken, metered, minted and settled, in blocks of their own.
import { Cl, type ClarityValue, cvToHex } from '@stacks/transactions';
import type { Block, BlockTx } from '@wattconnect/chainhooks';
import { type ClarityType, type ContractName, events } from '@wattconnect/contracts';
import { Keys } from '@wattconnect/protocol';

export const DEPLOYER = Keys.address(Keys.development('deployer'));
/** Homes of the community; each sells to the next. */
const HOMES = 200;
const homes = Array.from({ length: HOMES }, (_, i) => Keys.address(Keys.development(`bench-${i}`)));
const CELLS = [0x871f0d4b5ffffffn, 0x871f0d4b1ffffffn, 0x871f0d4b4ffffffn];
const GENESIS = 1_800_000_000;
const BLOCK_SECONDS = 10;
const WH = 2000n;
const COST = 600_000n;
const LOCKED = 642_000n;

const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
function encode(type: ClarityType, value: unknown): ClarityValue {
  if (type === 'uint128') return Cl.uint(value as bigint);
  if (type === 'bool') return Cl.bool(value as boolean);
  if (type === 'principal') return Cl.principal(value as string);
  if (typeof type === 'object' && 'buffer' in type) return Cl.buffer(value as Uint8Array);
  if (typeof type === 'object' && 'string-ascii' in type) return Cl.stringAscii(value as string);
  throw new Error(`The benchmark has no ${JSON.stringify(type)}.`);
}

type Printed = { contract: string; hex: string };
/** An event as its contract prints it; fields that are not given are 0. */
function print(contract: ContractName, topic: string, values: Record<string, unknown>): Printed {
  const { tuple } = (events[contract] as unknown as Record<string, { tuple: { name: string; type: ClarityType }[] }>)[
    topic
  ]!;
  const fields = tuple.map(({ name, type }) => [name, encode(type, values[camel(name)] ?? 0n)] as const);
  const value = Cl.tuple({ topic: Cl.stringAscii(topic), ...Object.fromEntries(fields) });
  return { contract: `${DEPLOYER}.${contract}`, hex: cvToHex(value) };
}

const hashOf = (kind: string, n: number, fork: number): string =>
  `0x${kind}${fork.toString(16).padStart(6, '0')}${n.toString(16).padStart(56, '0')}`;

export class Blocks {
  #height = 0;
  #trade = 0;
  readonly #fork: number;

  constructor(fork = 0, after = 0, trade = 0) {
    this.#fork = fork;
    this.#height = after;
    this.#trade = trade;
  }
  /** What a fork has to know to go on from here. */
  get at(): { height: number; trade: number } {
    return { height: this.#height, trade: this.#trade };
  }

  #block(groups: Printed[][], parent?: string): Block {
    const height = ++this.#height;
    const txs: BlockTx[] = groups.map((group, index) => ({
      id: hashOf('ee', height * 10_000 + index, this.#fork),
      index,
      sender: homes[0]!,
      ok: true,
      events: group.map((event, rank) => ({ rank, type: 'print', ...event })),
    }));
    const burn = Math.floor(height / 60);
    return {
      height,
      hash: hashOf('bb', height, this.#fork),
      parentHash: parent ?? hashOf('bb', height - 1, this.#fork),
      time: GENESIS + height * BLOCK_SECONDS,
      burn: { height: burn, hash: hashOf('cc', burn, 0) },
      txs,
    };
  }

  /** Households, and offers that stay open. */
  first(openOffers: number): Block[] {
    const at = BigInt(GENESIS);
    const blocks = [
      this.#block(
        homes.map((household, i) => [
          print('user-registry', 'household-registered', {
            household,
            role: 3n,
            cell: CELLS[i % CELLS.length],
            profileHash: new Uint8Array(32),
            at,
          }),
        ]),
      ),
    ];
    for (let i = 0; i < openOffers; i += 200)
      blocks.push(this.#block(Array.from({ length: Math.min(200, openOffers - i) }, (_, k) => [this.#offer(i + k)])));
    return blocks;
  }
  #offer(n: number): Printed {
    return print('marketplace', 'offer-created', {
      id: BigInt(1_000_000_000 + n),
      seller: homes[n % HOMES],
      slot: BigInt(500_000 + (n % 48)),
      wh: WH,
      minWh: 1000n,
      price: BigInt(200_000 + ((n * 7919) % 100_000)),
      endPrice: 200_000n,
      expiry: BigInt(GENESIS + 10 ** 7),
      cell: CELLS[n % CELLS.length],
      at: BigInt(GENESIS),
    });
  }

  /** Some trades through their whole life: three blocks. */
  lives(trades: number, parent?: string): Block[] {
    const numbers = Array.from({ length: trades }, () => ++this.#trade);
    const seller = (n: number) => homes[n % HOMES]!;
    const buyer = (n: number) => homes[(n + 1) % HOMES]!;
    const slot = (n: number) => BigInt(500_000 + Math.floor(n / HOMES));
    const at = BigInt(GENESIS + this.#height * BLOCK_SECONDS);
    const opened = this.#block(
      numbers.map((n) => [
        print('trade-escrow', 'trade-opened', {
          id: BigInt(n),
          seller: seller(n),
          buyer: buyer(n),
          wh: WH,
          cost: COST,
          locked: LOCKED,
          slot: slot(n),
          terms: 2_000_500n,
          origin: 1n,
          ref: BigInt(n),
          at,
        }),
      ]),
      parent,
    );
    const reported = this.#block(
      numbers.map((n) => [
        print('energy-oracle', 'production-reported', {
          seller: seller(n),
          slot: slot(n),
          exportWh: WH,
          root: new Uint8Array(32),
          revision: 1n,
          at,
        }),
      ]),
    );
    const settled = this.#block(
      numbers.map((n) => [
        print('energy-token', 'export-minted', {
          producer: seller(n),
          slot: slot(n),
          custody: WH,
          custodyTo: `${DEPLOYER}.trade-escrow`,
        }),
        print('energy-oracle', 'production-final', {
          seller: seller(n),
          slot: slot(n),
          exportWh: WH,
          custody: WH,
          revision: 1n,
          curtailed: false,
        }),
        print('trade-escrow', 'trade-settled', {
          id: BigInt(n),
          seller: seller(n),
          buyer: buyer(n),
          slot: slot(n),
          delivered: WH,
          paid: COST,
          fee: 30_000n,
          grid: 12_000n,
          status: 1n,
        }),
      ]),
    );
    return [opened, reported, settled];
  }
}
export const eventsOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { txs }) => sum + txs.reduce((all, { events: list }) => all + list.length, 0), 0);
