// `npm run test:stateful`: random lives of a neighbourhood on fresh chains, in as many processes as wanted; see tests/lives.ts.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { laws, live } from '../tests/lives.ts';

const HELP = `Usage: npm run test:stateful [-- options]

Lives random lives of a neighbourhood on fresh chains and looks at the laws that must hold. A life that breaks one is shrunk, and told
with its seed and path.

Options:
  --nightly      20,000 lives of 50 steps with a seed of the day, instead of 500 of 40
  --runs N       as many lives
  --steps N      as many steps in each
  --seed N       other lives (7)
  --assets       some trades are paid in an asset (always with --nightly)
  --path P       only the life with this path, of a seed that has broken a law
  --minutes N    end after so long, with what was lived until then
  --jobs N       processes (as many as there are cores)
  --outcomes     how often each function ended how
  --help         print this text`;

type Told = { runs: number; laws: [string, number][]; outcomes: [string, number][] };

function parameters() {
  return parseArgs({
    options: {
      nightly: { type: 'boolean' },
      runs: { type: 'string' },
      steps: { type: 'string' },
      seed: { type: 'string' },
      path: { type: 'string' },
      minutes: { type: 'string' },
      jobs: { type: 'string' },
      assets: { type: 'boolean' },
      outcomes: { type: 'boolean' },
      worker: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
}

function number(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} wants a number above 0, not "${text}".`);
}

function job(runs: number, steps: number, seed: number, rest: string[], each: (runs: number) => void): Promise<Told> {
  return new Promise((resolve, reject) => {
    const args = ['--worker', '--runs', `${runs}`, '--steps', `${steps}`, '--seed', `${seed}`, ...rest];
    const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // One that breaks a law ends all.
    process.on('exit', () => child.kill());
    let told: Told | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) told = JSON.parse(line) as Told;
      else each(Number(line));
    });
    child.on('close', (code) =>
      code === 0 && told ? resolve(told) : reject(new Error(`The lives with seed ${seed} ended with ${code}.`)),
    );
  });
}

const sum = (lists: [string, number][][]): Map<string, number> => {
  const all = new Map<string, number>();
  for (const [key, count] of lists.flat()) all.set(key, (all.get(key) ?? 0) + count);
  return all;
};

async function main(): Promise<void> {
  const { nightly, worker, path, minutes, outcomes: all, help, ...given } = parameters();
  if (help) return console.log(HELP);
  const runs = number('runs', given.runs, nightly ? 20_000 : 500);
  const steps = number('steps', given.steps, nightly ? 50 : 40);
  const seed = number('seed', given.seed, nightly ? Math.floor(Date.now() / 86_400_000) : 7);
  if (worker) {
    const limit = minutes === undefined ? {} : { minutes: Number(minutes) };
    const only = path === undefined ? {} : { path };
    // What they begin with depends on it, so a path must be lived as it was found.
    const assets = given.assets === true;
    const each = (lived: number) => lived % 10 === 0 && console.log(lived);
    const lived = await live(runs, steps, seed, { ...limit, ...only, assets, each });
    console.log(JSON.stringify({ runs: lived.runs, laws: [...laws], outcomes: [...lived.outcomes] } satisfies Told));
    return;
  }
  const jobs = path === undefined ? Math.min(runs, number('jobs', given.jobs, availableParallelism())) : 1;
  const rest = [
    ...(nightly || given.assets ? ['--assets'] : []),
    ...(path ? ['--path', path] : []),
    ...(minutes ? ['--minutes', `${number('minutes', minutes, 1)}`] : []),
  ];
  console.log(
    `${runs} lives of ${steps} steps in ${jobs} processes, seed ${seed}${jobs > 1 ? ` to ${seed + jobs - 1}` : ''}`,
  );
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const progress = Array.from({ length: jobs }, () => 0);
  let said = 0;
  const told = await Promise.all(
    progress.map((_, at) =>
      job(Math.floor(runs / jobs) + (at < runs % jobs ? 1 : 0), steps, seed + at, rest, (lived) => {
        progress[at] = lived;
        if (seconds() < said + 60) return;
        said = seconds();
        console.log(`${progress.reduce((total, one) => total + one)} lives, ${said} s`);
      }),
    ),
  );
  const lived = told.reduce((total, { runs }) => total + runs, 0);
  const held = sum(told.map(({ laws }) => laws));
  const outcomes = sum(told.map(({ outcomes }) => outcomes));
  const looks = [...held.values()].reduce((total, count) => total + count, 0);
  const succeeded = [...outcomes.keys()].filter((key) => key.endsWith(' ok')).length;
  const codes = new Set(
    [...outcomes.keys()].map((key) => key.split(' ')[1]!).filter((outcome) => outcome.startsWith('u')),
  );
  const calls = [...outcomes.values()].reduce((total, count) => total + count, 0);
  if (all)
    console.log(
      [...outcomes]
        .sort()
        .map(([key, count]) => `${key}: ${count}`)
        .join('\n'),
    );
  console.log(
    `${lived} lives of ${steps} steps, ${calls} calls: ${held.size} laws held ${looks} times; ${succeeded} functions succeeded, ${codes.size} errors were met; seed ${seed}, ${seconds()} s`,
  );
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const { message, cause } = error as Error;
  console.error(message ?? error);
  if (cause instanceof Error) console.error(cause.message);
  process.exit(1);
}
