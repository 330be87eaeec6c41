import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Bytes,
  Cell,
  DecodeError,
  Envelope,
  Fees,
  Keys,
  Limits,
  Matching,
  Merkle,
  Message,
  Settlement,
  SignatureError,
  Slot,
  Topic,
  Trust,
  Units,
  Validate,
} from './index.ts';

type Vector = {
  purpose: Message.Purpose;
  contract: string;
  chainId: number;
  signer: string;
  address: string;
  bytes: string;
  digest: string;
  signature: string;
};
type OrderVector = Vector & { value: Record<keyof Message.Order, string> & { asset: string | null } };
const vectors = JSON.parse(readFileSync(new URL('../vectors/messages.json', import.meta.url), 'utf8')) as {
  orders: OrderVector[];
  productions: (Vector & { kind: string })[];
  consumptions: (Vector & { value: Record<'household' | 'slot' | 'importWh' | 'root' | 'revision', string> })[];
};

const orderOf = ({ value: v }: OrderVector): Message.Order => ({
  maker: v.maker,
  cell: BigInt(v.cell),
  slot: BigInt(v.slot),
  wh: BigInt(v.wh),
  minWh: BigInt(v.minWh),
  price: BigInt(v.price),
  nonce: BigInt(v.nonce),
  expiry: BigInt(v.expiry),
  asset: v.asset,
});
const domainOf = ({ chainId, contract, purpose }: Vector): Message.Domain => ({ chainId, contract, purpose });
const first = vectors.orders[0]!;

const order = fc.record({
  maker: fc.integer({ min: 0, max: 50 }).map((n) => Keys.address(Keys.development(`buyer-${n}`))),
  cell: fc.bigInt(0n, (1n << 64n) - 1n),
  slot: fc.bigInt(0n, 1n << 40n),
  wh: fc.bigInt(0n, Units.MAX_UINT),
  minWh: fc.bigInt(0n, Units.MAX_UINT),
  price: fc.bigInt(0n, Units.MAX_UINT),
  nonce: fc.bigInt(0n, Units.MAX_UINT),
  expiry: fc.bigInt(0n, 1n << 40n),
  asset: fc.constantFrom(
    null,
    'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM.a',
    'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM',
  ),
});

