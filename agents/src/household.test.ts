import { Fees, Keys, Message, Validate } from '@wattconnect/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deviceKey,
  type Household,
  household,
  type Need,
  type OpenOffer,
  plan,
  type Rules,
  signOffer,
} from './household.ts';

const CELL = 0x871f0d4b5ffffffn;
const SLOT = 500_000n;
const homes = Array.from({ length: 6 }, (_, i) =>
  household(`home-h0${i + 1}`, CELL, { capacityKwh: 1000n, peakW: 5000n }),
);
const [ana, ben, cem] = homes as [Household, Household, Household];
const rules: Rules = { minWh: 1000n, commissionBps: 500n, gridBps: () => 200n, limitWh: () => 100_000n };
const offer = (seller: Household, wh: bigint, price: bigint, slot = SLOT): OpenOffer => ({
  kind: 'listed',
  id: 1n,
  revision: 1n,
  seller,
  slot,
  wh,
  price,
  left: wh,
});
const brief = (deals: ReturnType<typeof plan>) =>
  deals.map(({ buyer, offer: { seller, price }, wh }) => [buyer.name, seller.name, wh, price]);

describe('a plan', () => {
  it('fills the largest need first, from the cheapest neighbour', () => {
    const offers = [offer(ana, 3000n, 300_000n), offer(ben, 2000n, 200_000n)];
    const needs: Need[] = [
      { buyer: cem, slot: SLOT, wh: 1500n },
      { buyer: homes[3]!, slot: SLOT, wh: 3000n },
    ];
    expect(brief(plan(offers, needs, rules))).toEqual([
      ['home-h04', 'home-h02', 2000n, 200_000n],
      ['home-h04', 'home-h01', 1000n, 300_000n],
      ['home-h03', 'home-h01', 1500n, 300_000n],
    ]);
  });

  it('has the total that the contract will take, to the microSTX', () => {
    const [deal] = plan([offer(ana, 1234n, 233_333n)], [{ buyer: ben, slot: SLOT, wh: 1234n }], rules);
    expect(deal!.total).toBe(Fees.quote({ wh: 1234n, price: 233_333n, commissionBps: 500n, gridBps: 200n }).total);
    // ceil(1234 × 233333 / 1000) = 287933; 5 % = 14396, 2 % = 5758, rounded down.
    expect(deal!.total).toBe(287_933n + 14_396n + 5_758n);
  });

  it('lets nobody buy of himself, of another hour, or crumbs', () => {
    const needs: Need[] = [{ buyer: ana, slot: SLOT, wh: 5000n }];
    expect(plan([offer(ana, 5000n, 200_000n)], needs, rules)).toEqual([]);
    expect(plan([offer(ben, 5000n, 200_000n, SLOT + 1n)], needs, rules)).toEqual([]);
    expect(plan([offer(ben, 999n, 200_000n)], needs, rules)).toEqual([]);
  });

  it('keeps within everybody’s limit, on both sides together, whatever is on offer', () => {
    const amount = fc.bigInt({ min: 1n, max: 9000n });
    const who = fc.nat(homes.length - 1);
    const slot = fc.bigInt({ min: SLOT, max: SLOT + 1n });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(who, amount, fc.bigInt({ min: 140_000n, max: 515_000n }), slot), { maxLength: 12 }),
        fc.array(fc.tuple(who, amount, slot), { maxLength: 12 }),
        fc.bigInt({ min: 0n, max: 12_000n }),
        (sold, wanted, limit) => {
          const offers = sold.map(([i, wh, price, at]) => offer(homes[i]!, wh, price, at));
          const needs = wanted.map(([i, wh, at]) => ({ buyer: homes[i]!, slot: at, wh }));
          const deals = plan(offers, needs, { ...rules, limitWh: () => limit });
          const traded = new Map<string, bigint>();
          const taken = new Map<OpenOffer, bigint>();
          for (const { buyer, offer: from, wh } of deals) {
            expect(wh).toBeGreaterThanOrEqual(rules.minWh);
            expect(buyer).not.toBe(from.seller);
            taken.set(from, (taken.get(from) ?? 0n) + wh);
            for (const { name } of [buyer, from.seller]) traded.set(name, (traded.get(name) ?? 0n) + wh);
          }
          for (const wh of traded.values()) expect(wh).toBeLessThanOrEqual(limit);
          for (const [from, wh] of taken) expect(from.left).toBe(from.wh - wh);
          for (const from of offers) expect(from.left).toBeGreaterThanOrEqual(0n);
          for (const home of homes)
            for (const at of [SLOT, SLOT + 1n]) {
              const need = needs
                .filter(({ buyer, slot: s }) => buyer === home && s === at)
                .reduce((s, n) => s + n.wh, 0n);
              const got = deals
                .filter(({ buyer, offer: from }) => buyer === home && from.slot === at)
                .reduce((s, d) => s + d.wh, 0n);
              expect(got).toBeLessThanOrEqual(need);
            }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a signed offer', () => {
  const domain: Message.Domain = {
    chainId: Keys.CHAIN_ID.devnet,
    contract: `${Keys.address(Keys.development('deployer'))}.marketplace`,
    purpose: 'offer',
  };
  const { order, envelope } = signOffer(
    { seller: ana, slot: SLOT, wh: 2000n, price: 200_000n },
    { nonce: 4n, minWh: 1000n, expiry: SLOT * 3600n - 14_400n, domain },
  );

  it('is what every relay accepts, and says what was promised', () => {
    const verdict = Validate.order(envelope.cv, envelope.sig, {
      chainId: domain.chainId,
      contract: domain.contract,
      purpose: 'offer',
      network: 'devnet',
      now: Number(SLOT) * 3600 - 20_000,
      cell: CELL,
    });
    expect(verdict).toMatchObject({ verdict: 'accept', order });
    expect(Message.decodeOrder(envelope.cv)).toEqual(order);
    expect(order).toMatchObject({ maker: ana.address, wh: 2000n, minWh: 1000n, nonce: 4n, asset: null });
  });

  it('is no other neighbour’s', () => {
    const theirs = Message.encodeOrder({ ...order, maker: ben.address });
    expect(
      Validate.order(theirs, envelope.sig, {
        chainId: domain.chainId,
        contract: domain.contract,
        purpose: 'offer',
        network: 'devnet',
        now: Number(SLOT) * 3600 - 20_000,
      }).verdict,
    ).toBe('reject');
  });
});

describe('a household', () => {
  it('has a key, an address and a meter of its own', () => {
    expect(new Set(homes.map(({ key }) => key)).size).toBe(homes.length);
    expect(new Set(homes.map(({ address }) => address)).size).toBe(homes.length);
    expect(new Set(homes.map(({ name }) => deviceKey(name).join())).size).toBe(homes.length);
    expect(ana.address).toBe(Keys.address(Keys.development('home-h01')));
    expect(deviceKey('home-h01')).toHaveLength(32);
  });
});
