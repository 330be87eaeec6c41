import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { tcp } from '@libp2p/tcp';
import { lpStream } from '@libp2p/utils';
import { webSockets } from '@libp2p/websockets';
import { multiaddr } from '@multiformats/multiaddr';
import { Envelope, Keys, Message } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { SYNC_PROTOCOL, topicsOf } from './gossip/core.ts';
import { createNode, type GossipNode } from './gossip/node.ts';
import { createGuard } from './guard/guard.ts';
import { MAX_GOSSIP_FRAME_BYTES, PENALTY, SYNC } from './limits.ts';
import { sha256 } from './native.ts';
import type { Relay } from './relay.ts';
import * as Frames from './sync/frames.ts';
import {
  after,
  CELL,
  CHAIN_ID,
  CONTRACT,
  client,
  offer,
  relay,
  type Signed,
  sleep,
  tcpOf,
  until,
  wsOf,
} from './test/kit.ts';

const TOPIC = [...topicsOf(CHAIN_ID, CONTRACT, [CELL])].find(([, { what }]) => what === 'offers')![0];

/** A node that speaks the protocols and keeps no rule. */
async function attacker(privateKey?: Parameters<typeof createNode>[0]['privateKey']): Promise<GossipNode> {
  const node = await createNode({
    topics: [TOPIC, '/elsewhere'],
    transports: [tcp(), webSockets()],
    guard: createGuard(),
    hash: sha256,
    ...(privateKey ? { privateKey } : {}),
  });
  after(() => node.stop());
  return node;
}

async function join(node: GossipNode, target: Relay): Promise<void> {
  node.services.pubsub.subscribe(TOPIC);
  await node.dial(multiaddr(tcpOf(target)));
  await until('the attacker is in', () => node.services.pubsub.getSubscribers(TOPIC).length > 0);
}

const say = (node: GossipNode, bytes: Uint8Array, topic = TOPIC) => node.services.pubsub.publish(topic, bytes);

/** The neighbourhood still works: an honest client's offer reaches the relay. */
async function stillWorks(target: Relay): Promise<void> {
  const home = await client([wsOf(target)]);
  const { id } = await home.publish(offer({}, { by: 'home-h16' }));
  await until('an honest offer arrives', () => target.offers().some((one) => one.id === id));
  if (target.http) expect((await fetch(`${target.http}/health`)).status).toBe(200);
}

const spoilt = ({ kind, cv, sig }: Signed) => {
  const bad = sig.slice();
  bad[10]! ^= 1;
  return Envelope.encode({ kind, cv, sig: bad });
};

