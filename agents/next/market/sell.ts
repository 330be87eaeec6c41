// What a household puts on offer, at which price, and by which way: listed on chain, or signed and passed from home to home.
import { Slot, Units } from '@wattconnect/protocol';
import type { Parameters } from '../chain/reads.ts';
import type { Expectation } from '../forecast.ts';
import { random } from '../homes/random.ts';

export type Sale = {
  slot: bigint;
  wh: bigint;
  minWh: bigint;
  /** µSTX a kWh. */
  price: bigint;
  expiry: bigint;
  way: 'listed' | 'signed';
};

export type SaleWishes = {
  id: string;
  /** Place in the neighbourhood. */
  index: number;
  /** Certified W: no more fits into an hour. */
  peakW: bigint;
  /** Wh that trust still allows. */
  left: bigint;
  now: number;
  parameters: Parameters;
  expect: (slot: bigint) => Expectation;
  /** Hours that are on offer already. */
  isOffered: (slot: bigint) => boolean;
  /** First and last slot that are of interest; all that can be traded by default. */
  window?: { from: bigint; to: bigint };
};

/** Whole steps, as people write amounts. */
const STEP_WH = 100n;
const STEP_PRICE = 1000n;
/** An offer is gone this long before its gate closes: nobody is left with a transaction that comes too late. */
const MARGIN_S = 600n;

/** The slots that can be traded at `now`. */
export function openSlots(now: number, parameters: Pick<Parameters, 'gateClosure' | 'gateOpening'>): bigint[] {
  const first = Slot.of(BigInt(now) + parameters.gateClosure + MARGIN_S) + 1n;
  const last = Slot.of(BigInt(now) + parameters.gateOpening);
  return Array.from({ length: Number(Units.max(0n, last - first + 1n)) }, (_, at) => first + BigInt(at));
}

export function planSales(wishes: SaleWishes): Sale[] {
  const { now, parameters, expect, isOffered, window, peakW, index } = wishes;
  let { left } = wishes;
  const sales: Sale[] = [];
  for (const slot of openSlots(now, parameters)) {
    if (isOffered(slot) || (window && (slot < window.from || slot > window.to))) continue;
    const expected = Units.min(Units.min(expect(slot).surplusWh, peakW), left);
    const wh = expected - (expected % STEP_WH);
    if (wh < parameters.minWh) continue;
    left -= wh;
    sales.push({
      slot,
      wh,
      minWh: parameters.minWh,
      price: priceOf(wishes.id, slot, parameters),
      expiry: BigInt(Slot.start(slot)) - parameters.gateClosure - MARGIN_S,
      // Half and half: neighbouring hours, and neighbouring homes, go different ways.
      way: (slot + BigInt(index)) % 2n === 0n ? 'listed' : 'signed',
    });
  }
  return sales;
}

/** Between floor and ceiling: each home has its own idea of a good price, and noon is cheaper than the edges of the day. */
function priceOf(id: string, slot: bigint, { priceFloor, priceCeiling }: Parameters): bigint {
  const taste = 25 + Math.floor(random('taste', id)() * 35);
  const hour = Number(slot % 24n);
  const edge = Math.min(20, Math.abs(hour - 12) * 4);
  const price = priceFloor + ((priceCeiling - priceFloor) * BigInt(taste + edge)) / 100n;
  return Units.clamp(price - (price % STEP_PRICE), priceFloor, priceCeiling);
}

/** What an offer that nobody took yet is worth shortly before its gate closes. */
export function cheaper(price: bigint, { priceFloor }: Pick<Parameters, 'priceFloor'>): bigint {
  const lower = (price * 90n) / 100n;
  return Units.max(lower - (lower % STEP_PRICE), priceFloor);
}
