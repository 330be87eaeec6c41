// What handlers see: rows as they are after all that came before, and a place for what they change. One block at a time.
import type { AnyRow, EntityName, Row } from './schema.ts';
import type { Change, Store } from './store.ts';

export class State {
  readonly #store: Store;
  readonly #changed = new Map<string, Change>();

  constructor(store: Store) {
    this.#store = store;
  }

  get<E extends EntityName>(entity: E, id: string): Row<E> | undefined {
    return (this.#changed.get(`${entity}\0${id}`)?.row ?? this.#store.get(entity, id)) as Row<E> | undefined;
  }

  /** A row that must be there: the contracts never speak of what does not exist. */
  need<E extends EntityName>(entity: E, id: string): Row<E> {
    const row = this.get(entity, id);
    if (!row)
      throw new Error(
        `The chain speaks of ${entity} ${id}, which these views do not know: rebuild them from the first block.`,
      );
    return row;
  }

  set<E extends EntityName>(entity: E, row: Row<E>): void {
    this.#changed.set(`${entity}\0${(row as { id: string }).id}`, { entity, row: row as AnyRow });
  }

  change<E extends EntityName>(entity: E, id: string, change: Partial<Row<E>>): void {
    this.set(entity, { ...this.need(entity, id), ...change });
  }

  /** Adds to counters of a row that is made with zeros when it is not there. */
  add<E extends EntityName>(entity: E, blank: Row<E>, amounts: Partial<Record<keyof Row<E>, bigint>>): void {
    const row = { ...(this.get(entity, (blank as { id: string }).id) ?? blank) } as Record<string, unknown>;
    for (const [name, amount] of Object.entries(amounts)) row[name] = (row[name] as bigint) + (amount as bigint);
    this.set(entity, row as Row<E>);
  }

  /** Live rows with this value, changes of this block included, by id. */
  where<E extends EntityName>(entity: E, match: Partial<Row<E>>): Row<E>[] {
    const found = new Map(this.#store.live(entity, match as AnyRow).map((row) => [String(row.id), row]));
    for (const { entity: other, row } of this.#changed.values()) {
      if (other !== entity) continue;
      if (Object.entries(match).every(([name, value]) => row[name] === value)) found.set(String(row.id), row);
      else found.delete(String(row.id));
    }
    return [...found.values()].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) as Row<E>[];
  }

  changes(): Change[] {
    return [...this.#changed.values()];
  }
}
