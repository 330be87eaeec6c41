/** What becomes of a transaction that was signed here, from one look at the node to the next. A block can be taken back by a fork: what was done is looked at until it lies deep enough. */
import type { PendingRow } from '../db/db.ts';

/** A transaction that a node has not known for so long was dropped. */
export const LOST_AFTER_MS = 120_000;
/** Blocks on top, and time since, after which nobody looks any more. */
export const DEEP = 20;
export const LONG_MS = 600_000;

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
  (row.state === 'done' &&
    row.height !== undefined &&
    (headHeight === undefined || headHeight - row.height < DEEP || now - row.at < LONG_MS));

/** @param now wall time in ms */
export const fateOf = (row: PendingRow, seen: Seen, now: number): Fate => {
  const status = seen?.tx_status;
  if (status === 'success') {
    const { takenBackAt: _, ...rest } = row;
    const done: PendingRow = {
      ...rest,
      state: 'done',
      ...(seen?.block_height === undefined ? {} : { height: seen.block_height }),
    };
    return row.state === 'done' ? { row: done } : { row: done, news: 'done' };
  }
  if (status?.startsWith('dropped')) return dropped(row);
  if (status === undefined || status === 'pending') {
    if (row.state === 'done') {
      const { height: _, ...rest } = row;
      return { row: { ...rest, state: 'waiting', takenBackAt: now }, news: 'taken-back' };
    }
    return status === undefined && now - (row.takenBackAt ?? row.at) >= LOST_AFTER_MS ? dropped(row) : { row };
  }
  return { row: { ...row, state: 'failed' }, news: 'failed' };
};

const dropped = (row: PendingRow): Fate => ({
  row: {
    ...row,
    state: 'dropped',
    reason:
      row.takenBackAt !== undefined || row.state === 'done'
        ? 'The chain took its block back, and it did not come into another one. Nothing was paid; do it again if you still want it.'
        : 'The network did not take it. Nothing was paid; do it again if you still want it.',
  },
  news: 'dropped',
});
