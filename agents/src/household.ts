// What a household does: registers, is certified, promises its expected surplus, buys what it expects to need.

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Pc } from '@stacks/transactions';
import { call, errorOf } from '@wattconnect/contracts';
import { type Envelope, Fees, Keys, Message } from '@wattconnect/protocol';
import type { ChainClient } from './chain/hands.ts';
import { BITS, certificationFee, hasApplied, type User, usersOf } from './chain/reads.ts';

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

/**
 * Registers whoever is not registered, with their meters, and certifies the producers. Officials act with their own keys.
 * Looks at the chain before each step, so that an enrolment that was cut off is taken up where it stood.
 * @returns how many households were not whole before
 */
export async function enrol(chain: ChainClient, homes: Household[]): Promise<number> {
  const reader = Keys.development('meter-reader');
  const certifier = Keys.development('certifier');
  const fee = await certificationFee(chain);
  const applied = new Set<string>();
  const lacks = {
    row: (_: Household, user: User | null) => user === null,
    meter: (_: Household, user: User | null) => user?.meter === 0n,
    verification: (_: Household, user: User | null) => !has(user, BITS.verified),
    application: ({ certified, address }: Household, user: User | null) =>
      certified !== undefined && !has(user, BITS.certified) && !applied.has(address),
    certification: ({ certified }: Household, user: User | null) =>
      certified !== undefined && !has(user, BITS.certified),
  };
  const missing = async (what: keyof typeof lacks) => {
    const rows = await usersOf(
      chain,
      homes.map(({ address }) => address),
    );
    return homes.filter((home, i) => lacks[what](home, rows[i] ?? null));
  };
  const step = async (what: keyof typeof lacks, submit: (home: Household) => Promise<string>) => {
    const whom = await missing(what);
    const receipts = await chain.included(await Promise.all(whom.map(submit)));
    const refused = receipts.findIndex(({ ok }) => !ok);
    // Refused because it was done meanwhile is no refusal: the chain says whether anything is still missing.
    if (refused >= 0 && what !== 'application' && (await missing(what)).length > 0) {
      const { code, status } = receipts[refused]!;
      const info = code === undefined ? undefined : errorOf(code);
      throw new Error(`${whom[refused]!.name} has no ${what}: ${info?.message ?? `${status} ${code ?? ''}`}`);
    }
    return whom;
  };

  const touched = new Set<Household>();
  const did = (whom: Household[]) => {
    for (const home of whom) touched.add(home);
  };
  did(
    await step('row', (home) =>
      chain.submit(
        home.key,
        call.userRegistry.register({
          role: home.certified ? 3n : 1n,
          cell: home.cell,
          profileHash: sha256(new TextEncoder().encode(home.name)),
        }),
      ),
    ),
  );
  did(
    await step('meter', (home) =>
      chain.submit(home.key, call.userRegistry.registerMeter({ deviceKey: deviceKey(home.name), algorithm: 1n })),
    ),
  );
  did(
    await step('verification', (home) =>
      chain.submit(reader, call.userRegistry.verifyMeter({ household: home.address, quality: 3n, loadW: 0n })),
    ),
  );
  for (const home of await missing('certification'))
    if (await hasApplied(chain, home.address)) applied.add(home.address);
  did(
    await step('application', (home) =>
      chain.submit(home.key, call.userRegistry.applyForCertification({ ...home.certified!, source: 'solar' }), [
        Pc.principal(home.address).willSendEq(fee).ustx(),
      ]),
    ),
  );
  did(
    await step('certification', (home) =>
      chain.submit(certifier, call.userRegistry.certifyProducer({ producer: home.address })),
    ),
  );
  return touched.size;
}

const has = (user: User | null, bit: bigint): boolean => user !== null && (user.bits & bit) !== 0n;

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
