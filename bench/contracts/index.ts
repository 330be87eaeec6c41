// What the contracts cost: share of a block and time in the VM, for single trades, batches of three sizes and chains of three ages.
// node bench/contracts/index.ts [--json] [--runs N]
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type Arg,
  contractId,
  type Order,
  type Receipt,
  STRANGER,
  signBid,
  signOrder,
  signPair,
  World,
} from '../../contracts/tests/world.ts';
import { shareOf } from '../../contracts/tools/costs.ts';

type Figure = {
  name: string;
  value: number;
  unit: string;
  spread?: [number, number];
  peer?: string;
  peerValue?: number;
  ratio?: number;
};

const HELP = `Usage: node bench/contracts/index.ts [--json] [--runs N]

  --json     print { area, machine, versions, workload, figures } instead of a table
  --runs N   runs of each, of which the median is taken (5)
`;
const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, runs: { type: 'string', default: '5' }, help: { type: 'boolean' } },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const RUNS = Number(flags.runs);
if (!Number.isInteger(RUNS) || RUNS < 1) throw new Error(`--runs wants a number above 0, not "${flags.runs}".`);

const MUCH = 10n ** 12n;
const SIZES = [10, 25, 50];
/** The least that an escrow can do, for comparison: a map, a counter, a transfer, a print. */
const BARE = `(define-map trades uint { seller: principal, buyer: principal, amount: uint })
(define-data-var last uint u0)
(define-public (open (seller principal) (amount uint))
  (let ((id (+ u1 (var-get last))))
    (try! (stx-transfer? amount tx-sender current-contract))
    (map-set trades id { seller: seller, buyer: tx-sender, amount: amount })
    (var-set last id)
    (print { topic: "trade-opened", id: id, seller: seller, buyer: tx-sender, amount: amount, at: stacks-block-time })
    (ok id)))`;

const world = await World.create();
const names = Array.from({ length: 10 }, (_, n) => `buyer-${n}`);
const [seller, other] = ['seller-0', 'seller-1'].map((name) =>
  world.home(name, { capacityKwh: 50_000n, peakW: 100_000n }),
) as [string, string];
const buyers = names.map((name) => world.home(name, { capacityKwh: 50_000n, peakW: 100_000n }));
for (const who of buyers) world.ok('trade-escrow', 'deposit', [500_000_000n], who);
world.deploy('bare-escrow', BARE);
const slot = world.slot + 8n;
const begin = world.remember();
let nonces = 0n;

const order = (maker: string, price: bigint, wh = 1000n, at = slot): Order => ({
  maker,
  slot: at,
  wh,
  'min-wh': 1000n,
  price,
  nonce: ++nonces,
  expiry: at * 3600n - 14_400n,
});
const unslotted = ({ slot: _, ...rest }: Order) => rest;
const cellOf = (who: string) => world.read('user-registry', 'get-user', [who]).cell as bigint;
const cell = cellOf(seller);

const figures: Figure[] = [];
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)));
function add(name: string, unit: string, values: number[], peer?: { name: string; value: number }): void {
  const value = median(values);
  const spread = [Math.min(...values), Math.max(...values)].map(round) as [number, number];
  const beside = peer && { peer: peer.name, peerValue: round(peer.value), ratio: round(value / peer.value) };
  figures.push({ name, value: round(value), unit, ...(spread[0] === spread[1] ? {} : { spread }), ...beside });
}

type Made = { receipt: Receipt; ms: number };
function timed(contract: string, fn: string, args: Arg[], who: string): Made {
  const started = performance.now();
  const receipt = world.call(contract, fn, args, who);
  const ms = performance.now() - started;
  if (!receipt.ok) throw new Error(`${contract}.${fn} failed: u${receipt.value}`);
  return { receipt, ms };
}
/** Runs it as often as wanted, each time on the same chain. */
const repeat = (make: () => Made): Made[] =>
  Array.from({ length: RUNS }, () => {
    begin();
    return make();
  });
function tell(name: string, made: Made[], rows = 1, peer?: Made[]): void {
  const { cost } = made[0]!.receipt;
  const bare = peer?.[0]?.receipt.cost;
  const beside = (value: number | undefined) => (value === undefined ? undefined : { name: 'a bare escrow', value });
  add(`${name}: reads a trade`, '', [cost.read_count / rows], beside(bare?.read_count));
  add(`${name}: writes a trade`, '', [cost.write_count / rows], beside(bare?.write_count));
  add(
    `${name}: trades a block`,
    '',
    [Math.floor(rows / shareOf(cost).share)],
    beside(bare && Math.floor(1 / shareOf(bare).share)),
  );
  const ms = peer && median(peer.map(({ ms }) => ms));
  add(
    `${name}: time a trade in the VM`,
    'ms',
    made.map(({ ms }) => ms / rows),
    beside(ms),
  );
}

