// One day of a neighbourhood, from the evening before to the last payout, over the node's HTTP interface alone.

import {
  buy,
  ChainClient,
  type Deal,
  enrol,
  expected,
  type Household,
  household,
  inDay,
  inHour,
  Keeper,
  type Meters,
  type Need,
  type OpenOffer,
  Operator,
  type Promise1h,
  plan,
  quorum,
  readMeter,
  roomOf,
  signOffer,
  startOfDay,
  type Terms,
  termsOf,
  usersOf,
} from '@wattconnect/agents';
import { call, decodeEvent } from '@wattconnect/contracts';
import { Cell, type Envelope, Keys, type Message, Slot } from '@wattconnect/protocol';

/** Two neighbouring cells and one further away. */
const CELLS = ['871f0d4b5ffffff', '871f0d4b4ffffff', '871fb4671ffffff'].map(Cell.fromHex);
/** Offers are made the evening before, when every hour of the day's sun is open for trade and none has closed. */
const EVENING_H = 19;
/** Part of the expected surplus that is promised: the sky is not. */
const PROMISED_PERCENT = 90;
const OFFER_ROWS = 24;
/** Homes behind one meter of a house of flats. */
export const FLATS = 4;

export type DayOptions = {
  meters: Meters;
  day: string;
  node: string;
  deployer: string;
  /** Passes chain time. */
  advance: (until: number) => Promise<void>;
  /** Spreads a signed offer, and gives the neighbours' view of all of them. */
  gossip: {
    publish: (envelope: Envelope.Envelope) => Promise<void>;
    heard: (count: number) => Promise<{ order: Message.Order; sig: Uint8Array }[]>;
  };
  say: (line: string) => void;
};

export type DayResult = { homes: number; slots: number; exportOf: Map<string, bigint>; listed: number; signed: number };

/** The oracle's operators of the local chain, each with its own view of it. */
export const operatorsOn = (chain: ChainClient): Operator[] =>
  Array.from({ length: 5 }, (_, i) => new Operator(chain, Keys.development(`operator-${i}`), Keys.CHAIN_ID.devnet));

/** What the contracts will hold buyers and sellers to: asked of the chain for all of them. */
export async function rulesFor(chain: ChainClient, terms: Terms, homes: Household[]) {
  const users = await usersOf(
    chain,
    homes.map(({ address }) => address),
  );
  const room = new Map<string, bigint>();
  for (const [i, { address }] of homes.entries()) {
    const user = users[i];
    room.set(address, user ? await roomOf(chain, address, user, terms.defaultLimitWh) : 0n);
  }
  return {
    minWh: terms.minWh,
    commissionBps: terms.commissionBps,
    gridBps: (a: bigint, b: bigint) => terms.gridBps[Cell.tier(a, b)],
    limitWh: ({ address }: Household) => room.get(address) ?? 0n,
  };
}

const ceil = (n: number, step: number) => Math.ceil(n / step) * step;

/** Homes as the day sees them: certified for what their meter has shown on the days of the file, with room to spare. */
export function homesOf(meters: Meters): { producers: Household[]; flats: Household[] } {
  const producers = meters.homes.map((id, i) => {
    const hours = meters.days.flatMap((day) =>
      Array.from({ length: 24 }, (_, hour) => inHour(meters.of(id, day), hour, 'pvWh')),
    );
    const perDay = Math.max(...meters.days.map((day) => inDay(meters.of(id, day), 'pvWh')));
    const peakW = Math.max(1000, ceil(Math.max(...hours) * 1.1, 500));
    const capacityKwh = Math.min(Math.max(100, Math.ceil((perDay * 30) / 1000)), Math.floor((peakW * 744) / 1000));
    return household(`home-${id}`, CELLS[i % CELLS.length]!, {
      capacityKwh: BigInt(capacityKwh),
      peakW: BigInt(peakW),
    });
  });
  // Houses of several flats with no more sun than a balcony has: the same lives, never anything to spare.
  const flats = meters.homes.map((_, i) =>
    household(`buyer-${i + 1}`, CELLS[(i + 1) % CELLS.length]!, { capacityKwh: 600n, peakW: 1000n }),
  );
  return { producers, flats };
}

