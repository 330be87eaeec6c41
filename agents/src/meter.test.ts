import { Bytes, Keys, Merkle } from '@wattconnect/protocol';
import { describe, expect, it } from 'vitest';
import { deviceKey } from './household.ts';
import { isGenuine, type Reading1h, read } from './meter.ts';

const SLOT = 500_000n;
const seller = (name: string) => Keys.address(Keys.development(name));
const reading = (quarters = [10, 20, 0, 5], name = 'home-h01') => read(name, seller(name), SLOT, quarters, 'secret');
describe('a meter', () => {
  it('adds up an hour and commits to each quarter of it', () => {
    const hour = reading();
    expect(hour.exportWh).toBe(35n);
    expect(isGenuine(hour, deviceKey('home-h01'))).toBe(true);
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

describe('what is not genuine', () => {
  const hour = reading();
  it.each<[string, Reading1h]>([
    ['more energy than was signed', { ...hour, exportWh: 36n }],
    ['another root', { ...hour, root: reading([11, 20, 0, 5]).root }],
    ['quarters that the root does not hold', { ...hour, readings: reading([20, 10, 0, 5]).readings }],
    ['a quarter left out', { ...hour, readings: hour.readings.slice(0, 3) }],
    ['the signature of another device', { ...hour, signature: reading([10, 20, 0, 5], 'home-h02').signature }],
    ['another hour', { ...hour, slot: SLOT + 1n }],
    ['another revision', { ...hour, revision: 2n }],
    ['a signature of another length', { ...hour, signature: hour.signature.slice(1) }],
  ])('%s', (_, fake) => {
    expect(isGenuine(fake, deviceKey('home-h01'))).toBe(false);
  });

  it('a genuine hour, of another device or of none', () => {
    expect(isGenuine(hour, deviceKey('home-h02'))).toBe(false);
    expect(isGenuine(hour, new Uint8Array(32).fill(255))).toBe(false);
  });
});
