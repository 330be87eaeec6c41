/** The community's rules as people speak of them: a name, how its value is written, and what a change means for somebody's day. */
import { Fees } from '@wattconnect/protocol';
import { count, duration, kwh, percent, stxExact, trust } from '../../core/format.ts';
import { plain } from '../../core/text.ts';

type Kind = 'rate' | 'trust' | 'money' | 'price' | 'time' | 'energy' | 'kilowatt-hours' | 'power' | 'number';
export type Parameter = { key: string; name: string; kind: Kind; effect?: (before: bigint, after: bigint) => string };

/** What 3 kWh at 0.360 STX cost with a rate more than with another, in words. */
const purchase = (before: bigint, after: bigint): string => {
  const cost = Fees.costOf(3_000n, 360_000n);
  const difference = (cost * after) / Fees.BPS - (cost * before) / Fees.BPS;
  const size = difference < 0n ? -difference : difference;
  return `When you buy 3 kWh at 0.360 STX you would pay ${stxExact(size)} STX ${difference < 0n ? 'less' : 'more'}.`;
};
const longer = (what: string) => (before: bigint, after: bigint) =>
  `${what} ${duration(Number(after))} instead of ${duration(Number(before))}.`;

export const PARAMETERS: readonly Parameter[] = [
  { key: 'commission-bps', name: 'Community fee', kind: 'rate', effect: purchase },
  { key: 'grid-bps-cell', name: 'Local wires, same area', kind: 'rate', effect: purchase },
  { key: 'grid-bps-district', name: 'Local wires, same district', kind: 'rate', effect: purchase },
  { key: 'grid-bps-far', name: 'Local wires, farther away', kind: 'rate', effect: purchase },
  {
    key: 'price-floor',
    name: 'Lowest price',
    kind: 'price',
    effect: (_, after) => `Nobody could sell below ${stxExact(after)} STX per kWh.`,
  },
  {
    key: 'price-ceiling',
    name: 'Highest price',
    kind: 'price',
    effect: (_, after) => `Nobody could sell above ${stxExact(after)} STX per kWh.`,
  },
  {
    key: 'retail-tariff',
    name: 'Grid tariff we compare with',
    kind: 'price',
    effect: (_, after) => `Savings would be counted against ${stxExact(after)} STX per kWh.`,
  },
  { key: 'feed-in-tariff', name: 'What the grid pays for surplus', kind: 'price' },
  {
    key: 'min-wh',
    name: 'Smallest trade',
    kind: 'energy',
    effect: (_, after) => `You could buy as little as ${kwh(after)} kWh at once.`,
  },
  { key: 'gate-closure', name: 'Orders close before the hour', kind: 'time', effect: longer('An hour would be fixed') },
  {
    key: 'gate-opening',
    name: 'Orders open before the hour',
    kind: 'time',
    effect: longer('You could order ahead by'),
  },
  {
    key: 'cancel-window',
    name: 'Time to change your mind',
    kind: 'time',
    effect: longer('After buying you would have'),
  },
  {
    key: 'challenge-window',
    name: 'Checking time',
    kind: 'time',
    effect: longer('After a reading, either side could object for'),
  },
  { key: 'report-max-age', name: 'Latest reading', kind: 'time', effect: longer('A meter could be read up to') },
  {
    key: 'timeout',
    name: 'Money back without a reading',
    kind: 'time',
    effect: longer('Without a reading your money would come back after'),
  },
  { key: 'default-limit-wh', name: 'Limit of a home without a roof', kind: 'energy' },
  { key: 'certification-fee', name: 'Fee for a certificate', kind: 'money' },
  { key: 'min-production-kwh', name: 'Smallest certified roof, a month', kind: 'kilowatt-hours' },
  { key: 'max-production-kwh', name: 'Largest certified roof, a month', kind: 'kilowatt-hours' },
  { key: 'max-peak-w', name: 'Strongest certified roof', kind: 'power' },
  { key: 'success-bonus-bps', name: 'Trust for a full delivery', kind: 'trust' },
  { key: 'partial-penalty-bps', name: 'Trust lost for a poor delivery', kind: 'trust' },
  { key: 'fault-share-bps', name: 'Share of a promise below which a delivery is a fault', kind: 'rate' },
  { key: 'fault-period', name: 'Time in which faults add up', kind: 'time' },
  { key: 'fine-from', name: 'Faults from which on each is fined', kind: 'number' },
  { key: 'suspend-from', name: 'Faults from which on nothing new is sold', kind: 'number' },
  { key: 'fault-fine', name: 'Fine for a fault, out of the stake', kind: 'money' },
  { key: 'suspension', name: 'Time in which nothing new is sold then', kind: 'time' },
  { key: 'cancel-penalty-bps', name: 'Trust lost for cancelling', kind: 'trust' },
  { key: 'meter-bonus-bps', name: 'Trust for a verified meter', kind: 'trust' },
  { key: 'tolerance-bps', name: 'Missing part of a delivery that is forgiven', kind: 'rate' },
  { key: 'pair-bonus-bps', name: 'Trust that one neighbour can bring in a period, at most', kind: 'trust' },
  { key: 'pair-period', name: 'The period of that', kind: 'time' },
  { key: 'daily-bonus-bps', name: 'Trust to gain in a day, at most', kind: 'trust' },
  { key: 'rating-period', name: 'Time in which one rating of a neighbour counts', kind: 'time' },
  { key: 'stake-cooldown', name: 'Wait before a stake leaves', kind: 'time' },
  { key: 'stake-per-bps', name: 'Stake for a ten-thousandth of trust', kind: 'money' },
  { key: 'stake-boost-cap-bps', name: 'Trust that a stake gives, at most', kind: 'trust' },
  { key: 'operator-stake', name: 'Stake of those who read the meters', kind: 'money' },
  { key: 'rotation-delay', name: 'Wait before others read the meters', kind: 'time' },
  { key: 'equivocation-slash-bps', name: 'Stake lost for two readings of one hour', kind: 'rate' },
  { key: 'dispute-bond', name: 'Deposit for an objection', kind: 'money' },
  { key: 'dispute-penalty-bps', name: 'Trust lost with a lost objection', kind: 'trust' },
  { key: 'jury-call-window', name: 'Time to ask for a jury', kind: 'time' },
  { key: 'jury-period', name: 'Time of a jury to vote, and to show its votes', kind: 'time' },
  { key: 'jury-size', name: 'Homes in a jury', kind: 'number' },
  { key: 'jury-fee', name: 'Fee of each home in a jury', kind: 'money' },
  { key: 'juror-stake', name: 'Stake of a home in juries', kind: 'money' },
  { key: 'juror-slash', name: 'Stake lost by a home that does not vote', kind: 'money' },
  { key: 'proposal-bond', name: 'Deposit for a proposal', kind: 'money' },
  { key: 'voting-period', name: 'Time to vote', kind: 'time', effect: longer('Everybody would have to vote') },
  { key: 'timelock', name: 'Wait before a decision', kind: 'time', effect: longer('A decision would wait') },
  { key: 'quorum-bps', name: 'Homes that must vote', kind: 'rate' },
  { key: 'quorum-floor', name: 'Homes that must vote, at least', kind: 'number' },
  { key: 'threshold-bps', name: 'Votes that must be for it', kind: 'rate' },
  { key: 'refund-rate-bps', name: 'Money back for returned energy', kind: 'rate' },
  { key: 'global-reserve-wh', name: 'Energy on offer in all', kind: 'energy' },
  { key: 'user-reserve-wh', name: 'Energy on offer of one home', kind: 'energy' },
  { key: 'buyer-slot-wh', name: 'Energy to buy for one hour', kind: 'energy' },
  { key: 'auction-window', name: 'Time to post the result of an auction', kind: 'time' },
  { key: 'auction-bond', name: 'Deposit for the result of an auction', kind: 'money' },
];

