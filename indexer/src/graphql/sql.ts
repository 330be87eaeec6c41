// From a question in The Graph's dialect to SQL: filters by suffix, and/or, filters of neighbours, order, time travel.
import { GraphQLError } from 'graphql';
import { type Entity, type EntityName, entityOf, type Field, fieldsOf } from '../schema.ts';
import { type At, bigToSql, columnOf, type Part, tableOf, validAt } from '../store/layout.ts';
import type { Sql } from '../store/types.ts';

export type Where = Record<string, unknown>;
export type Query = {
  first: number;
  skip: number;
  orderBy: string | undefined;
  orderDirection: 'asc' | 'desc';
  where: Where | undefined;
};

export const MAX_FIRST = 1000;
export const MAX_SKIP = 5000;
/** Values in one list, conditions in one filter, and how deep filters nest. */
const MAX_VALUES = 1000;
const MAX_CONDITIONS = 100;
const MAX_DEPTH = 6;
/** Filters of neighbours in one filter. Through a list only once on the way: lists of lists are the square of everything. */
const MAX_NEIGHBOURS = 8;

const SUFFIXES = [
  'not_contains_nocase',
  'not_starts_with_nocase',
  'not_ends_with_nocase',
  'not_contains',
  'not_starts_with',
  'not_ends_with',
  'contains_nocase',
  'starts_with_nocase',
  'ends_with_nocase',
  'starts_with',
  'ends_with',
  'contains',
  'not_in',
  'not',
  'gte',
  'lte',
  'gt',
  'lt',
  'in',
] as const;
export type Suffix = (typeof SUFFIXES)[number];
const EQUAL: Suffix[] = ['not', 'in', 'not_in'];
const ORDERED: Suffix[] = ['not', 'gt', 'lt', 'gte', 'lte', 'in', 'not_in'];
const BYTES: Suffix[] = [...ORDERED, 'contains', 'not_contains'];

/** What can be asked of a field beside its being equal. */
export function suffixesOf(field: Field): readonly Suffix[] {
  if ('ref' in field) return SUFFIXES;
  switch (field.type) {
    case 'Boolean':
      return EQUAL;
    case 'Int':
    case 'BigInt':
    case 'ID':
      return ORDERED;
    case 'Bytes':
      return BYTES;
    case 'String':
      return SUFFIXES;
  }
}

/** A question that makes no sense, or asks for too much. */
export const bad = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });

const fieldMaps = new Map<EntityName, Map<string, Field>>();
function fieldOf(entity: EntityName, name: string): Field | undefined {
  let map = fieldMaps.get(entity);
  if (!map) {
    map = new Map(fieldsOf(entity));
    fieldMaps.set(entity, map);
  }
  return map.get(name);
}
const derivedOf = (entity: EntityName, name: string) => {
  const { derived }: Entity = entityOf(entity);
  return derived && Object.hasOwn(derived, name) ? derived[name] : undefined;
};

const DECIMAL = /^\d{1,50}$/;
function columnValue(field: Field, value: unknown): Sql {
  if (value === null) return null;
  if ('type' in field && field.type === 'BigInt') {
    const text = String(value);
    if (!DECIMAL.test(text)) throw bad(`"${text.slice(0, 50)}" is no whole number of zero or more.`);
    return bigToSql(BigInt(text));
  }
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? storable(value) : (value as number);
}

/** The text, if a database can hold it: PostgreSQL takes no character 0. @throws where it cannot */
export function storable(text: string): string {
  if (text.includes('\0')) throw bad('A text has no character 0.');
  if (!text.isWellFormed()) throw bad('A text has no half characters (surrogates).');
  return text;
}

const and = (parts: Part[]): Part =>
  parts.length === 0
    ? { sql: '1 = 1', values: [] }
    : { sql: `(${parts.map(({ sql }) => sql).join(' and ')})`, values: parts.flatMap(({ values }) => values) };

class Filter {
  readonly #at: At;
  #conditions = 0;
  #aliases = 0;

  constructor(at: At) {
    this.#at = at;
  }

