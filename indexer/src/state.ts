// What handlers see: rows as they are after all that came before, and a place for what they change. Nothing reaches the database before a whole
// batch of blocks is done.
import { type AnyRow, type EntityName, entityOf, type Row } from './schema.ts';
import { Missing, OPEN, type Reader, type Version } from './store/types.ts';

/** Changed rows of one entity, findable by the fields that handlers look them up by. */
class Table {
  readonly rows = new Map<string, AnyRow>();
  readonly #indexes = new Map<string, { names: string[]; ids: Map<string, Set<string>> }>();

  set(id: string, row: AnyRow): void {
    const before = this.rows.get(id);
    this.rows.set(id, row);
    for (const { names, ids } of this.#indexes.values()) {
      if (before) ids.get(keyOf(names, before))?.delete(id);
      put(ids, keyOf(names, row), id);
    }
  }
  drop(id: string): void {
    const before = this.rows.get(id);
    this.rows.delete(id);
    for (const { names, ids } of this.#indexes.values()) if (before) ids.get(keyOf(names, before))?.delete(id);
  }
  *find(match: AnyRow): Generator<AnyRow, void, undefined> {
    const names = Object.keys(match).sort();
    const name = names.join();
    let index = this.#indexes.get(name);
    if (!index) {
      index = { names, ids: new Map() };
      this.#indexes.set(name, index);
      for (const [id, row] of this.rows) put(index.ids, keyOf(names, row), id);
    }
    for (const id of index.ids.get(keyOf(names, match)) ?? []) yield this.rows.get(id)!;
  }
}
const keyOf = (names: string[], row: AnyRow): string => names.map((name) => String(row[name])).join('\0');
function put(ids: Map<string, Set<string>>, key: string, id: string): void {
  const set = ids.get(key);
  if (set) set.add(id);
  else ids.set(key, new Set([id]));
}
const matches = (row: AnyRow, match: AnyRow): boolean =>
  Object.entries(match).every(([name, value]) => row[name] === value);

type Rows = Map<EntityName, Map<string, AnyRow>>;

/** Rows that were read or written lately, as the database holds them. Twice the size at most: the older half goes at once. */
export class RowCache {
  readonly #size: number;
  #count = 0;
  #young: Rows = new Map();
  #old: Rows = new Map();

  constructor(size: number) {
    this.#size = size;
  }
  get(entity: EntityName, id: string): AnyRow | undefined {
    const young = this.#young.get(entity)?.get(id);
    if (young) return young;
    const old = this.#old.get(entity)?.get(id);
    if (old) this.set(entity, id, old);
    return old;
  }
  set(entity: EntityName, id: string, row: AnyRow): void {
    let rows = this.#young.get(entity);
    if (!rows) {
      rows = new Map();
      this.#young.set(entity, rows);
    }
    const { size } = rows;
    rows.set(id, row);
    this.#count += rows.size - size;
    if (this.#count < this.#size) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#count = 0;
  }
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#count = 0;
  }
}

/** A chain that speaks of what these views do not know. */
class UnknownRow extends Error {
  constructor(entity: EntityName, id: string) {
    super(`The chain speaks of ${entity} ${id}, which these views do not know: rebuild them from the first block.`);
    this.name = 'UnknownRow';
  }
}

export class State {
  readonly #base: Reader;
  readonly #cache: RowCache;
  readonly #tables = new Map<EntityName, Table>();
  /** Ids that the block at hand changed. */
  #touched = new Map<EntityName, Set<string>>();
  /** What the event at hand replaced, to take it back. */
  #journal: { entity: EntityName; id: string; before: AnyRow | undefined; touched: boolean }[] = [];
  /** Ids that the database has no row of. */
  readonly #absent = new Map<EntityName, Set<string>>();
  readonly #versions = new Map<EntityName, Map<string, Version>>();
  readonly #closed: Version[] = [];

  constructor(base: Reader, cache: RowCache = new RowCache(1000)) {
    this.#base = base;
    this.#cache = cache;
  }

  #table(entity: EntityName): Table {
    let table = this.#tables.get(entity);
    if (!table) {
      table = new Table();
      this.#tables.set(entity, table);
    }
    return table;
  }

