// The HTTP server: routes together, CORS, and errors in the node's own shapes.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Devnet } from '../devnet.ts';
import { BadRequest, Rejection, TooLarge } from '../errors.ts';
import { chainhookRoutes } from './chainhooks.ts';
import { controlRoutes } from './control.ts';
import { extendedRoutes } from './extended.ts';
import { nodeRoutes, rejectionBody } from './node.ts';

export type Served = { url: string; close: () => Promise<void> };

export async function serve(devnet: Devnet, { port, host }: { port: number; host: string }): Promise<Served> {
  // The API writes some of its addresses with a slash at the end.
  const app = new Hono({ strict: false });
  app.use(cors({ origin: '*', allowHeaders: ['*', 'content-type', 'x-hiro-product', 'x-api-key', 'authorization'] }));
  app.route('/', nodeRoutes(devnet));
  app.route('/', extendedRoutes(devnet));
  app.route('/', chainhookRoutes(devnet));
  app.route('/', controlRoutes(devnet));
  app.notFound((c) => c.json({ error: `There is no route ${c.req.method} ${c.req.path.slice(0, 200)}` }, 404));
  app.onError((error, c) => {
    if (error instanceof Rejection) return c.json(rejectionBody(error), 400);
    if (error instanceof BadRequest) return c.json({ error: error.message }, 400);
    if (error instanceof TooLarge) return c.json({ error: error.message }, 413);
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
