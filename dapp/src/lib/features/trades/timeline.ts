/**
 * The life of a trade as steps that people understand: signed, in a block, delivered, checked, paid out. What has happened has a time and a
 * transaction; what comes next says when it is expected. Nothing is called done before the chain says so.
 */
import { kwhExact, percent, stxExact } from '../../core/format.ts';
import { hourWords } from '../../core/sun.ts';
import { clock, dayWords, moment, slotHour, slotStart } from '../../core/time.ts';
import type { ReportRow, TradeRow } from '../../indexer/queries.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Rules } from '../market/rules.ts';

export type Step = {
  key: string;
  state: 'done' | 'now' | 'todo' | 'lost';
  icon: IconName;
  title: string;
  text: string;
  when: string;
  tx?: string;
  txName?: string;
};

export type Names = { seller: string; buyer: string; side: 'seller' | 'buyer' | 'other' };

const SETTLED = new Set(['settled', 'partially-settled', 'failed', 'timed-out', 'resolved', 'confirmed']);
const isSettled = ({ status }: Pick<TradeRow, 'status'>): boolean => SETTLED.has(status);
export const isOver = (trade: Pick<TradeRow, 'status'>): boolean => isSettled(trade) || trade.status === 'cancelled';

/** "You" at the start of a sentence and "you" inside, or a name. */
const capital = (name: string): string => (name === 'you' ? 'You' : name);

export const stepsOf = (
  trade: TradeRow,
  report: ReportRow | undefined,
  rules: Rules | undefined,
  now: number,
  names: Names,
): Step[] => {
  const start = slotStart(trade.slot);
  const end = start + 3600;
  const [seller, buyer] = [names.seller, names.buyer];
  const signed: Step = {
    key: 'signed',
    state: 'done',
    icon: 'check',
    title: 'Signed by both',
    text:
      trade.origin === 'signed'
        ? `${capital(seller)} signed a promise, ${buyer} took it.`
        : `${capital(seller)} listed it on chain, ${buyer} accepted.`,
    when: moment(trade.openedAt, now),
  };
  const held: Step = {
    key: 'held',
    state: 'done',
    icon: 'check',
    title: 'In a block, money held',
    text: `${stxExact(trade.locked)} STX from ${buyer}, held by the contract.`,
    when: moment(trade.openedAt, now),
    ...(trade.openedTx ? { tx: trade.openedTx } : {}),
  };
  if (trade.status === 'cancelled')
    return [
      signed,
      held,
      {
        key: 'cancelled',
        state: 'done',
        icon: 'cross',
        title: 'Cancelled',
        text: `${capital(buyer)} changed ${buyer === 'you' ? 'your' : 'their'} mind in time. All ${stxExact(trade.locked)} STX went back.`,
        when: '',
        ...(trade.cancelledTx ? { tx: trade.cancelledTx } : {}),
      },
    ];
  return [signed, held, deliveryStep(), checkStep(), payStep()];

  function deliveryStep(): Step {
    const base = { key: 'delivered', icon: 'meter' as const };
    if (trade.status === 'timed-out')
      return {
        ...base,
        state: 'lost',
        icon: 'cross',
        title: 'No reading came',
        text: 'The meter stayed silent for too long, so nothing was delivered.',
        when: '',
      };
    if (isSettled(trade)) {
      const all = trade.deliveredWh === trade.wh;
      return {
        ...base,
        state: (trade.deliveredWh ?? 0n) > 0n ? 'done' : 'lost',
        icon: (trade.deliveredWh ?? 0n) > 0n ? 'check' : 'cross',
        title: all ? 'Delivered' : (trade.deliveredWh ?? 0n) > 0n ? 'Partly delivered' : 'Not delivered',
        text: `${kwhExact(trade.deliveredWh)} of ${kwhExact(trade.wh)} kWh, shown by the meter of ${seller} and confirmed by the readers.`,
        when: report ? moment(report.firstAt, now) : '',
        ...(trade.reportedTx ? { tx: trade.reportedTx, txName: 'Reading' } : {}),
      };
    }
    if (report)
      return {
        ...base,
        state: 'done',
        icon: 'check',
        title: 'Meter read',
        text: `The meter of ${seller} showed ${kwhExact(report.exportWh)} kWh for that hour, confirmed by the readers${report.revision > 1n ? `, corrected ${report.revision === 2n ? 'once' : `${report.revision - 1n} times`}` : ''}.`,
        when: moment(report.firstAt, now),
        ...(report.tx ? { tx: report.tx, txName: 'Reading' } : {}),
      };
    if (now < start)
      return {
        ...base,
        state: 'todo',
        icon: 'sun',
        title: 'Delivery',
        text: `${kwhExact(trade.wh)} kWh flow from ${hourWords(slotHour(trade.slot))}.`,
        when: dayWords(start, now),
      };
    if (now < end)
      return {
        ...base,
        state: 'now',
        icon: 'sun',
        title: 'Being delivered',
        text: `${kwhExact(trade.wh)} kWh flow from ${seller} to ${buyer}.`,
        when: `until ${clock(end)}`,
      };
    return {
      ...base,
      state: 'now',
      icon: 'hourglass',
      title: 'Waiting for the meter',
      text: rules
        ? `If no reading comes until ${moment(end + rules.timeout, now)}, all money goes back.`
        : 'The reading has not come yet.',
      when: 'soon',
    };
  }

  function checkStep(): Step {
    const base = { key: 'checked', title: 'Checking time', icon: 'clock' as const };
    if (trade.status === 'timed-out')
      return {
        ...base,
        state: 'lost',
        icon: 'cross',
        title: 'Given up',
        text: 'There was nothing to check.',
        when: '',
        ...(trade.finalTx ? { tx: trade.finalTx } : {}),
      };
    if (trade.status === 'disputed')
      return {
        ...base,
        state: 'now',
        title: 'Somebody objected',
        text: 'The money is held until that is decided.',
        when: '',
      };
    const until = report && rules ? report.firstAt + rules.challengeWindow : undefined;
    if (isSettled(trade) || report?.final || trade.finalTx)
      return {
        ...base,
        state: 'done',
        icon: 'check',
        text:
          trade.status === 'resolved'
            ? 'Somebody objected, and it has been decided.'
            : 'Either side could object. Nobody did.',
        when: until ? moment(until, now) : '',
        ...(trade.finalTx ? { tx: trade.finalTx } : {}),
      };
    if (until !== undefined && now < until)
      return {
        ...base,
        state: 'now',
        text: `Either side can object until ${moment(until, now)}.`,
        when: `until ${clock(until)}`,
      };
    if (until !== undefined)
      return { ...base, state: 'now', text: 'The time to object is over. Anybody may close the hour now.', when: '' };
    return {
      ...base,
      state: 'todo',
      text: `After the reading, either side has ${rules ? `${Math.round(rules.challengeWindow / 60)} minutes` : 'some time'} to object.`,
      when: '',
    };
  }

  function payStep(): Step {
    const base = { key: 'paid', icon: 'share' as const };
    const tx = trade.settledTx ? { tx: trade.settledTx } : {};
    if (isSettled(trade)) {
      const { paid, fee, grid, refund } = trade;
      const back =
        (refund ?? 0n) > 0n
          ? ` ${stxExact(refund)} STX goes back to ${buyer}.`
          : ` All was delivered, so nothing goes back to ${buyer}.`;
      if ((paid ?? 0n) === 0n)
        return {
          ...base,
          state: 'done',
          icon: 'check',
          title: 'All money returned',
          text: `${stxExact(refund)} STX is ready for ${buyer} to collect.`,
          when: trade.settledAt ? moment(trade.settledAt, now) : '',
          ...tx,
        };
      return {
        ...base,
        state: 'done',
        icon: 'check',
        title: trade.status === 'partially-settled' ? 'Part paid, the rest returned' : 'Paid out',
        text: `${stxExact(paid)} STX to ${seller}, ${stxExact(fee)} community fee, ${stxExact(grid)} local wires.${back}`,
        when: trade.settledAt ? moment(trade.settledAt, now) : '',
        ...tx,
      };
    }
    const until = report && rules ? report.firstAt + rules.challengeWindow : undefined;
    return {
      ...base,
      state: 'todo',
      title: 'Paid out',
      text: `Up to ${stxExact(trade.cost)} STX to ${seller} for what the meter shows, ${percent(trade.commissionBps)} community fee and ${percent(trade.gridBps)} local wires. The rest goes back to ${buyer}.`,
      when: until ? `about ${clock(Math.max(until, now))}` : '',
    };
  }
};

