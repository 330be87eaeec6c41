// A Chainhook node's own routes.
import { type Context, Hono } from 'hono';
import { parsePredicate } from '../delivery/predicates.ts';
import type { Registered } from '../delivery/subscribers.ts';
import type { Devnet } from '../devnet.ts';
import { anyBody } from './requests.ts';

const MAX_PREDICATES = 64;

export function chainhookRoutes({ chainhook: subscribers, chain }: Devnet): Hono {
  const app = new Hono();
  const statusOf = ({ follower, triggered, lastOccurrence, expired }: Registered) => {
    const height = chain.tip.height - follower.behind;
    const info = {
      last_evaluation: Math.floor(Date.now() / 1000),
      last_evaluated_block_height: height,
      number_of_blocks_evaluated: height,
      number_of_times_triggered: triggered,
      ...(lastOccurrence !== undefined && { last_occurrence: lastOccurrence }),
    };
    if (follower.status.interrupted) return { type: 'interrupted', info: follower.status.lastError ?? 'No answer.' };
    if (expired) return { type: 'confirmed_expiration', info: { ...info, expired_at_block_height: height } };
    return { type: 'streaming', info };
  };
  const shown = (registered: Registered) => {
    const { predicate } = registered;
    const status = statusOf(registered);
    return {
      chain: predicate.chain,
      uuid: predicate.uuid,
      name: predicate.name,
      network: predicate.network,
      predicate: predicate.ifThis,
      status,
      enabled: status.type === 'streaming',
    };
  };

  app.get('/ping', (c) =>
    c.json({
      status: 200,
      result: {
        chainhook_version: 'wattconnect-devnet 0.1.0',
        stacks: { last_received_block_height: chain.tip.height },
        registered_predicates: subscribers.list().length,
      },
    }),
  );
  app.get('/v1/chainhooks', (c) => c.json({ status: 200, result: subscribers.list().map(shown) }));
  app.post('/v1/chainhooks', async (c) => {
    const predicate = parsePredicate(await anyBody(c));
    if (subscribers.get(predicate.uuid)) return c.json({ status: 409, error: 'Predicate uuid already in use' }, 409);
    if (subscribers.list().length >= MAX_PREDICATES)
      return c.json({ status: 429, error: `At most ${MAX_PREDICATES} predicates.` }, 429);
    subscribers.register(predicate);
    return c.json({ status: 200, result: predicate.uuid });
  });
  // A Chainhook node answers 200 and says in the body that there is none; its client relies on it.
  const one = (c: Context) => {
    const found = subscribers.get(c.req.param('uuid')!);
    return c.json(found ? { status: 200, result: shown(found) } : { status: 404 });
  };
  app.get('/v1/chainhooks/:uuid', one);
  app.get('/v1/chainhooks/stacks/:uuid', one);
  app.delete('/v1/chainhooks/stacks/:uuid', (c) =>
    subscribers.remove(c.req.param('uuid'))
      ? c.json({ status: 200, result: 'Ok' })
      : c.json({ status: 404, error: 'No such predicate' }, 404),
  );
  return app;
}
