// The long runs, side by side: random forks, kills and questions. See HELP.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run nightly -w @wattconnect/indexer -- [options]

Random forks, kills -9 at random writes, and random bad questions, the last two on SQLite and on PostgreSQL each. Says every
15 seconds how far each run is. Ends with 1 when something failed, with 2 when time was over before all was done.

  --forks N       random forks (default 10000)
  --kills N       kills, on each database (default 5000)
  --questions N   questions, to each database (default 100000)
  --only LIST     of forks, kills-sqlite, kills-postgres, questions-sqlite, questions-postgres; separated by commas
  --minutes N     each run ends after this time, however far it is (default 60)
  --seed N        where chance begins (default 11)
  --jobs N        runs at once (default: one for each core)
  --help          prints this text`;

const { values } = parseArgs({
  options: {
    forks: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '5000' },
    questions: { type: 'string', default: '100000' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '11' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});
/** The longest first: the short ones fill what is left. */
const RUNS: Record<string, [file: string, name: string]> = {
  'questions-postgres': ['src/hostile.test.ts', '^PostgreSQL.* questions at random'],
  'kills-postgres': ['src/kill.test.ts', '^PostgreSQL.* at random'],
  'kills-sqlite': ['src/kill.test.ts', '^SQLite.* at random'],
  'questions-sqlite': ['src/hostile.test.ts', '^SQLite.* questions at random'],
  forks: ['src/forks.test.ts', 'leave the same views'],
};
const wanted = values.only?.split(',') ?? Object.keys(RUNS);
const isNumber = (text: string) => /^\d{1,7}$/.test(text) && Number(text) > 0;
const numbers = [values.forks, values.kills, values.questions, values.minutes, values.seed, values.jobs];
if (values.help) console.log(HELP);
else if (wanted.some((name) => !Object.hasOwn(RUNS, name)) || !numbers.every(isNumber)) {
  console.error(`That is no run, or no number.\n\n${HELP}`);
  process.exitCode = 1;
} else process.exitCode = await all();

async function all(): Promise<number> {
  const began = Date.now();
  const left = Object.keys(RUNS).filter((name) => wanted.includes(name));
  const ends: [name: string, code: number, minutes: number][] = [];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const start = Date.now();
      const code = await run(name);
      ends.push([name, code, (Date.now() - start) / 60_000]);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  const words = ['all done', 'FAILED', 'time was over before all was done'];
  for (const [name, code, minutes] of ends)
    console.log(`${name.padEnd(20)} ${minutes.toFixed(1).padStart(6)} min  ${words[code]}`);
  console.log(`All in ${((Date.now() - began) / 60_000).toFixed(1)} minutes, seed ${values.seed}.`);
  const codes = ends.map(([, code]) => code);
  return codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0;
}

async function run(name: string): Promise<number> {
  const [file, only] = RUNS[name]!;
  const child = spawn('vitest', ['run', file, '--testNamePattern', only, '--disable-console-intercept'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: {
      ...process.env,
      INDEXER_RUNS: values.forks,
      INDEXER_KILLS: values.kills,
      INDEXER_QUESTIONS: values.questions,
      INDEXER_MINUTES: values.minutes,
      INDEXER_SEED: values.seed,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let short = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-20_000);
      for (const line of chunk.split('\n').filter((one) => / of \d+ after /.test(one))) {
        console.log(line);
        short = line.includes('time is over');
      }
    });
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  // A run of which no trial was told of has tried nothing.
  if (code === 0 && / of \d+ after /.test(said)) return short ? 2 : 0;
  console.error(said);
  return 1;
}
