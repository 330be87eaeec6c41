/** Offers from the chain and signed promises from neighbours, as one list. */
import { Matching, type Message } from '@wattconnect/protocol';
import type { OfferRow } from '../../indexer/queries.ts';
import { allIn, distance, type Rules } from './rules.ts';

export type Listing = {
  key: string;
  origin: 'listed' | 'signed';
  seller: string;
  /** Trust in basis points; undefined when the seller is not known to the views yet. */
  score: bigint | undefined;
  cell: bigint | null;
  source: string | null;
  slot: number;
  leftWh: bigint;
  minWh: bigint;
  /** µSTX per kWh for the seller, now. */
  price: bigint;
  falls: boolean;
  expiry: number;
  /** µSTX per kWh with all fees. */
  allIn: bigint;
} & (
  | { origin: 'listed'; id: bigint; revision: bigint }
  | { origin: 'signed'; order: Message.Order; signature: Uint8Array }
);

export type SignedOffer = { order: Message.Order; signature: Uint8Array; digest: string };
export type Seller = { score: bigint; cell: bigint | null; source: string | null };

/** The marketplace's price modes: one price, a price that runs, and two that keep a distance from the reference price. */
const MODES = { linear: '1', above: '2', below: '3' } as const;

type Priced = Pick<OfferRow, 'mode' | 'price' | 'endPrice' | 'updatedAt' | 'expiry'>;

/**
 * The price of an offer at a moment, as the marketplace computes it to the µSTX. A linear one runs evenly from `price` at its last change to
 * `endPrice` at its expiry. One that follows the reference price keeps `price` away from it, at most the ceiling, and never goes under `endPrice`.
 */
export const priceAt = (
  { mode, price, endPrice, updatedAt, expiry }: Priced,
  { reference, ceiling }: Pick<Rules, 'reference' | 'ceiling'>,
  now: number,
): bigint => {
  if (mode === MODES.above || mode === MODES.below) {
    const wanted = mode === MODES.above ? reference + price : reference - price;
    const most = wanted > ceiling ? ceiling : wanted;
    return endPrice > most ? endPrice : most;
  }
  if (mode !== MODES.linear || now <= updatedAt) return price;
  if (now >= expiry) return endPrice;
  const elapsed = BigInt(now - updatedAt);
  const life = BigInt(expiry - updatedAt);
  return endPrice < price
    ? price - ((price - endPrice) * elapsed) / life
    : price + ((endPrice - price) * elapsed) / life;
};

const fromChain = (row: OfferRow, rules: Rules, now: number, buyerCell: bigint | null): Listing => {
  const price = priceAt(row, rules, now);
  return {
    key: `offer-${row.id}`,
    origin: 'listed',
    id: BigInt(row.id),
    revision: row.revision,
    seller: row.seller.id,
    score: row.seller.score,
    cell: row.seller.cell,
    source: row.seller.source,
    slot: row.slot,
    leftWh: row.remainingWh,
    minWh: row.minWh,
    price,
    falls: row.mode === MODES.linear && row.endPrice < row.price,
    expiry: row.expiry,
    allIn: allIn(price, rules, distance(row.seller.cell, buyerCell)),
  };
};

/** `usedWh` is what the chain has filled of this promise already. */
export const fromPromise = (
  { order, signature }: SignedOffer,
  usedWh: bigint,
  seller: Seller | undefined,
  rules: Rules,
  buyerCell: bigint | null,
): Listing => ({
  key: `promise-${order.maker}-${order.nonce}`,
  origin: 'signed',
  order,
  signature,
  seller: order.maker,
  score: seller?.score,
  cell: order.cell,
  source: seller?.source ?? null,
  slot: Number(order.slot),
  leftWh: order.wh > usedWh ? order.wh - usedWh : 0n,
  minWh: order.minWh,
  price: order.price,
  falls: false,
  expiry: Number(order.expiry),
  allIn: allIn(order.price, rules, distance(order.cell, buyerCell)),
});

/** Whether the marketplace lets a household sell now. */
export const maySell = (
  { certified, active, suspendedUntil }: Pick<OfferRow['seller'], 'certified' | 'active' | 'suspendedUntil'>,
  now: number,
): boolean => certified && active && suspendedUntil <= now;

