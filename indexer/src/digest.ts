// A fingerprint of the views after each block. Whoever has the same chain and the same schema has the same digest. `reference.ts` computes it again,
// slowly and otherwise.
import { createHash } from 'node:crypto';
import { type AnyRow, type EntityName, entityNames, fieldsOf, schemaHash } from './schema.ts';

export const GENESIS_DIGEST = '0'.repeat(64);

const names = new Map(
  entityNames.map((entity) => [
    entity,
    fieldsOf(entity)
      .map(([name]) => name)
      .sort(),
  ]),
);
/** In the order in which their changes are counted. */
const ordered = [...entityNames].sort();

/** `["Entity",[["field",value],…]]` with fields in order and numbers as decimal texts: one form for one row. */
function canonical(entity: EntityName, row: AnyRow): string {
  let out = `["${entity}",[`;
  let comma = '';
  for (const name of names.get(entity)!) {
    const value = row[name]!;
    out += `${comma}["${name}",${typeof value === 'bigint' ? `"${value}"` : JSON.stringify(value)}]`;
    comma = ',';
  }
  return `${out}]]`;
}

/** D = sha256(D of the parent ‖ block hash ‖ changed rows by entity and id, a line each ‖ schema hash), hashes as texts in hex. */
export function digestOf(
  parent: string,
  blockHash: string,
  changes: ReadonlyMap<EntityName, readonly AnyRow[]>,
): string {
  const hash = createHash('sha256').update(parent).update(blockHash);
  for (const entity of ordered) {
    const rows = changes.get(entity);
    if (!rows) continue;
    const sorted = rows.length < 2 ? rows : [...rows].sort((a, b) => (a.id! < b.id! ? -1 : 1));
    for (const row of sorted) hash.update(`${canonical(entity, row)}\n`);
  }
  return hash.update(schemaHash).digest('hex');
}
