// Makes vectors/messages.json by an independent path: the codecs and signatures of @stacks/transactions. Run: npm run vectors -w @wattconnect/protocol
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
const vectors = {
  orders: orders.flatMap((o) =>
    ['offer', 'bid'].map((purpose) => {
      const value = { ...o, maker: Keys.address(Keys.development(o.maker)) };
      return { value, ...vector(purpose, 'marketplace', order({ ...value, asset: value.asset ?? '' }), o.maker) };
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
};
writeFileSync(new URL('../vectors/messages.json', import.meta.url), `${text(vectors)}\n`);
