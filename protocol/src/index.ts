/** What every part of WattConnect agrees on. Leaf of the import graph; runs in browsers; does no I/O. */
export * as Auction from './auction.ts';
export * as Bytes from './bytes.ts';
export * as Cell from './cell.ts';
export * as Checkpoint from './checkpoint.ts';
export * as Envelope from './envelope.ts';
export * from './errors.ts';
export * as Fees from './fees.ts';
export * as Keys from './keys.ts';
export * as Limits from './limits.ts';
export * as Matching from './matching.ts';
export * as Merkle from './merkle.ts';
export * as Message from './message.ts';
export * as Settlement from './settlement.ts';
export * as Slot from './slot.ts';
export * as Topic from './topic.ts';
export * as Trust from './trust.ts';
export * as Units from './units.ts';
export * as Validate from './validate.ts';
