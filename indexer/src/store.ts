// Versioned rows in SQLite: each version is valid from a block to a block, so that a fork can be taken back and any past block asked.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { AnyRow, EntityName, Field } from './schema.ts';
import { entities, entityNames, fieldsOf, schemaHash } from './schema.ts';

const OPEN = 2147483647;
/** Digits of the largest 128-bit number: padded texts sort as numbers do, in every SQL dialect. */
const DIGITS = 39;

export type BlockRow = { height: number; hash: string; parentHash: string; time: number; digest: string };
export type Change = { entity: EntityName; row: AnyRow };
export type Sql = string | number | null;

export class StoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreError';
  }
}

const snake = (name: string) => name.replace(/[A-Z]/g, (char) => `_${char.toLowerCase()}`).replace(/^_/, '');
export const tableOf = (entity: EntityName) => `e_${snake(entity)}`;
export const columnOf = (field: string) => `"${snake(field)}"`;
export const isBig = (field: Field) => 'type' in field && field.type === 'BigInt';

export function toSql(field: Field, value: AnyRow[string]): Sql {
  if (value === null) return null;
  if (typeof value === 'bigint') {
    if (value < 0n) throw new StoreError(`Amounts are never below zero: ${value}`);
    return value.toString().padStart(DIGITS, '0');
  }
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isBig(field)) throw new StoreError('Expected a bigint.');
  return value;
}

function fromSql(field: Field, value: unknown): AnyRow[string] {
  if (value === null || value === undefined) return null;
  if (!('type' in field)) return String(value);
  switch (field.type) {
    case 'BigInt':
      return BigInt(String(value));
    case 'Boolean':
      return value === 1;
    case 'Int':
      return Number(value);
    default:
      return String(value);
  }
}

export function rowOf(entity: EntityName, raw: Record<string, unknown>): AnyRow {
  return Object.fromEntries(fieldsOf(entity).map(([name, field]) => [name, fromSql(field, raw[snake(name)])]));
}

function ddl(): string[] {
  const out = [
    'create table if not exists meta (key text primary key, value text not null)',
    'create table if not exists block (height integer primary key, hash text not null unique, parent_hash text not null, time integer not null, digest text not null)',
  ];
  for (const entity of entityNames) {
    const table = tableOf(entity);
    const columns = fieldsOf(entity).map(
      ([name, field]) =>
        `${columnOf(name)} ${'type' in field && (field.type === 'Int' || field.type === 'Boolean') ? 'integer' : 'text'}`,
    );
    out.push(
      `create table if not exists ${table} (${columns.join(', ')}, block_from integer not null, block_to integer not null)`,
    );
    out.push(`create unique index if not exists ${table}_live on ${table} ("id") where block_to = ${OPEN}`);
    out.push(`create index if not exists ${table}_id on ${table} ("id", block_from)`);
    out.push(`create index if not exists ${table}_from on ${table} (block_from)`);
    out.push(`create index if not exists ${table}_to on ${table} (block_to) where block_to < ${OPEN}`);
    for (const [name, field] of fieldsOf(entity))
      if ('ref' in field || name === 'slot')
        out.push(
          `create index if not exists ${table}_${snake(name)} on ${table} (${columnOf(name)}) where block_to = ${OPEN}`,
        );
  }
  return out;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** One process writes to a file. The lock of a process that was killed is taken over. */
function takeLock(path: string): string {
  const lock = `${path}.lock`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(lock, 'wx');
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return lock;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(lock, 'utf8'));
      if (owner !== process.pid && isRunning(owner))
        throw new StoreError(
          `${path} is in use by process ${owner}. Stop it, or give this indexer another file with --db.`,
        );
      rmSync(lock, { force: true });
    }
  }
  throw new StoreError(`${path} could not be locked.`);
}

export class Store {
  readonly #db: DatabaseSync;
  readonly #lock: string | undefined;
  readonly #statements = new Map<string, StatementSync>();

