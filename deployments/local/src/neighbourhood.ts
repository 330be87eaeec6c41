// A neighbourhood that keeps trading: looks at the chain and the views, does what is due, and can be stopped and started at any moment.

import {
  buy,
  ChainClient,
  enrol,
  expected,
  type Household,
  Keeper,
  type Meters,
  type OpenOffer,
  type Operator,
  plan,
  quorum,
  readMeter,
  signOffer,
  startOfDay,
  type Terms,
  termsOf,
} from '@wattconnect/agents';
import { call } from '@wattconnect/contracts';
import type { Client } from '@wattconnect/p2p-relay/client';
import { Keys, type Message, Slot } from '@wattconnect/protocol';
import { FLATS, operatorsOn, priceOf, rulesFor } from './day.ts';

export type Home = {
  household: Household /** Home in the meter file whose readings it has. */;
  meter: string /** Somebody else decides for it; only its meter is ours. */;
  guest: boolean;
  /** Whether it has more sun than it uses, now and then. */
  roof: boolean;
};

export type NeighbourhoodOptions = {
  node: string;
  indexer: string;
  deployer: string;
  homes: Home[];
  meters: Meters;
  relay: Client;
  say: (line: string) => void;
};

const HOUR = 3600;
/** Offers are made for hours up to this far ahead, and sold when they come near: what is left is there for visitors. */
const OFFER_AHEAD_H = 18;
const BUY_AHEAD_H = 7;
const MARGIN_S = 900;
const REPORT_BACK_H = 40;
/** Part of the expected surplus that is promised. */
const PROMISED_PERCENT = 90;
const PAYOUT_EVERY_S = 6 * HOUR;

type OfferRow = {
  id: string;
  slot: string;
  wh: string;
  remainingWh: string;
  price: string;
  revision: number;
  status: string;
  seller: { id: string };
};
type ReportRow = { slot: string; final: boolean; firstAt: string; seller: { id: string } };
type TradeRow = { id: string; slot: string; status: string; seller: { id: string } };

export class Neighbourhood {
  readonly #options: NeighbourhoodOptions;
  readonly #chain: ChainClient;
  readonly #keeper: Keeper;
  readonly #operators: Operator[];
  readonly #published = new Set<string>();
  readonly #bought = new Set<bigint>();
  #paidAt = 0;

  constructor(options: NeighbourhoodOptions) {
    this.#options = options;
    this.#chain = new ChainClient(options.node, options.deployer);
    this.#keeper = new Keeper(this.#chain, Keys.development('keeper'));
    this.#operators = operatorsOn(this.#chain);
  }

