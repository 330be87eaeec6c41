// `npm run test:mutants`: how many small faults in the contracts the tests notice. Each mutant is deployed in the VM of this process and
// meets the tests that ran its line, the quickest first, until one fails. What is known is kept between runs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CONTRACTS } from '../../src/names.ts';
import { parse } from '../lcov.ts';
import { EQUIVALENT } from './equivalent.ts';
import { type Class, type Mutant, mutantsOf, mutated, placesOf } from './mutations.ts';
import { type Loaded, load, testFiles } from './tests.ts';

const HELP = `Usage: npm run test:mutants [-- options]

Puts small faults into the contracts, one at a time, and reports which of them the contract tests notice.

Options:
  --contract A,B   only these contracts
  --class C,D      only authority, funds or other
  --kind E,F       only these faults: assert, caller, condition, try, boundary, ...
  --sample N       N mutants, drawn evenly
  --minutes N      end after so long, with what was tried until then
  --most N         tests that a mutant meets at most, the likeliest first (40)
  --jobs N         as many processes (1)
  --fresh          forget earlier results
  --report         only print what is known
  --help           print this text`;

type Outcome = {
  id: string;
  outcome: 'killed' | 'survived' | 'unreached' | 'invalid';
  by?: string;
  ms: number;
  tests: string;
  /** How many tests it could have met. */
  most: number;
};
type Covered = {
  id: string;
  hash: string;
  ms: number;
  usable: boolean;
  /** Where it went. */
  places: Record<string, string[]>;
  /** Where it went oftener than the beginning of every test does. */
  own: string[];
};

const KEPT = new URL('../../../node_modules/.cache/wattconnect/mutants/', import.meta.url);
const RESULTS = new URL('results.jsonl', KEPT);
const PAGE = new URL('../../../docs/reference/mutants.md', import.meta.url);
/** Faults that take a check or a payment away. */
const GUARDS = ['assert', 'try', 'condition', 'negation', 'payment', 'allowance'];
const CLASSES: Class[] = ['authority', 'funds', 'other'];

const hashOf = (texts: string[]): string => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex').slice(0, 12);
};
const textOf = (name: string): string => readFileSync(new URL(`../../tests/${name}`, import.meta.url), 'utf8');
const FILES = testFiles();
/** What a test of this file does depends on these. */
const hashOfFile = new Map(FILES.map((name) => [name, hashOf([textOf(name), textOf('twins.ts'), textOf('world.ts')])]));
const TESTS = hashOf([...hashOfFile.values()]);
const COVERED = new URL('ways.jsonl', KEPT);
const PLACES = new Map(CONTRACTS.map((name) => [name as string, placesOf(name)]));

const linesOf = <T>(file: URL): T[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as T)
    : [];

function parameters() {
  return parseArgs({
    options: {
      contract: { type: 'string' },
      class: { type: 'string' },
      kind: { type: 'string' },
      sample: { type: 'string' },
      minutes: { type: 'string' },
      most: { type: 'string', default: '40' },
      jobs: { type: 'string', default: '1' },
      fresh: { type: 'boolean' },
      report: { type: 'boolean' },
      help: { type: 'boolean' },
      worker: { type: 'string' },
    },
  }).values;
}
type Parameters = ReturnType<typeof parameters>;

