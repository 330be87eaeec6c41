// The GraphQL schema in The Graph's dialect, made from the entity definitions.
import DataLoader from 'dataloader';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  Kind,
} from 'graphql';
import {
  type AnyRow,
  type Entity,
  type EntityName,
  entities,
  entityNames,
  type Field,
  fieldsOf,
  schemaHash,
} from '../schema.ts';
import type { BlockRow, Store } from '../store.ts';
import { bad, byIds, MAX_FIRST, MAX_SKIP, type Query, select, suffixesOf, type Where } from './sql.ts';

export type Health = { hasErrors: boolean };
/** What a request carries: loaders live as long as one answer. */
export type Context = { store: Store; health: () => Health; loaders: Map<string, DataLoader<string, AnyRow | null>> };

type Source = { row: AnyRow; height: number };
type BlockArgument = { number?: number; hash?: string; number_gte?: number };

const decimal = (value: unknown): string => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  if (typeof value === 'string' && /^\d{1,39}$/.test(value)) return value;
  throw bad('A BigInt is a decimal text of zero or more.');
};
const BigIntScalar = new GraphQLScalarType<string, string>({
  name: 'BigInt',
  description: 'A whole number of up to 128 bits, as decimal text.',
  serialize: (value) => String(value),
  parseValue: decimal,
  parseLiteral: (node) => {
    if (node.kind !== Kind.INT && node.kind !== Kind.STRING) throw bad('A BigInt is a decimal text of zero or more.');
    return decimal(node.value);
  },
});
const BytesScalar = new GraphQLScalarType<string, string>({
  name: 'Bytes',
  description: 'Bytes in hexadecimal with 0x.',
  serialize: String,
  parseValue: String,
});
const SCALARS = {
  ID: GraphQLID,
  String: GraphQLString,
  Int: GraphQLInt,
  Boolean: GraphQLBoolean,
  BigInt: BigIntScalar,
  Bytes: BytesScalar,
};
const scalarOf = (field: Field) => ('ref' in field ? GraphQLString : SCALARS[field.type]);
const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const plural = (name: string) =>
  /(?:[^aeiou])y$/.test(name) ? `${name.slice(0, -1)}ies` : name.endsWith('s') ? `${name}es` : `${name}s`;

const BlockHeight = new GraphQLInputObjectType({
  name: 'Block_height',
  description: 'A past state: by number, by hash, or at least this new.',
  fields: { number: { type: GraphQLInt }, hash: { type: BytesScalar }, number_gte: { type: GraphQLInt } },
});
const ChangeBlock = new GraphQLInputObjectType({
  name: 'BlockChangedFilter',
  fields: { number_gte: { type: new GraphQLNonNull(GraphQLInt) } },
});
const OrderDirection = new GraphQLEnumType({ name: 'OrderDirection', values: { asc: {}, desc: {} } });

/** The height that a question is about. */
function heightOf(store: Store, block: BlockArgument | null | undefined): number {
  const tip = store.tip();
  if (!tip) return 0;
  if (!block) return tip.height;
  if (block.hash !== undefined) {
    const found = store.blockByHash(block.hash);
    if (!found) throw bad(`Block ${block.hash.slice(0, 80)} is not known here, or not any more.`);
    return found.height;
  }
  if (block.number !== undefined) {
    if (block.number > tip.height) throw bad(`Block ${block.number} is not here yet: the newest is ${tip.height}.`);
    return block.number;
  }
  if (block.number_gte !== undefined && block.number_gte > tip.height)
    throw bad(`Block ${block.number_gte} is not here yet: the newest is ${tip.height}.`);
  return tip.height;
}

function load(context: Context, entity: EntityName, height: number, id: string): Promise<AnyRow | null> {
  const key = `${entity}@${height}`;
  let loader = context.loaders.get(key);
  if (!loader) {
    loader = new DataLoader(async (ids) => byIds(context.store, entity, ids, height));
    context.loaders.set(key, loader);
  }
  return loader.load(id);
}

function queryOf(args: Record<string, unknown>, height: number, extra?: Where): Query {
  const first = (args.first as number | undefined) ?? 100;
  const skip = (args.skip as number | undefined) ?? 0;
  if (first < 0 || first > MAX_FIRST) throw bad(`first lies between 0 and ${MAX_FIRST}.`);
  if (skip < 0 || skip > MAX_SKIP) throw bad(`skip lies between 0 and ${MAX_SKIP}.`);
  const where = args.where as Where | undefined;
  return {
    first,
    skip,
    orderBy: args.orderBy as string | undefined,
    orderDirection: (args.orderDirection as 'asc' | 'desc' | undefined) ?? 'asc',
    where: extra ? { and: [extra, ...(where ? [where] : [])] } : where,
    height,
  };
}

