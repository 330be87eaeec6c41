// Homes of our own making: sun by geometry, weather as it persists, loads by how people live. The same seed gives the same days.
import { type Day, type Meters, QUARTERS_A_DAY, startOfDay } from './meters.ts';

/** 32-bit generator with a period far above what a neighbourhood needs (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function seedOf(...parts: (string | number)[]): number {
  let hash = 2166136261;
  for (const char of parts.join('\0')) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return hash >>> 0;
}

const RADIANS = Math.PI / 180;
const LATITUDE = 48.2;

/** Sine of the sun's height at a moment of a day of the year, at the neighbourhood's latitude (declination by Cooper's formula). */
export function sunHeight(dayOfYear: number, hour: number): number {
  const declination = 23.45 * RADIANS * Math.sin((2 * Math.PI * (284 + dayOfYear)) / 365);
  const angle = 15 * RADIANS * (hour - 12);
  return (
    Math.sin(LATITUDE * RADIANS) * Math.sin(declination) +
    Math.cos(LATITUDE * RADIANS) * Math.cos(declination) * Math.cos(angle)
  );
}

/** Weather that stays as it is most of the time: clear, mixed, overcast, with the share of the clear sky's light. */
const SKIES = [
  { light: 0.95, stir: 0.04, stay: 0.9 },
  { light: 0.65, stir: 0.25, stay: 0.8 },
  { light: 0.25, stir: 0.1, stay: 0.85 },
] as const;

function skyOf(seed: number, day: string): number[] {
  const random = generator(seedOf(seed, day, 'sky'));
  let sky = Math.floor(random() * SKIES.length);
  return Array.from({ length: QUARTERS_A_DAY }, () => {
    if (random() > SKIES[sky]!.stay) sky = Math.floor(random() * SKIES.length);
    const { light, stir } = SKIES[sky]!;
    return Math.min(1, Math.max(0.05, light + (random() - 0.5) * 2 * stir));
  });
}

/** Mean load in W of each hour: who is at home when. */
const LIVES = {
  family: [
    250, 220, 210, 210, 230, 350, 700, 800, 500, 400, 400, 500, 700, 500, 400, 450, 600, 900, 1300, 1400, 1200, 900,
    600, 350,
  ],
  commuter: [
    180, 170, 160, 160, 180, 400, 600, 300, 180, 170, 170, 170, 180, 180, 180, 190, 300, 700, 1200, 1300, 1100, 800,
    450, 250,
  ],
  retired: [
    200, 190, 180, 180, 190, 250, 400, 600, 700, 600, 600, 800, 900, 600, 500, 500, 600, 700, 800, 700, 600, 500, 350,
    250,
  ],
} as const;

export type Profile = { home: string; kwp: number; life: keyof typeof LIVES; tilt: number };

export function profileOf(seed: number, home: string): Profile {
  const random = generator(seedOf(seed, home, 'profile'));
  const lives = Object.keys(LIVES) as (keyof typeof LIVES)[];
  return {
    home,
    kwp: 3 + Math.round(random() * 50) / 10,
    life: lives[Math.floor(random() * lives.length)]!,
    tilt: -2 + random() * 4,
  };
}

function makeDay(seed: number, profile: Profile, day: string, sky: number[]): Day {
  const random = generator(seedOf(seed, profile.home, day));
  const dayOfYear = Math.floor((startOfDay(day) - startOfDay(`${day.slice(0, 4)}-01-01`)) / 86400) + 1;
  const mean = LIVES[profile.life];
  return Array.from({ length: QUARTERS_A_DAY }, (_, q) => {
    const hour = q / 4 + 0.125;
    // A roof that looks east or west has its noon earlier or later.
    const pvW = profile.kwp * 1000 * 0.85 * Math.max(0, sunHeight(dayOfYear, hour - profile.tilt)) * sky[q]!;
    const kettle = random() < 0.06 ? 1500 * random() : 0;
    const loadW = mean[Math.floor(q / 4)]! * (0.7 + 0.6 * random()) + kettle;
    const pvWh = sunHeight(dayOfYear, hour) <= 0 ? 0 : Math.round(pvW / 4);
    const loadWh = Math.round(loadW / 4);
    return { loadWh, pvWh, importWh: Math.max(0, loadWh - pvWh), exportWh: Math.max(0, pvWh - loadWh) };
  });
}

/** @param days YYYY-MM-DD, each made on its own: more days change none of the others */
export function generateMeters({ homes, seed, days }: { homes: number; seed: number; days: string[] }): Meters {
  const names = Array.from({ length: homes }, (_, i) => `h${String(i + 1).padStart(2, '0')}`);
  const profiles = new Map(names.map((name) => [name, profileOf(seed, name)]));
  const made = new Map<string, Day>();
  return {
    homes: names,
    days,
    of: (home, day) => {
      const key = `${home} ${day}`;
      const found = made.get(key) ?? makeDay(seed, profiles.get(home)!, day, skyOf(seed, day));
      made.set(key, found);
      return found;
    },
  };
}
