// What happens to a household, told as it happens: server-sent events of its history, which go on where a connection broke off.
import type http from 'node:http';
import { fieldsOf } from './schema.ts';
import { bigToSql, rowOf, tableOf } from './store/layout.ts';
import type { BlockRow, Maybe, Raw, Snapshot, Sql, Store } from './store/types.ts';

/** Entries that are told at once; whoever has missed more asks for its history. */
const MOST_ENTRIES = 1000;
/** A listener that lets this much pile up is let go: it goes on where it was when it is back. */
const MAX_UNREAD_BYTES = 1_000_000;
const MOST_KINDS = 50;

/** What a listener asked for that it cannot have; the message says why. */
export class WishError extends Error {}

export type Wish = {
  household: string;
  /** Kinds of entries, as in METHODOLOGY.md; all without. */
  kinds: string[] | undefined;
  /** The last that was heard. */
  last: Place | undefined;
};
/** Up to where a listener knows everything: an entry of a block, or all of the block. */
type Place = { height: number; hash: string; entry: string };

/** `height:hash of the block:entry`. The hash tells whether the block still stands. */
const idOf = ({ height, hash, entry }: Place): string => `${height}:${hash}:${entry}`;

/** @throws {WishError} */
export function wishOf(household: string, { kinds, last }: { kinds: string | null; last: string | null }): Wish {
  const list = kinds === null ? undefined : kinds.split(',');
  if (list && (list.length > MOST_KINDS || list.some((kind) => !/^[a-z-]{1,40}$/.test(kind))))
    throw new WishError(`kinds are at most ${MOST_KINDS} words such as sold,settled,trust-lost.`);
  if (last === null || last === '') return { household, kinds: list, last: undefined };
  const [, height, hash, entry] = /^(\d{1,10}):(0x[0-9a-f]{64}):([0-9a-zx-]{0,120})$/.exec(last) ?? [];
  if (height === undefined || hash === undefined || entry === undefined)
    throw new WishError('The last event id is none of this stream: begin without one.');
  return { household, kinds: list, last: { height: Number(height), hash, entry } };
}

type Listener = { response: http.ServerResponse; wish: Wish; at: Place | undefined };

export class Notifications {
  readonly #store: Store;
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  /** The lowest block that was kept by forks since the listeners were told last. */
  #kept = Number.POSITIVE_INFINITY;
  #telling: Promise<void> | undefined;
  #again = false;

  constructor(store: Store, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** Takes over a response whose headers are written. */
  add(response: http.ServerResponse, wish: Wish): void {
    const listener: Listener = { response, wish, at: undefined };
    this.#listeners.add(listener);
    response.on('close', () => this.#listeners.delete(listener));
    this.#tell();
  }

  /** @param kept the newest block that a fork has left, when there was one */
  news(kept: BlockRow | undefined): void {
    if (kept) this.#kept = Math.min(this.#kept, kept.height);
    if (this.#listeners.size > 0) this.#tell();
    else this.#kept = Number.POSITIVE_INFINITY;
  }

  beat(): void {
    for (const { response } of this.#listeners) response.write(': here\n\n');
  }
  close(): void {
    for (const { response } of this.#listeners) response.destroy();
    this.#listeners.clear();
  }

  /** One round at a time, and one more when something came meanwhile. */
  #tell(): void {
    this.#again = true;
    this.#telling ??= (async () => {
      try {
        while (this.#again) {
          this.#again = false;
          const kept = this.#kept;
          this.#kept = Number.POSITIVE_INFINITY;
          const snapshot = await this.#store.snapshot();
          try {
            for (const listener of this.#listeners) await this.#tellOne(listener, snapshot, kept);
          } finally {
            snapshot.close();
          }
        }
      } catch (error) {
        this.#onFault(error);
        // They come back, and go on where they were.
        this.close();
      } finally {
        this.#telling = undefined;
      }
    })();
  }

  async #tellOne(listener: Listener, snapshot: Snapshot, kept: number): Promise<void> {
    const { response, wish } = listener;
    const { tip } = snapshot;
    if (!tip) return;
    const now: Place = { height: tip.height, hash: tip.hash, entry: '' };
    const write = (event: string, data: object, place: Place) => {
      response.write(`event: ${event}\nid: ${idOf(place)}\ndata: ${JSON.stringify(data)}\n\n`);
      listener.at = place;
    };
    const block = async (height: number): Promise<BlockRow | undefined> => await snapshot.blockAt(height);
    let from = listener.at;
    if (!from) {
      from = wish.last;
      if (!from) return write('ready', { block: tip.height }, now);
      if ((await block(from.height))?.hash !== from.hash)
        // Its last block has been taken back while it was away: nobody here knows what it had heard above the fork.
        return write('missed', { block: tip.height }, now);
    } else if (from.height > kept) {
      const left = (await block(kept))!;
      from = { height: kept, hash: left.hash, entry: '' };
      write('taken-back', { above: kept }, from);
    }
    const rows = await entriesSince(snapshot, wish, from, {
      time: (await block(from.height))?.time ?? 0,
      to: tip.height,
    });
    if (rows.length > MOST_ENTRIES) return write('missed', { block: tip.height }, now);
    const hashes = new Map<number, string>();
    for (const raw of rows) {
      const height = Number(raw.block_from);
      if (!hashes.has(height)) hashes.set(height, (await block(height))!.hash);
      const row = rowOf('HistoryEntry', raw);
      const data = Object.fromEntries(
        fieldsOf('HistoryEntry').map(([name]) => [name, typeof row[name] === 'bigint' ? String(row[name]) : row[name]]),
      );
      write('entry', { ...data, block: height }, { height, hash: hashes.get(height)!, entry: String(row.id) });
    }
    // Known up to here, whether or not there was anything to tell.
    listener.at = now;
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  }
}

/** Entries of a household after a place and up to a height, in the order of their blocks. */
function entriesSince(
  snapshot: Snapshot,
  { household, kinds }: Wish,
  { height, entry }: Place,
  { time: unix, to }: { time: number; to: number },
): Maybe<Raw[]> {
  // The index is by time: blocks have one that never goes back.
  const values: Sql[] = [household, bigToSql(BigInt(unix)), to];
  let filter = 'household = ? and at >= ? and block_from <= ?';
  if (entry === '') {
    filter += ' and block_from > ?';
    values.push(height);
  } else {
    filter += ' and (block_from > ? or (block_from = ? and "id" > ?))';
    values.push(height, height, entry);
  }
  if (kinds) {
    filter += ` and kind in (${kinds.map(() => '?').join(', ')})`;
    values.push(...kinds);
  }
  return snapshot.all(
    `select * from ${tableOf('HistoryEntry')} where ${filter} order by block_from, "id" limit ${MOST_ENTRIES + 1}`,
    values,
  );
}
