import type { Row } from '../schema.ts';
import type { State } from '../state.ts';
import { community, type Handlers, int, word } from './common.ts';

const URGENCIES = ['immediate', 'urgent', 'normal', 'scheduled'];

/** What is left of an offer, and whether it is still open. */
function left(state: State, id: bigint, remainingWh: bigint, more: Partial<Row<'Offer'>> = {}): void {
  const before = state.need('Offer', String(id));
  const status = before.status === 'cancelled' ? 'cancelled' : remainingWh === 0n ? 'filled' : 'open';
  state.set('Offer', { ...before, ...more, remainingWh, status });
  if (status !== before.status) community(state, { openOffers: status === 'open' ? 1n : -1n });
}

function leftOfRequest(state: State, id: bigint, remainingWh: bigint): void {
  const { status } = state.need('Request', String(id));
  state.change('Request', String(id), {
    remainingWh,
    status: status === 'cancelled' ? status : remainingWh === 0n ? 'filled' : 'open',
  });
}

function taken(state: State, maker: string, nonce: bigint, change: (before: Row<'SignedFill'>) => object): void {
  const id = `${maker}-${nonce}`;
  const before = state.get('SignedFill', id) ?? { id, maker, nonce, filledWh: 0n, cancelled: false };
  state.set('SignedFill', { ...before, ...change(before) });
}

function standing(state: State, maker: string, nonce: bigint): Row<'StandingFill'> {
  const id = `${maker}-${nonce}`;
  return state.get('StandingFill', id) ?? { id, maker, nonce, filledWh: 0n, spentMicro: 0n };
}

const NO_SPOT: Row<'SpotMarket'> = {
  id: 'all',
  reserveWh: 0n,
  purchases: 0n,
  boughtWh: 0n,
  refundedWh: 0n,
  costMicro: 0n,
  feesMicro: 0n,
  refundedMicro: 0n,
};
function spot(
  state: State,
  change: Partial<Row<'SpotMarket'>>,
  amounts: Partial<Record<keyof Row<'SpotMarket'>, bigint>>,
) {
  state.set('SpotMarket', { ...(state.get('SpotMarket', 'all') ?? NO_SPOT), ...change });
  state.add('SpotMarket', NO_SPOT, amounts);
}

