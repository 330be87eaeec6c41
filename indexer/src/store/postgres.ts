// The same versioned rows in PostgreSQL, and whatever else speaks its wire, for a community that has outgrown one machine. Rows are fetched before
// they are needed: a handler that asks for one that is not here yet is stopped, and runs again once it has come.
import pg from 'pg';
import { type AnyRow, type EntityName, entityNames, type Field, fieldsOf, schemaHash } from '../schema.ts';
import { columnOf, ddl, isImmutable, rowOf, tableOf, toSql, typeOf, validAt, valuesOf } from './layout.ts';
import {
  type Batch,
  type BlockRow,
  blockRow,
  Missing,
  OPEN,
  QUESTION_MS,
  type Raw,
  type Reader,
  type Snapshot,
  type Sql,
  type Store,
  StoreError,
  TooSlow,
} from './types.ts';

/** Connections for questions. */
const READERS = 8;
const QUERY_CANCELED = '57014';
const CONNECT_MS = 10_000;
/** Names the one who may write, in the database's own list of locks. */
const LOCK = 0x77617474;
const LOCK_MS = 2000;
const LOCK_EVERY_MS = 50;

type Client = Pick<pg.ClientBase, 'query'>;

/** `?` as PostgreSQL counts them. No text of ours holds one. */
const numbered = new Map<string, string>();
function dialect(sql: string): string {
  let found = numbered.get(sql);
  if (found === undefined) {
    let n = 0;
    found = sql.replace(/\?/g, () => `$${++n}`);
    if (numbered.size >= 1000) numbered.clear();
    numbered.set(sql, found);
  }
  return found;
}
async function all(client: Client, sql: string, values: readonly unknown[] = []): Promise<Raw[]> {
  return (await client.query(dialect(sql), values as unknown[])).rows as Raw[];
}

type Writer = { columns: { name: string; type: string }[]; insert: string; close: string };
const writers = new Map<EntityName, Writer>(
  entityNames.map((entity) => {
    const columns = [
      ...fieldsOf(entity).map(([name, field]) => ({ name: columnOf(name), type: typeOf(field) })),
      { name: 'block_from', type: 'integer' },
      ...(isImmutable(entity) ? [] : [{ name: 'block_to', type: 'integer' }]),
    ];
    const names = columns.map(({ name }) => name).join(', ');
    const table = tableOf(entity);
    return [
      entity,
      {
        columns,
        insert: `insert into ${table} (${names}) select * from unnest(${columns.map(({ type }) => `?::${type}[]`).join(', ')})`,
        close: `update ${table} t set block_to = u.ended from unnest(?::text[], ?::integer[]) u(id, ended) where t."id" = u.id and t.block_to = ${OPEN}`,
      },
    ];
  }),
);

export class PostgresStore implements Store {
  readonly file = undefined;
  readonly #writer: pg.Client;
  readonly #readers: pg.Pool;
  readonly #meta = new Map<string, string>();
  #tip: BlockRow | undefined;
  #lost: string | undefined;
  #bytes = 0;
  /** What `setMeta` has not written yet. */
  #pending: Promise<unknown> = Promise.resolve();

  private constructor(writer: pg.Client, readers: pg.Pool) {
    this.#writer = writer;
    this.#readers = readers;
    writer.on('error', (error) => {
      this.#lost = error.message;
    });
    // A connection that waits may break; the next question takes another.
    readers.on('error', () => {});
  }

