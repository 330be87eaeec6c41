// What a household does: registers, is certified, promises its expected surplus, buys what it expects to need.

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Pc } from '@stacks/transactions';
import { call } from '@wattconnect/contracts';
import { type Envelope, Fees, Keys, Message } from '@wattconnect/protocol';
import type { ChainClient } from './chain/hands.ts';

export type Household = {
  name: string;
  key: string;
  address: string;
  /** H3 cell of resolution 7. */
  cell: bigint;
  /** For producers. */
  certified?: { capacityKwh: bigint; peakW: bigint };
};

export function household(name: string, cell: bigint, certified?: Household['certified']): Household {
  const key = Keys.development(name);
  return { name, key, address: Keys.address(key), cell, ...(certified && { certified }) };
}

/** The secret inside a household's meter: 32 bytes, derived like every development key. */
export function deviceSecret(name: string): Uint8Array {
  return sha256(new TextEncoder().encode(`wattconnect development device ${name}`));
}

/** The device's public key (ed25519), as the registry knows it. */
export function deviceKey(name: string): Uint8Array {
  return ed25519.getPublicKey(deviceSecret(name));
}

/** Registers all of them with their meters, and certifies the producers. Officials act with their own keys. */
export async function enrol(chain: ChainClient, homes: Household[]): Promise<void> {
  const all = async (step: (home: Household) => Promise<string>, whom = homes) => {
    const receipts = await chain.included(await Promise.all(whom.map(step)));
    const refused = receipts.find(({ ok }) => !ok);
    if (refused) throw new Error(`Enrolment failed: ${refused.status} ${refused.code ?? ''}`);
  };
  await all((home) =>
    chain.submit(
      home.key,
      call.userRegistry.register({
        role: home.certified ? 3n : 1n,
        cell: home.cell,
        profileHash: sha256(new TextEncoder().encode(home.name)),
      }),
    ),
  );
  await all((home) =>
    chain.submit(home.key, call.userRegistry.registerMeter({ deviceKey: deviceKey(home.name), algorithm: 1n })),
  );
  const reader = Keys.development('meter-reader');
  await inOrder(
    homes,
    (home) => chain.submit(reader, call.userRegistry.verifyMeter({ household: home.address, quality: 3n })),
    chain,
  );
  const producers = homes.filter(({ certified }) => certified);
  const fee = 1000n;
  await all(
    (home) =>
      chain.submit(home.key, call.userRegistry.applyForCertification({ ...home.certified!, source: 'solar' }), [
        Pc.principal(home.address).willSendEq(fee).ustx(),
      ]),
    producers,
  );
  const certifier = Keys.development('certifier');
  await inOrder(
    producers,
    (home) => chain.submit(certifier, call.userRegistry.certifyProducer({ producer: home.address })),
    chain,
  );
}

/** One key signs one after the other; the blocks are waited for together. */
async function inOrder<T>(items: T[], submit: (item: T) => Promise<string>, chain: ChainClient): Promise<void> {
  const ids: string[] = [];
  for (const item of items) ids.push(await submit(item));
  const refused = (await chain.included(ids)).find(({ ok }) => !ok);
  if (refused) throw new Error(`Enrolment failed: ${refused.status} ${refused.code ?? ''}`);
}

export type Promise1h = { seller: Household; slot: bigint; wh: bigint; price: bigint };
/** An offer as a buyer meets it. */
export type OpenOffer = Promise1h &
  (
    | { kind: 'listed'; id: bigint; revision: bigint }
    | { kind: 'signed'; order: Message.Order; signature: Uint8Array }
  ) & { left: bigint };

export function signOffer(
  { seller, slot, wh, price }: Promise1h,
  { nonce, minWh, expiry, domain }: { nonce: bigint; minWh: bigint; expiry: bigint; domain: Message.Domain },
): { order: Message.Order; envelope: Envelope.Envelope } {
  const order: Message.Order = {
    maker: seller.address,
    cell: seller.cell,
    slot,
    wh,
    minWh,
    price,
    nonce,
    expiry,
    asset: null,
  };
  const cv = Message.encodeOrder(order);
  return { order, envelope: { kind: 'offer', cv, sig: Message.sign(domain, cv, seller.key) } };
}

export type Need = { buyer: Household; slot: bigint; wh: bigint };
export type Deal = { buyer: Household; offer: OpenOffer; wh: bigint; total: bigint };
export type Rules = {
  minWh: bigint;
  commissionBps: bigint;
  gridBps: (a: bigint, b: bigint) => bigint;
  limitWh: (who: Household) => bigint;
};

/** Who buys what: the largest needs first, each from the cheapest neighbour, within everybody's limit. */
export function plan(offers: OpenOffer[], needs: Need[], { minWh, commissionBps, gridBps, limitWh }: Rules): Deal[] {
  const used = new Map<string, bigint>();
  const room = (who: Household) => limitWh(who) - (used.get(who.address) ?? 0n);
  const least = (...values: bigint[]) => values.reduce((a, b) => (b < a ? b : a));
  const deals: Deal[] = [];
  const cheapest = [...offers].sort((a, b) =>
    a.price < b.price ? -1 : a.price > b.price ? 1 : a.seller.name < b.seller.name ? -1 : 1,
  );
  for (const { buyer, slot, wh } of [...needs].sort((a, b) =>
    a.wh > b.wh ? -1 : a.wh < b.wh ? 1 : a.buyer.name < b.buyer.name ? -1 : 1,
  )) {
    let open = wh;
    for (const offer of cheapest) {
      if (offer.slot !== slot || offer.seller.address === buyer.address) continue;
      const part = least(open, offer.left, room(buyer), room(offer.seller));
      if (part < minWh) continue;
      // The limits count both ways, so that nobody trades more than trust allows, on whichever side.
      for (const who of [buyer, offer.seller]) used.set(who.address, (used.get(who.address) ?? 0n) + part);
      offer.left -= part;
      open -= part;
      const { total } = Fees.quote({
        wh: part,
        price: offer.price,
        commissionBps,
        gridBps: gridBps(offer.seller.cell, buyer.cell),
      });
      deals.push({ buyer, offer, wh: part, total });
      if (open < minWh) break;
    }
  }
  return deals;
}

/** Takes an offer: exactly `total` leaves the buyer, or nothing happens. */
export function buy(chain: ChainClient, { buyer, offer, wh, total }: Deal): Promise<string> {
  const pays = [Pc.principal(buyer.address).willSendEq(total).ustx()];
  if (offer.kind === 'listed')
    return chain.submit(
      buyer.key,
      call.marketplace.acceptOffer({ id: offer.id, revision: offer.revision, wh, maxTotal: total }),
      pays,
    );
  const { maker, slot, wh: whole, minWh, price, nonce, expiry } = offer.order;
  return chain.submit(
    buyer.key,
    call.marketplace.fillSignedOffer({
      order: { maker, slot, wh: whole, minWh, price, nonce, expiry },
      signature: offer.signature,
      wh,
      maxTotal: total,
    }),
    pays,
  );
}