export const marketplace: Handlers<'marketplace'> = {
  'offer-created': (event, state, { tx }) => {
    const { id, seller, slot, wh, minWh, mode, price, endPrice, cell, expiry, at } = event;
    state.set('Offer', {
      id: String(id),
      seller,
      slot,
      wh,
      minWh,
      mode: int(mode),
      price,
      endPrice,
      cell,
      expiry,
      remainingWh: wh,
      revision: 1,
      status: 'open',
      createdAt: at,
      updatedAt: at,
      createdTx: tx,
    });
    community(state, { offers: 1n, openOffers: 1n });
  },
  // 16 and above: priced and paid in an asset.
  'offer-priced-in': ({ id, mode }, state) => state.change('Offer', String(id), { mode: Number(mode) }),
  'offer-updated': ({ id, revision, wh, price, endPrice, expiry }, state, { time }) =>
    left(state, id, wh, { revision: int(revision), price, endPrice, expiry, updatedAt: BigInt(time) }),
  'offer-cancelled': ({ id }, state) => {
    if (state.need('Offer', String(id)).status === 'open') community(state, { openOffers: -1n });
    state.change('Offer', String(id), { status: 'cancelled' });
  },
  'offer-accepted': ({ id, remaining }, state) => left(state, id, remaining),
  'offer-released': ({ id, remaining }, state) => left(state, id, remaining),

  'request-created': (event, state, { tx }) => {
    const { id, buyer, wh, minWh, maxPrice, urgency, slotFrom, slotTo, expiry, asset, cell, at } = event;
    state.set('Request', {
      id: String(id),
      buyer,
      wh,
      minWh,
      maxPrice,
      asset,
      urgency: word(URGENCIES, urgency),
      slotFrom,
      slotTo,
      expiry,
      cell,
      remainingWh: wh,
      status: 'open',
      createdAt: at,
      createdTx: tx,
    });
  },
  'request-cancelled': ({ id }, state) => state.change('Request', String(id), { status: 'cancelled', remainingWh: 0n }),
  'request-filled': ({ id, remaining }, state) => leftOfRequest(state, id, remaining),
  'request-released': ({ id, remaining }, state) => leftOfRequest(state, id, remaining),

  'signed-filled': ({ maker, nonce, filled }, state) => taken(state, maker, nonce, () => ({ filledWh: filled })),
  'signed-matched': ({ seller, offerNonce, buyer, bidNonce, wh }, state) => {
    taken(state, seller, offerNonce, ({ filledWh }) => ({ filledWh: filledWh + wh }));
    taken(state, buyer, bidNonce, ({ filledWh }) => ({ filledWh: filledWh + wh }));
  },
  'listed-matched': ({ offer, buyer, bidNonce, wh, remaining }, state) => {
    left(state, offer, remaining);
    taken(state, buyer, bidNonce, ({ filledWh }) => ({ filledWh: filledWh + wh }));
  },
  'auction-posted': (event, state, { tx }) => {
    const { slot, district, posting, poster, bond, rows, volume, welfare, low, high, price, closesAt, endsAt } = event;
    const id = `${slot}-${district}`;
    state.set('Auction', {
      id,
      slot,
      district,
      posting,
      postings: (state.get('Auction', id)?.postings ?? 0) + 1,
      poster,
      bondMicro: bond,
      rows: int(rows),
      volumeWh: volume,
      welfare,
      low,
      high,
      price,
      closesAt,
      endsAt,
      status: 'posted',
      trades: 0,
      postedTx: tx,
      executedTx: null,
    });
  },
  'auction-executed': ({ slot, district, opened }, state, { tx }) =>
    state.change('Auction', `${slot}-${district}`, { status: 'executed', trades: int(opened), executedTx: tx }),
  'bond-returned': ({ slot, district }, state) => state.change('Auction', `${slot}-${district}`, { bondMicro: 0n }),
  'signed-released': ({ maker, nonce, filled }, state) => taken(state, maker, nonce, () => ({ filledWh: filled })),
  'signed-cancelled': ({ maker, nonce }, state) => taken(state, maker, nonce, () => ({ cancelled: true })),

  // ---- standing bids
  'standing-filled': ({ maker, nonce, filled, spent }, state) => {
    // A standing bid has a nonce like any signed order, and is taken and withdrawn by it.
    taken(state, maker, nonce, () => ({ filledWh: filled }));
    state.set('StandingFill', { ...standing(state, maker, nonce), filledWh: filled, spentMicro: spent });
  },
  'standing-released': ({ maker, nonce, trade, spent }, state) => {
    const before = standing(state, maker, nonce);
    const { wh } = state.need('Trade', String(trade));
    state.set('StandingFill', { ...before, filledWh: before.filledWh - wh, spentMicro: spent });
  },

  // ---- the spot market
  'energy-listed': ({ seller, price, onSale, reserve, expiresAt, cell, at }, state, { tx }) => {
    state.set('SpotListing', { id: seller, seller, wh: onSale, price, cell, expiresAt, updatedAt: at, tx });
    spot(state, { reserveWh: reserve }, {});
  },
  'energy-unlisted': ({ seller, onSale, reserve }, state, { time, tx }) => {
    state.change('SpotListing', seller, { wh: onSale, updatedAt: BigInt(time), tx });
    spot(state, { reserveWh: reserve }, {});
  },
  'energy-bought': (event, state, { tx }) => {
    const { purchase, seller, buyer, wh, price, cost, fee, refundBps, closesAt, onSale, reserve, at } = event;
    state.change('SpotListing', seller, { wh: onSale, updatedAt: at, tx });
    state.set('Purchase', {
      id: String(purchase),
      listing: seller,
      seller,
      buyer,
      wh,
      price,
      cost,
      fee,
      refundBps: int(refundBps),
      closesAt,
      refundedWh: 0n,
      refundedMicro: 0n,
      heldMicro: cost,
      releasedMicro: 0n,
      status: 'held',
      at,
      tx,
    });
    spot(state, { reserveWh: reserve }, { purchases: 1n, boughtWh: wh, costMicro: cost, feesMicro: fee });
  },
  'energy-refunded': ({ purchase, seller, wh, refund, held, relisted }, state, { time, tx }) => {
    const before = state.need('Purchase', String(purchase));
    const refundedWh = before.refundedWh + wh;
    state.set('Purchase', {
      ...before,
      status: refundedWh === before.wh ? 'refunded' : before.status,
      refundedWh,
      refundedMicro: before.refundedMicro + refund,
      heldMicro: held,
    });
    if (relisted) {
      const lot = state.need('SpotListing', seller);
      state.set('SpotListing', { ...lot, wh: lot.wh + wh, updatedAt: BigInt(time), tx });
    }
    spot(state, {}, { refundedWh: wh, refundedMicro: refund, reserveWh: relisted ? wh : 0n });
  },
  'proceeds-released': ({ purchase, amount }, state) => {
    const before = state.need('Purchase', String(purchase));
    // What refunds leave of the price is released too: the purchase stays one that was given back.
    const status = before.status === 'refunded' ? 'refunded' : 'released';
    state.set('Purchase', { ...before, status, heldMicro: 0n, releasedMicro: amount });
  },
};
