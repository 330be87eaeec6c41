import type { PendingRow } from '../db/db.ts';

/** Transactions that were signed here and are on their way, for the pages. `follow.ts` fills it. */
class Pending {
  rows = $state.raw<PendingRow[]>([]);
  waiting = $derived(this.rows.filter(({ state }) => state === 'waiting'));
  /** Failed or dropped ones that nobody has put away yet. */
  trouble = $derived(this.rows.filter(({ state, seen }) => (state === 'failed' || state === 'dropped') && !seen));
}

export const pending = new Pending();
