// Late joiners and healed partitions: two nodes compare what they hold and bring each other what is missing. See frames.ts for the exchange.
import { Bytes } from '@wattconnect/protocol';
import { RelayError } from '../errors.ts';
import { SYNC } from '../limits.ts';
import type { Book } from '../orders/book.ts';
import type { Frame } from './frames.ts';

/** One stream, frame by frame. `read` rejects at the end, on garbage and after the time limit. */
export type Channel = { read: () => Promise<Frame>; write: (frame: Frame) => Promise<void> };

export type Stock = {
  chainId: number;
  contractHash: string;
  cells: ReadonlySet<bigint>;
  book: Book;
  /** The envelope of an entry as it travelled. */
  bytesOf: (id: string) => Uint8Array | undefined;
  /** Judges and keeps what came; returns how many were new. */
  take: (envelopes: Uint8Array[]) => Promise<number>;
  /** Whether this id was refused lately and is not wanted again. */
  refused: (id: string) => boolean;
  /** Addresses of other relays, to be told to a dialler. */
  addresses: () => Promise<string[]>;
};

export type Outcome = { pulled: number; pushed: number; same: boolean; addresses: string[] };

const wrong = (frame: Frame) => new RelayError('protocol', `A frame "${frame.type}" at the wrong time.`);

function pages<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

const envelopesOf = (stock: Stock, ids: string[]): Uint8Array[] =>
  ids.map(stock.bytesOf).filter((bytes) => bytes !== undefined);

/** The dialler's side. */
export async function dial(channel: Channel, stock: Stock): Promise<Outcome> {
  await channel.write({
    type: 'hello',
    chainId: stock.chainId,
    contractHash: stock.contractHash,
    cells: [...stock.cells],
  });
  const welcome = await channel.read();
  if (welcome.type !== 'welcome') throw wrong(welcome);
  const cells = new Set(welcome.cells);
  if (welcome.cells.some((cell) => !stock.cells.has(cell)))
    throw new RelayError('protocol', 'The answer names cells that were not asked for.');
  const outcome = { pulled: 0, pushed: 0, same: true, addresses: welcome.addresses };
  if (Bytes.equal(welcome.digest, stock.book.digest(cells))) {
    await channel.write({ type: 'done' });
    return outcome;
  }

  await channel.write({ type: 'list' });
  const theirs = new Set<string>();
  for (let last = false; !last; ) {
    const frame = await channel.read();
    if (frame.type !== 'ids') throw wrong(frame);
    // An empty page that is not the last one would let the other side keep us here.
    if (!frame.last && frame.ids.length === 0) throw wrong(frame);
    for (const id of frame.ids) theirs.add(id);
    last = frame.last;
  }

  const lacking = [...theirs].filter((id) => !stock.book.has(id) && !stock.refused(id));
  for (const ids of pages(lacking, SYNC.envelopesPerFrame)) {
    await channel.write({ type: 'want', ids });
    const frame = await channel.read();
    if (frame.type !== 'envelopes') throw wrong(frame);
    outcome.pulled += await stock.take(frame.envelopes);
  }

  const extra = stock.book
    .ids(cells)
    .filter((id) => !theirs.has(id))
    .slice(0, SYNC.maxPushed);
  for (const ids of pages(extra, SYNC.envelopesPerFrame)) {
    await channel.write({ type: 'ids', last: true, ids });
    const frame = await channel.read();
    if (frame.type !== 'want') throw wrong(frame);
    const offered = new Set(ids);
    const envelopes = envelopesOf(
      stock,
      frame.ids.filter((id) => offered.has(id)),
    );
    if (frame.ids.length > 0) await channel.write({ type: 'envelopes', envelopes });
    outcome.pushed += envelopes.length;
  }
  await channel.write({ type: 'done' });
  return { ...outcome, same: false };
}

/** The listener's side: answers until the dialler is done. Returns what the dialler brought. */
export async function serve(channel: Channel, stock: Stock): Promise<number> {
  const hello = await channel.read();
  if (hello.type !== 'hello') throw wrong(hello);
  if (hello.chainId !== stock.chainId || hello.contractHash !== stock.contractHash)
    throw new RelayError('protocol', 'The peer follows another chain or contract.');
  const cells = new Set(hello.cells.filter((cell) => stock.cells.has(cell)));
  const held = stock.book.ids(cells);
  await channel.write({
    type: 'welcome',
    cells: [...cells],
    digest: stock.book.digest(cells),
    count: held.length,
    addresses: await stock.addresses(),
  });
  let brought = 0;
  let offered = 0;
  let asked = 0;
  let awaited: Set<string> | undefined;
  for (;;) {
    const frame = await channel.read();
    if (awaited && frame.type !== 'envelopes') throw wrong(frame);
    switch (frame.type) {
      case 'list': {
        const parts = pages(held, SYNC.idsPerFrame);
        for (const [i, ids] of parts.entries()) await channel.write({ type: 'ids', last: i === parts.length - 1, ids });
        if (parts.length === 0) await channel.write({ type: 'ids', last: true, ids: [] });
        break;
      }
      case 'want':
        // Everything once, and as much again for what came meanwhile: more is somebody who wants our bandwidth.
        asked += frame.ids.length;
        if (asked > held.length + SYNC.envelopesPerFrame) throw wrong(frame);
        await channel.write({ type: 'envelopes', envelopes: envelopesOf(stock, frame.ids) });
        break;
      case 'ids': {
        offered += frame.ids.length;
        if (offered > SYNC.maxPushed || frame.ids.length > SYNC.envelopesPerFrame) throw wrong(frame);
        const ids = frame.ids.filter((id) => !stock.book.has(id) && !stock.refused(id));
        await channel.write({ type: 'want', ids });
        awaited = ids.length > 0 ? new Set(ids) : undefined;
        break;
      }
      case 'envelopes':
        if (!awaited || frame.envelopes.length > awaited.size) throw wrong(frame);
        awaited = undefined;
        brought += await stock.take(frame.envelopes);
        break;
      case 'done':
        return brought;
      default:
        throw wrong(frame);
    }
  }
}
