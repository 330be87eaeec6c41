/**
 * The figures of a day, added up from trades and meter reports. An hour without a report has no export: it is not known yet, not zero.
 */
import type { ReportRow, TradeRow } from '../../indexer/queries.ts';

export type Hour = {
  slot: number;
  /** Wh that meters showed, undefined while no report has come. */
  exported: bigint | undefined;
  /** Wh of the export that nobody had been promised. */
  surplus: bigint | undefined;
  /** Wh promised to neighbours in trades that were not cancelled. */
  promised: bigint;
  /** Wh of settled trades. */
  delivered: bigint;
  /** µSTX paid to sellers. */
  paid: bigint;
  /** µSTX that the contract holds. */
  held: bigint;
  sellers: number;
  buyers: number;
};

const sum = (values: bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** One row for each slot from `from` (inclusive) to `to` (exclusive). */
export const hoursOf = (trades: readonly TradeRow[], reports: readonly ReportRow[], from: number, to: number): Hour[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => {
    const slot = from + index;
    const there = trades.filter((trade) => trade.slot === slot && trade.status !== 'cancelled');
    const shown = reports.filter((report) => report.slot === slot);
    const exported = shown.length ? sum(shown.map((report) => report.exportWh)) : undefined;
    const promised = sum(there.map((trade) => trade.wh));
    return {
      slot,
      exported,
      surplus:
        exported === undefined
          ? undefined
          : sum(shown.map((report) => report.surplusWh ?? surplusBefore(report, there))),
      promised,
      delivered: sum(there.map((trade) => trade.deliveredWh ?? 0n)),
      paid: sum(there.map((trade) => trade.paid ?? 0n)),
      held: sum(
        there.filter((trade) => trade.status === 'open' || trade.status === 'disputed').map((trade) => trade.locked),
      ),
      sellers: new Set(there.map((trade) => trade.seller.id)).size,
      buyers: new Set(there.map((trade) => trade.buyer.id)).size,
    };
  });

// before the checking time is over the split is what it will be if nobody objects
const surplusBefore = (report: ReportRow, trades: readonly TradeRow[]): bigint => {
  const promised = sum(trades.filter((trade) => trade.seller.id === report.seller.id).map((trade) => trade.wh));
  return report.exportWh > promised ? report.exportWh - promised : 0n;
};

export type Totals = { exported: bigint | undefined; promised: bigint; delivered: bigint; paid: bigint; held: bigint };

export const totalsOf = (hours: readonly Hour[]): Totals => {
  const known = hours.flatMap((hour) => (hour.exported === undefined ? [] : [hour.exported]));
  return {
    exported: known.length ? sum(known) : undefined,
    promised: sum(hours.map((hour) => hour.promised)),
    delivered: sum(hours.map((hour) => hour.delivered)),
    paid: sum(hours.map((hour) => hour.paid)),
    held: sum(hours.map((hour) => hour.held)),
  };
};

/** The newest hour that meters have shown. */
export const lastMetered = (hours: readonly Hour[]): Hour | undefined =>
  hours.findLast((hour) => hour.exported !== undefined);
