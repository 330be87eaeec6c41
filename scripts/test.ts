// `npm test`: everything a newcomer needs. Finds or installs what the tests use, runs every suite, ends with one line of figures.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from '../e2e/src/chromium.ts';
import { findPostgres } from '../indexer/src/test/postgres.ts';

const HELP = `Usage: npm test [-- options] [suite ...]

Runs the test suites (all of them unless some are named) and prints how many tests passed and failed.

Suites: ${'protocol contracts devnet chainhooks indexer p2p-relay agents deployments dapp e2e'}

Options:
  --list   print the suites and stop
  --help   print this text`;

const SUITES = [
  'protocol',
  'contracts',
  'devnet',
  'chainhooks',
  'indexer',
  'p2p-relay',
  'agents',
  'deployments',
  'dapp',
  'e2e',
] as const;
type Suite = (typeof SUITES)[number];
type Tally = { passed: number; failed: number };

const root = join(import.meta.dirname, '..');

function chosen(): Suite[] {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
  if (parsed.values.help) {
    console.log(HELP);
    process.exit(0);
  }
  if (parsed.values.list) {
    console.log(SUITES.join('\n'));
    process.exit(0);
  }
  for (const name of parsed.positionals) {
    if (!SUITES.includes(name as Suite)) {
      console.error(`There is no suite "${name}". The suites are: ${SUITES.join(', ')}.`);
      process.exit(2);
    }
  }
  return parsed.positionals.length > 0 ? (parsed.positionals as Suite[]) : [...SUITES];
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, list: { type: 'boolean' } },
  });
}

/** Something of the system's that tests use, installed by apt-get where that is possible. */
function ensure(name: string, isThere: () => boolean, packages: string[], otherwise: string): void {
  if (isThere()) return;
  const mayInstall =
    process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (mayInstall) {
    console.error(`Installing ${name} for the tests...`);
    const quiet = {
      stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  }
  if (isThere()) return;
  console.error(
    `The tests need ${name} and none was found. Install it (Debian and Ubuntu: "sudo apt-get install ${packages[0]}") or ${otherwise}, then run npm test again.`,
  );
  process.exit(1);
}

/** Runs one suite in its own process; the figures come from the runner's own report, never from its text. */
async function run(suite: Suite): Promise<Tally> {
  const out = mkdtempSync(join(tmpdir(), 'wattconnect-test-'));
  const report = join(out, 'report.json');
  const args = [
    'run',
    '--root',
    join(root, suite),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const started = performance.now();
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), ...args], {
      cwd: join(root, suite),
      stdio: 'inherit',
    });
    child.on('exit', (exit) => resolve(exit ?? 1));
    child.on('error', () => resolve(1));
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  try {
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    const passed = numPassedTests ?? 0;
    // Tests on captured data are defined only where the data is; a file that could not even be loaded shows in the exit code.
    const failed = numFailedTests ?? 0;
    console.error(`${suite}: ${passed} passed, ${failed} failed in ${seconds} s`);
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const suites = chosen();
if (suites.includes('e2e') || suites.includes('p2p-relay'))
  ensure('Chromium', () => findChromium() !== undefined, ['chromium', 'fonts-liberation'], 'set CHROMIUM to its path');
if (suites.includes('indexer'))
  ensure(
    'PostgreSQL',
    () => process.env.INDEXER_POSTGRES !== undefined || findPostgres() !== undefined,
    ['postgresql'],
    'name a server in INDEXER_POSTGRES',
  );
const total: Tally = { passed: 0, failed: 0 };
for (const suite of suites) {
  const tally = await run(suite);
  total.passed += tally.passed;
  total.failed += tally.failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