/** Until when a buyer can take a purchase back; undefined when that is over or was never possible. */
export const cancelUntil = (trade: TradeRow, rules: Rules, now: number): number | undefined => {
  if (trade.status !== 'open') return undefined;
  const until = Math.min(trade.openedAt + rules.cancelWindow, slotStart(trade.slot) - rules.gateClosure - 1);
  return now <= until ? until : undefined;
};

/** Whether a party can object at this moment: the hour is over, the trade open and the hour not final. */
export const canDispute = (trade: TradeRow, report: ReportRow | undefined, now: number): boolean =>
  trade.status === 'open' && !report?.final && !trade.finalTx && now >= slotStart(trade.slot) + 3600;

/**
 * When anybody may close an objection by the readings: at once when they were corrected since, otherwise when nobody can call a jury any more.
 * Undefined as long as the reading is not final.
 */
export const decidableFrom = (
  dispute: { revision: bigint },
  report: ReportRow | undefined,
  rules: Rules | undefined,
): number | undefined => {
  if (!report?.final || !rules) return undefined;
  // The first reading corrects nothing.
  const seen = dispute.revision > 0n ? dispute.revision : 1n;
  const closed = report.firstAt + rules.challengeWindow;
  return report.revision > seen ? closed : closed + rules.juryCallWindow;
};

export type Status = { text: string; tone: 'share' | 'warn' | 'bad' | 'grid' | 'home' };

/** One or two words for a list. */
export const statusOf = (trade: TradeRow, now: number): Status => {
  const start = slotStart(trade.slot);
  switch (trade.status) {
    case 'open':
      return now < start
        ? { text: 'Money held', tone: 'share' }
        : now < start + 3600
          ? { text: 'Being delivered', tone: 'home' }
          : { text: 'Being checked', tone: 'warn' };
    case 'settled':
    case 'confirmed':
      return { text: 'Paid out', tone: 'share' };
    case 'partially-settled':
      return { text: 'Part paid', tone: 'warn' };
    case 'failed':
    case 'timed-out':
      return { text: 'Returned', tone: 'bad' };
    case 'cancelled':
      return { text: 'Refunded', tone: 'grid' };
    case 'disputed':
      return { text: 'Objected', tone: 'warn' };
    default:
      return { text: 'Decided', tone: 'grid' };
  }
};
