// Questions by people who mean no good, and by machines that mean nothing: every one gets a clear refusal or an answer, never a failure.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYER } from '@wattconnect/devnet/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plural } from './graphql/schema.ts';
import { suffixesOf } from './graphql/sql.ts';
import { entityNames, entityOf, type Field, fieldsOf } from './schema.ts';
import { market, report, settle, trade } from './test/chain.ts';
import { inTime, Trials } from './test/night.ts';
import { postgres, type TestPostgres } from './test/postgres.ts';
import { inStep, startCli } from './test/process.ts';

/** `INDEXER_QUESTIONS=100000` is for the night; `INDEXER_SEED` repeats one. */
const QUESTIONS = Number(process.env.INDEXER_QUESTIONS ?? 600);
const SEED = Number(process.env.INDEXER_SEED ?? 11);
/** Questions that are asked side by side. */
const AT_ONCE = 6;
/** Resident memory of the whole process. */
const MEMORY_BYTES = 400 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'indexer-hostile-'));
let database: TestPostgres;
const urls: Record<string, string> = {};
const said: Record<string, () => string> = {};
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  database = await postgres();
  const chain = await market();
  closers.push(() => chain.close());
  const { slot, id } = await trade(chain);
  await report(chain, slot, 1600n);
  await settle(chain, slot, id);
  for (const [name, db] of [
    ['SQLite', join(folder, 'views.db')],
    ['PostgreSQL', await database.fresh()],
  ] as const) {
    const key = join(folder, `${name}.key`);
    const started = startCli(
      'run',
      '--node',
      chain.url,
      '--deployer',
      DEPLOYER,
      '--port',
      '0',
      '--db',
      db,
      '--key',
      key,
    );
    closers.push(async () => {
      started.kill('SIGTERM');
      await started.ended;
    });
    said[name] = started.said;
    urls[name] = await started.url();
    await inStep(urls[name], chain.chain.tip.hash);
  }
}, 120_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = { status: number; errors?: { message: string; extensions?: { code?: string } }[]; data?: unknown };
async function ask(url: string, init: RequestInit & { search?: string }): Promise<Answer> {
  const response = await fetch(`${url}/graphql${init.search ?? ''}`, init);
  const text = await response.text();
  return { status: response.status, ...(JSON.parse(text) as Omit<Answer, 'status'>) };
}
const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});
const query = (text: string, variables?: unknown) => post(JSON.stringify({ query: text, variables }));

const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const nest = (open: string, close: string, times: number, inside: string) =>
  open.repeat(times) + inside + close.repeat(times);
const many = (times: number, part: (i: number) => string) => Array.from({ length: times }, (_, i) => part(i)).join(' ');
const HASH = createHash('sha256').update('{ _meta { digest } }').digest('hex');