export function buildSchema(): GraphQLSchema {
  const types = new Map<EntityName, GraphQLObjectType<Source, Context>>();
  const filters = new Map<EntityName, GraphQLInputObjectType>();
  const listArguments = (name: EntityName): GraphQLFieldConfigArgumentMap => ({
    skip: { type: GraphQLInt, defaultValue: 0 },
    first: { type: GraphQLInt, defaultValue: 100 },
    orderBy: { type: orders.get(name)! },
    orderDirection: { type: OrderDirection },
    where: { type: filters.get(name)! },
  });
  const orders = new Map(
    entityNames.map((name) => [
      name,
      new GraphQLEnumType({
        name: `${name}_orderBy`,
        values: Object.fromEntries(fieldsOf(name).map(([field]) => [field, {}])),
      }),
    ]),
  );

  for (const name of entityNames) {
    filters.set(
      name,
      new GraphQLInputObjectType({
        name: `${name}_filter`,
        fields: () => ({
          ...Object.fromEntries(
            fieldsOf(name).flatMap(([field, spec]) => [
              [field, { type: scalarOf(spec) }],
              ...suffixesOf(spec).map((suffix) => [
                `${field}_${suffix}`,
                { type: suffix.endsWith('in') ? new GraphQLList(new GraphQLNonNull(scalarOf(spec))) : scalarOf(spec) },
              ]),
              ...('ref' in spec ? [[`${field}_`, { type: filters.get(spec.ref as EntityName)! }]] : []),
            ]),
          ),
          _change_block: { type: ChangeBlock },
          and: { type: new GraphQLList(filters.get(name)!) },
          or: { type: new GraphQLList(filters.get(name)!) },
        }),
      }),
    );
    types.set(
      name,
      new GraphQLObjectType<Source, Context>({
        name,
        description: entities[name].about,
        fields: () => ({
          ...Object.fromEntries(
            fieldsOf(name).map(([field, spec]) => {
              const type: GraphQLOutputType = 'ref' in spec ? types.get(spec.ref as EntityName)! : SCALARS[spec.type];
              return [
                field,
                {
                  type: spec.nullable || 'ref' in spec ? type : new GraphQLNonNull(type),
                  ...(spec.about !== undefined && { description: spec.about }),
                  resolve: async ({ row, height }: Source, _: unknown, context: Context) => {
                    const value = row[field] ?? null;
                    if (!('ref' in spec) || value === null) return value;
                    const found = await load(context, spec.ref as EntityName, height, String(value));
                    return found && { row: found, height };
                  },
                },
              ];
            }),
          ),
          ...Object.fromEntries(
            Object.entries((entities[name] as Entity).derived ?? {}).map(([field, { entity, field: back }]) => [
              field,
              {
                type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.get(entity as EntityName)!))),
                args: listArguments(entity as EntityName),
                resolve: ({ row, height }: Source, args: Record<string, unknown>, { store }: Context) =>
                  select(store, entity as EntityName, queryOf(args, height, { [back]: row.id })).map((one) => ({
                    row: one,
                    height,
                  })),
              },
            ]),
          ),
        }),
      }),
    );
  }

  const MetaBlock = new GraphQLObjectType<BlockRow>({
    name: '_Block_',
    fields: {
      number: { type: new GraphQLNonNull(GraphQLInt), resolve: ({ height }) => height },
      hash: { type: BytesScalar },
      timestamp: { type: GraphQLInt, resolve: ({ time }) => time },
      parentHash: { type: BytesScalar },
    },
  });
  const Meta = new GraphQLObjectType<BlockRow, Context>({
    name: '_Meta_',
    fields: {
      block: { type: new GraphQLNonNull(MetaBlock), resolve: (block) => block },
      digest: {
        type: new GraphQLNonNull(GraphQLString),
        description: 'Fingerprint of the views after this block: equal for all honest indexers.',
      },
      deployment: {
        type: new GraphQLNonNull(GraphQLString),
        description: 'Hash of the schema.',
        resolve: () => schemaHash,
      },
      hasIndexingErrors: {
        type: new GraphQLNonNull(GraphQLBoolean),
        resolve: (_, __, { health }) => health().hasErrors,
      },
    },
  });

  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, Context>({
      name: 'Query',
      fields: {
        ...Object.fromEntries(
          entityNames.flatMap((name) => [
            [
              lower(name),
              {
                type: types.get(name)!,
                args: { id: { type: new GraphQLNonNull(GraphQLID) }, block: { type: BlockHeight } },
                resolve: async (_: unknown, args: { id: string; block?: BlockArgument }, context: Context) => {
                  const height = heightOf(context.store, args.block);
                  const row = await load(context, name, height, args.id);
                  return row && { row, height };
                },
              },
            ],
            [
              plural(lower(name)),
              {
                type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.get(name)!))),
                args: { ...listArguments(name), block: { type: BlockHeight } },
                resolve: (_: unknown, args: Record<string, unknown>, { store }: Context) => {
                  const height = heightOf(store, args.block as BlockArgument | undefined);
                  return select(store, name, queryOf(args, height)).map((row) => ({ row, height }));
                },
              },
            ],
          ]),
        ),
        _meta: {
          type: Meta,
          args: { block: { type: BlockHeight } },
          resolve: (_: unknown, args: { block?: BlockArgument }, { store }: Context) =>
            store.blockAt(heightOf(store, args.block)) ?? null,
        },
      },
    }),
  });
}
