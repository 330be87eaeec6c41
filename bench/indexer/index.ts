// How fast the views grow and answer: catching up, live, questions, forks, memory, start; on SQLite and PostgreSQL, at several sizes.
// node bench/indexer/index.ts [--json] [--versions 10000,100000,1000000] [--peer-events 20000, 0 for none]
// PostgreSQL is INDEXER_POSTGRES, or one of the machine's own. The peer, Ponder, is installed for the run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { postgres } from '../../indexer/src/test/postgres.ts';
import { DEPLOYER } from './blocks.ts';
import { PONDER, ponder } from './ponder.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    versions: { type: 'string', default: '100000' },
    'peer-events': { type: 'string', default: '20000' },
  },
});
type Figure = { name: string; value: number; unit: string };
const UNITS: Record<string, [name: string, unit: string]> = {
  backfill: ['catching up', 'events/s'],
  backfillVersions: ['catching up', 'versions/s'],
  backfillPerCpu: ['catching up, for each second of CPU here', 'events'],
  live: ['block by block', 'events/s'],
  liveP50: ['a block of 40 to 120 events, median', 'ms'],
  liveP99: ['a block of 40 to 120 events, p99', 'ms'],
  questions: ['questions, 10 connections', '/s'],
  marketP50: ['market question, median', 'ms'],
  marketP99: ['market question, p99', 'ms'],
  mixP99: ['all questions, p99', 'ms'],
  rollback: ['fork of 99 blocks: taken back', 'ms'],
  reorg: ['fork of 99 blocks: taken back and 99 others applied', 'ms'],
  memory: ['memory of the processes that serve it, after 500 questions', 'MiB'],
  database: ['database', 'MiB'],
  start: ['start of the process to its first answer', 'ms'],
};

/** The program itself over what is there, as its unit starts it: how soon it answers, and what it holds in memory. */
async function served(db: string): Promise<Record<string, number>> {
  const began = performance.now();
  const indexer = join(import.meta.dirname, '..', '..', 'indexer');
  const cli = join(indexer, 'src', 'cli.ts');
  const unit = readFileSync(join(indexer, 'ops', 'wattconnect-indexer.service'), 'utf8');
  const flags = unit.match(/--max-[a-z-]+=\d+/g) ?? [];
  const options = ['--node', 'http://127.0.0.1:9', '--deployer', DEPLOYER, '--port', '0', '--key', join(folder, 'key')];
  const child = spawn(process.execPath, [
    ...flags,
    '--disable-warning=ExperimentalWarning',
    cli,
    'run',
    '--db',
    db,
    ...options,
  ]);
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
        const found = /(http:\/\/\S+)\/graphql/.exec(said)?.[1];
        if (found) resolve(found);
      });
      child.on('exit', () => reject(new Error(`The indexer ended: ${said}`)));
    });
    const ask = async (query: string) => {
      const body = JSON.stringify({ query });
      const headers = { 'content-type': 'application/json' };
      await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).text();
    };
    await ask('{ _meta { digest } }');
    const start = performance.now() - began;
    for (let i = 0; i < 500; i++)
      await ask('{ offers(first: 50, where: { status: "open" }, orderBy: price) { id price seller { id score } } }');
    return { start, memory: memoryOf(child.pid!) };
  } finally {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

/** MiB of a process and of its children; pages that they share are counted once. */
function memoryOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  const own = Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
  return children.reduce((sum, one) => sum + memoryOf(one), own);
}

const folder = mkdtempSync(join(tmpdir(), 'bench-indexer-'));
const server = await postgres();
const figures: Figure[] = [];
const measured = new Map<string, Record<string, number>>();
try {
  const places: [string, string][] = [
    ['SQLite', join(folder, 'views.db')],
    ['PostgreSQL', await server.fresh()],
  ];
  for (const size of flags.versions.split(',').map(Number))
    for (const [name, db] of places) {
      const run = spawnSync(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'one.ts'), db, String(size)],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 24 },
      );
      if (run.status !== 0) throw new Error(`${name} at ${size} versions failed.`);
      const result = { ...(JSON.parse(run.stdout) as Record<string, number>), ...(await served(db)) };
      measured.set(`${name} ${size}`, result);
      for (const [key, [what, unit]] of Object.entries(UNITS))
        figures.push({ name: `${name}, ${size} versions: ${what}`, value: result[key]!, unit });
    }
  const events = Number(flags['peer-events']);
  if (events > 0) {
    const peer = await ponder(events).catch((error: Error) => {
      console.error(`The peer is not measured: ${error.message}`);
      return undefined;
    });
    if (peer) {
      const name = `Ponder ${PONDER}, ${events} events into PGlite, without versions or digest`;
      figures.push(
        { name: `${name}: catching up`, value: peer.eventsPerSecond, unit: 'events/s' },
        { name: `${name}: memory`, value: peer.memory, unit: 'MiB' },
      );
      for (const [place, { backfill }] of measured)
        figures.push({
          name: `${place} versions, to Ponder: catching up`,
          value: backfill! / peer.eventsPerSecond,
          unit: '×',
        });
    }
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
// How cost grows with the size, and what the other database costs, within this one run.
const sizes = flags.versions.split(',').map(Number);
for (const key of ['backfill', 'live', 'questions'] as const) {
  const of = (name: string, size: number) => measured.get(`${name} ${size}`)?.[key];
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  for (const name of ['SQLite', 'PostgreSQL'])
    if (least !== most && of(name, least) !== undefined)
      figures.push({
        name: `${name}: ${key} at ${most} to ${least} versions`,
        value: of(name, most)! / of(name, least)!,
        unit: '×',
      });
  for (const size of sizes)
    if (of('PostgreSQL', size) !== undefined)
      figures.push({
        name: `SQLite to PostgreSQL: ${key} at ${size} versions`,
        value: of('SQLite', size)! / of('PostgreSQL', size)!,
        unit: '×',
      });
}

const report = {
  area: 'indexer',
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, load ${loadavg()[0]!.toFixed(1)}`,
  versions: { node: process.version },
  workload: 'trades of 200 homes from opening to settlement, 40 a block; 2000 open offers; 5 printed events a trade',
  figures,
};
const text = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
if (flags.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(`${report.area}: ${report.workload}\n${report.machine}\n${JSON.stringify(report.versions)}\n`);
  for (const { name, value, unit } of figures) console.log(`${name.padEnd(84)} ${text(value).padStart(9)} ${unit}`);
}
