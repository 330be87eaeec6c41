// A Chainhook node's part: keeps predicates, and posts to each what it asked for.
import type { Block, Chain, Change } from '../chain.ts';
import { chainhookBlock } from './payloads.ts';
import { type Predicate, wantsBlock, wantsTx } from './predicates.ts';
import { Queue } from './queue.ts';

type Part = { rollback: object[]; apply: object[] };
type Registered = { predicate: Predicate; queue: Queue<Part> };

/** Blocks in one payload when a subscriber catches up. */
const BLOCKS_A_PAYLOAD = 50;

export class Chainhook {
  readonly #chain: Chain;
  readonly #registered = new Map<string, Registered>();
  readonly #changed: (predicates: unknown[]) => void;

  /** @param changed is told the whole list whenever it changes, to be kept */
  constructor(chain: Chain, changed: (predicates: unknown[]) => void) {
    this.#chain = chain;
    this.#changed = changed;
  }

  register(predicate: Predicate, { backfill = true }: { backfill?: boolean } = {}): void {
    this.#registered.get(predicate.uuid)?.queue.close();
    const queue = new Queue<Part>(
      predicate.url,
      predicate.authorization ? { authorization: predicate.authorization } : {},
      (parts) => merge(predicate, parts),
    );
    this.#registered.set(predicate.uuid, { predicate, queue });
    if (backfill && predicate.startBlock !== undefined) {
      const first = predicate.startBlock;
      for (const block of this.#chain.blocks)
        if (block.height >= first) this.#send({ predicate, queue }, { rollback: [], apply: [block] });
    }
    this.#keep();
  }

  remove(uuid: string): boolean {
    const found = this.#registered.get(uuid);
    found?.queue.close();
    this.#registered.delete(uuid);
    if (found) this.#keep();
    return found !== undefined;
  }

  get(uuid: string): Registered | undefined {
    return this.#registered.get(uuid);
  }
  list(): Registered[] {
    return [...this.#registered.values()];
  }

  publish(change: Change): void {
    for (const registered of this.#registered.values()) this.#send(registered, change);
  }

  close(): void {
    for (const { queue } of this.#registered.values()) queue.close();
  }

  #keep(): void {
    this.#changed(this.list().map(({ predicate }) => predicate.original));
  }

  #send({ predicate, queue }: Registered, { rollback, apply }: Change): void {
    const shown = (blocks: Block[]) =>
      blocks
        .filter((block) => predicate.endBlock === undefined || block.height <= predicate.endBlock)
        .filter(
          (block) =>
            wantsBlock(predicate.ifThis, block) ||
            (predicate.ifThis.scope !== 'block_height' &&
              block.receipts.some((receipt) => wantsTx(predicate.ifThis, receipt))),
        )
        .map((block) =>
          chainhookBlock(block, Math.max(0, block.height - 1), (receipt) => wantsTx(predicate.ifThis, receipt)),
        );
    const part = { rollback: shown(rollback), apply: shown(apply) };
    if (part.rollback.length > 0 || part.apply.length > 0) queue.push(part);
  }
}

/** One fork is one payload; plain blocks that wait together travel together. */
function merge(predicate: Predicate, parts: Part[]): { body: unknown; used: number } {
  let used = 1;
  const apply = [...parts[0]!.apply];
  if (parts[0]!.rollback.length === 0) {
    while (used < parts.length && apply.length < BLOCKS_A_PAYLOAD && parts[used]!.rollback.length === 0)
      apply.push(...parts[used++]!.apply);
  }
  return {
    used,
    body: {
      apply,
      rollback: parts[0]!.rollback,
      chainhook: { uuid: predicate.uuid, predicate: predicate.ifThis, is_streaming_blocks: true },
      events: [],
    },
  };
}
