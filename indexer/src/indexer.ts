// The views of one deployment: takes blocks in the order of their parent hashes, takes them back when the chain does, and never skips one.
import {
  type Block,
  type BlockEvent,
  type Delivery,
  type Head,
  type Source,
  SourceUnreachable,
  walk,
} from '@wattconnect/chainhooks';
import { Contracts } from '@wattconnect/contracts';
import { decode } from './decode.ts';
import { digestOf, GENESIS_DIGEST } from './digest.ts';
import { moved } from './handlers/energy-token.ts';
import { type Context, handle } from './handlers/index.ts';
import { RowCache, State } from './state.ts';
import { type BlockRow, Missing, type Store, StoreError } from './store/types.ts';
import { decide } from './tracker.ts';

/** What comes in one database transaction when catching up. */
const BATCH_BLOCKS = 100;
const BATCH_TXS = 2000;
/** Blocks that are asked for ahead. */
const AHEAD = 16;
/** A fork that goes back further than this many burn blocks cannot be: something is wrong with the source. */
const FINAL_BURN_BLOCKS = 144;
/** Times that a source may change its mind while it is followed. */
const ATTEMPTS = 10;
/** Rows kept in memory, about 1 KB each. */
const CACHED_ROWS = 20_000;

/** The source contradicts what is final here. */
export class FinalityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FinalityError';
  }
}

/** An event that these bindings cannot read. */
export class UnknownEvent extends Error {
  constructor(contract: string, height: number) {
    super(
      `${contract} printed what these bindings do not know, in block ${height}: this indexer is older than the contracts.`,
    );
    this.name = 'UnknownEvent';
  }
}

export type Outcome =
  | { kind: 'duplicate' }
  | { kind: 'applied'; blocks: number; rolledBack: number }
  | { kind: 'gap'; need: string };

export type IndexerOptions = {
  /** Height of the first block of the views: that of the deployment, or anything before. Default 1. */
  first?: number;
  /** Depth in burn blocks beyond which a fork is refused. */
  finality?: number;
};

export type Counters = { blocks: number; events: number; reorgs: number; deepest: number; gaps: number };

/** Told of each new tip, and of the block that was kept when a fork took others back. */
export type TipListener = (tip: BlockRow, kept: BlockRow | undefined) => void;

export class Indexer {
  readonly store: Store;
  readonly deployer: string;
  readonly first: number;
  readonly counters: Counters = { blocks: 0, events: 0, reorgs: 0, deepest: 0, gaps: 0 };
  readonly finality: number;
  readonly #names = new Map<string, string>();
  readonly #energy: string;
  readonly #listeners = new Set<TipListener>();
  readonly #cache = new RowCache(CACHED_ROWS);
  /** Waits in line: deliveries and catching up never mix. */
  #busy: Promise<unknown> = Promise.resolve();
  lastError: string | undefined;

  /** @throws {StoreError} when the database holds the views of another deployment */
  constructor(store: Store, deployer: string, { first = 1, finality = FINAL_BURN_BLOCKS }: IndexerOptions = {}) {
    this.store = store;
    this.deployer = deployer;
    this.first = first;
    this.finality = finality;
    this.#energy = `${deployer}.energy-token::kwh`;
    for (const name of Contracts) this.#names.set(`${deployer}.${name}`, name);
    for (const [key, value] of [
      ['deployer', deployer],
      ['first', String(first)],
    ] as const) {
      const known = store.meta(key);
      if (known === undefined) store.setMeta(key, value);
      else if (known !== value)
        throw new StoreError(
          `This database holds the views of ${key === 'first' ? `a chain from block ${known} on` : known}, not of ${value}. Give each deployment its own file.`,
        );
    }
  }

  onTip(listener: TipListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #inLine<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(run, run);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Blocks that were pushed. They are taken when they stand on our tip, or when the fork that they tell of takes our tip back. All else is no more
   * than news: late and repeated deliveries speak of forks that are long over. {@link sync} finds out.
   */
  deliver({ apply, rollback }: Delivery): Promise<Outcome> {
    return this.#inLine(async () => {
      const tip = this.store.tip();
      const decision = decide(apply, await this.#known(apply));
      const told = tip !== undefined && rollback.some(({ hash }) => hash === tip.hash);
      if (decision.kind === 'reorg' && !told) return { kind: 'gap', need: decision.keep.hash };
      return this.#take(apply);
    });
  }

  /** Blocks of the chain as it is now, on any block that is known here. */
  accept(blocks: readonly Block[]): Promise<Outcome> {
    return this.#inLine(() => this.#take(blocks));
  }