describe('messages', () => {
  it.each(vectors.orders.map((v) => [`${v.purpose} of ${v.signer}`, v] as const))(
    'equal the independent codec and signature: %s',
    (_, v) => {
      const bytes = Message.encodeOrder(orderOf(v));
      expect(Bytes.toHex(bytes)).toBe(v.bytes);
      expect(Message.decodeOrder(bytes)).toEqual(orderOf(v));
      expect(Bytes.toHex(Message.hash(domainOf(v), bytes))).toBe(v.digest);
      expect(Bytes.toHex(Message.sign(domainOf(v), bytes, Keys.development(v.signer)))).toBe(v.signature);
      expect(Message.recover(Bytes.fromHex(v.digest), Bytes.fromHex(v.signature), 'testnet')).toBe(v.address);
    },
  );

  it.each(vectors.productions.map((v) => [v.kind, v] as const))('equal the independent codec: %s', (kind, v) => {
    const bytes = Bytes.fromHex(v.bytes);
    const again =
      kind === 'production'
        ? Message.encodeProduction(Message.decodeProduction(bytes))
        : Message.encodeProductions(Message.decodeProductions(bytes));
    expect(Bytes.toHex(again)).toBe(v.bytes);
    expect(Bytes.toHex(Message.hash(domainOf(v), bytes))).toBe(v.digest);
    expect(Message.recover(Bytes.fromHex(v.digest), Bytes.fromHex(v.signature), 'testnet')).toBe(v.address);
  });

  it.each(vectors.consumptions.map((v) => [v.value.importWh, v] as const))(
    'of what was taken from the grid equal the independent codec and signature: %s Wh',
    (_, v) => {
      const bytes = Message.encodeConsumption({
        household: v.value.household,
        slot: BigInt(v.value.slot),
        importWh: BigInt(v.value.importWh),
        root: Bytes.fromHex(v.value.root),
        revision: BigInt(v.value.revision),
      });
      expect(Bytes.toHex(bytes)).toBe(v.bytes);
      expect(Bytes.toHex(Message.hash(domainOf(v), bytes))).toBe(v.digest);
      expect(Bytes.toHex(Message.sign(domainOf(v), bytes, Keys.development(v.signer)))).toBe(v.signature);
      expect(Message.recover(Bytes.fromHex(v.digest), Bytes.fromHex(v.signature), 'testnet')).toBe(v.address);
      // A report of production has other bytes and another purpose.
      expect(() => Message.decodeProduction(bytes)).toThrow(DecodeError);
    },
  );

  it('decodes what it encodes, for any order', () => {
    fc.assert(
      fc.property(order, (o) => {
        expect(Message.decodeOrder(Message.encodeOrder(o))).toEqual(o);
      }),
    );
  });

  it('has one encoding only: any changed, missing or added byte is another order or none', () => {
    const bytes = Bytes.fromHex(first.bytes);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const other = bytes.slice();
        other[at]! ^= flip;
        let decoded: Message.Order;
        try {
          decoded = Message.decodeOrder(other);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(Message.encodeOrder(decoded)).toEqual(other);
      }),
    );
    for (let length = 0; length < bytes.length; length++)
      expect(() => Message.decodeOrder(bytes.subarray(0, length))).toThrow(DecodeError);
    expect(() => Message.decodeOrder(Bytes.concat(bytes, Uint8Array.of(0)))).toThrow(DecodeError);
  });

  it('throws only errors of its own on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(() => Message.decodeOrder(bytes)).toThrow(DecodeError);
        expect(() => Message.decodeProduction(bytes)).toThrow(DecodeError);
        expect(() => Message.decodeProductions(bytes)).toThrow(DecodeError);
      }),
    );
  });

  it('refuses a high s, a recovery id above 3 and another length', () => {
    const digest = Bytes.fromHex(first.digest);
    const signature = Bytes.fromHex(first.signature);
    const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = BigInt(`0x${Bytes.toHex(signature.subarray(32, 64))}`);
    const high = Bytes.concat(
      signature.subarray(0, 32),
      Bytes.fromHex((n - s).toString(16).padStart(64, '0')),
      Uint8Array.of(signature[64]! ^ 1),
    );
    expect(() => Message.recover(digest, high, 'testnet')).toThrow(SignatureError);
    const odd = signature.slice();
    odd[64] = 4;
    expect(() => Message.recover(digest, odd, 'testnet')).toThrow(SignatureError);
    expect(() => Message.recover(digest, signature.subarray(0, 64), 'testnet')).toThrow(SignatureError);
    expect(() => Message.recover(digest, new Uint8Array(65), 'testnet')).toThrow(SignatureError);
  });

  it('ties a signature to chain, contract and purpose', () => {
    const bytes = Bytes.fromHex(first.bytes);
    const signature = Bytes.fromHex(first.signature);
    for (const other of [
      { chainId: 1 },
      { contract: first.contract.replace('marketplace', 'marketplace-2') },
      { purpose: 'bid' as const },
    ]) {
      const digest = Message.hash({ ...domainOf(first), ...other }, bytes);
      expect(Message.recover(digest, signature, 'testnet')).not.toBe(first.address);
    }
  });
});

