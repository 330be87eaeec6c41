// Where others push: a Stacks node's event observer posts whole blocks at /new_block, Chainhooks 2.0 posts what its filters found at /chainhooks.
// Both are answered only when what they say has been taken, so that who pushes faster than we write has to wait.
import { createHash, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Block, MalformedBlock } from './block.ts';
import { chainhooks2, type News } from './chainhooks-2.ts';
import { newBlock } from './new-block.ts';

export type ReceiverOptions = {
  /** 0 takes a free port. */
  port: number;
  host?: string;
  /**
   * Shared secret: as a bearer token, or as the first part of the path, because a node's event observer sends no headers of ours
   * (`endpoint = "host:port/secret"`). Without one only this machine may push.
   */
  token?: string;
  /** Largest body in bytes. */
  maxBytes?: number;
  /** A whole block; a rejection lets the node post it again. */
  onBlock: (block: Block) => Promise<void>;
  /** Somebody says that there is news: pull. */
  onNews: (news: News) => Promise<void>;
};

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_AT_ONCE = 4;
const REQUEST_TIMEOUT_MS = 30_000;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();

async function bodyOf(request: http.IncomingMessage, most: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw new Refused(413, `At most ${most} bytes.`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > most) throw new Refused(413, `At most ${most} bytes.`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
}

export async function startReceiver(options: ReceiverOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const { port, host = '127.0.0.1', token, maxBytes = MAX_BODY_BYTES, onBlock, onNews } = options;
  if (token === undefined && !LOOPBACK.includes(host))
    throw new RangeError(`Without a token only this machine may push: listen on 127.0.0.1, not on ${host}.`);
  if (token !== undefined && !/^[\w-]{16,}$/.test(token))
    throw new RangeError('A token has at least 16 characters: letters, digits, - and _.');
  const expected = token === undefined ? undefined : digest(token);
  let busy = 0;

  /** The path without the secret in front. @throws {Refused} */
  const pathOf = (request: http.IncomingMessage): string => {
    const path = (request.url ?? '/').split('?')[0]!;
    if (!expected) return path;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined && timingSafeEqual(digest(bearer), expected)) return path;
    const [, first = '', ...rest] = path.split('/');
    if (timingSafeEqual(digest(first), expected)) return `/${rest.join('/')}`;
    throw new Refused(401, 'The token is wrong or missing.');
  };

  const take = async (request: http.IncomingMessage): Promise<void> => {
    const path = pathOf(request);
    if (request.method !== 'POST') throw new Refused(405, 'Only POST here.');
    if (busy >= MAX_AT_ONCE) throw new Refused(503, 'Too many at once. Post again.');
    busy += 1;
    try {
      if (path === '/new_block') await onBlock(newBlock(await bodyOf(request, maxBytes)));
      else if (path === '/chainhooks') await onNews(chainhooks2(await bodyOf(request, maxBytes)));
      // A node posts mempools, burn blocks and more to the same observer, and stands still when they are refused.
      else request.resume();
    } catch (error) {
      if (error instanceof MalformedBlock) throw new Refused(400, error.message);
      throw error;
    } finally {
      busy -= 1;
    }
  };

  const server = http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    take(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}\n'),
      (error: unknown) => {
        const status = error instanceof Refused ? error.status : 503;
        const message = error instanceof Refused ? error.message : 'This could not be taken. Post it again.';
        response
          .writeHead(status, {
            'content-type': 'application/json',
            connection: 'close',
            ...(status === 503 && { 'retry-after': '1' }),
          })
          .end(`${JSON.stringify({ error: message })}\n`);
      },
    );
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
