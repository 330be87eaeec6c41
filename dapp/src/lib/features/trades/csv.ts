import { decimal } from '../../core/format.ts';
import type { TradeRow } from '../../indexer/queries.ts';

// a spreadsheet would run a cell that begins with one of these
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Trades as a CSV file: times in UTC, energy in kWh, money in STX, exact. */
export const csvOf = (trades: readonly TradeRow[], me: string): string => {
  const head = [
    'trade',
    'hour_utc',
    'side',
    'seller',
    'buyer',
    'kwh',
    'delivered_kwh',
    'locked_stx',
    'paid_stx',
    'fees_stx',
    'refund_stx',
    'status',
    'opened_tx',
    'settled_tx',
  ];
  const rows = trades.map((trade) => [
    trade.id,
    new Date(trade.slot * 3_600_000).toISOString(),
    trade.seller.id === me ? 'sold' : 'bought',
    trade.seller.id,
    trade.buyer.id,
    decimal(trade.wh, 3, 3),
    trade.deliveredWh === null ? '' : decimal(trade.deliveredWh, 3, 3),
    decimal(trade.locked, 6, 6),
    trade.paid === null ? '' : decimal(trade.paid, 6, 6),
    trade.fee === null ? '' : decimal(trade.fee + (trade.grid ?? 0n), 6, 6),
    trade.refund === null ? '' : decimal(trade.refund, 6, 6),
    trade.status,
    trade.openedTx ?? '',
    trade.settledTx ?? '',
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
};