describe('provably bad messages', () => {
  it('are passed on to nobody, and cut their sender off for good', async () => {
    const a = await relay();
    const b = await relay({ bootstrap: [tcpOf(a)] });
    const evil = await attacker();
    await until('relays connected', () => b.status().peers.length === 1);
    await join(evil, a);
    const started = performance.now();
    for (let i = 0; i < 40; i++) await say(evil, spoilt(offer()));
    await until('it is cut off', () => a.status().bans === 1);
    await until('it is disconnected', () => evil.getConnections().length === 0);
    expect(performance.now() - started).toBeLessThan(3000);
    expect([...a.offers(), ...b.offers()]).toEqual([]);
    // Coming back does not help: the handshake ends before anything can be said.
    await evil.dial(multiaddr(tcpOf(a))).catch(() => {});
    await evil.dial(multiaddr(wsOf(a))).catch(() => {});
    await sleep(300);
    expect(a.status().peers.every(({ id }) => id !== evil.peerId.toString())).toBe(true);
    // The neighbour relay, who passed on nothing bad, is not blamed.
    expect(a.status().peers).toMatchObject([{ id: b.peerId, points: 0 }]);
    await stillWorks(a);
  });

  const key = Keys.development('home-h01');
  const good = offer();
  const resigned = (cv: Uint8Array) =>
    Envelope.encode({
      kind: 'offer',
      cv,
      sig: Message.sign({ chainId: CHAIN_ID, contract: CONTRACT, purpose: 'offer' }, cv, key),
    });
  const bad: [string, () => Uint8Array][] = [
    ['a changed signature', () => spoilt(offer())],
    ["another's signature", () => Envelope.encode({ ...offer(), sig: offer({}, { by: 'home-h02' }).sig })],
    ['a signature for another chain', () => Envelope.encode(offer({}, { domain: { chainId: 1 } }))],
    ['a signature for another contract', () => Envelope.encode(offer({}, { domain: { contract: `${CONTRACT}-2` } }))],
    ['a signature for another purpose', () => Envelope.encode({ ...offer({}, { kind: 'bid' }), kind: 'offer' })],
    ['a bid on the topic of offers', () => Envelope.encode(offer({}, { kind: 'bid' }))],
    ['a kind that does not belong here', () => Envelope.encode({ ...offer(), kind: 'telemetry' })],
    ['random bytes', () => randomBytes(300)],
    ['nothing', () => new Uint8Array(1)],
    ['a byte too many', () => Uint8Array.of(...Envelope.encode(offer()), 0)],
    ['an oversized message', () => Envelope.encode({ ...good, cv: new Uint8Array(5000) })],
    ['an amount of nothing', () => resigned(Message.encodeOrder({ ...good.order, wh: 0n }))],
    ["another cell's order", () => Envelope.encode(offer({ cell: CELL ^ (1n << 26n) }))],
  ];
  it.each(bad)('are rejected: %s', async (_, make) => {
    const a = await relay();
    const evil = await attacker();
    await join(evil, a);
    await say(evil, make());
    await until('it was judged', () => a.status().counters.total('messages_total') === 1);
    expect([...a.status().counters.series()].filter(([name]) => name === 'messages_total')[0]![1]).toContain(
      'verdict="reject"',
    );
    expect(a.status().peers[0]!.points).toBeGreaterThan(PENALTY.reject - 1);
    expect(a.offers()).toEqual([]);
  });

  it('do not keep the honest message out that they are a spoilt copy of', async () => {
    const a = await relay();
    const evil = await attacker();
    const home = await client([wsOf(a)]);
    await join(evil, a);
    await until('home is in', () => a.status().peers.length === 2);
    for (let i = 0; i < 5; i++) {
      const one = offer();
      await say(evil, spoilt(one));
      await home.publish(one);
    }
    await until('all honest ones are there', () => a.offers().length === 5);
    expect(a.status().peers.find(({ id }) => id !== evil.peerId.toString())?.points).toBe(0);
  });
});

describe('floods', () => {
  it("of one maker end at his rate, and nobody else's suffers", async () => {
    const a = await relay();
    const evil = await attacker();
    await join(evil, a);
    for (let i = 0; i < 200; i++) await say(evil, Envelope.encode(offer({}, { by: 'home-h07' })));
    await until('all were judged', () => a.status().counters.total('messages_total') === 200);
    expect(a.offers().length).toBeGreaterThanOrEqual(60);
    expect(a.offers().length).toBeLessThan(80);
    expect(a.status().bans).toBe(0);
    await stillWorks(a);
  });

  it('of strangers cost a bounded number of signature checks', async () => {
    const a = await relay({ chain: { makers: async () => new Map() } });
    const evil = await attacker();
    await join(evil, a);
    for (let i = 0; i < 200; i++) await say(evil, Envelope.encode(offer({}, { by: `buyer-${i}` })));
    await until('all were judged', () => a.status().counters.total('messages_total') === 200);
    const unchecked = [...a.status().counters.series()].find(([, labels]) => labels.includes('of strangers'))?.[2] ?? 0;
    expect(unchecked).toBeGreaterThan(100);
    expect(a.offers()).toEqual([]);
  });

  it('in the name of another do not use up his rate', async () => {
    const a = await relay();
    const evil = await attacker();
    await join(evil, a);
    for (let i = 0; i < 7; i++) await say(evil, spoilt(offer({}, { by: 'home-h08' })));
    const home = await client([wsOf(a)]);
    for (let i = 0; i < 60; i++) await home.publish(offer({}, { by: 'home-h08' }));
    await until('all his own are there', () => a.offers().length === 60);
  });
});

