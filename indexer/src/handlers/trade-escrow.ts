import { Fees } from '@wattconnect/protocol';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';
import { community, count, delivery, eventId, type Handlers, hold, int, ofHousehold, word } from './common.ts';

const STATUS = [
  'open',
  'settled',
  'partially-settled',
  'failed',
  'cancelled',
  'timed-out',
  'disputed',
  'resolved',
  'confirmed',
];
const ORIGINS = [
  'listed',
  'signed',
  'matched',
  'requested',
  'paired',
  'bid',
  'standing',
  'standing-listed',
  'standing-signed',
  'auction',
];
/** Added to the origin of a trade that is paid in an asset: nothing of it counts in microSTX. */
const IN_ASSET = 16n;
/** Trades of these origins are paid from the buyer's vault. */
const FROM_VAULT = ORIGINS.slice(2);
/** Two numbers in one: low + high × PAIR. */
const PAIR = 1n << 64n;

/** What the trade came from. `ref` is an offer, a nonce, a request, or two of them, by origin. */
function source(origin: string, ref: bigint): Pick<Row<'Trade'>, 'offer' | 'request' | 'signedNonce' | 'bidNonce'> {
  const none = { offer: null, request: null, signedNonce: null, bidNonce: null };
  switch (origin) {
    case 'listed':
      return { ...none, offer: String(ref) };
    case 'signed':
      return { ...none, signedNonce: ref };
    case 'matched':
    case 'standing-signed':
    case 'auction':
      return { ...none, signedNonce: ref % PAIR, bidNonce: ref / PAIR };
    case 'requested':
      return { ...none, request: String(ref) };
    case 'standing':
      return { ...none, bidNonce: ref };
    case 'bid':
    case 'standing-listed':
      return { ...none, offer: String(ref % PAIR), bidNonce: ref / PAIR };
    case 'paired':
      return { ...none, offer: String(ref % PAIR), request: String(ref / PAIR) };
    default:
      return none;
  }
}

/** microSTX that a trade has locked. */
const lockedIn = ({ asset, locked }: Row<'Trade'>): bigint => (asset === null ? locked : 0n);

type Money = { paid: bigint; fee: bigint; grid: bigint; refund: bigint };
/** Money of a trade finds its owners: what is due to them, and what they have earned and spent. */
function pay(state: State, { seller, buyer, slot, asset }: Row<'Trade'>, { paid, fee, grid, refund }: Money): void {
  if (asset !== null) return;
  const spent = paid + fee + grid;
  count(state, slot, { paidMicro: paid, feesMicro: fee, gridMicro: grid, refundedMicro: refund });
  hold(state, seller, ({ dueMicro }) => ({ dueMicro: dueMicro + paid }));
  hold(state, buyer, ({ dueMicro }) => ({ dueMicro: dueMicro + refund }));
  state.add('Household', state.need('Household', seller), { earnedMicro: paid });
  state.add('Household', state.need('Household', buyer), { spentMicro: spent });
  ofHousehold(state, seller, slot, { earnedMicro: paid });
  ofHousehold(state, buyer, slot, { spentMicro: spent });
}

