// A Chainhook node's own routes.
import { Hono } from 'hono';
import { parsePredicate } from '../delivery/predicates.ts';
import type { Devnet } from '../devnet.ts';
import { BadRequest } from '../errors.ts';

const MAX_PREDICATES = 64;

export function chainhookRoutes({ chainhook, chain }: Devnet): Hono {
  const app = new Hono();
  type Found = NonNullable<ReturnType<typeof chainhook.get>>;
  const shown = ({ predicate, queue }: Found) => {
    const { interrupted, lastError, delivered, waiting } = queue.status;
    return {
      uuid: predicate.uuid,
      name: predicate.name,
      chain: predicate.chain,
      network: predicate.network,
      predicate: predicate.ifThis,
      enabled: !interrupted,
      status: interrupted
        ? { type: 'interrupted', info: lastError ?? '' }
        : {
            type: 'streaming',
            info: {
              number_of_times_triggered: delivered,
              number_of_blocks_waiting: waiting,
              last_evaluated_block_height: chain.tip.height,
            },
          },
    };
  };

  app.get('/ping', (c) =>
    c.json({
      status: 200,
      result: {
        stacks: { last_received_block_height: chain.tip.height },
        registered_predicates: chainhook.list().length,
      },
    }),
  );
  app.get('/v1/chainhooks', (c) => c.json({ status: 200, result: chainhook.list().map(shown) }));
  app.post('/v1/chainhooks', async (c) => {
    let body: unknown;
    try {
      body = JSON.parse(await c.req.text());
    } catch {
      throw new BadRequest('The body is not JSON.');
    }
    const predicate = parsePredicate(body);
    if (chainhook.get(predicate.uuid)) return c.json({ status: 409, error: 'uuid already in use' }, 409);
    if (chainhook.list().length >= MAX_PREDICATES)
      return c.json({ status: 429, error: `At most ${MAX_PREDICATES} predicates.` }, 429);
    chainhook.register(predicate);
    return c.json({ status: 200, result: predicate.uuid });
  });
  const one = (uuid: string) => {
    const found = chainhook.get(uuid);
    return found ? { status: 200, result: shown(found) } : { status: 404 };
  };
  // The node answers 200 with the status in the body, and its client relies on it.
  app.get('/v1/chainhooks/:uuid', (c) => c.json(one(c.req.param('uuid'))));
  app.get('/v1/chainhooks/stacks/:uuid', (c) => c.json(one(c.req.param('uuid'))));
  app.delete('/v1/chainhooks/stacks/:uuid', (c) => {
    const removed = chainhook.remove(c.req.param('uuid'));
    return c.json({ status: removed ? 200 : 404, result: removed ? 'Ok' : 'No such predicate' }, removed ? 200 : 404);
  });
  return app;
}
