import { describe, expect, it } from 'vitest';
import type { PendingRow } from '../db/db.ts';
import { DEEP, fateOf, isOpen, LONG_MS, LOST_AFTER_MS, SOUGHT_MS } from './fate.ts';

const NOW = 1_800_000_000_000;
const row: PendingRow = { txid: '0x01', account: 'ST1', kind: 'buy', title: 'Buy 2 kWh', at: NOW, state: 'waiting' };
const done: PendingRow = { ...row, state: 'done', height: 100 };

describe('a transaction', () => {
  it('waits, is in a block, and is looked at until it lies deep', () => {
    expect(fateOf(row, { tx_status: 'pending' }, NOW)).toEqual({ row });
    expect(fateOf(row, { tx_status: 'success', block_height: 100 }, NOW)).toEqual({ row: done, news: 'done' });
    expect(fateOf(done, { tx_status: 'success', block_height: 100 }, NOW)).toEqual({ row: done });
    expect(isOpen(row, 1_000_000, NOW + 10 * LONG_MS)).toBe(true);
    expect(isOpen(done, 100 + DEEP - 1, NOW + LONG_MS)).toBe(true);
    expect(isOpen(done, 100 + DEEP, NOW + LONG_MS - 1)).toBe(true);
    expect(isOpen(done, 100 + DEEP, NOW + LONG_MS)).toBe(false);
  });

  it.each([undefined, { tx_status: 'pending' }])('waits again when a fork takes its block back (%o)', (seen) => {
    const fate = fateOf(done, seen, NOW);
    expect(fate.news).toBe('taken-back');
    expect(fate.row).toEqual({ ...row, takenBackAt: NOW });
    // In another block afterwards, it is done as if nothing had been.
    expect(fateOf(fate.row, { tx_status: 'success', block_height: 103 }, NOW + 9)).toEqual({
      row: { ...done, height: 103 },
      news: 'done',
    });
  });

  it('is given up when it does not come again, and the reader is told that nothing was paid', () => {
    const waiting = fateOf(done, undefined, NOW).row;
    expect(fateOf(waiting, undefined, NOW + LOST_AFTER_MS - 1).news).toBeUndefined();
    const lost = fateOf(waiting, undefined, NOW + LOST_AFTER_MS);
    expect(lost).toMatchObject({ news: 'dropped', row: { state: 'dropped' } });
    expect(lost.row.reason).toContain('took its block back');
    expect(fateOf(done, { tx_status: 'dropped_replace_by_fee' }, NOW).row.reason).toContain('Nothing was paid');
  });

  it('that a fork has put before another one can fail afterwards', () => {
    expect(fateOf(done, { tx_status: 'abort_by_response', block_height: 101 }, NOW)).toMatchObject({
      news: 'failed',
      row: { state: 'failed' },
    });
  });

  it('that no node has ever known is dropped', () => {
    expect(fateOf(row, undefined, NOW + LOST_AFTER_MS - 1)).toEqual({ row });
    expect(fateOf(row, undefined, NOW + LOST_AFTER_MS).row).toMatchObject({
      state: 'dropped',
      reason: 'The network did not take it. Nothing was paid; do it again if you still want it.',
    });
  });

  it('that was given up is still looked for, and told as it is when another node had kept it', () => {
    const lost = fateOf(row, undefined, NOW + LOST_AFTER_MS).row;
    expect(isOpen(lost, 1_000_000, NOW + SOUGHT_MS - 1)).toBe(true);
    expect(isOpen(lost, 1_000_000, NOW + SOUGHT_MS)).toBe(false);
    for (const seen of [undefined, { tx_status: 'dropped_replace_by_fee' }])
      expect(fateOf(lost, seen, NOW + LOST_AFTER_MS + 1)).toEqual({ row: lost });
    expect(fateOf(lost, { tx_status: 'pending' }, NOW)).toEqual({ row });
    expect(fateOf(lost, { tx_status: 'success', block_height: 100 }, NOW)).toEqual({ row: done, news: 'done' });
    expect(fateOf(lost, { tx_status: 'abort_by_post_condition' }, NOW).news).toBe('failed');
  });

  it('that failed can come right in another block, when a fork takes the first one back', () => {
    const abort = { tx_status: 'abort_by_response', block_height: 100 };
    const failed = { ...fateOf(row, abort, NOW).row, reason: 'Somebody was faster.', seen: true };
    expect(failed).toMatchObject({ state: 'failed', height: 100 });
    expect(fateOf(failed, abort, NOW)).toEqual({ row: failed });
    expect(isOpen(failed, 100 + DEEP - 1, NOW + LONG_MS)).toBe(true);
    expect(isOpen(failed, 100 + DEEP, NOW + LONG_MS)).toBe(false);
    expect(fateOf(failed, undefined, NOW)).toEqual({ row: { ...row, takenBackAt: NOW }, news: 'taken-back' });
    expect(fateOf(failed, { tx_status: 'success', block_height: 101 }, NOW)).toMatchObject({
      row: { state: 'done', height: 101 },
      news: 'done',
    });
  });
});
