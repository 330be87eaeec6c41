import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { Checkpoint, Envelope } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { createCheckpoints } from './checkpoints.ts';
import { createNode } from './gossip/node.ts';
import { createGuard } from './guard/guard.ts';
import { CHECKPOINTS } from './limits.ts';
import { sha256 } from './native.ts';
import { after, CHAIN_ID, CONTRACT, offer, relay, tcpOf, until } from './test/kit.ts';

type Author = (change?: Partial<Checkpoint.Checkpoint>) => Uint8Array;

/** An indexer: signs what it is told to. */
function author(): Author {
  const key = createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signer = `0x${createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')}`;
  return (change = {}) => {
    const fields = {
      deployer: CONTRACT.split('.')[0]!,
      deployment: '21'.repeat(32),
      height: 100,
      hash: `0x${'32'.repeat(32)}`,
      digest: '43'.repeat(32),
      signer,
      ...change,
    };
    const signature = `0x${sign(null, Buffer.from(Checkpoint.statementOf(fields)), key).toString('hex')}`;
    return Envelope.encode(Checkpoint.envelopeOf({ signature, ...fields, ...change }));
  };
}

/** With a clock that stands still, and rates that a test can exceed by itself. */
function heard(rates = { perAuthor: { perSecond: 1, burst: 1e6 }, perPeer: { perSecond: 1, burst: 1e6 } }) {
  const time = { now: 1_789_000_000 };
  const checkpoints = createCheckpoints({ chainId: CHAIN_ID, contract: CONTRACT, now: () => time.now, rates });
  return { ...checkpoints, time, heights: () => checkpoints.list().map(({ height }) => height) };
}

describe('checkpoints of indexers', () => {
  it('are kept as the newest of each key', () => {
    const { take, list, heights, time } = heard();
    const [a, b] = [author(), author()];
    expect(take(a(), 'p')).toEqual({ verdict: 'accept', reason: '' });
    expect(take(b({ height: 90 }), 'p').verdict).toBe('accept');
    expect(list()[0]).toMatchObject({ height: 100, digest: '43'.repeat(32), receivedAt: time.now });
    for (const old of [a(), a({ height: 99 }), a({ digest: 'ab'.repeat(32) })])
      expect(take(old, 'p')).toMatchObject({ verdict: 'ignore', reason: expect.stringContaining('before') });
    expect(take(a({ height: 101 }), 'p').verdict).toBe('accept');
    expect(heights()).toEqual([90, 101]);
  });

  it('are rejected only when they are provably bad', () => {
    const { take, list } = heard();
    const a = author();
    const bytes = a();
    const { sig, ...rest } = Envelope.decode(bytes);
    for (const bad of [
      new Uint8Array(0),
      new Uint8Array(CHECKPOINTS.maxBytes + 1),
      bytes.subarray(0, bytes.length - 1),
      Envelope.encode(offer()),
      Envelope.encode({ ...rest, sig: sig.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) }),
      a({ signature: `0x${'00'.repeat(64)}` }),
      a({ signer: `0x${'ff'.repeat(32)}` }),
      a({ deployer: 'ST000000000000000000002AMW42H' }),
    ])
      expect(take(bad, 'p').verdict).toBe('reject');
    expect(list()).toEqual([]);
    // Definitions of the views that are not ours are another version's, not a lie.
    expect(take(a({ deployment: 'ab'.repeat(32) }), 'p').verdict).toBe('accept');
  });

  it('come at a bounded rate of each key and each peer, and what is new is kept all the same', () => {
    const { take, heights, time } = heard({
      perAuthor: { perSecond: 1, burst: 2 },
      perPeer: { perSecond: 1, burst: 4 },
    });
    const [a, b] = [author(), author()];
    const verdicts = [1, 2, 3].map((height) => take(a({ height }), 'p').verdict);
    expect(verdicts).toEqual(['accept', 'accept', 'ignore']);
    expect(heights()).toEqual([3]);
    expect(take(b(), 'p').verdict).toBe('accept');
    expect(take(a({ height: 4 }), 'p')).toMatchObject({ verdict: 'ignore', reason: expect.stringContaining('peer') });
    expect(heights()).toEqual([3, 100]);
    time.now += 2;
    expect(take(a({ height: 4 }), 'p').verdict).toBe('accept');
  });

  it('are of a bounded number of keys: new ones take the place of the silent only', () => {
    const { take, list, time } = heard();
    const first = author();
    expect(take(first(), 'p').verdict).toBe('accept');
    for (let i = 1; i < CHECKPOINTS.authors; i++) take(author()(), 'p');
    for (let i = 0; i < 20; i++) expect(take(author()(), 'p').verdict).toBe('ignore');
    expect(list()).toHaveLength(CHECKPOINTS.authors);
    time.now += CHECKPOINTS.silentS - 1;
    expect(take(first({ height: 101 }), 'p').verdict).toBe('accept');
    expect(take(author()(), 'p').verdict).toBe('ignore');
    time.now += 1;
    expect(take(author()({ height: 7 }), 'p').verdict).toBe('accept');
    expect(list()).toHaveLength(CHECKPOINTS.authors);
    expect(list().map(({ height }) => height)).toEqual(expect.arrayContaining([101, 7]));
  });
});

