// What gossip costs: checks a second, delivery between relays as they grow in number, one relay under load, a late joiner's first sync, and
// how fast a spammer is out. Run: node bench/gossip/index.ts [--json] [--quick]

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { publicKeyFromSignatureRsv } from '@stacks/transactions';
import { type Relay, startRelay } from '@wattconnect/p2p-relay';
import { Bytes, Envelope, Keys, Message, Slot, Topic, Validate } from '@wattconnect/protocol';
import { topicsOf } from '../../p2p-relay/src/gossip/core.ts';
import { createNode, type GossipNode } from '../../p2p-relay/src/gossip/node.ts';
import { createGuard } from '../../p2p-relay/src/guard/guard.ts';
import { createRecover, sha256 } from '../../p2p-relay/src/native.ts';
import { openHost } from './host.ts';

type Figure = {
  name: string;
  value: number;
  unit: string;
  spread?: [number, number];
  peer?: string;
  peerValue?: number;
  ratio?: number;
};

const HELP = `Usage: node bench/gossip/index.ts [--json] [--quick]

  --json   print { area, machine, versions, figures } instead of a table
  --quick  one short run of each, for a look
`;
const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const CONTRACT = `${Keys.address(Keys.DEVELOPMENT_DEPLOYER_KEY)}.marketplace`;
const CHAIN_ID = Keys.CHAIN_ID.devnet;
const CELL = 0x871f0d4b5ffffffn;
const MAKERS = 128;
const RUNS = flags.quick ? 1 : 3;
const [TOPIC] = [...topicsOf(CHAIN_ID, CONTRACT, [CELL]).keys()] as [string];
if (Topic.parse(TOPIC).what !== 'offers') throw new Error('The first topic is not that of offers.');

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (line: string) => flags.json || process.stdout.write(`${line}\n`);
const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
const quantile = (values: number[], q: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const median = (values: number[]) => quantile(values, 0.5);
const round = (value: number) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

async function until(what: string, done: () => boolean, ms = 60_000): Promise<number> {
  const started = performance.now();
  while (!done()) {
    if (performance.now() - started > ms) throw new Error(`Timed out: ${what}`);
    await sleep(1);
  }
  return performance.now() - started;
}

const keys = Array.from({ length: MAKERS }, (_, i) => Keys.development(`home-b${i}`));
const makers = keys.map((key) => Keys.address(key));
let nonces = 0;
function signed(): Envelope.Envelope {
  const i = nonces++ % MAKERS;
  const now = Math.floor(Date.now() / 1000);
  const cv = Message.encodeOrder({
    maker: makers[i]!,
    cell: CELL,
    slot: Slot.of(now) + 8n,
    wh: 3000n,
    minWh: 1000n,
    price: 300_000n,
    nonce: BigInt(nonces),
    expiry: BigInt(now + 7200),
    asset: null,
  });
  return {
    kind: 'offer',
    cv,
    sig: Message.sign({ chainId: CHAIN_ID, contract: CONTRACT, purpose: 'offer' }, cv, keys[i]!),
  };
}

const OPTIONS = { chainId: CHAIN_ID, contract: CONTRACT, cells: [CELL] };
const relay = (bootstrap: string[] = []) => startRelay({ ...OPTIONS, bootstrap });
const tcpOf = (one: Relay) => one.multiaddrs.find((address) => !address.includes('/ws'))!;

/** A bare node that publishes without checking or keeping anything. */
async function source(target: Relay): Promise<GossipNode> {
  const node = await createNode({ topics: [TOPIC], transports: [tcp()], guard: createGuard(), hash: sha256 });
  node.services.pubsub.subscribe(TOPIC);
  await node.dial(multiaddr(tcpOf(target)));
  await until('the source is in', () => node.services.pubsub.getSubscribers(TOPIC).length > 0);
  return node;
}

const figures: Figure[] = [];
function add(
  name: string,
  unit: string,
  values: number[],
  peer?: { name: string; value: number; smallerIsBetter?: boolean },
): void {
  const value = median(values);
  const figure: Figure = { name, value: round(value), unit };
  if (values.length > 1) figure.spread = [round(Math.min(...values)), round(Math.max(...values))];
  if (peer) Object.assign(figure, { peer: peer.name, peerValue: round(peer.value), ratio: round(value / peer.value) });
  figures.push(figure);
  say(
    `  ${name.padEnd(58)} ${String(figure.value).padStart(8)} ${unit.padEnd(4)} ${figure.spread?.join('–') ?? ''}${peer ? `  ${peer.name}: ${figure.peerValue} (×${figure.ratio})` : ''}`,
  );
}

// ---------------------------------------------------------------- checks

function perSecond(run: (i: number) => void): number {
  const end = performance.now() + (flags.quick ? 300 : 1000);
  const started = performance.now();
  let count = 0;
  while (performance.now() < end) for (let k = 0; k < 8; k++) run(count++);
  return count / ((performance.now() - started) / 1000);
}
const runs = (run: () => number) => Array.from({ length: RUNS }, run);

function verification(): void {
  say('Checks of a signed offer, one core');
  const offers = Array.from({ length: 64 }, signed);
  const { name, recover } = createRecover('testnet');
  const context = {
    chainId: CHAIN_ID,
    contract: CONTRACT,
    purpose: 'offer' as const,
    network: 'testnet' as const,
    now: Date.now() / 1000,
    cell: CELL,
  };
  const check = (i: number, with_: object) => {
    const { cv, sig } = offers[i % offers.length]!;
    if (Validate.order(cv, sig, { ...context, ...with_ }).verdict !== 'accept') throw new Error('Not accepted.');
  };
  const digests = offers.map(({ cv }) =>
    Bytes.toHex(Message.hash({ chainId: CHAIN_ID, contract: CONTRACT, purpose: 'offer' }, cv)),
  );
  const signatures = offers.map(({ sig }) => Bytes.toHex(sig));
  const peer = median(runs(() => perSecond((i) => publicKeyFromSignatureRsv(digests[i % 64]!, signatures[i % 64]!))));
  add(
    `whole validation, ${name} signatures (relay)`,
    '/s',
    runs(() => perSecond((i) => check(i, { recover }))),
    {
      name: 'stacks.js, the signature alone',
      value: peer,
    },
  );
  add(
    'whole validation, portable signatures (browser)',
    '/s',
    runs(() => perSecond((i) => check(i, {}))),
    {
      name: 'stacks.js, the signature alone',
      value: peer,
    },
  );
}

// ---------------------------------------------------------------- delivery

/** Relays in as many threads as there are cores, each connected to three others; every relay publishes its share of the offers. */
async function delivery(
  count: number,
  rate: number,
  seconds: number,
): Promise<{ p50: number; p99: number; delivered: number }> {
  const hosts = Array.from({ length: Math.min(cpus().length, count) }, () => openHost());
  try {
    const addresses: string[] = [];
    for (let i = 0; i < count; i++) {
      const near = [...new Set([addresses.at(-1), addresses[Math.floor(i / 2)], addresses[0]])].filter(
        (one) => one !== undefined,
      );
      addresses.push(await hosts[i % hosts.length]!.ask({ op: 'start', options: { ...OPTIONS, bootstrap: near } }));
    }
    for (const host of hosts) await host.ask({ op: 'connected', least: Math.min(2, count - 1) });
    await sleep(3000);
    const offers = Array.from({ length: rate * seconds }, signed);
    const results = await Promise.all(
      hosts.map((host, h) =>
        host.ask({
          op: 'publish',
          offers: offers.filter((_, n) => n % hosts.length === h),
          rate: rate / hosts.length,
          total: offers.length,
        }),
      ),
    );
    const sent = new Map(results.flatMap((result) => result.sent));
    const arrived = results.flatMap((result) => result.arrived);
    const latencies = arrived.map(([id, at]) => at - sent.get(id)!);
    const all = offers.length * (count - 1);
    return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), delivered: (100 * latencies.length) / all };
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
  }
}

