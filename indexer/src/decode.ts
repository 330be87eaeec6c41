// Events of our contracts straight from their bytes, by their declared types: an order of magnitude faster than through general Clarity values.
// The bindings' `decodeEvent` is its slow twin: a test compares the two on values of every type.
import { addressFromVersionHash, addressToString } from '@stacks/transactions';
import { type ClarityType, type ContractEvent, events } from '@wattconnect/contracts';

/** Bytes that are not of the declared type. */
class Unreadable extends Error {}

type Reader = (at: Cursor) => unknown;

class Cursor {
  readonly bytes: Buffer;
  offset = 0;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  byte(): number {
    const value = this.bytes[this.offset++];
    if (value === undefined) throw new Unreadable();
    return value;
  }
  take(length: number): number {
    const start = this.offset;
    this.offset += length;
    if (this.offset > this.bytes.length) throw new Unreadable();
    return start;
  }
  length(): number {
    return this.bytes.readUInt32BE(this.take(4));
  }
  expect(type: number): void {
    if (this.byte() !== type) throw new Unreadable();
  }
}

// Type bytes of Clarity's consensus form (SIP-005).
const INT = 0;
const UINT = 1;
const BUFFER = 2;
const TRUE = 3;
const FALSE = 4;
const STANDARD = 5;
const CONTRACT = 6;
const OK = 7;
const ERR = 8;
const NONE = 9;
const SOME = 10;
const LIST = 11;
const TUPLE = 12;
const ASCII = 13;
const UTF8 = 14;

/** Addresses come again and again, and their checksum is two hashes. */
const ADDRESSES = 20_000;
const addresses = new Map<string, string>();
function addressAt({ bytes }: Cursor, start: number): string {
  const key = bytes.toString('latin1', start, start + 21);
  let found = addresses.get(key);
  if (found === undefined) {
    found = addressToString(addressFromVersionHash(bytes[start]!, bytes.toString('hex', start + 1, start + 21)));
    if (addresses.size >= ADDRESSES) addresses.clear();
    addresses.set(key, found);
  }
  return found;
}

const uint: Reader = (at) => {
  at.expect(UINT);
  const start = at.take(16);
  const high = at.bytes.readBigUInt64BE(start);
  const low = at.bytes.readBigUInt64BE(start + 8);
  return high === 0n ? low : (high << 64n) | low;
};
const int: Reader = (at) => {
  at.expect(INT);
  const start = at.take(16);
  return (at.bytes.readBigInt64BE(start) << 64n) | at.bytes.readBigUInt64BE(start + 8);
};
const bool: Reader = (at) => {
  const type = at.byte();
  if (type !== TRUE && type !== FALSE) throw new Unreadable();
  return type === TRUE;
};
const principal: Reader = (at) => {
  const type = at.byte();
  if (type !== STANDARD && type !== CONTRACT) throw new Unreadable();
  const address = addressAt(at, at.take(21));
  if (type === STANDARD) return address;
  const length = at.byte();
  const start = at.take(length);
  return `${address}.${at.bytes.toString('latin1', start, start + length)}`;
};

const camel = (kebab: string) => kebab.replace(/-([a-z0-9])/g, (_, char: string) => char.toUpperCase());

function readerOf(type: ClarityType): Reader {
  if (typeof type === 'string') {
    switch (type) {
      case 'uint128':
        return uint;
      case 'int128':
        return int;
      case 'bool':
        return bool;
      case 'principal':
      case 'trait_reference':
        return principal;
      case 'none':
        return (at) => {
          at.expect(NONE);
          return null;
        };
    }
  }
  if ('buffer' in type)
    return (at) => {
      at.expect(BUFFER);
      const length = at.length();
      const start = at.take(length);
      return `0x${at.bytes.toString('hex', start, start + length)}`;
    };
  if ('string-ascii' in type)
    return (at) => {
      at.expect(ASCII);
      const length = at.length();
      const start = at.take(length);
      return at.bytes.toString('latin1', start, start + length);
    };
  if ('string-utf8' in type)
    return (at) => {
      at.expect(UTF8);
      const length = at.length();
      const start = at.take(length);
      // A character 0 is a text's end to some databases: it stands for itself no more.
      return at.bytes.toString('utf8', start, start + length).replaceAll('\0', '\ufffd');
    };
  if ('optional' in type) {
    const inner = readerOf(type.optional);
    return (at) => {
      const kind = at.byte();
      if (kind === NONE) return null;
      if (kind !== SOME) throw new Unreadable();
      return inner(at);
    };
  }
  if ('list' in type) {
    const inner = readerOf(type.list.type);
    const most = type.list.length;
    return (at) => {
      at.expect(LIST);
      const length = at.length();
      if (length > most) throw new Unreadable();
      return Array.from({ length }, () => inner(at));
    };
  }
  if ('tuple' in type) return tuple(type.tuple);
  // Contracts print no responses.
  return () => {
    throw new Unreadable();
  };
}