const bare = repeat(() => timed('bare-escrow', 'open', [seller, 200_000n], buyers[0]!));
tell(
  'accept-offer',
  repeat(() => {
    const id = world.offer(seller, slot, 5000n);
    return timed('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyers[0]!);
  }),
  1,
  bare,
);
const fill = (by = buyers[0]!): Made => {
  const sale = order(seller, 180_000n);
  return timed('marketplace', 'fill-signed-offer', [sale, signOrder(sale, 'seller-0', { cell }), 1000n, MUCH], by);
};
tell('fill-signed-offer', repeat(fill), 1, bare);

for (const count of SIZES)
  tell(
    `match-signed-batch of ${count}`,
    repeat(() => {
      const rows = Array.from({ length: count }, (_, n) => {
        const by = n % buyers.length;
        return signPair(order(seller, 180_000n), 'seller-0', order(buyers[by]!, 200_000n), names[by]!, 1000n);
      });
      return timed('marketplace', 'match-signed-batch', [slot, rows], STRANGER);
    }),
    count,
  );
for (const count of SIZES)
  tell(
    `match-offer-bids of ${count}`,
    repeat(() => {
      const sale = order(seller, 180_000n, 100_000n);
      const rows = Array.from({ length: count }, (_, n) =>
        signBid(order(buyers[n % buyers.length]!, 200_000n), names[n % buyers.length]!, 1000n),
      );
      const args = [slot, { ...unslotted(sale), cell }, signOrder(sale, 'seller-0', { cell }), rows];
      return timed('marketplace', 'match-offer-bids', args, STRANGER);
    }),
    count,
  );
for (const count of SIZES)
  tell(
    `settle-slot of ${count}`,
    repeat(() => {
      const id = world.offer(seller, slot, 100_000n);
      const ids = Array.from(
        { length: count },
        (_, n) => world.ok('marketplace', 'accept-offer', [id, 1n, 1000n, MUCH], buyers[n % 10]!).value.trade as bigint,
      );
      world.deliver(seller, slot, BigInt(count) * 900n);
      return timed('trade-escrow', 'settle-slot', [seller, slot, ids], STRANGER);
    }),
    count,
  );

// A trade must not become dearer by those that were made before it.
begin();
let age = 0;
for (const trades of [0, 100, 300]) {
  for (; age < trades; age++) {
    const sale = order(other, 180_000n, 1000n, world.slot + 5n + BigInt(age % 8));
    const args = [sale, signOrder(sale, 'seller-1', { cell }), 1000n, MUCH];
    timed('marketplace', 'fill-signed-offer', args, buyers[age % 9]!);
  }
  const sale = order(seller, 180_000n, 1000n, world.slot + 8n);
  const args = [sale, signOrder(sale, 'seller-0', { cell }), 1000n, MUCH];
  const { receipt } = timed('marketplace', 'fill-signed-offer', args, buyers[9]!);
  add(`fill-signed-offer after ${trades} trades: reads`, '', [receipt.cost.read_count]);
  add(`fill-signed-offer after ${trades} trades: bytes read`, '', [receipt.cost.read_length]);
}

const versionOf = (name: string): string =>
  (
    JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as {
      version: string;
    }
  ).version;
const report = {
  area: 'contracts',
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
  versions: {
    node: process.version,
    '@stacks/clarinet-sdk-wasm': versionOf('@stacks/clarinet-sdk-wasm'),
    '@stacks/transactions': versionOf('@stacks/transactions'),
  },
  workload: `trades of 1 kWh between 2 sellers and 10 buyers in ${contractId('marketplace').split('.')[1]}, medians of ${RUNS} runs on the same chain`,
  figures,
};
if (flags.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(`${report.area}: ${report.workload}\n${report.machine}\n${JSON.stringify(report.versions)}\n`);
  for (const { name, value, unit, spread, peer, peerValue, ratio } of figures)
    console.log(
      `${name.padEnd(52)} ${String(value).padStart(10)} ${unit.padEnd(3)} ${(spread?.join(' – ') ?? '').padEnd(16)} ${peer ? `${peer}: ${peerValue} (×${ratio})` : ''}`.trimEnd(),
    );
}
process.exit(0);
