// What travels on gossip topics: protobuf { 1: kind (varint), 2: cv (bytes), 3: sig (bytes) }, in exactly this form.
// Written by hand because every accepted message must have one encoding only: a general decoder accepts many.
import { concat } from './bytes.ts';
import { DecodeError } from './errors.ts';
import { MAX_ENVELOPE_BYTES } from './limits.ts';

export const KIND = { offer: 1, bid: 2, cancel: 3, commitment: 4, report: 5, checkpoint: 6, telemetry: 7 } as const;
export type Kind = keyof typeof KIND;

export type Envelope = {
  kind: Kind;
  /** Consensus bytes of the message tuple. */
  cv: Uint8Array;
  /** 65 bytes, r ‖ s ‖ recovery id; of a checkpoint 64, ed25519. */
  sig: Uint8Array;
};

const KINDS = new Map<number, Kind>(Object.entries(KIND).map(([name, number]) => [number, name as Kind]));
const TAG = { kind: 0x08, cv: 0x12, sig: 0x1a };
/** Accounts sign with secp256k1, indexers with a key of their own, ed25519. */
const signatureBytes = (kind: Kind): number => (kind === 'checkpoint' ? 64 : 65);

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let left = value;
  while (left > 0x7f) {
    out.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  out.push(left);
  return Uint8Array.from(out);
}

export function encode({ kind, cv, sig }: Envelope): Uint8Array {
  return concat(
    Uint8Array.of(TAG.kind, KIND[kind], TAG.cv),
    varint(cv.length),
    cv,
    Uint8Array.of(TAG.sig),
    varint(sig.length),
    sig,
  );
}

/** Throws {@link DecodeError} for anything but the one form, or more than `maxBytes`. */
export function decode(bytes: Uint8Array, { maxBytes = MAX_ENVELOPE_BYTES }: { maxBytes?: number } = {}): Envelope {
  if (bytes.length > maxBytes) throw new DecodeError(`An envelope has at most ${maxBytes} bytes.`);
  let at = 0;
  const byte = () => {
    const value = bytes[at++];
    if (value === undefined) throw new DecodeError('The envelope ends too early.');
    return value;
  };
  const expect = (tag: number) => {
    if (byte() !== tag) throw new DecodeError('The envelope has another form.');
  };
  const length = () => {
    const first = byte();
    if (first <= 0x7f) return first;
    const second = byte();
    // Two bytes hold every length that the size limit lets through; a third one, or a zero second one, is another form.
    if (second > 0x7f || second === 0) throw new DecodeError('The envelope has another form.');
    return (first & 0x7f) | (second << 7);
  };
  const take = (count: number) => {
    if (at + count > bytes.length) throw new DecodeError('The envelope ends too early.');
    at += count;
    return bytes.slice(at - count, at);
  };
  expect(TAG.kind);
  const kind = KINDS.get(byte());
  if (!kind) throw new DecodeError('The envelope is of an unknown kind.');
  expect(TAG.cv);
  const cv = take(length());
  expect(TAG.sig);
  const sig = take(length());
  const wanted = signatureBytes(kind);
  if (sig.length !== wanted) throw new DecodeError(`A signature of this kind has ${wanted} bytes.`);
  if (at !== bytes.length) throw new DecodeError('The envelope has bytes after its end.');
  return { kind, cv, sig };
}