function tuple(fields: readonly { readonly name: string; readonly type: ClarityType }[]): Reader {
  const readers = new Map(fields.map(({ name, type }) => [name, { name: camel(name), read: readerOf(type) }]));
  return (at) => {
    at.expect(TUPLE);
    if (at.length() !== readers.size) throw new Unreadable();
    const value: Record<string, unknown> = {};
    for (let i = 0; i < readers.size; i++) {
      const length = at.byte();
      const start = at.take(length);
      const field = readers.get(at.bytes.toString('latin1', start, start + length));
      if (!field) throw new Unreadable();
      value[field.name] = field.read(at);
    }
    return value;
  };
}

/** Passes over a value, whatever its type. */
function skip(at: Cursor): void {
  switch (at.byte()) {
    case INT:
    case UINT:
      at.take(16);
      return;
    case BUFFER:
    case ASCII:
    case UTF8:
      at.take(at.length());
      return;
    case STANDARD:
      at.take(21);
      return;
    case CONTRACT:
      at.take(21);
      at.take(at.byte());
      return;
    case OK:
    case ERR:
    case SOME:
      skip(at);
      return;
    case LIST:
      for (let left = at.length(); left > 0; left--) skip(at);
      return;
    case TUPLE:
      for (let left = at.length(); left > 0; left--) {
        at.take(at.byte());
        skip(at);
      }
      return;
    case TRUE:
    case FALSE:
    case NONE:
      return;
    default:
      throw new Unreadable();
  }
}

/** The topic of a printed tuple. Found by walking its fields: what people write into texts must not be taken for it. */
function topicOf(bytes: Buffer): string | undefined {
  const at = new Cursor(bytes);
  at.expect(TUPLE);
  for (let left = at.length(); left > 0; left--) {
    const length = at.byte();
    const start = at.take(length);
    if (bytes.toString('latin1', start, start + length) !== 'topic') {
      skip(at);
      continue;
    }
    at.expect(ASCII);
    const size = at.length();
    const from = at.take(size);
    return bytes.toString('latin1', from, from + size);
  }
  return undefined;
}

type Plan = { topics: Map<string, Reader>; plain?: { topic: string; read: Reader } };
const topicText: ClarityType = { 'string-ascii': { length: 128 } };
const plans = new Map<string, Plan>(
  Object.entries(events).map(([contract, table]) => {
    const plan: Plan = { topics: new Map() };
    for (const [topic, type] of Object.entries(table as Record<string, ClarityType>)) {
      if (typeof type === 'object' && 'tuple' in type)
        plan.topics.set(topic, tuple([{ name: 'topic', type: topicText }, ...type.tuple]));
      else plan.plain ??= { topic, read: readerOf(type) };
    }
    return [contract, plan];
  }),
);

/**
 * The event of a print, from its bytes in hex with 0x.
 * @returns undefined when the contract prints nothing of that form
 */
export function decode(contract: string, hex: string): ContractEvent | undefined {
  const plan = plans.get(contract);
  if (!plan) return undefined;
  const at = new Cursor(Buffer.from(hex.slice(2), 'hex'));
  try {
    if (at.bytes[0] !== TUPLE) {
      if (!plan.plain) return undefined;
      const value = plan.plain.read(at);
      return at.offset === at.bytes.length
        ? ({ contract, topic: plan.plain.topic, value } as ContractEvent)
        : undefined;
    }
    const topic = topicOf(at.bytes);
    const read = topic === undefined ? undefined : plan.topics.get(topic);
    if (!read) return undefined;
    // As in the bindings: a field named contract must not hide who speaks.
    const { topic: said, contract: target, ...fields } = read(at) as { topic: string; contract?: unknown };
    if (said !== topic || at.offset !== at.bytes.length) return undefined;
    return { contract, topic, ...fields, ...(target !== undefined && { target }) } as ContractEvent;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RangeError) return undefined;
    throw error;
  }
}
