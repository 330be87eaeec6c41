// The live orders and withdrawals that a relay or client holds. Bounded, in memory, the same everywhere: two books that have seen the same
// valid messages in any order hold the same entries.
import { sha256 } from '@noble/hashes/sha2.js';
import { Bytes, type Message, Slot } from '@wattconnect/protocol';
import { MAX_ENTRIES, MAX_ENTRIES_PER_MAKER } from '../limits.ts';

export type StoredOrder = {
  /** sha256 of the whole envelope, in hex. */
  id: string;
  kind: 'offer' | 'bid';
  order: Message.Order;
  /** Consensus bytes of the order, to be handed to the contract or checked again. */
  cv: Uint8Array;
  /** 65 bytes, r ‖ s ‖ recovery id. */
  sig: Uint8Array;
  /** When this node got it, unix seconds of its clock. */
  receivedAt: number;
};
export type StoredOffer = StoredOrder & { kind: 'offer' };

export type StoredCancellation = {
  id: string;
  kind: 'cancel';
  cancellation: Message.Cancellation;
  cv: Uint8Array;
  sig: Uint8Array;
  receivedAt: number;
};

export type Entry = StoredOrder | StoredCancellation;
export type RemovalReason = 'expired' | 'withdrawn' | 'replaced' | 'refused by the chain';

export type BookListener = {
  added?: (entry: Entry) => void;
  removed?: (entry: Entry, reason: RemovalReason) => void;
};

export type Added = 'added' | 'known' | 'withdrawn' | 'nonce-taken' | 'maker-full' | 'full';

export const makerOf = (entry: Entry): string =>
  entry.kind === 'cancel' ? entry.cancellation.maker : entry.order.maker;
export const cellOf = (entry: Entry): bigint => (entry.kind === 'cancel' ? entry.cancellation.cell : entry.order.cell);
const nonceOf = (entry: Entry): bigint => (entry.kind === 'cancel' ? entry.cancellation.nonce : entry.order.nonce);
const keyOf = (entry: Entry): string => `${makerOf(entry)}/${nonceOf(entry)}`;

/** Unix second from which the entry is worth nothing any more: its expiry, or the start of its hour. */
export function endOf(entry: Entry): number {
  if (entry.kind === 'cancel') return Number(entry.cancellation.expiry);
  return Math.min(Number(entry.order.expiry), Slot.start(entry.order.slot));
}

export class Book {
  readonly #entries = new Map<string, Entry>();
  /** maker/nonce → id, for orders and for withdrawals. */
  readonly #orders = new Map<string, string>();
  readonly #cancellations = new Map<string, string>();
  readonly #perMaker = new Map<string, number>();
  readonly #listeners = new Set<BookListener>();
  readonly #limits: { total: number; perMaker: number };
  #version = 0;
  #digest: { key: string; version: number; value: Uint8Array } | undefined;

  constructor(limits: { total?: number; perMaker?: number } = {}) {
    this.#limits = { total: limits.total ?? MAX_ENTRIES, perMaker: limits.perMaker ?? MAX_ENTRIES_PER_MAKER };
  }

  /** Tells of every change until the returned function is called. */
  listen(listener: BookListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Adds a validated entry. Of two orders of a maker with the same nonce, the one with the smaller id stays, wherever they meet;
   * a withdrawal removes the order of its nonce and keeps it out.
   */
  add(entry: Entry): Added {
    if (this.#entries.has(entry.id)) return 'known';
    const key = keyOf(entry);
    const index = entry.kind === 'cancel' ? this.#cancellations : this.#orders;
    if (entry.kind !== 'cancel' && this.#cancellations.has(key)) return 'withdrawn';
    const rival = index.get(key);
    if (rival !== undefined && rival < entry.id) return 'nonce-taken';
    // What takes another's place, or makes an order go, needs no room of its own.
    const leaves = rival ?? (entry.kind === 'cancel' ? this.#orders.get(key) : undefined);
    if (leaves === undefined) {
      if ((this.#perMaker.get(makerOf(entry)) ?? 0) >= this.#limits.perMaker) return 'maker-full';
      if (this.#entries.size >= this.#limits.total) return 'full';
    } else {
      this.#remove(leaves, rival === undefined ? 'withdrawn' : 'replaced');
    }
    this.#entries.set(entry.id, entry);
    index.set(key, entry.id);
    this.#perMaker.set(makerOf(entry), (this.#perMaker.get(makerOf(entry)) ?? 0) + 1);
    this.#version++;
    for (const listener of this.#listeners) listener.added?.(entry);
    return 'added';
  }

  #remove(id: string, reason: RemovalReason): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    (entry.kind === 'cancel' ? this.#cancellations : this.#orders).delete(keyOf(entry));
    const left = (this.#perMaker.get(makerOf(entry)) ?? 1) - 1;
    if (left > 0) this.#perMaker.set(makerOf(entry), left);
    else this.#perMaker.delete(makerOf(entry));
    this.#version++;
    for (const listener of this.#listeners) listener.removed?.(entry, reason);
  }

  /** Drops what has ended. @param now unix seconds by the chain's clock */
  sweep(now: number): number {
    const ended = [...this.#entries.values()].filter((entry) => endOf(entry) <= now);
    for (const entry of ended) this.#remove(entry.id, 'expired');
    return ended.length;
  }

  /** Drops the orders for which `stays` is false: their makers lost a right, or withdrew them on chain. */
  keep(stays: (order: StoredOrder) => boolean): number {
    const gone = [...this.#entries.values()].filter((entry) => entry.kind !== 'cancel' && !stays(entry));
    for (const entry of gone) this.#remove(entry.id, 'refused by the chain');
    return gone.length;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Live orders, oldest first. */
  orders(kind: 'offer'): StoredOffer[];
  orders(kind?: 'offer' | 'bid'): StoredOrder[];
  orders(kind?: 'offer' | 'bid'): StoredOrder[] {
    return [...this.#entries.values()].filter(
      (entry): entry is StoredOrder => entry.kind !== 'cancel' && (kind === undefined || entry.kind === kind),
    );
  }

  /** Makers of live orders. */
  makers(): Set<string> {
    return new Set(this.orders().map((entry) => entry.order.maker));
  }

  /** Ids of all entries in these cells, sorted. */
  ids(cells: ReadonlySet<bigint>): string[] {
    return [...this.#entries.values()]
      .filter((entry) => cells.has(cellOf(entry)))
      .map((entry) => entry.id)
      .sort();
  }

  /** sha256 over the sorted ids of these cells: equal books have equal digests. */
  digest(cells: ReadonlySet<bigint>): Uint8Array {
    const key = [...cells].sort().join();
    if (this.#digest?.key !== key || this.#digest.version !== this.#version)
      this.#digest = { key, version: this.#version, value: digestOf(this.ids(cells)) };
    return this.#digest.value;
  }
}

function digestOf(ids: string[]): Uint8Array {
  const hash = sha256.create();
  for (const id of ids) hash.update(Bytes.fromHex(id));
  return hash.digest();
}