describe('envelope and topic', () => {
  const envelope = { kind: 'offer' as const, cv: Bytes.fromHex(first.bytes), sig: Bytes.fromHex(first.signature) };

  it('round-trips, and refuses every other form', () => {
    const bytes = Envelope.encode(envelope);
    expect(Envelope.decode(bytes)).toEqual(envelope);
    for (let length = 0; length < bytes.length; length++)
      expect(() => Envelope.decode(bytes.subarray(0, length))).toThrow(DecodeError);
    expect(() => Envelope.decode(Bytes.concat(bytes, Uint8Array.of(0)))).toThrow(DecodeError);
    expect(() => Envelope.decode(new Uint8Array(Limits.MAX_ENVELOPE_BYTES + 1))).toThrow(
      `${Limits.MAX_ENVELOPE_BYTES}`,
    );
  });

  it('throws only errors of its own on random bytes, and re-encodes what it accepts to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const bytes = Bytes.concat(Uint8Array.of(8, 1, 18), noise);
        try {
          expect(Envelope.encode(Envelope.decode(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });

  it('names topics, and reads only its own', () => {
    const topic = {
      chainId: 0x80000000,
      contractHash: Topic.contractHash(first.contract),
      cell: BigInt(first.value.cell),
      what: 'offers' as const,
    };
    expect(Topic.parse(Topic.name(topic))).toEqual(topic);
    for (const bad of [
      '',
      '/wattconnect/2/1/00000000/871f0d4b5ffffff/offers',
      `${Topic.name(topic)}/x`,
      Topic.name(topic).replace('offers', 'gifts'),
      Topic.name(topic).replace('871f', '861f'),
    ])
      expect(() => Topic.parse(bad)).toThrow(DecodeError);
  });
});

describe('validation of gossiped orders', () => {
  const now = 1_789_190_000;
  const key = Keys.development('home-h01');
  const context: Validate.OrderContext = {
    chainId: 0x80000000,
    contract: first.contract,
    purpose: 'offer',
    network: 'devnet',
    now,
    cell: BigInt(first.value.cell),
  };
  const valid: Message.Order = { ...orderOf(first), slot: Slot.of(now) + 6n, expiry: BigInt(now + 3600) };
  const check = (change: Partial<Message.Order>, signedWith = key, where: Partial<Validate.OrderContext> = {}) => {
    const bytes = Message.encodeOrder({ ...valid, ...change });
    return Validate.order(
      bytes,
      Message.sign(
        { chainId: context.chainId, contract: context.contract, purpose: context.purpose },
        bytes,
        signedWith,
      ),
      { ...context, ...where },
    );
  };

  it('accepts a good one', () => expect(check({})).toMatchObject({ verdict: 'accept', order: valid }));

  it.each([
    ['reject', { wh: 0n }],
    ['reject', { wh: Limits.MAX_ORDER_WH + 1n }],
    ['reject', { minWh: 0n }],
    ['reject', { minWh: valid.wh + 1n }],
    ['reject', { price: Limits.MAX_PRICE + 1n }],
    ['reject', { cell: 5n }],
    ['reject', { cell: valid.cell ^ (1n << 24n) }],
    ['ignore', { asset: 'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM.token' }],
    ['ignore', { expiry: BigInt(now) }],
    ['ignore', { expiry: BigInt(now + Limits.MAX_ORDER_LIFETIME_S + Limits.CLOCK_SKEW_S + 1) }],
    ['ignore', { slot: Slot.of(now) }],
    ['ignore', { slot: Slot.of(now) + Limits.MAX_SLOTS_AHEAD + 1n }],
  ] as const)('says %s to %o', (verdict, change) => expect(check(change).verdict).toBe(verdict));

  it('rejects what another signed, and what was signed for elsewhere', () => {
    expect(check({}, Keys.development('home-h02')).verdict).toBe('reject');
    expect(check({}, key, { purpose: 'bid' }).verdict).toBe('reject');
    expect(check({}, key, { chainId: 1 }).verdict).toBe('reject');
  });

  it('holds the maker against the chain', () => {
    const state = { active: true, cell: valid.cell, nonceFloor: valid.nonce };
    expect(Validate.maker(valid, state).verdict).toBe('accept');
    expect(Validate.maker(valid, undefined).verdict).toBe('ignore');
    expect(Validate.maker(valid, { ...state, active: false }).verdict).toBe('ignore');
    expect(Validate.maker(valid, { ...state, cell: 1n }).verdict).toBe('ignore');
    expect(Validate.maker(valid, { ...state, nonceFloor: valid.nonce + 1n }).verdict).toBe('ignore');
  });
});

describe('money', () => {
  const trade = fc.record({
    wh: fc.bigInt(1n, 200_000n),
    price: fc.bigInt(0n, 2_000_000n),
    commissionBps: fc.bigInt(0n, 1000n),
    gridBps: fc.bigInt(0n, 3000n),
  });

  it('quotes and locks what settlement gives out again, whatever is delivered', () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 12 }), fc.bigInt(0n, 500_000n), (rows, exportWh) => {
        const trades = rows.map((row) => {
          const quote = Fees.quote(row);
          return { wh: row.wh, cost: quote.cost, locked: quote.total, terms: Fees.pack(row) };
        });
        const { custody, surplus, settled, dust } = Settlement.settleSlot(trades, exportWh);
        const delivered = settled.reduce((sum, one) => sum + one.delivered, 0n);
        expect(custody + surplus).toBe(exportWh);
        expect(delivered + dust).toBe(custody);
        expect(dust >= 0n && dust < BigInt(trades.length)).toBe(true);
        settled.forEach((one, i) => {
          const { locked, cost, wh } = trades[i]!;
          expect(one.paid + one.fee + one.grid + one.refund).toBe(locked);
          expect(one.paid <= cost && one.refund >= 0n && one.delivered <= wh).toBe(true);
          if (exportWh >= trades.reduce((sum, t) => sum + t.wh, 0n))
            expect(one).toMatchObject({ delivered: wh, paid: cost, refund: 0n });
          if (custody === 0n) expect(one).toMatchObject({ delivered: 0n, paid: 0n, refund: locked });
        });
      }),
    );
  });

  it('keeps its terms in one number', () => {
    fc.assert(
      fc.property(trade, ({ commissionBps, gridBps }) => {
        expect(Fees.unpack(Fees.pack({ commissionBps, gridBps }))).toEqual({ commissionBps, gridBps });
      }),
    );
    expect(() => Fees.pack({ commissionBps: 10_000n, gridBps: 0n })).toThrow();
  });

  it('rounds the cost up: 1 Wh is never free', () => {
    expect(Fees.quote({ wh: 1n, price: 1n, commissionBps: 500n, gridBps: 200n })).toEqual({
      cost: 1n,
      fee: 0n,
      grid: 0n,
      total: 1n,
    });
    expect(Fees.quote({ wh: 3000n, price: 397_000n, commissionBps: 500n, gridBps: 200n })).toEqual({
      cost: 1_191_000n,
      fee: 59_550n,
      grid: 23_820n,
      total: 1_274_370n,
    });
  });

  it('shares a shortfall pro rata: 8 kWh of 10', () => {
    const quote = Fees.quote({ wh: 10_000n, price: 300_000n, commissionBps: 500n, gridBps: 0n });
    const { settled, dust } = Settlement.settleSlot(
      [{ wh: 10_000n, cost: quote.cost, locked: quote.total, terms: 500n }],
      8000n,
    );
    expect(settled[0]).toEqual({ delivered: 8000n, paid: 2_400_000n, fee: 120_000n, grid: 0n, refund: 630_000n });
    expect(dust).toBe(0n);
  });

  it('gives the dust of three equal thirds of 7 Wh to nobody twice', () => {
    const rows = [1, 2, 3].map(() => ({ wh: 3n, cost: 3n, locked: 3n, terms: 0n }));
    const { settled, dust } = Settlement.settleSlot(rows, 7n);
    expect(settled.map((one) => one.delivered)).toEqual([2n, 2n, 2n]);
    expect(dust).toBe(1n);
  });
});

