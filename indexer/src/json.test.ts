import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonOf, quoted } from './json.ts';

const slow = (value: unknown) => JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one));

it('writes what JSON.stringify writes, to the byte', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
  fc.assert(
    fc.property(text, (value) => {
      expect(quoted(value)).toBe(JSON.stringify(value));
    }),
    { numRuns: 3000 },
  );
  const one = fc.oneof(text, fc.bigInt(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.oneof(one, fc.array(one), fc.dictionary(text, one)), (value) => {
      expect(jsonOf(value)).toBe(slow(value));
    }),
    { numRuns: 3000 },
  );
  for (const value of ['"', '\\', '\u007f', '\u2028', '\ud800', '', '\n', 'é', '\u0000'])
    expect(quoted(value)).toBe(JSON.stringify(value));
});
