// Makes vectors/messages.json by an independent path: the codecs and signatures of @stacks/transactions; and vectors/settlement.json by
// exact fractions, and vectors/trust.json step by step, written out as the rules say them. Run: npm run vectors -w @wattconnect/protocol
import { createPrivateKey, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { Cl, encodeStructuredDataBytes, serializeCVBytes, signStructuredData } from '@stacks/transactions';
import { Bytes, Keys } from '../src/index.ts';

const deployer = Keys.address(Keys.development('deployer'));
const domain = (contract: string, purpose: string, chainId = 0x80000000) =>
  Cl.tuple({
    name: Cl.stringAscii('wattconnect'),
    version: Cl.stringAscii('1'),
    'chain-id': Cl.uint(chainId),
    contract: Cl.contractPrincipal(deployer, contract),
    purpose: Cl.stringAscii(purpose),
  });
const order = (o: Record<string, number | bigint | string>) =>
  Cl.tuple({
    asset: o.asset ? Cl.some(Cl.principal(String(o.asset))) : Cl.none(),
    cell: Cl.uint(o.cell!),
    expiry: Cl.uint(o.expiry!),
    maker: Cl.principal(String(o.maker)),
    'min-wh': Cl.uint(o.minWh!),
    nonce: Cl.uint(o.nonce!),
    price: Cl.uint(o.price!),
    slot: Cl.uint(o.slot!),
    wh: Cl.uint(o.wh!),
  });
const cell = BigInt('0x871f0d4b5ffffff');
const orders = [
  {
    maker: 'home-h01',
    cell,
    slot: 497_000n,
    wh: 1500n,
    minWh: 1000n,
    price: 300_000n,
    nonce: 1n,
    expiry: 1_789_200_000n,
    asset: null,
  },
  {
    maker: 'home-h17',
    cell,
    slot: 497_011n,
    wh: 200_000n,
    minWh: 1n,
    price: 0n,
    nonce: (1n << 64n) - 1n,
    expiry: 1_789_250_000n,
    asset: `${deployer}.sbtc-token`,
  },
];
const text = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v), 2);
const vector = (purpose: string, contract: string, message: ReturnType<typeof Cl.tuple>, signer: string) => {
  const key = Keys.development(signer);
  return {
    purpose,
    contract: `${deployer}.${contract}`,
    chainId: 0x80000000,
    signer,
    address: Keys.address(key),
    bytes: Bytes.toHex(serializeCVBytes(message)),
    digest: Bytes.toHex(sha256(encodeStructuredDataBytes({ message, domain: domain(contract, purpose) }))),
    signature: signStructuredData({ message, domain: domain(contract, purpose), privateKey: key }),
  };
};
const root = '11'.repeat(32);
const row = (seller: string, wh: number) => ({
  'export-wh': Cl.uint(wh),
  revision: Cl.uint(1),
  root: Cl.bufferFromHex(root),
  seller: Cl.principal(Keys.address(Keys.development(seller))),
});
const cancellation = { maker: Keys.address(Keys.development('home-h01')), cell, nonce: 1n, expiry: 1_789_200_000n };
const standing = {
  maker: Keys.address(Keys.development('home-h02')),
  cell,
  slotFrom: 497_000n,
  slotTo: 497_167n,
  wh: 120_000n,
  minWh: 1000n,
  price: 260_000n,
  cap: 25_000_000n,
  nonce: 3n,
  expiry: 1_789_800_000n,
};
const standings = [null, `${deployer}.sbtc-token`].map((asset) => ({
  value: { ...standing, asset },
  ...vector(
    'standing',
    'marketplace',
    Cl.tuple({
      asset: asset ? Cl.some(Cl.principal(asset)) : Cl.none(),
      cap: Cl.uint(standing.cap),
      cell: Cl.uint(cell),
      expiry: Cl.uint(standing.expiry),
      maker: Cl.principal(standing.maker),
      'min-wh': Cl.uint(standing.minWh),
      nonce: Cl.uint(standing.nonce),
      price: Cl.uint(standing.price),
      'slot-from': Cl.uint(standing.slotFrom),
      'slot-to': Cl.uint(standing.slotTo),
      wh: Cl.uint(standing.wh),
    }),
    'home-h02',
  ),
}));
const checkpoint = () => {
  const fields = {
    deployer,
    deployment: '21'.repeat(32),
    height: 187_432,
    hash: `0x${'32'.repeat(32)}`,
    digest: '43'.repeat(32),
  };
  const seed = sha256(new TextEncoder().encode('wattconnect development key indexer'));
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const signer = Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('hex');
  const statement = `wattconnect views ${fields.deployment} ${deployer} ${fields.height} ${fields.hash} ${fields.digest}`;
  const signature = sign(null, Buffer.from(statement), key).toString('hex');
  const bytes = Bytes.toHex(
    serializeCVBytes(
      Cl.tuple({
        deployer: Cl.principal(deployer),
        deployment: Cl.bufferFromHex(fields.deployment),
        digest: Cl.bufferFromHex(fields.digest),
        hash: Cl.bufferFromHex(fields.hash.slice(2)),
        height: Cl.uint(fields.height),
        signer: Cl.bufferFromHex(signer),
      }),
    ),
  );
  const varint = (length: number) =>
    length < 128 ? Buffer.of(length) : Buffer.of((length & 0x7f) | 0x80, length >> 7);
  const parts = [Buffer.from(bytes, 'hex'), Buffer.from(signature, 'hex')].map((part) =>
    Buffer.concat([varint(part.length), part]).toString('hex'),
  );
  return {
    value: { ...fields, signer: `0x${signer}`, signature: `0x${signature}` },
    statement,
    bytes,
    envelope: `080612${parts[0]}1a${parts[1]}`,
  };
};
const vectors = {
  checkpoints: [checkpoint()],
  standings,
  cancellations: [
    {
      value: cancellation,
      ...vector(
        'cancel',
        'marketplace',
        Cl.tuple({
          cell: Cl.uint(cell),
          expiry: Cl.uint(cancellation.expiry),
          maker: Cl.principal(cancellation.maker),
          nonce: Cl.uint(1),
        }),
        'home-h01',
      ),
    },
  ],
  orders: orders.flatMap((o) =>
    ['offer', 'bid', 'auction-offer', 'auction-bid'].map((purpose) => {
      const value = { ...o, maker: Keys.address(Keys.development(o.maker)) };
      return { value, ...vector(purpose, 'marketplace', order({ ...value, asset: value.asset ?? '' }), o.maker) };
    }),
  ),
  // Who comes first among equal prices: the first 8 bytes of a hash of maker and slot.
  ties: [497_000n, 497_001n].flatMap((slot) =>
    ['home-h01', 'home-h02'].map((name) => {
      const maker = Keys.address(Keys.development(name));
      const hash = sha256(serializeCVBytes(Cl.tuple({ maker: Cl.principal(maker), slot: Cl.uint(slot) })));
      return { slot, maker, tie: Buffer.from(hash).readBigUInt64BE() };
    }),
  ),
  productions: [
    {
      kind: 'production',
      ...vector(
        'production',
        'energy-oracle',
        Cl.tuple({ ...row('home-h01', 1268), slot: Cl.uint(497_000) }),
        'operator-0',
      ),
    },
    {
      kind: 'productions',
      ...vector(
        'productions',
        'energy-oracle',
        Cl.tuple({
          rows: Cl.list([Cl.tuple(row('home-h01', 1268)), Cl.tuple(row('home-h02', 0))]),
          slot: Cl.uint(497_000),
        }),
        'operator-4',
      ),
    },
  ],
  consumptions: [0n, 1268n, 1_000_000n].map((importWh, at) => {
    const value = {
      household: Keys.address(Keys.development('home-h02')),
      slot: 497_000n,
      importWh,
      root,
      revision: at + 1,
    };
    return {
      value,
      ...vector(
        'consumption',
        'energy-oracle',
        Cl.tuple({
          household: Cl.principal(value.household),
          'import-wh': Cl.uint(importWh),
          revision: Cl.uint(value.revision),
          root: Cl.bufferFromHex(root),
          slot: Cl.uint(value.slot),
        }),
        'operator-2',
      ),
    };
  }),
};
writeFileSync(new URL('../vectors/messages.json', import.meta.url), `${text(vectors)}\n`);

