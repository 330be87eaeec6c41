// `npm start`: everything on one machine, with a neighbourhood that keeps trading, until Ctrl-C.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateMeters, household, MeterFileError, type Meters, readMeters, startOfDay } from '@wattconnect/agents';
import { type Relay, startRelay } from '@wattconnect/p2p-relay';
import { createClient } from '@wattconnect/p2p-relay/client';
import { Cell, Keys } from '@wattconnect/protocol';
import { homesOf } from './day.ts';
import { endless, type Home, Neighbourhood } from './neighbourhood.ts';
import { type Part, PartFailed, start } from './processes.ts';
import { ensureBuilt, serveSite } from './site.ts';

const HELP = `Usage: npm start -- [options]

Brings up a whole neighbourhood on this machine: the chain, its contracts, an indexer, two relays, homes that trade, and the site.
Ctrl-C ends all of it; starting again goes on where it stopped.

Options:
  --fresh         begin anew
  --speed N       seconds of chain time a second (default 240: an hour in 15 seconds)
  --homes N       how many homes to make up (2 to 40, default 8)
  --meters FILE   homes from a meter file instead, its days again and again
  --port N        port of the site (default 3000)
  --parts-port N  first of 30 ports for the other parts (default: 3999, 3701, 3702, 3800, 3801 and 3810 to 3822)
  --data DIR      folder that keeps the neighbourhood (default .wattconnect/local)
  --help          print this text`;

const root = join(import.meta.dirname, '..', '..', '..');
const DEPLOYER = Keys.address(Keys.development('deployer'));
/** A clear week of June: the neighbourhood's first morning. */
const FIRST_DAY = '2026-06-14';
const FIRST_HOUR = 5;
const STARTING_MONEY = 100_000_000_000n;
const ACT_EVERY_MS = 1000;
const VISITORS = [
  { key: 'visitor-roof', name: 'Corner house, with a roof', about: 'Makes more than it needs at noon' },
  { key: 'visitor-flat', name: 'Flat on the second floor', about: 'Buys from the roofs around' },
];
const STREETS = ['Linden Lane', 'Mill Street', 'Orchard Row', 'Harbour View'];

function fail(message: string): never {
  console.error(`${message}\nSee npm start -- --help.`);
  process.exit(2);
}
function whole(text: string | undefined, name: string, min: number, max: number, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max)
    fail(`--${name} is a whole number from ${min} to ${max}, not "${text}".`);
  return Number(text);
}
function options() {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      options: {
        fresh: { type: 'boolean' },
        speed: text,
        homes: text,
        meters: text,
        port: text,
        'parts-port': text,
        data: text,
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
const speed = whole(flags.speed, 'speed', 1, 3600, 240);
const port = whole(flags.port, 'port', 1, 65535, 3000);
const DATA = flags.data === undefined ? join(root, '.wattconnect', 'local') : resolve(flags.data);
const base = whole(flags['parts-port'], 'parts-port', 1024, 65000, 0);
const PORTS =
  base === 0
    ? { node: 3999, chainhooks: [3701, 3702], indexers: [3800, 3801], relays: [3810, 3820] }
    : {
        node: base,
        chainhooks: [base + 1, base + 4],
        indexers: [base + 2, base + 3],
        relays: [base + 10, base + 20],
      };
const homeCount = whole(flags.homes, 'homes', 2, 40, 8);
if (flags.meters !== undefined && flags.homes !== undefined)
  fail('--homes makes homes up: leave it out with --meters.');

const began = performance.now();
const say = (line: string) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);

/** The same neighbourhood after a restart: what it was made of is kept beside the chain. */
type Kept = { homes: number; meters: string | null };
function kept(): Kept {
  const file = join(DATA, 'neighbourhood.json');
  const wanted: Kept = { homes: homeCount, meters: flags.meters === undefined ? null : resolve(flags.meters) };
  if (flags.fresh) rmSync(DATA, { recursive: true, force: true });
  if (existsSync(file)) {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    if ((flags.homes !== undefined || flags.meters !== undefined) && JSON.stringify(found) !== JSON.stringify(wanted))
      fail(
        'A neighbourhood of other homes is here already. Start it without --homes and --meters, or begin anew with --fresh.',
      );
    return found;
  }
  return wanted;
}
/** Kept once the homes are known to be good, before the chain gives them money. */
function keep(made: Kept): void {
  mkdirSync(DATA, { recursive: true });
  writeFileSync(join(DATA, 'neighbourhood.json'), JSON.stringify(made));
}

/** Looks at every port before anything is started. */
async function freePorts(): Promise<void> {
  const wanted = [
    { name: 'the site', port, flag: `--port ${port + 1}` },
    ...[PORTS.node, ...PORTS.chainhooks, ...PORTS.indexers, ...PORTS.relays.flatMap((at) => [at, at + 1, at + 2])].map(
      (at) => ({ name: 'a part of the stack', port: at, flag: `--parts-port ${PORTS.node + 1000}` }),
    ),
  ];
  for (const { name, port: at, flag } of wanted) {
    const taken = await new Promise<boolean>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
      );
      probe.listen(at, '127.0.0.1', () => probe.close(() => resolve(false)));
    });
    if (taken)
      throw new PartFailed(
        `Port ${at}, for ${name}, is in use. Stop what uses it (another npm start?), or choose others: npm start -- ${flag}`,
      );
  }
}

