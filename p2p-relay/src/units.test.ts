import { randomBytes } from 'node:crypto';
import { multiaddr } from '@multiformats/multiaddr';
import { Bytes, DecodeError, Keys, Message, SignatureError } from '@wattconnect/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMakerLookup } from './chain/view.ts';
import { dialable, reachOf } from './discovery.ts';
import { createInbox } from './gossip/inbox.ts';
import { Buckets } from './guard/buckets.ts';
import { createGuard, isPublic } from './guard/guard.ts';
import { BAN_MS, BANS_PER_ADDRESS, MAKER_TTL_MS, MAX_WAITING, PENALTY, QUEUE, SYNC } from './limits.ts';
import { createRecover, sha256 } from './native.ts';
import { Book, type Entry, type StoredOrder } from './orders/book.ts';
import * as Frames from './sync/frames.ts';
import * as Session from './sync/session.ts';
import { addressOf, CELL, CHAIN_ID, cancellation, OTHER_CELL, offer, registry } from './test/kit.ts';

let serial = 0;
function entry(change: Partial<Message.Order> = {}, id = (++serial).toString(16).padStart(64, '0')): StoredOrder {
  const { order, cv, sig } = offer(change);
  return { id, kind: 'offer', order, cv, sig, receivedAt: 0 };
}
function withdrawal({ order }: StoredOrder, id = (++serial).toString(16).padStart(64, '0')): Entry {
  const { maker, cell, nonce, expiry } = order;
  const { cv, sig } = cancellation(order);
  return { id, kind: 'cancel', cancellation: { maker, cell, nonce, expiry }, cv, sig, receivedAt: 0 };
}

describe('the book', () => {
  it('holds the same whatever the order of what comes', () => {
    const orders = [1n, 1n, 2n, 3n].map((nonce) => entry({ nonce }));
    const all: Entry[] = [...orders, withdrawal(orders[2]!), withdrawal(orders[2]!)];
    const full = (shuffled: Entry[]) => {
      const book = new Book();
      for (const one of shuffled) book.add(one);
      return book;
    };
    const expected = full(all);
    expect(expected.orders().map(({ id }) => id)).toEqual([orders[0]!.id, orders[3]!.id]);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        const book = full(shuffled);
        expect(book.ids(new Set([CELL]))).toEqual(expected.ids(new Set([CELL])));
        expect(book.digest(new Set([CELL]))).toEqual(expected.digest(new Set([CELL])));
      }),
    );
  });

  it('says why it does not take an entry', () => {
    const book = new Book({ total: 3, perMaker: 2 });
    const first = entry();
    expect(book.add(first)).toBe('added');
    expect(book.add(first)).toBe('known');
    expect(book.add(entry({ nonce: first.order.nonce }))).toBe('nonce-taken');
    expect(book.add(entry())).toBe('added');
    expect(book.add(entry())).toBe('maker-full');
    expect(book.add(entry({ maker: addressOf('home-h02') }))).toBe('added');
    expect(book.add(entry({ maker: addressOf('home-h03') }))).toBe('full');
    // A withdrawal takes the place of its order, also where there is no room.
    expect(book.add(withdrawal(first))).toBe('added');
    expect(book.add(first)).toBe('withdrawn');
    expect(book.size).toBe(3);
  });

  it('tells of every change, and forgets counts with their entries', () => {
    const book = new Book({ perMaker: 1 });
    const told: string[] = [];
    const stop = book.listen({
      added: ({ id }) => told.push(`+${id}`),
      removed: ({ id }, why) => told.push(`-${id} ${why}`),
    });
    const [small, large] = [entry({ nonce: 77n }, 'a'.repeat(64)), entry({ nonce: 77n }, 'b'.repeat(64))];
    for (const one of [large, small]) book.add(one);
    expect(book.keep(() => false)).toBe(1);
    expect(book.sweep(0)).toBe(0);
    expect(book.add(small)).toBe('added');
    expect(book.sweep(Number(small.order.expiry))).toBe(1);
    stop();
    book.add(small);
    expect(told).toEqual([
      `+${large.id}`,
      `-${large.id} replaced`,
      `+${small.id}`,
      `-${small.id} refused by the chain`,
      `+${small.id}`,
      `-${small.id} expired`,
    ]);
  });
});

