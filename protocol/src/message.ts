// Signed messages by SIP-018: what the wallet signs, what gossip carries and what the contract rebuilds are the same bytes.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { concat } from './bytes.ts';
import * as Clarity from './clarity.ts';
import { DecodeError, SignatureError } from './errors.ts';
import * as Keys from './keys.ts';
import { MAX_ORDER_BYTES, MAX_PRODUCTION_ROWS } from './limits.ts';

/** Orders for the call auction have purposes of their own: nobody trades them in any other way, nor others in the auction. */
export type Purpose =
  | 'offer'
  | 'bid'
  | 'auction-offer'
  | 'auction-bid'
  | 'standing'
  | 'cancel'
  | 'production'
  | 'productions'
  | 'consumption';

/** Ties a signature to one chain, one contract and one purpose. */
export type Domain = {
  chainId: number;
  /** The contract that checks it, such as ST….marketplace. */
  contract: string;
  purpose: Purpose;
};

/** A household's signed offer or bid. Energy in Wh, price in base units a kWh, expiry in unix seconds. */
export type Order = {
  maker: string;
  /** H3 cell of the maker, resolution 7. */
  cell: bigint;
  slot: bigint;
  wh: bigint;
  /** The smallest part that may be taken, Wh. */
  minWh: bigint;
  price: bigint;
  /** Unique for the maker over offers and bids. */
  nonce: bigint;
  expiry: bigint;
  /** Contract of the payment asset; null is STX. */
  asset: string | null;
};

/**
 * A bid that stands for many slots: buys in any of them at up to `price`, together at most `wh`, and spends at most `cap` on all of it.
 * Shares the nonces of the maker's other orders.
 */
export type Standing = Omit<Order, 'slot'> & {
  slotFrom: bigint;
  slotTo: bigint;
  /** Base units that all its trades may lock, both fees included. */
  cap: bigint;
};

/**
 * Withdraws the maker's signed order of that nonce from gossip, at once and free of charge. It binds relays and neighbours, not the contract:
 * whoever kept the order can still fill it until the maker also calls `cancel-signed`.
 */
export type Cancellation = {
  maker: string;
  /** Cell of the order, and so of the topic. */
  cell: bigint;
  nonce: bigint;
  /** Expiry of the order, unix seconds: until then relays remember that it was withdrawn. */
  expiry: bigint;
};

export type Production = {
  seller: string;
  slot: bigint;
  exportWh: bigint;
  /** Merkle root over the salted readings of the slot, 32 bytes. */
  root: Uint8Array;
  revision: bigint;
};

/** One quorum for many meters of a slot. */
export type Productions = { slot: bigint; rows: Omit<Production, 'slot'>[] };

const PREFIX = utf8ToBytes('SIP018');
const HALF_ORDER = secp256k1.Point.Fn.ORDER >> 1n;

export function encodeOrder(order: Order): Uint8Array {
  return Clarity.tuple({
    asset: order.asset === null ? Clarity.none : Clarity.some(Clarity.principal(order.asset)),
    cell: Clarity.uint(order.cell),
    expiry: Clarity.uint(order.expiry),
    maker: Clarity.principal(order.maker),
    'min-wh': Clarity.uint(order.minWh),
    nonce: Clarity.uint(order.nonce),
    price: Clarity.uint(order.price),
    slot: Clarity.uint(order.slot),
    wh: Clarity.uint(order.wh),
  });
}

/** The order of its consensus bytes. Throws {@link DecodeError} for anything but the one form. */
export function decodeOrder(bytes: Uint8Array): Order {
  if (bytes.length > MAX_ORDER_BYTES) throw new DecodeError(`An order has at most ${MAX_ORDER_BYTES} bytes.`);
  const reader = new Clarity.Reader(bytes);
  const uint = () => reader.uint();
  const fields = reader.tuple<
    Record<'cell' | 'expiry' | 'min-wh' | 'nonce' | 'price' | 'slot' | 'wh', bigint> & {
      asset: string | null;
      maker: string;
    }
  >({
    asset: () => reader.optional(() => reader.principal()),
    cell: uint,
    expiry: uint,
    maker: () => reader.principal(),
    'min-wh': uint,
    nonce: uint,
    price: uint,
    slot: uint,
    wh: uint,
  });
  reader.end();
  const { 'min-wh': minWh, ...rest } = fields;
  return { ...rest, minWh };
}

