// Offers as buyers meet them, wherever they come from, and what is left of each.
import type { Message } from '@wattconnect/protocol';

export type Offer = {
  /** Address of the seller. */
  seller: string;
  slot: bigint;
  /** Wh that can still be bought. */
  left: bigint;
  /** The smallest part, Wh. */
  minWh: bigint;
  /** µSTX a kWh. */
  price: bigint;
} & (
  | { kind: 'listed'; id: bigint; revision: bigint; /** The price moves with time. */ moving: boolean }
  | { kind: 'signed'; order: Message.Order; signature: Uint8Array }
);

/** One name for each: listed/12, signed/ST…/398000. */
export function nameOf(offer: Offer): string {
  return offer.kind === 'listed' ? `listed/${offer.id}` : `signed/${offer.seller}/${offer.order.nonce}`;
}

/** By price, then seller, then slot: an order that does not depend on when offers arrived. */
export function byPrice(a: Offer, b: Offer): number {
  if (a.price !== b.price) return a.price < b.price ? -1 : 1;
  if (a.seller !== b.seller) return a.seller < b.seller ? -1 : 1;
  return a.slot < b.slot ? -1 : a.slot > b.slot ? 1 : 0;
}
