import { describe, expect, it } from 'vitest';
import { broken, type Figures } from './laws.ts';

const figures = (change: Partial<Figures> = {}): Figures => ({
  mintedWh: 700n,
  promisedWh: 500n,
  deliveredWh: 400n,
  surplusWh: 300n,
  trades: 3,
  settled: 3,
  failed: 1,
  partial: 1,
  lockedMicro: 1000n,
  paidMicro: 800n,
  feesMicro: 50n,
  refundedMicro: 150n,
  mintedBy: new Map([
    ['a', 500n],
    ['b', 200n],
  ]),
  blocks: 9,
  transactions: 8,
  ...change,
});
const exportOf = new Map([
  ['a', 500n],
  ['b', 200n],
  ['c', 0n],
]);
const agree = { indexer: 'd1', replay: 'd1' };

describe('the laws of a day', () => {
  it('all hold for a good one', () => {
    expect(broken(figures(), exportOf, agree)).toEqual([]);
  });

  it.each<[string, Partial<Figures>, RegExp]>([
    ['a Wh too much minted', { mintedWh: 701n, surplusWh: 301n }, /^minted = metered export: 701 Wh minted, 700 Wh/],
    ['a Wh too few delivered', { deliveredWh: 399n }, /^minted = delivered \+ surplus: 700 ≠ 399 \+ 300/],
    ['a microSTX lost', { refundedMicro: 149n }, /^locked = paid \+ fees \+ refunded: 1000 ≠ 800 \+ 50 \+ 149/],
    ['a trade left open', { settled: 2 }, /^every trade ends: 3 opened, 2 settled/],
  ])('%s is named', (_, change, law) => {
    const laws = broken(figures(change), exportOf, agree);
    expect(laws).toHaveLength(1);
    expect(laws[0]).toMatch(law);
  });

  it('energy minted to the wrong home is named for both, though the sum is right', () => {
    const mintedBy = new Map([
      ['a', 499n],
      ['b', 201n],
    ]);
    expect(broken(figures({ mintedBy }), exportOf, agree)).toEqual([
      'minted = metered export of each home: a has 499 of 500 Wh',
      'minted = metered export of each home: b has 201 of 200 Wh',
    ]);
  });

  it('an indexer that has seen something else is named', () => {
    expect(broken(figures(), exportOf, { indexer: '', replay: 'd1' })).toEqual([
      'the live indexer agrees with a replay of the chain:  ≠ d1',
    ]);
  });
});