async function saturation(messages: number): Promise<number> {
  const one = await relay();
  const from = await source(one);
  try {
    const bytes = Array.from({ length: messages }, () => Envelope.encode(signed()));
    const { counters } = one.status();
    const started = performance.now();
    for (const [i, each] of bytes.entries()) {
      await from.services.pubsub.publish(TOPIC, each);
      if (i % 64 === 0) await sleep(0);
    }
    await until('all are judged', () => counters.total('messages_total') >= messages);
    return messages / ((performance.now() - started) / 1000);
  } finally {
    await from.stop();
    await one.close();
  }
}

async function lateJoiner(stock: number): Promise<number> {
  const full = await relay();
  let late: Relay | undefined;
  try {
    for (let i = 0; i < stock; i++) await full.publish(signed());
    const started = performance.now();
    late = await relay([tcpOf(full)]);
    const joiner = late;
    await until('the late joiner has all', () => joiner.status().entries === stock);
    return performance.now() - started;
  } finally {
    await late?.close();
    await full.close();
  }
}

async function spammer(): Promise<number> {
  const one = await relay();
  const from = await source(one);
  try {
    const spoilt = Array.from({ length: 400 }, () => {
      const envelope = signed();
      envelope.sig[9]! ^= 1;
      return Envelope.encode(envelope);
    });
    const started = performance.now();
    for (const bytes of spoilt) {
      if (one.status().bans > 0) break;
      await from.services.pubsub.publish(TOPIC, bytes).catch(() => {});
      await sleep(5);
    }
    await until('the spammer is out', () => one.status().bans > 0 && one.status().peers.length === 0, 10_000);
    return performance.now() - started;
  } finally {
    await from.stop();
    await one.close();
  }
}

