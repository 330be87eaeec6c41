import { verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { c32address } from 'c32check';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as C32 from './c32.ts';
import {
  Auction,
  Bytes,
  Checkpoint,
  DecodeError,
  Envelope,
  Fees,
  Keys,
  Limits,
  Message,
  Settlement,
  Topic,
  Trust,
  Validate,
} from './index.ts';

const read = (url: URL) => JSON.parse(readFileSync(url, 'utf8'));

describe('trust', () => {
  type Step = Record<'day' | 'delivered' | 'promised' | 'score' | 'gained', number> & {
    excused: boolean;
    buyer: string | null;
  };
  const vectors: { name: string; start: number; steps: Step[] }[] = read(
    new URL('../vectors/trust.json', import.meta.url),
  );

  it.each(vectors.map((v) => [v.name, v] as const))('moves by deliveries as written: %s', (_, { start, steps }) => {
    let standing: Trust.Standing = { score: BigInt(start), day: 0n, gained: 0n };
    const pairs = new Map<string | null, Trust.PairGain>();
    for (const { day, delivered, promised, excused, buyer, score, gained } of steps) {
      const now = BigInt(day) * 86_400n;
      const pair = pairs.get(buyer) ?? { since: 0n, gained: 0n };
      const room = buyer === null ? 0n : Trust.pairRoom(pair, now);
      const delivery = { delivered: BigInt(delivered), promised: BigInt(promised), day: BigInt(day), excused, room };
      const before = standing.day === delivery.day ? standing.gained : 0n;
      standing = Trust.afterDelivery(standing, delivery);
      const given = standing.day === delivery.day ? standing.gained - before : 0n;
      const isNew = now >= pair.since + Trust.DEFAULT_RATES.pairPeriod;
      if (given > 0n)
        pairs.set(buyer, isNew ? { since: now, gained: given } : { ...pair, gained: pair.gained + given });
      expect([standing.score, standing.gained]).toEqual([BigInt(score), BigInt(gained)]);
    }
  });
});

describe('settlement', () => {
  type Row = Record<'wh' | 'price' | 'cost' | 'locked' | 'delivered' | 'paid' | 'fee' | 'grid' | 'refund', number>;
  type Vector = Record<'exportWh' | 'commissionBps' | 'gridBps' | 'custody' | 'surplus' | 'dust', number> & {
    name: string;
    trades: Row[];
  };
  const vectors: Vector[] = read(new URL('../vectors/settlement.json', import.meta.url));

  it.each(vectors.map((v) => [v.name, v] as const))('equals exact fractions: %s', (_, v) => {
    const rates = { commissionBps: BigInt(v.commissionBps), gridBps: BigInt(v.gridBps) };
    const trades = v.trades.map(({ wh, price }) => {
      const quote = Fees.quote({ wh: BigInt(wh), price: BigInt(price), ...rates });
      return { wh: BigInt(wh), cost: quote.cost, locked: quote.total, terms: Fees.pack(rates) };
    });
    expect(trades.map(({ cost, locked }) => [cost, locked])).toEqual(
      v.trades.map(({ cost, locked }) => [BigInt(cost), BigInt(locked)]),
    );
    expect(Settlement.settleSlot(trades, BigInt(v.exportWh))).toEqual({
      custody: BigInt(v.custody),
      surplus: BigInt(v.surplus),
      dust: BigInt(v.dust),
      settled: v.trades.map(({ delivered, paid, fee, grid, refund }) => ({
        delivered: BigInt(delivered),
        paid: BigInt(paid),
        fee: BigInt(fee),
        grid: BigInt(grid),
        refund: BigInt(refund),
      })),
    });
  });

  /**
   * The published cases of pro-rata delivery per seller. They round by largest remainder, which needs all trades of the slot at once; the
   * contract settles each trade by itself, so it rounds every share down and gives what is left (the dust, less than 1 Wh a trade) to the
   * producer. Where a share is not whole, the two differ by at most 1 Wh: these rows.
   */
  const DIFFERS: Record<string, { delivered: bigint[]; dust: bigint }> = {
    'fifo-doc': { delivered: [4444n, 3555n], dust: 1n },
    'odd-wh': { delivered: [2n, 2n, 2n], dust: 1n },
  };
  type Published = {
    name: string;
    trades: [string, string, number][];
    meters: Record<string, number>;
    prorata_seller: number[];
  };

  it('shares pro rata for each seller as the published cases do, but for the dust', () => {
    const file = new URL('../../../shared/data/settlement-vectors.json', import.meta.url);
    const inline: Published[] = [
      {
        name: 'odd-wh',
        trades: [
          ['B1', 'S1', 3],
          ['B2', 'S1', 3],
          ['B3', 'S1', 3],
        ],
        meters: { S1: 7 },
        prorata_seller: [3, 2, 2],
      },
      { name: 'single', trades: [['B1', 'S1', 10_000]], meters: { S1: 8000 }, prorata_seller: [8000] },
    ];
    const published: Published[] = existsSync(file) ? read(file).vectors : inline;
    for (const { name, trades, meters, prorata_seller } of published) {
      for (const seller of new Set(trades.map(([, who]) => who))) {
        const rows = trades.flatMap(([, who, wh], i) => (who === seller ? [{ wh: BigInt(wh), i }] : []));
        const { settled, dust } = Settlement.settleSlot(
          rows.map(({ wh }) => ({ wh, cost: 0n, locked: 0n, terms: 0n })),
          BigInt(meters[seller]!),
        );
        const delivered = settled.map((one) => one.delivered);
        const theirs = rows.map(({ i }) => BigInt(prorata_seller[i]!));
        const expected = DIFFERS[name] ?? { delivered: theirs, dust: 0n };
        expect({ delivered, dust }, name).toEqual(expected);
        expect(delivered.reduce((a, b) => a + b, 0n) + dust, name).toBe(theirs.reduce((a, b) => a + b, 0n));
      }
    }
  });
});

describe('standing bids', () => {
  const vectors = read(new URL('../vectors/messages.json', import.meta.url)).standings;

  it.each(vectors.map((v: { value: { asset: string | null } }) => [v.value.asset ?? 'STX', v] as const))(
    'equal the independent codec and signature: %s',
    (_, vector) => {
      const { maker, asset, ...numbers } = vector.value;
      const value = {
        maker,
        asset,
        ...Object.fromEntries(Object.entries(numbers).map(([key, number]) => [key, BigInt(String(number))])),
      } as Message.Standing;
      const domain: Message.Domain = { chainId: vector.chainId, contract: vector.contract, purpose: 'standing' };
      const bytes = Message.encodeStanding(value);
      expect(Bytes.toHex(bytes)).toBe(vector.bytes);
      expect(Message.decodeStanding(bytes)).toEqual(value);
      expect(Bytes.toHex(Message.hash(domain, bytes))).toBe(vector.digest);
      expect(Bytes.toHex(Message.sign(domain, bytes, Keys.development(vector.signer)))).toBe(vector.signature);
      expect(() => Message.decodeStanding(Bytes.concat(bytes, Uint8Array.of(0)))).toThrow(DecodeError);
      expect(() => Message.decodeStanding(bytes.subarray(1))).toThrow(DecodeError);
    },
  );
});

describe('ties of an auction', () => {
  it('go by the hash of maker and slot, another order in each slot', () => {
    const ties: { slot: string; maker: string; tie: string }[] = read(
      new URL('../vectors/messages.json', import.meta.url),
    ).ties;
    expect(ties).toHaveLength(4);
    for (const { slot, maker, tie } of ties) expect(Auction.tieOf(BigInt(slot), maker)).toBe(BigInt(tie));
  });
});

describe('withdrawals', () => {
  const [vector] = read(new URL('../vectors/messages.json', import.meta.url)).cancellations;
  const value: Message.Cancellation = {
    maker: vector.value.maker,
    cell: BigInt(vector.value.cell),
    nonce: BigInt(vector.value.nonce),
    expiry: BigInt(vector.value.expiry),
  };
  const domain: Message.Domain = { chainId: vector.chainId, contract: vector.contract, purpose: 'cancel' };

  it('equal the independent codec and signature', () => {
    const bytes = Message.encodeCancellation(value);
    expect(Bytes.toHex(bytes)).toBe(vector.bytes);
    expect(Message.decodeCancellation(bytes)).toEqual(value);
    expect(Bytes.toHex(Message.hash(domain, bytes))).toBe(vector.digest);
    expect(Bytes.toHex(Message.sign(domain, bytes, Keys.development(vector.signer)))).toBe(vector.signature);
  });

  it('are accepted from the maker only, in time and for the cell of the topic', () => {
    const context = {
      chainId: domain.chainId,
      contract: domain.contract,
      network: 'devnet' as const,
      now: 1_789_190_000,
    };
    const check = (change: Partial<Message.Cancellation>, signer = 'home-h01', where = {}) => {
      const bytes = Message.encodeCancellation({ ...value, ...change });
      return Validate.cancellation(bytes, Message.sign(domain, bytes, Keys.development(signer)), {
        ...context,
        ...where,
      }).verdict;
    };
    expect(check({})).toBe('accept');
    expect(check({}, 'home-h02')).toBe('reject');
    expect(check({}, 'home-h01', { chainId: 1 })).toBe('reject');
    expect(check({}, 'home-h01', { cell: value.cell ^ (1n << 24n) })).toBe('reject');
    expect(check({ cell: 1n })).toBe('reject');
    expect(check({ expiry: BigInt(context.now) })).toBe('ignore');
    expect(check({ expiry: 1n << 100n })).toBe('ignore');
    expect(Validate.cancellation(new Uint8Array(40), new Uint8Array(65), context).verdict).toBe('reject');
    // An offer's bytes never pass for a withdrawal.
    const offer = Message.encodeOrder({ ...value, slot: 1n, wh: 1n, minWh: 1n, price: 1n, asset: null });
    expect(() => Message.decodeCancellation(offer)).toThrow(DecodeError);
  });
});

describe('checkpoints', () => {
  const [vector] = read(new URL('../vectors/messages.json', import.meta.url)).checkpoints;
  const value: Checkpoint.Checkpoint = vector.value;
  const isSigned = (one: Checkpoint.Checkpoint) =>
    verify(
      null,
      Buffer.from(Checkpoint.statementOf(one)),
      { key: Buffer.from(Checkpoint.derOf(one)), format: 'der', type: 'spki' },
      Buffer.from(one.signature.slice(2), 'hex'),
    );

  it('equal the independent codec and signature, and have one form', () => {
    const envelope = Checkpoint.envelopeOf(value);
    expect(Bytes.toHex(envelope.cv)).toBe(vector.bytes);
    expect(Bytes.toHex(Envelope.encode(envelope))).toBe(vector.envelope);
    expect(Checkpoint.decode(Envelope.decode(Bytes.fromHex(vector.envelope)))).toEqual(value);
    expect(Checkpoint.statementOf(value)).toBe(vector.statement);
    expect(isSigned(value)).toBe(true);
    for (const bad of [
      { ...envelope, cv: Bytes.concat(envelope.cv, Uint8Array.of(0)) },
      { ...envelope, cv: envelope.cv.subarray(1) },
      { ...envelope, cv: new Uint8Array(Limits.MAX_CHECKPOINT_BYTES + 1) },
      { ...envelope, kind: 'report' as const },
      { ...envelope, sig: new Uint8Array(65) },
      Checkpoint.envelopeOf({ ...value, deployer: `${value.deployer}.marketplace` }),
      { ...envelope, cv: Bytes.fromHex(vector.bytes.replace('000000000002dc28', '002000000002dc28')) },
    ])
      expect(() => Checkpoint.decode(bad)).toThrow(DecodeError);
    // An account's signature does not fit into a checkpoint's envelope, nor the other way round.
    expect(() => Envelope.decode(Envelope.encode({ ...envelope, sig: new Uint8Array(65) }))).toThrow('64 bytes');
    expect(() => Envelope.decode(Envelope.encode({ ...envelope, kind: 'offer' }))).toThrow('65 bytes');
  });

  it('have a topic of the deployment, which is none of a cell', () => {
    const topic = Topic.checkpoints(1, `${value.deployer}.marketplace`);
    expect(topic).toBe(`/wattconnect/1/1/${Topic.contractHash(`${value.deployer}.marketplace`)}/checkpoints`);
    expect(() => Topic.parse(topic)).toThrow(DecodeError);
  });

  it('are judged in the order of cost: the form, the deployment, what is known, rates, the signature', () => {
    const steps: string[] = [];
    const judge = (envelope: Envelope.Envelope, { known, refuse }: { known?: number; refuse?: string } = {}) => {
      steps.length = 0;
      return Validate.checkpoint(envelope, {
        deployer: value.deployer,
        newest: () => {
          steps.push('known');
          return known;
        },
        admit: () => {
          steps.push('rate');
          return refuse;
        },
        verify: (one) => {
          steps.push('signature');
          return isSigned(one);
        },
      });
    };
    const good = Checkpoint.envelopeOf(value);
    expect(judge(good)).toEqual({ verdict: 'accept', checkpoint: value });
    expect(steps).toEqual(['known', 'rate', 'signature']);
    expect(judge(good, { known: value.height - 1 }).verdict).toBe('accept');
    expect(judge({ ...good, cv: new Uint8Array(9) }).verdict).toBe('reject');
    expect(judge(Checkpoint.envelopeOf({ ...value, deployer: Keys.address(Keys.development('x')) }))).toEqual({
      verdict: 'reject',
      reason: "The deployment is not the topic's.",
    });
    expect(steps).toEqual([]);
    expect(judge(good, { known: value.height }).verdict).toBe('ignore');
    expect(steps).toEqual(['known']);
    expect(judge(good, { refuse: 'Too much.' })).toEqual({ verdict: 'ignore', reason: 'Too much.' });
    expect(steps).toEqual(['known', 'rate']);
    for (const change of [
      { height: value.height + 1 },
      { digest: 'ab'.repeat(32) },
      { hash: `0x${'ab'.repeat(32)}` },
      { deployment: 'ab'.repeat(32) },
      { signer: `0x${'ab'.repeat(32)}` },
      { signature: `0x${'ab'.repeat(64)}` },
    ])
      expect([change, judge(Checkpoint.envelopeOf({ ...value, ...change })).verdict]).toEqual([change, 'reject']);
  });
});

describe('addresses', () => {
  it('equal those of the independent library, leading zeros included', () => {
    fc.assert(
      fc.property(fc.nat(31), fc.nat(20), fc.uint8Array({ minLength: 20, maxLength: 20 }), (version, zeros, bytes) => {
        const hash = bytes.fill(0, 0, zeros);
        const text = c32address(version, Bytes.toHex(hash));
        expect(C32.address(version, hash)).toBe(text);
        expect(C32.parse(text)).toEqual({ version, hash });
      }),
      { numRuns: 500 },
    );
  });

  it('have one form only', () => {
    const good = Keys.address(Keys.development('home-h01'));
    for (const bad of [
      '',
      'S',
      good.toLowerCase(),
      `${good}0`,
      `${good.slice(0, 2)}0${good.slice(2)}`,
      good.slice(0, -1),
      good.replace('ST', 'SP'),
      good.replace('ST', 'TT'),
      good.replaceAll('0', 'O'),
      good.slice(0, 10) + (good[10] === '7' ? '8' : '7') + good.slice(11),
      `S${'Z'.repeat(41)}`,
    ])
      expect(() => C32.parse(bad), bad).toThrow(DecodeError);
  });
});

describe('principals', () => {
  it('keep every address, leading zeros included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(20, 21, 22, 26),
        fc.nat(20),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (version, zeros, hash) => {
          const maker = c32address(version, Bytes.toHex(hash.fill(0, 0, zeros)));
          const order = {
            maker,
            cell: 1n,
            slot: 1n,
            wh: 1n,
            minWh: 1n,
            price: 1n,
            nonce: 1n,
            expiry: 1n,
            asset: `${maker}.a`,
          };
          const bytes = Message.encodeOrder(order);
          expect(Message.decodeOrder(bytes)).toEqual(order);
          expect(Message.encodeOrder(Message.decodeOrder(bytes))).toEqual(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });
});
