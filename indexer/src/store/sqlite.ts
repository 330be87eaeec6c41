// Versioned rows in SQLite: each version is valid from a block to a block, so that a fork can be taken back and any past block asked.
import { existsSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type AnyRow, type EntityName, entityNames, type Field, fieldsOf, schemaHash } from '../schema.ts';
import { columnOf, ddl, isImmutable, rowOf, tableOf, toSql, validAt, valuesOf } from './layout.ts';
import { takeLock } from './lock.ts';
import {
  type Batch,
  type BlockRow,
  blockRow,
  OPEN,
  type Raw,
  type Reader,
  type Snapshot,
  type Sql,
  type Store,
  StoreError,
} from './types.ts';

/** Statements that are kept ready: questions from outside come in ever new forms. */
const STATEMENTS = 400;
/** Connections for questions that are kept open. */
const READERS = 4;
/** Pages of 4 KiB in the log before they are moved to where they belong: the ends of indexes are written again and again, and moved once. */
const LOG_PAGES = 4096;
const CACHE_KIB = { writer: 32 * 1024, reader: 8 * 1024 };

class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, readOnly = false) {
    this.db = new DatabaseSync(path, { readOnly });
    this.db.exec(
      `pragma busy_timeout = 5000; pragma cache_size = -${readOnly ? CACHE_KIB.reader : CACHE_KIB.writer}; pragma temp_store = memory`,
    );
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement) this.#statements.delete(sql);
    else {
      statement = this.db.prepare(sql);
      if (this.#statements.size >= STATEMENTS) this.#statements.delete(this.#statements.keys().next().value!);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
  all(sql: string, values: readonly Sql[]): Raw[] {
    return this.#prepare(sql).all(...values) as Raw[];
  }
  one(sql: string, values: readonly Sql[]): Raw | undefined {
    return this.#prepare(sql).get(...values) as Raw | undefined;
  }
  run(sql: string, values: readonly Sql[]): void {
    this.#prepare(sql).run(...values);
  }
  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  blockAt(height: number): BlockRow | undefined {
    return blockRow(this.one('select * from block where height = ?', [height]));
  }
  blockByHash(hash: string): BlockRow | undefined {
    return blockRow(this.one('select * from block where hash = ?', [hash]));
  }
  tip(): BlockRow | undefined {
    return blockRow(this.one('select * from block order by height desc limit 1', []));
  }
}

type Writer = { insert: string; close: string | undefined; forget: string; reopen: string | undefined };
const writers = new Map<EntityName, Writer>(
  entityNames.map((entity) => {
    const table = tableOf(entity);
    const names = fieldsOf(entity).map(([name]) => columnOf(name));
    const span = isImmutable(entity) ? ['block_from'] : ['block_from', 'block_to'];
    const marks = [...names, ...span].map(() => '?').join(', ');
    return [
      entity,
      {
        insert: `insert into ${table} (${[...names, ...span].join(', ')}) values (${marks})`,
        close: isImmutable(entity)
          ? undefined
          : `update ${table} set block_to = ? where "id" = ? and block_to = ${OPEN}`,
        forget: `delete from ${table} where block_from > ?`,
        reopen: isImmutable(entity)
          ? undefined
          : `update ${table} set block_to = ${OPEN} where block_to > ? and block_to < ${OPEN}`,
      },
    ];
  }),
);

type Writing = { insert: StatementSync; close: StatementSync | undefined };

export class SqliteStore implements Store {
  readonly #path: string;
  readonly #main: Connection;
  readonly #unlock: () => void;
  readonly #readers: Connection[] = [];
  readonly #writings = new Map<EntityName, Writing>();
  #tip: BlockRow | undefined;
  #closed = false;

  /**
   * @param path file of the database; ":memory:" keeps nothing
   * @param anew begins with an empty one: what is there goes, once it is certain that nobody else uses it
   * @param readOnly only looks, also while an indexer is at work on it
   */
  constructor(path = ':memory:', { anew = false, readOnly = false }: { anew?: boolean; readOnly?: boolean } = {}) {
    this.#path = path;
    if (readOnly && !existsSync(path)) throw new StoreError(`There is no database ${path}.`);
    this.#unlock = path === ':memory:' || readOnly ? () => {} : takeLock(path);
    try {
      if (anew && path !== ':memory:') {
        this.#checkOurs(path);
        // The log first: it would be played into the new file if this ends in between.
        for (const end of ['-wal', '-shm', '']) rmSync(path + end, { force: true });
      }
      this.#main = new Connection(path, readOnly);
      if (!readOnly)
        this.#main.db.exec(
          `pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = ${LOG_PAGES}`,
        );
      // Nothing is made, or changed, before it is clear that the file is ours.
      const known = this.#knownSchema();
      if (known !== undefined && known !== schemaHash) {
        this.#main.close();
        throw new StoreError(
          `${path} was made by another version of the views. Delete it, or run "rebuild": everything comes back from the chain.`,
        );
      }
      if (readOnly && known === undefined) throw new StoreError(`${path} is empty.`);
      // All tables or none: half of them would be taken for somebody else's.
      if (!readOnly) {
        this.#main.db.exec(['begin immediate', ...ddl('sqlite')].join('; '));
        if (known === undefined) this.setMeta('schema', schemaHash);
        this.#main.db.exec('commit');
      }
      this.#tip = this.#main.tip();
    } catch (error) {
      this.#unlock();
      if (error instanceof StoreError) throw error;
      throw new StoreError(`${path} cannot be used: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** What is not a database of views is never removed. @throws {StoreError} */
  #checkOurs(path: string): void {
    if (!existsSync(path)) return;
    const probe = new Connection(path, true);
    try {
      const tables = probe.all("select name from sqlite_master where type = 'table'", []).map(({ name }) => name);
      if (tables.length > 0 && !(tables.includes('meta') && tables.includes('block')))
        throw new StoreError(`${path} is a database of something else.`);
    } finally {
      probe.close();
    }
  }

  #knownSchema(): string | undefined {
    const tables = this.#main.all("select name from sqlite_master where type = 'table'", []).map(({ name }) => name);
    if (tables.length === 0) return undefined;
    if (!tables.includes('meta') || !tables.includes('block'))
      throw new StoreError(`${this.#path} is a database of something else.`);
    return this.meta('schema');
  }

  get file(): string | undefined {
    return this.#path === ':memory:' ? undefined : this.#path;
  }
  tip(): BlockRow | undefined {
    return this.#tip;
  }
  blockAt(height: number): BlockRow | undefined {
    return this.#main.blockAt(height);
  }
  blocksByHash(hashes: readonly string[]): Map<string, BlockRow> {
    const found = new Map<string, BlockRow>();
    for (const hash of hashes) {
      const block = this.#main.blockByHash(hash);
      if (block) found.set(hash, block);
    }
    return found;
  }
  meta(key: string): string | undefined {
    return this.#main.one('select value from meta where key = ?', [key])?.value as string | undefined;
  }
  setMeta(key: string, value: string): void {
    this.#main.run(
      'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
      [key, value],
    );
  }

  reader(height?: number): Reader {
    const at = { height: height ?? 0, live: height === undefined || height === this.#tip?.height };
    return {
      get: (entity, id) => {
        const valid = validAt(entity, 'a', at);
        const raw = this.#main.one(`select * from ${tableOf(entity)} a where a."id" = ? and ${valid.sql}`, [
          id,
          ...valid.values,
        ]);
        return raw && rowOf(entity, raw);
      },
      where: (entity, match) => {
        const fields = new Map<string, Field>(fieldsOf(entity));
        const names = Object.keys(match);
        const same = names.map((name) => `a.${columnOf(name)} = ?`).join(' and ');
        const valid = validAt(entity, 'a', at);
        return this.#main
          .all(`select * from ${tableOf(entity)} a where ${same} and ${valid.sql}`, [
            ...names.map((name) => toSql(fields.get(name)!, match[name]!)),
            ...valid.values,
          ])
          .map((raw) => rowOf(entity, raw));
      },
    };
  }

  /** Live rows with these values, by id. */
  live(entity: EntityName, match: AnyRow): AnyRow[] {
    return this.reader()
      .where(entity, match)
      .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  }

  /** Runs a statement of a caller who knows the layout. */
  run(sql: string, values: readonly Sql[]): void {
    this.#main.run(sql, values);
  }

  commit({ keep, blocks, versions }: Batch): void {
    const main = this.#main;
    main.db.exec('begin immediate');
    try {
      if (keep !== undefined) this.#takeBack(keep);
      for (const { height, hash, parentHash, time, burnHeight, digest } of blocks)
        main.run('insert into block (height, hash, parent_hash, time, burn_height, digest) values (?, ?, ?, ?, ?, ?)', [
          height,
          hash,
          parentHash,
          time,
          burnHeight,
          digest,
        ]);
      for (const { entity, row, from, to, closes } of versions) {
        const { insert, close } = this.#writing(entity);
        if (closes) close?.run(from, String(row.id));
        const values = valuesOf(entity, row);
        values.push(from);
        if (!isImmutable(entity)) values.push(to);
        insert.run(...values);
      }
      main.db.exec('commit');
    } catch (error) {
      if (main.db.isTransaction) main.db.exec('rollback');
      throw error;
    }
    this.#tip = blocks.at(-1) ?? main.tip();
  }

  /** Statements for rows of an entity, which stay prepared whatever else is asked. */
  #writing(entity: EntityName): Writing {
    let writing = this.#writings.get(entity);
    if (!writing) {
      const { insert, close } = writers.get(entity)!;
      const { db } = this.#main;
      writing = { insert: db.prepare(insert), close: close === undefined ? undefined : db.prepare(close) };
      this.#writings.set(entity, writing);
    }
    return writing;
  }

  #takeBack(height: number): void {
    for (const { forget, reopen } of writers.values()) {
      this.#main.run(forget, [height]);
      if (reopen) this.#main.run(reopen, [height]);
    }
    this.#main.run('delete from block where height > ?', [height]);
  }

  snapshot(): Snapshot {
    // A database in memory has one connection. Its rows are versioned: as long as one block is asked for, no later one shows.
    if (this.#path === ':memory:') {
      const main = this.#main;
      return {
        tip: this.#tip,
        blockAt: (height) => main.blockAt(height),
        blockByHash: (hash) => main.blockByHash(hash),
        all: (sql, values) => main.all(sql, values),
        close: () => {},
      };
    }
    const connection = this.#readers.pop() ?? new Connection(this.#path, true);
    connection.db.exec('begin');
    let open = true;
    return {
      tip: connection.tip(),
      blockAt: (height) => connection.blockAt(height),
      blockByHash: (hash) => connection.blockByHash(hash),
      all: (sql, values) => connection.all(sql, values),
      close: () => {
        if (!open) return;
        open = false;
        connection.db.exec('rollback');
        if (this.#closed || this.#readers.length >= READERS) connection.close();
        else this.#readers.push(connection);
      },
    };
  }

  size(): number {
    if (this.#path === ':memory:') return 0;
    return ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(this.#path + end, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const reader of this.#readers.splice(0)) reader.close();
    this.#main.close();
    this.#unlock();
  }
}