describe('trust', () => {
  it.each([
    [0n, 'New', 10n],
    [2999n, 'New', 10n],
    [3000n, 'Starter', 10n],
    [4999n, 'Starter', 10n],
    [5000n, 'Bronze', 40n],
    [6999n, 'Bronze', 40n],
    [7000n, 'Silver', 60n],
    [8499n, 'Silver', 60n],
    [8500n, 'Gold', 80n],
    [9499n, 'Gold', 80n],
    [9500n, 'Platinum', 100n],
    [10_000n, 'Platinum', 100n],
  ] as const)('at %s is %s, limit %s %%', (score, name, limitPercent) =>
    expect(Trust.tierOf(score)).toMatchObject({ name, limitPercent }),
  );

  it('turns 30 % trust and 500 kWh a month into 50 kWh', () => {
    expect(Trust.limitWh(3000n, 500_000n, 10_000n)).toBe(50_000n);
    expect(Trust.limitWh(3000n, 0n, 10_000n)).toBe(10_000n);
  });

  it('moves as the rules say and never leaves its bounds', () => {
    const nothing = { delivered: 0n, promised: 0n, day: 7n };
    expect(Trust.afterDelivery({ score: 3000n }, nothing)).toEqual({ score: 3000n, day: 0n, gained: 0n });
    expect(Trust.afterCancellation(3000n, { cancelled: 5n, total: 10n })).toBe(2750n);
    expect([1, 2, 3].map((quality) => Trust.afterMeter(3000n, quality as 1 | 2 | 3))).toEqual([3300n, 3600n, 4000n]);
    expect(Trust.progress(4000n)).toMatchObject({ needed: 1000n, percent: 50n, next: { name: 'Bronze' } });
    expect(Trust.progress(9500n)).toBeUndefined();
  });
});

