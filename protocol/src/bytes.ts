// Hexadecimal and comparison of byte strings.
import { DecodeError } from './errors.ts';

const HEX = /^(?:0x)?((?:[0-9a-f]{2})*)$/i;

/** Bytes of a hex text, with or without 0x. Throws {@link DecodeError}. */
export function fromHex(text: string): Uint8Array {
  const digits = HEX.exec(text)?.[1];
  if (digits === undefined) throw new DecodeError('Not a hexadecimal text of whole bytes.');
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Lower-case hex without a prefix. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