  #stored(entity: EntityName, id: string): AnyRow | undefined {
    const cached = this.#cache.get(entity, id);
    if (cached) return cached;
    const absent = this.#absent.get(entity);
    if (absent?.has(id)) return undefined;
    const row = this.#base.get(entity, id);
    if (row) this.#cache.set(entity, id, row);
    else if (absent) absent.add(id);
    else this.#absent.set(entity, new Set([id]));
    return row;
  }

  /** Whether a row may have a version in the database: one that would have to be fetched to know it may. */
  #mayBeStored(entity: EntityName, id: string): boolean {
    try {
      return this.#stored(entity, id) !== undefined;
    } catch (error) {
      if (error instanceof Missing) return true;
      throw error;
    }
  }

  get<E extends EntityName>(entity: E, id: string): Row<E> | undefined {
    return (this.#tables.get(entity)?.rows.get(id) ?? this.#stored(entity, id)) as Row<E> | undefined;
  }

  /** A row that must be there: the contracts never speak of what does not exist. @throws {UnknownRow} */
  need<E extends EntityName>(entity: E, id: string): Row<E> {
    const row = this.get(entity, id);
    if (!row) throw new UnknownRow(entity, id);
    return row;
  }

  set<E extends EntityName>(entity: E, row: Row<E>): void {
    const { id } = row as { id: string };
    const table = this.#table(entity);
    const before = table.rows.get(id);
    let touched = this.#touched.get(entity);
    if (!touched) {
      touched = new Set();
      this.#touched.set(entity, touched);
    }
    this.#journal.push({ entity, id, before, touched: touched.has(id) });
    touched.add(id);
    table.set(id, row as AnyRow);
  }

  change<E extends EntityName>(entity: E, id: string, change: Partial<Row<E>>): void {
    this.set(entity, { ...this.need(entity, id), ...change });
  }

  /** Adds to counters of a row that is made with zeros when it is not there. */
  add<E extends EntityName>(entity: E, blank: Row<E>, amounts: Partial<Record<keyof Row<E>, bigint>>): void {
    const row = { ...(this.get(entity, (blank as { id: string }).id) ?? blank) } as Record<string, unknown>;
    for (const name in amounts) row[name] = (row[name] as bigint) + (amounts[name] as bigint);
    this.set(entity, row as Row<E>);
  }

  /** Rows with these values, by id. */
  where<E extends EntityName>(entity: E, match: Partial<Row<E>>): Row<E>[] {
    const table = this.#table(entity);
    const found = this.#base.where(entity, match as AnyRow).filter(({ id }) => !table.rows.has(String(id)));
    for (const row of table.find(match as AnyRow)) if (matches(row, match as AnyRow)) found.push(row);
    return found.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) as Row<E>[];
  }

  /** An event is done: what it changed stays. */
  keep(): void {
    this.#journal = [];
  }
  /** An event has to be handled again: what it changed so far goes. */
  undo(): void {
    for (const { entity, id, before, touched } of this.#journal.reverse()) {
      const table = this.#table(entity);
      if (before) table.set(id, before);
      else table.drop(id);
      if (!touched) this.#touched.get(entity)!.delete(id);
    }
    this.#journal = [];
  }

  /** Ends the block at `height` and gives what it changed. */
  endBlock(height: number): Map<EntityName, AnyRow[]> {
    const changes = new Map<EntityName, AnyRow[]>();
    for (const [entity, ids] of this.#touched) {
      if (ids.size === 0) continue;
      const { rows } = this.#table(entity);
      const changed = Array.from(ids, (id) => rows.get(id)!);
      changes.set(entity, changed);
      let versions = this.#versions.get(entity);
      if (!versions) {
        versions = new Map();
        this.#versions.set(entity, versions);
      }
      const immutable = entityOf(entity).immutable === true;
      for (const row of changed) {
        const id = String(row.id);
        const before = versions.get(id);
        if (before) {
          if (immutable) throw new Error(`${entity} ${id} is written once only.`);
          this.#closed.push({ ...before, to: height });
        }
        const closes = !before && !immutable && this.#mayBeStored(entity, id);
        versions.set(id, { entity, row, from: height, to: OPEN, closes });
      }
    }
    this.#touched = new Map();
    this.#journal = [];
    return changes;
  }

  /** Everything that the batch wrote, in an order in which it can be stored. */
  versions(): Version[] {
    return [...this.#closed, ...[...this.#versions.values()].flatMap((versions) => [...versions.values()])];
  }

  /** The database holds the batch now. */
  committed(): void {
    for (const [entity, versions] of this.#versions) {
      if (entityOf(entity).immutable) continue;
      for (const [id, { row }] of versions) this.#cache.set(entity, id, row);
    }
  }
}
