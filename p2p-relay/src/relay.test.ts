import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tcp } from '@libp2p/tcp';
import { Slot } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { topicsOf } from './gossip/core.ts';
import { createNode, hasGossip, internalsOf } from './gossip/node.ts';
import { createWatchdog } from './gossip/watchdog.ts';
import { createGuard } from './guard/guard.ts';
import { sha256 } from './native.ts';
import {
  addressOf,
  after,
  CELL,
  CHAIN_ID,
  CONTRACT,
  cancellation,
  client,
  folder,
  OTHER_CELL,
  offer,
  registry,
  relay,
  sleep,
  tcpOf,
  until,
  wsOf,
} from './test/kit.ts';

describe('two relays and a client', () => {
  it('exchange signed offers, bids and withdrawals, in both directions', async () => {
    const a = await relay();
    const b = await relay({ bootstrap: [tcpOf(a)] });
    const home = await client([wsOf(a)]);
    const neighbour = await client([wsOf(b)]);
    await until(
      'all connected',
      () => home.peers().length === 1 && neighbour.peers().length === 1 && b.status().peers.length === 2,
    );
    const heard: string[] = [];
    neighbour.on('offer', ({ id }) => heard.push(id));

    const mine = offer();
    const { id } = await home.publish(mine);
    await until('the offer arrives everywhere', () => [a, b, neighbour].every((one) => one.offers().length === 1));
    expect(heard).toEqual([id]);
    expect(neighbour.offers()[0]).toMatchObject({ id, kind: 'offer', order: mine.order, cv: mine.cv, sig: mine.sig });

    const bid = offer({}, { by: 'home-h02', kind: 'bid' });
    await neighbour.publish(bid);
    await until('the bid arrives', () => home.bids().length === 1);
    expect(home.bids()[0]!.order).toEqual(bid.order);

    const gone: string[] = [];
    neighbour.on('removed', (order, reason) => gone.push(`${order.id} ${reason}`));
    await home.publish(cancellation(mine.order));
    await until('the offer is withdrawn everywhere', () => [a, b, neighbour].every((one) => one.offers().length === 0));
    expect(gone).toEqual([`${id} withdrawn`]);
    await expect(home.publish(mine)).rejects.toMatchObject({ code: 'refused' });
  });

  it('bring a late joiner up to date, relay and client alike', async () => {
    const a = await relay();
    for (let i = 0; i < 300; i++) await a.publish(offer({}, { by: `home-h${i % 20}` }));
    await a.publish(cancellation(offer().order));
    const b = await relay({ bootstrap: [tcpOf(a)] });
    await until('the relay has all', () => b.offers().length === 300 && b.status().entries === 301);
    const late = await client([wsOf(b)]);
    await until('the client has all', () => late.offers().length === 300);
    expect(new Set(late.offers().map(({ id }) => id))).toEqual(new Set(a.offers().map(({ id }) => id)));
  });

  it('deliver what was published while nobody was connected', async () => {
    const a = await relay();
    const home = await client([wsOf(a)]);
    const early = await home.publish(offer());
    expect(early.recipients).toBe(0);
    await until('the relay has it', () => a.offers().length === 1);
    expect(a.offers()[0]!.id).toBe(early.id);
  });

  it('reach relays that they were only told of', async () => {
    const a = await relay();
    const b = await relay({ bootstrap: [tcpOf(a)] });
    await until('b reached a', () => b.status().peers.length === 1);
    const c = await relay({ bootstrap: [tcpOf(a)] });
    await until('c reached b, too', () => c.status().peers.some(({ id }) => id === b.peerId));
  });

  it('find each other again after a restart on the same port', async () => {
    const first = await relay();
    const port = Number(/tcp\/(\d+)\/p2p/.exec(tcpOf(first))![1]);
    const wsPort = Number(/tcp\/(\d+)\/ws/.exec(wsOf(first))![1]);
    const b = await relay({ bootstrap: [`/ip4/127.0.0.1/tcp/${port}`] });
    const home = await client([`/ip4/127.0.0.1/tcp/${wsPort}/ws`]);
    await until('connected', () => b.status().peers.length === 1 && home.peers().length === 1);
    await home.publish(offer());
    await until('b has it', () => b.offers().length === 1);
    await first.close();
    await until('both noticed', () => b.status().peers.length === 0 && home.peers().length === 0);
    const again = await relay({ port, wsPort });
    await until('both are back', () => again.status().peers.length === 2);
    await until('the new one is up to date', () => again.offers().length === 1);
  });

  it.each([
    ['it no longer hears', 'streamsInbound'],
    ['it can no longer speak', 'streamsOutbound'],
  ] as const)('renew a connection whose gossip has died: %s', async (_, which) => {
    const a = await relay();
    const topics = topicsOf(CHAIN_ID, CONTRACT, [CELL]);
    const node = await createNode({
      topics: [...topics.keys()],
      transports: [tcp()],
      guard: createGuard(),
      hash: sha256,
    });
    after(() => node.stop());
    for (const topic of topics.keys()) node.services.pubsub.subscribe(topic);
    const watchdog = createWatchdog(node, [tcpOf(a)]);
    after(watchdog.close);
    const flows = () => hasGossip(node, a.peerId) && a.status().peers.some(({ gossip }) => gossip);
    await until('gossip flows', flows);
    const [before] = node.getConnections();
    // What happens to a peer that froze: one of its streams is given up, and the library never opens another.
    internalsOf(node)[which].get(a.peerId)!.rawStream.abort(new Error('Given up.'));
    await until('it is noticed', () => !flows(), 2000);
    await until('gossip flows again', flows, 12_000);
    expect(node.getConnections().map(({ id }) => id)).not.toContain(before!.id);
    let heard = 0;
    node.services.pubsub.addEventListener('gossipsub:message', () => {
      heard++;
    });
    await until('the relay speaks to it', async () => (await a.publish(offer())).recipients === 1);
    await until('an offer gets through', () => heard > 0, 3000);
  });

  it('keep to the cells that they follow', async () => {
    const a = await relay({ cells: [CELL, OTHER_CELL] });
    const home = await client([wsOf(a)], { cells: [OTHER_CELL] });
    await a.publish(offer());
    await a.publish(offer({ cell: OTHER_CELL }));
    await until('its own cell arrives', () => home.offers().length === 1);
    await sleep(200);
    expect(home.offers().map(({ order }) => order.cell)).toEqual([OTHER_CELL]);
    await expect(home.publish(offer())).rejects.toThrow('not followed');
  });
});

