import { expect, test } from 'vitest';
import { arcLabel, arcPath, arcPoint, dial, hourWords, isUp, sky } from './sun.ts';

test('the sun rises in the east, stands highest in the middle and sets in the west', () => {
  const [rise, noon, set] = [arcPoint(16 / 3), arcPoint((16 / 3 + 21.5) / 2), arcPoint(21.5)];
  expect([rise.x, rise.y]).toEqual([55, 248]);
  expect([noon.x, noon.y]).toEqual([205, 58]);
  expect([set.x, set.y]).toEqual([355, 248]);
});

test('every hour has its dial, with the sun above the line and inside the picture', () => {
  for (let hour = 0; hour < 24; hour++) {
    const { up, x, y } = dial(hour);
    expect(up).toBe(hour >= 5 && hour < 21);
    expect(x).toBeGreaterThanOrEqual(5);
    expect(x).toBeLessThanOrEqual(39);
    expect(y).toBeLessThanOrEqual(25);
  }
});

test('the sky follows the hours of the day', () => {
  expect([2, 6, 12, 20, 23].map(sky)).toEqual(['night', 'dawn', 'day', 'dusk', 'night']);
  expect([isUp(3), isUp(12), isUp(22)]).toEqual([false, true, false]);
});

test('paths, labels and words', () => {
  expect(arcPath(9, 9)).toBe('');
  expect(arcPath(9, 12)).toMatch(/^M[\d. ]+(L[\d. ]+){40}$/);
  expect(arcLabel(12).y).toBeLessThan(arcPoint(12).y);
  expect(hourWords(23)).toBe('23:00 to 00:00');
});
