// What an indexer serves: GraphQL with its explorer, the live head, health and figures.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ParseOptions, parse, type Source } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { limitsRule } from './graphql/limits.ts';
import { buildSchema, type Context } from './graphql/schema.ts';
import type { Indexer } from './indexer.ts';
import type { BlockRow } from './store.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_TOKENS = 2000;
const HEARTBEAT_MS = 15_000;
const MAX_LISTENERS = 1000;

const parseWithin = (source: string | Source, options?: ParseOptions) =>
  parse(source, { ...options, maxTokens: MAX_TOKENS });

export type ServerOptions = {
  port: number;
  host?: string;
  /** Height of the chain as the source says, for the lag. */
  sourceTip?: () => number | undefined;
};

const headOf = ({ height, hash, time, digest }: BlockRow) => ({ number: height, hash, timestamp: time, digest });

export async function serve(
  indexer: Indexer,
  { port, host = '127.0.0.1', sourceTip }: ServerOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { store } = indexer;
  const streams = new Set<http.ServerResponse>();
  const yoga = createYoga<object, Context>({
    schema: buildSchema(),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: {
      title: 'WattConnect indexer',
      defaultQuery:
        '{\n  _meta { block { number timestamp } digest }\n  offers(first: 10, where: { status: "open" }, orderBy: slot) {\n    id slot remainingWh price seller { id score }\n  }\n}',
    },
    cors: { origin: '*' },
    logging: false,
    plugins: [
      {
        // Counted before it is understood: thousands of open braces would exhaust the parser's stack.
        onParse: ({ setParseFn }: { setParseFn: (parse: typeof parseWithin) => void }) => setParseFn(parseWithin),
        onValidate: ({ addValidationRule }: { addValidationRule: (rule: typeof limitsRule) => void }) =>
          addValidationRule(limitsRule),
      },
    ],
    context: () => ({ store, health: () => ({ hasErrors: indexer.lastError !== undefined }), loaders: new Map() }),
  });

  const health = () => {
    const tip = store.tip();
    const source = sourceTip?.();
    return {
      status: indexer.lastError ? 'failing' : tip ? 'ok' : 'starting',
      tip: tip ? headOf(tip) : null,
      sourceHeight: source ?? null,
      lagBlocks: tip && source !== undefined ? Math.max(0, source - tip.height) : null,
      deployer: indexer.deployer,
      error: indexer.lastError ?? null,
    };
  };
  const json = (response: http.ServerResponse, status: number, body: unknown) => {
    response
      .writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
      })
      .end(`${JSON.stringify(body)}\n`);
  };

  const server = http.createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/graphql') {
      if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
        json(response, 413, { errors: [{ message: `A question has at most ${MAX_BODY_BYTES} bytes.` }] });
        request.destroy();
        return;
      }
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY_BYTES) request.destroy();
      });
      void yoga.handle(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return json(response, 405, { error: 'Only GET here.' });
    if (path === '/health') {
      const body = health();
      return json(response, body.status === 'failing' ? 503 : 200, body);
    }
    if (path === '/ready') {
      const body = health();
      const ready = body.status === 'ok' && (body.lagBlocks ?? 0) < 10;
      return json(response, ready ? 200 : 503, { ready, lagBlocks: body.lagBlocks });
    }
    if (path === '/head') {
      if (streams.size >= MAX_LISTENERS) return json(response, 503, { error: 'Too many listeners.' });
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
        connection: 'keep-alive',
      });
      const tip = store.tip();
      response.write(
        tip ? `event: head\ndata: ${JSON.stringify(headOf(tip))}\n\n` : ': waiting for the first block\n\n',
      );
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    if (path === '/') {
      response.writeHead(302, { location: '/graphql' }).end();
      return;
    }
    return json(response, 404, { error: 'There is /graphql, /head, /health and /ready here.' });
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });

  const stopListening = indexer.onTip((tip) => {
    const text = `event: head\ndata: ${JSON.stringify(headOf(tip))}\n\n`;
    // A listener that does not read is let go: it asks again when it is back.
    for (const stream of streams) if (!stream.write(text) && stream.writableLength > 1_000_000) stream.destroy();
  });
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      stopListening();
      clearInterval(heartbeat);
      for (const stream of streams) stream.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