describe('rates', () => {
  it('fill again with time, up to the burst, for each key by itself', () => {
    let now = 0;
    const buckets = new Buckets({ perSecond: 2, burst: 3 }, 10, () => now);
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([true, true, true, false]);
    expect([buckets.has('a'), buckets.take('b')]).toEqual([false, true]);
    now = 500;
    expect([buckets.take('a'), buckets.take('a')]).toEqual([true, false]);
    now = 1_000_000;
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([true, true, true, false]);
  });

  it('remember a bounded number of keys', () => {
    const buckets = new Buckets({ perSecond: 1, burst: 1 }, 100);
    for (let i = 0; i < 1000; i++) buckets.take(`${i}`);
    expect(buckets.size).toBe(100);
  });
});

describe('the guard', () => {
  it('bans at the limit, forgives with time, and doubles', () => {
    let now = 0;
    const banned: string[] = [];
    const guard = createGuard({ now: () => now, onBan: (peer) => banned.push(peer) });
    for (let i = 0; i < 7; i++) guard.penalise('p', PENALTY.reject, 'bad');
    expect(guard.isBanned('p')).toBe(false);
    now += 100_000;
    guard.penalise('p', PENALTY.reject, 'bad');
    expect(guard.isBanned('p')).toBe(false);
    for (let i = 0; i < 8; i++) guard.penalise('p', PENALTY.reject, 'bad');
    expect(guard.isBanned('p')).toBe(true);
    now += BAN_MS.first + 1;
    expect(guard.isBanned('p')).toBe(false);
    guard.ban('p', 'again');
    now += BAN_MS.first + 1;
    expect(guard.isBanned('p')).toBe(true);
    expect(banned).toEqual(['p', 'p']);
  });

  it('bans a public address that many banned peers came from, and never a private one', () => {
    const guard = createGuard();
    for (let i = 0; i < BANS_PER_ADDRESS; i++) {
      expect(guard.isAddressBanned('203.0.113.9')).toBe(false);
      guard.ban(`a${i}`, 'bad', '203.0.113.9');
      guard.ban(`b${i}`, 'bad', '192.168.1.9');
    }
    expect(guard.isAddressBanned('203.0.113.9')).toBe(true);
    expect(guard.isAddressBanned('192.168.1.9')).toBe(false);
  });

  it.each([
    ['8.8.8.8', true],
    ['::ffff:8.8.8.8', true],
    ['2606:4700::1111', true],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['100.64.0.1', false],
    ['169.254.1.1', false],
    ['127.0.0.1', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd00::1', false],
  ])('knows that %s is public: %s', (address, expected) => expect(isPublic(address)).toBe(expected));
});

describe('the queue', () => {
  it('takes turns between peers, within its bounds', async () => {
    const done: string[] = [];
    const inbox = createInbox<number>((peer, item) => {
      // The first item holds the queue up until all others are in.
      if (item === 0)
        for (let i = 1; i <= QUEUE.perPeer + 5; i++) {
          inbox.push('loud', i);
          if (i <= 3) inbox.push('quiet', i);
        }
      else done.push(`${peer} ${item}`);
    });
    inbox.push('loud', 0);
    await expect.poll(() => inbox.size).toBe(0);
    expect(done.slice(0, 6)).toEqual(['loud 1', 'quiet 1', 'loud 2', 'quiet 2', 'loud 3', 'quiet 3']);
    expect(done.filter((one) => one.startsWith('loud')).length).toBe(QUEUE.perPeer);
  });
});

describe('frames of sync', () => {
  const ids = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(Bytes.toHex), { maxLength: 20 });
  const cells = fc.subarray([CELL, OTHER_CELL]);
  const frame: fc.Arbitrary<Frames.Frame> = fc.oneof(
    fc.record({
      type: fc.constant('hello' as const),
      chainId: fc.nat(0xffffffff),
      contractHash: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(Bytes.toHex),
      cells,
    }),
    fc.record({
      type: fc.constant('welcome' as const),
      cells,
      digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      count: fc.nat(0xffffffff),
      addresses: fc.array(
        fc.string({ maxLength: 60 }).filter((text) => text.isWellFormed()),
        { maxLength: SYNC.maxAddresses },
      ),
    }),
    fc.record({ type: fc.constantFrom('list' as const, 'done' as const) }),
    fc.record({ type: fc.constant('ids' as const), last: fc.boolean(), ids }),
    fc.record({ type: fc.constant('want' as const), ids }),
    fc.record({
      type: fc.constant('envelopes' as const),
      envelopes: fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 5 }),
    }),
  );

  it('are read as they were written', () => {
    fc.assert(
      fc.property(frame, (one) => {
        expect(Frames.decode(Frames.encode(one))).toEqual(one);
      }),
    );
  });

  it('are the only ones read: every accepted byte string is written the same, the rest refused', () => {
    const read = (bytes: Uint8Array) => {
      try {
        expect(Frames.encode(Frames.decode(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), read), { numRuns: 500 });
    fc.assert(
      fc.property(frame, fc.nat(), fc.nat(255), (one, at, byte) => {
        const bytes = Frames.encode(one);
        bytes[at % bytes.length] = byte;
        read(bytes);
        read(bytes.subarray(0, at % bytes.length));
      }),
      { numRuns: 500 },
    );
  });

  it('are bounded', () => {
    const many = (count: number) => Array.from({ length: count }, () => 'ab'.repeat(32));
    expect(() => Frames.decode(Frames.encode({ type: 'want', ids: many(SYNC.envelopesPerFrame + 1) }))).toThrow(
      DecodeError,
    );
    expect(() => Frames.decode(Frames.encode({ type: 'ids', last: true, ids: many(SYNC.idsPerFrame + 1) }))).toThrow(
      DecodeError,
    );
    expect(() => Frames.decode(new Uint8Array(SYNC.maxFrameBytes + 1).fill(6))).toThrow(DecodeError);
    const envelopes = Array.from({ length: SYNC.envelopesPerFrame + 1 }, () => new Uint8Array(1));
    expect(() => Frames.decode(Frames.encode({ type: 'envelopes', envelopes }))).toThrow(DecodeError);
  });
});

