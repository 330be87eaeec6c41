import { describe, expect, test } from 'vitest';
import { compare, type Head, type History, remember } from './agreement.ts';

const head = (number: number, digest = `d${number}`): Head => ({
  number,
  hash: `h${number}`,
  timestamp: number * 10,
  digest,
});
const upTo = (last: number, fork = ''): History =>
  Array.from({ length: 5 }, (_, k) => head(last - 4 + k, `d${last - 4 + k}${fork}`));

describe('compare', () => {
  test('one indexer agrees with itself', () => {
    expect(compare([upTo(9)])).toEqual({ verdicts: ['agrees'], best: 0, undecided: false });
  });

  test('an indexer a few blocks behind still agrees, and the newer one is asked', () => {
    expect(compare([upTo(7), upTo(9)])).toEqual({ verdicts: ['agrees', 'agrees'], best: 1, undecided: false });
  });

  test('one far behind is neither right nor wrong', () => {
    expect(compare([upTo(90), upTo(9)]).verdicts).toEqual(['agrees', 'behind']);
  });

  test('a liar is outvoted even when it is ahead', () => {
    expect(compare([upTo(9), upTo(11, '!'), upTo(9)])).toEqual({
      verdicts: ['agrees', 'differs', 'agrees'],
      best: 0,
      undecided: false,
    });
  });

  test('two that differ leave it undecided', () => {
    const { verdicts, undecided } = compare([upTo(9), upTo(9, '!')]);
    expect(verdicts).toContain('differs');
    expect(undecided).toBe(true);
  });

  test('silence is not agreement', () => {
    expect(compare([undefined, []])).toEqual({ verdicts: ['silent', 'silent'], best: undefined, undecided: false });
    expect(compare([undefined, upTo(9)])).toEqual({ verdicts: ['silent', 'agrees'], best: 1, undecided: false });
  });
});

describe('remember', () => {
  test('a reorg drops the heads from its height on', () => {
    const before = [7, 8, 9].map((n) => head(n));
    expect(remember(before, head(8, 'other')).map(({ digest }) => digest)).toEqual(['d7', 'other']);
  });

  test('keeps a bounded number of heads', () => {
    let history: History = [];
    for (let n = 0; n < 500; n++) history = remember(history, head(n));
    expect(history).toHaveLength(64);
    expect(history.at(-1)?.number).toBe(499);
  });
});