async function repeat<T>(run: () => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let i = 0; i < RUNS; i++) out.push(await run());
  return out;
}

const versionOf = (name: string) =>
  (
    JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as {
      version: string;
    }
  ).version;
const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, ${process.platform} ${process.arch}`;
const versions = {
  node: process.version,
  libp2p: versionOf('libp2p'),
  '@libp2p/gossipsub': versionOf('@libp2p/gossipsub'),
  secp256k1: versionOf('secp256k1'),
  '@noble/curves': versionOf('@noble/curves'),
};
say(`gossip on ${machine}`);
say(
  Object.entries(versions)
    .map((pair) => pair.join(' '))
    .join(', '),
);

verification();
say(`Delivery between relays in ${cpus().length} threads, 100 offers a second`);
for (const count of flags.quick ? [2, 5] : [2, 5, 10, 20]) {
  const results = await repeat(() => delivery(count, 100, flags.quick ? 2 : 4));
  add(
    `${count} relays: p50`,
    'ms',
    results.map(({ p50 }) => p50),
  );
  add(
    `${count} relays: p99`,
    'ms',
    results.map(({ p99 }) => p99),
  );
  add(
    `${count} relays: delivered`,
    '%',
    results.map(({ delivered }) => delivered),
  );
}
say('One relay under load, its source in the same process');
add('messages taken in', '/s', await repeat(() => saturation(flags.quick ? 1000 : 3000)));
say('A late joiner, from start to full stock');
for (const stock of flags.quick ? [500] : [1000, 3000, 10_000])
  add(`${stock} offers`, 'ms', await repeat(() => lateJoiner(stock)));
say('A spammer of 200 forged offers a second');
add('until it is cut off', 'ms', await repeat(spammer));

if (flags.json) process.stdout.write(`${JSON.stringify({ area: 'gossip', machine, versions, figures }, null, 2)}\n`);
process.exit(0);
