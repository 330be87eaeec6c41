/** What a seller wants to put on offer, checked as the contract will check it. Energy in Wh, money in µSTX per kWh, times in unix seconds. */
import { Limits, Units } from '@wattconnect/protocol';
import { kwh, stx, stxExact } from '../../core/format.ts';
import type { Rules } from '../market/rules.ts';

export type Draft = {
  slots: number[];
  kwhText: string;
  priceText: string;
  falls: boolean;
  endPriceText: string;
  way: 'chain' | 'promise';
};
export type Row = {
  slot: number;
  wh: bigint;
  minWh: bigint;
  price: bigint;
  endPrice: bigint;
  mode: 0n | 1n;
  expiry: number;
};
export type Problem = { field: 'slots' | 'kwh' | 'price' | 'endPrice'; text: string };

/** The contract takes so many rows in one call; each promise is signed by itself. */
const MAX_ROWS = 24;
export const MAX_PROMISES = 6;

const parse = (text: string, read: (text: string) => bigint): bigint | undefined => {
  try {
    return read(text.trim().replace(',', '.'));
  } catch {
    return undefined;
  }
};
export const parseKwh = (text: string): bigint | undefined => parse(text, Units.parseKwh);
export const parseStx = (text: string): bigint | undefined => parse(text, Units.parseStx);

/** Rows to be listed or signed, or what is wrong with the draft. `peakW` is the certified power: W × 1 h = Wh. */
export const plan = (draft: Draft, rules: Rules, now: number, peakW: bigint): { rows: Row[]; problems: Problem[] } => {
  const problems: Problem[] = [];
  const wh = parseKwh(draft.kwhText);
  const price = parseStx(draft.priceText);
  const endPrice = draft.falls && draft.way === 'chain' ? parseStx(draft.endPriceText) : price;
  const open = draft.slots.filter((slot) => slot * 3600 - now > rules.gateClosure);

  if (open.length === 0) problems.push({ field: 'slots', text: 'Choose at least one hour.' });
  const most = draft.way === 'chain' ? MAX_ROWS : MAX_PROMISES;
  if (open.length > most) problems.push({ field: 'slots', text: `At most ${most} hours at once.` });

  if (wh === undefined) problems.push({ field: 'kwh', text: 'Write the energy as a number such as 2.5.' });
  else if (wh < rules.minWh) problems.push({ field: 'kwh', text: `At least ${kwh(rules.minWh)} kWh.` });
  else if (wh > peakW)
    problems.push({ field: 'kwh', text: `Your roof is certified for ${kwh(peakW)} kWh in an hour.` });
  else if (wh > Limits.MAX_ORDER_WH)
    problems.push({ field: 'kwh', text: `At most ${kwh(Limits.MAX_ORDER_WH)} kWh in an hour.` });

  const bounds = (value: bigint | undefined, field: 'price' | 'endPrice') => {
    if (value === undefined) problems.push({ field, text: 'Write the price as a number such as 0.36.' });
    else if (value < rules.floor)
      problems.push({ field, text: `At least ${stxExact(rules.floor)} STX: the community’s floor.` });
    else if (value > rules.ceiling)
      problems.push({ field, text: `At most ${stxExact(rules.ceiling)} STX: the community’s ceiling.` });
  };
  bounds(price, 'price');
  if (draft.falls && draft.way === 'chain') {
    bounds(endPrice, 'endPrice');
    if (price !== undefined && endPrice !== undefined && endPrice >= price)
      problems.push({ field: 'endPrice', text: `Lower than ${stx(price)} STX.` });
  }
  if (problems.length || wh === undefined || price === undefined || endPrice === undefined)
    return { rows: [], problems };
  const mode = draft.falls && draft.way === 'chain' ? 1n : 0n;
  const rows = open
    .toSorted((a, b) => a - b)
    // nobody can buy after the gate has closed, so an offer need not live longer
    .map(
      (slot): Row => ({ slot, wh, minWh: rules.minWh, price, endPrice, mode, expiry: slot * 3600 - rules.gateClosure }),
    );
  return { rows, problems: [] };
};
