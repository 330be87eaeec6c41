// Which offer suits a person best: 0.40 price + 0.35 trust + 0.25 time, in basis points; ties by time, then by id.

export type Candidate = { id: string; price: bigint; trust: bigint; slot: bigint };

export const WEIGHTS = { price: 4000n, trust: 3500n, time: 2500n };
/** Offers of makers below this trust (basis points) are never proposed. */
export const MIN_TRUST = 2000n;
/** Hours from the wished slot at which the time counts for nothing. */
const TIME_SPAN = 12n;

export type Ranked<T> = T & { score: bigint };

/**
 * Candidates with their score in basis points, best first.
 * The price counts from the cheapest (full) to the dearest (nothing); one price for all counts in full.
 */
export function rank<T extends Candidate>(candidates: T[], wishedSlot?: bigint): Ranked<T>[] {
  const fit = candidates.filter((candidate) => candidate.trust >= MIN_TRUST);
  const prices = fit.map((candidate) => candidate.price);
  const low = prices.reduce((a, b) => (b < a ? b : a), prices[0] ?? 0n);
  const high = prices.reduce((a, b) => (b > a ? b : a), prices[0] ?? 0n);
  const scored = fit.map((candidate) => {
    const price = high === low ? 10_000n : ((high - candidate.price) * 10_000n) / (high - low);
    const away =
      wishedSlot === undefined
        ? 0n
        : candidate.slot > wishedSlot
          ? candidate.slot - wishedSlot
          : wishedSlot - candidate.slot;
    const time = away >= TIME_SPAN ? 0n : ((TIME_SPAN - away) * 10_000n) / TIME_SPAN;
    const score = (price * WEIGHTS.price + candidate.trust * WEIGHTS.trust + time * WEIGHTS.time) / 10_000n;
    return { ...candidate, score };
  });
  return scored.sort(
    (a, b) => compare(b.score, a.score) || compare(a.slot, b.slot) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