/** A price between the feed-in tariff and the ceiling, a little different for each home and hour, cheaper around noon. */
export function priceOf({ priceFloor, priceCeiling }: Terms, index: number, hour: number): bigint {
  const floor = Number(priceFloor);
  const ceiling = Number(priceCeiling);
  const noon = Math.abs(hour - 12) / 12;
  return BigInt(Math.round(floor + (ceiling - floor) * (0.35 + 0.4 * noon + 0.15 * (((index * 7) % 10) / 10))));
}

export async function runDay({ meters, day, node, deployer, advance, gossip, say }: DayOptions): Promise<DayResult> {
  const chain = new ChainClient(node, deployer);
  const keeper = new Keeper(chain, Keys.development('keeper'));
  const { producers, flats } = homesOf(meters);
  const everybody = [...producers, ...flats];
  const start = startOfDay(day);
  const firstSlot = Slot.of(start);
  const market = `${deployer}.marketplace`;
  const offerDomain: Message.Domain = { chainId: Keys.CHAIN_ID.devnet, contract: market, purpose: 'offer' };
  const operators = operatorsOn(chain);
  const terms = await termsOf(chain);
  const { minWh } = terms;

  say(`${everybody.length} households register, are metered, and ${producers.length} of them certified`);
  await enrol(chain, everybody);

  // ---- the evening before
  await advance(start - (24 - EVENING_H) * 3600);
  const closes = Number(terms.gateClosureS);
  const tradable = (hour: number) => start + hour * 3600 - closes > start - (24 - EVENING_H) * 3600 + 3600;
  const promises: (Promise1h & { index: number })[] = [];
  for (const [index, id] of meters.homes.entries()) {
    const seller = producers[index]!;
    for (let hour = 0; hour < EVENING_H; hour++) {
      if (!tradable(hour)) continue;
      const wh = BigInt(Math.floor((expected(meters, id, day, hour, 'exportWh') * PROMISED_PERCENT) / 100));
      const most = seller.certified!.peakW;
      if (wh >= minWh)
        promises.push({
          index,
          seller,
          slot: firstSlot + BigInt(hour),
          wh: wh < most ? wh : most,
          price: priceOf(terms, index, hour),
        });
    }
  }
  const expiryOf = (slot: bigint) => BigInt(Slot.start(slot) - closes);
  const offers: OpenOffer[] = [];
  const listers = new Map<Household, Promise1h[]>();
  let signed = 0;
  for (const promise of promises) {
    if (promise.index % 2 === 0) listers.set(promise.seller, [...(listers.get(promise.seller) ?? []), promise]);
    else {
      const { envelope } = signOffer(promise, {
        nonce: BigInt(++signed),
        minWh,
        expiry: expiryOf(promise.slot),
        domain: offerDomain,
      });
      await gossip.publish(envelope);
    }
  }
  const lists = [...listers].flatMap(([seller, all]) =>
    Array.from({ length: Math.ceil(all.length / OFFER_ROWS) }, (_, i) => ({
      seller,
      rows: all.slice(i * OFFER_ROWS, (i + 1) * OFFER_ROWS),
    })),
  );
  const receipts = await chain.included(
    await Promise.all(
      lists.map(({ seller, rows }) =>
        chain.submit(
          seller.key,
          call.marketplace.createOffers({
            rows: rows.map(({ slot, wh, price }) => ({
              slot,
              wh,
              minWh,
              mode: 0n,
              price,
              endPrice: price,
              expiry: expiryOf(slot),
            })),
          }),
        ),
      ),
    ),
  );
  for (const [i, receipt] of receipts.entries()) {
    if (!receipt.ok)
      throw new Error(`${lists[i]!.seller.name} could not list its offers: ${receipt.code ?? receipt.status}`);
    const ids = await idsOf(chain, receipt.txid, deployer);
    for (const [row, { seller, slot, wh, price }] of lists[i]!.rows.entries())
      offers.push({ kind: 'listed', id: ids[row]!, revision: 1n, seller, slot, wh, price, left: wh });
  }
  const byAddress = new Map(producers.map((home) => [home.address, home]));
  for (const { order, sig } of await gossip.heard(signed)) {
    const seller = byAddress.get(order.maker);
    if (seller)
      offers.push({
        kind: 'signed',
        order,
        signature: sig,
        seller,
        slot: order.slot,
        wh: order.wh,
        price: order.price,
        left: order.wh,
      });
  }
  say(
    `${offers.length} offers for ${day}: ${promises.length - signed} listed on chain, ${signed} signed and heard through relays`,
  );

  const needs: Need[] = [];
  for (let hour = 0; hour < EVENING_H; hour++) {
    if (!tradable(hour)) continue;
    for (const [i, id] of meters.homes.entries()) {
      for (const [buyer, what] of [
        [producers[i]!, 'importWh'],
        [flats[i]!, 'loadWh'],
      ] as const) {
        const wh = BigInt(expected(meters, id, day, hour, what) * (what === 'loadWh' ? FLATS : 1));
        if (wh >= minWh) needs.push({ buyer, slot: firstSlot + BigInt(hour), wh });
      }
    }
  }
  const deals = plan(offers, needs, await rulesFor(chain, terms, everybody));
  const taken = await chain.included(await oneByOne(deals, (deal) => buy(chain, deal)));
  /** Slot → seller → ids. */
  const trades = new Map<bigint, Map<string, bigint[]>>();
  for (const [i, { ok, txid, code, status }] of taken.entries()) {
    const deal = deals[i]!;
    if (!ok) throw new Error(`${deal.buyer.name} could not buy from ${deal.offer.seller.name}: ${code ?? status}`);
    const [id] = await idsOf(chain, txid, deployer);
    const ofSlot = trades.get(deal.offer.slot) ?? new Map<string, bigint[]>();
    trades.set(deal.offer.slot, ofSlot);
    remember(ofSlot, deal, id!);
  }
  say(`${deals.length} trades over ${deals.reduce((sum, { wh }) => sum + Number(wh), 0) / 1000} kWh`);

  // ---- the day, hour by hour
  const exportOf = new Map(producers.map(({ address }) => [address, 0n]));
  let slots = 0;
  for (let hour = 0; hour < 24; hour++) {
    const slot = firstSlot + BigInt(hour);
    const readings = meters.homes.flatMap((id, i) => {
      const quarters = meters
        .of(id, day)
        .slice(4 * hour, 4 * hour + 4)
        .map(({ exportWh }) => exportWh);
      const { address, name } = producers[i]!;
      const wh = quarters.reduce((a, b) => a + b, 0);
      exportOf.set(address, exportOf.get(address)! + BigInt(wh));
      const promised = trades.get(slot)?.has(address);
      return wh > 0 || promised ? [readMeter(name, address, slot, quarters, 'demo')] : [];
    });
    if (readings.length === 0) continue;
    slots += 1;
    await advance(Slot.end(slot) + 10);
    await keeper.report(slot, readings, await quorum(chain, operators, slot, readings));
    const window = Number(terms.challengeWindowS);
    await advance((await chain.time()) + window + 20);
    await keeper.finalize(
      slot,
      readings.map(({ seller }) => seller),
    );
    const ofSlot = trades.get(slot);
    const settled = ofSlot ? await keeper.settle(slot, ofSlot) : 0;
    say(
      `${String(hour).padStart(2, '0')}:00  ${readings.reduce((sum, { exportWh }) => sum + Number(exportWh), 0) / 1000} kWh exported by ${readings.length} homes, ${settled} trades settled`,
    );
  }

  const owed = [...new Set([...deals.flatMap(({ buyer, offer }) => [buyer.address, offer.seller.address])])];
  const paid = await keeper.payout(owed);
  say(`${paid.length} households are paid out`);
  return { homes: meters.homes.length, slots, exportOf, listed: promises.length - signed, signed };
}

function remember(ofSlot: Map<string, bigint[]>, { offer }: Deal, id: bigint): void {
  ofSlot.set(offer.seller.address, [...(ofSlot.get(offer.seller.address) ?? []), id]);
}

async function oneByOne<T>(items: T[], run: (item: T) => Promise<string>): Promise<string[]> {
  const out: string[] = [];
  for (const item of items) out.push(await run(item));
  return out;
}

type TxEvents = { events: { contract_log?: { contract_id: string; value: { hex: string } } }[] };

/** Numbers of what a transaction has made: offers, or a trade. */
async function idsOf(chain: ChainClient, txid: string, deployer: string): Promise<bigint[]> {
  const { body } = await chain.json<TxEvents>(`/extended/v1/tx/${txid}`);
  return body.events.flatMap(({ contract_log: log }) => {
    const told = log && decodeEvent(log.contract_id.slice(deployer.length + 1), log.value.hex);
    return told?.topic === 'offer-created' || told?.topic === 'trade-opened' ? [told.id] : [];
  });
}
