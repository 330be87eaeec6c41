/** What becomes of a transaction that was signed here, from one look at the node to the next. A block can be taken back by a fork: what was done is looked at until it lies deep enough. */
import type { PendingRow } from '../db/db.ts';

/** A transaction that a node has not known for so long was dropped. */
export const LOST_AFTER_MS = 120_000;
/** Blocks on top, and time since, after which nobody looks any more. */
export const DEEP = 20;
export const LONG_MS = 600_000;
/** Time since it was signed for which one that nobody knows is still looked for: another node may have kept it. */
export const SOUGHT_MS = 3_600_000;

/** What the node says of it; undefined when it knows nothing of it. */
export type Seen = { tx_status: string; block_height?: number | undefined } | undefined;
export type Fate = {
  row: PendingRow;
  /** Something that the reader should hear of. */
  news?: 'done' | 'taken-back' | 'failed' | 'dropped';
};

/** Whether there is still something to look at. */
export const isOpen = (row: PendingRow, headHeight: number | undefined, now: number): boolean =>
  row.state === 'waiting' ||
  (row.state === 'dropped' && now - row.at < SOUGHT_MS) ||
  (inBlock(row) &&
    row.height !== undefined &&
    (headHeight === undefined || headHeight - row.height < DEEP || now - row.at < LONG_MS));

/** In a block, for good or ill: a fork can take back the one and the other. */
const inBlock = (row: PendingRow): boolean => row.state === 'done' || row.state === 'failed';

/** @param now wall time in ms */
export const fateOf = (row: PendingRow, seen: Seen, now: number): Fate => {
  const status = seen?.tx_status;
  if (status === 'success') {
    const { takenBackAt: _, reason: __, ...rest } = row;
    const done: PendingRow = { ...rest, state: 'done', ...heightOf(seen) };
    return row.state === 'done' ? { row: done } : { row: done, news: 'done' };
  }
  if (row.state === 'dropped') {
    if (status !== 'pending') return status === undefined || status.startsWith('dropped') ? { row } : failed(row, seen);
    const { reason: _, ...rest } = row;
    return { row: { ...rest, state: 'waiting' } };
  }
  if (status?.startsWith('dropped')) return dropped(row);
  if (status === undefined || status === 'pending') {
    if (inBlock(row)) {
      const { height: _, reason: __, seen: ___, ...rest } = row;
      return { row: { ...rest, state: 'waiting', takenBackAt: now }, news: 'taken-back' };
    }
    return status === undefined && now - (row.takenBackAt ?? row.at) >= LOST_AFTER_MS ? dropped(row) : { row };
  }
  return row.state === 'failed' ? { row } : failed(row, seen);
};

const heightOf = (seen: Seen): { height?: number } =>
  seen?.block_height === undefined ? {} : { height: seen.block_height };
const failed = (row: PendingRow, seen: Seen): Fate => ({
  row: { ...row, state: 'failed', ...heightOf(seen) },
  news: 'failed',
});

const dropped = (row: PendingRow): Fate => ({
  row: {
    ...row,
    state: 'dropped',
    reason:
      row.takenBackAt !== undefined || inBlock(row)
        ? 'The chain took its block back, and it did not come into another one. Nothing was paid; do it again if you still want it.'
        : 'The network did not take it. Nothing was paid; do it again if you still want it.',
  },
  news: 'dropped',
});
