// A chain on which something of everything happens, for the tests.
import { type Block, nodeSource } from '@wattconnect/chainhooks';
import { call } from '@wattconnect/contracts';
import { address, DEPLOYER, type Market, startMarket } from '@wattconnect/devnet/testing';
import { Keys, Merkle, Message, Slot } from '@wattconnect/protocol';

const CELL = BigInt('0x871f0d4b5ffffff');

/** Homes with verified meters and certificates; guests have money only. */
export async function market(
  people = ['home-a', 'home-b'],
  observers: string[] = [],
  guests: string[] = [],
): Promise<Market> {
  const net = await startMarket({ people: [...people, ...guests], observers });
  for (const [i, name] of people.entries()) {
    await net.send(name, call.userRegistry.register({ role: 3n, cell: CELL, profileHash: new Uint8Array(32) }));
    await net.send(name, call.userRegistry.registerMeter({ deviceKey: new Uint8Array(32).fill(i + 1), algorithm: 1n }));
    await net.send('meter-reader', call.userRegistry.verifyMeter({ household: address(name), quality: 3n, loadW: 0n }));
    await net.send(name, call.userRegistry.applyForCertification({ capacityKwh: 600n, peakW: 5000n, source: 'solar' }));
    await net.send('certifier', call.userRegistry.certifyProducer({ producer: address(name) }));
  }
  return net;
}

/** A trade of 2 kWh for some hours ahead; its number. */
export async function trade(net: Market, hours = 6n): Promise<{ slot: bigint; id: bigint; offer: bigint }> {
  const slot = Slot.of(net.chain.time) + hours;
  const listed = await net.send(
    'home-a',
    call.marketplace.createOffer({
      slot,
      wh: 3000n,
      minWh: 1000n,
      mode: 0n,
      price: 300_000n,
      endPrice: 300_000n,
      expiry: BigInt(Slot.start(slot)),
    }),
  );
  const offer = listed.events.find(({ topic }) => topic === 'offer-created');
  if (offer?.topic !== 'offer-created') throw new Error('No offer.');
  const bought = await net.send(
    'home-b',
    call.marketplace.acceptOffer({ id: offer.id, revision: 1n, wh: 2000n, maxTotal: 10_000_000n }),
  );
  const opened = bought.events.find(({ topic }) => topic === 'trade-opened');
  if (opened?.topic !== 'trade-opened') throw new Error('No trade.');
  return { slot, id: opened.id, offer: offer.id };
}

/** The meter speaks, and three operators sign. */
export async function report(net: Market, slot: bigint, exportWh: bigint): Promise<void> {
  await net.until(Slot.end(slot) + 20);
  const root = Merkle.root([0, 1, 2, 3].map((index) => ({ index, wh: exportWh / 4n, salt: new Uint8Array(32) })));
  const row = { seller: address('home-a'), slot, exportWh, root, revision: 1n };
  const domain = {
    chainId: Keys.CHAIN_ID.devnet,
    contract: `${DEPLOYER}.energy-oracle`,
    purpose: 'production' as const,
  };
  const signatures = [0, 1, 2].map((index) => ({
    index: BigInt(index),
    signature: Message.sign(domain, Message.encodeProduction(row), Keys.development(`operator-${index}`)),
  }));
  await net.send('keeper', call.energyOracle.submitProduction({ ...row, signatures }));
}

export async function settle(net: Market, slot: bigint, id: bigint): Promise<void> {
  await net.until(net.chain.time + 3700);
  await net.send('keeper', call.tradeEscrow.finalize({ seller: address('home-a'), slot }));
  await net.send('keeper', call.tradeEscrow.settle({ id }));
}

export type Chain = { blocks: Block[]; deployer: string; close: () => Promise<void> };

/** The last `length` blocks and all before them as the first of them can stand: blocks of a chain on which homes trade, settle and are paid. */
export async function busyChain(length: number): Promise<Chain> {
  const net = await market();
  const source = nodeSource(net.url);
  while (net.chain.blocks.length < length) {
    const { slot, id } = await trade(net);
    await report(net, slot, 1600n);
    await settle(net, slot, id);
    await net.send('keeper', call.tradeEscrow.payout({ who: address('home-a') }));
  }
  const blocks: Block[] = [];
  for (const { hash } of net.chain.blocks.slice(0, length)) blocks.push((await source.block(hash))!);
  return { blocks, deployer: DEPLOYER, close: () => net.close() };
}