// Settlement, in JavaScript's numbers with whole fractions: floor(a × b / c) = (a × b − remainder) / c. All products stay below 2^53.
const floor = (a: number, b: number) => (a - (a % b)) / b;
const ceil = (a: number, b: number) => floor(a, b) + (a % b > 0 ? 1 : 0);
const settlement = (
  name: string,
  exportWh: number,
  commissionBps: number,
  gridBps: number,
  rows: [number, number][],
) => {
  const promised = rows.reduce((sum, [wh]) => sum + wh, 0);
  const custody = Math.min(exportWh, promised);
  const trades = rows.map(([wh, price]) => {
    const cost = ceil(wh * price, 1000);
    const locked = cost + floor(cost * commissionBps, 10_000) + floor(cost * gridBps, 10_000);
    const delivered = floor(wh * custody, promised);
    const due = ceil(cost * delivered, wh);
    const paid = floor(cost * delivered, wh);
    const fee = floor(due * commissionBps, 10_000) + due - paid;
    const grid = floor(due * gridBps, 10_000);
    return { wh, price, cost, locked, delivered, paid, fee, grid, refund: locked - paid - fee - grid };
  });
  const dust = custody - trades.reduce((sum, trade) => sum + trade.delivered, 0);
  return { name, exportWh, commissionBps, gridBps, custody, surplus: exportWh - custody, dust, trades };
};
const settlements = [
  settlement('whole delivery', 5000, 500, 200, [[3000, 397_000]]),
  settlement('nothing delivered', 0, 500, 200, [[3000, 397_000]]),
  settlement('eight of ten kWh', 8000, 500, 1000, [[10_000, 300_000]]),
  settlement('three thirds of seven Wh', 7, 500, 200, [
    [3, 1],
    [3, 1],
    [3, 1],
  ]),
  settlement('two trades share a shortfall unevenly', 8000, 500, 500, [
    [5000, 333_333],
    [4000, 277_777],
  ]),
  settlement('one Wh of many trades', 1, 1000, 3000, [
    [1000, 140_000],
    [1000, 515_000],
    [200_000, 300_001],
  ]),
  settlement('no fees', 2999, 0, 0, [[3000, 300_000]]),
];
writeFileSync(new URL('../vectors/settlement.json', import.meta.url), `${text(settlements)}\n`);