/** What somebody would try, and what the refusal says. */
const ATTACKS: [string, RequestInit & { search?: string }, RegExp][] = [
  ['levels', query(nest('{ households { trades ', '} }', 8, '{ id }')), /levels|too much/],
  ['aliases', query(`{ ${many(80, (i) => `a${i}: _meta { digest }`)} }`), /aliases/],
  ['lists', query(`{ ${many(45, (i) => `a${i}: offers(first: 1) { id }`)} }`), /lists/],
  ['fields', query(`{ households { ${'id '.repeat(600)} } }`), /fields/],
  ['tokens', query(`{ households { ${'id '.repeat(4000)} } }`), /3000 tokens|too much/],
  [
    'fragments that double',
    query(
      `{ ${many(20, (i) => `...F${i}`)} } ${many(20, (i) => `fragment F${i} on Query { ...F${(i + 1) % 20} ...F${(i + 2) % 20} }`)}`,
    ),
    /too much|itself/,
  ],
  ['first', query('{ offers(first: 1001) { id } }'), /1000/],
  ['skip', query('{ offers(skip: 5001) { id } }'), /5000/],
  ['filters in filters', query(`{ offers(where: ${nest('{ and: [', '] }', 8, '{ id: "1" }')}) { id } }`), /nest/],
  [
    'lists of lists',
    query('{ households(where: { trades_: { seller_: { trades_: { id: "x" } } } }) { id } }'),
    /one list/,
  ],
  [
    'neighbours',
    query(`{ trades(where: { or: [${many(9, () => '{ seller_: { id: "x" } }')}] }) { id } }`),
    /neighbours/,
  ],
  ['conditions', query(`{ offers(where: { or: [${many(120, (i) => `{ id: "${i}" }`)}] }) { id } }`), /conditions/],
  [
    'a long list',
    query('query Q($ids: [ID!]) { offers(where: { id_in: $ids }) { id } }', {
      ids: Array.from({ length: 1001 }, String),
    }),
    /1000/,
  ],
  ['variables in variables', post(`{"query":"{ __typename }","variables":${nest('{"a":', '}', 40, '1')}}`), /deep/],
  ['a number that is none', query('{ offers(where: { price_gt: "1e9" }) { id } }'), /BigInt/],
  ['a number beyond all', query(`{ offers(where: { price_gt: "${'9'.repeat(60)}" }) { id } }`), /BigInt/],
  ['an Int beyond all', query('{ offers(block: { number: 99999999999 }) { id } }'), /32-bit|Int/],
  ['a text with a zero', query('{ households(where: { tier: "\\u0000" }) { id } }'), /character 0/],
  ['an id with a zero', query('{ household(id: "\\u0000") { id } }'), /character 0/],
  ['a block with a zero', query('{ offers(block: { hash: "\\u0000" }) { id } }'), /character 0/],
  ['a half character', query('{ households(where: { tier: "\\uD800" }) { id } }'), /Unicode|character/],
  [
    'a half character beside the text',
    query('query Q($t: String) { households(where: { tier: $t }) { id } }', { t: '\uD800' }),
    /character/,
  ],
  ['the past before all', query('{ offers(block: { number: -1 }) { id } }'), /begin/],
  ['the future', query('{ offers(block: { number_gte: 2147483647 }) { id } }'), /not here yet/],
  ['a block of another chain', query(`{ offers(block: { hash: "0x${'ab'.repeat(32)}" }) { id } }`), /not known/],
  ['the schema, and again', query(`{ ${many(6, (i) => `s${i}: __schema { types { name } }`)} }`), /introspections/],
  [
    'the schema, deeper and deeper',
    query(`{ __schema { types ${nest('{ fields { type ', '} }', 12, '{ name }')} } }`),
    /introspection|depth/i,
  ],
  ['directives', query(`{ _meta ${'@skip(if: false) '.repeat(500)} { digest } }`), /directive|once|tokens/i],
  ['a mutation', query('mutation { offers { id } }'), /mutation/i],
  ['a subscription', query('subscription { offers { id } }'), /subscription/i],
  ['several at once', post('[{"query":"{ __typename }"},{"query":"{ __typename }"}]'), /one question/],
  ['no JSON', post('query { offers { id } }'), /not JSON/],
  ['GraphQL as text', post('{ offers { id } }', 'application/graphql'), /content-type/],
  ['a form', post('query=%7Boffers%7Bid%7D%7D', 'application/x-www-form-urlencoded'), /content-type/],
  ['files', post('--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'), /content-type/],
  ['no type', { method: 'POST', body: new Uint8Array([123, 125]) }, /content-type/],
  [
    'a hash of another question',
    post(JSON.stringify({ query: '{ __typename }', extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } })),
    /hash/,
  ],
  ['a hash that is none', post(JSON.stringify({ extensions: { persistedQuery: { sha256Hash: '../../x' } } })), /hash/],
  ['an address without a question', { search: '?query=' }, /question|Must provide/],
  ['a mutation by address', { search: `?query=${encodeURIComponent('mutation { a }')}` }, /mutation|POST/i],
  ['variables by address', { search: '?query={__typename}&variables={' }, /not JSON/],
  ['another method', { method: 'PUT', body: '{}' }, /POST or GET/],
  [
    'proto',
    post('{"query":"{ __typename }","variables":{"__proto__":{"a":1}},"__proto__":{"query":1},"constructor":1}'),
    /^$/,
  ],
];

