// The indexer from a command line.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NETWORKS, type Network } from '@wattconnect/chainhooks';
import { replay, run } from './run.ts';
import { StoreError } from './store.ts';

const HELP = `Usage: node indexer/src/cli.ts <command> [options]

Turns the chain's events into views that can be asked, rebuilt and checked.

Commands:
  run       follow a node and serve GraphQL at /graphql, the live head at /head, and /health
  rebuild   delete the views, then run: everything comes back from the chain
  digest    replay the whole chain in memory and print the digest of its tip as JSON

Options (or the environment variable in brackets):
  --node URL            Stacks node with its API              [INDEXER_NODE]      default http://127.0.0.1:3999
  --deployer ADDRESS    who deployed the contracts            [INDEXER_DEPLOYER]
  --db FILE             database file                         [INDEXER_DB]        default ./indexer.db
  --port N              port of the HTTP server, 0 for any    [INDEXER_PORT]      default 3800
  --host ADDRESS        address to listen on                  [INDEXER_HOST]      default 127.0.0.1
  --chainhook-port N    port for Chainhook's deliveries       [INDEXER_CHAINHOOK_PORT]  default: only ask the node
  --network NAME        devnet, testnet or mainnet            [INDEXER_NETWORK]   default devnet
  --help                prints this text`;

function fail(message: string): never {
  console.error(`${message}\nSee --help.`);
  process.exit(2);
}
function parsed() {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      allowPositionals: true,
      options: {
        node: text,
        deployer: text,
        db: text,
        port: text,
        host: text,
        'chainhook-port': text,
        network: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
function portOf(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) fail(`--${name} is a number from 0 to 65535, not "${value}".`);
  return Number(value);
}

const { values, positionals } = parsed();
const { env } = process;
const command = positionals[0];
if (values.help || command === undefined) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const node = values.node ?? env.INDEXER_NODE ?? 'http://127.0.0.1:3999';
const deployer = values.deployer ?? env.INDEXER_DEPLOYER;
const network = (values.network ?? env.INDEXER_NETWORK ?? 'devnet') as Network;
if (!URL.canParse(node)) fail(`--node ${node} is no address.`);
if (!deployer || !/^S[TPNM][0-9A-Z]{28,41}$/.test(deployer))
  fail('--deployer is missing: the address that deployed the contracts.');
if (!NETWORKS.includes(network)) fail(`--network is one of ${NETWORKS.join(', ')}.`);
if (positionals.length > 1 || !['run', 'rebuild', 'digest'].includes(command))
  fail(`There is no command "${positionals.join(' ')}".`);

try {
  if (command === 'digest') {
    console.log(JSON.stringify(await replay(node, deployer)));
    process.exit(0);
  }
  const db = values.db ?? env.INDEXER_DB ?? 'indexer.db';
  if (command === 'rebuild') for (const end of ['', '-wal', '-shm']) rmSync(db + end, { force: true });
  const chainhookPort = portOf(values['chainhook-port'] ?? env.INDEXER_CHAINHOOK_PORT, 'chainhook-port');
  const running = await run({
    node,
    deployer,
    db,
    network,
    port: portOf(values.port ?? env.INDEXER_PORT, 'port') ?? 3800,
    host: values.host ?? env.INDEXER_HOST ?? '127.0.0.1',
    ...(chainhookPort !== undefined && { chainhookPort }),
    onLog: (line) => console.error(line),
  });
  console.log(`Indexer at ${running.url}/graphql`);
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    await running.close();
    process.exit(code);
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  await running.following;
  const failure = running.failure();
  if (failure) await stop(1);
} catch (error) {
  if (error instanceof StoreError) fail(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    fail('The port is in use. Stop what uses it, or choose another with --port.');
  throw error;
}
