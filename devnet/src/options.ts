// The command line and the environment, checked.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { validateStacksAddress } from '@stacks/transactions';
import { isTestnet } from './chain.ts';
import type { DevnetOptions } from './devnet.ts';
import { messageOf, SetupError } from './errors.ts';

export const HELP = `Usage: node devnet/src/cli.ts [options]

Runs a Stacks chain in one process: the real Clarity VM behind the node's HTTP interface.

Options, and the environment variables that stand for them:
  --port N             port of the HTTP server, 0 for a free one     DEVNET_PORT           default 3999
  --host ADDRESS       address to listen on                          DEVNET_HOST           default 127.0.0.1
  --data DIR           keep the chain in this folder                 DEVNET_DATA           default: in memory
  --fresh              forget what the folder holds
  --speed N            seconds of chain time a second; 0: on demand  DEVNET_SPEED          default 0
  --genesis-time T     unix seconds of the first block               DEVNET_GENESIS_TIME   default: this hour
  --accounts FILE      JSON list of { "address", "balance" in microSTX }
  --fund ADDRESS=N     gives an address N microSTX in the first block; may be repeated
  --deploy             publishes WattConnect's contracts and runs their bootstrap
  --observer URL       posts every block to URL/new_block; may be repeated
  --help               prints this text`;

export type CliOptions = DevnetOptions & { help: boolean; deploy: boolean };

/** The longest that a chain's beginning may lie ahead or behind: what a wrong unit would ask for is refused. */
const GENESIS = { min: 1_000_000_000, max: 4_000_000_000 };
const MAX_SPEED = 100_000;
const MAX_BALANCE = 2n ** 63n;

function numberOf(text: string, name: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new SetupError(`--${name} is a number from ${min} to ${max}, not "${text}".`);
  return value;
}

function wholeNumberOf(text: string, name: string, min: number, max: number): number {
  const value = numberOf(text, name, min, max);
  if (!Number.isInteger(value)) throw new SetupError(`--${name} is a whole number, not "${text}".`);
  return value;
}

function accountOf(address: unknown, balance: unknown, where: string): { address: string; balance: bigint } {
  if (typeof address !== 'string' || !validateStacksAddress(address) || !isTestnet(address))
    throw new SetupError(`${where}: "${String(address)}" is not an address of a test network (ST…).`);
  if (!/^\d{1,20}$/.test(String(balance)) || BigInt(String(balance)) > MAX_BALANCE)
    throw new SetupError(`${where}: "${String(balance)}" is not an amount in microSTX.`);
  return { address, balance: BigInt(String(balance)) };
}

function accountsFrom(file: string): { address: string; balance: bigint }[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SetupError(`The accounts could not be read from ${file}: ${messageOf(error)}`);
  }
  if (!Array.isArray(list)) throw new SetupError(`${file} must hold a JSON list of { "address", "balance" }.`);
  return list.map((row: unknown, i) => {
    const { address, balance } = (row ?? {}) as { address?: unknown; balance?: unknown };
    return accountOf(address, balance, `${file}, entry ${i + 1}`);
  });
}

function flagsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        speed: { type: 'string' },
        'genesis-time': { type: 'string' },
        accounts: { type: 'string' },
        fund: { type: 'string', multiple: true, default: [] },
        deploy: { type: 'boolean', default: false },
        observer: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(messageOf(error));
  }
}

/** @throws {SetupError} that names the option and what it takes */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): CliOptions {
  const flags = flagsOf(args);
  const data = flags.data ?? env.DEVNET_DATA;
  const genesis = flags['genesis-time'] ?? env.DEVNET_GENESIS_TIME;
  for (const url of flags.observer)
    if (!/^https?:/.test(url) || !URL.canParse(url)) throw new SetupError(`--observer ${url} is no http address.`);
  const funded = flags.fund.map((text) => {
    const [address, balance] = text.split('=');
    return accountOf(address, balance, `--fund ${text}`);
  });
  if (data === '') throw new SetupError('--data names a folder.');
  if (flags.fresh && data === undefined)
    throw new SetupError('--fresh goes with --data: a chain in memory is always new.');
  return {
    help: flags.help,
    deploy: flags.deploy,
    port: wholeNumberOf(flags.port ?? env.DEVNET_PORT ?? '3999', 'port', 0, 65535),
    host: flags.host ?? env.DEVNET_HOST ?? '127.0.0.1',
    speed: numberOf(flags.speed ?? env.DEVNET_SPEED ?? '0', 'speed', 0, MAX_SPEED),
    fresh: flags.fresh,
    accounts: [...(flags.accounts === undefined ? [] : accountsFrom(flags.accounts)), ...funded],
    observers: flags.observer,
    ...(data !== undefined && { data }),
    ...(genesis !== undefined && { genesisTime: wholeNumberOf(genesis, 'genesis-time', GENESIS.min, GENESIS.max) }),
  };
}
