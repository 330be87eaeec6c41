/** The six steps of trust as they are drawn: where each begins, in basis points. What a step allows comes from the chain. */
export type Tier = { name: string; from: bigint; limitPercent: bigint };

export const TIERS: readonly Tier[] = [
  { name: 'New', from: 0n, limitPercent: 10n },
  { name: 'Starter', from: 3_000n, limitPercent: 10n },
  { name: 'Bronze', from: 5_000n, limitPercent: 40n },
  { name: 'Silver', from: 7_000n, limitPercent: 60n },
  { name: 'Gold', from: 8_500n, limitPercent: 80n },
  { name: 'Platinum', from: 9_500n, limitPercent: 100n },
];

export const tierOf = (score: bigint): Tier => TIERS.findLast((tier) => score >= tier.from) ?? TIERS[0]!;
/** The next step up, with what is missing; undefined at the top. */
export const nextTier = (score: bigint): (Tier & { missing: bigint }) | undefined => {
  const next = TIERS.find((tier) => tier.from > score);
  return next && { ...next, missing: next.from - score };
};
