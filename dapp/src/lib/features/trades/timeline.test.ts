import { beforeAll, describe, expect, test } from 'vitest';
import { useZone } from '../../core/time.ts';
import type { ReportRow, TradeRow } from '../../indexer/queries.ts';
import type { Rules } from '../market/rules.ts';
import { cancelUntil, canDispute, decidableFrom, statusOf, stepsOf } from './timeline.ts';

const slot = 487_212;
const start = slot * 3600;
const trade: TradeRow = {
  id: '7',
  seller: { id: 'S' },
  buyer: { id: 'B' },
  origin: 'listed',
  wh: 2_000n,
  cost: 720_000n,
  locked: 770_400n,
  slot,
  price: 360_000n,
  commissionBps: 500n,
  gridBps: 200n,
  status: 'open',
  deliveredWh: null,
  paid: null,
  fee: null,
  grid: null,
  refund: null,
  openedAt: start - 20_000,
  openedTx: '0xaa',
  reportedTx: null,
  finalTx: null,
  settledTx: null,
  settledAt: null,
  cancelledTx: null,
};
const report: ReportRow = {
  id: 'S',
  seller: { id: 'S' },
  slot,
  exportWh: 1_800n,
  revision: 1n,
  final: false,
  custodyWh: null,
  surplusWh: null,
  firstAt: start + 3_900,
  tx: '0xbb',
};
const rules = {
  juryCallWindow: 86_400,
  cancelWindow: 1_800,
  gateClosure: 14_400,
  challengeWindow: 3_600,
  timeout: 259_200,
} as Rules;
const names = { seller: 'Ida', buyer: 'you', side: 'buyer' } as const;

beforeAll(() => useZone('UTC'));
const at = (now: number, change: Partial<TradeRow> = {}, shown: ReportRow | undefined = undefined) =>
  stepsOf({ ...trade, ...change }, shown, rules, now, names);
const states = (...args: Parameters<typeof at>) => at(...args).map(({ key, state }) => `${key} ${state}`);

describe('the steps of a trade', () => {
  test('before, during and after its hour', () => {
    expect(states(start - 60)).toEqual(['signed done', 'held done', 'delivered todo', 'checked todo', 'paid todo']);
    expect(states(start + 60)[2]).toBe('delivered now');
    expect(at(start + 4_000)[2]).toMatchObject({ state: 'now', title: 'Waiting for the meter' });
  });

  test('after the reading there is time to object, then it waits for somebody to close the hour', () => {
    expect(states(start + 4_000, {}, report).slice(2)).toEqual(['delivered done', 'checked now', 'paid todo']);
    expect(at(start + 4_000, {}, report)[2]?.text).toContain('1.8 kWh');
    expect(at(start + 9_000, {}, report)[3]?.text).toContain('over');
  });

  test('a partial delivery says what was paid and what goes back', () => {
    const steps = at(
      start + 9_000,
      {
        status: 'partially-settled',
        deliveredWh: 1_800n,
        paid: 648_000n,
        fee: 32_400n,
        grid: 12_960n,
        refund: 77_040n,
        settledAt: start + 8_000,
        settledTx: '0xcc',
      },
      { ...report, final: true },
    );
    expect(steps.map(({ state }) => state)).toEqual(Array(5).fill('done'));
    expect(steps[2]).toMatchObject({ title: 'Partly delivered', text: expect.stringContaining('1.8 of 2.0 kWh') });
    expect(steps[4]?.text).toBe(
      '0.648 STX to Ida, 0.0324 community fee, 0.01296 local wires. 0.07704 STX goes back to you.',
    );
    expect(steps[4]?.tx).toBe('0xcc');
  });

  test('nothing delivered returns everything', () => {
    const steps = at(
      start + 9_000,
      { status: 'failed', deliveredWh: 0n, paid: 0n, fee: 0n, grid: 0n, refund: 770_400n, settledAt: start + 8_000 },
      report,
    );
    expect(steps[2]?.state).toBe('lost');
    expect(steps[4]?.title).toBe('All money returned');
  });

  test('a cancelled trade ends there', () => {
    expect(states(start - 60, { status: 'cancelled', cancelledTx: '0xdd' })).toEqual([
      'signed done',
      'held done',
      'cancelled done',
    ]);
  });

  test('a step is never done without the chain having said so', () => {
    for (const now of [start - 60, start + 60, start + 400_000]) expect(states(now)[4]).toBe('paid todo');
  });
});

test('a purchase can be taken back for half an hour, and never after the hour has closed', () => {
  expect(cancelUntil(trade, rules, trade.openedAt + 1_800)).toBe(trade.openedAt + 1_800);
  expect(cancelUntil(trade, rules, trade.openedAt + 1_801)).toBeUndefined();
  const late = { ...trade, openedAt: start - 14_500 };
  expect(cancelUntil(late, rules, start - 14_401)).toBe(start - 14_401);
  expect(cancelUntil(late, rules, start - 14_400)).toBeUndefined();
  expect(cancelUntil({ ...trade, status: 'settled' }, rules, trade.openedAt)).toBeUndefined();
});

test('objecting is possible after the hour and before it is final', () => {
  expect(canDispute(trade, undefined, start + 3_599)).toBe(false);
  expect(canDispute(trade, report, start + 3_600)).toBe(true);
  expect(canDispute(trade, { ...report, final: true }, start + 3_600)).toBe(false);
  expect(canDispute({ ...trade, status: 'disputed' }, report, start + 3_600)).toBe(false);
});

test('an objection is closed by the readings when they are final and corrected, or when no jury can be called any more', () => {
  const final = { ...report, final: true, revision: 1n };
  const closed = report.firstAt + 3_600;
  expect(decidableFrom({ revision: 1n }, report, rules)).toBeUndefined();
  expect(decidableFrom({ revision: 1n }, final, undefined)).toBeUndefined();
  expect(decidableFrom({ revision: 1n }, final, rules)).toBe(closed + 86_400);
  expect(decidableFrom({ revision: 0n }, final, rules)).toBe(closed + 86_400);
  expect(decidableFrom({ revision: 1n }, { ...final, revision: 2n }, rules)).toBe(closed);
});

test.each([
  ['open', -60, 'Money held'],
  ['open', 60, 'Being delivered'],
  ['open', 4_000, 'Being checked'],
  ['settled', 0, 'Paid out'],
  ['timed-out', 0, 'Returned'],
  ['resolved', 0, 'Decided'],
])('%s at %s s is “%s”', (status, offset, text) =>
  expect(statusOf({ ...trade, status }, start + offset).text).toBe(text),
);
