// What households use, by the way they live: a base that never ends, people at home, and appliances that start at some hour.
import { between, type Random, random } from './random.ts';

type Appliance = {
  watts: number;
  quarters: number;
  /** Starts between these hours. */
  from: number;
  to: number;
  /** Runs a day, on weekdays and at weekends; fractions are chances. */
  weekday: number;
  weekend: number;
};

type Archetype = {
  /** W that are always on. */
  base: number;
  /** W of people at home, for each hour of the day. */
  weekday: readonly number[];
  weekend: readonly number[];
  appliances: readonly Appliance[];
};

const hours = (...runs: [count: number, watts: number][]) =>
  runs.flatMap(([count, watts]) => Array.from({ length: count }, () => watts));
const WEEKEND = hours([7, 40], [3, 320], [4, 420], [4, 300], [5, 480], [1, 120]);

const kettle = (weekday: number): Appliance => ({ watts: 1800, quarters: 1, from: 6, to: 21, weekday, weekend: 3 });
const cooking: Appliance = { watts: 1900, quarters: 3, from: 17, to: 20, weekday: 1, weekend: 1.2 };
const lunch: Appliance = { watts: 1500, quarters: 2, from: 11, to: 13, weekday: 1, weekend: 1 };
const washing: Appliance = { watts: 800, quarters: 5, from: 8, to: 20, weekday: 0.4, weekend: 0.9 };
const dishes: Appliance = { watts: 900, quarters: 5, from: 19, to: 22, weekday: 0.7, weekend: 1 };
const cooling = (from: number, to: number, runs: number): Appliance => ({
  watts: 1100,
  quarters: 4,
  from,
  to,
  weekday: runs,
  weekend: runs,
});

export const ARCHETYPES = {
  commuters: {
    base: 90,
    weekday: hours([6, 40], [2, 300], [9, 30], [5, 380], [2, 120]),
    weekend: WEEKEND,
    appliances: [kettle(2), cooking, washing, dishes],
  },
  family: {
    base: 150,
    weekday: hours([6, 50], [3, 420], [5, 160], [3, 320], [5, 560], [2, 160]),
    weekend: WEEKEND,
    appliances: [kettle(4), cooking, lunch, { ...washing, weekday: 0.9 }, dishes, cooling(13, 17, 1)],
  },
  retired: {
    base: 110,
    weekday: hours([7, 40], [5, 260], [3, 340], [4, 220], [4, 330], [1, 80]),
    weekend: hours([7, 40], [5, 260], [3, 340], [4, 220], [4, 330], [1, 80]),
    appliances: [kettle(4), lunch, washing, cooling(12, 16, 1)],
  },
  'home office': {
    base: 140,
    weekday: hours([7, 40], [10, 480], [5, 360], [2, 100]),
    weekend: WEEKEND,
    appliances: [kettle(5), lunch, cooking, washing, cooling(9, 17, 3)],
  },
  workshop: {
    base: 260,
    weekday: hours([7, 60], [10, 1500], [4, 320], [3, 100]),
    weekend: hours([7, 60], [6, 900], [8, 320], [3, 100]),
    appliances: [kettle(3), lunch, cooking, { ...cooling(8, 17, 3), watts: 1900 }],
  },
  'electric car': {
    base: 120,
    weekday: hours([6, 40], [2, 340], [9, 40], [5, 400], [2, 120]),
    weekend: WEEKEND,
    appliances: [
      kettle(2),
      cooking,
      washing,
      dishes,
      { watts: 3600, quarters: 9, from: 10, to: 13, weekday: 0.7, weekend: 0.5 },
    ],
  },
  'night shift': {
    base: 100,
    weekday: hours([7, 30], [2, 300], [5, 40], [5, 420], [2, 320], [3, 40]),
    weekend: WEEKEND,
    appliances: [kettle(3), lunch, cooking, washing],
  },
  flat: {
    base: 70,
    weekday: hours([6, 30], [3, 220], [3, 130], [3, 420], [3, 160], [5, 340], [1, 80]),
    weekend: WEEKEND,
    appliances: [kettle(3), lunch, cooking, washing, cooling(11, 16, 2)],
  },
} as const satisfies Record<string, Archetype>;
export type ArchetypeName = keyof typeof ARCHETYPES;

const QUARTERS = 96;

/** How often it runs: 1.2 is once, and a second time in one day of five. */
function runs(next: Random, rate: number): number {
  return Math.floor(rate) + (next() < rate % 1 ? 1 : 0);
}

/**
 * Wh of each quarter of a day.
 * @param day days since 1970
 */
export function loadOf(seed: string, name: ArchetypeName, day: number): number[] {
  const archetype: Archetype = ARCHETYPES[name];
  const next = random(seed, 'load', day);
  // 1970-01-01 was a Thursday.
  const weekend = (day + 4) % 7 === 6 || (day + 4) % 7 === 0;
  const people = weekend ? archetype.weekend : archetype.weekday;
  const mood = between(next, 0.85, 1.15);
  const watts = Array.from(
    { length: QUARTERS },
    (_, quarter) =>
      archetype.base * between(next, 0.9, 1.1) + people[Math.floor(quarter / 4)]! * mood * between(next, 0.6, 1.4),
  );
  for (const appliance of archetype.appliances) {
    for (let run = runs(next, weekend ? appliance.weekend : appliance.weekday); run > 0; run--) {
      const start = Math.floor(between(next, appliance.from * 4, appliance.to * 4));
      for (let at = start; at < Math.min(QUARTERS, start + appliance.quarters); at++) watts[at]! += appliance.watts;
    }
  }
  return watts.map((power) => Math.round(power / 4));
}
