// The GraphQL schema in The Graph's dialect, made from the entity definitions.
import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  GraphQLID,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  Kind,
} from 'graphql';
import { type Entity, type EntityName, entityNames, entityOf, type Field, fieldsOf, schemaHash } from '../schema.ts';
import { keyOf } from '../store/layout.ts';
import type { BlockRow } from '../store/types.ts';
import type { BlockArgument, Found, Question } from './question.ts';
import { bad, suffixesOf } from './sql.ts';

export type Context = { question: Question };

const decimal = (value: unknown): string => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  if (typeof value === 'string' && /^\d{1,50}$/.test(value)) return value;
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
const bytes = (value: unknown): string => {
  if (typeof value !== 'string') throw bad('Bytes are a hexadecimal text.');
  return value.toLowerCase();
};
const BytesScalar = new GraphQLScalarType<string, string>({
  name: 'Bytes',
  description: 'Bytes in hexadecimal with 0x.',
  serialize: String,
  parseValue: bytes,
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw bad('Bytes are a hexadecimal text.');
    return bytes(node.value);
  },
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
const nonNull = GraphQLNonNull;
const listOf = GraphQLList;

export const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
/** `delivery` → `deliveries`, `household` → `households`. */
export const plural = (name: string): string =>
  /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : /(?:s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;

const BlockHeight = new GraphQLInputObjectType({
  name: 'Block_height',
  description: 'A past state: by number, by hash, or the newest if it is at least this new.',
  fields: { hash: { type: BytesScalar }, number: { type: GraphQLInt }, number_gte: { type: GraphQLInt } },
});
const ChangeBlock = new GraphQLInputObjectType({
  name: 'BlockChangedFilter',
  fields: { number_gte: { type: new nonNull(GraphQLInt) } },
});
const OrderDirection = new GraphQLEnumType({ name: 'OrderDirection', values: { asc: {}, desc: {} } });
const ErrorPolicy = new GraphQLEnumType({
  name: '_SubgraphErrorPolicy_',
  description: 'Taken for compatibility: these views stop at an error, they never skip one.',
  values: { allow: {}, deny: {} },
});
const POLICY = { subgraphError: { type: new nonNull(ErrorPolicy), defaultValue: 'deny' } };

/** A value as it stands in its column. */
function readerFor(field: Field): (raw: unknown) => unknown {
  if ('type' in field && field.type === 'BigInt') return (raw) => (raw === null ? null : String(raw).slice(2));
  if ('type' in field && field.type === 'Boolean') return (raw) => (raw === null ? null : raw === 1);
  return (raw) => raw;
}

class Builder {
  readonly #types = new Map<EntityName, GraphQLObjectType<Found, Context>>();
  readonly #filters = new Map<EntityName, GraphQLInputObjectType>();
  readonly #orders = new Map<EntityName, GraphQLEnumType>();

  constructor() {
    for (const name of entityNames) {
      this.#orders.set(name, this.#order(name));
      this.#filters.set(
        name,
        new GraphQLInputObjectType({ name: `${name}_filter`, fields: () => this.#filterFields(name) }),
      );
      this.#types.set(
        name,
        new GraphQLObjectType({ name, description: entityOf(name).about, fields: () => this.#fields(name) }),
      );
    }
  }

  #order(name: EntityName): GraphQLEnumType {
    const values = fieldsOf(name).flatMap(([field, spec]) => [
      field,
      ...('ref' in spec ? fieldsOf(spec.ref as EntityName).map(([sub]) => `${field}__${sub}`) : []),
    ]);
    return new GraphQLEnumType({
      name: `${name}_orderBy`,
      values: Object.fromEntries(values.map((value) => [value, {}])),
    });
  }

  #filterFields(name: EntityName): GraphQLInputFieldConfigMap {
    const fields: GraphQLInputFieldConfigMap = {};
    for (const [field, spec] of fieldsOf(name)) {
      const scalar = scalarOf(spec);
      fields[field] = { type: scalar };
      for (const suffix of suffixesOf(spec))
        fields[`${field}_${suffix}`] = {
          type: /^(?:not_)?in$/.test(suffix) ? new listOf(new nonNull(scalar)) : scalar,
        };
      if ('ref' in spec) fields[`${field}_`] = { type: this.#filters.get(spec.ref as EntityName)! };
    }
    for (const [field, { entity }] of this.#derived(name))
      fields[`${field}_`] = { type: this.#filters.get(entity as EntityName)! };
    fields._change_block = { type: ChangeBlock };
    fields.and = { type: new listOf(this.#filters.get(name)!) };
    fields.or = { type: new listOf(this.#filters.get(name)!) };
    return fields;
  }

  #derived(name: EntityName) {
    const { derived = {} }: Entity = entityOf(name);
    return Object.entries(derived);
  }

  #fields(name: EntityName): GraphQLFieldConfigMap<Found, Context> {
    const fields: GraphQLFieldConfigMap<Found, Context> = {};
    for (const [field, spec] of fieldsOf(name)) {
      const column = keyOf(field);
      const description = spec.about;
      if ('ref' in spec) {
        const entity = spec.ref as EntityName;
        fields[field] = {
          type: this.#types.get(entity)!,
          description,
          resolve: ({ raw, height }, _, { question }) => {
            const id = raw[column];
            return id === null ? null : question.one(entity, height, String(id));
          },
        };
        continue;
      }
      const value = readerFor(spec);
      fields[field] = {
        type: spec.nullable ? SCALARS[spec.type] : new nonNull(SCALARS[spec.type]),
        description,
        resolve: ({ raw }) => value(raw[column]),
      };
    }
    for (const [field, { entity }] of this.#derived(name))
      fields[field] = {
        type: new nonNull(new listOf(new nonNull(this.#types.get(entity as EntityName)!))),
        args: this.#listArguments(entity as EntityName),
        resolve: (found, args, { question }) => question.derived(name, field, found, args),
      };
    return fields;
  }

  #listArguments(name: EntityName): GraphQLFieldConfigArgumentMap {
    return {
      skip: { type: GraphQLInt, defaultValue: 0 },
      first: { type: GraphQLInt, defaultValue: 100 },
      orderBy: { type: this.#orders.get(name)! },
      orderDirection: { type: OrderDirection },
      where: { type: this.#filters.get(name)! },
    };
  }

  roots(): Record<string, GraphQLFieldConfig<unknown, Context>> {
    const fields: Record<string, GraphQLFieldConfig<unknown, Context>> = {};
    for (const name of entityNames) {
      const type = this.#types.get(name)!;
      fields[lower(name)] = {
        type,
        args: { id: { type: new nonNull(GraphQLID) }, block: { type: BlockHeight }, ...POLICY },
        resolve: async (_, { id, block }, { question }) =>
          question.one(name, await question.heightOf(block as BlockArgument | null), id),
      };
      fields[plural(lower(name))] = {
        type: new nonNull(new listOf(new nonNull(type))),
        args: { ...this.#listArguments(name), block: { type: BlockHeight }, ...POLICY },
        resolve: async (_, args, { question }) =>
          question.list(name, await question.heightOf(args.block as BlockArgument | null), args),
      };
    }
    return fields;
  }
}

const MetaBlock = new GraphQLObjectType<BlockRow>({
  name: '_Block_',
  fields: {
    hash: { type: BytesScalar },
    number: { type: new nonNull(GraphQLInt), resolve: ({ height }) => height },
    timestamp: { type: GraphQLInt, description: 'Unix seconds', resolve: ({ time }) => time },
    parentHash: { type: BytesScalar },
  },
});
const Meta = new GraphQLObjectType<BlockRow, Context>({
  name: '_Meta_',
  fields: {
    block: { type: new nonNull(MetaBlock), resolve: (block) => block },
    deployment: {
      type: new nonNull(GraphQLString),
      description: 'Hash of the entity definitions.',
      resolve: () => schemaHash,
    },
    hasIndexingErrors: { type: new nonNull(GraphQLBoolean), resolve: (_, __, { question }) => question.hasErrors },
    digest: {
      type: new nonNull(GraphQLString),
      description: 'Fingerprint of the views after this block: equal for all honest indexers.',
    },
    signer: {
      type: BytesScalar,
      description: 'Public key (ed25519) of this indexer.',
      resolve: (_, __, { question }) => question.signer?.publicKey ?? null,
    },
    signature: {
      type: BytesScalar,
      description:
        'Of the signer, over the text "wattconnect views <deployment> <deployer> <height> <block hash> <digest>": what it has said, it cannot deny.',
      resolve: (block, _, { question }) => question.signer?.sign(block) ?? null,
    },
  },
});

export function buildSchema(): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, Context>({
      name: 'Query',
      fields: {
        ...new Builder().roots(),
        _meta: {
          type: Meta,
          args: { block: { type: BlockHeight } },
          resolve: async (_, { block }, { question }) => {
            const snapshot = await question.snapshot;
            if (!block && !snapshot.tip) return null;
            const height = await question.heightOf(block as BlockArgument | null);
            return (await snapshot.blockAt(height)) ?? null;
          },
        },
      },
    }),
  });
}
