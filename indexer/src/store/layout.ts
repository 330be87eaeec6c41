// How entities become tables, and values columns: one subset of SQL for every dialect.
import { type AnyRow, type Entity, type EntityName, entityNames, entityOf, type Field, fieldsOf } from '../schema.ts';
import { OPEN, type Raw, type Sql, StoreError } from './types.ts';

const snake = (name: string) => name.replace(/[A-Z]/g, (char) => `_${char.toLowerCase()}`).replace(/^_/, '');
export const tableOf = (entity: EntityName): string => TABLES.get(entity)!;
/** Name of a field's column, as in rows. */
export const keyOf = snake;
export const columnOf = (field: string): string => `"${snake(field)}"`;
const TABLES = new Map(entityNames.map((entity) => [entity, `e_${snake(entity)}`]));

/** Two digits that say how many follow, then the digits: texts of this form sort as their numbers do, in every dialect. */
export function bigToSql(value: bigint): string {
  const digits = value.toString();
  if (value < 0n || digits.length > 99) throw new StoreError(`Amounts are never below zero: ${value}`);
  return digits.length < 10 ? `0${digits.length}${digits}` : `${digits.length}${digits}`;
}
const bigFromSql = (value: string): bigint => BigInt(value.slice(2));

export function toSql(field: Field, value: AnyRow[string]): Sql {
  switch (typeof value) {
    case 'bigint':
      return bigToSql(value);
    case 'boolean':
      return value ? 1 : 0;
    case 'number':
    case 'string':
      if ('type' in field && field.type === 'BigInt') throw new StoreError('Expected a bigint.');
      return value;
    default:
      return null;
  }
}

/** Type of a field's column. */
export const typeOf = (field: Field): 'integer' | 'text' => (isNumber(field) ? 'integer' : 'text');
const isNumber = (field: Field) => 'type' in field && (field.type === 'Int' || field.type === 'Boolean');

type Decoder = (value: unknown) => AnyRow[string];
const text: Decoder = (value) => (value === null ? null : String(value));
const DECODERS: Record<string, Decoder> = {
  BigInt: (value) => (value === null ? null : bigFromSql(String(value))),
  Boolean: (value) => (value === null ? null : value === 1),
  Int: (value) => (value === null ? null : Number(value)),
};
const decoders = new Map(
  entityNames.map((entity) => [
    entity,
    fieldsOf(entity).map(([name, field]) => ({
      name,
      column: snake(name),
      read: ('type' in field && DECODERS[field.type]) || text,
    })),
  ]),
);

export function rowOf(entity: EntityName, raw: Raw): AnyRow {
  const row: AnyRow = {};
  for (const { name, column, read } of decoders.get(entity)!) row[name] = read(raw[column]);
  return row;
}

/** Values of a row in the order of its columns. @throws {StoreError} when one is missing that must be there */
export function valuesOf(entity: EntityName, row: AnyRow): Sql[] {
  const out: Sql[] = [];
  for (const [name, field] of fieldsOf(entity)) {
    const value = row[name];
    if (value === undefined || (value === null && !field.nullable))
      throw new StoreError(`${entity}.${name} is missing in ${row.id}.`);
    out.push(toSql(field, value));
  }
  return out;
}

export const isImmutable = (entity: EntityName): boolean => entityOf(entity).immutable === true;

/** A piece of SQL with the values of its question marks. */
export type Part = { sql: string; values: Sql[] };
/** After which block a row is wanted; `live` when that is the newest, because the indexes for it are partial. */
export type At = { height: number; live: boolean };

/** That a row counts at a height. */
export function validAt(entity: EntityName, alias: string, { height, live }: At): Part {
  if (isImmutable(entity))
    return live ? { sql: '1 = 1', values: [] } : { sql: `${alias}.block_from <= ?`, values: [height] };
  if (live) return { sql: `${alias}.block_to = ${OPEN}`, values: [] };
  return { sql: `(${alias}.block_from <= ? and ${alias}.block_to > ?)`, values: [height, height] };
}

export type Dialect = 'sqlite' | 'postgres';

export function ddl(dialect: Dialect): string[] {
  // Texts are in the order of their bytes, as in SQLite.
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const out = [
    'create table if not exists meta (key text primary key, value text not null)',
    'create table if not exists block (height integer primary key, hash text not null unique, parent_hash text not null, time bigint not null, burn_height integer not null, digest text not null)',
  ];
  for (const entity of entityNames) {
    const table = tableOf(entity);
    const { immutable, indexes = [] }: Entity = entityOf(entity);
    const columns = fieldsOf(entity).map(
      ([name, field]) => `${columnOf(name)} ${isNumber(field) ? 'integer' : text}${field.nullable ? '' : ' not null'}`,
    );
    const span = immutable ? 'block_from integer not null' : 'block_from integer not null, block_to integer not null';
    out.push(`create table if not exists ${table} (${columns.join(', ')}, ${span})`);
    const live = immutable ? '' : ` where block_to = ${OPEN}`;
    out.push(`create unique index if not exists ${table}_live on ${table} ("id")${live}`);
    out.push(`create index if not exists ${table}_from on ${table} (block_from)`);
    if (!immutable) {
      out.push(`create index if not exists ${table}_id on ${table} ("id", block_from)`);
      out.push(`create index if not exists ${table}_to on ${table} (block_to) where block_to < ${OPEN}`);
    }
    const single = fieldsOf(entity).filter(
      ([name, field]) => 'ref' in field && !indexes.some(([first]) => first === name),
    );
    for (const fields of [...single.map(([name]) => [name]), ...indexes])
      out.push(
        `create index if not exists ${table}_${fields.map(snake).join('_')} on ${table} (${fields.map(columnOf).join(', ')})${live}`,
      );
  }
  return out;
}