export function encodeStanding(standing: Standing): Uint8Array {
  return Clarity.tuple({
    asset: standing.asset === null ? Clarity.none : Clarity.some(Clarity.principal(standing.asset)),
    cap: Clarity.uint(standing.cap),
    cell: Clarity.uint(standing.cell),
    expiry: Clarity.uint(standing.expiry),
    maker: Clarity.principal(standing.maker),
    'min-wh': Clarity.uint(standing.minWh),
    nonce: Clarity.uint(standing.nonce),
    price: Clarity.uint(standing.price),
    'slot-from': Clarity.uint(standing.slotFrom),
    'slot-to': Clarity.uint(standing.slotTo),
    wh: Clarity.uint(standing.wh),
  });
}

/** Throws {@link DecodeError} for anything but the one form. */
export function decodeStanding(bytes: Uint8Array): Standing {
  const reader = new Clarity.Reader(bytes);
  const uint = () => reader.uint();
  const fields = reader.tuple<
    Record<'cap' | 'cell' | 'expiry' | 'min-wh' | 'nonce' | 'price' | 'slot-from' | 'slot-to' | 'wh', bigint> & {
      asset: string | null;
      maker: string;
    }
  >({
    asset: () => reader.optional(() => reader.principal()),
    cap: uint,
    cell: uint,
    expiry: uint,
    maker: () => reader.principal(),
    'min-wh': uint,
    nonce: uint,
    price: uint,
    'slot-from': uint,
    'slot-to': uint,
    wh: uint,
  });
  reader.end();
  const { 'min-wh': minWh, 'slot-from': slotFrom, 'slot-to': slotTo, ...rest } = fields;
  return { ...rest, minWh, slotFrom, slotTo };
}

export function encodeCancellation(cancellation: Cancellation): Uint8Array {
  return Clarity.tuple({
    cell: Clarity.uint(cancellation.cell),
    expiry: Clarity.uint(cancellation.expiry),
    maker: Clarity.principal(cancellation.maker),
    nonce: Clarity.uint(cancellation.nonce),
  });
}

/** Throws {@link DecodeError} for anything but the one form. */
export function decodeCancellation(bytes: Uint8Array): Cancellation {
  const reader = new Clarity.Reader(bytes);
  const fields = reader.tuple<Cancellation>({
    cell: () => reader.uint(),
    expiry: () => reader.uint(),
    maker: () => reader.principal(),
    nonce: () => reader.uint(),
  });
  reader.end();
  return fields;
}

/** What a household took from the grid in a slot. */
export type Consumption = { household: string; slot: bigint; importWh: bigint; root: Uint8Array; revision: bigint };

export function encodeConsumption(report: Consumption): Uint8Array {
  return Clarity.tuple({
    household: Clarity.principal(report.household),
    'import-wh': Clarity.uint(report.importWh),
    revision: Clarity.uint(report.revision),
    root: Clarity.buffer(report.root),
    slot: Clarity.uint(report.slot),
  });
}

export function encodeProduction(report: Production): Uint8Array {
  return Clarity.tuple({
    'export-wh': Clarity.uint(report.exportWh),
    revision: Clarity.uint(report.revision),
    root: Clarity.buffer(report.root),
    seller: Clarity.principal(report.seller),
    slot: Clarity.uint(report.slot),
  });
}

export function decodeProduction(bytes: Uint8Array): Production {
  const reader = new Clarity.Reader(bytes);
  const fields = reader.tuple<{
    'export-wh': bigint;
    revision: bigint;
    root: Uint8Array;
    seller: string;
    slot: bigint;
  }>({
    'export-wh': () => reader.uint(),
    revision: () => reader.uint(),
    root: () => reader.buffer(32),
    seller: () => reader.principal(),
    slot: () => reader.uint(),
  });
  reader.end();
  const { 'export-wh': exportWh, ...rest } = fields;
  return { ...rest, exportWh };
}