  async #known(blocks: readonly Block[]) {
    const found = await this.store.blocksByHash([
      ...new Set(blocks.flatMap(({ hash, parentHash }) => [hash, parentHash])),
    ]);
    return { tip: this.store.tip(), find: (hash: string) => found.get(hash), first: this.first };
  }

  async #take(blocks: readonly Block[]): Promise<Outcome> {
    const decision = decide(blocks, await this.#known(blocks));
    if (decision.kind === 'duplicate') return decision;
    if (decision.kind === 'gap') {
      this.counters.gaps += 1;
      return decision;
    }
    const { apply } = decision;
    const keep = decision.kind === 'reorg' ? decision.keep : undefined;
    const depth = decision.kind === 'reorg' ? decision.depth : 0;
    if (keep) this.#checkFinality(keep, depth);
    try {
      await this.#write(apply, keep);
    } catch (error) {
      this.#cache.clear();
      throw error;
    }
    this.counters.blocks += apply.length;
    if (keep) {
      this.counters.reorgs += 1;
      this.counters.deepest = Math.max(this.counters.deepest, depth);
    }
    const tip = this.store.tip()!;
    for (const listener of this.#listeners) listener(tip, keep);
    return { kind: 'applied', blocks: apply.length, rolledBack: depth };
  }

  #checkFinality(keep: BlockRow, depth: number): void {
    const burnDepth = this.store.tip()!.burnHeight - keep.burnHeight;
    if (burnDepth > this.finality)
      throw new FinalityError(
        `The node tells of a fork from block ${keep.height}, ${depth} blocks and ${burnDepth} burn blocks back, where everything is final. Check that the node is on the right chain. If it is, run "rebuild".`,
      );
  }

  /** What an event of ours does to the views; nothing for those of others. @throws {UnknownEvent} */
  #handling(event: BlockEvent, state: State, context: Context): (() => void) | undefined {
    if (event.type === 'ft_transfer' || event.type === 'ft_mint' || event.type === 'ft_burn') {
      const { asset, from, to, amount } = event;
      if (asset !== this.#energy || amount === undefined) return undefined;
      return () => moved(state, from, to, BigInt(amount));
    }
    if (event.type !== 'print') return undefined;
    const contract = this.#names.get(event.contract);
    if (contract === undefined) return undefined;
    const decoded = decode(contract, event.hex);
    if (!decoded) throw new UnknownEvent(contract, context.height);
    return () => handle(decoded, state, context);
  }

  /** Everything in memory first, then one transaction. */
  async #write(blocks: readonly Block[], keep: BlockRow | undefined): Promise<void> {
    if (keep) this.#cache.clear();
    const state = new State(this.store.reader(keep?.height), this.#cache);
    const rows: BlockRow[] = [];
    let digest = (keep ?? this.store.tip())?.digest ?? GENESIS_DIGEST;
    let events = 0;
    for (const { height, hash, parentHash, time, burn, txs } of blocks) {
      for (const { id, ok, events: printed } of txs) {
        if (!ok) continue;
        for (const event of printed) {
          const handling = this.#handling(event, state, { height, time, tx: id, rank: event.rank });
          if (!handling) continue;
          try {
            handling();
            state.keep();
          } catch (error) {
            await again(error, state, handling);
          }
          events += 1;
        }
      }
      digest = digestOf(digest, hash, state.endBlock(height));
      rows.push({ height, hash, parentHash, time, burnHeight: burn.height, digest });
    }
    await this.store.commit({ ...(keep && { keep: keep.height }), blocks: rows, versions: state.versions() });
    state.committed();
    this.counters.events += events;
  }

  /** Catches up with a source: back to the last block that both have, then forward block by block. Resolves with the source's tip. */
  sync(
    source: Source,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (at: Head, tip: Head) => void } = {},
  ): Promise<Head> {
    return this.#inLine(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const target = await source.tip();
        if (signal?.aborted || this.store.tip()?.hash === target.hash) return target;
        const fork = await this.#common(source, target);
        // The source is behind, on our own chain: it will come.
        if (fork?.hash === target.hash) return target;
        if (await this.#forward(source, fork, target, signal, onProgress)) return target;
        // The source changed its mind on the way: look again.
      }
      throw new SourceUnreachable(`${source.name} changes its mind faster than it can be followed.`);
    });
  }

  /** The newest of our blocks that the source has too; undefined when there is none here yet. */
  async #common(source: Source, target: Head): Promise<BlockRow | undefined> {
    const tip = this.store.tip();
    if (!tip) return undefined;
    const ours = async (height: number) => (await this.store.blockAt(height))!;
    const shared = async (height: number) => (await source.hashAt(height)) === (await ours(height)).hash;
    let high = Math.min(tip.height, target.height);
    if (high < this.first) return undefined;
    if (await shared(high)) return ours(high);
    // What both have ends somewhere below: go down in growing steps, then halve.
    let low = high;
    for (let step = 1; ; step *= 2) {
      high = low;
      low = Math.max(this.first, low - step);
      if (await shared(low)) break;
      if (low === this.first)
        throw new FinalityError('The node is on another chain than these views. Check its address, or run "rebuild".');
    }
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await shared(middle)) low = middle;
      else high = middle;
    }
    return ours(low);
  }

  async #forward(
    source: Source,
    fork: BlockRow | undefined,
    target: Head,
    signal: AbortSignal | undefined,
    onProgress: ((at: Head, tip: Head) => void) | undefined,
  ): Promise<boolean> {
    let batch: Block[] = [];
    let txs = 0;
    const flush = async (): Promise<boolean> => {
      if (batch.length === 0) return true;
      const outcome = await this.#take(batch);
      const { height, hash } = batch.at(-1)!;
      batch = [];
      txs = 0;
      if (outcome.kind === 'gap') return false;
      onProgress?.({ height, hash }, target);
      return true;
    };
    const start = fork && { height: fork.height, hash: fork.hash };
    for await (const block of walk({ ...source, first: this.first }, start, { ahead: AHEAD, last: target.height })) {
      if (signal?.aborted) return true;
      batch.push(block);
      txs += block.txs.length;
      if ((batch.length >= BATCH_BLOCKS || txs >= BATCH_TXS) && !(await flush())) return false;
    }
    const whole = (batch.at(-1) ?? this.store.tip())?.height === target.height;
    return (await flush()) && whole;
  }
}

/** Handles an event once more from its beginning, whenever a row had to be fetched first. */
async function again(first: unknown, state: State, handling: () => void): Promise<void> {
  for (let error = first; ; ) {
    state.undo();
    if (!(error instanceof Missing)) throw error;
    await error.load();
    try {
      handling();
      state.keep();
      return;
    } catch (next) {
      error = next;
    }
  }
}