function metersOf({ homes, meters }: Kept): { meters: Meters; firstDay: string } {
  if (meters === null) {
    const days = Array.from({ length: 28 }, (_, i) =>
      new Date((startOfDay(FIRST_DAY) + i * 86400) * 1000).toISOString().slice(0, 10),
    );
    return { meters: generateMeters({ homes, seed: 1, days }), firstDay: FIRST_DAY };
  }
  const file = readMeters(meters);
  return { meters: file, firstDay: file.days[0]! };
}

const closers: (() => Promise<unknown>)[] = [];
let stopping = false;
async function end(code: number): Promise<never> {
  if (stopping) process.exit(code);
  stopping = true;
  for (const close of closers.splice(0).reverse()) await close().catch(() => undefined);
  process.exit(code);
}
process.on('SIGINT', () => {
  if (stopping) process.exit(130);
  say('stopping');
  void end(0);
});
process.on('SIGTERM', () => void end(0));

/** A part that is brought up again when it ends by itself. */
async function keepUp(name: string, entry: string, args: string[]): Promise<{ url: string }> {
  const log = join(DATA, 'logs', `${name.replaceAll(' ', '-').toLowerCase()}.log`);
  const progress = (line: string) => {
    if (line.startsWith('resuming')) say(`${name}: ${line}`);
  };
  let part: Part = await start(name, entry, args, { log, progress });
  const { url } = part;
  const watch = () =>
    part.child.once('exit', async (code, signal) => {
      for (let pause = 500; !stopping; pause = Math.min(2 * pause, 10_000)) {
        say(`${name} ended (${signal ?? code}): starting it again`);
        await new Promise((later) => setTimeout(later, pause));
        try {
          part = await start(name, entry, args, { log, progress });
          say(`${name} is back`);
          watch();
          return;
        } catch (error) {
          say((error as Error).message.split('\n')[0]!);
        }
      }
    });
  watch();
  closers.push(() => part.stop());
  return { url };
}

