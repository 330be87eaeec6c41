import { errors } from '@wattconnect/contracts';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';

test('a contract’s refusal is a sentence, with advice where there is some', () => {
  expect(explain('abort_by_response', '(err u3106)')).toBe(
    'Somebody was faster: less is left than you asked for. No money moved but the network fee.',
  );
  expect(explain('abort_by_response', '(err u13106)')).toContain('number 2 of the list');
  expect(explain('abort_by_response', '(err u999999)')).toContain('999999');
  expect(explain('abort_by_response', undefined)).toContain('refused');
});

test('post-conditions are named in words', () => {
  expect(explain('abort_by_post_condition', '(ok true)')).toContain('not what you signed');
});

test('every error of the contracts has words', () => {
  for (const { code } of errors) expect(explain('abort_by_response', `(err u${code})`)).not.toContain('(code');
});
