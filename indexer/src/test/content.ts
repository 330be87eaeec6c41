// Every version of every row, and every block, as one hash: what is lost, doubled or left over shows.
import { createHash } from 'node:crypto';
import { entityNames } from '../schema.ts';
import { tableOf } from '../store/layout.ts';
import type { Store } from '../store/types.ts';

export async function contentOf(store: Store): Promise<string> {
  const snapshot = await store.snapshot();
  const hash = createHash('sha256');
  try {
    for (const table of ['block', ...entityNames.map(tableOf)]) {
      const order = table === 'block' ? 'height' : '"id", block_from';
      for (const row of await snapshot.all(`select * from ${table} order by ${order}`, [])) {
        const pairs = Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]);
        hash.update(JSON.stringify([table, pairs]));
      }
    }
    return hash.digest('hex');
  } finally {
    snapshot.close();
  }
}