describe.each(['SQLite', 'PostgreSQL'])('%s', (name) => {
  it.each(ATTACKS)('%s: a clear refusal', async (what, init, message) => {
    const { status, errors, data } = await ask(urls[name]!, init);
    if (what === 'proto') {
      expect([status, data]).toEqual([200, { __typename: 'Query' }]);
      return;
    }
    const told = Object.values(data ?? {}).filter((answer) => answer !== null);
    expect([what, status >= 400 && status < 500, told]).toEqual([what, true, []]);
    expect(errors!.map((error) => error.message).join(' ')).toMatch(message);
  });

  it('askers who leave in the middle fill no log', async () => {
    const { port } = new URL(urls[name]!);
    for (const bytes of [
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query"',
      'POST /graphql HTTP/1.1\r\nhost: x\r\n',
      'nonsense\r\n\r\n',
    ])
      await new Promise<void>((resolve) => {
        const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(bytes));
        setTimeout(() => socket.destroy(), 50);
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    expect((await ask(urls[name]!, query('{ _meta { digest } }'))).status).toBe(200);
    expect(said[name]!()).not.toMatch(/error|aborted/i);
  });

  it('a body that is too long is not even read', async () => {
    const long = `{"query":"${'x'.repeat(70_000)}"}`;
    expect((await ask(urls[name]!, post(long))).status).toBe(413);
  });

  it(
    `${QUESTIONS} questions at random: refused or answered, and none costs memory that stays`,
    async () => {
      await ask(urls[name]!, query('{ _meta { digest } }'));
      const statuses: Record<number, number> = {};
      const trials = new Trials(`${name}, questions`, QUESTIONS);
      await fc.assert(
        fc.asyncProperty(fc.array(questions, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (several) => {
          await Promise.all(several.map(one));
          trials.add(several.length);
        }),
        { numRuns: Math.ceil(QUESTIONS / AT_ONCE), seed: SEED, endOnFailure: true, ...inTime() },
      );
      async function one(init: RequestInit & { search?: string }): Promise<void> {
        const { status, errors, data } = await ask(urls[name]!, init);
        statuses[status] = (statuses[status] ?? 0) + 1;
        expect(status).toBeLessThan(500);
        if (status !== 200) expect(errors?.length).toBeGreaterThan(0);
        for (const error of errors ?? []) {
          expect(error.message).not.toMatch(/unexpected error|sqlite|syntax error at or near|relation|column/i);
          expect(error.extensions?.code).not.toBe('INTERNAL_SERVER_ERROR');
        }
        expect(data !== undefined || (errors?.length ?? 0) > 0).toBe(true);
      }
      expect(Object.keys(statuses).sort()).toEqual(['200', '400', '413', '415']);
      expect(statuses[200]).toBeGreaterThan(trials.done / 20);
      const figures = await (await fetch(`${urls[name]}/metrics`)).text();
      const memory = Number(/^process_resident_memory_bytes (\S+)$/m.exec(figures)?.[1]);
      expect(memory).toBeLessThan(MEMORY_BYTES);
      expect((await ask(urls[name]!, query('{ _meta { digest } }'))).status).toBe(200);
      trials.end(`${JSON.stringify(statuses)}, ${(memory / 1048576).toFixed(0)} MiB, seed ${SEED}`);
    },
    QUESTIONS * 100 + 60_000,
  );
});

// Questions that are nearly right reach further than noise.
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    "' or 1=1 --",
    '"; drop table block; --',
    '%',
    '\\',
    '',
    '\u0000',
    '𝔘',
    '{{',
    '$1',
    '?',
    '0x',
    'null',
  ),
);
const literal: fc.Arbitrary<string> = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 130n }).map((value) => `"${value}"`),
  fc.double().map(String),
  fc.constantFrom(
    'null',
    'true',
    '[]',
    '{}',
    '[null]',
    '["1", 2]',
    '$v',
    '$w',
    'asc',
    'open',
    '[[[1]]]',
    '""" "' + ' """',
  ),
);
/** Something that fits the field. */
const fitting = (field: Field | undefined, suffix: string): fc.Arbitrary<string> => {
  if (!field) return literal;
  const type = 'ref' in field ? 'String' : field.type;
  const one =
    type === 'BigInt'
      ? fc.bigInt({ min: 0n, max: 2n ** 127n }).map((value) => `"${value}"`)
      : type === 'Int'
        ? fc.integer({ min: -5, max: 500 }).map(String)
        : type === 'Boolean'
          ? fc.boolean().map(String)
          : fc.string({ maxLength: 12 }).map((value) => JSON.stringify(value));
  return suffix.endsWith('in') ? fc.array(one, { maxLength: 5 }).map((all) => `[${all.join(', ')}]`) : one;
};
const entity = fc.constantFrom(...entityNames);
const fieldOf = (name: (typeof entityNames)[number]) =>
  fc.constantFrom(
    ...fieldsOf(name).map(([field]) => field),
    ...Object.keys(entityOf(name).derived ?? {}),
    '_change_block',
    'and',
    'or',
  );
