// The embedded chain from a command line.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startDevnet } from './devnet.ts';
import { SetupError } from './errors.ts';
import { messageOf } from './transactions.ts';

const HELP = `Usage: node devnet/src/cli.ts [options]

Runs a Stacks chain in one process: the real Clarity VM behind the node's HTTP interface.

Options (or the environment variable in brackets):
  --port N             port of the HTTP server, 0 for a free one     [DEVNET_PORT]          default 3999
  --host ADDRESS       address to listen on                           [DEVNET_HOST]          default 127.0.0.1
  --data DIR           keep the chain in this folder                  [DEVNET_DATA]          default: in memory
  --fresh              forget what the folder holds
  --speed N            seconds of chain time a second; 0 = on demand  [DEVNET_SPEED]         default 0
  --genesis-time T     unix seconds of the first block                [DEVNET_GENESIS_TIME]  default: this hour
  --accounts FILE      JSON list of { "address", "balance" in microSTX }
  --fund ADDRESS=N     gives an address N microSTX at the beginning; may be repeated
  --observer URL       posts every block to URL/new_block; may be repeated
  --help               prints this text`;

function fail(message: string): never {
  console.error(`${message}\nSee --help.`);
  process.exit(2);
}

function number(
  value: string | undefined,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  if (value === undefined) return fallback;
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed) || parsed < min || parsed > max)
    fail(`--${name} must be a number from ${min} to ${max}, not "${value}".`);
  return parsed;
}

function accountsFrom(file: string | undefined, funds: string[]): { address: string; balance: bigint }[] {
  const rows: { address: string; balance: bigint }[] = [];
  const add = (address: unknown, balance: unknown, where: string) => {
    if (typeof address !== 'string' || !/^ST[0-9A-Z]{28,41}$/.test(address) || !/^\d{1,20}$/.test(String(balance)))
      fail(`${where}: expected an address and an amount in microSTX.`);
    rows.push({ address: address as string, balance: BigInt(String(balance)) });
  };
  for (const fund of funds) {
    const [address, balance] = fund.split('=');
    add(address, balance, `--fund ${fund}`);
  }
  if (file === undefined) return rows;
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    fail(`The accounts could not be read from ${file}: ${messageOf(error)}`);
  }
  if (!Array.isArray(list)) fail(`${file} must hold a JSON list.`);
  for (const [i, row] of (list as unknown[]).entries()) {
    const { address, balance } = (row ?? {}) as { address?: unknown; balance?: unknown };
    add(address, balance, `${file}, entry ${i + 1}`);
  }
  return rows;
}

function options() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        fresh: { type: 'boolean' },
        speed: { type: 'string' },
        'genesis-time': { type: 'string' },
        accounts: { type: 'string' },
        fund: { type: 'string', multiple: true },
        observer: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return fail(messageOf(error));
  }
}

const flags = options();
if (flags.help) {
  console.log(HELP);
  process.exit(0);
}
const { env } = process;
const observers = flags.observer ?? [];
for (const url of observers) if (!URL.canParse(url)) fail(`--observer ${url} is no address.`);
const genesis = flags['genesis-time'] ?? env.DEVNET_GENESIS_TIME;
const data = flags.data ?? env.DEVNET_DATA;

try {
  const net = await startDevnet({
    port: number(flags.port ?? env.DEVNET_PORT, 'port', { min: 0, max: 65535, fallback: 3999 }),
    host: flags.host ?? env.DEVNET_HOST ?? '127.0.0.1',
    speed: number(flags.speed ?? env.DEVNET_SPEED, 'speed', { min: 0, max: 100_000, fallback: 0 }),
    ...(data !== undefined && { data }),
    ...(genesis !== undefined && {
      genesisTime: number(genesis, 'genesis-time', { min: 1_000_000_000, max: 4_000_000_000, fallback: 0 }),
    }),
    fresh: flags.fresh ?? false,
    accounts: accountsFrom(flags.accounts, flags.fund ?? []),
    observers,
  });
  console.log(`Stacks devnet at ${net.url}, block ${net.chain.tip.height}`);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await net.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