  #count(): void {
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS) throw bad(`A filter has at most ${MAX_CONDITIONS} conditions.`);
  }

  of(entity: EntityName, alias: string, where: Where, depth = 1, inList = false): Part {
    if (depth > MAX_DEPTH) throw bad(`Filters nest at most ${MAX_DEPTH} deep.`);
    const parts: Part[] = [];
    for (const [key, value] of Object.entries(where)) {
      if (value === undefined) continue;
      this.#count();
      if (key === 'and' || key === 'or') {
        const inner = (Array.isArray(value) ? value : [value])
          .filter((one) => one !== null)
          .map((one) => this.of(entity, alias, one as Where, depth + 1, inList));
        if (inner.length > 0)
          parts.push({
            sql: `(${inner.map(({ sql }) => sql).join(` ${key} `)})`,
            values: inner.flatMap(({ values }) => values),
          });
      } else if (key === '_change_block') {
        if (value !== null)
          parts.push({ sql: `${alias}.block_from >= ?`, values: [(value as { number_gte: number }).number_gte] });
      } else if (key.endsWith('_')) {
        if (value !== null) parts.push(this.#neighbour(entity, alias, key.slice(0, -1), value as Where, depth, inList));
      } else parts.push(simple(entity, alias, key, value));
    }
    return and(parts);
  }

  /** That there is a row on the other side of a reference, or of a derived list, to which a filter applies. */
  #neighbour(entity: EntityName, alias: string, name: string, where: Where, depth: number, inList: boolean): Part {
    const other = `n${++this.#aliases}`;
    if (this.#aliases > MAX_NEIGHBOURS) throw bad(`A filter has at most ${MAX_NEIGHBOURS} filters of neighbours.`);
    const field = fieldOf(entity, name);
    const derived = derivedOf(entity, name);
    if (field && 'ref' in field)
      return this.#exists(
        field.ref as EntityName,
        other,
        `${other}."id" = ${alias}.${columnOf(name)}`,
        this.of(field.ref as EntityName, other, where, depth + 1, inList),
      );
    if (!derived) throw bad(`There is no filter ${name}_.`);
    if (inList) throw bad('A filter goes through one list on its way, not through lists of lists.');
    const on = [derived.field].flat().map((back) => `${other}.${columnOf(back)} = ${alias}."id"`);
    const rows = derived.entity as EntityName;
    return this.#exists(rows, other, `(${on.join(' or ')})`, this.of(rows, other, where, depth + 1, true));
  }
  #exists(entity: EntityName, alias: string, on: string, filter: Part): Part {
    const inner = and([validAt(entity, alias, this.#at), filter]);
    return {
      sql: `exists (select 1 from ${tableOf(entity)} ${alias} where ${on} and ${inner.sql})`,
      values: inner.values,
    };
  }
}

function simple(entity: EntityName, alias: string, key: string, value: unknown): Part {
  const suffix = fieldOf(entity, key)
    ? undefined
    : SUFFIXES.find((one) => key.endsWith(`_${one}`) && fieldOf(entity, key.slice(0, -one.length - 1)));
  const name = suffix ? key.slice(0, -suffix.length - 1) : key;
  const field = fieldOf(entity, name);
  if (!field) throw bad(`There is no filter ${key}.`);
  const column = `${alias}.${columnOf(name)}`;
  if (suffix === 'in' || suffix === 'not_in') {
    if (!Array.isArray(value) || value.length > MAX_VALUES) throw bad(`${key} takes a list of at most ${MAX_VALUES}.`);
    if (value.length === 0) return { sql: suffix === 'in' ? '1 = 0' : '1 = 1', values: [] };
    // Numbers of places in a few sizes only: every size is a statement of its own.
    const values = value.map((one) => columnValue(field, one));
    const size = 2 ** Math.ceil(Math.log2(values.length));
    while (values.length < size) values.push(values[0]!);
    return {
      sql: `${column} ${suffix === 'in' ? 'in' : 'not in'} (${values.map(() => '?').join(', ')})`,
      values,
    };
  }
  if (value === null) {
    if (suffix !== undefined && suffix !== 'not') throw bad(`${key} takes no null.`);
    return { sql: `${column} is ${suffix === 'not' ? 'not ' : ''}null`, values: [] };
  }
  switch (suffix) {
    case undefined:
      return { sql: `${column} = ?`, values: [columnValue(field, value)] };
    case 'not':
      return { sql: `${column} <> ?`, values: [columnValue(field, value)] };
    case 'gt':
    case 'lt':
    case 'gte':
    case 'lte':
      return {
        sql: `${column} ${{ gt: '>', lt: '<', gte: '>=', lte: '<=' }[suffix]} ?`,
        values: [columnValue(field, value)],
      };
    default:
      return pattern(column, suffix, String(columnValue(field, value)));
  }
}

/** LIKE minds case in one dialect and not in the other: places in texts are found by their parts. */
function pattern(column: string, suffix: Suffix, text: string): Part {
  const nocase = suffix.endsWith('_nocase');
  // Both dialects fold the letters of ASCII only.
  const what = nocase ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
  const where = nocase ? `lower(${column})` : column;
  const not = suffix.startsWith('not') ? 'not ' : '';
  if (what === '') return { sql: `${not}(${column} is not null)`, values: [] };
  const { length } = Array.from(what);
  if (suffix.includes('starts')) return { sql: `${not}(substr(${where}, 1, ?) = ?)`, values: [length, what] };
  // A text that is longer than the column's begins before it: the two dialects count otherwise there.
  if (suffix.includes('ends'))
    return {
      sql: `${not}(length(${where}) >= ? and substr(${where}, length(${where}) - ? + 1) = ?)`,
      values: [length, length, what],
    };
  return { sql: `${not}(replace(${where}, ?, '') <> ${where})`, values: [what] };
}

/** Columns to order by: a field, or `reference__field`; then always the id. */
function orderOf(entity: EntityName, { orderBy, orderDirection }: Query, at: At): Part {
  const direction = orderDirection === 'desc' ? 'desc' : 'asc';
  // What is not known comes before everything, in each dialect.
  const empty = orderDirection === 'desc' ? 'desc nulls last' : 'asc nulls first';
  if (orderBy === undefined || orderBy === 'id') return { sql: `a."id" ${direction}`, values: [] };
  const [name, sub] = orderBy.split('__') as [string, string | undefined];
  const field = fieldOf(entity, name);
  if (!field) throw bad(`There is no field ${name} to order by.`);
  if (sub === undefined)
    return { sql: `a.${columnOf(name)} ${field.nullable ? empty : direction}, a."id" ${direction}`, values: [] };
  if (!('ref' in field) || !fieldOf(field.ref as EntityName, sub))
    throw bad(`There is no field ${orderBy} to order by.`);
  const other = field.ref as EntityName;
  const valid = validAt(other, 'o', at);
  return {
    sql: `(select o.${columnOf(sub)} from ${tableOf(other)} o where o."id" = a.${columnOf(name)} and ${valid.sql}) ${empty}, a."id" ${direction}`,
    values: valid.values,
  };
}

/** Rows of an entity, in order, with the id as the last word in it. */
export function selectSql(entity: EntityName, query: Query, at: At): Part {
  const filter = and([validAt(entity, 'a', at), ...(query.where ? [new Filter(at).of(entity, 'a', query.where)] : [])]);
  const order = orderOf(entity, query, at);
  return {
    sql: `select a.* from ${tableOf(entity)} a where ${filter.sql} order by ${order.sql} limit ? offset ?`,
    values: [...filter.values, ...order.values, query.first, query.skip],
  };
}

/** Rows by their ids. */
export function idsSql(entity: EntityName, ids: readonly string[], at: At): Part {
  const valid = validAt(entity, 'a', at);
  return {
    sql: `select a.* from ${tableOf(entity)} a where a."id" in (${places(ids)}) and ${valid.sql}`,
    values: [...padded(ids), ...valid.values],
  };
}

/** The lists that belong to several rows at once: each with its own order and page. `owner` says whose a row is. */
export function listsSql(entity: EntityName, back: string, ids: readonly string[], query: Query, at: At): Part {
  const filter = and([validAt(entity, 'a', at), ...(query.where ? [new Filter(at).of(entity, 'a', query.where)] : [])]);
  const order = orderOf(entity, query, at);
  const column = `a.${columnOf(back)}`;
  return {
    sql: `select * from (select a.*, ${column} as owner, row_number() over (partition by ${column} order by ${order.sql}) as place from ${tableOf(entity)} a where ${column} in (${places(ids)}) and ${filter.sql}) z where place > ? and place <= ? order by place`,
    values: [...order.values, ...padded(ids), ...filter.values, query.skip, query.skip + query.first],
  };
}

function padded(ids: readonly string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array<string>(size - ids.length).fill(ids[0]!)];
}
const places = (ids: readonly string[]): string =>
  padded(ids)
    .map(() => '?')
    .join(', ');
