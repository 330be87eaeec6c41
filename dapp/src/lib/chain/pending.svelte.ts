import { app } from '../app.svelte.ts';
import type { PendingRow } from '../db/db.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import { transaction } from './node.ts';

const POLL_MS = 2_000;
/** A transaction that a node has not known for so long was dropped. */
const LOST_AFTER_MS = 120_000;

/** Transactions that were signed here and are on their way. Kept in the browser, so a reload does not lose sight of them. */
class Pending {
  rows = $state.raw<PendingRow[]>([]);
  waiting = $derived(this.rows.filter(({ state }) => state === 'waiting'));
  /** Failed or dropped ones that nobody has put away yet. */
  trouble = $derived(this.rows.filter(({ state, seen }) => (state === 'failed' || state === 'dropped') && !seen));
  #timer: ReturnType<typeof setTimeout> | undefined;

  async start(): Promise<void> {
    const { store } = await import('../db/db.ts');
    try {
      const week = Date.now() - 7 * 86_400_000;
      await store.pending.where('at').below(week).delete();
      const kept = await store.pending.orderBy('at').toArray();
      this.rows = [...kept.filter(({ txid }) => !this.rows.some((row) => row.txid === txid)), ...this.rows];
    } catch {
      // no memory in this browser: only what is signed from now on is followed
    }
    this.#watch();
  }

  async add(row: Omit<PendingRow, 'state' | 'at'>): Promise<void> {
    await this.#save({ ...row, at: Date.now(), state: 'waiting' });
    toasts.show('pen', 'Signed and sent. Waiting for a block.', { href: '#/trades', text: 'View' });
    this.#watch();
  }

  async putAway(txid: string): Promise<void> {
    const row = this.rows.find((one) => one.txid === txid);
    if (row) await this.#save({ ...row, seen: true });
  }

  async #save(row: PendingRow): Promise<void> {
    this.rows = [...this.rows.filter(({ txid }) => txid !== row.txid), row];
    const { store } = await import('../db/db.ts');
    await store.pending.put($state.snapshot(row)).catch(() => undefined);
  }

  #watch(): void {
    if (this.#timer || this.waiting.length === 0) return;
    this.#timer = setTimeout(async () => {
      if (app.settings) await Promise.all(this.waiting.map((row) => this.#look(row)));
      this.#timer = undefined;
      this.#watch();
    }, POLL_MS);
  }

  async #look(row: PendingRow): Promise<void> {
    const tx = await transaction(row.txid).catch(() => null);
    if (tx === null) return;
    if (tx === undefined || tx.tx_status.startsWith('dropped')) {
      if (tx === undefined && Date.now() - row.at < LOST_AFTER_MS) return;
      await this.#save({ ...row, state: 'dropped', reason: 'The network did not take it. Nothing was paid.' });
      return;
    }
    if (tx.tx_status === 'pending') return;
    if (tx.tx_status === 'success') {
      await this.#save({ ...row, state: 'done' });
      toasts.show('check', `${row.title}: in a block.`, row.link ? { href: row.link, text: 'View' } : undefined);
      return;
    }
    const { explain } = await import('./explain.ts');
    await this.#save({ ...row, state: 'failed', reason: explain(tx.tx_status, tx.tx_result?.repr) });
  }
}

export const pending = new Pending();
