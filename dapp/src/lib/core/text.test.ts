import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plain, safeLink } from './text.ts';

describe('plain', () => {
  test.each([
    ['\u202eevil\u202c', 'evil'],
    ['a\u200bb\u2066c', 'a b c'],
    ['Ida\nMara', 'Ida Mara'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['Z\u0301\u0301\u0301\u0301\u0301', 'Ź\u0301\u0301'],
    ['\u{e0041}tag', 'tag'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => expect(plain(text)).toBe(shown));

  test('never longer than the limit, never anything invisible', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const shown = plain(text, limit);
        expect([...shown].length).toBeLessThanOrEqual(limit);
        expect([...shown].filter((letter) => /[\p{Cc}\p{Cf}\p{Cs}]/u.test(letter))).toEqual([]);
      }),
    );
  });
});

test.each([
  ['https://example.org/a', 'https://example.org/a'],
  ['ipfs://bafy/a', 'ipfs://bafy/a'],
  ['javascript:alert(1)', undefined],
  ['https://user:secret@example.org', undefined],
  ['data:text/html,x', undefined],
  ['nothing', undefined],
])('safeLink(%j) is %j', (text, link) => expect(safeLink(text)).toBe(link));
