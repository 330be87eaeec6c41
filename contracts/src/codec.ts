// Between Clarity values and plain values, checked against a type.
import { Cl, type ClarityValue } from '@stacks/transactions';
import { type ClarityType, camel, type Js } from './types.ts';

/** A value that is not of the type that it should be. */
export class TypeMismatch extends Error {
  readonly path: string;
  constructor(path: string, expected: string) {
    super(`${path || 'value'}: expected ${expected}`);
    this.name = 'TypeMismatch';
    this.path = path;
  }
}

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** @throws {TypeMismatch} */
export function encode(type: ClarityType, value: unknown, path = ''): ClarityValue {
  const bad = (expected: string) => new TypeMismatch(path, expected);
  if (typeof type === 'string') {
    switch (type) {
      case 'uint128':
        if (typeof value !== 'bigint' || value < 0n) throw bad('a bigint of zero or more');
        return Cl.uint(value);
      case 'int128':
        if (typeof value !== 'bigint') throw bad('a bigint');
        return Cl.int(value);
      case 'bool':
        if (typeof value !== 'boolean') throw bad('true or false');
        return Cl.bool(value);
      case 'principal':
      case 'trait_reference':
        if (typeof value !== 'string') throw bad('a principal');
        return Cl.principal(value);
      case 'none':
        return Cl.none();
    }
  }
  if ('buffer' in type) {
    if (!(value instanceof Uint8Array) || value.length > type.buffer.length)
      throw bad(`at most ${type.buffer.length} bytes`);
    return Cl.buffer(value);
  }
  if ('string-ascii' in type) {
    if (typeof value !== 'string' || value.length > type['string-ascii'].length)
      throw bad(`at most ${type['string-ascii'].length} characters`);
    return Cl.stringAscii(value);
  }
  if ('string-utf8' in type) {
    if (typeof value !== 'string' || [...value].length > type['string-utf8'].length)
      throw bad(`at most ${type['string-utf8'].length} characters`);
    return Cl.stringUtf8(value);
  }
  if ('optional' in type)
    return value === null || value === undefined ? Cl.none() : Cl.some(encode(type.optional, value, path));
  if ('list' in type) {
    if (!Array.isArray(value) || value.length > type.list.length) throw bad(`a list of at most ${type.list.length}`);
    return Cl.list(value.map((item, i) => encode(type.list.type, item, `${path}[${i}]`)));
  }
  if ('tuple' in type) {
    if (typeof value !== 'object' || value === null) throw bad('an object');
    const fields = value as Record<string, unknown>;
    return Cl.tuple(
      Object.fromEntries(
        type.tuple.map(({ name, type: inner }) => [
          name,
          encode(inner, fields[camel(name)], path ? `${path}.${name}` : name),
        ]),
      ),
    );
  }
  throw bad('a type that can be an argument');
}

/** @throws {TypeMismatch} */
export function decode<const T extends ClarityType>(type: T, value: ClarityValue): Js<T> {
  return decodeUntyped(type, value) as Js<T>;
}

/** As {@link decode}, where the type is known at run time only. */
export function decodeUntyped(type: ClarityType, value: ClarityValue): unknown {
  return decodeAny(type, value, '');
}

function decodeAny(type: ClarityType, value: ClarityValue, path: string): unknown {
  const bad = (expected: string) => new TypeMismatch(path, expected);
  if (typeof type === 'string') {
    switch (type) {
      case 'uint128':
      case 'int128':
        if (value.type !== 'uint' && value.type !== 'int') throw bad('a number');
        return BigInt(value.value);
      case 'bool':
        if (value.type !== 'true' && value.type !== 'false') throw bad('a bool');
        return value.type === 'true';
      case 'principal':
      case 'trait_reference':
        if (value.type !== 'address' && value.type !== 'contract') throw bad('a principal');
        return value.value;
      case 'none':
        return null;
    }
  }
  if ('buffer' in type) {
    if (value.type !== 'buffer') throw bad('a buffer');
    return fromHex(value.value);
  }
  if ('string-ascii' in type || 'string-utf8' in type) {
    if (value.type !== 'ascii' && value.type !== 'utf8') throw bad('a text');
    return value.value;
  }
  if ('optional' in type) {
    if (value.type === 'none') return null;
    if (value.type !== 'some') throw bad('an optional');
    return decodeAny(type.optional, value.value, path);
  }
  if ('list' in type) {
    if (value.type !== 'list') throw bad('a list');
    return value.value.map((item, i) => decodeAny(type.list.type, item, `${path}[${i}]`));
  }
  if ('tuple' in type) {
    if (value.type !== 'tuple') throw bad('a tuple');
    const names = Object.keys(value.value);
    if (names.length !== type.tuple.length) throw bad(`${type.tuple.length} fields, found ${names.join(', ')}`);
    return Object.fromEntries(
      type.tuple.map(({ name, type: inner }) => {
        const field = value.value[name];
        if (field === undefined) throw bad(`the field ${name}`);
        return [camel(name), decodeAny(inner, field, path ? `${path}.${name}` : name)];
      }),
    );
  }
  if (value.type !== 'ok') throw bad('an ok response');
  return decodeAny(type.response.ok, value.value, path);
}

/** Any Clarity value as plain data, without a type: tuples keep camelCase keys, buffers become 0x… texts, a response gives its value. */
export function plain(value: ClarityValue): unknown {
  switch (value.type) {
    case 'uint':
    case 'int':
      return BigInt(value.value);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'none':
      return null;
    case 'some':
    case 'ok':
    case 'err':
      return plain(value.value);
    case 'buffer':
      return `0x${value.value}`;
    case 'list':
      return value.value.map(plain);
    case 'tuple':
      return Object.fromEntries(Object.entries(value.value).map(([name, field]) => [camel(name), plain(field)]));
    default:
      return value.value;
  }
}

/** Buffers of a decoded value as 0x… texts: what can be stored and compared as text. */
export function textual(value: unknown): unknown {
  if (value instanceof Uint8Array) return `0x${toHex(value)}`;
  if (Array.isArray(value)) return value.map(textual);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, textual(field)]));
  return value;
}
