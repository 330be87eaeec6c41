// Trust scores in basis points, tiers and limits. Source: reputation-system.
import { clamp } from './units.ts';

export const START = 3000n;
export const MAX = 10_000n;

export type TierName = 'New' | 'Starter' | 'Bronze' | 'Silver' | 'Gold' | 'Platinum';
export type Tier = { name: TierName; from: bigint; limitPercent: bigint };

/** Lowest score of each tier, and the share of the certified monthly energy that may be traded in a rolling month. */
export const TIERS: readonly Tier[] = [
  { name: 'New', from: 0n, limitPercent: 10n },
  { name: 'Starter', from: 3000n, limitPercent: 10n },
  { name: 'Bronze', from: 5000n, limitPercent: 40n },
  { name: 'Silver', from: 7000n, limitPercent: 60n },
  { name: 'Gold', from: 8500n, limitPercent: 80n },
  { name: 'Platinum', from: 9500n, limitPercent: 100n },
];

export function tierOf(score: bigint): Tier {
  return TIERS.findLast((tier) => score >= tier.from) ?? TIERS[0]!;
}

/** What a stake adds when the tier is looked up. */
export function boost(
  staked: bigint,
  { perBps = 1_000_000n, cap = 500n }: { perBps?: bigint; cap?: bigint } = {},
): bigint {
  return clamp(staked / perBps, 0n, cap);
}

/** The score with the boost of a stake: what the tier follows. */
export const standing = (score: bigint, boost: bigint): bigint => clamp(score + boost, 0n, MAX);

/** The tier above, and how far the way to it has been gone; undefined at the top. */
export function progress(score: bigint): { next: Tier; needed: bigint; percent: bigint } | undefined {
  const tier = tierOf(score);
  const next = TIERS[TIERS.indexOf(tier) + 1];
  if (!next) return undefined;
  return { next, needed: next.from - score, percent: ((score - tier.from) * 100n) / (next.from - tier.from) };
}

/** Wh that may be traded in a rolling month. */
export function limitWh(score: bigint, capacityWhMonth: bigint, defaultWh: bigint): bigint {
  return capacityWhMonth === 0n ? defaultWh : (capacityWhMonth * tierOf(score).limitPercent) / 100n;
}

export type Rates = {
  successBonus: bigint;
  /** What deliveries may add to a score in a day, at most. */
  dailyBonus: bigint;
  /** What deliveries to one buyer may add to it within `pairPeriod` seconds, at most. */
  pairBonus: bigint;
  pairPeriod: bigint;
  /** Basis points of a promise that may be missing in a delivery that counts as whole. */
  tolerance: bigint;
  partialPenalty: bigint;
  cancelPenalty: bigint;
  meterBonus: bigint;
};
export const DEFAULT_RATES: Rates = {
  successBonus: 500n,
  dailyBonus: 1500n,
  pairBonus: 1500n,
  pairPeriod: 2_592_000n,
  tolerance: 1000n,
  partialPenalty: 1000n,
  cancelPenalty: 500n,
  meterBonus: 1000n,
};

/** A score, and what deliveries have added to it on `day` (days since 1970, UTC). */
export type Standing = { score: bigint; day: bigint; gained: bigint };

/** What deliveries to one buyer have added to a seller's score since `since` (unix seconds). */
export type PairGain = { since: bigint; gained: bigint };

/** What deliveries to this buyer may still add at `now`. */
export function pairRoom(
  { since, gained }: PairGain,
  now: bigint,
  { pairBonus, pairPeriod }: Pick<Rates, 'pairBonus' | 'pairPeriod'> = DEFAULT_RATES,
): bigint {
  return now < since + pairPeriod ? clamp(pairBonus - gained, 0n, pairBonus) : pairBonus;
}

/** Whether no more is missing of a promise than the tolerance allows. */
export const isWhole = (
  delivered: bigint,
  promised: bigint,
  { tolerance }: Pick<Rates, 'tolerance'> = DEFAULT_RATES,
): boolean => promised > 0n && delivered * 10_000n >= promised * (10_000n - tolerance);

/**
 * The seller's standing after a slot that was made final on `day`. Curtailed by the utility: no penalty. `room` is what the buyer of
 * the most may still add ({@link pairRoom}), 0 if its trade bore no fee. Vectors in vectors/trust.json.
 */
export function afterDelivery(
  { score, day: lastDay = 0n, gained: before = 0n }: Pick<Standing, 'score'> & Partial<Standing>,
  {
    delivered,
    promised,
    day,
    excused = false,
    room,
  }: { delivered: bigint; promised: bigint; day: bigint; excused?: boolean; room?: bigint },
  rates: Rates = DEFAULT_RATES,
): Standing {
  if (isWhole(delivered, promised, rates)) {
    const gained = day === lastDay ? before : 0n;
    const most = clamp(rates.dailyBonus - gained, 0n, room ?? rates.pairBonus);
    const given = clamp(most, 0n, rates.successBonus);
    return { score: clamp(score + given, 0n, MAX), day, gained: gained + given };
  }
  const penalty = promised === 0n || excused ? 0n : (rates.partialPenalty * (promised - delivered)) / promised;
  return { score: clamp(score - penalty, 0n, MAX), day: lastDay, gained: before };
}

export function afterCancellation(
  score: bigint,
  { cancelled, total }: { cancelled: bigint; total: bigint },
  rates: Rates = DEFAULT_RATES,
): bigint {
  return total === 0n ? score : clamp(score - (rates.cancelPenalty * cancelled) / total, 0n, MAX);
}

/** Percent of the bonus for a meter of quality 1 low, 2 medium, 3 high. */
const QUALITY_PERCENT: Record<1 | 2 | 3, bigint> = { 1: 30n, 2: 60n, 3: 100n };

export function afterMeter(score: bigint, quality: 1 | 2 | 3, rates: Rates = DEFAULT_RATES): bigint {
  return clamp(score + (rates.meterBonus * QUALITY_PERCENT[quality]) / 100n, 0n, MAX);
}
