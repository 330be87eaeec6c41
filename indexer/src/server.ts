// What an indexer serves: GraphQL with its explorer, the live head, and how it is.
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAddress } from './address.ts';
import { checkpointOf, finalBlock } from './checkpoint.ts';
import { calendarOf, historyCsv } from './feeds.ts';
import { type Answer, type Asked, answererOf } from './graphql/answer.ts';
import { inTurns, Readers } from './graphql/readers.ts';
import { bodyOf, Persisted, questionOf, questionOfUrl, Refused } from './graphql/requests.ts';
import type { Indexer } from './indexer.ts';
import { Metrics } from './metrics.ts';
import { Notifications, WishError, wishOf } from './notifications.ts';
import { schemaHash } from './schema.ts';
import type { Signer } from './signer.ts';
import { STATUS_STYLE, type Status, statusPage, tipOf } from './status.ts';

const HEARTBEAT_MS = 15_000;
const MAX_LISTENERS = 1000;
/** A listener that lets this much pile up is let go: it asks again when it is back. */
const MAX_UNREAD_BYTES = 1_000_000;
const READY_WITHIN_BLOCKS = 10;
const REQUEST_TIMEOUT_MS = 30_000;

/** What the one who follows the chain knows of it. */
export type Following = Pick<
  Status,
  'source' | 'sourceHeight' | 'sourceHash' | 'deliveries' | 'push' | 'network' | 'peers' | 'authors'
>;

/** What an operator reads: `warn` mends itself, `error` does not. */
export type Log = (message: string, level: 'info' | 'warn' | 'error') => void;

export type ServerOptions = {
  port: number;
  host?: string;
  following?: () => Following;
  signer?: Signer;
  /** Time for one question, in milliseconds. */
  questionMs?: number;
  /** Hears what should never happen. */
  onLog?: Log;
};

const detailsOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Who follows no node, for those who only show what is there. */
export const NOT_FOLLOWING: Following = {
  source: null,
  sourceHeight: null,
  sourceHash: null,
  deliveries: 0,
  push: null,
  network: null,
  peers: [],
  authors: [],
};

/** Headers of a question that mean something to its answer. */
const HEARD = ['accept', 'content-type', 'origin', 'access-control-request-method', 'access-control-request-headers'];
/** Questions that are answered in this process at once: as many as PostgreSQL has connections for. */
const AT_ONCE = 8;