try {
  await freePorts();
  const made = kept();
  const { meters: days, firstDay } = metersOf(made);
  keep(made);
  ensureBuilt(say);
  const { producers, flats } = homesOf(days);
  const visitorRoof = {
    ...producers[0]!,
    ...household(VISITORS[0]!.key, producers[0]!.cell, producers[0]!.certified!),
  };
  const visitorFlat = household(VISITORS[1]!.key, producers[1]!.cell, flats[0]!.certified!);
  const homes: Home[] = [
    ...producers.map((one, i) => ({ household: one, meter: days.homes[i]!, guest: false, roof: true })),
    ...flats.map((one, i) => ({ household: one, meter: days.homes[i]!, guest: false, roof: false })),
    { household: visitorRoof, meter: days.homes[0]!, guest: true, roof: true },
    { household: visitorFlat, meter: days.homes[1]!, guest: true, roof: false },
  ];
  const cells = [...new Set(homes.map(({ household: { cell } }) => cell))];
  const officials = ['certifier', 'meter-reader', 'keeper'].map((name) => Keys.address(Keys.development(name)));

  const config: Record<string, unknown> = {};
  const site = await serveSite(port, () => config);
  closers.push(site.close);

  const genesis = startOfDay(firstDay) + FIRST_HOUR * 3600;
  const chain = await keepUp('The chain', 'devnet/src/cli.ts', [
    '--port',
    String(PORTS.node),
    '--speed',
    String(speed),
    '--genesis-time',
    String(genesis),
    '--deploy',
    '--data',
    join(DATA, 'chain'),
    ...[...homes.map(({ household: { address } }) => address), ...officials].flatMap((address) => [
      '--fund',
      `${address}=${STARTING_MONEY}`,
    ]),
  ]);
  say(`chain and contracts  ${chain.url}`);
  // Two of them, by nobody in particular: the site compares what they say.
  const indexers: { url: string }[] = [];
  for (const [i, at] of PORTS.indexers.entries()) {
    const indexer = await keepUp(`Indexer ${i + 1}`, 'indexer/src/cli.ts', [
      'run',
      '--node',
      chain.url,
      '--deployer',
      DEPLOYER,
      '--db',
      join(DATA, `indexer-${i + 1}.db`),
      '--port',
      String(at),
      '--chainhook-port',
      String(PORTS.chainhooks[i]),
    ]);
    indexers.push(indexer);
    say(`indexer ${i + 1}            ${indexer.url}/graphql`);
  }

  const network = { chainId: Keys.CHAIN_ID.devnet, contract: `${DEPLOYER}.marketplace`, cells };
  const relays: Relay[] = [];
  for (const [i, base] of PORTS.relays.entries()) {
    const relay = await startRelay({
      ...network,
      port: base,
      wsPort: base + 1,
      httpPort: base + 2,
      node: chain.url,
      bootstrap: relays.flatMap(({ multiaddrs }) => multiaddrs),
      key: join(DATA, `relay-${i + 1}.key`),
      data: join(DATA, `relay-${i + 1}.db`),
    });
    closers.push(() => relay.close());
    relays.push(relay);
    say(`relay ${i + 1}              http://127.0.0.1:${base + 2}`);
  }
  const ws = relays.flatMap(({ multiaddrs }) => multiaddrs.filter((address) => address.includes('/ws')));

  let now = genesis;
  const clock = async () => {
    now = ((await (await fetch(`${chain.url}/devnet/status`)).json()) as { time: number }).time;
  };
  await clock();
  const client = await createClient({ ...network, relays: ws, now: () => now });
  closers.push(() => client.close());

  Object.assign(config, {
    network: 'devnet',
    chainId: Keys.CHAIN_ID.devnet,
    deployer: DEPLOYER,
    node: chain.url,
    indexers: indexers.map(({ url }) => url),
    relays: ws,
    demoWallet: true,
    accounts: VISITORS.map(({ key, name, about }) => ({
      name,
      key,
      about,
      address: Keys.address(Keys.development(key)),
    })),
    names: Object.fromEntries(
      homes
        .filter(({ guest }) => !guest)
        .map(({ household: { address } }, i) => [
          address,
          `${STREETS[i % STREETS.length]} ${Math.floor(i / STREETS.length) + 1}`,
        ]),
    ),
    place: 'The neighbourhood',
    timeZone: 'UTC',
    cells: cells.map(Cell.toHex),
  });

  const neighbourhood = new Neighbourhood({
    node: chain.url,
    indexer: indexers[0]!.url,
    deployer: DEPLOYER,
    homes,
    meters: endless(days, firstDay),
    relay: client,
    say: (line) => say(`${new Date(now * 1000).toISOString().slice(5, 16).replace('T', ' ')}  ${line}`),
  });
  const settled = await neighbourhood.settleIn();
  say(settled > 0 ? `${settled} households have moved in` : 'the households are at home');
  say('');
  say(`Open ${site.url} and connect one of the two visitor homes.`);
  say('Ctrl-C ends everything; npm start goes on from there; npm start -- --fresh begins anew.');
  say('');

  let trouble = '';
  while (!stopping) {
    try {
      await clock();
      await neighbourhood.act();
      trouble = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== trouble && !stopping) say(`waiting: ${message}`);
      trouble = message;
    }
    await new Promise((later) => setTimeout(later, ACT_EVERY_MS));
  }
} catch (error) {
  if (error instanceof MeterFileError || error instanceof PartFailed) console.error(error.message);
  else console.error(error);
  await end(1);
}