const known = new Map(PARAMETERS.map((parameter) => [parameter.key, parameter]));
/** A rule by its key; one that this page does not know yet is shown by its key. */
export const parameterOf = (key: string): Parameter => known.get(key) ?? { key, name: plain(key, 40), kind: 'number' };

export const valueWords = ({ kind }: Parameter, value: bigint): string => {
  switch (kind) {
    case 'rate':
      return percent(value);
    case 'trust':
      return trust(value);
    case 'money':
      return `${stxExact(value)} STX`;
    case 'price':
      return `${stxExact(value)} STX per kWh`;
    case 'time':
      return duration(Number(value));
    case 'energy':
      return `${kwh(value)} kWh`;
    case 'kilowatt-hours':
      return `${count(value)} kWh`;
    case 'power':
      return `${kwh(value)} kW`;
    default:
      return count(value);
  }
};

/** The unit in which somebody types a new value, and how many base units it has. */
export const inputUnit = ({ kind }: Parameter): { unit: string; decimals: number; base: bigint } => {
  switch (kind) {
    case 'rate':
      return { unit: 'percent', decimals: 2, base: 100n };
    case 'trust':
      return { unit: 'trust, 0 to 1', decimals: 4, base: 10_000n };
    case 'money':
    case 'price':
      return { unit: kind === 'price' ? 'STX per kWh' : 'STX', decimals: 6, base: 1_000_000n };
    case 'time':
      return { unit: 'minutes', decimals: 0, base: 60n };
    case 'energy':
      return { unit: 'kWh', decimals: 3, base: 1_000n };
    case 'power':
      return { unit: 'kW', decimals: 3, base: 1_000n };
    default:
      return { unit: kind === 'kilowatt-hours' ? 'kWh' : '', decimals: 0, base: 1n };
  }
};

/** Reads a typed value into base units; undefined when it is none. */
export const parseValue = (parameter: Parameter, text: string): bigint | undefined => {
  const { decimals, base } = inputUnit(parameter);
  const match = /^(\d{1,13})(?:[.,](\d+))?$/.exec(text.trim());
  if (!match?.[1] || (match[2]?.length ?? 0) > decimals) return undefined;
  const scale = 10n ** BigInt(decimals);
  const units = BigInt(match[1]) * scale + BigInt((match[2] ?? '').padEnd(decimals, '0') || '0');
  return (units * base) / scale;
};

/** The proposal in one line: what it would do. */
export const proposalTitle = (parameter: Parameter, before: bigint | undefined, after: bigint): string => {
  const verb = before === undefined || after === before ? 'Set' : after > before ? 'Raise' : 'Lower';
  const from = before === undefined || after === before ? '' : ` from ${valueWords(parameter, before)}`;
  return `${verb} “${parameter.name}”${from} to ${valueWords(parameter, after)}`;
};
