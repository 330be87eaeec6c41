// One day of a neighbourhood, from the evening before to the last payout, over the node's HTTP interface alone.

import { Pc } from '@stacks/transactions';
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
  type Promise1h,
  plan,
  quorum,
  readMeter,
  signOffer,
  startOfDay,
} from '@wattconnect/agents';
import { call, decodeEvent, parameters } from '@wattconnect/contracts';
import { Cell, type Envelope, Keys, type Message, Slot, Trust } from '@wattconnect/protocol';

const OPERATORS = ['operator-0', 'operator-1', 'operator-2', 'operator-3', 'operator-4'];
const THRESHOLD = 3;
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

const value = (key: keyof typeof parameters): bigint => parameters[key].initial;
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
export function priceOf(index: number, hour: number): bigint {
  const floor = Number(value('price-floor'));
  const ceiling = Number(value('price-ceiling'));
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
  const minWh = value('min-wh');
  const market = `${deployer}.marketplace`;
  const offerDomain: Message.Domain = { chainId: Keys.CHAIN_ID.devnet, contract: market, purpose: 'offer' };
  const reportDomain: Message.Domain = {
    chainId: Keys.CHAIN_ID.devnet,
    contract: `${deployer}.energy-oracle`,
    purpose: 'productions',
  };

  say(`${everybody.length} households register, are metered, and ${producers.length} of them certified`);
  await enrol(chain, everybody);

  // ---- the evening before
  await advance(start - (24 - EVENING_H) * 3600);
  const closes = Number(value('gate-closure'));
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
          price: priceOf(index, hour),
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
  const rates = { cell: value('grid-bps-cell'), district: value('grid-bps-district'), far: value('grid-bps-far') };
  const deals = plan(offers, needs, {
    minWh,
    commissionBps: value('commission-bps'),
    gridBps: (a, b) => rates[Cell.tier(a, b)],
    limitWh: (who) =>
      who.certified ? Trust.limitWh(Trust.START, who.certified.capacityKwh * 1000n, 0n) : value('default-limit-wh'),
  });
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
    await keeper.report(slot, readings, quorum(OPERATORS, THRESHOLD, reportDomain, slot, readings));
    const window = Number(value('challenge-window'));
    await advance((await chain.time()) + window + 20);
    await keeper.finalize(
      slot,
      readings.map(({ seller }) => seller),
    );
    const ofSlot = trades.get(slot);
    if (ofSlot) await keeper.settle(slot, ofSlot);
    say(
      `${String(hour).padStart(2, '0')}:00  ${readings.reduce((sum, { exportWh }) => sum + Number(exportWh), 0) / 1000} kWh exported by ${readings.length} homes, ${ofSlot ? [...ofSlot.values()].flat().length : 0} trades settled`,
    );
  }

  const owed = [...new Set([...deals.flatMap(({ buyer, offer }) => [buyer.address, offer.seller.address])])];
  const escrow = `${deployer}.trade-escrow`;
  await keeper.payout(owed, () => [
    Pc.principal(escrow).willSendGte(0).ustx(),
    Pc.principal(escrow)
      .willSendGte(0)
      .ft(`${deployer}.energy-token` as `${string}.${string}`, 'kwh'),
  ]);
  say(`${owed.length} households are paid out`);
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
