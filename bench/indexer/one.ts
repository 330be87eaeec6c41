// One database, one size, in a process of its own: `node one.ts <file or postgresql://…> <versions>` prints its figures as JSON.
import { Indexer } from '@wattconnect/indexer';
import { entityNames } from '../../indexer/src/schema.ts';
import { serve } from '../../indexer/src/server.ts';
import { tableOf } from '../../indexer/src/store/layout.ts';
import { openStore } from '../../indexer/src/store/open.ts';
import { Blocks, DEPLOYER, eventsOf } from './blocks.ts';

const [db, wanted] = [process.argv[2]!, Number(process.argv[3])];
const TRADES = 40;
const BATCH_BLOCKS = 100;
const LIVE_BLOCKS = 150;
const REORG_BLOCKS = 99;
const QUESTIONS = 1500;
/** Before anything is measured: processes that read start with the first questions. */
const WARM_UP = 600;
const CONNECTIONS = 10;

const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const store = await openStore(db, { anew: true });
const indexer = new Indexer(store, DEPLOYER, { finality: 10_000 });
const source = new Blocks();
await indexer.accept(source.first(2000));
const versions = async (): Promise<number> => {
  const snapshot = await store.snapshot();
  try {
    let sum = 0;
    for (const table of entityNames.map(tableOf))
      sum += Number((await snapshot.all(`select count(*) as n from ${table}`, []))[0]!.n);
    return sum;
  } finally {
    snapshot.close();
  }
};

// ---- backfill: only the taking is timed, not the making
let seconds = 0;
let cpuSeconds = 0;
let events = 0;
for (let have = 0; have < wanted; ) {
  const batch = Array.from({ length: Math.floor(BATCH_BLOCKS / 3) }, () => source.lives(TRADES)).flat();
  const [began, cpuBegan] = [performance.now(), cpu()];
  await indexer.accept(batch);
  seconds += (performance.now() - began) / 1000;
  cpuSeconds += cpu() - cpuBegan;
  events += eventsOf(batch);
  have = await versions();
}
const total = await versions();

// ---- live: block by block, as it is pushed
const live = Array.from({ length: LIVE_BLOCKS / 3 }, () => source.lives(TRADES)).flat();
const took: number[] = [];
for (const block of live) {
  const began = performance.now();
  await indexer.accept([block]);
  took.push(performance.now() - began);
}
const liveSeconds = took.reduce((sum, ms) => sum + ms, 0) / 1000;

// ---- questions over HTTP
const server = await serve(indexer, { port: 0 });
const who = 'ST1SJ3DTE5DN7X54YDH5D64R3BCB6A2AG2ZQ8YPD5';
const MIX: [name: string, query: string][] = [
  [
    'market',
    '{ offers(first: 50, where: { status: "open", slot_gte: "500010" }, orderBy: price) { id price remainingWh slot seller { id score tier } } }',
  ],
  [
    'trades',
    '{ trades(first: 20, orderBy: slot, orderDirection: desc, where: { status: "settled" }) { id paid buyer { id } } }',
  ],
  ['household', `{ household(id: "${who}") { id } community(id: "all") { trades deliveredWh } _meta { digest } }`],
  ['hours', '{ communityHours(first: 24, orderBy: slot, orderDirection: desc) { slot deliveredWh paidMicro } }'],
];
const latencies = new Map(MIX.map(([name]) => [name, [] as number[]]));
let askingBegan = 0;
let next = -WARM_UP;
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    while (next < QUESTIONS) {
      const number = next++;
      if (number === 0) askingBegan = performance.now();
      const [name, query] = MIX[(number + WARM_UP) % MIX.length]!;
      const began = performance.now();
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const answer = (await response.json()) as { errors?: unknown };
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer));
      if (number >= 0) latencies.get(name)!.push(performance.now() - began);
    }
  }),
);
const asking = (performance.now() - askingBegan) / 1000;
await server.close();

// ---- a fork of a hundred blocks
const known = new Blocks(0, source.at.height, source.at.trade);
const mark = { ...known.at };
const gone = Array.from({ length: REORG_BLOCKS / 3 }, () => known.lives(TRADES)).flat();
await indexer.accept(gone);
const other = new Blocks(1, mark.height, mark.trade);
const [parent] = gone;
const branch = Array.from({ length: REORG_BLOCKS / 3 }, (_, i) =>
  other.lives(TRADES, i === 0 ? parent!.parentHash : undefined),
).flat();
const reorgBegan = performance.now();
await indexer.accept([branch[0]!]);
const back = performance.now() - reorgBegan;
await indexer.accept(branch.slice(1));
const reorg = performance.now() - reorgBegan;
const bytes = store.size() / 2 ** 20;
await store.close();

const market = latencies.get('market')!;
const all = [...latencies.values()].flat();
console.log(
  JSON.stringify({
    versions: total,
    backfill: events / seconds,
    backfillVersions: total / seconds,
    backfillPerCpu: events / cpuSeconds,
    live: eventsOf(live) / liveSeconds,
    liveP50: percentile(took, 0.5),
    liveP99: percentile(took, 0.99),
    questions: all.length / asking,
    marketP50: percentile(market, 0.5),
    marketP99: percentile(market, 0.99),
    mixP99: percentile(all, 0.99),
    rollback: back,
    reorg,
    database: bytes,
  }),
);
