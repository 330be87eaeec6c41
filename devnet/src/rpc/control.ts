// Routes that only this chain has: time, blocks and forks on demand.
import { Hono } from 'hono';
import type { Devnet } from '../devnet.ts';
import { BadRequest } from '../errors.ts';
import { jsonBody, principalOf, wholeNumber } from './requests.ts';

const MAX_BLOCKS = 10_000;
const MAX_SPEED = 100_000;

export function controlRoutes(devnet: Devnet): Hono {
  const { chain, clock } = devnet;
  const app = new Hono();
  const now = () => ({ height: chain.tip.height, time: chain.time });

  app.get('/devnet/status', (c) => {
    const { tip } = chain;
    return c.json({
      height: tip.height,
      hash: tip.hash,
      time: tip.time,
      genesisTime: chain.genesisTime,
      burnHeight: tip.burnHeight,
      speed: clock.speed,
      paused: clock.paused,
      mempool: chain.mempool.size,
      observers: devnet.chainhook.observers(),
      predicates: devnet.chainhook.list().map(({ predicate: { uuid, name }, follower }) => ({
        uuid,
        name,
        ...follower.status,
        behind: follower.behind,
      })),
      memory: chain.memory,
    });
  });
  app.post('/devnet/advance', async (c) => {
    const { seconds, until } = await jsonBody(c);
    const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
    if (!isPositive(seconds) && !isPositive(until))
      throw new BadRequest('Say how far: { "seconds": 3600 } or { "until": <unix seconds> }.');
    await devnet.advance(typeof until === 'number' ? until : chain.time + Number(seconds));
    return c.json(now());
  });
  app.post('/devnet/mine', async (c) => {
    devnet.mine(wholeNumber((await jsonBody(c)).blocks, 'blocks', { min: 1, max: MAX_BLOCKS, fallback: 1 }));
    return c.json(now());
  });
  app.post('/devnet/reorg', async (c) => {
    const { depth, drop = [] } = await jsonBody(c);
    if (!Array.isArray(drop) || !drop.every((id) => typeof id === 'string'))
      throw new BadRequest('drop is a list of transaction ids.');
    const ids = (drop as string[]).map((id) => (id.startsWith('0x') ? id : `0x${id}`));
    const { rollback, apply } = devnet.reorg(wholeNumber(depth, 'depth', { min: 1, max: MAX_BLOCKS }), ids);
    const hashes = (blocks: { hash: string }[]) => blocks.map(({ hash }) => hash);
    return c.json({ rolledBack: hashes(rollback), applied: hashes(apply), ...now() });
  });
  app.post('/devnet/speed', async (c) => {
    const { speed, paused } = await jsonBody(c);
    if (speed === undefined && paused === undefined) throw new BadRequest('Say { "speed": 60 } or { "paused": true }.');
    if (speed !== undefined && (typeof speed !== 'number' || !(speed >= 0 && speed <= MAX_SPEED)))
      throw new BadRequest(`speed lies between 0 and ${MAX_SPEED}.`);
    if (paused !== undefined && typeof paused !== 'boolean') throw new BadRequest('paused is true or false.');
    if (typeof speed === 'number') clock.speed = speed;
    if (typeof paused === 'boolean') clock.paused = paused;
    return c.json({ speed: clock.speed, paused: clock.paused });
  });
  app.post('/devnet/faucet', async (c) => {
    const { address, amount } = await jsonBody(c);
    if (typeof address !== 'string' || !/^\d{1,30}$/.test(String(amount)))
      throw new BadRequest('Say who gets how many microSTX: { "address": …, "amount": "1000000" }.');
    const tx = await devnet.faucet(principalOf(address), BigInt(String(amount)));
    if (!chain.receipt(tx.txid)) devnet.mine();
    return c.json({ txid: tx.txid, balance: String(chain.balance(address)) });
  });

  return app;
}
