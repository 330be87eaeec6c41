// A fingerprint of the views after each block. Whoever has the same chain and the same schema has the same digest.
import { createHash } from 'node:crypto';
import { schemaHash } from './schema.ts';
import type { Change } from './store.ts';

export const GENESIS_DIGEST = '0'.repeat(64);

/** Sorted keys, numbers as decimal texts: one form for one row. */
function canonical({ entity, row }: Change): string {
  const fields = Object.keys(row)
    .sort()
    .map((name) => [name, typeof row[name] === 'bigint' ? String(row[name]) : row[name]]);
  return JSON.stringify([entity, fields]);
}

/** D = sha256(D of the parent ‖ block hash ‖ changed rows in order ‖ schema hash). */
export function digestOf(parent: string, blockHash: string, changes: Change[]): string {
  const hash = createHash('sha256').update(parent).update(blockHash);
  const rows = changes
    .map((change) => ({ key: `${change.entity}\0${change.row.id}`, text: canonical(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (const { text } of rows) hash.update(text).update('\n');
  return hash.update(schemaHash).digest('hex');
}