export const tradeEscrow: Handlers<'trade-escrow'> = {
  'selling-suspended': ({ who, until }, state) => {
    if (state.get('Household', who)) state.change('Household', who, { suspendedUntil: until });
  },
  deposited: ({ who, vault }, state) => hold(state, who, () => ({ vaultMicro: vault })),
  withdrawn: ({ who, vault }, state) => hold(state, who, () => ({ vaultMicro: vault })),
  'paid-out': ({ who, due, dueWh }, state, context) => {
    const { time, tx } = context;
    state.set('Payout', { id: eventId(context), household: who, micro: due, wh: dueWh, at: BigInt(time), tx });
    hold(state, who, () => ({ dueMicro: 0n, dueWh: 0n }));
  },
  'fees-swept': ({ treasury, grid }, state, context) => {
    const { time, tx } = context;
    for (const [kind, micro] of [
      ['fees', treasury],
      ['grid', grid],
    ] as const)
      if (micro > 0n)
        state.set('TreasuryMovement', {
          id: `${eventId(context)}-${kind}`,
          kind,
          to: null,
          micro,
          at: BigInt(time),
          tx,
        });
  },
  'trade-opened': ({ id, seller, buyer, wh, cost, locked, slot, terms, origin: number, ref, at }, state, { tx }) => {
    const { commissionBps, gridBps } = Fees.unpack(terms);
    const origin = word(ORIGINS, number % IN_ASSET);
    const inAsset = number >= IN_ASSET;
    state.set('Trade', {
      id: String(id),
      seller,
      buyer,
      ...source(origin, ref),
      origin,
      // Named by trade-asset, which follows.
      asset: inAsset ? '' : null,
      wh,
      cost,
      locked,
      slot,
      // The cost was rounded up: from the contracts' least amount of energy on, this gives the price back exactly.
      price: (cost * 1000n) / wh,
      commissionBps: int(commissionBps),
      gridBps: int(gridBps),
      status: 'open',
      deliveredWh: null,
      paid: null,
      fee: null,
      grid: null,
      refund: null,
      openedAt: at,
      openedTx: tx,
      reportedTx: null,
      finalTx: null,
      confirmedTx: null,
      settledTx: null,
      settledAt: null,
      cancelledTx: null,
    });
    const promised = delivery(state, seller, slot);
    state.set('Delivery', { ...promised, promisedWh: promised.promisedWh + wh, trades: promised.trades + 1 });
    const micro = inAsset ? 0n : locked;
    hold(state, buyer, ({ vaultMicro, lockedMicro }) => ({
      lockedMicro: lockedMicro + micro,
      ...(FROM_VAULT.includes(origin) && { vaultMicro: vaultMicro - micro }),
    }));
    hold(state, seller, ({ promisedWh }) => ({ promisedWh: promisedWh + wh }));
    count(state, slot, { trades: 1n, promisedWh: wh, lockedMicro: micro });
  },
  'trade-asset': ({ id, asset }, state) => state.change('Trade', String(id), { asset }),
  'trade-cancelled': ({ id, refund }, state, { tx }) => {
    const trade = state.need('Trade', String(id));
    const { seller, buyer, slot, wh, origin } = trade;
    const micro = lockedIn(trade);
    state.set('Trade', {
      ...trade,
      status: 'cancelled',
      refund,
      deliveredWh: 0n,
      paid: 0n,
      fee: 0n,
      grid: 0n,
      cancelledTx: tx,
    });
    const promised = delivery(state, seller, slot);
    state.set('Delivery', { ...promised, promisedWh: promised.promisedWh - wh, trades: promised.trades - 1 });
    // All that was locked comes back.
    hold(state, buyer, ({ vaultMicro, lockedMicro }) => ({
      lockedMicro: lockedMicro - micro,
      ...(FROM_VAULT.includes(origin) && { vaultMicro: vaultMicro + micro }),
    }));
    hold(state, seller, ({ promisedWh }) => ({ promisedWh: promisedWh - wh }));
    count(state, slot, { promisedWh: -wh, refundedMicro: micro });
  },
  'trade-disputed': ({ id }, state) => state.change('Trade', String(id), { status: 'disputed' }),
  'slot-void': ({ seller, slot }, state) => state.set('Delivery', { ...delivery(state, seller, slot), status: 'void' }),
  // The buyer has seen what came: money now, energy when the hour is final.
  'trade-confirmed': (event, state, { tx }) => {
    const { id, delivered, paid, fee, grid, refund } = event;
    const trade = state.need('Trade', String(id));
    state.set('Trade', {
      ...trade,
      status: 'confirmed',
      deliveredWh: delivered,
      paid,
      fee,
      grid,
      refund,
      confirmedTx: tx,
    });
    hold(state, trade.buyer, ({ lockedMicro }) => ({ lockedMicro: lockedMicro - lockedIn(trade) }));
    pay(state, trade, { paid, fee, grid, refund });
  },
  // Jurors or both sides have said what is paid; the energy follows the meter, in the same transaction.
  'trade-judged': ({ id, paid, fee, grid, refund }, state) => {
    const trade = state.need('Trade', String(id));
    state.set('Trade', { ...trade, paid, fee, grid, refund });
    pay(state, trade, { paid, fee, grid, refund });
  },
  'trade-settled': (event, state, { time, tx }) => {
    const { id, seller, buyer, slot, delivered, paid, fee, grid, refund } = event;
    const trade = state.need('Trade', String(id));
    const status = word(STATUS, event.status);
    state.set('Trade', {
      ...trade,
      status,
      deliveredWh: delivered,
      // What a confirmation has paid before counts as well; this event then carries zeros.
      paid: (trade.paid ?? 0n) + paid,
      fee: (trade.fee ?? 0n) + fee,
      grid: (trade.grid ?? 0n) + grid,
      refund: (trade.refund ?? 0n) + refund,
      settledTx: tx,
      settledAt: BigInt(time),
    });
    const promised = delivery(state, seller, slot);
    state.set('Delivery', {
      ...promised,
      settled: promised.settled + 1,
      deliveredWh: promised.deliveredWh + delivered,
    });
    count(state, slot, { settled: 1n, deliveredWh: delivered });
    if (status === 'failed' || status === 'timed-out') community(state, { failed: 1n });
    pay(state, trade, { paid, fee, grid, refund });
    hold(state, buyer, ({ dueWh, lockedMicro }) => ({
      dueWh: dueWh + delivered,
      // A confirmation has freed it before.
      ...(trade.confirmedTx === null && { lockedMicro: lockedMicro - lockedIn(trade) }),
    }));
    hold(state, seller, ({ promisedWh }) => ({ promisedWh: promisedWh - trade.wh }));
    state.add('Household', state.need('Household', seller), { soldWh: delivered });
    state.add('Household', state.need('Household', buyer), { boughtWh: delivered });
    ofHousehold(state, seller, slot, { soldWh: delivered });
    ofHousehold(state, buyer, slot, { boughtWh: delivered });
  },
  'slot-dust': ({ seller, slot, wh }, state) => {
    hold(state, seller, ({ dueWh }) => ({ dueWh: dueWh + wh }));
    const promised = delivery(state, seller, slot);
    state.set('Delivery', { ...promised, surplusWh: (promised.surplusWh ?? 0n) + wh });
    count(state, slot, { surplusWh: wh });
  },
};
