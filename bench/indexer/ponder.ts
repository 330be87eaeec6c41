// The peer: Ponder over as many events, on this machine, in this run. It indexes EVM logs, so a stub answers its JSON-RPC from memory: 50 transfers a
// block, one upsert and one insert each, into PGlite, without versions or a digest. Installed by npm into a folder that goes afterwards.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../indexer/src/test/port.ts';

export const PONDER = '0.16.10';
/** Ponder takes any viem 2; newer ones want packages that are not everywhere. */
const VIEM = '2.31.0';
const LOGS_A_BLOCK = 50;
const TOKEN = `0x${'ab'.repeat(20)}`;
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const WAIT_MS = 600_000;

const hex = (n: number | bigint) => `0x${n.toString(16)}`;
const word = (n: number | bigint) => `0x${n.toString(16).padStart(64, '0')}`;
const hashOf = (n: number) => word(BigInt(n) * 65_537n + 7n);
const account = (n: number) => word(0xaa0000 + (n % 2000));

function transaction(block: number, index: number) {
  return {
    hash: word(BigInt(block) * 100_000n + BigInt(index) + 1n),
    blockHash: hashOf(block),
    blockNumber: hex(block),
    transactionIndex: hex(index),
    from: `0x${'11'.repeat(20)}`,
    to: TOKEN,
    value: '0x0',
    gas: '0x5208',
    gasPrice: '0x1',
    maxFeePerGas: '0x1',
    maxPriorityFeePerGas: '0x1',
    input: '0x',
    nonce: hex(index),
    type: '0x2',
    chainId: hex(31_337),
    accessList: [],
    v: '0x0',
    r: word(1),
    s: word(1),
    yParity: '0x0',
  };
}
function blockOf(n: number, full: boolean) {
  const transactions = Array.from({ length: LOGS_A_BLOCK }, (_, i) => transaction(n, i));
  return {
    number: hex(n),
    hash: hashOf(n),
    parentHash: n === 0 ? word(0) : hashOf(n - 1),
    timestamp: hex(1_700_000_000 + n * 10),
    logsBloom: `0x${'ff'.repeat(256)}`,
    miner: `0x${'00'.repeat(20)}`,
    stateRoot: word(1),
    transactionsRoot: word(2),
    receiptsRoot: word(3),
    sha3Uncles: word(4),
    gasLimit: hex(30_000_000),
    gasUsed: hex(21_000),
    baseFeePerGas: '0x1',
    difficulty: '0x0',
    totalDifficulty: '0x0',
    extraData: '0x',
    mixHash: word(5),
    nonce: '0x0000000000000000',
    size: '0x400',
    uncles: [],
    transactions: full ? transactions : transactions.map(({ hash }) => hash),
  };
}
const logsOf = (n: number) =>
  Array.from({ length: LOGS_A_BLOCK }, (_, i) => ({
    address: TOKEN,
    topics: [TRANSFER, account(n * 7 + i), account(n * 13 + i * 3 + 1)],
    data: word(1000 + i),
    blockHash: hashOf(n),
    blockNumber: hex(n),
    transactionHash: transaction(n, i).hash,
    transactionIndex: hex(i),
    logIndex: hex(i),
    removed: false,
  }));

function answer(method: string, params: unknown[], last: number): unknown {
  const height = (value: unknown) => (typeof value === 'string' && value.startsWith('0x') ? Number(value) : last);
  switch (method) {
    case 'eth_chainId':
      return hex(31_337);
    case 'eth_blockNumber':
      return hex(last);
    case 'eth_getBlockByNumber':
      return height(params[0]) > last ? null : blockOf(height(params[0]), params[1] === true);
    case 'eth_getLogs': {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      const [from, to] = [Number(fromBlock), Math.min(Number(toBlock), last)];
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).flatMap((n) =>
        n === 0 ? [] : logsOf(n),
      );
    }
    default:
      return null;
  }
}

async function stub(last: number): Promise<{ url: string; close: () => void }> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    type Call = { id: number; method: string; params: unknown[] };
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Call | Call[];
    const reply = ({ id, method, params }: Call) => ({
      jsonrpc: '2.0',
      id,
      result: answer(method, params ?? [], last),
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(body) ? body.map(reply) : reply(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const FILES = (rpc: string, last: number) => ({
  'package.json': JSON.stringify({ private: true, type: 'module' }),
  'ponder.config.ts': `import { createConfig } from 'ponder';
const abi = [{ type: 'event', name: 'Transfer', inputs: [
  { name: 'from', type: 'address', indexed: true }, { name: 'to', type: 'address', indexed: true }, { name: 'amount', type: 'uint256', indexed: false } ] }] as const;
export default createConfig({
  ordering: 'omnichain',
  database: { kind: 'pglite' },
  chains: { stub: { id: 31337, rpc: '${rpc}' } },
  contracts: { Token: { abi, chain: 'stub', address: '${TOKEN}', startBlock: 1, endBlock: ${last} } },
});`,
  'ponder.schema.ts': `import { onchainTable } from 'ponder';
export const account = onchainTable('account', (t) => ({ id: t.hex().primaryKey(), balance: t.bigint().notNull() }));
export const transfer = onchainTable('transfer', (t) => ({ id: t.text().primaryKey(), amount: t.bigint().notNull(), at: t.integer().notNull(), from: t.hex().notNull(), to: t.hex().notNull() }));`,
  'src/index.ts': `import { ponder } from 'ponder:registry';
import { account, transfer } from 'ponder:schema';
ponder.on('Token:Transfer', async ({ event, context }) => {
  const { from, to, amount } = event.args;
  await context.db.insert(account).values({ id: to, balance: amount }).onConflictDoUpdate((row) => ({ balance: row.balance + amount }));
  await context.db.insert(transfer).values({ id: event.id, amount, at: Number(event.block.timestamp), from, to });
});`,
  'src/api/index.ts': `import { Hono } from 'hono';
export default new Hono();`,
});

/** Events a second from the start of the process until it is ready, without the time that a run over two blocks takes. */
export async function ponder(events: number): Promise<{ eventsPerSecond: number; memory: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ponder-'));
  try {
    const installed = spawnSync(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `ponder@${PONDER}`,
        `viem@${VIEM}`,
        'hono',
        'typescript',
      ],
      { cwd: mkFolder(folder), stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (installed.status !== 0) throw new Error('Ponder could not be installed.');
    const started = await run(folder, 2);
    const whole = await run(folder, Math.ceil(events / LOGS_A_BLOCK));
    return { eventsPerSecond: events / (whole.seconds - started.seconds), memory: whole.memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
function mkFolder(folder: string): string {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

async function run(folder: string, blocks: number): Promise<{ seconds: number; memory: number }> {
  const { url, close } = await stub(blocks);
  for (const [path, text] of Object.entries(FILES(url, blocks))) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    if (path !== 'package.json') writeFileSync(join(folder, path), text);
  }
  rmSync(join(folder, '.ponder'), { recursive: true, force: true });
  const port = await freePort();
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules/ponder/dist/esm/bin/ponder.js'), 'start', '--schema', 'bench', '--port', String(port)],
    {
      cwd: folder,
      env: { ...process.env, PONDER_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-4000);
    });
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`Ponder ended: ${said}`);
      if (performance.now() - began > WAIT_MS) throw new Error(`Ponder is never ready: ${said}`);
      const ready = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
      if (ready?.status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const seconds = (performance.now() - began) / 1000;
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const memory =
      Number(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN) / 2 ** 20;
    return { seconds, memory };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
    close();
  }
}