describe('matching', () => {
  it('weighs price, trust and time, and breaks ties by time, then by id', () => {
    const same = { price: 300n, trust: 5000n };
    expect(
      Matching.rank([
        { id: 'b', slot: 6n, ...same },
        { id: 'a', slot: 6n, ...same },
        { id: 'c', slot: 5n, ...same },
      ]).map((r) => r.id),
    ).toEqual(['c', 'a', 'b']);
    const [best, second] = Matching.rank(
      [
        { id: 'cheap', price: 100n, trust: 3000n, slot: 10n },
        { id: 'dear', price: 200n, trust: 9000n, slot: 10n },
      ],
      10n,
    );
    expect([best!.id, best!.score, second!.score]).toEqual(['cheap', 7550n, 5650n]);
    expect(Matching.rank([{ id: 'x', price: 1n, trust: Matching.MIN_TRUST - 1n, slot: 1n }])).toEqual([]);
  });
});

describe('readings', () => {
  const readings = [100n, 200n, 0n, 3n].map((wh, index) => ({ index, wh, salt: new Uint8Array(32).fill(index + 1) }));

  it('show one quarter without the others, and no other value for it', () => {
    const root = Merkle.root(readings);
    readings.forEach((reading, index) => {
      const proof = Merkle.proof(readings, index);
      expect(Merkle.verify(root, reading, proof)).toBe(true);
      expect(Merkle.verify(root, { ...reading, wh: reading.wh + 1n }, proof)).toBe(false);
      expect(Merkle.verify(root, { ...reading, index: (index + 1) % 4 }, proof)).toBe(false);
      expect(Merkle.verify(root, { ...reading, index: index + 4 }, proof)).toBe(false);
      expect(Merkle.verify(root, reading, proof.slice(1))).toBe(false);
    });
  });
});

describe('units, slots, cells', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), (n) => {
        expect(Units.parseKwh(Units.formatKwh(n, 3))).toBe(n);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), (n) => {
        expect(Units.parseStx(Units.formatStx(n, 6))).toBe(n);
      }),
    );
  });

  it('rounds for people and refuses what is finer than the unit', () => {
    expect(Units.formatKwh(3449n)).toBe('3.4');
    expect(Units.formatKwh(3450n)).toBe('3.5');
    expect(Units.formatStx(999_999n)).toBe('1.000');
    for (const bad of ['', '-1', '1,5', '1e3', '0.0001', 'NaN', '1'.repeat(16)])
      expect(() => Units.parseKwh(bad)).toThrow(DecodeError);
  });

  it('counts slots from the epoch', () => {
    expect(Slot.of(3599)).toBe(0n);
    expect(Slot.of(3599.9)).toBe(0n);
    expect(Slot.of(3600)).toBe(1n);
    expect(Slot.end(1n) - Slot.start(1n)).toBe(3600);
  });

  it('tells near from far', () => {
    const a = Cell.fromHex('871f0d4b5ffffff');
    const b = Cell.fromHex('871f0d4b0ffffff');
    const far = Cell.fromHex('871fb4660ffffff');
    expect([Cell.tier(a, a), Cell.tier(a, b), Cell.tier(a, far)]).toEqual(['cell', 'district', 'far']);
    expect(Cell.isCell(a)).toBe(true);
    for (const bad of [0n, a + 1n, a ^ (1n << 52n), a | (1n << 63n), a << 1n]) expect(Cell.isCell(bad)).toBe(false);
  });
});

describe('keys', () => {
  it('derives the well-known deployer', () =>
    expect(Keys.address(Keys.development('deployer'))).toBe('ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM'));
  it('refuses what is no key', () => {
    for (const bad of ['', 'zz', '00'.repeat(31), `${'11'.repeat(32)}02`])
      expect(() => Keys.secret(bad)).toThrow(DecodeError);
  });
});