  /** @param url postgresql://user:password@host:port/database @throws {StoreError} */
  static async open(
    url: string,
    { anew = false, readOnly = false }: { anew?: boolean; readOnly?: boolean } = {},
  ): Promise<PostgresStore> {
    const connection = { connectionString: url, connectionTimeoutMillis: CONNECT_MS, application_name: 'wattconnect' };
    const writer = new pg.Client(connection);
    const readers = new pg.Pool({
      ...connection,
      max: READERS,
      statement_timeout: QUESTION_MS,
      allowExitOnIdle: true,
    });
    const store = new PostgresStore(writer, readers);
    try {
      await writer.connect();
      if (!readOnly) await store.#takeLock();
      await store.#prepare(anew, readOnly);
      return store;
    } catch (error) {
      await store.close();
      if (error instanceof StoreError) throw error;
      throw new StoreError(
        `The database at ${nameOf(url)} cannot be used: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  async #takeLock(): Promise<void> {
    // The server may take a moment to see that the one before was killed.
    for (let left = LOCK_MS; ; left -= LOCK_EVERY_MS) {
      const [row] = await all(
        this.#writer,
        "select pg_try_advisory_lock(?, hashtext(current_database() || '.' || current_schema())) as taken",
        [LOCK],
      );
      if (row?.taken === true) return;
      if (left <= 0)
        throw new StoreError('This database is in use by another indexer. Stop it, or give this one another database.');
      await new Promise((resolve) => setTimeout(resolve, LOCK_EVERY_MS));
    }
  }

  async #prepare(anew: boolean, readOnly: boolean): Promise<void> {
    const tables = (
      await all(this.#writer, 'select table_name from information_schema.tables where table_schema = current_schema()')
    ).map(({ table_name }) => String(table_name));
    const ours = tables.includes('meta') && tables.includes('block');
    if (tables.length > 0 && !ours) throw new StoreError('This database is one of something else.');
    if (readOnly && !ours) throw new StoreError('There are no views in this database yet.');
    await this.#transaction(async () => {
      if (ours)
        for (const { key, value } of await all(this.#writer, 'select key, value from meta'))
          this.#meta.set(String(key), String(value));
      if (anew && ours) {
        for (const table of tables.filter((name) => name.startsWith('e_') || name === 'meta' || name === 'block'))
          await this.#writer.query(`drop table "${table}"`);
        this.#meta.clear();
      }
      const known = this.#meta.get('schema');
      if (known !== undefined && known !== schemaHash)
        throw new StoreError(
          'The views in this database were made by another version. Run "rebuild": everything comes back from the chain.',
        );
      if (readOnly) return;
      await this.#writer.query(ddl('postgres').join('; '));
      if (known === undefined) {
        await all(this.#writer, 'insert into meta (key, value) values (?, ?)', ['schema', schemaHash]);
        this.#meta.set('schema', schemaHash);
      }
    });
    this.#tip = await tipOf(this.#writer);
    await this.#measure();
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.#writer.query('begin');
    try {
      await work();
      await this.#writer.query('commit');
    } catch (error) {
      await this.#writer.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  #check(): void {
    if (this.#lost !== undefined)
      throw new StoreError(
        `The connection to the database is lost (${this.#lost}). Start again: nothing is lost with it.`,
      );
  }

  tip(): BlockRow | undefined {
    return this.#tip;
  }
  async blockAt(height: number): Promise<BlockRow | undefined> {
    return blockRow((await all(this.#writer, 'select * from block where height = ?', [height]))[0]);
  }
  async blocksByHash(hashes: readonly string[]): Promise<Map<string, BlockRow>> {
    this.#check();
    const found = await all(this.#writer, 'select * from block where hash = any(?::text[])', [hashes]);
    return new Map(found.map((raw) => [String(raw.hash), blockRow(raw)!]));
  }
  meta(key: string): string | undefined {
    return this.#meta.get(key);
  }
  setMeta(key: string, value: string): void {
    this.#meta.set(key, value);
    this.#pending = this.#pending.then(() =>
      all(
        this.#writer,
        'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
        [key, value],
      ),
    );
    this.#pending.catch(() => undefined); // told at the next write
  }

  reader(height?: number): Reader {
    const at = { height: height ?? 0, live: height === undefined || height === this.#tip?.height };
    const rows = new Map<string, AnyRow | undefined>();
    const lists = new Map<string, AnyRow[]>();
    return {
      get: (entity, id) => {
        const key = `${entity}\0${id}`;
        if (rows.has(key)) return rows.get(key);
        throw new Missing(async () => {
          const valid = validAt(entity, 'a', at);
          const [raw] = await all(
            this.#writer,
            `select a.* from ${tableOf(entity)} a where a."id" = ? and ${valid.sql}`,
            [id, ...valid.values],
          );
          rows.set(key, raw && rowOf(entity, raw));
        });
      },
      where: (entity, match) => {
        const fields = new Map<string, Field>(fieldsOf(entity));
        const names = Object.keys(match);
        const values = names.map((name) => toSql(fields.get(name)!, match[name]!));
        const key = `${entity}\0${names.join()}\0${values.join('\0')}`;
        const known = lists.get(key);
        if (known) return known;
        throw new Missing(async () => {
          const valid = validAt(entity, 'a', at);
          const same = names.map((name) => `a.${columnOf(name)} = ?`).join(' and ');
          const found = await all(this.#writer, `select a.* from ${tableOf(entity)} a where ${same} and ${valid.sql}`, [
            ...values,
            ...valid.values,
          ]);
          lists.set(
            key,
            found.map((raw) => rowOf(entity, raw)),
          );
        });
      },
    };
  }

  async commit({ keep, blocks, versions }: Batch): Promise<void> {
    this.#check();
    await this.#pending;
    const inserts = new Map<EntityName, Sql[][]>();
    const closes = new Map<EntityName, { ids: string[]; ended: number[] }>();
    for (const { entity, row, from, to, closes: ends } of versions) {
      if (ends) {
        const group = closes.get(entity) ?? { ids: [], ended: [] };
        closes.set(entity, group);
        group.ids.push(String(row.id));
        group.ended.push(from);
      }
      const columns = inserts.get(entity) ?? writers.get(entity)!.columns.map(() => []);
      inserts.set(entity, columns);
      const values = valuesOf(entity, row);
      values.push(from);
      if (!isImmutable(entity)) values.push(to);
      values.forEach((value, i) => {
        columns[i]!.push(value);
      });
    }
    await this.#transaction(async () => {
      if (keep !== undefined) await this.#takeBack(keep);
      if (blocks.length > 0)
        await all(
          this.#writer,
          'insert into block (height, hash, parent_hash, time, burn_height, digest) select * from unnest(?::integer[], ?::text[], ?::text[], ?::bigint[], ?::integer[], ?::text[])',
          [
            blocks.map(({ height }) => height),
            blocks.map(({ hash }) => hash),
            blocks.map(({ parentHash }) => parentHash),
            blocks.map(({ time }) => time),
            blocks.map(({ burnHeight }) => burnHeight),
            blocks.map(({ digest }) => digest),
          ],
        );
      // A version ends before the one that replaces it begins: only one of a row is live.
      for (const [entity, { ids, ended }] of closes) await all(this.#writer, writers.get(entity)!.close, [ids, ended]);
      for (const [entity, columns] of inserts) await all(this.#writer, writers.get(entity)!.insert, columns);
    });
    this.#tip = blocks.at(-1) ?? (await tipOf(this.#writer));
    await this.#measure();
  }

  async #takeBack(height: number): Promise<void> {
    for (const entity of entityNames) {
      await all(this.#writer, `delete from ${tableOf(entity)} where block_from > ?`, [height]);
      if (!isImmutable(entity))
        await all(
          this.#writer,
          `update ${tableOf(entity)} set block_to = ${OPEN} where block_to > ? and block_to < ${OPEN}`,
          [height],
        );
    }
    await all(this.#writer, 'delete from block where height > ?', [height]);
  }

  async snapshot(): Promise<Snapshot> {
    this.#check();
    const client = await this.#readers.connect();
    try {
      // Compiling a question takes longer than answering it.
      await client.query('begin isolation level repeatable read read only; set local jit = off');
      let open = true;
      const tip = await tipOf(client);
      // One connection answers one after the other.
      let line: Promise<unknown> = Promise.resolve();
      const inLine = <T>(work: () => Promise<T>): Promise<T> => {
        const turn = line.then(work, work);
        line = turn.catch(() => undefined);
        return turn;
      };
      const one = (sql: string, value: Sql) => inLine(async () => blockRow((await all(client, sql, [value]))[0]));
      return {
        tip,
        blockAt: (height) => one('select * from block where height = ?', height),
        blockByHash: (hash) => one('select * from block where hash = ?', hash),
        all: (sql, values) =>
          inLine(() =>
            all(client, sql, values).catch((error: Error & { code?: string }) => {
              throw error.code === QUERY_CANCELED ? new TooSlow() : error;
            }),
          ),
        close: () => {
          if (!open) return;
          open = false;
          void inLine(() => client.query('rollback')).then(
            () => client.release(),
            (error: Error) => client.release(error),
          );
        },
      };
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Bytes of the whole database; asked once in a hundred blocks. */
  size(): number {
    return this.#bytes;
  }
  async #measure(): Promise<void> {
    if (this.#bytes > 0 && (this.#tip?.height ?? 0) % 100 !== 0) return;
    const [row] = await all(this.#writer, 'select pg_database_size(current_database())::text as bytes');
    this.#bytes = Number(row?.bytes ?? 0);
  }

  async close(): Promise<void> {
    await this.#pending.catch(() => undefined);
    await this.#readers.end().catch(() => undefined);
    // The lock ends with the connection.
    await this.#writer.end().catch(() => undefined);
  }
}

async function tipOf(client: Client): Promise<BlockRow | undefined> {
  return blockRow((await all(client, 'select * from block order by height desc limit 1'))[0]);
}

/** An address without its password. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return 'that address';
  const { host, pathname } = new URL(url);
  return host + pathname;
}
