// `npm run demo`: one real day of solar trading on the real VM, headless, with the laws checked at the end.
import { parseArgs } from 'node:util';
import { generateMeters, isDay, MeterFileError, type Meters, readMeters, startOfDay } from '@wattconnect/agents';
import { replay } from '@wattconnect/indexer';
import { startRelay } from '@wattconnect/p2p-relay';
import { createClient } from '@wattconnect/p2p-relay/client';
import { Keys } from '@wattconnect/protocol';
import { homesOf, runDay } from './day.ts';
import { addUp, broken } from './laws.ts';
import { PartFailed, start } from './processes.ts';

const HELP = `Usage: npm run demo -- [options]

Runs one day of a neighbourhood: homes register, offer what they expect to have over, buy what they expect to need;
meters report, operators sign, a keeper settles. Progress on stderr; ends by checking that no Wh and no microSTX is lost.

Options:
  --meters FILE      meter file: start_local,home,load_wh,pv_wh,import_wh,export_wh in quarters of an hour
  --day YYYY-MM-DD   the day to trade (default: the last one of the file)
  --homes N          without a file: how many homes to make up (2 to 40, default 8)
  --seed S           without a file: the same seed gives the same day (default 1)
  --json             print the figures as one JSON object on stdout
  --help             print this text`;

const DAYS_BEFORE = 7;
const DEPLOYER = Keys.address(Keys.development('deployer'));
const STARTING_MONEY = 1_000_000_000n;

function fail(message: string): never {
  console.error(`${message}\nSee npm run demo -- --help.`);
  process.exit(2);
}
function whole(text: string | undefined, name: string, min: number, max: number, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,10}$/.test(text) || Number(text) < min || Number(text) > max)
    fail(`--${name} is a whole number from ${min} to ${max}, not "${text}".`);
  return Number(text);
}
function options() {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      options: {
        meters: text,
        day: text,
        homes: text,
        seed: text,
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return fail((error as Error).message);
  }
}

const flags = options();
if (flags.help) {
  console.log(HELP);
  process.exit(0);
}
if (flags.day !== undefined && !isDay(flags.day)) fail(`--day "${flags.day}" is no day such as 2016-08-03.`);

function chosen(): { meters: Meters; day: string } {
  if (flags.meters === undefined) {
    const day = flags.day ?? '2026-06-14';
    const days = Array.from({ length: DAYS_BEFORE + 1 }, (_, i) =>
      new Date((startOfDay(day) - (DAYS_BEFORE - i) * 86400) * 1000).toISOString().slice(0, 10),
    );
    return {
      meters: generateMeters({
        homes: whole(flags.homes, 'homes', 2, 40, 8),
        seed: whole(flags.seed, 'seed', 0, 4294967295, 1),
        days,
      }),
      day,
    };
  }
  if (flags.homes !== undefined || flags.seed !== undefined)
    fail('--homes and --seed make homes up: leave them out with --meters.');
  try {
    const meters = readMeters(flags.meters);
    const day = flags.day ?? meters.days.at(-1)!;
    if (!meters.days.includes(day))
      fail(`${flags.meters} has no ${day}: it goes from ${meters.days[0]} to ${meters.days.at(-1)}.`);
    return { meters, day };
  } catch (error) {
    if (error instanceof MeterFileError) fail(error.message);
    throw error;
  }
}

const { meters, day } = chosen();
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const say = (line: string) => process.stderr.write(`${seconds().toFixed(1).padStart(5)} s  ${line}\n`);
const closers: (() => Promise<unknown>)[] = [];
async function end(code: number): Promise<never> {
  for (const close of closers.splice(0).reverse()) await close().catch(() => undefined);
  process.exit(code);
}
process.on('SIGINT', () => void end(130));
process.on('SIGTERM', () => void end(143));

