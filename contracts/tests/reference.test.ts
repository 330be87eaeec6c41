import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { abi, Contracts, errors, events, parameters } from '../src/index.ts';
import { REFERENCE, reference, typeText } from '../tools/reference.ts';

describe('reference', () => {
  const files = reference();

  it('is what the contracts say', () => {
    expect(readdirSync(REFERENCE).sort()).toEqual(expect.arrayContaining(Object.keys(files).sort()));
    for (const [name, text] of Object.entries(files))
      expect(
        readFileSync(new URL(name, REFERENCE), 'utf8') === text,
        `${name}: npm run bindings -w @wattconnect/contracts`,
      ).toBe(true);
  });

  it('leaves nothing out', () => {
    for (const contract of Contracts) {
      for (const { name } of abi[contract].functions) expect(files['functions.md']).toContain(`#### ${name}\n`);
      for (const topic of Object.keys(events[contract])) expect(files['events.md']).toContain(`### ${topic}\n`);
    }
    for (const { code, name } of errors) expect(files['errors.md']).toContain(`| u${code} | ${name} |`);
    for (const [key, { initial, min, max }] of Object.entries(parameters))
      expect(files['parameters.md']).toContain(`| ${key} | ${initial} | ${min} | ${max} |`);
  });

  it('names an event or a call for every public function', () => {
    const sections = files['functions.md']!.split('\n#### ');
    for (const contract of Contracts)
      for (const { name, access } of abi[contract].functions) {
        if (access !== 'public') continue;
        const own = sections.filter((section) => section.startsWith(`${name}\n`));
        expect(own.length, name).toBeGreaterThan(0);
        for (const section of own) expect(section, name).toMatch(/^(Events|Asks): /m);
      }
  });

  it('writes types as Clarity does', () => {
    expect(typeText({ list: { type: { tuple: [{ name: 'a', type: { optional: 'uint128' } }] }, length: 3 } })).toBe(
      '(list 3 { a: (optional uint) })',
    );
    expect(typeText({ response: { ok: { buffer: { length: 2 } }, error: 'uint128' } })).toBe(
      '(response (buff 2) uint)',
    );
  });
});
