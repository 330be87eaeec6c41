// Command line, environment and file of the indexer, from one table: flags win over the environment, the environment over the file.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NETWORKS, type Network } from '@wattconnect/chainhooks';
import { isAddress } from './address.ts';

/** What cannot be used; the message says which option and why. */
export class OptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OptionError';
  }
}

export const COMMANDS = {
  run: 'follow a chain and serve its views: GraphQL, the live head, a page for people, figures for Prometheus',
  rebuild: 'drop the views, then run: everything comes back from the chain',
  verify: 'compare an indexer with others, and find the first block and row in which they differ',
  export: 'print every row of the views as JSON, one a line, as of the newest block or of --block',
  status: 'ask a running indexer how it is',
  digest: 'replay the whole chain in memory and print the digest of its newest block',
} as const;
export type Command = keyof typeof COMMANDS;

type Spec = { value: string; about: string; initial?: string; many?: true };
const SPECS = {
  node: { value: 'URL', about: 'Stacks node', initial: 'http://127.0.0.1:3999' },
  pull: { value: 'HOW', about: 'how blocks are pulled: node (its replay) or api (the API beside it)', initial: 'node' },
  password: { value: 'TEXT', about: "the node's auth_token, for its replay" },
  deployer: { value: 'ADDRESS', about: 'who deployed the contracts' },
  network: { value: 'NAME', about: `${NETWORKS.join(', ')}`, initial: 'devnet' },
  first: { value: 'HEIGHT', about: 'first block of the views: that of the deployment or earlier', initial: '1' },
  finality: { value: 'N', about: 'depth in burn blocks beyond which a fork is refused', initial: '144' },
  backup: {
    value: 'URL',
    about: 'another node, or an API as api+https://…, that stands in; may be repeated',
    many: true,
  },
  db: { value: 'FILE', about: 'database: a file, or postgresql://user@host/name', initial: 'indexer.db' },
  key: { value: 'FILE', about: 'key that signs answers, made when missing (default: beside the database)' },
  host: { value: 'ADDRESS', about: 'address to listen on', initial: '127.0.0.1' },
  port: { value: 'N', about: 'port of the HTTP server, 0 for any', initial: '3800' },
  'chainhook-port': { value: 'N', about: "port for Chainhook's deliveries; without one the node is only asked" },
  'chainhook-node': { value: 'URL', about: 'Chainhook node, when not at --node' },
  'chainhook-url': { value: 'URL', about: 'address under which the Chainhook node reaches this side' },
  'receive-port': { value: 'N', about: "port at which a node's event observer, or Chainhooks 2.0, posts" },
  'receive-token': { value: 'TEXT', about: 'secret of those who post there: bearer token, or first part of the path' },
  log: { value: 'HOW', about: 'lines on stderr: text, or json with time, level and message', initial: 'text' },
  at: { value: 'URL', about: 'verify, status: the indexer that is asked', initial: 'http://127.0.0.1:3800' },
  peer: { value: 'URL', about: 'run, verify: another indexer to compare with; may be repeated', many: true },
  relay: {
    value: 'URL',
    about: "run: a relay's page; checkpoints are handed in there and compared; may be repeated",
    many: true,
  },
  trust: {
    value: 'KEY',
    about: 'run: public key of an indexer whose checkpoints count; may be repeated',
    many: true,
  },
  block: { value: 'HEIGHT', about: 'export: as of this block' },
} as const satisfies Record<string, Spec>;
type Name = keyof typeof SPECS;
const NAMES = Object.keys(SPECS) as Name[];
const envOf = (name: string) => `INDEXER_${name.toUpperCase().replaceAll('-', '_')}`;

export const HELP = `Usage: wattconnect-indexer <command> [options]

Turns the chain's events into views that can be asked, rebuilt and checked. It holds no truth: everything in it comes back from the chain.

Commands:
${Object.entries(COMMANDS)
  .map(([name, about]) => `  ${name.padEnd(9)} ${about}`)
  .join('\n')}

Options, and the environment variables that stand for them:
${NAMES.map((name) => {
  const { value, about, ...spec }: Spec = SPECS[name];
  const initial = spec.initial === undefined ? '' : ` (default ${spec.initial})`;
  return `  ${`--${name} ${value}`.padEnd(24)} ${envOf(name).padEnd(24)} ${about}${initial}`;
}).join('\n')}
  --config FILE                                     JSON object of the options above, by their names
  --help                                            prints this text`;

export type Options = {
  command: Command;
  node: string;
  pull: 'node' | 'api';
  password?: string;
  deployer?: string;
  network: Network;
  first: number;
  finality: number;
  db: string;
  host: string;
  port: number;
  chainhookPort?: number;
  chainhookNode?: string;
  chainhookUrl?: string;
  backups: string[];
  key?: string;
  receivePort?: number;
  receiveToken?: string;
  log: 'text' | 'json';
  at: string;
  peers: string[];
  relays: string[];
  /** Public keys, in hex with 0x. */
  trusted: string[];
  block?: number;
};