// Trust: +500 for a delivery of at least nine tenths of the promise, but 1500 in a day at most, and 1500 in 30 days for one buyer, and
// nothing for a trade without a fee; −1000 × the missing part (rounded down) otherwise; within 0 and 10000. Each delivery is to a new
// buyer unless one is named.
type Delivery = [day: number, delivered: number, promised: number, excused?: boolean, buyer?: string | null];
const trust = (name: string, start: number, deliveries: Delivery[]) => {
  let score = start;
  let today = -1;
  let gained = 0;
  const pairs = new Map<string, { since: number; gained: number }>();
  const steps = deliveries.map(([day, delivered, promised, excused = false, who], n) => {
    const buyer = who === undefined ? `buyer-${n}` : who;
    if (delivered * 10 >= promised * 9) {
      if (day !== today) gained = 0;
      today = day;
      const last = pairs.get(buyer ?? '');
      const pair = last && day < last.since + 30 ? last : { since: day, gained: 0 };
      const given = buyer === null ? 0 : Math.min(500, 1500 - gained, 1500 - pair.gained);
      if (buyer !== null && given > 0) pairs.set(buyer, { since: pair.since, gained: pair.gained + given });
      gained += given;
      score = Math.min(10_000, score + given);
    } else if (!excused) {
      score = Math.max(0, score - floor(1000 * (promised - delivered), promised));
    }
    return { day, delivered, promised, excused, buyer, score, gained };
  });
  return { name, start, steps };
};
const trusts = [
  trust('three whole deliveries fill a day', 3000, [
    [1, 1000, 1000],
    [1, 2000, 2000],
    [1, 1, 1],
    [1, 9000, 9000],
    [2, 1000, 1000],
    [4, 1000, 1000],
  ]),
  trust('a shortfall costs its part, and does not make room in the day', 5000, [
    [1, 5, 5],
    [1, 5, 5],
    [1, 1, 3],
    [1, 5, 5],
    [1, 0, 3],
    [1, 5, 5],
    [2, 5, 5],
  ]),
  trust('what was curtailed costs nothing', 3000, [
    [1, 0, 10, true],
    [1, 10, 10, true],
    [1, 8, 10, true],
  ]),
  trust('a tenth may be missing', 3000, [
    [1, 9000, 10_000],
    [1, 8999, 10_000],
    [1, 9, 10, true],
    [2, 5, 6],
  ]),
  trust('two friends lift each other so far in a period, and no fee lifts nobody', 3000, [
    [1, 5, 5, false, 'friend'],
    [1, 5, 5, false, null],
    [1, 5, 5, false, 'friend'],
    [2, 5, 5, false, 'friend'],
    [2, 5, 5, false, 'friend'],
    [2, 5, 5, false, 'neighbour'],
    [20, 1, 2, false, 'friend'],
    [20, 5, 5, false, 'friend'],
    [32, 5, 5, false, 'friend'],
    [32, 5, 5, false, 'neighbour'],
  ]),
  trust('never above 10000', 9800, [
    [1, 7, 7],
    [1, 7, 7],
    [1, 7, 7],
    [1, 6, 7],
    [1, 7, 7],
  ]),
  trust('never below 0', 1500, [
    [1, 0, 7],
    [1, 0, 7],
    [1, 7, 7],
  ]),
];
writeFileSync(new URL('../vectors/trust.json', import.meta.url), `${text(trusts)}\n`);
