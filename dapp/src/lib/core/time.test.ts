import { afterEach, expect, test } from 'vitest';
import {
  clock,
  daysFrom,
  dayWords,
  hourOf,
  longDay,
  moment,
  slotHour,
  slotOf,
  slotWords,
  startOfDay,
  useZone,
} from './time.ts';

const noon = Date.UTC(2026, 5, 13, 12, 40) / 1000;
afterEach(() => useZone(undefined));

test('the neighbourhood’s zone decides what o’clock it is', () => {
  useZone('UTC');
  expect([clock(noon), hourOf(noon), longDay(noon)]).toEqual(['12:40', 12 + 40 / 60, 'Saturday 13 June']);
  useZone('Europe/Berlin');
  expect([clock(noon), slotHour(slotOf(noon))]).toEqual(['14:40', 14]);
});

test('a zone nobody knows is ignored', () => {
  useZone('Mars/Olympus');
  expect(clock(noon)).toMatch(/^\d\d:\d\d$/);
});

test('days are counted from midnight to midnight', () => {
  useZone('UTC');
  expect(startOfDay(noon)).toBe(Date.UTC(2026, 5, 13) / 1000);
  expect(daysFrom(noon, noon + 12 * 3600)).toBe(1);
  expect([-86400, 0, 86400, 2 * 86400].map((d) => dayWords(noon + d, noon))).toEqual([
    'Yesterday',
    'Today',
    'Tomorrow',
    'Mon 15 June',
  ]);
  expect(slotWords(slotOf(noon) + 1, noon)).toBe('Today, 13:00 to 14:00');
});

test('moments get shorter the nearer they are', () => {
  useZone('UTC');
  expect(moment(noon, noon)).toBe('12:40');
  expect(moment(noon - 86400, noon)).toBe('Fri 12:40');
  expect(moment(noon - 40 * 86400, noon)).toBe('4 May 2026');
});
