// The view of one deployment: takes blocks in the order of their parent hashes, takes them back when the chain does, and never skips one.
import type { Block, Delivery, Head, Source } from '@wattconnect/chainhooks';
import { Contracts, decodeEvent } from '@wattconnect/contracts';
import { digestOf, GENESIS_DIGEST } from './digest.ts';
import { handle } from './handlers/index.ts';
import { State } from './state.ts';
import type { BlockRow, Store } from './store.ts';

/** Blocks that come in one database transaction when catching up. */
const BATCH = 100;
/** A fork older than this many burn blocks cannot be: something is wrong with the source. */
const FINAL_BURN_BLOCKS = 144;
const FINAL_SECONDS = FINAL_BURN_BLOCKS * 600;

/** The source contradicts what is final here. */
export class FinalityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FinalityError';
  }
}

export type Outcome =
  | { kind: 'duplicate' }
  | { kind: 'applied'; blocks: number; rolledBack: number }
  | { kind: 'gap'; need: string };

export class Indexer {
  readonly store: Store;
  readonly deployer: string;
  readonly #names = new Map<string, string>();
  readonly #listeners = new Set<(tip: BlockRow) => void>();
  /** Waits in line: deliveries and catching up never mix. */
  #busy: Promise<unknown> = Promise.resolve();
  lastError: string | undefined;

  constructor(store: Store, deployer: string) {
    this.store = store;
    this.deployer = deployer;
    for (const name of Contracts) this.#names.set(`${deployer}.${name}`, name);
    const known = store.meta('deployer');
    if (known === undefined) store.setMeta('deployer', deployer);
    else if (known !== deployer)
      throw new Error(
        `This database holds the views of ${known}, not of ${deployer}. Give each deployment its own file.`,
      );
  }

  onTip(listener: (tip: BlockRow) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #inLine<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(run, run);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  /** Blocks that were pushed. What does not fit on what is here is a gap, to be closed by {@link sync}. */
  deliver({ apply }: Delivery): Promise<Outcome> {
    return this.#inLine(async () => this.accept(apply));
  }

  /** Blocks in the order of their parents, each on the one before; the first must stand on a block that is known. */
  accept(blocks: Block[]): Outcome {
    const fresh = blocks.filter((block) => !this.store.blockByHash(block.hash));
    const first = fresh[0];
    if (!first) return { kind: 'duplicate' };
    const tip = this.store.tip();
    const parent = this.store.blockByHash(first.parentHash);
    if (tip && !parent) return { kind: 'gap', need: first.parentHash };
    for (let i = 1; i < fresh.length; i++)
      if (fresh[i]!.parentHash !== fresh[i - 1]!.hash) return { kind: 'gap', need: fresh[i]!.parentHash };
    const rolledBack = tip && parent ? tip.height - parent.height : 0;
    if (tip && parent && tip.time - parent.time > FINAL_SECONDS)
      throw new FinalityError(
        `A fork from block ${parent.height} would take back ${rolledBack} blocks, more than can happen. Check the node, then run "rebuild".`,
      );
    this.store.transaction(() => {
      if (rolledBack > 0) this.store.rollback(parent!.height);
      for (const block of fresh) this.#write(block);
    });
    this.#tell();
    return { kind: 'applied', blocks: fresh.length, rolledBack };
  }

  #write(block: Block): void {
    const parent = this.store.tip();
    const state = new State(this.store);
    for (const tx of block.txs) {
      if (!tx.ok) continue;
      for (const event of tx.events) {
        if (event.type !== 'print') continue;
        const contract = this.#names.get(event.contract);
        if (contract === undefined) continue;
        const decoded = decodeEvent(contract, event.hex);
        if (!decoded)
          throw new Error(
            `${contract} printed what these bindings do not know, in block ${block.height}: this indexer is older than the contracts.`,
          );
        handle(decoded, state, { height: block.height, time: block.time, tx: tx.id, rank: event.rank });
      }
    }
    const changes = state.changes();
    const digest = digestOf(parent?.digest ?? GENESIS_DIGEST, block.hash, changes);
    this.store.write(
      { height: block.height, hash: block.hash, parentHash: block.parentHash, time: block.time, digest },
      changes,
    );
  }

  #tell(): void {
    const tip = this.store.tip();
    if (tip) for (const listener of this.#listeners) listener(tip);
  }

  /** Catches up with a source: back to the last block that both have, then forward block by block. */
  sync(
    source: Source,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (at: Head, tip: Head) => void } = {},
  ): Promise<Head> {
    return this.#inLine(async () => {
      for (;;) {
        const target = await source.tip();
        const ours = this.store.tip();
        if (ours?.hash === target.hash || signal?.aborted) return target;
        const start = await this.#common(source, target);
        if (await this.#forward(source, start, target, signal, onProgress)) return target;
        // The source changed its mind on the way: look again.
      }
    });
  }

  /** The newest of our blocks that the source has too. */
  async #common(source: Source, target: Head): Promise<BlockRow | undefined> {
    let row = this.store.tip();
    if (row && row.height > target.height) row = this.store.blockAt(target.height);
    let step = 1;
    while (row) {
      if ((await source.hashAt(row.height)) === row.hash) return this.#newest(source, row, step);
      const below = this.store.blockAt(row.height - step);
      if (!below) {
        const oldest = this.store.blockAt(row.height - 1);
        if (!oldest) break;
        row = oldest;
        step = 1;
        continue;
      }
      row = below;
      step *= 2;
    }
    if (this.store.tip())
      throw new FinalityError('The node is on another chain than these views. Check its address, or run "rebuild".');
    return undefined;
  }

  /** The search went down in growing steps: go up again one by one as long as both agree. */
  async #newest(source: Source, row: BlockRow, step: number): Promise<BlockRow> {
    let best = row;
    for (let height = row.height + 1; height <= row.height + step; height++) {
      const next = this.store.blockAt(height);
      if (!next || (await source.hashAt(height)) !== next.hash) break;
      best = next;
    }
    return best;
  }

  async #forward(
    source: Source,
    start: BlockRow | undefined,
    target: Head,
    signal: AbortSignal | undefined,
    onProgress: ((at: Head, tip: Head) => void) | undefined,
  ): Promise<boolean> {
    let at: { height: number; hash: string | undefined } = {
      height: start?.height ?? source.first - 1,
      hash: start?.hash,
    };
    while (at.height < target.height && !signal?.aborted) {
      const heights = Array.from({ length: Math.min(BATCH, target.height - at.height) }, (_, i) => at.height + 1 + i);
      const blocks = await Promise.all(
        heights.map(async (height) => {
          const hash = await source.hashAt(height);
          return hash === undefined ? undefined : source.block(hash);
        }),
      );
      let expected = at.hash;
      for (const block of blocks) {
        if (!block || (expected !== undefined && block.parentHash !== expected)) return false;
        expected = block.hash;
      }
      const outcome = this.accept(blocks as Block[]);
      if (outcome.kind === 'gap') return false;
      at = { height: heights.at(-1)!, hash: expected };
      onProgress?.({ height: at.height, hash: expected! }, target);
    }
    return true;
  }
}
