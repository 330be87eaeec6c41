import { describe, expect, test } from 'vitest';
import type { Rules } from '../market/rules.ts';
import { type Draft, plan } from './plan.ts';

const rules = { minWh: 1_000n, gateClosure: 14_400, floor: 140_000n, ceiling: 515_000n } as Rules;
const now = 487_200 * 3600;
const draft: Draft = {
  slots: [487_212, 487_211],
  kwhText: '2.5',
  priceText: '0.36',
  falls: false,
  endPriceText: '',
  way: 'chain',
};
const of = (change: Partial<Draft>) => plan({ ...draft, ...change }, rules, now, 5_000n);

describe('plan', () => {
  test('rows as the contract wants them, in order', () => {
    expect(of({}).rows).toEqual([
      {
        slot: 487_211,
        wh: 2_500n,
        minWh: 1_000n,
        price: 360_000n,
        endPrice: 360_000n,
        mode: 0n,
        expiry: 487_211 * 3600 - 14_400,
      },
      {
        slot: 487_212,
        wh: 2_500n,
        minWh: 1_000n,
        price: 360_000n,
        endPrice: 360_000n,
        mode: 0n,
        expiry: 487_212 * 3600 - 14_400,
      },
    ]);
  });

  test('a falling price is for the chain only: a promise has one price', () => {
    expect(of({ falls: true, endPriceText: '0.2' }).rows[0]).toMatchObject({ mode: 1n, endPrice: 200_000n });
    expect(of({ falls: true, endPriceText: '0.2', way: 'promise' }).rows[0]).toMatchObject({
      mode: 0n,
      endPrice: 360_000n,
    });
  });

  test('hours that have closed are left out', () => {
    expect(of({ slots: [487_204, 487_211] }).rows.map(({ slot }) => slot)).toEqual([487_211]);
  });

  test.each([
    [{ slots: [487_204] }, 'slots'],
    [{ slots: Array.from({ length: 25 }, (_, k) => 487_210 + k) }, 'slots'],
    [{ slots: Array.from({ length: 7 }, (_, k) => 487_210 + k), way: 'promise' as const }, 'slots'],
    [{ kwhText: 'much' }, 'kwh'],
    [{ kwhText: '0.999' }, 'kwh'],
    [{ kwhText: '5.001' }, 'kwh'],
    [{ kwhText: '2.5001' }, 'kwh'],
    [{ kwhText: '-2' }, 'kwh'],
    [{ priceText: '0.139999' }, 'price'],
    [{ priceText: '0.515001' }, 'price'],
    [{ priceText: '' }, 'price'],
    [{ falls: true, endPriceText: '0.36' }, 'endPrice'],
  ])('%j is refused at its field', (change, field) => {
    const { rows, problems } = of(change);
    expect(rows).toEqual([]);
    expect(problems.map((problem) => problem.field)).toContain(field);
  });

  test('a comma is a decimal point too', () => {
    expect(of({ kwhText: '2,5', priceText: '0,36' }).rows).toHaveLength(2);
  });
});
