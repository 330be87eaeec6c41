import { describe, expect, test } from 'vitest';
import type { ReportRow, TradeRow } from '../../indexer/queries.ts';
import { hoursOf, lastMetered, totalsOf } from './day.ts';

const trade = (change: Partial<TradeRow>): TradeRow => ({
  id: '1',
  seller: { id: 'S' },
  buyer: { id: 'B' },
  origin: 'listed',
  wh: 2_000n,
  cost: 720_000n,
  locked: 770_400n,
  slot: 100,
  price: 360_000n,
  commissionBps: 500n,
  gridBps: 200n,
  status: 'open',
  deliveredWh: null,
  paid: null,
  fee: null,
  grid: null,
  refund: null,
  openedAt: 0,
  openedTx: null,
  reportedTx: null,
  finalTx: null,
  settledTx: null,
  settledAt: null,
  cancelledTx: null,
  ...change,
});
const report = (change: Partial<ReportRow>): ReportRow => ({
  id: 'S-100',
  seller: { id: 'S' },
  slot: 100,
  exportWh: 3_000n,
  revision: 1n,
  final: false,
  custodyWh: null,
  surplusWh: null,
  firstAt: 0,
  tx: null,
  ...change,
});

describe('hoursOf', () => {
  test('an hour without a report is unknown, not zero', () => {
    const [hour] = hoursOf([trade({})], [], 100, 101);
    expect(hour).toMatchObject({
      exported: undefined,
      surplus: undefined,
      promised: 2_000n,
      held: 770_400n,
      sellers: 1,
      buyers: 1,
    });
  });

  test('a report of zero is zero', () => {
    expect(hoursOf([], [report({ exportWh: 0n })], 100, 101)[0]).toMatchObject({ exported: 0n, surplus: 0n });
  });

  test('cancelled trades promise nothing, settled ones pay', () => {
    const hours = hoursOf(
      [
        trade({}),
        trade({ id: '2', status: 'cancelled' }),
        trade({ id: '3', buyer: { id: 'C' }, status: 'settled', deliveredWh: 1_000n, paid: 360_000n }),
      ],
      [report({})],
      100,
      101,
    );
    expect(hours[0]).toMatchObject({
      promised: 4_000n,
      delivered: 1_000n,
      paid: 360_000n,
      held: 770_400n,
      buyers: 2,
      surplus: 0n,
    });
  });

  test('the surplus is what the chain says once it has said it', () => {
    expect(hoursOf([trade({})], [report({ surplusWh: 900n })], 100, 101)[0]?.surplus).toBe(900n);
    expect(hoursOf([trade({})], [report({})], 100, 101)[0]?.surplus).toBe(1_000n);
  });
});

test('totals add up what is known', () => {
  const hours = hoursOf([trade({}), trade({ id: '2', slot: 101 })], [report({ slot: 101 })], 100, 103);
  expect(totalsOf(hours)).toEqual({ exported: 3_000n, promised: 4_000n, delivered: 0n, paid: 0n, held: 1_540_800n });
  expect(lastMetered(hours)?.slot).toBe(101);
  expect(totalsOf([]).exported).toBeUndefined();
});
