// What a buyer pays, in base units, rounded as the contracts round. Source: trade-escrow and marketplace.
import type { Tier } from './cell.ts';
import { RangeLimitError } from './errors.ts';
import { ceilDiv, WH_PER_KWH } from './units.ts';

export const BPS = 10_000n;

export type Quote = {
  /** To the seller on full delivery. */
  cost: bigint;
  /** Commission to the treasury. */
  fee: bigint;
  /** Local wires. */
  grid: bigint;
  /** What the buyer locks: cost + fee + grid. */
  total: bigint;
};

export type Terms = { commissionBps: bigint; gridBps: bigint };

/** Base units for `wh` at `price` base units a kWh: rounded up, so that no energy is ever free by rounding. */
export function costOf(wh: bigint, price: bigint): bigint {
  return ceilDiv(wh * price, WH_PER_KWH);
}

export function quote({ wh, price, commissionBps, gridBps }: { wh: bigint; price: bigint } & Terms): Quote {
  const cost = costOf(wh, price);
  const fee = (cost * commissionBps) / BPS;
  const grid = (cost * gridBps) / BPS;
  return { cost, fee, grid, total: cost + fee + grid };
}

/** A trade keeps its fee terms in one uint: commission + grid × 10000. */
export function pack({ commissionBps, gridBps }: Terms): bigint {
  if (commissionBps < 0n || commissionBps >= BPS || gridBps < 0n || gridBps >= BPS)
    throw new RangeLimitError('Fee rates lie between 0 and 9999 basis points.');
  return commissionBps + gridBps * BPS;
}

export function unpack(terms: bigint): Terms {
  return { commissionBps: terms % BPS, gridBps: terms / BPS };
}

/** The rate for the local wires between two cells. */
export function gridBpsOf(tier: Tier, rates: { cell: bigint; district: bigint; far: bigint }): bigint {
  return rates[tier];
}
