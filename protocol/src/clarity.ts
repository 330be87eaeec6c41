// The part of Clarity's consensus serialisation that signed messages use, strict in both directions.
// Source: SIP-005 "Clarity value representation". One value has exactly one encoding here; anything else is refused.
import { concat, fromHex, toHex } from './bytes.ts';
import * as C32 from './c32.ts';
import { DecodeError, RangeLimitError } from './errors.ts';
import { MAX_UINT } from './units.ts';

const TYPE = {
  uint: 0x01,
  buffer: 0x02,
  standard: 0x05,
  contract: 0x06,
  none: 0x09,
  some: 0x0a,
  list: 0x0b,
  tuple: 0x0c,
  ascii: 0x0d,
} as const;
const ADDRESS_VERSIONS = [22, 20, 26, 21];
const CONTRACT_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/;
const TUPLE_KEY = /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/;

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

export function uint(value: bigint): Uint8Array {
  if (value < 0n || value > MAX_UINT) throw new RangeLimitError(`${value} does not fit into a Clarity uint.`);
  return concat(Uint8Array.of(TYPE.uint), fromHex(value.toString(16).padStart(32, '0')));
}

export function buffer(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(TYPE.buffer), u32(bytes.length), bytes);
}

export function stringAscii(text: string): Uint8Array {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new RangeLimitError('Only printable ASCII characters.');
  return concat(Uint8Array.of(TYPE.ascii), u32(text.length), ascii(text));
}

/** A standard (ST…) or contract (ST….name) principal. */
export function principal(text: string): Uint8Array {
  const [address, name, more] = text.split('.');
  const { version, hash } = C32.parse(address ?? '');
  if (!ADDRESS_VERSIONS.includes(version) || more !== undefined)
    throw new DecodeError(`"${text.slice(0, 60)}" is not a Stacks principal.`);
  const standard = concat(Uint8Array.of(version), hash);
  if (name === undefined) return concat(Uint8Array.of(TYPE.standard), standard);
  if (!CONTRACT_NAME.test(name)) throw new DecodeError(`"${name.slice(0, 60)}" is not a contract name.`);
  return concat(Uint8Array.of(TYPE.contract), standard, Uint8Array.of(name.length), ascii(name));
}

export const none = Uint8Array.of(TYPE.none);

export function some(value: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(TYPE.some), value);
}

export function list(values: Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(TYPE.list), u32(values.length), ...values);
}

/** Keys are sorted here, as consensus wants them. */
export function tuple(fields: Record<string, Uint8Array>): Uint8Array {
  const keys = Object.keys(fields).sort();
  return concat(
    Uint8Array.of(TYPE.tuple),
    u32(keys.length),
    ...keys.flatMap((key) => [Uint8Array.of(key.length), ascii(key), fields[key]!]),
  );
}

/** Reads values one after the other; every method throws {@link DecodeError} at the first byte that does not fit. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new DecodeError('The message ends too early.');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #u32(): number {
    this.#take(4);
    return this.#view.getUint32(this.#at - 4);
  }

  #type(wanted: number, name: string): void {
    if (this.#take(1)[0] !== wanted) throw new DecodeError(`Expected ${name}.`);
  }

  uint(): bigint {
    this.#type(TYPE.uint, 'a uint');
    return BigInt(`0x${toHex(this.#take(16))}`);
  }

  /** A buffer of exactly `length` bytes. */
  buffer(length: number): Uint8Array {
    this.#type(TYPE.buffer, 'a buffer');
    if (this.#u32() !== length) throw new DecodeError(`Expected ${length} bytes.`);
    return this.#take(length).slice();
  }

  principal(): string {
    const type = this.#take(1)[0];
    if (type !== TYPE.standard && type !== TYPE.contract) throw new DecodeError('Expected a principal.');
    const version = this.#take(1)[0]!;
    if (!ADDRESS_VERSIONS.includes(version)) throw new DecodeError('The address is of no known network.');
    const address = C32.address(version, this.#take(20));
    if (type === TYPE.standard) return address;
    const name = String.fromCharCode(...this.#take(this.#take(1)[0]!));
    if (!CONTRACT_NAME.test(name)) throw new DecodeError('Expected a contract name.');
    return `${address}.${name}`;
  }

  optional<T>(read: () => T): T | null {
    const type = this.#take(1)[0];
    if (type === TYPE.none) return null;
    if (type !== TYPE.some) throw new DecodeError('Expected an optional.');
    return read();
  }

  list<T>(most: number, read: () => T): T[] {
    this.#type(TYPE.list, 'a list');
    const length = this.#u32();
    if (length > most) throw new DecodeError(`At most ${most} rows.`);
    return Array.from({ length }, read);
  }

  /** Opens a tuple of exactly these keys (in sorted order) and reads each with its reader. */
  tuple<T extends Record<string, unknown>>(readers: { [K in keyof T & string]: () => T[K] }): T {
    this.#type(TYPE.tuple, 'a tuple');
    const keys = Object.keys(readers).sort() as (keyof T & string)[];
    if (this.#u32() !== keys.length) throw new DecodeError(`Expected ${keys.length} fields.`);
    const out: Partial<T> = {};
    for (const key of keys) {
      const found = String.fromCharCode(...this.#take(this.#take(1)[0]!));
      if (found !== key || !TUPLE_KEY.test(found)) throw new DecodeError(`Expected the field "${key}".`);
      out[key] = readers[key]();
    }
    return out as T;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new DecodeError('The message has bytes after its end.');
  }
}
