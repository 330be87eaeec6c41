// Frames of /wattconnect/1/sync: one byte of type, then fields of fixed size, big-endian. Each travels with its length in front.
//
//   dialler                         listener
//   hello   chain, contract, cells
//                                   welcome  cells of both, digest and count of its entries there, addresses of other relays
//   done    when the digests are equal, or else:
//   list
//                                   ids      all ids of these cells, in pages
//   want    ids that the dialler lacks; the listener answers each with the envelopes that it still has, until none is lacking
//                                   envelopes
//   ids     ids that the listener lacks, in pages; each is answered by
//                                   want     those it wants
//   envelopes
//   done
//
// Range reconciliation can replace the list later without a change to the rest.
import { Bytes, Cell, DecodeError } from '@wattconnect/protocol';
import { MAX_CELLS, MAX_ORDER_ENVELOPE_BYTES, SYNC } from '../limits.ts';

export type Frame =
  | { type: 'hello'; chainId: number; contractHash: string; cells: bigint[] }
  | { type: 'welcome'; cells: bigint[]; digest: Uint8Array; count: number; addresses: string[] }
  | { type: 'list' }
  | { type: 'ids'; last: boolean; ids: string[] }
  | { type: 'want'; ids: string[] }
  | { type: 'envelopes'; envelopes: Uint8Array[] }
  | { type: 'done' };

const TYPE = { hello: 1, welcome: 2, list: 3, ids: 4, want: 5, envelopes: 6, done: 7 } as const;
const ID_BYTES = 32;
const MAX_ADDRESS_BYTES = 256;

const text = new TextEncoder();
const untext = new TextDecoder('utf-8', { fatal: true });

function number(value: number, bytes: 1 | 2 | 4): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = bytes - 1, left = value; i >= 0; i--, left = Math.floor(left / 256)) out[i] = left % 256;
  return out;
}

function cellsOf(cells: bigint[]): Uint8Array[] {
  return [number(cells.length, 1), ...cells.map((cell) => Bytes.fromHex(cell.toString(16).padStart(16, '0')))];
}

function prefixed(bytes: Uint8Array): Uint8Array[] {
  return [number(bytes.length, 2), bytes];
}

export function encode(frame: Frame): Uint8Array {
  const type = number(TYPE[frame.type], 1);
  switch (frame.type) {
    case 'hello':
      return Bytes.concat(type, number(frame.chainId, 4), Bytes.fromHex(frame.contractHash), ...cellsOf(frame.cells));
    case 'welcome':
      return Bytes.concat(
        type,
        ...cellsOf(frame.cells),
        frame.digest,
        number(frame.count, 4),
        number(frame.addresses.length, 1),
        ...frame.addresses.flatMap((address) => prefixed(text.encode(address))),
      );
    case 'ids':
      return Bytes.concat(type, number(frame.last ? 1 : 0, 1), ...frame.ids.map(Bytes.fromHex));
    case 'want':
      return Bytes.concat(type, ...frame.ids.map(Bytes.fromHex));
    case 'envelopes':
      return Bytes.concat(type, ...frame.envelopes.flatMap(prefixed));
    case 'list':
    case 'done':
      return type;
  }
}

/** Throws {@link DecodeError} for everything that {@link encode} does not make, or that is over its bounds. */
export function decode(bytes: Uint8Array): Frame {
  if (bytes.length > SYNC.maxFrameBytes) throw new DecodeError('The frame is too long.');
  let at = 0;
  const take = (count: number) => {
    if (at + count > bytes.length) throw new DecodeError('The frame ends too early.');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const int = (count: 1 | 2 | 4) => take(count).reduce((sum, byte) => sum * 256 + byte, 0);
  const cells = () => {
    const count = int(1);
    if (count > MAX_CELLS) throw new DecodeError(`At most ${MAX_CELLS} cells.`);
    return Array.from({ length: count }, () => {
      const cell = BigInt(`0x${Bytes.toHex(take(8))}`);
      if (!Cell.isCell(cell)) throw new DecodeError('Not a cell.');
      return cell;
    });
  };
  const ids = (most: number) => {
    const count = (bytes.length - at) / ID_BYTES;
    if (!Number.isInteger(count) || count > most) throw new DecodeError(`At most ${most} whole ids.`);
    return Array.from({ length: count }, () => Bytes.toHex(take(ID_BYTES)));
  };
  const read = (): Frame => {
    switch (int(1)) {
      case TYPE.hello:
        return { type: 'hello', chainId: int(4), contractHash: Bytes.toHex(take(4)), cells: cells() };
      case TYPE.welcome: {
        const frame = { type: 'welcome' as const, cells: cells(), digest: take(32).slice(), count: int(4) };
        const count = int(1);
        if (count > SYNC.maxAddresses) throw new DecodeError(`At most ${SYNC.maxAddresses} addresses.`);
        const addresses = Array.from({ length: count }, () => {
          const length = int(2);
          if (length > MAX_ADDRESS_BYTES) throw new DecodeError('The address is too long.');
          try {
            return untext.decode(take(length));
          } catch (error) {
            if (error instanceof DecodeError) throw error;
            throw new DecodeError('The address is no text.');
          }
        });
        return { ...frame, addresses };
      }
      case TYPE.list:
        return { type: 'list' };
      case TYPE.ids: {
        const last = int(1);
        if (last > 1) throw new DecodeError('The frame has another form.');
        return { type: 'ids', last: last === 1, ids: ids(SYNC.idsPerFrame) };
      }
      case TYPE.want:
        return { type: 'want', ids: ids(SYNC.envelopesPerFrame) };
      case TYPE.envelopes: {
        const envelopes: Uint8Array[] = [];
        while (at < bytes.length) {
          if (envelopes.length === SYNC.envelopesPerFrame)
            throw new DecodeError(`At most ${SYNC.envelopesPerFrame} envelopes.`);
          const length = int(2);
          if (length > MAX_ORDER_ENVELOPE_BYTES) throw new DecodeError('The envelope is too long.');
          envelopes.push(take(length).slice());
        }
        return { type: 'envelopes', envelopes };
      }
      case TYPE.done:
        return { type: 'done' };
      default:
        throw new DecodeError('A frame of an unknown type.');
    }
  };
  const frame = read();
  if (at !== bytes.length) throw new DecodeError('The frame has bytes after its end.');
  return frame;
}
