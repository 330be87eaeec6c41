// Follows the chain for one subscriber: posts what has happened since the block that the subscriber acknowledged last, in order, again and
// again with growing pauses, until it answers. A fork is told as what it rolls back and what it applies. What happened is remembered as long as
// it is not too much; who has fallen behind, or was away, is told how to get from where it is to where the chain is.
import type { Block, Chain, Change } from '../chain.ts';
import { messageOf } from '../errors.ts';

export type FollowerStatus = {
  /** Posts that were answered. */
  delivered: number;
  /** Posts that were not. */
  failures: number;
  /** Given up after too many failures; a new registration or a restart tries again. */
  interrupted: boolean;
  lastError: string | undefined;
};

export type FollowerOptions = {
  url: string;
  headers?: Record<string, string>;
  /** Hash of the last block that is known to have arrived; undefined: none. */
  cursor: string | undefined;
  /** Blocks in one post. */
  blocksAtOnce: number;
  /** Whether a fork travels in one post, however long: whoever sees its beginning sees its end. */
  wholeForks: boolean;
  /** Tries for one post before the subscriber is given up. */
  tries: number;
  /** The body for a change; undefined when there is nothing to tell of it. */
  body: (change: Change) => unknown;
  /** Called after the subscriber has acknowledged, or had nothing to hear. */
  advanced: (change: Change, told: boolean) => void;
};

const TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const MAX_REMEMBERED = 1_000;

export class Follower {
  readonly #chain: Chain;
  readonly #options: FollowerOptions;
  readonly #stop = new AbortController();
  #cursor: string | undefined;
  /** What has happened since the cursor: single blocks, and forks. */
  #happened: Change[] = [];
  #running = false;
  readonly status: FollowerStatus = { delivered: 0, failures: 0, interrupted: false, lastError: undefined };

  constructor(chain: Chain, options: FollowerOptions) {
    this.#chain = chain;
    this.#options = options;
    this.#cursor = options.cursor;
  }

  get cursor(): string | undefined {
    return this.#cursor;
  }
  /** Blocks that the subscriber has not yet heard of. */
  get behind(): number {
    const { rollback, from } = this.#fork();
    return rollback.length + this.#chain.blocks.length - from;
  }

  /** Something happened. */
  tell({ rollback, apply }: Change): void {
    if (this.status.interrupted || this.#stop.signal.aborted) return;
    if (rollback.length > 0 && this.#options.wholeForks) this.#happened.push({ rollback, apply });
    else
      for (const [i, block] of apply.entries())
        this.#happened.push({ rollback: i === 0 ? rollback : [], apply: [block] });
    if (this.#happened.length > MAX_REMEMBERED) this.#happened = [];
    this.poke();
  }

  /** Begins to tell what has not been told. */
  poke(): void {
    if (!this.#running && !this.status.interrupted && !this.#stop.signal.aborted) void this.#run();
  }

  close(): void {
    this.#stop.abort();
  }

  /** What the subscriber has heard of and is no more, newest first, and the index of the first block that it has not heard of. */
  #fork(): { rollback: Block[]; from: number } {
    const rollback: Block[] = [];
    let last = this.#cursor === undefined ? undefined : this.#chain.block(this.#cursor);
    while (last && !last.canonical) {
      rollback.push(last);
      last = this.#chain.block(last.parentHash);
    }
    return { rollback, from: last ? last.height - this.#chain.blocks[0]!.height + 1 : 0 };
  }

  #next(): Change {
    const { blocksAtOnce, wholeForks } = this.#options;
    const [first] = this.#happened;
    const before = first && (first.rollback[0]?.hash ?? first.apply[0]!.parentHash);
    if (first && before === this.#cursor) {
      let count = 1;
      if (first.rollback.length === 0)
        while (count < blocksAtOnce && this.#happened[count]?.rollback.length === 0) count += 1;
      const told = this.#happened.splice(0, count);
      return { rollback: first.rollback, apply: told.flatMap(({ apply }) => apply) };
    }
    this.#happened = [];
    const { rollback, from } = this.#fork();
    const count = Math.max(blocksAtOnce, wholeForks && rollback.length > 0 ? rollback.length + 1 : 0);
    return { rollback, apply: this.#chain.blocks.slice(from, from + count) };
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      // What this turn still brings belongs into the same post.
      await new Promise((resolve) => setImmediate(resolve));
      for (let change = this.#next(); change.apply.length > 0; change = this.#next()) {
        const body = this.#options.body(change);
        if (body !== undefined && !(await this.#post(JSON.stringify(body)))) return;
        if (this.#stop.signal.aborted) return;
        this.#cursor = change.apply.at(-1)!.hash;
        this.#options.advanced(change, body !== undefined);
      }
    } finally {
      this.#running = false;
    }
  }

  async #post(body: string): Promise<boolean> {
    const { url, headers = {}, tries } = this.#options;
    let pause = FIRST_PAUSE_MS;
    for (let attempt = 1; !this.#stop.signal.aborted; attempt++) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
          signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        await response.arrayBuffer();
        if (response.ok) {
          this.status.delivered += 1;
          return true;
        }
        this.status.lastError = `${url} answered ${response.status}.`;
      } catch (error) {
        if (this.#stop.signal.aborted) return false;
        this.status.lastError = error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error);
      }
      this.status.failures += 1;
      if (attempt >= tries) {
        this.status.interrupted = true;
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, pause).unref());
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    return false;
  }
}