function chosen({ contract, class: classes, kind, sample }: Parameters): Mutant[] {
  const names = contract?.split(',') ?? [...CONTRACTS];
  for (const name of names)
    if (!(CONTRACTS as readonly string[]).includes(name))
      throw new Error(`There is no contract "${name}". The contracts are: ${CONTRACTS.join(', ')}.`);
  const kinds = classes?.split(',') ?? CLASSES;
  // In an order that has nothing to do with the contracts: what was tried until some moment stands for all.
  const all = names
    .flatMap(mutantsOf)
    .filter((mutant) => kinds.includes(mutant.class) && (kind?.split(',').includes(mutant.kind) ?? true))
    .map((mutant) => ({ mutant, at: hashOf([mutant.id]) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ mutant }) => mutant);
  if (sample === undefined) return all;
  const count = Number(sample);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--sample wants a number of mutants, not "${sample}".`);
  return all.slice(0, count);
}

const isEquivalent = (mutant: Mutant): boolean =>
  EQUIVALENT.some(
    (one) =>
      one.contract === mutant.contract &&
      one.where === mutant.where &&
      one.kind === mutant.kind &&
      (one.before === undefined || one.before === mutant.before) &&
      (one.within === undefined || one.within === mutant.within),
  );

/** The last that is known of each. */
const known = (): Map<string, Outcome> => new Map(linesOf<Outcome>(RESULTS).map((one) => [one.id, one]));
/** What survived may not survive new tests, or more of them: it is told as a survivor until it is tried again. */
const isStale = (one: Outcome, mutant: Mutant, most: number): boolean =>
  ['survived', 'unreached'].includes(one.outcome) && !isEquivalent(mutant) && (one.tests !== TESTS || one.most < most);

// ---------------------------------------------------------------- workers

/** Where tests went, as far as neither they nor what they went through has changed. */
function coverage(): Covered[] {
  const now = new Map([...PLACES].map(([name, places]) => [name, new Set(places)]));
  const valid = new Set(hashOfFile.values());
  const holds = ({ hash, places }: Covered) =>
    valid.has(hash) && Object.entries(places).every(([name, seen]) => seen.every((place) => now.get(name)?.has(place)));
  return linesOf<Covered>(COVERED).filter(holds);
}

async function cover(at: number, of: number): Promise<void> {
  const { tests, run, world } = await load();
  const done = new Set(coverage().map(({ id, hash }) => `${hash} ${id}`));
  let hits = parse('');
  world.bench.coverage = (lcov) => {
    hits = parse(lcov, hits);
  };
  (await world.World.create()).free();
  const beginning = hits;
  for (const test of tests.filter((_, n) => n % of === at)) {
    const hash = hashOfFile.get(test.file)!;
    if (done.has(`${hash} ${test.id}`)) continue;
    hits = parse('');
    world.bench.weakened = false;
    const started = performance.now();
    let usable = true;
    try {
      await run(test);
    } catch (error) {
      // Some tests hold for one way of starting the chain only; they are no use here, and their own runner knows them.
      usable = false;
      console.error(`left out: ${test.id}: ${(error as Error).message?.split('\n')[0]}`);
    }
    world.lastWorld()?.tellCoverage();
    const oftener = (least: (name: string, line: number) => number) =>
      [...hits].map(([name, { lines }]): [string, string[]] => [
        name,
        [...lines].flatMap(([line, count]) => (count > least(name, line) ? (PLACES.get(name)?.[line] ?? []) : [])),
      ]);
    const covered: Covered = {
      id: test.id,
      hash,
      ms: performance.now() - started,
      usable: usable && !world.bench.weakened,
      places: Object.fromEntries(oftener(() => 0)),
      own: oftener((name, line) => beginning.get(name)?.lines.get(line) ?? 0).flatMap(([, places]) => places),
    };
    appendFileSync(COVERED, `${JSON.stringify(covered)}\n`);
  }
}

/**
 * How soon a test is worth trying: those that speak of the guard's error and those that come to it on their own way first, then those
 * that noticed others like it, those that go few ways, and quick ones.
 */
function likelihood({ ms, own }: Covered, mutant: Mutant, speaks: boolean, kills: number, alike: number): number {
  const width = own.length;
  const comes = mutant.places.some((place) => own.includes(place));
  return (
    (speaks ? 100 : 0) + (comes ? 50 : 0) + 10 * Math.min(alike, 5) + Math.min(kills, 20) - width / 100 - ms / 1000
  );
}

async function hunt(mutants: Mutant[], { tests, run, world }: Loaded, minutes: number, most: number): Promise<void> {
  const covered = coverage();
  const byId = new Map(covered.filter(({ usable }) => usable).map((one) => [one.id, one]));
  const twins = new Set(covered.filter(({ usable }) => !usable).map(({ id }) => id));
  const kills = new Map<string, number>();
  const noticed = (test: string, kind: string) => {
    for (const key of [test, `${kind} ${test}`]) kills.set(key, (kills.get(key) ?? 0) + 1);
  };
  const before = new Map([...CONTRACTS].flatMap(mutantsOf).map(({ id, kind }) => [id, kind]));
  for (const { id, by } of known().values()) if (by && before.has(id)) noticed(by, before.get(id)!);
  const end = Date.now() + minutes * 60_000;
  for (const mutant of mutants) {
    if (Date.now() > end) return;
    const started = performance.now();
    const reaching = tests
      .flatMap((test) => {
        const speaks = mutant.codes.some((code) => new RegExp(`${code}n?\\b`).test(test.says));
        const one = byId.get(test.id);
        if (one && !mutant.places.some((place) => one.places[mutant.contract]?.includes(place))) return [];
        // Where it went is not known: it may be worth trying all the same.
        if (!one) return speaks && !twins.has(test.id) ? [{ test, likely: 90 }] : [];
        const alike = kills.get(`${mutant.kind} ${test.id}`) ?? 0;
        return [{ test, likely: likelihood(one, mutant, speaks, kills.get(test.id) ?? 0, alike) }];
      })
      .sort((a, b) => b.likely - a.likely)
      .slice(0, most);
    let result: Pick<Outcome, 'outcome' | 'by'> = { outcome: reaching.length === 0 ? 'unreached' : 'survived' };
    world.harvest.decoysToo = mutant.kind === 'caller';
    world.replaceContract({ contract: mutant.contract, source: mutated(mutant) });
    try {
      const first = await world.World.create();
      first.free();
    } catch (error) {
      // It does not even start: the VM refuses it, or the bootstrap does.
      const refused = /construct/.test((error as Error).message ?? `${error}`);
      result = { outcome: refused ? 'killed' : 'invalid', by: 'deployment' };
    }
    if (result.outcome === 'survived')
      for (const { test } of reaching) {
        try {
          world.harvest.tries.clear();
          world.harvest.decoys.clear();
          world.bench.weakened = false;
          await run(test);
          // Who heeds whoever signed is found out as whole.test.ts does it: through a decoy.
          const misled = [...world.harvest.decoys].find(([, outcome]) => outcome !== 'same');
          if (misled) throw new Error(`${misled[0]} through a decoy: ${misled[1]}`);
        } catch (error) {
          // A twin of our contracts cannot be weakened where it is another already: that says nothing.
          if (world.bench.weakened || /null pointer/.test(`${error}`)) continue;
          noticed(test.id, mutant.kind);
          result = { outcome: 'killed', by: test.id };
          break;
        }
      }
    const ms = Math.round(performance.now() - started);
    const outcome: Outcome = { id: mutant.id, ...result, ms, tests: TESTS, most };
    appendFileSync(RESULTS, `${JSON.stringify(outcome)}\n`);
  }
}

// ---------------------------------------------------------------- the whole

function spread(task: 'cover' | 'hunt', jobs: number): Promise<unknown> {
  return Promise.all(
    Array.from(
      { length: jobs },
      (_, at) =>
        new Promise<void>((resolve, reject) => {
          const args = [
            ...process.execArgv,
            import.meta.filename,
            ...process.argv.slice(2),
            '--worker',
            `${task}/${at}/${jobs}`,
          ];
          const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
          child.stderr.on('data', (data: Buffer) => {
            for (const line of data.toString().split('\n')) if (line.startsWith('left out')) console.error(line);
          });
          child.on('exit', (code) =>
            code === 0
              ? resolve()
              : reject(new Error(`A worker ended with ${code}. Run it again: what it found is kept.`)),
          );
        }),
    ),
  );
}

type Tally = { killed: number; counted: number; equivalent: number; waiting: number };

function tally(some: Mutant[], results: Map<string, Outcome>): Tally {
  const count: Tally = { killed: 0, counted: 0, equivalent: 0, waiting: 0 };
  for (const mutant of some) {
    const outcome = results.get(mutant.id)?.outcome;
    if (outcome === undefined) count.waiting++;
    else if (outcome === 'invalid') continue;
    else if (outcome !== 'killed' && isEquivalent(mutant)) count.equivalent++;
    else {
      count.counted++;
      if (outcome === 'killed') count.killed++;
    }
  }
  return count;
}
const percent = ({ killed, counted }: Tally): string =>
  counted === 0 ? '-' : `${(Math.floor((1000 * killed) / counted) / 10).toFixed(1)} %`;
const survivorsOf = (mutants: Mutant[], results: Map<string, Outcome>): Mutant[] =>
  mutants.filter(
    (mutant) => ['survived', 'unreached'].includes(results.get(mutant.id)?.outcome ?? '') && !isEquivalent(mutant),
  );
const isGuard = ({ kind }: Mutant): boolean => GUARDS.includes(kind);

function report(mutants: Mutant[]): void {
  const results = known();
  const say = (name: string, some: Mutant[]) => {
    const count = tally(some, results);
    const rest = [
      `${count.killed} of ${count.counted}`,
      ...(count.waiting > 0 ? [`${count.waiting} not tried`] : []),
      ...(count.equivalent > 0 ? [`${count.equivalent} equivalent`] : []),
    ];
    console.log(`${name}: ${percent(count)} (${rest.join(', ')})`);
  };
  for (const mutant of survivorsOf(mutants, results))
    console.log(
      `${mutant.class} contracts/${mutant.contract}.clar:${mutant.line} ${mutant.where} ${mutant.kind}: ${mutant.before} => ${mutant.after}${results.get(mutant.id)!.outcome === 'unreached' ? ' (no test comes here)' : ''}`,
    );
  for (const one of CLASSES)
    say(
      one,
      mutants.filter((mutant) => mutant.class === one),
    );
  for (const name of CONTRACTS)
    say(
      name,
      mutants.filter(({ contract }) => contract === name),
    );
  say('all', mutants);
}

/** What is known of all mutants, as it stands in docs/reference. */
function page(): string {
  const [all, results] = [CONTRACTS.flatMap(mutantsOf), known()];
  const row = (name: string, some: Mutant[]): string => {
    const count = tally(some, results);
    return `| ${name} | ${some.length} | ${count.counted} | ${count.killed} | ${percent(count)} | ${count.equivalent} | ${count.waiting} |`;
  };
  const survivors = survivorsOf(all, results);
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  return `${[
    '<!-- Generated by contracts/tools/mutants. Do not edit: npm run test:mutants. -->',
    '# Mutants',
    'Small faults that are put into the contracts one at a time, and how many of them the contract tests notice: a guard that lets everything pass, the signer in place of the caller, a comparison that is off by one, a payment that is left out. "Guards" are the faults that take a check or a payment away; the other faults change what is checked, reckoned or written. A fault is said to survive when none of the tests that run its line and are the likeliest to notice it fails. A result is kept as long as the function that the fault is in stays as it is.',
    [
      '| Faults | All | Tried | Killed | Share | Equivalent | Not tried |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...CLASSES.flatMap((one) => {
        const mine = all.filter((mutant) => mutant.class === one);
        return [
          row(`${one}: guards`, mine.filter(isGuard)),
          row(
            `${one}: others`,
            mine.filter((one) => !isGuard(one)),
          ),
        ];
      }),
      ...CONTRACTS.map((name) =>
        row(
          name,
          all.filter(({ contract }) => contract === name),
        ),
      ),
      row('all', all),
    ].join('\n'),
    ...(survivors.length > 0 ? ['## Survivors'] : []),
    ...(survivors.length > 0
      ? [
          survivors
            .map(
              ({ class: of, contract, where, kind, before, after }) =>
                `- ${of}, ${contract}.${where}, ${kind}: ${code(before)} became ${code(after)}`,
            )
            .join('\n'),
        ]
      : []),
    '## Equivalent',
    'Faults that nobody can notice, and why.',
    EQUIVALENT.map(
      ({ contract, where, kind, before, why }) =>
        `- ${contract}.${where}, ${kind}${before ? ` of ${code(before)}` : ''}: ${why}`,
    ).join('\n'),
  ].join('\n\n')}\n`;
}

const options = (() => {
  try {
    return parameters();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
})();
mkdirSync(KEPT, { recursive: true });
if (options.help) console.log(HELP);
else if (options.worker) {
  const [task, at, of] = options.worker.split('/') as ['cover' | 'hunt', string, string];
  if (task === 'cover') await cover(Number(at), Number(of));
  else {
    const [tried, most] = [known(), Number(options.most)];
    // Many of one contract after another: what is deployed before it is kept.
    const mine = chosen(options)
      .filter((mutant) => !tried.has(mutant.id) || isStale(tried.get(mutant.id)!, mutant, most))
      .filter((_, n) => n % Number(of) === Number(at))
      .sort((a, b) => (a.contract < b.contract ? 1 : a.contract > b.contract ? -1 : 0));
    await hunt(mine, await load(), Number(options.minutes ?? Number.POSITIVE_INFINITY), most);
  }
  // The VM's worker threads would wait.
  process.exit(0);
} else {
  if (options.fresh) writeFileSync(RESULTS, '');
  const mutants = chosen(options);
  if (!options.report) {
    const jobs = Math.max(1, Number(options.jobs) || 1);
    await spread('cover', jobs);
    await spread('hunt', jobs);
  }
  report(mutants);
  writeFileSync(PAGE, page());
}
