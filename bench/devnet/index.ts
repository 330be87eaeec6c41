// How fast the embedded chain is: transactions over HTTP and below it, aborts, reorganisations, restarts, growth.
// node bench/devnet/index.ts [--json] [--transactions N] [--runs N]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { STACKS_DEVNET } from '@stacks/network';
import { Cl, getAddressFromPrivateKey, makeContractCall, Pc } from '@stacks/transactions';
import { Devnet, type RunningDevnet, startDevnet } from '@wattconnect/devnet';
import { Keys } from '@wattconnect/protocol';

type Figure = { name: string; value: number; unit: string; spread?: [number, number] };

/** An escrow of the kind that the demo drives: a map, a counter, a print and a transfer. */
const SOURCE = `
(define-map trades uint { seller: principal, buyer: principal, amount: uint })
(define-data-var last uint u0)
(define-public (open (seller principal) (amount uint))
  (let ((id (+ u1 (var-get last))))
    (try! (stx-transfer? amount tx-sender current-contract))
    (map-set trades id { seller: seller, buyer: tx-sender, amount: amount })
    (var-set last id)
    (print { topic: "trade-opened", id: id, seller: seller, buyer: tx-sender, amount: amount, at: stacks-block-time })
    (ok id)))`;
const SENDERS = 20;
const GENESIS = 1_800_000_000;
const CONNECTIONS = 16;

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    transactions: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '3' },
  },
});
const TRANSACTIONS = Number(flags.transactions);
const RUNS = Number(flags.runs);

const deployerKey = Keys.development('deployer');
const deployer = Keys.address(deployerKey);
const senders = Array.from({ length: SENDERS }, (_, i) => {
  const key = Keys.development(`buyer-${i}`);
  return { key, address: getAddressFromPrivateKey(key, 'testnet') };
});
const base = {
  genesisTime: GENESIS,
  accounts: senders.map(({ address }) => ({ address, balance: 10n ** 13n })),
  contracts: [{ name: 'escrow', source: SOURCE, clarityVersion: 6 }],
};

/** Signed calls, each sender's in its order, the senders taking turns. `limit` other than 5 makes the post-condition fail. */
async function sign(count: number, { limit = 5, from = 0 } = {}): Promise<string[]> {
  const signed: string[] = [];
  for (let i = 0; i < count; i++) {
    const { key, address } = senders[i % SENDERS]!;
    const transaction = await makeContractCall({
      contractAddress: deployer,
      contractName: 'escrow',
      functionName: 'open',
      functionArgs: [Cl.principal(deployer), Cl.uint(5)],
      senderKey: key,
      network: STACKS_DEVNET,
      fee: 1000,
      nonce: from + Math.floor(i / SENDERS),
      postConditionMode: 'deny',
      postConditions: [Pc.principal(address).willSendEq(limit).ustx()],
    });
    signed.push(transaction.serialize());
  }
  return signed;
}

const ms = async (run: () => unknown): Promise<number> => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

