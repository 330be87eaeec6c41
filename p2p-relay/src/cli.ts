#!/usr/bin/env node
// The relay as a program: flags, environment, or a file of settings.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ProtocolError } from '@wattconnect/protocol';
import { RelayError } from './errors.ts';
import { type RelayOptions, startRelay } from './relay.ts';

const HELP = `Usage: p2p-relay --contract ST….marketplace --cells HEX [options]

Passes signed offers of a neighbourhood from home to home: checks each, keeps the live ones, brings late joiners up to date.

What to follow
  --contract ID       the marketplace that fills the offers, such as ST1PQHQ….marketplace
  --chain-id N        1 is mainnet; 2147483648 (the default) is testnet and devnet
  --cells HEX         H3 cells of resolution 7; repeat it or separate them by commas
  --node URL          Stacks node to ask who may trade and what time it is; without it, every validly signed offer is passed on

Where to listen
  --host ADDRESS      127.0.0.1; use 0.0.0.0 to serve others
  --port N            TCP (default 3810)
  --ws-port N         WebSocket, for browsers (default 3811)
  --http-port N       status page, /health, /metrics, /offers, /checkpoints (default 3812)
  --announce ADDR     multiaddr to tell others instead, behind a router or proxy; may be repeated
  Port 0 picks a free one.

Neighbours and files
  --bootstrap ADDR    multiaddr of another relay; may be repeated. Name at least two
  --key FILE          identity; made at the first start, readable by its owner only
  --data FILE         database of live offers; without it they are gone after a restart
  --config FILE       JSON with these settings by their names: { "wsPort": 3811, "cells": ["871f…"] }

  --quiet             print nothing but errors
  --help              print this text

Each setting can also come from the environment: WATTCONNECT_RELAY_WS_PORT=3811. Flags win over the environment, and that over the file.
`;

const FLAGS = {
  contract: 'text',
  'chain-id': 'number',
  cells: 'list',
  node: 'text',
  host: 'text',
  port: 'port',
  'ws-port': 'port',
  'http-port': 'port',
  announce: 'list',
  bootstrap: 'list',
  key: 'text',
  data: 'text',
} as const;
type Flag = keyof typeof FLAGS;
type Settings = Partial<Record<Flag, string[]>>;

const bad = (message: string) => new RelayError('bad-option', message);
const camel = (flag: string) => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function fromFile(path: string): Settings {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw bad(`The settings file ${path} cannot be read: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw bad(`The settings file ${path} holds no JSON object.`);
  const known = new Map(Object.keys(FLAGS).map((flag) => [camel(flag), flag as Flag]));
  const out: Settings = {};
  for (const [name, value] of Object.entries(parsed)) {
    const flag = known.get(name);
    if (!flag)
      throw bad(`There is no setting "${name}" (in ${path}). The settings are: ${[...known.keys()].join(', ')}.`);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.some((one) => typeof one !== 'string' && typeof one !== 'number'))
      throw bad(`The setting "${name}" (in ${path}) is a text, a number, or a list of texts.`);
    out[flag] = values.map(String);
  }
  return out;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const out: Settings = {};
  for (const flag of Object.keys(FLAGS) as Flag[]) {
    const value = env[`WATTCONNECT_RELAY_${flag.toUpperCase().replaceAll('-', '_')}`];
    if (value) out[flag] = [value];
  }
  return out;
}

/** What the program is to do. Throws {@link RelayError}. */
export function readOptions(
  args: string[],
  env: NodeJS.ProcessEnv,
): { help: true } | { help: false; quiet: boolean; options: RelayOptions } {
  let values: Record<string, string[] | boolean | string | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        ...Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, { type: 'string' as const, multiple: true }])),
        config: { type: 'string' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw bad((error as Error).message);
  }
  if (values.help) return { help: true };
  const config = values.config ?? env.WATTCONNECT_RELAY_CONFIG;
  const settings: Settings = {
    ...(typeof config === 'string' ? fromFile(config) : {}),
    ...fromEnvironment(env),
    ...Object.fromEntries(
      Object.keys(FLAGS).flatMap((flag) => (Array.isArray(values[flag]) ? [[flag, values[flag]]] : [])),
    ),
  };

  const text = (flag: Flag) => settings[flag]?.at(-1);
  const list = (flag: Flag) =>
    (settings[flag] ?? [])
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter((value) => value !== '');
  const number = (flag: Flag, most: number) => {
    const value = text(flag);
    if (value === undefined) return undefined;
    const parsed = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value) ? Number(value) : Number.NaN;
    if (!(parsed <= most)) throw bad(`--${flag} is a whole number from 0 to ${most}, not "${value.slice(0, 40)}".`);
    return parsed;
  };
  const contract = text('contract');
  if (contract === undefined)
    throw bad('Name the marketplace with --contract, such as --contract ST1PQHQ….marketplace.');
  const cells = list('cells');
  if (cells.length === 0)
    throw bad('Name at least one H3 cell of resolution 7 with --cells, such as --cells 871f0d4b5ffffff.');
  const options: RelayOptions = {
    contract,
    cells,
    chainId: number('chain-id', 0xffffffff) ?? 0x80000000,
    port: number('port', 65_535) ?? 3810,
    wsPort: number('ws-port', 65_535) ?? 3811,
    httpPort: number('http-port', 65_535) ?? 3812,
    bootstrap: list('bootstrap'),
    announce: list('announce'),
  };
  for (const flag of ['host', 'key', 'data', 'node'] as const) {
    const value = text(flag);
    if (value !== undefined) options[flag] = value;
  }
  return { help: false, quiet: values.quiet === true, options };
}

async function main(): Promise<void> {
  const given = readOptions(process.argv.slice(2), process.env);
  if (given.help) {
    process.stdout.write(HELP);
    return;
  }
  const say = given.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const relay = await startRelay({ ...given.options, log: (line) => say(`${new Date().toISOString()} ${line}`) });
  say(`Relay ${relay.peerId}`);
  for (const address of relay.multiaddrs) say(`  ${address}`);
  say(`Status page ${relay.http}`);
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: closing. Again to stop at once.`);
    setTimeout(() => process.exit(1), 10_000).unref();
    relay.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const expected = error instanceof RelayError || error instanceof ProtocolError;
    process.stderr.write(expected ? `${error.message}\n` : `${error instanceof Error ? error.stack : error}\n`);
    process.exit(expected ? 2 : 1);
  });
}
