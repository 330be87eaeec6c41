// The call auction of a district's delivery slot: one price for all, found off chain by anybody and proven on chain when it is posted.
// Orders of equal price come in an order that follows from maker and slot, so that nobody can choose among them. Source: marketplace.
import { sha256 } from '@noble/hashes/sha2.js';
import * as Clarity from './clarity.ts';
import { MAX_AUCTION_ROWS } from './limits.ts';
import type { Order } from './message.ts';
import { max, min } from './units.ts';

/** What the auction needs to know of an order. */
export type Entry = Pick<Order, 'maker' | 'wh' | 'price' | 'nonce'>;

/** A part of an offer that goes to a bid. With 0 Wh it only lists the best orders that are left over. */
export type Row<T> = { offer: T; bid: T; wh: bigint };

export type Clearing<T> = {
  /** In the order in which the contract takes them: best first on both sides. */
  rows: Row<T>[];
  /** Wh that change hands. */
  volume: bigint;
  /** Σ wh × (bid − offer), in base units × Wh a kWh. */
  welfare: bigint;
  /** Σ wh × (tie of the maker of the offer + tie of the maker of the bid): among equals the least wins. */
  ties: bigint;
  /** Any price between these, both included, suits every listed order. */
  low: bigint;
  high: bigint;
  price: bigint;
};

/** Who comes first among orders of one price: the smaller of these. Different in each slot, and nothing that a maker could choose. */
export function tieOf(slot: bigint, maker: string): bigint {
  const hash = sha256(Clarity.tuple({ maker: Clarity.principal(maker), slot: Clarity.uint(slot) }));
  return hash.subarray(0, 8).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

type Ranked<T> = { order: T; tie: bigint; left: bigint };

/** Best first. A maker has one order in an auction: the one with the highest nonce. */
function rank<T extends Entry>(orders: readonly T[], slot: bigint, bids: boolean): Ranked<T>[] {
  return orders
    .map((order) => ({ order, tie: tieOf(slot, order.maker), left: order.wh }))
    .sort(({ order: a, tie: one }, { order: b, tie: other }) => {
      const first = a.price === b.price ? one - other : bids ? b.price - a.price : a.price - b.price;
      return first < 0n ? -1 : first > 0n ? 1 : 0;
    });
}

function lastOf<T extends Entry>(orders: Iterable<T>): Set<T> {
  const last = new Map<string, T>();
  for (const order of orders) {
    const before = last.get(order.maker);
    if (!before || order.nonce > before.nonce) last.set(order.maker, order);
  }
  return new Set(last.values());
}

/**
 * The trades that are worth most together, and their price. What does not fit into one posting is cut off where it is worth least.
 * @param offers in the slot and district of the auction, each with Wh above zero
 * @returns null when no offer meets a bid
 */
export function clear<T extends Entry>(
  { offers, bids, slot }: { offers: readonly T[]; bids: readonly T[]; slot: bigint },
  maxRows = MAX_AUCTION_ROWS,
): Clearing<T> | null {
  const taken = lastOf([...offers, ...bids]);
  const asks = rank(
    offers.filter((order) => taken.has(order)),
    slot,
    false,
  );
  const buys = rank(
    bids.filter((order) => taken.has(order)),
    slot,
    true,
  );
  const rows: Row<T>[] = [];
  let volume = 0n;
  let welfare = 0n;
  let ties = 0n;
  let a = 0;
  let b = 0;
  let whole = true;
  for (let ask = asks[a], buy = buys[b]; ask && buy && ask.order.price <= buy.order.price; ) {
    if (rows.length === maxRows) {
      whole = false;
      break;
    }
    const wh = min(ask.left, buy.left);
    rows.push({ offer: ask.order, bid: buy.order, wh });
    volume += wh;
    welfare += wh * (buy.order.price - ask.order.price);
    ties += wh * (ask.tie + buy.tie);
    ask.left -= wh;
    buy.left -= wh;
    if (ask.left === 0n) ask = asks[++a];
    if (buy.left === 0n) buy = buys[++b];
  }
  const last = rows.at(-1);
  if (!last) return null;
  // The best of what is left: the rest of the last order, or else the next one. It bounds the price.
  const restOf = (side: Ranked<T>[], at: number, order: T): T | undefined => {
    const current = side[at];
    return current && (current.order === order || (whole && rows.length < maxRows)) ? current.order : undefined;
  };
  const offerLeft = restOf(asks, a, last.offer);
  const bidLeft = restOf(buys, b, last.bid);
  const tail = { offer: offerLeft ?? last.offer, bid: bidLeft ?? last.bid, wh: 0n };
  if (tail.offer !== last.offer || tail.bid !== last.bid) rows.push(tail);
  const low = bidLeft ? max(last.offer.price, bidLeft.price) : last.offer.price;
  const high = offerLeft ? min(last.bid.price, offerLeft.price) : last.bid.price;
  return { rows, volume, welfare, ties, low, high, price: (low + high) / 2n };
}

/** Whether the contract would let a posting stand in the place of another. */
export function isBetter(one: Omit<Clearing<unknown>, 'rows'>, than: Omit<Clearing<unknown>, 'rows'>): boolean {
  if (one.welfare !== than.welfare) return one.welfare > than.welfare;
  if (one.volume !== than.volume) return one.volume > than.volume;
  const [width, other] = [one.high - one.low, than.high - than.low];
  return width === other ? one.ties < than.ties : width < other;
}
