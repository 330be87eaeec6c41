// What no single test file can say: it runs after all others and looks at what they met.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { abi, Contracts, errors } from '../src/index.ts';
import type { AbiFunction, ClarityType } from '../src/types.ts';
import { attacksText, CLASSES, PAGE, type Tried } from '../tools/attacks.ts';
import { BASELINE, baseline, type Costs, type Count, differences, MOST, missedAims, shareOf } from '../tools/costs.ts';
import { type Arg, address, ascii, type Cost, contractId, DEPLOYER, isLess, STRANGER, utf8, World } from './world.ts';

type Found = {
  file: string;
  reached: string[];
  costs: [string, Cost][];
  batches: [string, { rows: number; cost: Cost }][];
  decoys: [string, string][];
  attacks: Tried[];
};
const found: Found[] = readdirSync(process.env.WATT_HARVEST!).map((name) =>
  JSON.parse(readFileSync(join(process.env.WATT_HARVEST!, name), 'utf8')),
);
const publics = Contracts.flatMap((contract) =>
  (abi[contract].functions as readonly AbiFunction[])
    .filter(({ access }) => access === 'public')
    .map(({ name, args }) => ({ name: `${contract}.${name}`, contract, args, fn: name })),
);

/** Some value of a type: the call is to be refused for who calls, before anybody looks at it. */
function some(type: ClarityType, name = ''): Arg {
  if (type === 'uint128' || type === 'int128') return 1n;
  if (type === 'bool') return true;
  if (type === 'principal') return STRANGER;
  if (type === 'trait_reference') return contractId(name === 'asset' ? 'test-dollar' : 'bootstrap-devnet');
  if (type === 'none') return null;
  if ('buffer' in type) return new Uint8Array(type.buffer.length);
  if ('string-ascii' in type) return ascii('a');
  if ('string-utf8' in type) return utf8('a');
  if ('optional' in type) return null;
  if ('list' in type) return [some(type.list.type)] as Arg;
  if ('tuple' in type) return Object.fromEntries(type.tuple.map(({ name, type }) => [name, some(type)])) as Arg;
  throw new Error(`no value of ${JSON.stringify(type)}`);
}

/** Those whom our contracts know by name, and two households. */
const KNOWN = ['guardian', 'certifier', 'meter-reader', 'utility', 'operator-0', 'operator-1', 'home-h01', 'home-h02'];

/** Functions that refuse whoever calls them from a wallet: they are for our contracts or for the DAO. */
async function closed(): Promise<Set<string>> {
  const world = await World.create();
  try {
    for (const name of ['home-h01', 'home-h02']) world.home(name);
    const callers = [...KNOWN.map(address), DEPLOYER, STRANGER];
    return new Set(
      publics
        .filter(({ contract, fn, args }) =>
          callers.every((who) => {
            const { ok, value } = world.call(
              contract,
              fn,
              args.map(({ name, type }) => some(type, name)),
              who,
            );
            return !ok && typeof value === 'bigint' && value % 1000n < 100n;
          }),
        )
        .map(({ name }) => name),
    );
  } finally {
    world.free();
  }
}

const count = ({ read_count, read_length, write_count, write_length }: Cost): Count => ({
  read_count,
  read_length,
  write_count,
  write_length,
});
const sorted = <T>(map: Map<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

function costs(): Costs {
  const calls = new Map<string, Cost>();
  const batches = new Map<string, Count & { rows: number }>();
  for (const { file, costs, batches: own } of found) {
    for (const [name, cost] of costs) {
      const least = calls.get(name);
      if (!least || isLess(cost, least)) calls.set(name, cost);
    }
    if (file.includes('stateful')) continue;
    for (const [name, { rows, cost }] of own) {
      const before = batches.get(name);
      if (!before || rows > before.rows || (rows === before.rows && cost.read_count > before.read_count))
        batches.set(name, { rows, ...count(cost) });
    }
  }
  return {
    calls: sorted(new Map([...calls].map(([name, cost]) => [name, count(cost)]))),
    batches: sorted(batches),
  };
}

beforeAll(() => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.test.ts') && name !== basename(import.meta.filename),
  );
  const missing = files.filter((name) => !found.some(({ file }) => basename(file) === name));
  if (missing.length > 0)
    throw new Error(`This looks at what all test files met, and ${missing.join(', ')} did not run: npm test contracts`);
});

