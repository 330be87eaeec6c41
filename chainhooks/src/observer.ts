// Listens to a Chainhook node through the library's event observer: registers the predicate, keeps it alive, takes it away again at the end.
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type http from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MalformedBlock } from './block.ts';
import { chainhookV1, type Delivery } from './chainhook-v1.ts';
import type { PredicateFile } from './predicates.ts';

export type ObserverOptions = {
  /** Address of the Chainhook node's HTTP interface. */
  node: string;
  /** Where this side listens; 0 takes a free port. */
  port: number;
  host?: string;
  /** Address under which the node reaches this side. Default: host and port. */
  externalUrl?: string;
  /** Shared secret of the deliveries. */
  token: string;
  predicate: PredicateFile;
  /** Folder that remembers the registration, so that the next start can take away what a killed process left; a temporary one by default. */
  state?: string;
  /** Gives up waiting for the node. */
  signal?: AbortSignal;
  /** Largest payload in bytes. */
  maxBytes?: number;
  /** Blocks have come and are to be taken, or seen as news. A rejection lets the node deliver again. */
  onBlocks: (delivery: Delivery) => Promise<void>;
};

const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const HEALTH_CHECK_MS = 10_000;
const WAIT_FOR_NODE_MS = 500;

const require = createRequire(import.meta.url);
const library = createRequire(require.resolve('@hirosystems/chainhook-client'));

/** On Node 24 the library's own undici must be the dispatcher of its requests. */
function useOwnDispatcher(): void {
  const undici = library('undici') as { Agent: new () => object; setGlobalDispatcher: (agent: object) => void };
  undici.setGlobalDispatcher(new undici.Agent());
}

/** The library logs every request; what went wrong is enough. */
function logLess(): void {
  const { logger, PINO_CONFIG } = library('./util/logger.js') as {
    logger: { level: string };
    PINO_CONFIG: { level: string };
  };
  logger.level = 'error';
  PINO_CONFIG.level = 'error';
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Asks for the token before a byte of the body is read, and compares in constant time. The library would read 64 MB from anybody first. */
function gate(server: http.Server, token: string): void {
  const expected = digest(`Bearer ${token}`);
  const handlers = server.listeners('request') as http.RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const given = request.headers.authorization;
    if (given !== undefined && timingSafeEqual(digest(given), expected)) {
      for (const handle of handlers) handle.call(server, request, response);
      return;
    }
    response
      .writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer', connection: 'close' })
      .end('{"error":"The token is wrong or missing."}\n', () => request.destroy());
  });
}

/** The node is told an address before the server listens: find a free port first. */
async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function waitFor(node: string, signal: AbortSignal | undefined): Promise<void> {
  const ping = new URL('/ping', node);
  for (;;) {
    signal?.throwIfAborted();
    const answered = await fetch(ping, signal ? { signal } : {}).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (answered) return;
    await pause(WAIT_FOR_NODE_MS, undefined, signal ? { signal } : {});
  }
}

/**
 * Takes away what a process that was killed left registered. The library would take it up again as long as the node has it, though the node
 * still posts with the secret, and to the address, of then.
 */
async function takeAway(state: string, node: string, signal: AbortSignal | undefined): Promise<void> {
  const files = existsSync(state) ? readdirSync(state).filter((name) => name.endsWith('.json')) : [];
  for (const name of files) {
    const file = join(state, name);
    const uuid = /"uuid"\s*:\s*"([\w-]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
    if (uuid !== undefined) {
      const url = new URL(`/v1/chainhooks/stacks/${uuid}`, node);
      const response = await fetch(url, { method: 'DELETE', ...(signal && { signal }) });
      await response.arrayBuffer();
    }
    rmSync(file, { force: true });
  }
}

/** Resolves once the predicate is registered and deliveries are taken. */
export async function startChainhookObserver(
  options: ObserverOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { node, host = '127.0.0.1', token, predicate, onBlocks, signal } = options;
  if (token.length < 16) throw new RangeError('A token has at least 16 characters.');
  useOwnDispatcher();
  logLess();
  await waitFor(node, signal);
  if (options.state !== undefined) await takeAway(options.state, node, signal);
  const port = options.port === 0 ? await freePort(host) : options.port;
  const url = options.externalUrl ?? `http://${host}:${port}`;
  const temporary = options.state === undefined ? mkdtempSync(join(tmpdir(), 'wattconnect-predicates-')) : undefined;
  const forget = () => {
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  };
  // It brings a web server and validators, 25 MiB: only for who listens to such a node.
  const { BadPayloadRequestError, ChainhookEventObserver } = await import('@hirosystems/chainhook-client');
  const observer = new ChainhookEventObserver(
    {
      hostname: host,
      port,
      auth_token: token,
      external_base_url: url,
      wait_for_chainhook_node: false,
      // No real payload fits its schema; ours is checked by the adapter.
      validate_chainhook_payloads: false,
      validate_token_authorization: true,
      body_limit: options.maxBytes ?? MAX_PAYLOAD_BYTES,
      node_type: 'chainhook',
      predicate_disk_file_path: options.state ?? temporary!,
      predicate_health_check_interval_ms: HEALTH_CHECK_MS,
    },
    { base_url: node.replace(/\/$/, '') },
  );
  try {
    await observer.start([structuredClone(predicate) as never], async (payload) => {
      try {
        await onBlocks(chainhookV1(payload));
      } catch (error) {
        if (error instanceof MalformedBlock) throw new BadPayloadRequestError(error.message);
        throw error;
      }
    });
  } catch (error) {
    await observer.close();
    forget();
    throw error;
  }
  gate((observer as unknown as { fastify: { server: http.Server } }).fastify.server, token);
  return {
    url,
    close: async () => {
      await observer.close();
      forget();
    },
  };
}
