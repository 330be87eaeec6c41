// From a question in The Graph's dialect to SQL: filters by suffix, and/or, nested filters, order, time travel.
import { GraphQLError } from 'graphql';
import { type AnyRow, type EntityName, entities, type Field } from '../schema.ts';
import { columnOf, isBig, rowOf, type Sql, type Store, tableOf, toSql } from '../store.ts';

export type Where = Record<string, unknown>;
export type Query = {
  first: number;
  skip: number;
  orderBy: string | undefined;
  orderDirection: 'asc' | 'desc';
  where: Where | undefined;
  height: number;
};

export const MAX_FIRST = 1000;
export const MAX_SKIP = 5000;
const MAX_LIST = 1000;
const SUFFIXES = [
  'not_in',
  'not_contains_nocase',
  'not_contains',
  'not_starts_with',
  'not_ends_with',
  'contains_nocase',
  'starts_with',
  'ends_with',
  'contains',
  'not',
  'gte',
  'lte',
  'gt',
  'lt',
  'in',
] as const;
type Suffix = (typeof SUFFIXES)[number];

export const bad = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });

const fields = (entity: EntityName) => entities[entity].fields as Record<string, Field>;

export function suffixesOf(field: Field): readonly Suffix[] {
  const type = 'ref' in field ? 'ID' : field.type;
  if (type === 'Boolean') return ['not', 'in', 'not_in'];
  const ordered: Suffix[] = ['not', 'gt', 'lt', 'gte', 'lte', 'in', 'not_in'];
  return type === 'Int' || type === 'BigInt' ? ordered : SUFFIXES;
}

function sqlOf(field: Field, value: unknown): Sql {
  if (value === null) return null;
  if (isBig(field)) {
    if (!/^\d{1,39}$/.test(String(value)))
      throw bad(`"${String(value).slice(0, 50)}" is no whole number of zero or more.`);
    return toSql(field, BigInt(String(value)));
  }
  return toSql(field, value as AnyRow[string]);
}
const like = (value: unknown) => String(value).replace(/[\\%_]/g, (char) => `\\${char}`);

type Part = { sql: string; values: Sql[] };
const valid = (alias: string, height: number) => `${alias}.block_from <= ${height} and ${alias}.block_to > ${height}`;

function condition(entity: EntityName, alias: string, where: Where, height: number, depth = 0): Part {
  if (depth > 5) throw bad('Filters nest at most five deep.');
  const parts: Part[] = [];
  for (const [key, value] of Object.entries(where)) {
    if (value === undefined) continue;
    if (key === 'and' || key === 'or') {
      const inner = (Array.isArray(value) ? value : [value]).map((one) =>
        condition(entity, alias, one as Where, height, depth + 1),
      );
      if (inner.length > 0)
        parts.push({
          sql: `(${inner.map(({ sql }) => sql).join(` ${key} `)})`,
          values: inner.flatMap(({ values }) => values),
        });
      continue;
    }
    if (key === '_change_block') {
      parts.push({
        sql: `${alias}.block_from >= ?`,
        values: [Number((value as { number_gte?: number }).number_gte ?? 0)],
      });
      continue;
    }
    if (key.endsWith('_') && value !== null) {
      const field = fields(entity)[key.slice(0, -1)];
      if (!field || !('ref' in field)) throw bad(`There is no filter ${key}.`);
      const target = field.ref as EntityName;
      const other = `${alias}n`;
      const inner = condition(target, other, value as Where, height, depth + 1);
      parts.push({
        sql: `exists (select 1 from ${tableOf(target)} ${other} where ${other}."id" = ${alias}.${columnOf(key.slice(0, -1))} and ${valid(other, height)} and ${inner.sql})`,
        values: inner.values,
      });
      continue;
    }
    parts.push(simple(entity, alias, key, value));
  }
  if (parts.length === 0) return { sql: '1 = 1', values: [] };
  return { sql: `(${parts.map(({ sql }) => sql).join(' and ')})`, values: parts.flatMap(({ values }) => values) };
}

