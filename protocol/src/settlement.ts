// Who gets what when the meters have spoken. Source: trade-escrow; vectors in vectors/settlement.json.
import * as Fees from './fees.ts';
import { ceilDiv, min } from './units.ts';

export type Trade = {
  wh: bigint;
  cost: bigint;
  /** cost + commission + grid, as locked when the trade was made. */
  locked: bigint;
  /** Packed rates that held when the trade was made. */
  terms: bigint;
};

export type Settled = {
  /** Wh that reach the buyer. */
  delivered: bigint;
  /** To the seller. */
  paid: bigint;
  /** Commission, with what the rounding leaves over. */
  fee: bigint;
  grid: bigint;
  /** Back to the buyer. */
  refund: bigint;
};

/**
 * One trade's share of what its seller's meter delivered in the slot.
 * @param custody Wh delivered for all promises of (seller, slot): min(export, promised)
 * @param promised Wh promised by the seller in the slot
 * @returns integers with locked = paid + fee + grid + refund and delivered ≤ wh
 */
export function settle({
  wh,
  cost,
  locked,
  terms,
  custody,
  promised,
}: Trade & { custody: bigint; promised: bigint }): Settled {
  const delivered = promised === 0n ? 0n : (wh * custody) / promised;
  return money({ wh, cost, locked, terms }, delivered);
}

/** The money for a given delivery. The buyer's cost rounds up, the seller's share down; the difference goes to the commission. */
export function money({ wh, cost, locked, terms }: Trade, delivered: bigint): Settled {
  const { commissionBps, gridBps } = Fees.unpack(terms);
  const due = wh === 0n ? 0n : ceilDiv(cost * delivered, wh);
  const paid = wh === 0n ? 0n : (cost * delivered) / wh;
  const fee = (due * commissionBps) / Fees.BPS + (due - paid);
  const grid = (due * gridBps) / Fees.BPS;
  return { delivered, paid, fee, grid, refund: locked - paid - fee - grid };
}

/**
 * The money of a disputed trade whose sides agreed, or whose jury decided, that the seller is paid for `wh`.
 * Fees are for what the meter says was delivered, so nobody trades without them by an agreement.
 */
export function verdict({ wh, cost, locked, terms }: Trade, delivered: bigint, judged: bigint): Settled {
  const { commissionBps, gridBps } = Fees.unpack(terms);
  const due = ceilDiv(cost * delivered, wh);
  const paid = (cost * judged) / wh;
  const fee = (due * commissionBps) / Fees.BPS;
  const grid = (due * gridBps) / Fees.BPS;
  return { delivered, paid, fee, grid, refund: locked - paid - fee - grid };
}

/** All trades of one (seller, slot). `dust` is what the floors leave of the custody: the producer's, in kWh. */
export function settleSlot(
  trades: Trade[],
  exportWh: bigint,
): { custody: bigint; surplus: bigint; settled: Settled[]; dust: bigint } {
  const promised = trades.reduce((sum, trade) => sum + trade.wh, 0n);
  const custody = min(exportWh, promised);
  const settled = trades.map((trade) => settle({ ...trade, custody, promised }));
  const handed = settled.reduce((sum, one) => sum + one.delivered, 0n);
  return { custody, surplus: exportWh - custody, settled, dust: custody - handed };
}
