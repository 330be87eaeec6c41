import { expect, test } from 'vitest';
import { nextTier, tierOf } from './tiers.ts';

test.each([
  [0n, 'New', 10n],
  [2_999n, 'New', 10n],
  [3_000n, 'Starter', 10n],
  [4_999n, 'Starter', 10n],
  [5_000n, 'Bronze', 40n],
  [6_999n, 'Bronze', 40n],
  [7_000n, 'Silver', 60n],
  [8_499n, 'Silver', 60n],
  [8_500n, 'Gold', 80n],
  [9_499n, 'Gold', 80n],
  [9_500n, 'Platinum', 100n],
  [10_000n, 'Platinum', 100n],
])('%s bps is %s, %s %%', (score, name, percent) => {
  expect(tierOf(score)).toMatchObject({ name, limitPercent: percent });
});

test('the way to the next step', () => {
  expect(nextTier(7_600n)).toMatchObject({ name: 'Gold', missing: 900n });
  expect(nextTier(9_500n)).toBeUndefined();
});
