// The relay's face for people and monitoring. Reads only, but for the checkpoints that indexers hand in: those are judged as if they came by gossip.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeardCheckpoint } from '../checkpoints.ts';
import type { Verdict } from '../gossip/node.ts';
import { CHECKPOINTS } from '../limits.ts';
import type { StoredOrder } from '../orders/book.ts';
import { metrics } from './metrics.ts';
import { page, STYLE_HASH } from './page.ts';
import type { Status } from './status.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1000;

export type HttpServer = { url: string; close: () => Promise<void> };

type Answer = { status: number; type: string; body: string; headers?: Record<string, string> };

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v instanceof Uint8Array ? `0x${Buffer.from(v).toString('hex')}` : v))}\n`,
  headers: { 'access-control-allow-origin': '*' },
});
const fault = (status: number, message: string) => json(status, { error: message });

function offersOf(query: URLSearchParams, orders: StoredOrder[]): Answer {
  const limit = query.get('limit') ?? String(DEFAULT_LIMIT);
  const kind = query.get('kind') ?? 'offer';
  if (!/^\d{1,4}$/.test(limit) || Number(limit) > MAX_LIMIT)
    return fault(400, `"limit" is a number from 0 to ${MAX_LIMIT}.`);
  if (kind !== 'offer' && kind !== 'bid') return fault(400, '"kind" is "offer" or "bid".');
  const found = orders.filter((order) => order.kind === kind);
  return json(200, {
    count: found.length,
    [`${kind}s`]: found.slice(0, Number(limit)).map(({ id, order, cv, sig, receivedAt }) => ({
      id,
      ...order,
      cell: order.cell.toString(16),
      receivedAt,
      cv,
      sig,
    })),
  });
}

export async function startHttp({
  host,
  port,
  status,
  orders,
  checkpoints,
  hear,
}: {
  host: string;
  port: number;
  status: () => Status;
  orders: () => StoredOrder[];
  checkpoints: () => HeardCheckpoint[];
  /** A checkpoint that was handed in, and the address that it came from. */
  hear: (bytes: Uint8Array, from: string) => { verdict: Verdict; reason: string };
}): Promise<HttpServer> {
  function answer(request: IncomingMessage): Answer {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return {
        ...fault(405, 'Only GET here; checkpoints are posted to /checkpoints.'),
        headers: { allow: 'GET, HEAD' },
      };
    let url: URL;
    try {
      url = new URL(request.url ?? '/', 'http://relay');
    } catch {
      return fault(400, 'The address is malformed.');
    }
    switch (url.pathname) {
      case '/':
        return {
          status: 200,
          type: 'text/html; charset=utf-8',
          body: page(status(), orders()),
          headers: {
            'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; frame-ancestors 'none'`,
          },
        };
      case '/health': {
        const now = status();
        return json(200, {
          status: 'ok',
          peerId: now.peerId,
          peers: now.peers.length,
          offers: now.offers,
          chain: now.chain,
          uptime: now.uptime,
        });
      }
      case '/metrics':
        return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: metrics(status()) };
      case '/offers':
        return offersOf(url.searchParams, orders());
      case '/checkpoints':
        return json(200, { checkpoints: checkpoints() });
      default:
        return fault(404, 'There is /, /health, /metrics, /offers and /checkpoints.');
    }
  }

  /** Reads a checkpoint's envelope, and never more than one may have. */
  async function handedIn(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    let length = 0;
    // What is too long is not read to its end, but answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > CHECKPOINTS.maxBytes)
        return {
          ...fault(413, `A checkpoint has at most ${CHECKPOINTS.maxBytes} bytes.`),
          headers: { connection: 'close' },
        };
      chunks.push(chunk);
    }
    const { verdict, reason } = hear(Buffer.concat(chunks), request.socket.remoteAddress ?? '');
    return json(verdict === 'accept' ? 202 : verdict === 'ignore' ? 409 : 400, { verdict, reason });
  }

  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: 5000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 2000,
    },
    (request, response) => {
      if (request.method === 'POST' && request.url === '/checkpoints') {
        handedIn(request).then(
          (given) => send(request, response, given),
          () => response.destroy(),
        );
        return;
      }
      request.resume();
      let given: Answer;
      try {
        given = answer(request);
      } catch {
        given = fault(500, 'The relay could not answer.');
      }
      send(request, response, given);
    },
  );
  server.maxConnections = 256;
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, close: () => stop(server) };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
