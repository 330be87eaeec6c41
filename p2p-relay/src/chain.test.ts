// The relay against the real contracts on the embedded chain.
import { call } from '@wattconnect/contracts';
import { startMarket } from '@wattconnect/devnet/testing';
import { Slot } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { createStacksNode } from './chain/stacks-node.ts';
import { addressOf, after, CELL, CONTRACT, client, OTHER_CELL, offer, relay, sleep, until, wsOf } from './test/kit.ts';

const signal = () => AbortSignal.timeout(5000);

describe('a relay and its Stacks node', () => {
  it('keep what the registry knows, by the clock of the chain', { timeout: 60_000 }, async () => {
    const market = await startMarket({ people: ['home-h01', 'home-h02', 'home-h03'], speed: 0 });
    after(market.close);
    const profileHash = new Uint8Array(32);
    const register = (who: string, role: bigint, cell: bigint) =>
      market.send(who, call.userRegistry.register({ role, cell, profileHash }));
    const verify = async (who: string) => {
      await market.send(who, call.userRegistry.registerMeter({ deviceKey: new Uint8Array(33).fill(2), algorithm: 2n }));
      await market.send(
        'meter-reader',
        call.userRegistry.verifyMeter({ household: addressOf(who), quality: 3n, loadW: 0n }),
      );
    };
    await register('home-h01', 3n, CELL);
    await register('home-h02', 1n, CELL);
    await verify('home-h01');
    await market.send(
      'home-h01',
      call.userRegistry.applyForCertification({ capacityKwh: 500n, peakW: 5000n, source: 'solar' }),
    );
    await market.send('certifier', call.userRegistry.certifyProducer({ producer: addressOf('home-h01') }));

    const node = createStacksNode(market.url, CONTRACT);
    const rows = await node.makers(['home-h01', 'home-h02', 'home-h03'].map(addressOf), signal());
    expect([...rows]).toEqual([
      [addressOf('home-h01'), { mayOffer: true, mayBid: true, cell: CELL, nonceFloor: 0n }],
      [addressOf('home-h02'), { mayOffer: false, mayBid: false, cell: CELL, nonceFloor: 0n }],
    ]);
    const now = await node.time(signal());
    expect(now).toBeGreaterThanOrEqual(1_800_000_000);

    const a = await relay({ node: market.url, cells: [CELL, OTHER_CELL] });
    expect(a.status()).toMatchObject({ chain: 'connected' });
    expect(Math.abs(a.status().now - now)).toBeLessThan(60);
    const home = await client([wsOf(a)], { cells: [CELL, OTHER_CELL], now: () => now });
    await until('connected', () => home.peers().length === 1);
    const good = offer({ slot: Slot.of(now) + 8n }, { now });
    await home.publish(offer({}, { by: 'home-h02', now }));
    await home.publish(offer({}, { by: 'home-h03', now }));
    await home.publish(offer({ cell: OTHER_CELL }, { now }));
    await home.publish(good);
    await until('the certified one is kept', () => a.offers().length === 1);
    await sleep(300);
    expect(a.offers().map(({ order }) => order)).toEqual([good.order]);

    // The chain's clock, not the computer's, says that the offer has ended.
    await market.until(Number(good.order.expiry));
    await until('it has ended', () => a.offers().length === 0);
  });

  it('does not take a node for granted', async () => {
    const nowhere = createStacksNode('http://127.0.0.1:9', CONTRACT);
    await expect(nowhere.makers([addressOf('home-h01')], signal())).rejects.toThrow();
    await expect(nowhere.time(signal())).rejects.toThrow();
    const lines: string[] = [];
    const a = await relay({ node: 'http://127.0.0.1:9', log: (line) => lines.push(line) });
    expect(a.status().chain).toBe('waiting');
    expect(lines.join()).toContain('does not answer yet');
    for (const bad of ['localhost:3999', 'ftp://x', ''])
      expect(() => createStacksNode(bad, CONTRACT)).toThrow('no URL');
  });
});
