import { describe, expect, it } from 'vitest';
import { expected } from './forecast.ts';
import { generateMeters, profileOf, sunHeight } from './generate.ts';
import { inDay, inHour, type Meters } from './meters.ts';

const days = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10));
const WEEK = days('2026-06-08', 7);
const all = (meters: Meters) => meters.homes.map((home) => meters.days.map((day) => meters.of(home, day)));

describe('homes of our own making', () => {
  const meters = generateMeters({ homes: 6, seed: 7, days: WEEK });

  it('are the same for the same seed, and others for another', () => {
    expect(all(generateMeters({ homes: 6, seed: 7, days: WEEK }))).toEqual(all(meters));
    expect(all(generateMeters({ homes: 6, seed: 8, days: WEEK }))).not.toEqual(all(meters));
  });

  it('do not change with the days and homes around them, nor with the order of questions', () => {
    const more = generateMeters({ homes: 9, seed: 7, days: days('2026-06-01', 20) });
    for (const day of [...WEEK].reverse())
      for (const home of [...meters.homes].reverse()) expect(more.of(home, day)).toEqual(meters.of(home, day));
  });

  it('count whole Wh that add up in every quarter of an hour', () => {
    for (const day of all(meters).flat()) {
      expect(day).toHaveLength(96);
      for (const { loadWh, pvWh, importWh, exportWh } of day) {
        for (const wh of [loadWh, pvWh, importWh, exportWh]) expect(Number.isInteger(wh) && wh >= 0).toBe(true);
        expect(importWh - exportWh).toBe(loadWh - pvWh);
        expect(Math.min(importWh, exportWh)).toBe(0);
      }
    }
  });

  it('make power by daylight only, never more than the panels can, and export some', () => {
    for (const home of meters.homes) {
      const { kwp } = profileOf(7, home);
      for (const day of WEEK) {
        const quarters = meters.of(home, day);
        expect(inHour(quarters, 0, 'pvWh') + inHour(quarters, 23, 'pvWh')).toBe(0);
        expect(Math.max(...quarters.map(({ pvWh }) => pvWh))).toBeLessThanOrEqual((kwp * 1000) / 4);
      }
      expect(WEEK.reduce((sum, day) => sum + inDay(meters.of(home, day), 'exportWh'), 0)).toBeGreaterThan(0);
    }
  });

  it('share the weather: a home’s best day is a good day for its neighbours', () => {
    const long = generateMeters({ homes: 2, seed: 3, days: days('2026-06-01', 30) });
    const [a, b] = long.homes.map((home) => long.days.map((day) => inDay(long.of(home, day), 'pvWh'))) as [
      number[],
      number[],
    ];
    const mean = (xs: number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const [ma, mb] = [mean(a), mean(b)];
    const cov = mean(a.map((x, i) => (x - ma) * (b[i]! - mb)));
    const correlation = cov / Math.sqrt(mean(a.map((x) => (x - ma) ** 2)) * mean(b.map((x) => (x - mb) ** 2)));
    expect(correlation).toBeGreaterThan(0.9);
  });
});

describe('the sun', () => {
  it('is highest at noon, higher in June than in December, and below the horizon at midnight', () => {
    const june = Array.from({ length: 24 }, (_, hour) => sunHeight(172, hour));
    expect(june.indexOf(Math.max(...june))).toBe(12);
    expect(sunHeight(172, 12)).toBeGreaterThan(sunHeight(355, 12));
    expect(sunHeight(172, 0)).toBeLessThan(0);
    // At the solstices noon stands 90° − latitude ± 23.45° high, at 48.2° north.
    expect((Math.asin(sunHeight(172, 12)) * 180) / Math.PI).toBeCloseTo(90 - 48.2 + 23.45, 1);
    expect((Math.asin(sunHeight(355, 12)) * 180) / Math.PI).toBeCloseTo(90 - 48.2 - 23.45, 1);
  });
});

describe('a forecast', () => {
  const meters = generateMeters({ homes: 1, seed: 2, days: days('2026-06-01', 10) });
  const today = meters.days.at(-1)!;

  it('is the mean of the same hour on the seven days before', () => {
    const before = meters.days.slice(-8, -1).map((day) => inHour(meters.of('h01', day), 12, 'pvWh'));
    const mean = Math.floor(before.reduce((sum, wh) => sum + wh, 0) / 7);
    expect(mean).toBeGreaterThan(0);
    expect(expected(meters, 'h01', today, 12, 'pvWh')).toBe(mean);
  });

  it('never looks at the day itself: its readings may be anything', () => {
    const blinded: Meters = {
      ...meters,
      of: (home, day) => {
        if (day === today) throw new Error('It looked at the day.');
        return meters.of(home, day);
      },
    };
    for (let hour = 0; hour < 24; hour++)
      expect(expected(blinded, 'h01', today, hour, 'exportWh')).toBe(expected(meters, 'h01', today, hour, 'exportWh'));
  });

  it('of a first day comes from the days after it, and of an only day is nothing', () => {
    const after = meters.days.slice(1, 8).map((day) => inHour(meters.of('h01', day), 12, 'loadWh'));
    expect(expected(meters, 'h01', meters.days[0]!, 12, 'loadWh')).toBe(
      Math.floor(after.reduce((sum, wh) => sum + wh, 0) / 7),
    );
    const only = generateMeters({ homes: 1, seed: 2, days: [today] });
    expect(expected(only, 'h01', today, 12, 'loadWh')).toBe(0);
  });
});
