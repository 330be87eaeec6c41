// Salted readings: the chain holds one root a slot; one quarter of an hour can be shown without the others.
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal } from './bytes.ts';
import * as Clarity from './clarity.ts';
import { RangeLimitError } from './errors.ts';

/** One reading: which quarter of the slot (0 to 3), net export in Wh, 32 random bytes that keep it from being guessed. */
export type Reading = { index: number; wh: bigint; salt: Uint8Array };

const MAX_LEAVES = 256;

export function leaf({ index, wh, salt }: Reading): Uint8Array {
  return sha256(
    concat(
      Uint8Array.of(0),
      Clarity.tuple({ index: Clarity.uint(BigInt(index)), salt: Clarity.buffer(salt), wh: Clarity.uint(wh) }),
    ),
  );
}

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}

function levels(readings: Reading[]): Uint8Array[][] {
  const count = readings.length;
  if (count === 0 || count > MAX_LEAVES || (count & (count - 1)) !== 0)
    throw new RangeLimitError('The number of readings is a power of two.');
  if (readings.some((reading, i) => reading.index !== i))
    throw new RangeLimitError('Readings are numbered from 0 in their order.');
  const out = [readings.map(leaf)];
  while (out.at(-1)!.length > 1) {
    const below = out.at(-1)!;
    out.push(Array.from({ length: below.length / 2 }, (_, i) => node(below[2 * i]!, below[2 * i + 1]!)));
  }
  return out;
}

/** 32 bytes over all readings of a slot. */
export function root(readings: Reading[]): Uint8Array {
  return levels(readings).at(-1)![0]!;
}

/** The neighbours on the way up, leaf level first. */
export function proof(readings: Reading[], index: number): Uint8Array[] {
  return levels(readings)
    .slice(0, -1)
    .map((level, depth) => level[(index >> depth) ^ 1]!);
}

export function verify(expected: Uint8Array, reading: Reading, path: Uint8Array[]): boolean {
  if (!Number.isInteger(reading.index) || reading.index < 0 || reading.index >> path.length !== 0) return false;
  const top = path.reduce(
    (hash, other, depth) => ((reading.index >> depth) & 1 ? node(other, hash) : node(hash, other)),
    leaf(reading),
  );
  return equal(top, expected);
}
