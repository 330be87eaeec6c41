// A fingerprint of the views after each block. Whoever has the same chain and the same schema has the same digest. `reference.ts` computes it again,
// slowly and otherwise.
import { hash } from 'node:crypto';
import { jsonOf } from './json.ts';
import { type AnyRow, type EntityName, entityNames, fieldsOf, schemaHash } from './schema.ts';

export const GENESIS_DIGEST = '0'.repeat(64);

/** Fields of each entity in their order, each with what stands before its value. */
const forms = new Map(
  entityNames.map((entity) => [
    entity,
    fieldsOf(entity)
      .map(([name]) => name)
      .sort()
      .map((name, i) => ({ name, before: `${i === 0 ? `["${entity}",[` : '],'}["${name}",` })),
  ]),
);
/** In the order in which their changes are counted. */
const ordered = [...entityNames].sort();

/** `["Entity",[["field",value],…]]` with fields in order and numbers as decimal texts: one form for one row. */
function canonical(entity: EntityName, row: AnyRow): string {
  let out = '';
  for (const { name, before } of forms.get(entity)!) out += before + jsonOf(row[name]);
  return `${out}]]]`;
}

/** D = sha256(D of the parent ‖ block hash ‖ changed rows by entity and id, a line each ‖ schema hash), hashes as texts in hex. */
export function digestOf(
  parent: string,
  blockHash: string,
  changes: ReadonlyMap<EntityName, readonly AnyRow[]>,
): string {
  let text = parent + blockHash;
  for (const entity of ordered) {
    const rows = changes.get(entity);
    if (!rows) continue;
    const sorted = rows.length < 2 ? rows : [...rows].sort((a, b) => (a.id! < b.id! ? -1 : 1));
    for (const row of sorted) text += `${canonical(entity, row)}\n`;
  }
  return hash('sha256', text + schemaHash);
}