const SUFFIXES_OF = (field: Field | undefined) => ['', ...(field ? suffixesOf(field) : [])];
const filter = (name: (typeof entityNames)[number], depth = 0): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(fieldOf(name), fc.nat(19), fc.nat()).chain(([field, die, pick]) => {
        if ((field === 'and' || field === 'or') && depth < 4)
          return filter(name, depth + 1).map((inner) => `${field}: [${inner}]`);
        const spec = new Map(fieldsOf(name)).get(field);
        const other = spec && 'ref' in spec ? spec.ref : entityOf(name).derived?.[field]?.entity;
        if (other !== undefined && die < 8 && depth < 4)
          return filter(other as (typeof entityNames)[number], depth + 1).map((inner) => `${field}_: ${inner}`);
        const suffixes = SUFFIXES_OF(spec);
        const suffix = suffixes[pick % suffixes.length]!;
        const value = die === 19 ? literal : fitting(spec, suffix);
        return value.map((given) => `${field}${suffix && `_${suffix}`}: ${given}`);
      }),
      { maxLength: 3 },
    )
    .map((parts) => `{ ${parts.join(', ')} }`);
const selection = (name: (typeof entityNames)[number], depth = 0): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(fieldOf(name), fc.nat(9)).chain(([field, die]) => {
        const spec = new Map(fieldsOf(name)).get(field);
        const other =
          spec && 'ref' in spec ? spec.ref : (entityOf(name).derived?.[field]?.entity as string | undefined);
        if (other === undefined || depth > 3)
          return fc.constant(die === 0 ? `${field} { id }` : spec && other === undefined ? field : '');
        return selection(other as (typeof entityNames)[number], depth + 1).map((inner) => `${field} ${inner}`);
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((fields) => `{ id ${fields.filter((field) => !['and', 'or', '_change_block'].includes(field)).join(' ')} }`);
const args = (name: (typeof entityNames)[number]) =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: filter(name).map((value) => `where: ${value}`) },
        fc.tuple(fc.constantFrom('first', 'skip'), fc.integer({ min: -10, max: 1100 })).map((pair) => pair.join(': ')),
        fc
          .tuple(fieldOf(name), fc.constantFrom('', '__id', '__nothing'))
          .map(([field, sub]) => `orderBy: ${field}${sub}`),
        fc.constantFrom('orderDirection: desc', 'orderDirection: up', 'subgraphError: allow', 'block: { number: 3 }'),
        literal.map((value) => `block: { number_gte: ${value} }`),
        literal.map((value) => `block: { hash: ${value} }`),
      ),
      { maxLength: 3 },
    )
    .map((list) => (list.length > 0 ? `(${list.join(', ')})` : ''));
const nearlyRight = entity.chain((name) =>
  fc
    .tuple(args(name), selection(name), fc.constantFrom('', '', '', 'query Q($v: String, $w: [BigInt!]) '))
    .map(([given, fields, head]) => `${head}{ ${plural(lower(name))}${given} ${fields} }`),
);
/** The same with a few places changed, cut or doubled. */
const damaged = fc
  .tuple(nearlyRight, fc.array(fc.tuple(fc.nat(), fc.nat(3), text), { minLength: 1, maxLength: 3 }))
  .map(([question, changes]) => {
    let out = question;
    for (const [where, kind, what] of changes) {
      const at = where % (out.length + 1);
      if (kind === 0) out = out.slice(0, at) + what + out.slice(at);
      else if (kind === 1) out = out.slice(0, at) + out.slice(at + 1 + (where % 7));
      else if (kind === 2) out = out.slice(0, at) + out.slice(at) + out.slice(at);
      else out = out.slice(0, at);
    }
    return out;
  });
const variables = fc.dictionary(fc.constantFrom('v', 'w', '__proto__', 'x'), fc.oneof(fc.jsonValue(), text));
const questions: fc.Arbitrary<RequestInit & { search?: string }> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(nearlyRight, variables).map(([one, given]) => query(one, given)) },
  { weight: 6, arbitrary: fc.tuple(damaged, variables).map(([one, given]) => query(one, given)) },
  { weight: 1, arbitrary: fc.json().map((body) => post(body)) },
  { weight: 1, arbitrary: text.map((body) => post(body)) },
  {
    weight: 1,
    arbitrary: fc.tuple(text, text).map(([one, other]) => post(JSON.stringify({ query: one, operationName: other }))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(damaged, fc.json()).map(([one, given]) => ({
      search: `?query=${encodeURIComponent(one.toWellFormed())}&variables=${encodeURIComponent(given.toWellFormed())}`,
    })),
  },
  { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml', 'nothing').map((type) => post('{}', type)) },
  { weight: 1, arbitrary: fc.nat(3).map((n) => post(`{"query":"${'{a'.repeat(40_000 + n)}"}`)) },
  { weight: 1, arbitrary: fc.nat(3000).map((n) => query(`${'{a'.repeat(n)}`)) },
);