describe('two relays', () => {
  it('pass on what was handed in at one of them', async () => {
    const a = await relay({ httpPort: 0 });
    const b = await relay({ httpPort: 0, bootstrap: [tcpOf(a)] });
    const indexer = author();
    const post = async (body: Uint8Array) => {
      const response = await fetch(`${a.http}/checkpoints`, { method: 'POST', body: Buffer.from(body) });
      return [response.status, await response.text()] as const;
    };
    let height = 0;
    await until('gossip flows', async () => {
      height++;
      await post(author()({ height }));
      return b.checkpoints().length > 0;
    });
    expect(await post(indexer())).toMatchObject([202, expect.stringContaining('accept')]);
    const far = await until('it arrives', () => b.checkpoints().find((one) => one.height === 100));
    const told = await (await fetch(`${b.http}/checkpoints`)).json();
    expect(told).toEqual({ checkpoints: b.checkpoints() });
    expect(Checkpoint.envelopeOf(far)).toEqual(Envelope.decode(indexer()));
    expect((await post(indexer()))[0]).toBe(409);
    expect((await post(indexer({ deployer: 'ST000000000000000000002AMW42H' })))[0]).toBe(400);
    expect(await post(new Uint8Array(1_000_000))).toMatchObject([413, expect.stringContaining('bytes')]);
    expect((await fetch(`${a.http}/checkpoints`, { method: 'PUT' })).status).toBe(405);
    const figures = await (await fetch(`${b.http}/metrics`)).text();
    expect(figures).toContain(`\nwattconnect_checkpoint_authors ${b.checkpoints().length}\n`);
  });

  it('pass no bad one on, and cut off who says many', async () => {
    const a = await relay();
    const b = await relay({ bootstrap: [tcpOf(a)] });
    const { topic } = heard();
    const evil = await createNode({ topics: [topic], transports: [tcp()], guard: createGuard(), hash: sha256 });
    after(() => evil.stop());
    evil.services.pubsub.subscribe(topic);
    await evil.dial(multiaddr(tcpOf(a)));
    await until(
      'both are in',
      () => evil.services.pubsub.getSubscribers(topic).length > 0 && b.status().peers.length > 0,
    );
    for (let i = 0; i < 40; i++)
      await evil.services.pubsub.publish(topic, author()({ signature: `0x${'00'.repeat(64)}` })).catch(() => {});
    await until('it is cut off', () => a.status().bans === 1);
    expect([...a.checkpoints(), ...b.checkpoints()]).toEqual([]);
    expect(b.status().bans).toBe(0);
  });
});