  async #ask<T>(query: string): Promise<T> {
    const response = await fetch(`${this.#options.indexer}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: { message: string }[] };
    if (!data) throw new Error(errors?.[0]?.message ?? 'The indexer gave no answer.');
    return data;
  }

  /** Enrols whoever is not enrolled whole, from where it stands. @returns how many there were */
  settleIn(): Promise<number> {
    return enrol(
      this.#chain,
      this.#options.homes.map(({ household }) => household),
    );
  }

  /** Does everything that is due by the chain's clock. */
  async act(): Promise<void> {
    const now = await this.#chain.time();
    const terms = await termsOf(this.#chain);
    await this.#offer(now, terms);
    await this.#trade(now, terms);
    await this.#report(now);
    await this.#settle(now, terms);
    if (now - this.#paidAt > PAYOUT_EVERY_S) {
      this.#paidAt = now;
      await this.#payOut();
    }
  }

  #day(slot: bigint): { day: string; hour: number } {
    const at = new Date(Slot.start(slot) * 1000).toISOString();
    return { day: at.slice(0, 10), hour: Number(at.slice(11, 13)) };
  }
  #expected(home: Home, slot: bigint, what: 'exportWh' | 'importWh' | 'loadWh'): bigint {
    const { day, hour } = this.#day(slot);
    return BigInt(expected(this.#options.meters, home.meter, day, hour, what));
  }

  async #offer(now: number, terms: Terms): Promise<void> {
    const { homes, relay, deployer, say } = this.#options;
    const closes = (slot: bigint) => Slot.start(slot) - Number(terms.gateClosureS);
    const first = Slot.of(now) + 1n;
    const { offers } = await this.#ask<{ offers: OfferRow[] }>(
      `{ offers(first: 1000, where: { slot_gte: "${first}" }) { slot seller { id } } }`,
    );
    const listed = new Set(offers.map(({ slot, seller }) => `${seller.id} ${slot}`));
    const { minWh } = terms;
    let signed = 0;
    const lists: { home: Home; rows: { slot: bigint; wh: bigint; price: bigint }[] }[] = [];
    for (const [index, home] of homes.entries()) {
      if (home.guest || !home.roof) continue;
      const rows: { slot: bigint; wh: bigint; price: bigint }[] = [];
      for (let slot = first; slot <= Slot.of(now) + BigInt(OFFER_AHEAD_H); slot++) {
        if (closes(slot) < now + HOUR) continue;
        const wh = (this.#expected(home, slot, 'exportWh') * BigInt(PROMISED_PERCENT)) / 100n;
        if (wh < minWh) continue;
        const price = priceOf(terms, index, this.#day(slot).hour);
        const key = `${home.household.address} ${slot}`;
        if (index % 2 === 0) {
          if (!listed.has(key)) rows.push({ slot, wh, price });
        } else if (!this.#published.has(key)) {
          // The nonce follows from home and hour: signed again after a restart, it is the same promise.
          const domain: Message.Domain = {
            chainId: Keys.CHAIN_ID.devnet,
            contract: `${deployer}.marketplace`,
            purpose: 'offer',
          };
          const { envelope } = signOffer(
            { seller: home.household, slot, wh, price },
            { nonce: slot, minWh, expiry: BigInt(closes(slot)), domain },
          );
          await relay.publish(envelope).then(
            () => {
              this.#published.add(key);
              signed += 1;
            },
            (error: Error) => say(`${home.household.name}: its promise was not passed on: ${error.message}`),
          );
        }
      }
      if (rows.length > 0) lists.push({ home, rows: rows.slice(0, 24) });
    }
    await this.#chain.included(
      await Promise.all(
        lists.map(({ home, rows }) =>
          this.#chain.submit(
            home.household.key,
            call.marketplace.createOffers({
              rows: rows.map(({ slot, wh, price }) => ({
                slot,
                wh,
                minWh,
                mode: 0n,
                price,
                endPrice: price,
                expiry: BigInt(closes(slot)),
              })),
            }),
          ),
        ),
      ),
    );
    const count = lists.reduce((sum, { rows }) => sum + rows.length, 0);
    if (count + signed > 0) say(`${count} offers listed, ${signed} signed`);
  }

  async #trade(now: number, terms: Terms): Promise<void> {
    const { homes, relay, say } = this.#options;
    const closes = (slot: bigint) => Slot.start(slot) - Number(terms.gateClosureS);
    const { minWh } = terms;
    const byAddress = new Map(homes.map((home) => [home.household.address, home]));
    for (let slot = Slot.of(now) + 1n; slot <= Slot.of(now) + BigInt(BUY_AHEAD_H); slot++) {
      if (this.#bought.has(slot) || closes(slot) < now + MARGIN_S || closes(slot) > now + 2 * HOUR) continue;
      const { offers, trades } = await this.#ask<{ offers: OfferRow[]; trades: TradeRow[] }>(
        `{ offers(first: 1000, where: { slot: "${slot}", status: "open" }) { id slot remainingWh price revision seller { id } } trades(first: 1, where: { slot: "${slot}" }) { id } }`,
      );
      this.#bought.add(slot);
      if (trades.length > 0) continue;
      const open: OpenOffer[] = offers.flatMap((offer) => {
        const seller = byAddress.get(offer.seller.id)?.household;
        if (!seller) return [];
        const left = BigInt(offer.remainingWh);
        return [
          {
            kind: 'listed' as const,
            id: BigInt(offer.id),
            revision: BigInt(offer.revision),
            seller,
            slot,
            wh: left,
            price: BigInt(offer.price),
            left,
          },
        ];
      });
      for (const { order, sig } of relay.offers()) {
        const seller = byAddress.get(order.maker)?.household;
        if (seller && order.slot === slot)
          open.push({
            kind: 'signed',
            order,
            signature: sig,
            seller,
            slot,
            wh: order.wh,
            price: order.price,
            left: order.wh,
          });
      }
      const needs = homes
        .filter(({ guest }) => !guest)
        .flatMap((home) => {
          const wh = home.roof
            ? this.#expected(home, slot, 'importWh')
            : this.#expected(home, slot, 'loadWh') * BigInt(FLATS);
          return wh >= minWh ? [{ buyer: home.household, slot, wh }] : [];
        });
      const all = homes.map(({ household }) => household);
      const deals = needs.length === 0 ? [] : plan(open, needs, await rulesFor(this.#chain, terms, all));
      const ids: string[] = [];
      for (const deal of deals) ids.push(await buy(this.#chain, deal));
      const done = (await this.#chain.included(ids)).filter(({ ok }) => ok).length;
      if (deals.length > 0)
        say(
          `${done} trades for ${this.#day(slot).hour}:00${done < deals.length ? `, ${deals.length - done} refused by the contract` : ''}`,
        );
    }
  }

  async #report(now: number): Promise<void> {
    const { homes, meters, say } = this.#options;
    const last = Slot.of(now) - 1n;
    const from = last - BigInt(REPORT_BACK_H);
    const { productionReports, trades } = await this.#ask<{ productionReports: ReportRow[]; trades: TradeRow[] }>(
      `{ productionReports(first: 1000, orderBy: slot, orderDirection: desc, where: { slot_gte: "${from}" }) { slot seller { id } } trades(first: 1000, where: { slot_gte: "${from}", slot_lte: "${last}" }) { slot seller { id } } }`,
    );
    const reported = new Set(productionReports.map(({ seller, slot }) => `${seller.id} ${slot}`));
    const promised = new Set(trades.map(({ seller, slot }) => `${seller.id} ${slot}`));
    const { households } = await this.#ask<{ households: { registeredAt: string }[] }>(
      '{ households(first: 1, orderBy: registeredAt) { registeredAt } }',
    );
    const began = Slot.of(BigInt(households[0]?.registeredAt ?? now));
    for (let slot = from > began ? from : began; slot <= last; slot++) {
      const { day, hour } = this.#day(slot);
      const readings = homes.flatMap(({ household: { address, name }, meter, roof }) => {
        if (!roof || reported.has(`${address} ${slot}`)) return [];
        const quarters = meters
          .of(meter, day)
          .slice(4 * hour, 4 * hour + 4)
          .map(({ exportWh }) => exportWh);
        const any = quarters.some((wh) => wh > 0) || promised.has(`${address} ${slot}`);
        return any ? [readMeter(name, address, slot, quarters, 'local')] : [];
      });
      if (readings.length === 0) continue;
      const signatures = await quorum(this.#chain, this.#operators, slot, readings);
      if ((await this.#keeper.report(slot, readings, signatures)) === readings.length)
        say(
          `meters report ${readings.reduce((sum, { exportWh }) => sum + Number(exportWh), 0) / 1000} kWh for ${hour}:00`,
        );
    }
  }

  async #settle(now: number, terms: Terms): Promise<void> {
    const window = Number(terms.challengeWindowS);
    const { productionReports } = await this.#ask<{ productionReports: ReportRow[] }>(
      '{ productionReports(first: 1000, where: { final: false }) { slot firstAt seller { id } } }',
    );
    const due = new Map<bigint, string[]>();
    for (const { slot, firstAt, seller } of productionReports)
      if (Number(firstAt) + window + 20 <= now) due.set(BigInt(slot), [...(due.get(BigInt(slot)) ?? []), seller.id]);
    for (const [slot, sellers] of due) await this.#keeper.finalize(slot, sellers);
    const { trades } = await this.#ask<{ trades: TradeRow[] }>(
      '{ trades(first: 1000, where: { status: "open", finalTx_not: null }) { id slot seller { id } } }',
    );
    const bySlot = new Map<bigint, Map<string, bigint[]>>();
    for (const { id, slot, seller } of trades) {
      const ofSlot = bySlot.get(BigInt(slot)) ?? new Map<string, bigint[]>();
      bySlot.set(BigInt(slot), ofSlot);
      ofSlot.set(seller.id, [...(ofSlot.get(seller.id) ?? []), BigInt(id)]);
    }
    let settled = 0;
    for (const [slot, ofSlot] of bySlot) settled += await this.#keeper.settle(slot, ofSlot);
    if (settled > 0) this.#options.say(`${settled} trades settled`);
  }

  async #payOut(): Promise<void> {
    const { homes } = this.#options;
    const { households } = await this.#ask<{ households: { id: string }[] }>(
      '{ households(first: 1000, where: { or: [{ dueMicro_gt: "0" }, { dueWh_gt: "0" }] }) { id } }',
    );
    const ours = new Set(homes.filter(({ guest }) => !guest).map(({ household }) => household.address));
    await this.#keeper.payout(households.map(({ id }) => id).filter((id) => ours.has(id)));
  }
}

/** Days that follow each other for as long as anybody watches; a file's days come round again. */
export function endless(meters: Meters, firstDay: string, days = 1000): Meters {
  const dates = Array.from({ length: days }, (_, i) =>
    new Date((startOfDay(firstDay) + (i - 8) * 86400) * 1000).toISOString().slice(0, 10),
  );
  const at = new Map(dates.map((day, i) => [day, i]));
  const count = meters.days.length;
  return {
    homes: meters.homes,
    days: dates,
    of: (home, day) => meters.of(home, meters.days[((((at.get(day) ?? 0) - 8) % count) + count) % count]!),
  };
}
