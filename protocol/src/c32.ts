// Stacks addresses: c32check, Crockford's base 32 with a version and a checksum. Written by hand, with the package c32check as the tests'
// other opinion: gossip makes two addresses for every message, and a browser loads this first (twice as fast, 8 kB less), and a text
// that could be written in two ways has no place in what is signed (the package takes look-alike letters).
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal, fromHex } from './bytes.ts';
import { DecodeError } from './errors.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HASH_BYTES = 20;
const CHECKSUM_BYTES = 4;
const ADDRESS = /^S([0-9A-HJKMNP-TV-Z])([0-9A-HJKMNP-TV-Z]{24,39})$/;

function checksum(version: number, hash: Uint8Array): Uint8Array {
  return sha256(sha256(concat(Uint8Array.of(version), hash))).subarray(0, CHECKSUM_BYTES);
}

/** Digits of a big-endian number, without leading zeros; then one zero for each leading zero byte. */
function digits(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = bytes.length - 1; i >= 0; i--) {
    held |= bytes[i]! << bits;
    bits += 8;
    for (; bits >= 5; bits -= 5, held >>>= 5) out = ALPHABET[held & 31] + out;
  }
  if (bits > 0) out = ALPHABET[held] + out;
  let zeros = 0;
  while (bytes[zeros] === 0) zeros++;
  return '0'.repeat(zeros) + out.replace(/^0+/, '');
}

/** The address of a version (22 is a single signature on mainnet, 26 on test networks) and a 20-byte hash. */
export function address(version: number, hash: Uint8Array): string {
  return `S${ALPHABET[version]}${digits(concat(hash, checksum(version, hash)))}`;
}

/** Version and hash of an address in its one form: upper case, no look-alike letters. Throws {@link DecodeError}. */
export function parse(text: string): { version: number; hash: Uint8Array } {
  const parts = ADDRESS.exec(text);
  if (!parts) throw new DecodeError(`"${text.slice(0, 60)}" is not a Stacks address.`);
  const version = ALPHABET.indexOf(parts[1]!);
  let value = 0n;
  for (const char of parts[2]!) value = (value << 5n) | BigInt(ALPHABET.indexOf(char));
  const hex = value.toString(16);
  const length = 2 * (HASH_BYTES + CHECKSUM_BYTES);
  const bytes = hex.length <= length ? fromHex(hex.padStart(length, '0')) : new Uint8Array(0);
  const hash = bytes.slice(0, HASH_BYTES);
  // The checksum guards against slips of the pen; the text itself has to be the one that these bytes give.
  if (!equal(bytes.subarray(HASH_BYTES), checksum(version, hash)) || address(version, hash) !== text)
    throw new DecodeError(`"${text.slice(0, 60)}" is not a Stacks address: a character is wrong.`);
  return { version, hash };
}
