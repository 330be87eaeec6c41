/**
 * What this browser remembers: answers of the indexers (so that there is something to see before or without a connection), signed offers
 * that it has seen, transactions that are under way and notes. It can be lost at any time without losing money: the chain has everything.
 */
import Dexie, { type Table } from 'dexie';

export type CachedView = { key: string; data: unknown; at: number };
export type PendingRow = {
  txid: string;
  account: string;
  kind: string;
  title: string;
  /** Wall time in ms. */
  at: number;
  state: 'waiting' | 'done' | 'failed' | 'dropped';
  reason?: string;
  /** Block that it is in, while it is done. */
  height?: number;
  /** Wall time in ms at which a fork took its block back. */
  takenBackAt?: number;
  /** What it was about: an offer, a trade. */
  link?: string;
  seen?: boolean;
};
export type PromiseRow = {
  id: string;
  maker: string;
  slot: number;
  expiry: number;
  cv: Uint8Array;
  sig: Uint8Array;
  at: number;
};

class Store extends Dexie {
  views!: Table<CachedView, string>;
  pending!: Table<PendingRow, string>;
  promises!: Table<PromiseRow, string>;

  constructor() {
    super('wattconnect');
    this.version(1).stores({ views: '&key, at', pending: '&txid, account, at', promises: '&id, expiry, maker' });
  }
}

export const store = new Store();
const KEPT_VIEWS = 60;
const written = new Map<string, number>();

/** Keeps an answer, at most every ten seconds for one question. A full or forbidden store is no reason to fail. */
export const keep = async (key: string, data: unknown, at: number): Promise<void> => {
  if (at - (written.get(key) ?? 0) < 10_000) return;
  written.set(key, at);
  try {
    await store.views.put({ key, data, at });
    const extra = (await store.views.count()) - KEPT_VIEWS;
    if (extra > 0) await store.views.bulkDelete(await store.views.orderBy('at').limit(extra).primaryKeys());
  } catch {
    // private windows and full disks: the page works without a memory
  }
};

export const kept = async (key: string): Promise<CachedView | undefined> => {
  try {
    return await store.views.get(key);
  } catch {
    return undefined;
  }
};

const plainJson = (_: string, value: unknown): unknown =>
  typeof value === 'bigint'
    ? value.toString()
    : value instanceof Uint8Array
      ? `0x${[...value].map((b) => b.toString(16).padStart(2, '0')).join('')}`
      : value;

/** Everything of the reader's own, as JSON text. Cached answers are left out: the chain has them. */
export const exportOwn = async (): Promise<string> =>
  JSON.stringify(
    {
      format: 'wattconnect-export',
      version: 1,
      pending: await store.pending.toArray(),
      promises: await store.promises.toArray(),
    },
    plainJson,
    2,
  );

/** Forgets everything. */
export const forget = (): Promise<void> => store.delete({ disableAutoOpen: false });