try {
  const { producers, flats } = homesOf(meters);
  const owners = [...producers, ...flats]
    .map(({ address }) => address)
    .concat(['certifier', 'meter-reader', 'keeper'].map((name) => Keys.address(Keys.development(name))));
  // Chain time begins at noon of the day before: registration first, then the evening's trading.
  const chain = await start('The chain', 'devnet/src/cli.ts', [
    '--port',
    '0',
    '--speed',
    '0',
    '--genesis-time',
    String(startOfDay(day) - 12 * 3600),
    '--deploy',
    ...owners.flatMap((address) => ['--fund', `${address}=${STARTING_MONEY}`]),
  ]);
  closers.push(chain.stop);
  say(`the chain is up with eight contracts at ${chain.url}`);
  const indexer = await start('The indexer', 'indexer/src/cli.ts', [
    'run',
    '--node',
    chain.url,
    '--deployer',
    DEPLOYER,
    '--db',
    ':memory:',
    '--port',
    '0',
  ]);
  closers.push(indexer.stop);

  const network = {
    chainId: Keys.CHAIN_ID.devnet,
    contract: `${DEPLOYER}.marketplace`,
    cells: [...new Set(producers.map(({ cell }) => cell))],
  };
  const first = await startRelay({ ...network, port: 0, wsPort: 0, httpPort: 0, node: chain.url });
  closers.push(() => first.close());
  const second = await startRelay({
    ...network,
    port: 0,
    wsPort: 0,
    httpPort: 0,
    node: chain.url,
    bootstrap: first.multiaddrs,
  });
  closers.push(() => second.close());
  const ws = ({ multiaddrs }: { multiaddrs: string[] }) => multiaddrs.filter((address) => address.includes('/ws'));
  const now = { at: startOfDay(day) - 12 * 3600 };
  const seller = await createClient({ ...network, relays: ws(first), now: () => now.at });
  closers.push(() => seller.close());
  const buyer = await createClient({ ...network, relays: ws(second), now: () => now.at });
  closers.push(() => buyer.close());
  say('an indexer and two relays are up');

  const post = async (path: string, body: object) => {
    const response = await fetch(chain.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { time: number };
  };
  const result = await runDay({
    meters,
    day,
    node: chain.url,
    deployer: DEPLOYER,
    say,
    advance: async (until) => {
      now.at = (await post('/devnet/advance', { until })).time;
    },
    gossip: {
      publish: async (envelope) => void (await seller.publish(envelope)),
      heard: async (count) => {
        for (let i = 0; i < 1000 && buyer.offers().length < count; i++)
          await new Promise((resolve) => setTimeout(resolve, 10));
        return buyer.offers().map(({ order, sig }) => ({ order, sig }));
      },
    },
  });

  say('adding up the chain, and replaying it into a fresh indexer');
  const again = await replay(chain.url, DEPLOYER);
  const figures = await addUp(chain.url, DEPLOYER);
  let live = '';
  for (let i = 0; i < 500 && live === ''; i++) {
    const { tip } = (await (await fetch(`${indexer.url}/health`)).json()) as {
      tip: { hash: string; digest: string } | null;
    };
    if (tip?.hash === again.hash) live = tip.digest;
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const exportWh = [...result.exportOf.values()].reduce((a, b) => a + b, 0n);
  const report = {
    homes: result.homes,
    slots: result.slots,
    exportWh: Number(exportWh),
    mintedWh: Number(figures.mintedWh),
    promisedWh: Number(figures.promisedWh),
    deliveredWh: Number(figures.deliveredWh),
    surplusWh: Number(figures.surplusWh),
    trades: figures.trades,
    settled: figures.settled,
    failed: figures.failed,
    lockedMicro: Number(figures.lockedMicro),
    paidMicro: Number(figures.paidMicro),
    feesMicro: Number(figures.feesMicro),
    refundedMicro: Number(figures.refundedMicro),
    blocks: figures.blocks,
    transactions: figures.transactions,
    indexerDigest: live,
    replayDigest: again.digest,
    seconds: Math.round(seconds() * 10) / 10,
  };
  const laws = broken(figures, result.exportOf, { indexer: live, replay: again.digest });
  say(
    `${report.trades} trades: ${report.settled - figures.partial - report.failed} in full, ${figures.partial} in part, ${report.failed} with nothing`,
  );
  if (flags.json) console.log(JSON.stringify(report));
  else for (const [name, figure] of Object.entries(report)) console.log(`${name.padEnd(15)} ${figure}`);
  for (const law of laws) console.error(`A law is broken: ${law}`);
  if (laws.length === 0) say('every law holds');
  await end(laws.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof PartFailed ? error.message : error);
  await end(1);
}
