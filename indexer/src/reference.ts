// The digest once more, slowly and otherwise: from the rows that stand in the database, not from what handlers changed. A test, and `verify`, hold
// one against the other.
import { createHash } from 'node:crypto';
import { GENESIS_DIGEST } from './digest.ts';
import { entityNames, fieldsOf, schemaHash } from './schema.ts';
import { rowOf, tableOf } from './store/layout.ts';
import type { Store } from './store/types.ts';

/** The digest after a block (default: the newest), computed from the first block on. */
export async function referenceDigest(store: Store, height = store.tip()?.height ?? 0): Promise<string> {
  const snapshot = await store.snapshot();
  try {
    let digest = GENESIS_DIGEST;
    for (const block of await snapshot.all('select height, hash from block where height <= ? order by height', [
      height,
    ])) {
      const lines: string[] = [];
      for (const entity of [...entityNames].sort()) {
        const fields = fieldsOf(entity).map(([name]) => name);
        const found = await snapshot.all(`select * from ${tableOf(entity)} where block_from = ?`, [
          Number(block.height),
        ]);
        const rows = found.map((raw) => rowOf(entity, raw)).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
        for (const row of rows) {
          const pairs = fields.toSorted().map((name) => {
            const value = row[name] ?? null;
            return [name, typeof value === 'bigint' ? value.toString() : value];
          });
          lines.push(`${JSON.stringify([entity, pairs])}\n`);
        }
      }
      digest = createHash('sha256')
        .update(digest + String(block.hash) + lines.join('') + schemaHash)
        .digest('hex');
    }
    return digest;
  } finally {
    snapshot.close();
  }
}