describe('garbage into every port', () => {
  it('over WebSocket, by a peer whose gossip is bad, ends the connection itself', async () => {
    const a = await relay();
    const evil = await attacker();
    evil.services.pubsub.subscribe(TOPIC);
    await evil.dial(multiaddr(wsOf(a)));
    await until('the attacker is in', () => evil.services.pubsub.getSubscribers(TOPIC).length > 0);
    for (let i = 0; i < 40; i++) await say(evil, spoilt(offer()));
    await until('the socket is closed', () => evil.getConnections().length === 0, 5000);
    expect(a.status().bans).toBe(1);
  });

  it('that never comes does not hold a connection open', { timeout: 15_000 }, async () => {
    const a = await relay({ httpPort: 0 });
    const { tcp, ws, http } = ports(a);
    const started = performance.now();
    await Promise.all(
      [tcp, ws, http].map(
        (port) =>
          new Promise((resolve) => {
            const socket = connect(port, '127.0.0.1');
            if (port === http) socket.write('GET / HT');
            socket.on('close', resolve);
            socket.on('error', () => {});
            socket.resume();
          }),
      ),
    );
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  const ports = (target: Relay) => ({
    tcp: Number(/tcp\/(\d+)/.exec(tcpOf(target))![1]),
    ws: Number(/tcp\/(\d+)/.exec(wsOf(target))![1]),
    http: Number(new URL(target.http!).port),
  });

  function throwAt(port: number, bytes: Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (data) => {
        answer += data.toString('latin1');
      });
      socket.on('error', () => resolve(answer));
      socket.on('close', () => resolve(answer));
      setTimeout(() => {
        socket.destroy();
        resolve(answer);
      }, 300);
    });
  }

  it('leaves the relay alive and at work', async () => {
    const a = await relay({ httpPort: 0 });
    const { tcp, ws, http } = ports(a);
    const text = (lines: string) => Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1');
    const upgrade =
      'GET / HTTP/1.1\nHost: x\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n';
    const noise: Uint8Array[] = [
      new Uint8Array(0),
      randomBytes(1),
      randomBytes(64 * 1024),
      Buffer.from('\x13/multistream/1.0.0\n', 'latin1'),
      Buffer.concat([Buffer.from('\x13/multistream/1.0.0\n\x07/noise\n', 'latin1'), randomBytes(5000)]),
      Buffer.from('\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f', 'latin1'),
      text('GET / HTTP/1.1\nHost: x\n\n'),
      text(`GET /${'a'.repeat(20_000)} HTTP/1.1\nHost: x\n\n`),
      text(`GET / HTTP/1.1\nHost: x\n${'x: y\n'.repeat(5000)}\n`),
      text('POST /offers HTTP/1.1\nHost: x\nContent-Length: 99999999999\n\nx'),
      text('GET http://[ HTTP/1.1\nHost: x\n\n'),
      text('GET //[ HTTP/1.1\nHost: x\n\n'),
      text('BREW / HTTP/9.9\n\n'),
      Buffer.concat([text(upgrade), randomBytes(3000)]),
      // A frame of a browser that says it is 2^62 bytes long, and one in fragments without an end.
      Buffer.concat([text(upgrade), Buffer.from([0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5])]),
      Buffer.concat([text(upgrade), Buffer.from([0x02, 0x81, 1, 2, 3, 4, 5, 0x00, 0x81, 1, 2, 3, 4, 5])]),
    ];
    for (const port of [tcp, ws, http]) {
      await Promise.all(noise.map((bytes) => throwAt(port, bytes)));
      await Promise.all(
        Array.from({ length: 20 }, () => throwAt(port, randomBytes(1 + Math.floor(Math.random() * 2000)))),
      );
    }
    expect(await throwAt(http, text('GET //[ HTTP/1.1\nHost: x\n\n'))).toMatch(/^HTTP\/1.1 400 /);
    expect(await throwAt(http, text('BREW / HTTP/9.9\n\n'))).toMatch(/^HTTP\/1.1 400 /);
    await stillWorks(a);
  });

  it('inside of an accepted connection leaves it alive, too', async () => {
    const a = await relay({ httpPort: 0 });
    for (const protocol of ['/meshsub/1.2.0', '/meshsub/1.1.0', SYNC_PROTOCOL, '/ipfs/ping/1.0.0', '/ipfs/id/1.0.0']) {
      for (const bytes of [
        randomBytes(10),
        randomBytes(50_000),
        Buffer.from('ffffffffffffffff7f', 'hex'),
        Buffer.from('00'.repeat(1000), 'hex'),
        // A length just over the limit of a gossip frame, and what follows.
        Buffer.concat([Buffer.from([0x81, 0x80, 0x40]), randomBytes(MAX_GOSSIP_FRAME_BYTES / 8)]),
      ]) {
        const evil = await attacker();
        const connection = await evil.dial(multiaddr(tcpOf(a)));
        const stream = await connection.newStream(protocol).catch(() => undefined);
        try {
          stream?.send(bytes);
        } catch {
          // The relay was faster and has closed the stream.
        }
        await sleep(20);
        await evil.stop();
      }
    }
    await stillWorks(a);
  });

  it('in sync counts against its sender, until he is out', async () => {
    const a = await relay();
    const frames: Uint8Array[] = [
      randomBytes(40),
      Frames.encode({ type: 'list' }),
      Frames.encode({ type: 'envelopes', envelopes: [randomBytes(100)] }),
      Uint8Array.of(9),
      new Uint8Array(0),
    ];
    const evil = await attacker();
    const connection = await evil.dial(multiaddr(tcpOf(a)));
    for (const frame of frames) {
      const stream = await connection.newStream(SYNC_PROTOCOL);
      await lpStream(stream).write(frame);
      await until('the stream ends', () => stream.status !== 'open');
      expect(a.status().peers.length === 1 || frame === frames.at(-1)).toBe(true);
    }
    await until('it is out', () => a.status().bans === 1);
    expect(a.status().peers).toEqual([]);
    await stillWorks(a);
  });

  it('in sync that is forged costs as much as in gossip', async () => {
    const a = await relay();
    const evil = await attacker();
    const connection = await evil.dial(multiaddr(tcpOf(a)));
    const lp = lpStream(await connection.newStream(SYNC_PROTOCOL));
    const write = (frame: Frames.Frame) => lp.write(Frames.encode(frame));
    const contractHash = TOPIC.split('/')[4]!;
    await write({ type: 'hello', chainId: CHAIN_ID, contractHash, cells: [CELL] });
    expect(Frames.decode((await lp.read()).subarray())).toMatchObject({ type: 'welcome', cells: [CELL], count: 0 });
    const envelopes = Array.from({ length: 10 }, () => spoilt(offer()));
    const ids = envelopes.map((bytes) => Buffer.from(sha256(bytes)).toString('hex'));
    await write({ type: 'ids', last: true, ids });
    expect(Frames.decode((await lp.read()).subarray())).toEqual({ type: 'want', ids });
    await write({ type: 'envelopes', envelopes });
    await until('it is out', () => a.status().bans === 1);
    expect(a.offers()).toEqual([]);
  });

  it('asks for more than there is, and is refused', async () => {
    const a = await relay();
    const { id } = await a.publish(offer());
    const evil = await attacker();
    const connection = await evil.dial(multiaddr(tcpOf(a)));
    const lp = lpStream(await connection.newStream(SYNC_PROTOCOL));
    await lp.write(
      Frames.encode({ type: 'hello', chainId: CHAIN_ID, contractHash: TOPIC.split('/')[4]!, cells: [CELL] }),
    );
    await lp.read();
    const want = Frames.encode({ type: 'want', ids: Array.from({ length: SYNC.envelopesPerFrame }, () => id) });
    await lp.write(want);
    expect(Frames.decode((await lp.read()).subarray())).toMatchObject({ type: 'envelopes' });
    await lp.write(want);
    await expect(lp.read()).rejects.toThrow();
    expect(a.status().peers[0]!.points).toBeGreaterThan(PENALTY.protocol - 1);
  });

  it('on topics that nobody follows here is not even looked at', async () => {
    const a = await relay();
    const evil = await attacker();
    evil.services.pubsub.subscribe('/elsewhere');
    await join(evil, a);
    for (let i = 0; i < 50; i++) await say(evil, randomBytes(200), '/elsewhere');
    await say(evil, Envelope.encode(offer()));
    await until('the honest one is there', () => a.offers().length === 1);
    expect(a.status().counters.total('messages_total')).toBe(1);
  });
});