describe('a sync session', () => {
  /** Both ends of a stream in memory. */
  function pair(): [Session.Channel, Session.Channel] {
    const queues: [Uint8Array[], Uint8Array[]] = [[], []];
    const wake: [() => void, () => void] = [() => {}, () => {}];
    const end = (mine: 0 | 1): Session.Channel => ({
      async read() {
        for (;;) {
          const next = queues[mine].shift();
          if (next) return Frames.decode(next);
          await new Promise<void>((resolve) => {
            wake[mine] = resolve;
          });
        }
      },
      async write(one) {
        const other = mine === 0 ? 1 : 0;
        queues[other].push(Frames.encode(one));
        wake[other]();
      },
    });
    return [end(0), end(1)];
  }
  function stock(entries: Entry[], cells = [CELL]): Session.Stock & { taken: Uint8Array[] } {
    const book = new Book();
    for (const one of entries) book.add(one);
    const taken: Uint8Array[] = [];
    return {
      chainId: CHAIN_ID,
      contractHash: '01020304',
      cells: new Set(cells),
      book,
      taken,
      bytesOf: (id) => (book.has(id) ? Bytes.fromHex(id) : undefined),
      take: async (envelopes) => {
        taken.push(...envelopes);
        return envelopes.length;
      },
      refused: () => false,
      addresses: async () => ['/ip4/192.0.2.1/tcp/1'],
    };
  }
  async function exchange(dialler: Session.Stock, listener: Session.Stock) {
    const [a, b] = pair();
    const [outcome] = await Promise.all([Session.dial(a, dialler), Session.serve(b, listener)]);
    return outcome;
  }

  it('brings each side what it lacks, and nothing else', async () => {
    const [both, mine, theirs, far] = [entry(), entry(), entry(), entry({ cell: OTHER_CELL })];
    const a = stock([both, mine], [CELL, OTHER_CELL]);
    const b = stock([both, theirs, far]);
    expect(await exchange(a, b)).toEqual({ pulled: 1, pushed: 1, same: false, addresses: ['/ip4/192.0.2.1/tcp/1'] });
    expect(a.taken.map(Bytes.toHex)).toEqual([theirs.id]);
    expect(b.taken.map(Bytes.toHex)).toEqual([mine.id]);
  });

  it('ends after two frames when both hold the same', async () => {
    const one = entry();
    expect(await exchange(stock([one]), stock([one]))).toMatchObject({ same: true, pulled: 0, pushed: 0 });
    expect(await exchange(stock([]), stock([]))).toMatchObject({ same: true });
  });

  it('pages what does not fit into a frame', async () => {
    const many = Array.from({ length: SYNC.idsPerFrame + 10 }, (_, i) =>
      entry({ maker: addressOf(`home-h${i % 20}`) }),
    );
    const a = stock([]);
    expect(await exchange(a, stock(many))).toMatchObject({ pulled: many.length });
    const b = stock([]);
    expect(await exchange(stock(many), b)).toMatchObject({ pushed: many.length });
    expect(b.taken.length).toBe(many.length);
  });

  it('does not ask again for what was refused', async () => {
    const one = entry();
    const a = { ...stock([]), refused: (id: string) => id === one.id };
    expect(await exchange(a, stock([one]))).toMatchObject({ pulled: 0 });
  });

  it('ends when the other side follows another contract or answers out of turn', async () => {
    const [a, b] = pair();
    void Session.dial(a, { ...stock([]), contractHash: 'ffffffff' }).catch(() => {});
    await expect(Session.serve(b, stock([]))).rejects.toMatchObject({ code: 'protocol' });

    for (const reply of [
      { type: 'done' },
      { type: 'welcome', cells: [OTHER_CELL], digest: new Uint8Array(32), count: 0, addresses: [] },
    ] as Frames.Frame[]) {
      const [c, d] = pair();
      await d.write(reply);
      await expect(Session.dial(c, stock([]))).rejects.toMatchObject({ code: 'protocol' });
    }
    const [e, f] = pair();
    await f.write({ type: 'welcome', cells: [CELL], digest: new Uint8Array(32), count: 9, addresses: [] });
    await f.write({ type: 'ids', last: false, ids: [] });
    await expect(Session.dial(e, stock([]))).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('looking up makers', () => {
  it('asks once for all who ask together, and keeps the answer for a while', async () => {
    let now = 0;
    const view = registry({ a: {}, b: { nonceFloor: 7n } });
    const lookup = createMakerLookup(view, () => now);
    const rows = await Promise.all(['a', 'b', 'a', 'c'].map((maker) => lookup.get(maker)));
    expect(rows.map((row) => row?.nonceFloor)).toEqual([0n, 7n, 0n, undefined]);
    expect(view.asked).toEqual([['a', 'b', 'c']]);
    expect([lookup.isKnown('a'), lookup.isKnown('c')]).toEqual([true, false]);
    now = MAKER_TTL_MS.unknown;
    await Promise.all(['a', 'b', 'c'].map((maker) => lookup.get(maker)));
    expect(view.asked).toEqual([['a', 'b', 'c'], ['c']]);
    now = MAKER_TTL_MS.known;
    await lookup.get('a');
    expect(view.asked.length).toBe(3);
  });

  it('does not take silence for an answer', async () => {
    let now = 0;
    const view = registry({ a: {} });
    const lookup = createMakerLookup(view, () => now);
    view.down = true;
    expect(await lookup.get('a')).toBeUndefined();
    expect((await lookup.refresh(['a'])).size).toBe(0);
    expect(lookup.failures).toBe(2);
    view.down = false;
    expect(await lookup.get('a')).toMatchObject({ mayOffer: true });
    expect((await lookup.refresh(['a', 'z'])).get('z')).toBeUndefined();
    // What it knew before still counts when the chain falls silent, but not for ever.
    view.down = true;
    now = MAKER_TTL_MS.silent - 1;
    expect(await lookup.get('a')).toMatchObject({ mayOffer: true });
    expect(await lookup.get('z')).toBeUndefined();
    now = MAKER_TTL_MS.silent;
    expect(await lookup.get('a')).toBeUndefined();
  });

  it('lets a bounded number wait', async () => {
    let open = () => {};
    const lookup = createMakerLookup({
      makers: () =>
        new Promise((resolve) => {
          open = () => resolve(new Map());
        }),
    });
    const waiting = Array.from({ length: MAX_WAITING }, (_, i) => lookup.get(`m${i % 40}`));
    expect(lookup.get('one more')).toBeUndefined();
    await Promise.resolve();
    open();
    expect(await Promise.all(waiting)).toContain(undefined);
    lookup.close();
    expect(lookup.get('after')).toBeUndefined();
  });
});

describe('native signatures', () => {
  const { name, recover } = createRecover('testnet');

  it('agree with the portable ones, in what they accept and what they refuse', () => {
    const built = ['linux-x64', 'darwin-arm64', 'win32-x64'].includes(`${process.platform}-${process.arch}`);
    expect(name).toBe(built ? 'native' : 'noble');
    const curve = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const word = (value: bigint) => Bytes.fromHex(value.toString(16).padStart(64, '0'));
    const both = (digest: Uint8Array, signature: Uint8Array) => {
      const result = (run: () => string) => {
        try {
          return run();
        } catch (error) {
          expect(error).toBeInstanceOf(SignatureError);
          return 'refused';
        }
      };
      const portable = result(() => Message.recover(digest, signature, 'testnet'));
      expect(result(() => recover(digest, signature))).toBe(portable);
      return portable;
    };
    for (let i = 0; i < 30; i++) {
      const { cv, sig, order } = offer({}, { by: `home-h${i}` });
      const digest = Message.hash(
        { chainId: CHAIN_ID, contract: `${addressOf('deployer')}.marketplace`, purpose: 'offer' },
        cv,
      );
      expect(both(digest, sig)).toBe(order.maker);
      for (const recovery of [0, 1, 2, 3, 4]) both(digest, Uint8Array.of(...sig.subarray(0, 64), recovery));
      both(digest, randomBytes(65));
      both(randomBytes(32), sig);
    }
    const digest = randomBytes(32);
    for (const r of [0n, 1n, curve - 1n, curve, (1n << 256n) - 1n])
      for (const s of [0n, 1n, curve / 2n, curve / 2n + 1n, curve])
        for (const recovery of [0, 1, 2, 3]) both(digest, Bytes.concat(word(r), word(s), Uint8Array.of(recovery)));
  });

  it('hash alike', () => {
    const { cv } = offer();
    expect(Bytes.toHex(sha256(Bytes.fromHex('616263')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(sha256(cv)).toBeInstanceOf(Uint8Array);
  });

  it('name the address of the network', () => {
    const key = Keys.development('home-h01');
    const message = Bytes.fromHex('00');
    const domain = { chainId: 1, contract: `${Keys.address(key, 'mainnet')}.marketplace`, purpose: 'offer' as const };
    const { recover: onMainnet } = createRecover('mainnet');
    expect(onMainnet(Message.hash(domain, message), Message.sign(domain, message, key))).toBe(
      Keys.address(key, 'mainnet'),
    );
  });
});

describe('addresses that others tell of', () => {
  const peer = '12D3KooWGRUVh8Zz6CHWnhBBWBfNBrVJkXwqEfZK8XvTPqTbz7Vj';
  const from = (address: string) => ({ remoteAddr: multiaddr(address) });
  const all = [
    `/ip4/127.0.0.1/tcp/1/p2p/${peer}`,
    `/ip4/192.168.1.5/tcp/1/p2p/${peer}`,
    `/ip4/8.8.8.8/tcp/1/ws/p2p/${peer}`,
    '/ip4/8.8.8.8/tcp/1',
    `/ip4/8.8.8.8/tcp/1/p2p/${peer}/p2p-circuit`,
    `/dns4/localhost/tcp/1/p2p/${peer}`,
    'nonsense',
  ];
  it('are dialled only when they reach as far as who told', () => {
    expect(dialable(all, from('/ip4/127.0.0.1/tcp/9'))).toEqual(all.slice(0, 3));
    expect(dialable(all, from('/ip4/192.168.1.1/tcp/9'))).toEqual(all.slice(1, 3));
    expect(dialable(all, from('/ip4/1.1.1.1/tcp/9'))).toEqual(all.slice(2, 3));
    expect(dialable(all, from('/dns4/example.org/tcp/9'))).toEqual([]);
    expect(reachOf(multiaddr('/ip6/::1/tcp/1'))).toBe(0);
  });
});
