import { describe, expect, test } from 'vitest';
import { areasOf, FEWEST_HOMES, type Point, shapeOf, strength } from './areas.ts';

const cell = (name: string, homes: number, kwh = 1) => ({ cell: name, homes, wh: BigInt(kwh) * 1000n, offers: 1 });
/** "a1" lies in "a", which lies in "". */
const parent = (name: string, steps: number) => name.slice(0, Math.max(0, 2 - steps));

describe('areasOf', () => {
  test('an area with enough homes stands for itself', () => {
    expect(areasOf([cell('a1', 5)], parent)).toEqual([
      { key: 'a1', cells: ['a1'], homes: 5, wh: 1000n, offers: 1, merged: false, hidden: false },
    ]);
  });

  test('small ones are drawn together', () => {
    const [area] = areasOf([cell('a1', 3, 2), cell('a2', 2, 4)], parent);
    expect(area).toMatchObject({ cells: ['a1', 'a2'], homes: 5, wh: 6000n, merged: true, hidden: false });
  });

  test('what stays small shows nothing', () => {
    expect(areasOf([cell('a1', 1), cell('b1', 1)], parent)).toMatchObject([{ homes: 2, hidden: true }]);
  });

  test('no area with figures ever has fewer than five homes, and no home is lost', () => {
    for (let seed = 1; seed < 200; seed++) {
      const figures = Array.from({ length: 9 }, (_, k) => cell(`${'abc'[k % 3]}${k}`, (seed * (k + 3) * 7) % 8));
      const areas = areasOf(figures, parent);
      for (const area of areas) if (!area.hidden) expect(area.homes).toBeGreaterThanOrEqual(FEWEST_HOMES);
      expect(areas.reduce((sum, { homes }) => sum + homes, 0)).toBe(figures.reduce((sum, { homes }) => sum + homes, 0));
      expect(areas.flatMap(({ cells }) => cells).toSorted()).toEqual(figures.map((one) => one.cell).toSorted());
    }
  });
});

test('the edge of two cells leaves out the side they share', () => {
  const square = (x: number): Point[] => [
    [x, 0],
    [x + 10, 0],
    [x + 10, 10],
    [x, 10],
  ];
  const { edge, middle } = shapeOf([square(0), square(10)]);
  expect(edge.match(/M/g)).toHaveLength(6);
  expect(middle).toEqual([5, 5]);
});

test.each([
  [0n, 0],
  [1n, 9],
  [4_999n, 9],
  [5_000n, 18],
  [45_000n, 78],
  [10_000_000n, 78],
])('%s Wh has strength %s', (wh, step) => expect(strength(wh)).toBe(step));
