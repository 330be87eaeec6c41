import { Bytes, Keys, Merkle, Message } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { isGenuine, type Reading1h, read } from './meter.ts';
import { quorum, RefusedReading, rowsOf, sign } from './oracle.ts';

const SLOT = 500_000n;
const seller = (name: string) => Keys.address(Keys.development(name));
const reading = (quarters = [10, 20, 0, 5], name = 'home-h01') => read(name, seller(name), SLOT, quarters, 'secret');
const domain: Message.Domain = {
  chainId: Keys.CHAIN_ID.devnet,
  contract: `${seller('deployer')}.energy-oracle`,
  purpose: 'productions',
};
const OPERATORS = ['operator-0', 'operator-1', 'operator-2', 'operator-3', 'operator-4'];

describe('a meter', () => {
  it('adds up an hour and commits to each quarter of it', () => {
    const hour = reading();
    expect(hour.exportWh).toBe(35n);
    expect(isGenuine(hour)).toBe(true);
    for (const { index } of hour.readings)
      expect(Merkle.verify(hour.root, hour.readings[index]!, Merkle.proof(hour.readings, index))).toBe(true);
  });

  it('gives the same root again after a restart, and another for another hour, home or secret', () => {
    const roots = [
      reading(),
      read('home-h01', seller('home-h01'), SLOT + 1n, [10, 20, 0, 5], 'secret'),
      read('home-h02', seller('home-h02'), SLOT, [10, 20, 0, 5], 'secret'),
      read('home-h01', seller('home-h01'), SLOT, [10, 20, 0, 5], 'another'),
    ].map(({ root }) => Bytes.toHex(root));
    expect(Bytes.toHex(reading().root)).toBe(roots[0]);
    expect(new Set(roots).size).toBe(4);
  });

  it('salts: equal quarters are not seen to be equal', () => {
    const salts = reading([7, 7, 7, 7]).readings.map(({ salt }) => Bytes.toHex(salt));
    expect(new Set(salts).size).toBe(4);
  });

  it('has four quarters an hour', () => {
    expect(() => reading([1, 2, 3])).toThrow('An hour has four readings.');
  });
});

describe('an operator', () => {
  const hour = reading();
  const forged: [string, Reading1h][] = [
    ['more energy than was signed', { ...hour, exportWh: 36n }],
    ['another root', { ...hour, root: reading([11, 20, 0, 5]).root }],
    ['quarters that the root does not hold', { ...hour, readings: reading([20, 10, 0, 5]).readings }],
    ['a quarter left out', { ...hour, readings: hour.readings.slice(0, 3) }],
    ['the signature of another device', { ...hour, signature: reading([10, 20, 0, 5], 'home-h02').signature }],
    ['the name of another device', { ...hour, meter: 'home-h02' }],
    ['another hour', { ...hour, slot: SLOT + 1n }],
  ];

  it.each(forged)('does not sign %s', (_, fake) => {
    expect(() => sign('operator-0', domain, SLOT, [reading([1, 1, 1, 1], 'home-h02'), fake])).toThrow(RefusedReading);
  });

  it('does not sign a genuine reading for another hour', () => {
    expect(() => sign('operator-0', domain, SLOT + 1n, [hour])).toThrow(RefusedReading);
  });

  it('signs with its own key, in the order of the index', () => {
    const readings = [hour, reading([0, 0, 0, 0], 'home-h02')];
    const digest = Message.hash(domain, Message.encodeProductions({ slot: SLOT, rows: rowsOf(readings) }));
    const signatures = quorum(OPERATORS, 3, domain, SLOT, readings);
    expect(signatures.map(({ index }) => index)).toEqual([0n, 1n, 2n]);
    expect(signatures.map(({ signature }) => Message.recover(digest, signature, 'devnet'))).toEqual(
      OPERATORS.slice(0, 3).map(seller),
    );
  });
});
