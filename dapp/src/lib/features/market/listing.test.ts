import { parameters } from '@wattconnect/contracts';
import { describe, expect, it } from 'vitest';
import type { OfferRow } from '#lib/indexer/queries.ts';
import { onSale } from './listing.ts';
import { rulesOf } from './rules.ts';

const NOW = 1_800_000_000;
const SLOT = NOW / 3600 + 6;
const rules = rulesOf(Object.entries(parameters).map(([id, { initial }]) => ({ id, value: initial })))!;

const seller = {
  id: 'ST1',
  score: 3000n,
  cell: null,
  certified: true,
  active: true,
  suspendedUntil: 0,
  source: 'solar',
};
const offer: OfferRow = {
  id: '1',
  seller,
  slot: SLOT,
  wh: 2000n,
  minWh: 1000n,
  mode: '0',
  price: 200_000n,
  endPrice: 200_000n,
  expiry: SLOT * 3600,
  remainingWh: 2000n,
  revision: 1n,
  status: 'open',
  createdAt: NOW,
  updatedAt: NOW,
};
const of = (change: Partial<OfferRow['seller']>) =>
  onSale([{ ...offer, seller: { ...seller, ...change } }], rules, NOW);

describe('what is on sale', () => {
  it('is what the contract would sell now', () => {
    expect(onSale([offer], rules, NOW).map(({ key, leftWh }) => [key, leftWh])).toEqual([['offer-1', 2000n]]);
    expect(onSale([{ ...offer, remainingWh: 999n }], rules, NOW)).toEqual([]);
    expect(onSale([{ ...offer, expiry: NOW }], rules, NOW)).toEqual([]);
    expect(onSale([{ ...offer, slot: NOW / 3600 + 4 }], rules, NOW)).toEqual([]);
  });

  it('is never of a home that has left, is not certified, or may not sell for a time', () => {
    expect(of({ active: false })).toEqual([]);
    expect(of({ certified: false })).toEqual([]);
    expect(of({ suspendedUntil: NOW + 1 })).toEqual([]);
    expect(of({ suspendedUntil: NOW })).toHaveLength(1);
  });
});