describe('what has ended', () => {
  it('leaves relay and client, and is told', async () => {
    let now = Math.floor(Date.now() / 1000);
    const a = await relay({ now: () => now });
    const home = await client([wsOf(a)], { now: () => now });
    const removed: string[] = [];
    home.on('removed', (order, reason) => removed.push(`${order.order.nonce} ${reason}`));
    const short = offer({ expiry: BigInt(now + 60) });
    const long = offer({ expiry: BigInt(now + 100_000), slot: Slot.of(now) + 20n });
    await a.publish(short);
    await a.publish(long);
    await until('both arrive', () => home.offers().length === 2);
    now += 61;
    await until('one is gone', () => a.offers().length === 1 && home.offers().length === 1);
    expect(removed).toEqual([`${short.order.nonce} expired`]);
    // The hour of delivery has begun, although the offer would live on.
    now = Slot.start(long.order.slot);
    await until('all are gone', () => a.offers().length === 0 && home.offers().length === 0);
    await expect(home.publish(short)).rejects.toThrow('expired');
  });
});

describe('a relay with files', () => {
  it('keeps offers, withdrawals and its identity over a restart, and drops what ended meanwhile', async () => {
    const dir = folder();
    const files = { key: join(dir, 'keys', 'relay.key'), data: join(dir, 'relay.db') };
    let now = Math.floor(Date.now() / 1000);
    const first = await relay({ ...files, now: () => now });
    const [kept, ended, withdrawn] = [offer(), offer({ expiry: BigInt(now + 5) }), offer()];
    for (const one of [kept, ended, withdrawn]) await first.publish(one);
    await first.publish(cancellation(withdrawn.order));
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
    await first.close();
    now += 10;
    const second = await relay({ ...files, now: () => now });
    expect(second.peerId).toBe(first.peerId);
    expect(second.offers().map(({ order }) => order)).toEqual([kept.order]);
    await expect(second.publish(withdrawn)).rejects.toThrow('withdrawn');
  });

  it('refuses a second relay on the same database, and moves a broken one aside', async () => {
    const data = join(folder(), 'relay.db');
    const first = await relay({ data });
    await expect(relay({ data })).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('Another relay'),
    });
    await first.close();
    writeFileSync(data, 'this is no database, whatever it once was'.repeat(200));
    const lines: string[] = [];
    const second = await relay({ data, log: (line) => lines.push(line) });
    await second.publish(offer());
    expect(lines.join()).toContain('.broken-');
  });

  it('refuses a key file that others may read, or that holds no key', async () => {
    const key = join(folder(), 'relay.key');
    await (await relay({ key })).close();
    const good = readFileSync(key, 'utf8');
    writeFileSync(key, 'nonsense');
    await expect(relay({ key })).rejects.toMatchObject({ code: 'bad-key-file' });
    const { chmodSync } = await import('node:fs');
    writeFileSync(key, good);
    chmodSync(key, 0o644);
    await expect(relay({ key })).rejects.toThrow(`chmod 600 ${key}`);
  });
});

describe('what the chain says', () => {
  it('keeps strangers, revoked makers, other cells and withdrawn nonces out', async () => {
    const chain = registry({
      [addressOf('home-h01')]: {},
      [addressOf('home-h02')]: { mayOffer: false },
      [addressOf('home-h03')]: { cell: OTHER_CELL },
      [addressOf('home-h04')]: { nonceFloor: 1_000_000n },
    });
    const a = await relay({ chain });
    const home = await client([wsOf(a)]);
    await until('connected', () => home.peers().length === 1);
    const good = offer();
    for (const by of ['home-h02', 'home-h03', 'home-h04', 'home-h05']) await home.publish(offer({}, { by }));
    await home.publish(good);
    await until('the good one is kept', () => a.offers().length === 1);
    const { counters } = a.status();
    await until('all were judged', () => counters.total('messages_total') + counters.total('sync_messages_total') >= 5);
    expect(a.offers()[0]!.order).toEqual(good.order);
    // Not one of them is provably bad.
    expect(a.status()).toMatchObject({ bans: 0, peers: [{ points: 0 }] });
  });

  it('ignores while the chain does not answer, and takes what the next sync brings', async () => {
    const chain = registry({ [addressOf('home-h01')]: {} });
    chain.down = true;
    const a = await relay({ chain });
    const home = await client([wsOf(a)]);
    let one = offer();
    await until('gossip flows', async () => {
      one = offer();
      return (await home.publish(one)).recipients;
    });
    await until('it was judged', () => a.status().chainFailures > 0);
    expect(a.offers()).toEqual([]);
    chain.down = false;
    // Gossip has seen it and brings it no more; a neighbour who holds it and dials in does.
    const neighbour = await client([wsOf(a)]);
    await neighbour.publish(one);
    // What was not judged for want of the chain is asked for again after ten seconds.
    await until('it is kept', () => a.offers().some(({ order }) => order.nonce === one.order.nonce), 40_000);
  }, 60_000);
});