/** Submits over HTTP on a few connections; resolves when all are mined. */
async function drive({ url, chain }: RunningDevnet, signed: string[]): Promise<void> {
  const waiting = signed.values();
  const post = async () => {
    for (const tx of waiting) {
      const response = await fetch(`${url}/v2/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ tx }),
      });
      if (!response.ok) throw new Error(await response.text());
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, post));
  while (chain.mempool.size > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Submits and mines without HTTP, a round of all senders at a time. */
function feed(devnet: Devnet, signed: string[]): void {
  for (let i = 0; i < signed.length; i += SENDERS) {
    for (const tx of signed.slice(i, i + SENDERS)) devnet.chain.submit(tx);
    devnet.mine();
  }
}

async function once(signed: string[]): Promise<Record<string, [number, string]>> {
  const folder = mkdtempSync(join(tmpdir(), 'devnet-bench-'));
  try {
    const results: Record<string, [number, string]> = {};
    let net!: RunningDevnet;
    results['start, new chain'] = [
      await ms(async () => (net = await startDevnet({ ...base, port: 0, data: folder }))),
      'ms',
    ];
    const height = net.chain.tip.height;
    const took = await ms(() => drive(net, signed));
    results['over HTTP, kept on disk'] = [(signed.length / took) * 1000, 'tx/s'];
    results['transactions a block'] = [signed.length / (net.chain.tip.height - height), 'tx'];
    const { hash } = net.chain.tip;
    results.log = [statSync(join(folder, 'chain.log')).size / signed.length, 'bytes/tx'];
    await net.close();
    results['restart (replay)'] = [
      await ms(async () => {
        const again = await Devnet.create({ ...base, data: folder });
        if (again.chain.tip.hash !== hash) throw new Error('the replayed chain has another tip');
        again.close();
      }),
      'ms',
    ];

    const devnet = await Devnet.create(base);
    const below = await ms(() => feed(devnet, signed));
    results['without HTTP or disk'] = [(signed.length / below) * 1000, 'tx/s'];
    const bad = await sign(SENDERS, { limit: 4, from: signed.length / SENDERS });
    results['abort by post-condition'] = [(await ms(() => feed(devnet, bad))) / bad.length, 'ms'];
    for (const depth of [1, 6, 20]) results[`reorganisation of ${depth}`] = [await ms(() => devnet.reorg(depth)), 'ms'];
    results['checkpoint memory'] = [devnet.chain.memory.checkpoints / 2 ** 20, 'MiB'];
    results['VM memory'] = [devnet.chain.memory.vm / 2 ** 20, 'MiB'];
    results['a day of burn blocks'] = [await ms(() => devnet.advance(devnet.chain.time + 86_400)), 'ms'];
    devnet.close();
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Restart time over three sizes: it must grow with the length of the chain and no faster. */
async function growth(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const factor of [1, 2, 4]) {
    const count = TRANSACTIONS * factor;
    const folder = mkdtempSync(join(tmpdir(), 'devnet-bench-'));
    try {
      const devnet = await Devnet.create({ ...base, data: folder });
      feed(devnet, await sign(count));
      devnet.close();
      const took = await ms(async () => (await Devnet.create({ ...base, data: folder })).close());
      figures.push({ name: `restart after ${count} transactions`, value: took, unit: 'ms' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

function medians(runs: Record<string, [number, string]>[]): Figure[] {
  return Object.entries(runs[0]!).map(([name, [, unit]]) => {
    const values = runs.map((run) => run[name]![0]).sort((a, b) => a - b);
    return { name, value: values[Math.floor(values.length / 2)]!, unit, spread: [values[0]!, values.at(-1)!] };
  });
}

const signed: string[] = [];
const signing = await ms(async () => signed.push(...(await sign(TRANSACTIONS))));
const runs: Record<string, [number, string]>[] = [];
for (let i = 0; i < RUNS; i++) runs.push(await once(signed));
const figures: Figure[] = [
  { name: 'signing, by the client', value: signing / TRANSACTIONS, unit: 'ms/tx' },
  ...medians(runs),
  ...(await growth()),
  { name: 'process memory (RSS)', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' },
];

const report = {
  area: 'devnet',
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  versions: { node: process.version, 'clarinet-sdk-wasm': '3.21.0', '@stacks/transactions': '7.6.0' },
  workload: `${TRANSACTIONS} signed escrow calls of ${SENDERS} senders, ${CONNECTIONS} connections, median of ${RUNS} runs`,
  figures,
};

const text = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
if (flags.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(`${report.area}: ${report.workload}\n${report.machine}\n${JSON.stringify(report.versions)}\n`);
  for (const { name, value, unit, spread } of figures)
    console.log(
      `${name.padEnd(36)} ${text(value).padStart(9)} ${unit.padEnd(9)} ${spread ? `(${spread.map(text).join(' – ')})` : ''}`,
    );
}
