// The main job, end to end: two neighbours trade tomorrow's sun, the meter speaks, and both are paid out.
import { Fees, Settlement } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { CELL, contractId, STRANGER, signOrder, World } from './world.ts';

describe('the main job', () => {
  it('lists, signs, sells, reports, settles and pays out', async () => {
    const world = await World.create();
    const seller = world.home('home-h01');
    const buyer = world.home('home-h02', { cell: CELL.near });
    const slot = world.slot + 8n;

    // One part is listed on chain, one is signed at home.
    const offer = world.offer(seller, slot, 4000n);
    const quoted = world.read('marketplace', 'quote', [offer, 3000n, buyer]);
    const accepted = world.ok('marketplace', 'accept-offer', [offer, 1n, 3000n, quoted.total as bigint], buyer);
    expect(accepted.transfers).toEqual([
      { amount: quoted.total, sender: buyer, recipient: contractId('trade-escrow') },
    ]);
    const order = { maker: seller, slot, wh: 2000n, 'min-wh': 1000n, price: 180_000n, nonce: 7n, expiry: slot * 3600n };
    const signed = world.ok(
      'marketplace',
      'fill-signed-offer',
      [order, signOrder(order, 'home-h01'), 2000n, 10n ** 9n],
      buyer,
    );
    const trades = [accepted.value.trade as bigint, signed.value.trade as bigint];

    // The meter gives less than was promised.
    const exportWh = 4321n;
    world.until((slot + 1n) * 3600n);
    expect(world.report(seller, slot, exportWh, 1n).ok).toBe(true);
    world.wait(3600);
    const final = world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER).value;
    expect(final).toMatchObject({ 'export-wh': exportWh, promised: 5000n, custody: exportWh, surplus: 0n });
    expect(world.kwhOf(contractId('trade-escrow'))).toBe(exportWh);

    const rows = trades.map((id) => world.tradeRow(id));
    const terms = Fees.pack({ commissionBps: 500n, gridBps: 500n });
    expect(rows.map((row) => row.terms)).toEqual([terms, terms]);
    const expected = Settlement.settleSlot(
      rows.map((row) => ({ wh: row.wh as bigint, cost: row.cost as bigint, locked: row.locked as bigint, terms })),
      exportWh,
    );
    const settled = world.ok('trade-escrow', 'settle-slot', [seller, slot, trades], STRANGER);
    expect(settled.events.filter((event) => event.topic === 'trade-settled')).toMatchObject(expected.settled);
    expect(settled.value).toMatchObject({ trades: 2n, dust: expected.dust });

    const before = { seller: world.balance(seller), buyer: world.balance(buyer) };
    world.ok('trade-escrow', 'payout', [seller], STRANGER);
    world.ok('trade-escrow', 'payout', [buyer], STRANGER);
    const sum = (pick: (one: Settlement.Settled) => bigint) =>
      expected.settled.reduce((total, one) => total + pick(one), 0n);
    expect(world.balance(seller) - before.seller).toBe(sum((one) => one.paid));
    expect(world.balance(buyer) - before.buyer).toBe(sum((one) => one.refund));
    expect(world.kwhOf(buyer)).toBe(sum((one) => one.delivered));
    expect(world.kwhOf(seller)).toBe(expected.dust);

    world.ok('trade-escrow', 'sweep-fees', [], STRANGER);
    expect(world.balance(contractId('trade-escrow'))).toBe(0n);
    expect(world.kwhOf(contractId('trade-escrow'))).toBe(0n);
    world.free();
  });
});
