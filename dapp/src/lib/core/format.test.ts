import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ago, change, DASH, decimal, duration, kwh, kwhExact, many, percent, stx, stxExact, trust } from './format.ts';

describe('money and energy', () => {
  test.each([
    [1_254_000n, '1.254', '1.254'],
    [1_254_321n, '1.254', '1.254321'],
    [999_999n, '1.000', '0.999999'],
    [0n, '0.000', '0.000'],
    [123_456_789_000_000n, '123,456,789.000', '123,456,789.000'],
    [10n ** 30n, '1,000,000,000,000,000,000,000,000.000', '1,000,000,000,000,000,000,000,000.000'],
    [-1_500n, '−0.002', '−0.0015'],
  ])('%s µSTX', (micro, rounded, exact) => {
    expect(stx(micro)).toBe(rounded);
    expect(stxExact(micro)).toBe(exact);
  });

  test('unknown is a dash, zero is zero', () => {
    expect([stx(null), kwh(undefined), stxExact(null), kwhExact(null), trust(null)]).toEqual(Array(5).fill(DASH));
    expect(kwh(0n)).toBe('0.0');
  });

  test.each([
    [2_500n, '2.5'],
    [1_234n, '1.234'],
    [3_000n, '3.0'],
    [10n, '0.01'],
  ])('%s Wh is %s kWh', (wh, text) => expect(kwhExact(wh)).toBe(text));

  test('nothing is lost between the exact text and the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (micro) => {
        const [whole = '', part = ''] = stxExact(micro).replaceAll(',', '').split('.');
        expect(BigInt(whole + part.padEnd(6, '0'))).toBe(micro);
      }),
    );
  });

  test('rounding is half up and never writes a negative zero', () => {
    expect(decimal(1_500n, 6, 3)).toBe('0.002');
    expect(decimal(1_499n, 6, 3)).toBe('0.001');
    expect(decimal(-499n, 6, 3)).toBe('0.000');
  });
});

test('rates, trust and words', () => {
  expect([percent(500n), percent(250n), percent(10_000n), percent(1n), percent(0n)]).toEqual([
    '5%',
    '2.5%',
    '100%',
    '0.01%',
    '0%',
  ]);
  expect([trust(7_600n), change(500n), change(-100n), change(0n)]).toEqual(['0.76', '+0.05', '−0.01', '0.00']);
  expect([many(1, 'home'), many(2n, 'home'), many(0, 'home')]).toEqual(['1 home', '2 homes', '0 homes']);
});

test('ages and durations', () => {
  expect([ago(2), ago(8), ago(240), ago(7_200), ago(200_000)]).toEqual([
    'just now',
    '8 s ago',
    '4 min ago',
    '2 h ago',
    '2 days ago',
  ]);
  expect([duration(1_800), duration(14_400), duration(172_800)]).toEqual(['30 min', '4 h', '2 days']);
});
