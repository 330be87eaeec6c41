/** Follows transactions that were signed here until the chain has said what became of them. Kept in the browser, so a reload does not lose sight of them. */
import { app } from '../app.svelte.ts';
import { type PendingRow, store } from '../db/db.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import { fateOf, isOpen } from './fate.ts';
import { transaction } from './node.ts';
import { pending } from './pending.svelte.ts';

const POLL_MS = 2_000;
const WEEK_MS = 7 * 86_400_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Reads what earlier visits signed and goes on following it. */
export const resume = async (): Promise<void> => {
  try {
    await store.pending
      .where('at')
      .below(Date.now() - WEEK_MS)
      .delete();
    const kept = await store.pending.orderBy('at').toArray();
    pending.rows = [...kept.filter(({ txid }) => !pending.rows.some((row) => row.txid === txid)), ...pending.rows];
  } catch {
    // no memory in this browser: only what is signed from now on is followed
  }
  watch();
};

export const follow = async (row: Omit<PendingRow, 'state' | 'at'>): Promise<void> => {
  await save({ ...row, at: Date.now(), state: 'waiting' });
  toasts.show('pen', 'Signed and sent. Waiting for a block.', { href: '#/trades', text: 'View' });
  watch();
};

/** Takes a failed one off the page. */
export const putAway = async (txid: string): Promise<void> => {
  const row = pending.rows.find((one) => one.txid === txid);
  if (row) await save({ ...row, seen: true });
};

const save = async (row: PendingRow): Promise<void> => {
  pending.rows = [...pending.rows.filter(({ txid }) => txid !== row.txid), row];
  await store.pending.put(row).catch(() => undefined);
};

const open = (): PendingRow[] => pending.rows.filter((row) => isOpen(row, app.indexers.head?.number, Date.now()));

const watch = (): void => {
  if (timer || open().length === 0) return;
  timer = setTimeout(async () => {
    if (app.settings) await Promise.all(open().map(look));
    timer = undefined;
    watch();
  }, POLL_MS);
};

const look = async (row: PendingRow): Promise<void> => {
  const seen = await transaction(row.txid).catch(() => null);
  // the node does not answer: ask again later
  if (seen === null) return;
  const { row: next, news } = fateOf(row, seen, Date.now());
  if (news === 'failed') {
    const { explain } = await import('./explain.ts');
    await save({ ...next, reason: explain(seen?.tx_status ?? '', seen?.tx_result?.repr) });
    return;
  }
  if (news || next.state !== row.state || next.height !== row.height) await save(next);
  if (news === 'done')
    toasts.show('check', `${row.title}: in a block.`, row.link ? { href: row.link, text: 'View' } : undefined);
  else if (news === 'taken-back')
    toasts.show('hourglass', `${row.title}: the chain took its block back. It waits for another one.`, {
      href: '#/trades',
      text: 'View',
    });
};