  /** @param path file of the database; ":memory:" keeps nothing */
  constructor(path = ':memory:') {
    this.#lock = path === ':memory:' ? undefined : takeLock(path);
    this.#db = new DatabaseSync(path);
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000');
    for (const statement of ddl()) this.#db.exec(statement);
    const known = this.meta('schema');
    if (known === undefined) this.setMeta('schema', schemaHash);
    else if (known !== schemaHash) {
      this.close();
      throw new StoreError(
        `${path} was made by another version of the views. Delete it, or run "rebuild": everything comes back from the chain.`,
      );
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
  all(sql: string, ...values: Sql[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...values) as Record<string, unknown>[];
  }
  #one(sql: string, ...values: Sql[]): Record<string, unknown> | undefined {
    return this.#prepare(sql).get(...values) as Record<string, unknown> | undefined;
  }
  #run(sql: string, ...values: Sql[]): void {
    this.#prepare(sql).run(...values);
  }

  meta(key: string): string | undefined {
    return this.#one('select value from meta where key = ?', key)?.value as string | undefined;
  }
  setMeta(key: string, value: string): void {
    this.#run(
      'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
      key,
      value,
    );
  }

  /** All or nothing. */
  transaction<T>(run: () => T): T {
    this.#db.exec('begin immediate');
    try {
      const result = run();
      this.#db.exec('commit');
      return result;
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  tip(): BlockRow | undefined {
    return blockRow(this.#one('select * from block order by height desc limit 1'));
  }
  blockByHash(hash: string): BlockRow | undefined {
    return blockRow(this.#one('select * from block where hash = ?', hash));
  }
  blockAt(height: number): BlockRow | undefined {
    return blockRow(this.#one('select * from block where height = ?', height));
  }

  /** The live version of a row. */
  get(entity: EntityName, id: string): AnyRow | undefined {
    const raw = this.#one(`select * from ${tableOf(entity)} where "id" = ? and block_to = ${OPEN}`, id);
    return raw && rowOf(entity, raw);
  }

  /** Live rows by the value of one field, by id. */
  live(entity: EntityName, where: Record<string, AnyRow[string]>): AnyRow[] {
    const fields = entities[entity].fields as Record<string, Field>;
    const names = Object.keys(where);
    const sql = `select * from ${tableOf(entity)} where ${names.map((name) => `${columnOf(name)} = ?`).join(' and ')} and block_to = ${OPEN} order by "id"`;
    return this.all(sql, ...names.map((name) => toSql(fields[name]!, where[name]!))).map((raw) => rowOf(entity, raw));
  }

  /** Within a transaction: one block and what it changed, one version for each entity and id. */
  write(block: BlockRow, changes: Change[]): void {
    this.#run(
      'insert into block (height, hash, parent_hash, time, digest) values (?, ?, ?, ?, ?)',
      block.height,
      block.hash,
      block.parentHash,
      block.time,
      block.digest,
    );
    for (const { entity, row } of changes) {
      const table = tableOf(entity);
      const fields = fieldsOf(entity);
      this.#run(`update ${table} set block_to = ? where "id" = ? and block_to = ${OPEN}`, block.height, String(row.id));
      this.#run(
        `insert into ${table} (${fields.map(([name]) => columnOf(name)).join(', ')}, block_from, block_to) values (${fields.map(() => '?').join(', ')}, ?, ${OPEN})`,
        ...fields.map(([name, field]) => {
          const value = row[name];
          if (value === undefined || (value === null && !field.nullable))
            throw new StoreError(`${entity}.${name} is missing in ${row.id}.`);
          return toSql(field, value);
        }),
        block.height,
      );
    }
  }

  /** Within a transaction: forgets every block above `height` and what they changed. */
  rollback(height: number): void {
    for (const entity of entityNames) {
      const table = tableOf(entity);
      this.#run(`delete from ${table} where block_from > ?`, height);
      this.#run(`update ${table} set block_to = ${OPEN} where block_to > ? and block_to < ${OPEN}`, height);
    }
    this.#run('delete from block where height > ?', height);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
    if (this.#lock) rmSync(this.#lock, { force: true });
  }
}

function blockRow(raw: Record<string, unknown> | undefined): BlockRow | undefined {
  return (
    raw && {
      height: Number(raw.height),
      hash: String(raw.hash),
      parentHash: String(raw.parent_hash),
      time: Number(raw.time),
      digest: String(raw.digest),
    }
  );
}