export async function serve(
  indexer: Indexer,
  {
    port,
    host = '127.0.0.1',
    following = () => NOT_FOLLOWING,
    signer,
    questionMs,
    onLog = console.error,
  }: ServerOptions,
): Promise<{ url: string; status: () => Status; close: () => Promise<void> }> {
  const { store } = indexer;
  const streams = new Set<http.ServerResponse>();
  const notifications = new Notifications(store, (error) => onLog(detailsOf(error), 'error'));
  const persisted = new Persisted();
  const startedAt = new Date().toISOString();
  const { first, deployer } = indexer;
  const here = answererOf(store, { first, signer, onFault: (error) => onLog(detailsOf(error), 'error') });
  const readers =
    store.file === undefined
      ? undefined
      : new Readers(
          { file: store.file, deployer, first, key: signer?.key },
          { ...(questionMs !== undefined && { questionMs }), onFault: (details) => onLog(details, 'error') },
        );
  const answer: (asked: Asked) => Promise<Answer> = readers ? (asked) => readers.ask(asked) : inTurns(AT_ONCE, here);

  const status = (): Status => {
    const tip = store.tip();
    const now = following();
    return {
      status: indexer.lastError ? 'failing' : tip ? 'ok' : 'starting',
      tip: tip ? tipOf(tip) : null,
      ...now,
      lagBlocks: tip && now.sourceHeight !== null ? Math.max(0, now.sourceHeight - tip.height) : null,
      deployer: indexer.deployer,
      schema: schemaHash,
      error: indexer.lastError ?? null,
      counters: indexer.counters,
      databaseBytes: store.size(),
      listeners: streams.size + notifications.size,
      startedAt,
    };
  };
  const metrics = new Metrics(status);

  const send = (response: http.ServerResponse, code: number, type: string, body: string, headers = {}) => {
    if (code >= 400) metrics.refused(code);
    response
      .writeHead(code, {
        'content-type': type,
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...headers,
      })
      .end(body);
  };
  const json = (response: http.ServerResponse, code: number, body: unknown, headers = {}) =>
    send(response, code, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`, headers);

  async function graphql(request: http.IncomingMessage, response: http.ServerResponse, url: URL): Promise<void> {
    const began = performance.now();
    response.once('close', () => {
      if (request.method !== 'OPTIONS') metrics.asked(response.statusCode, (performance.now() - began) / 1000);
    });
    const headers = Object.fromEntries(
      HEARD.flatMap((name) => (typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [])),
    );
    const asked = { method: request.method!, headers, hasErrors: indexer.lastError !== undefined };
    try {
      if (request.method === 'POST') {
        const body = JSON.stringify(
          persisted.resolve(questionOf(request.headers['content-type'], await bodyOf(request))),
        );
        return reply(response, await answer({ ...asked, search: '', body }));
      }
      if (request.method === 'GET' && (url.searchParams.has('query') || url.searchParams.has('extensions'))) {
        const { query } = persisted.resolve(questionOfUrl(url.searchParams));
        if (typeof query === 'string') url.searchParams.set('query', query);
        const { search } = url;
        /** Of an answer that knows of this block. */
        const etagOf = (tip: string | undefined) =>
          `"${createHash('sha256')
            .update(`${tip} ${schemaHash} ${asked.hasErrors} ${search}`)
            .digest('hex')
            .slice(0, 32)}"`;
        const etag = etagOf(store.tip()?.hash);
        if (request.headers['if-none-match'] === etag) {
          response.writeHead(304, { etag, 'access-control-allow-origin': '*', 'cache-control': 'no-cache' }).end();
          return;
        }
        const given = await answer({ ...asked, search });
        return reply(response, given, given.status === 200 ? { etag: given.tip ? etagOf(given.tip) : etag } : {});
      }
      if (request.method !== 'GET' && request.method !== 'OPTIONS') throw new Refused(405, 'Ask with POST or GET.');
      // The explorer's page, and what browsers ask before they ask.
      return reply(response, await here({ ...asked, search: url.search }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { status, message, code } = error;
      json(
        response,
        status,
        { errors: [{ message, extensions: { code } }] },
        // What is still coming is not read.
        { ...(status === 413 && { connection: 'close' }), ...(status === 429 && { 'retry-after': '1' }) },
      );
    }
  }
  function reply(response: http.ServerResponse, { status, headers, body }: Answer, more = {}): void {
    response.writeHead(status, { ...headers, 'cache-control': 'no-cache', ...more }).end(body);
  }

  /** Begins a stream of events, if there may be one more. */
  function listen(response: http.ServerResponse): boolean {
    if (streams.size + notifications.size >= MAX_LISTENERS) {
      json(response, 503, { error: 'Too many listeners.' });
      return false;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      connection: 'keep-alive',
    });
    return true;
  }

  function head(response: http.ServerResponse): void {
    if (!listen(response)) return;
    const tip = store.tip();
    response.write(tip ? `event: head\ndata: ${JSON.stringify(tipOf(tip))}\n\n` : ': waiting for the first block\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  /** /notifications/ADDRESS?kinds=sold,bought, from Last-Event-ID or `after` on. */
  function notify(request: http.IncomingMessage, response: http.ServerResponse, who: string, url: URL): void {
    const last = request.headers['last-event-id'];
    try {
      if (!isAddress(who)) throw new WishError(`${who.slice(0, 50)} is no address of a Stacks account.`);
      const wish = wishOf(who, {
        kinds: url.searchParams.get('kinds'),
        last: typeof last === 'string' ? last : url.searchParams.get('after'),
      });
      if (request.method === 'HEAD') response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
      else if (listen(response)) notifications.add(response, wish);
    } catch (error) {
      if (!(error instanceof WishError)) throw error;
      json(response, 400, { error: error.message });
    }
  }

  /** /checkpoint: what is said of the newest final block, or of `?block=`. */
  async function checkpoint(response: http.ServerResponse, url: URL): Promise<void> {
    if (!signer) return json(response, 404, { error: 'This indexer signs nothing.' });
    const asked = url.searchParams.get('block');
    if (asked !== null && !/^\d{1,10}$/.test(asked))
      return json(response, 400, { error: 'block is the height of a block.' });
    const block = asked === null ? await finalBlock(store, indexer.finality) : await store.blockAt(Number(asked));
    if (block) return json(response, 200, checkpointOf(deployer, block, signer));
    const later = asked === null || Number(asked) > (store.tip()?.height ?? 0);
    json(response, 404, {
      code: later ? 'not-here-yet' : 'never-here',
      error: asked === null ? 'No block is final yet.' : 'There is no such block in these views.',
    });
  }

  /** /history/ADDRESS.csv and /calendar/ADDRESS.ics. */
  async function feed(response: http.ServerResponse, kind: string, who: string, url: URL): Promise<void> {
    if (!isAddress(who))
      return json(response, 400, { error: `${who.slice(0, 50)} is no address of a Stacks account.` });
    if (kind === 'calendar')
      return send(response, 200, 'text/calendar; charset=utf-8', await calendarOf(store, who), {
        'content-disposition': `attachment; filename="${who}.ics"`,
      });
    const span: { from?: number; to?: number } = {};
    for (const name of ['from', 'to'] as const) {
      const text = url.searchParams.get(name);
      if (text === null) continue;
      const unix = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
      if (!(unix >= 0)) return json(response, 400, { error: `${name} is a day such as 2026-01-31, in UTC.` });
      span[name] = unix;
    }
    response.writeHead(200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${who}.csv"`,
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    await pipeline(Readable.from(historyCsv(store, who, span)), response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // whoever asked has left
    });
  }

  async function route(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    if (!target.startsWith('/') || !URL.canParse(target, 'http://here'))
      return json(response, 400, { error: 'No address.' });
    const url = new URL(target, 'http://here');
    if (url.pathname === '/graphql') return graphql(request, response, url);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return json(response, 405, { error: 'Only GET here.' }, { allow: 'GET' });
    const [, kind, who] = /^\/(history|calendar)\/([^/]*)\.(?:csv|ics)$/.exec(url.pathname) ?? [];
    if (kind !== undefined && who !== undefined) return feed(response, kind, who, url);
    const notified = /^\/notifications\/([^/]*)$/.exec(url.pathname)?.[1];
    if (notified !== undefined) return notify(request, response, notified, url);
    switch (url.pathname) {
      case '/checkpoint':
        return checkpoint(response, url);
      case '/head':
        return head(response);
      case '/health': {
        const now = status();
        return json(response, now.status === 'failing' ? 503 : 200, now);
      }
      case '/ready': {
        const { status: word, lagBlocks, error } = status();
        const ready = word === 'ok' && lagBlocks !== null && lagBlocks <= READY_WITHIN_BLOCKS;
        return json(response, ready ? 200 : 503, { ready, lagBlocks, error });
      }
      case '/metrics':
        return send(response, 200, metrics.contentType, await metrics.text());
      case '/':
        return send(response, 200, 'text/html; charset=utf-8', statusPage(status()), {
          'content-security-policy': CSP,
        });
      default:
        return json(response, 404, {
          error:
            'There is /graphql, /head, /checkpoint, /notifications/ADDRESS, /history/ADDRESS.csv, /calendar/ADDRESS.ics, /health, /ready, /metrics and / here.',
        });
    }
  }

  const server = http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    route(request, response).catch((error: unknown) => {
      // Nobody's question should come here.
      onLog(detailsOf(error), 'error');
      if (response.headersSent) response.destroy();
      else json(response, 500, { error: 'Something went wrong here. The log has the details.' });
    });
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });

  const stopListening = indexer.onTip((tip, kept) => {
    notifications.news(kept);
    const text = `event: head\ndata: ${JSON.stringify(tipOf(tip))}\n\n`;
    for (const stream of streams) if (!stream.write(text) && stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
  });
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': here\n\n');
    notifications.beat();
  }, HEARTBEAT_MS);
  heartbeat.unref();

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    status,
    close: async () => {
      stopListening();
      clearInterval(heartbeat);
      for (const stream of streams) stream.destroy();
      notifications.close();
      readers?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** The status page has a style of its own and nothing else. */
const CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STATUS_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