function fileOf(path: string): Record<string, string | string[]> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OptionError(`--config ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new OptionError(`--config ${path} holds no JSON object.`);
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => {
      if (!NAMES.includes(name as Name)) throw new OptionError(`--config ${path}: there is no option "${name}".`);
      return [name, Array.isArray(value) ? value.map(String) : String(value)];
    }),
  );
}

const urlOf = (text: string, name: string): string => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new OptionError(`--${name} "${text}" is no address such as http://127.0.0.1:3999.`);
  return text.replace(/\/+$/, '');
};
const numberOf = (text: string, name: string, most: number): number => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new OptionError(`--${name} is a whole number from 0 to ${most}, not "${text}".`);
  return Number(text);
};
const oneOf = <T extends string>(text: string, name: string, words: readonly T[]): T => {
  if (!words.includes(text as T)) throw new OptionError(`--${name} is one of ${words.join(', ')}, not "${text}".`);
  return text as T;
};

/** @returns undefined when help was asked for @throws {OptionError} */
export function optionsOf(args: string[], env: NodeJS.ProcessEnv): Options | undefined {
  let parsed: { values: Record<string, string | string[] | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(
          NAMES.map((name) => [name, { type: 'string' as const, multiple: 'many' in SPECS[name] }]),
        ),
        config: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }) as typeof parsed;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [command, ...rest] = positionals;
  if (command === undefined || !Object.hasOwn(COMMANDS, command) || rest.length > 0)
    throw new OptionError(
      command === undefined ? 'Name a command.' : `There is no command "${positionals.join(' ')}".`,
    );
  const config = values.config ?? env.INDEXER_CONFIG;
  const file = typeof config === 'string' ? fileOf(config) : {};
  const text = (name: Name): string | undefined => {
    const spec: Spec = SPECS[name];
    const found = values[name] ?? env[envOf(name)] ?? file[name] ?? spec.initial;
    return found === undefined ? undefined : String(found);
  };
  const must = (name: Name) => text(name)!;
  const maybe = <T>(name: Name, read: (text: string) => T): T | undefined => {
    const found = text(name);
    return found === undefined ? undefined : read(found);
  };
  const deployer = maybe('deployer', (found) => {
    if (!isAddress(found)) throw new OptionError(`--deployer "${found}" is no address of a Stacks account.`);
    return found;
  });
  if (deployer === undefined && ['run', 'rebuild', 'digest'].includes(command))
    throw new OptionError('--deployer is missing: the address that deployed the contracts.');
  const many = (name: Name): string[] =>
    [values[name] ?? env[envOf(name)]?.split(',') ?? file[name] ?? []].flat().map((one) => String(one).trim());
  const options: Options = {
    command: command as Command,
    node: urlOf(must('node'), 'node'),
    pull: oneOf(must('pull'), 'pull', ['node', 'api']),
    network: oneOf(must('network'), 'network', NETWORKS),
    first: numberOf(must('first'), 'first', 2_147_483_646),
    log: oneOf(must('log'), 'log', ['text', 'json']),
    finality: numberOf(must('finality'), 'finality', 1_000_000),
    db: must('db'),
    host: must('host'),
    port: numberOf(must('port'), 'port', 65_535),
    at: urlOf(must('at'), 'at'),
    backups: many('backup').map((one) => {
      const [, how = '', url = ''] = /^(api\+)?(.*)$/.exec(one) ?? [];
      return how + urlOf(url, 'backup');
    }),
    peers: many('peer').map((peer) => urlOf(peer, 'peer')),
    relays: many('relay').map((relay) => urlOf(relay, 'relay')),
    trusted: many('trust').map((key) => {
      if (!/^0x[0-9a-f]{64}$/.test(key))
        throw new OptionError(`--trust "${key}" is no public key: it is the "signer" in that indexer's /checkpoint.`);
      return key;
    }),
  };
  const extra = {
    password: text('password'),
    key: text('key'),
    receivePort: maybe('receive-port', (found) => numberOf(found, 'receive-port', 65_535)),
    receiveToken: text('receive-token'),
    deployer,
    chainhookPort: maybe('chainhook-port', (found) => numberOf(found, 'chainhook-port', 65_535)),
    chainhookNode: maybe('chainhook-node', (found) => urlOf(found, 'chainhook-node')),
    chainhookUrl: maybe('chainhook-url', (found) => urlOf(found, 'chainhook-url')),
    block: maybe('block', (found) => numberOf(found, 'block', 2_147_483_646)),
  };
  return { ...options, ...Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined)) };
}