export function encodeProductions({ slot, rows }: Productions): Uint8Array {
  return Clarity.tuple({
    rows: Clarity.list(
      rows.map((row) =>
        Clarity.tuple({
          'export-wh': Clarity.uint(row.exportWh),
          revision: Clarity.uint(row.revision),
          root: Clarity.buffer(row.root),
          seller: Clarity.principal(row.seller),
        }),
      ),
    ),
    slot: Clarity.uint(slot),
  });
}

export function decodeProductions(bytes: Uint8Array): Productions {
  const reader = new Clarity.Reader(bytes);
  const row = () => {
    const fields = reader.tuple<{ 'export-wh': bigint; revision: bigint; root: Uint8Array; seller: string }>({
      'export-wh': () => reader.uint(),
      revision: () => reader.uint(),
      root: () => reader.buffer(32),
      seller: () => reader.principal(),
    });
    const { 'export-wh': exportWh, ...rest } = fields;
    return { ...rest, exportWh };
  };
  const fields = reader.tuple<{ rows: Productions['rows']; slot: bigint }>({
    rows: () => reader.list(MAX_PRODUCTION_ROWS, row),
    slot: () => reader.uint(),
  });
  reader.end();
  return fields;
}

/** A relay hashes the same few domains for every message. */
const domainHashes = new Map<string, Uint8Array>();
const MAX_DOMAINS = 64;

/** sha256 of the domain tuple, as the contract computes it once at its deployment. */
export function domainHash({ chainId, contract, purpose }: Domain): Uint8Array {
  const name = `${chainId} ${contract} ${purpose}`;
  const known = domainHashes.get(name);
  if (known) return known.slice();
  const hash = sha256(
    Clarity.tuple({
      'chain-id': Clarity.uint(BigInt(chainId)),
      contract: Clarity.principal(contract),
      name: Clarity.stringAscii('wattconnect'),
      purpose: Clarity.stringAscii(purpose),
      version: Clarity.stringAscii('1'),
    }),
  );
  if (domainHashes.size >= MAX_DOMAINS) domainHashes.clear();
  domainHashes.set(name, hash);
  return hash.slice();
}

/** What is signed: sha256("SIP018" ‖ sha256(domain) ‖ sha256(message)), from the bytes as received. */
export function hash(domain: Domain, message: Uint8Array): Uint8Array {
  return sha256(concat(PREFIX, domainHash(domain), sha256(message)));
}

/** Signs with a development or agent key: 65 bytes, r ‖ s ‖ recovery id, low s. */
export function sign(domain: Domain, message: Uint8Array, key: string): Uint8Array {
  const recovered = secp256k1.sign(hash(domain, message), Keys.secret(key), {
    prehash: false,
    format: 'recovered',
    lowS: true,
  });
  return concat(recovered.subarray(1), recovered.subarray(0, 1));
}

/** Refuses what the contract refuses before any curve arithmetic: length, recovery id, high s. */
export function checkForm(signature: Uint8Array): void {
  if (signature.length !== 65) throw new SignatureError('A signature has 65 bytes.');
  if (signature[64]! > 3) throw new SignatureError('The recovery id is 0 to 3.');
  let s = 0n;
  for (const byte of signature.subarray(32, 64)) s = (s << 8n) | BigInt(byte);
  if (s > HALF_ORDER) throw new SignatureError('The signature is not in its low-s form.');
}

/** The address that signed. Throws {@link SignatureError} when the signature has none or is malleable. */
export function recover(digest: Uint8Array, signature: Uint8Array, network: Keys.Network): string {
  checkForm(signature);
  let compressed: Uint8Array;
  try {
    compressed = secp256k1.recoverPublicKey(concat(signature.subarray(64), signature.subarray(0, 64)), digest, {
      prehash: false,
    });
  } catch {
    throw new SignatureError('The signature belongs to no key.');
  }
  return Keys.addressOf(compressed, network);
}
