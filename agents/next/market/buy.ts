// Which offers a household takes: the best by price, trust and time, within what trust allows on both sides.
import { Cell, Fees, Matching, Units } from '@wattconnect/protocol';
import type { Parameters } from '../chain/reads.ts';
import { byPrice, nameOf, type Offer } from './offers.ts';
import type { Standing } from './standing.ts';

export type Purchase = { offer: Offer; wh: bigint };

export type PurchaseWishes = {
  /** Address of the buyer. */
  buyer: string;
  /** Wh that it expects to need and has not bought yet, by slot. */
  needs: { slot: bigint; wh: bigint }[];
  /** Open offers; what is planned here is taken off their `left`, so that the next buyer does not plan with it. */
  offers: Offer[];
  standings: ReadonlyMap<string, Standing>;
  parameters: Parameters;
  /** µSTX a kWh from the utility: with all fees on top, a neighbour's energy must be cheaper. */
  retail: bigint;
};

/** Part of its limit that a household uses in one go, so that the month's last days have sun too. */
const SHARE = 4n;

export function planPurchases(wishes: PurchaseWishes): Purchase[] {
  const { buyer, needs, offers, standings, parameters, retail } = wishes;
  const mine = standings.get(buyer);
  if (!mine?.mayBuy) return [];
  let budget = Units.min(mine.left, Units.max(mine.left / SHARE, 2n * parameters.minWh));
  const purchases: Purchase[] = [];
  for (const need of needs) {
    let open = need.wh;
    for (const offer of ranked(offers, need.slot, wishes)) {
      const seller = standings.get(offer.seller)!;
      const wh = least(open, offer.left, budget, mine.left, seller.left);
      if (wh < parameters.minWh || wh < offer.minWh) continue;
      if (costPerKwh(offer, wh, mine, seller, parameters) >= retail) continue;
      offer.left -= wh;
      mine.use(wh);
      seller.use(wh);
      budget -= wh;
      open -= wh;
      purchases.push({ offer, wh });
      if (open < parameters.minWh) break;
    }
  }
  return purchases;
}

const least = (...values: bigint[]) => values.reduce(Units.min);

/** Best first, by the weights that the dApp shows people. */
function ranked(offers: Offer[], slot: bigint, { buyer, standings, parameters }: PurchaseWishes): Offer[] {
  const fit = offers
    .filter(
      (offer) =>
        offer.slot === slot &&
        offer.seller !== buyer &&
        offer.left >= parameters.minWh &&
        standings.get(offer.seller)?.maySell === true,
    )
    .sort(byPrice);
  const candidates = fit.map((offer, at) => ({
    // Ties are broken by this: the cheapest first, then by the seller.
    id: String(at).padStart(6, '0'),
    price: offer.price,
    trust: standings.get(offer.seller)!.score,
    slot: offer.slot,
    offer,
  }));
  return Matching.rank(candidates, slot).map(({ offer }) => offer);
}

/** µSTX a kWh with both fees, rounded up. */
function costPerKwh(offer: Offer, wh: bigint, buyer: Standing, seller: Standing, parameters: Parameters): bigint {
  const gridBps = Fees.gridBpsOf(Cell.tier(buyer.cell, seller.cell), parameters.gridBps);
  const { total } = Fees.quote({ wh, price: offer.price, commissionBps: parameters.commissionBps, gridBps });
  return Units.ceilDiv(total * Units.WH_PER_KWH, wh);
}

/** Two plans never count on the same part of an offer: takes off what is under way already. */
export function withoutReserved(offers: Offer[], reserved: ReadonlyMap<string, bigint>): Offer[] {
  return offers.map((offer) => {
    const taken = reserved.get(nameOf(offer)) ?? 0n;
    return taken === 0n ? offer : { ...offer, left: Units.max(0n, offer.left - taken) };
  });
}
