import { expect, test } from 'vitest';
import type { TradeRow } from '../../indexer/queries.ts';
import { csvOf } from './csv.ts';

const trade: TradeRow = {
  id: '7',
  seller: { id: 'S' },
  buyer: { id: 'B' },
  origin: 'listed',
  wh: 2_500n,
  cost: 900_000n,
  locked: 963_000n,
  slot: 487_212,
  price: 360_000n,
  commissionBps: 500n,
  gridBps: 200n,
  status: 'settled',
  deliveredWh: 2_500n,
  paid: 900_000n,
  fee: 45_000n,
  grid: 18_000n,
  refund: 0n,
  openedAt: 0,
  openedTx: '0xaa',
  reportedTx: null,
  finalTx: null,
  settledTx: '0xcc',
  settledAt: 1,
  cancelledTx: null,
};

test('one exact line for each trade', () => {
  const [, line] = csvOf([trade], 'S').split('\r\n');
  expect(line).toBe(
    '7,2025-07-31T12:00:00.000Z,sold,S,B,2.500,2.500,0.963000,0.900000,0.063000,0.000000,settled,0xaa,0xcc',
  );
});

test('a cell cannot become a formula or break its row', () => {
  const [, line] = csvOf([{ ...trade, status: '=1+1,"x"' }], 'B').split('\r\n');
  expect(line).toContain(`"'=1+1,""x"""`);
});