function simple(entity: EntityName, alias: string, key: string, value: unknown): Part {
  const suffix = fields(entity)[key]
    ? undefined
    : SUFFIXES.find((one) => key.endsWith(`_${one}`) && fields(entity)[key.slice(0, -one.length - 1)]);
  const name = suffix ? key.slice(0, -suffix.length - 1) : key;
  const field = fields(entity)[name];
  if (!field) throw bad(`There is no filter ${key}.`);
  const column = `${alias}.${columnOf(name)}`;
  if (suffix === 'in' || suffix === 'not_in') {
    if (!Array.isArray(value) || value.length > MAX_LIST) throw bad(`${key} takes a list of at most ${MAX_LIST}.`);
    if (value.length === 0) return { sql: suffix === 'in' ? '1 = 0' : '1 = 1', values: [] };
    return {
      sql: `${column} ${suffix === 'in' ? 'in' : 'not in'} (${value.map(() => '?').join(', ')})`,
      values: value.map((one) => sqlOf(field, one)),
    };
  }
  if (value === null) return { sql: `${column} is ${suffix === 'not' ? 'not ' : ''}null`, values: [] };
  switch (suffix) {
    case undefined:
      return { sql: `${column} = ?`, values: [sqlOf(field, value)] };
    case 'not':
      return { sql: `(${column} <> ? or ${column} is null)`, values: [sqlOf(field, value)] };
    case 'gt':
    case 'lt':
    case 'gte':
    case 'lte':
      return {
        sql: `${column} ${{ gt: '>', lt: '<', gte: '>=', lte: '<=' }[suffix]} ?`,
        values: [sqlOf(field, value)],
      };
    default: {
      const nocase = suffix.endsWith('_nocase');
      const pattern = suffix.includes('starts')
        ? `${like(value)}%`
        : suffix.includes('ends')
          ? `%${like(value)}`
          : `%${like(value)}%`;
      // SQLite's LIKE ignores case; GLOB and instr do not. instr says where, which is enough for all three.
      if (nocase)
        return {
          sql: `${suffix.startsWith('not') ? 'not ' : ''}(lower(${column}) like lower(?) escape '\\')`,
          values: [pattern],
        };
      const text = String(value);
      const found = suffix.includes('starts')
        ? `substr(${column}, 1, length(?)) = ?`
        : suffix.includes('ends')
          ? `substr(${column}, -length(?)) = ?`
          : `instr(${column}, ?) > 0 and ? is not null`;
      return { sql: `${suffix.startsWith('not') ? 'not ' : ''}(${found})`, values: [text, text] };
    }
  }
}

/** Rows of an entity as they were after block `height`, with the id as the last word in the order. */
export function select(
  store: Store,
  entity: EntityName,
  { first, skip, orderBy, orderDirection, where, height }: Query,
): AnyRow[] {
  const filter = where ? condition(entity, 'a', where, height) : { sql: '1 = 1', values: [] };
  const direction = orderDirection === 'desc' ? 'desc' : 'asc';
  if (orderBy !== undefined && !fields(entity)[orderBy]) throw bad(`${entity} has no field ${orderBy} to order by.`);
  const order =
    orderBy && orderBy !== 'id' ? `a.${columnOf(orderBy)} ${direction}, a."id" ${direction}` : `a."id" ${direction}`;
  return store
    .all(
      `select a.* from ${tableOf(entity)} a where ${valid('a', height)} and ${filter.sql} order by ${order} limit ${first} offset ${skip}`,
      ...filter.values,
    )
    .map((raw) => rowOf(entity, raw));
}

/** Rows by id at a height, for references. */
export function byIds(store: Store, entity: EntityName, ids: readonly string[], height: number): (AnyRow | null)[] {
  const found = new Map<string, AnyRow>();
  for (let i = 0; i < ids.length; i += MAX_LIST) {
    const some = ids.slice(i, i + MAX_LIST);
    for (const raw of store.all(
      `select * from ${tableOf(entity)} a where ${valid('a', height)} and a."id" in (${some.map(() => '?').join(', ')})`,
      ...some,
    )) {
      const row = rowOf(entity, raw);
      found.set(String(row.id), row);
    }
  }
  return ids.map((id) => found.get(id) ?? null);
}
