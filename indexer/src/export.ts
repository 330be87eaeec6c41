// Everything in the views as text: for backups of what can be rebuilt anyway, for comparing, for spreadsheets.
import { entityNames, fieldsOf } from './schema.ts';
import { rowOf, tableOf, validAt } from './store/layout.ts';
import { type Store, StoreError } from './store/types.ts';

/** One JSON line a row, with `entity` first; entities and rows in a fixed order, numbers of the chain as decimal texts. */
export async function* exportRows(store: Store, height?: number): AsyncGenerator<string> {
  const snapshot = await store.snapshot();
  try {
    const tip = snapshot.tip?.height;
    if (tip === undefined) throw new StoreError('There is no block in this database yet.');
    const at = height ?? tip;
    if (at > tip || !(await snapshot.blockAt(at)))
      throw new StoreError(`Block ${at} is not in these views: the newest is ${tip}.`);
    for (const entity of [...entityNames].sort()) {
      const valid = validAt(entity, 'a', { height: at, live: at === tip });
      const names = fieldsOf(entity).map(([name]) => name);
      for (const raw of await snapshot.all(
        `select a.* from ${tableOf(entity)} a where ${valid.sql} order by a."id"`,
        valid.values,
      )) {
        const row = rowOf(entity, raw);
        yield JSON.stringify({
          entity,
          ...Object.fromEntries(
            names.map((name) => [name, typeof row[name] === 'bigint' ? String(row[name]) : row[name]]),
          ),
        });
      }
    }
  } finally {
    snapshot.close();
  }
}
