import { describe, expect, test } from 'vitest';
import { PARAMETERS, parameterOf, parseValue, proposalTitle, valueWords } from './parameters.ts';

const of = parameterOf;

describe('values as people write them', () => {
  test.each([
    ['commission-bps', 400n, '4%', '4'],
    ['commission-bps', 425n, '4.25%', '4.25'],
    ['success-bonus-bps', 500n, '0.05', '0.05'],
    ['price-floor', 140_000n, '0.140 STX per kWh', '0.14'],
    ['proposal-bond', 1_000_000n, '1.000 STX', '1'],
    ['cancel-window', 1_800n, '30 min', '30'],
    ['min-wh', 1_500n, '1.5 kWh', '1.5'],
    ['max-production-kwh', 1_000_000n, '1,000,000 kWh', '1000000'],
  ])('%s of %s is “%s” and typed as “%s”', (key, value, words, typed) => {
    expect(valueWords(of(key), value)).toBe(words);
    expect(parseValue(of(key), typed)).toBe(value);
  });

  test.each([
    ['commission-bps', '4.255'],
    ['commission-bps', '-4'],
    ['cancel-window', '1.5'],
    ['min-wh', ''],
    ['min-wh', '1e9'],
  ])('%s refuses %j', (key, text) => {
    expect(parseValue(of(key), text)).toBeUndefined();
  });
});

test('a proposal says its effect in somebody’s day', () => {
  const fee = of('commission-bps');
  expect(proposalTitle(fee, 500n, 400n)).toBe('Lower “Community fee” from 5% to 4%');
  expect(fee.effect?.(500n, 400n)).toBe('When you buy 3 kWh at 0.360 STX you would pay 0.0108 STX less.');
});

test('an unknown rule is shown, cleaned', () => {
  expect(of('\u202enew-rule').name).toBe('new-rule');
});

test('every rule has a name of its own', () => {
  expect(new Set(PARAMETERS.map(({ name }) => name)).size).toBe(PARAMETERS.length);
});