/** What can be bought of listed offers now. */
export const onSale = (
  offers: readonly OfferRow[],
  rules: Rules,
  now: number,
  buyerCell: bigint | null = null,
): Listing[] =>
  offers
    .filter(({ seller }) => maySell(seller, now))
    .map((row) => fromChain(row, rules, now, buyerCell))
    .filter((listing) => isOpen(listing, rules, now));

/** Energy left, not expired, and its hour open for trading. */
export const isOpen = (listing: Listing, rules: Rules, now: number): boolean => {
  const ahead = listing.slot * 3600 - now;
  return (
    listing.leftWh > 0n &&
    listing.leftWh >= listing.minWh &&
    listing.expiry > now &&
    ahead > rules.gateClosure &&
    ahead <= rules.gateOpening
  );
};

/** The hours that can be traded now: from the first that is not closed to the last that is open. */
export const tradable = (rules: Rules, now: number): { from: number; to: number } => {
  const from = Math.floor((now + rules.gateClosure) / 3600) + 1;
  const to = Math.floor((now + rules.gateOpening) / 3600);
  return { from, to: Math.max(from, Math.min(to, from + 23)) };
};

export type HourOnOffer = { slot: number; cheapest: bigint | undefined; wh: bigint; offers: number };

export const byHour = (listings: readonly Listing[], from: number, to: number): HourOnOffer[] =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const there = listings.filter(({ slot }) => slot === from + index);
    return {
      slot: from + index,
      cheapest: there.reduce<bigint | undefined>(
        (low, { allIn }) => (low === undefined || allIn < low ? allIn : low),
        undefined,
      ),
      wh: there.reduce((sum, { leftWh }) => sum + leftWh, 0n),
      offers: there.length,
    };
  });

export type Matched = { listing: Listing; score: bigint };

/** Best match first: price, trust and time as the protocol weighs them. Those it never proposes (trust too low) come last, by price. */
export const ranked = (listings: readonly Listing[], wantedWh: bigint, wishedSlot: number | undefined): Matched[] => {
  const proposed = Matching.rank(
    listings.map((listing) => ({
      id: listing.key,
      price: listing.allIn,
      trust: listing.score ?? 0n,
      slot: BigInt(listing.slot),
      listing,
    })),
    wishedSlot === undefined ? undefined : BigInt(wishedSlot),
  );
  const known = new Set(proposed.map(({ id }) => id));
  const rest = listings
    .filter(({ key }) => !known.has(key))
    .toSorted((a, b) => (a.allIn < b.allIn ? -1 : a.allIn > b.allIn ? 1 : 0));
  // what cannot give the whole amount is no best match, however cheap
  const enough = ({ listing }: { listing: Listing }) => listing.leftWh >= wantedWh && listing.minWh <= wantedWh;
  return [...proposed.filter(enough), ...proposed.filter((one) => !enough(one))]
    .map(({ listing, score }): Matched => ({ listing, score }))
    .concat(rest.map((listing) => ({ listing, score: 0n })));
};

/** How much of a listing a buyer who wants `wantedWh` would take. */
export const takeable = (listing: Listing, wantedWh: bigint): bigint =>
  wantedWh > listing.leftWh ? listing.leftWh : wantedWh < listing.minWh ? listing.minWh : wantedWh;

/** Why the best is the best, in a sentence. `nth` is its place by price among what is shown. */
export const reason = (
  best: Listing,
  others: readonly Listing[],
  wantedWh: bigint,
  words: {
    name: (address: string) => string;
    stx: (micro: bigint) => string;
    kwh: (wh: bigint) => string;
    tier: string | undefined;
  },
): string => {
  const cheaper = others.filter((other) => other.allIn < best.allIn).toSorted((a, b) => (a.allIn < b.allIn ? -1 : 1));
  const ordinal = ['Lowest', 'Second lowest', 'Third lowest'][cheaper.length];
  const first = `${ordinal ? `${ordinal} price` : 'A fair price'}${words.tier ? `, ${words.tier} trust` : ''}, and the hour you chose.`;
  const [lowest] = cheaper;
  if (!lowest) return first;
  const gap = words.stx(best.allIn - lowest.allIn);
  return lowest.leftWh < wantedWh
    ? `${first} ${words.name(lowest.seller)} is ${gap} STX cheaper but has only ${words.kwh(lowest.leftWh)} kWh.`
    : `${first} ${words.name(lowest.seller)} is ${gap} STX cheaper but less trusted.`;
};
