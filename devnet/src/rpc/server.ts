// The HTTP server: routes together, limits, CORS, and errors in the node's own shapes.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { Devnet } from '../devnet.ts';
import { BadRequest, Rejection } from '../errors.ts';
import { chainhookRoutes } from './chainhooks.ts';
import { extendedRoutes } from './extended.ts';
import { nodeRoutes, rejectionBody } from './node.ts';

/** The largest transaction, twice over for its hexadecimal form, and its envelope. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

export async function serve(
  devnet: Devnet,
  { port, host }: { port: number; host: string },
): Promise<{ url: string; close: () => Promise<void> }> {
  const app = new Hono();
  app.use(cors({ origin: '*', allowHeaders: ['*', 'content-type', 'x-hiro-product', 'authorization'] }));
  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => c.json({ error: `A request has at most ${MAX_BODY_BYTES} bytes.` }, 413),
  });
  // No other method's body is ever read.
  app.use((c, next) => (c.req.method === 'POST' ? limited(c, next) : next()));
  app.route('/', nodeRoutes(devnet));
  app.route('/', extendedRoutes(devnet));
  app.route('/', chainhookRoutes(devnet));
  app.notFound((c) => c.json({ error: `There is no route ${c.req.method} ${c.req.path.slice(0, 200)}` }, 404));
  app.onError((error, c) => {
    if (error instanceof Rejection) return c.json(rejectionBody(error), 400);
    if (error instanceof BadRequest) return c.json({ error: error.message }, 400);
    console.error(error);
    return c.json({ error: 'Something went wrong in this chain. Its log has the details.' }, 500);
  });

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