describe('all tests together', () => {
  it('reach every error code', () => {
    const reached = new Set(found.flatMap((one) => one.reached));
    const missing = errors.filter(({ code }) => !reached.has(`${code}`)).map(({ name, code }) => `${name} u${code}`);
    expect(missing).toEqual([]);
  });

  it('call every public function with success, and through a decoy contract no caller gets more than a stranger', async () => {
    const outcomes = new Map<string, string>();
    for (const { decoys } of found)
      for (const [name, outcome] of decoys) if (outcome !== 'same' || !outcomes.has(name)) outcomes.set(name, outcome);
    expect([...outcomes].filter(([, outcome]) => outcome !== 'same')).toEqual([]);
    const shut = await closed();
    expect(publics.map(({ name }) => name).filter((name) => !outcomes.has(name) && !shut.has(name))).toEqual([]);
  });

  it('find no caller whom a decoy contract can use, with whatever arguments', async () => {
    const world = await World.create();
    try {
      for (const name of ['home-h01', 'home-h02']) world.home(name);
      for (const { contract, fn, args, name } of publics) {
        const values = args.map(({ name, type }) => some(type, name));
        const outcomes = [STRANGER, ...['guardian', 'certifier', 'home-h01'].map(address), DEPLOYER].map((who) =>
          world.throughDecoy(contract, fn, values, who, true),
        );
        expect(new Set(outcomes).size, name).toBe(1);
      }
    } finally {
      world.free();
    }
  });

  it('try attacks of every class, and the page says which', () => {
    const tried = found.flatMap(({ attacks }) => attacks);
    const untried = Object.entries(CLASSES).filter(([key, kind]) =>
      'elsewhere' in kind
        ? !existsSync(new URL(`../../${kind.elsewhere}`, import.meta.url))
        : !tried.some((one) => one.class === key),
    );
    expect(untried).toEqual([]);
    expect(new Set(tried.map(({ class: of, name }) => `${of}: ${name}`)).size).toBe(tried.length);
    if (process.env.WATT_COSTS === 'write') writeFileSync(PAGE, attacksText(tried));
    expect(readFileSync(PAGE, 'utf8'), 'to write it: npm run costs -w @wattconnect/contracts').toBe(attacksText(tried));
  });

  it('cost what they cost before', () => {
    const now = costs();
    if (process.env.WATT_COSTS === 'write') {
      mkdirSync(new URL('.', BASELINE), { recursive: true });
      writeFileSync(BASELINE, `${JSON.stringify(now, null, 2)}\n`);
    }
    expect(differences(baseline(), now), 'to accept it: npm run costs -w @wattconnect/contracts').toEqual([]);
  });

  it('cost no more than is aimed at', () => {
    expect(missedAims(costs())).toEqual([]);
  });

  it('take at most a twentieth of a block', () => {
    const { calls, batches } = costs();
    const all = [...Object.entries(calls), ...Object.entries(batches)];
    expect(all.filter(([, cost]) => shareOf(cost).share > MOST)).toEqual([]);
  });
});

describe('the baseline of costs', () => {
  const one: Count = { read_count: 10, read_length: 1000, write_count: 2, write_length: 100 };
  const of = (change: Partial<Count> = {}): Costs => ({ calls: { 'a.b': { ...one, ...change } }, batches: {} });

  it('notices one read or write more or less, and bytes beyond the drift', () => {
    expect(differences(of(), of())).toEqual([]);
    expect(differences(of(), of({ read_count: 11 }))).toEqual(['a.b: 11 reads instead of 10']);
    expect(differences(of(), of({ write_count: 1 }))).toEqual(['a.b: 1 writes instead of 2']);
    expect(differences(of(), of({ read_length: 1100 }))).toEqual([]);
    expect(differences(of(), of({ read_length: 1101 }))).toEqual(['a.b: 1101 bytes read instead of 1000']);
  });

  it('notices an aim that is missed or was not measured', () => {
    const found = missedAims({ calls: { 'marketplace.fill-signed-offer': { ...one, read_count: 41 } }, batches: {} });
    expect(found).toHaveLength(4);
    expect(found[0]).toBe('a signed offer, bought directly: 41 reads and 2 writes, at most 40 and 9 are meant');
    expect(found[3]).toMatch(/was not measured/);
  });

  it('notices what is new and what is gone', () => {
    expect(differences({ calls: {}, batches: {} }, of())).toEqual(['a.b: is not in the baseline']);
    expect(differences(of(), { calls: {}, batches: {} })).toEqual(['a.b: is in the baseline and was not called']);
    const batch = (rows: number): Costs => ({ calls: {}, batches: { 'a.c': { ...one, rows } } });
    expect(differences(batch(50), batch(20))).toEqual(['a.c: a batch of 20 instead of 50']);
  });
});
