// Homes out of a seed: roofs, people and weather, so that the same seed gives the same neighbourhood on the same days.
import { Slot } from '@wattconnect/protocol';
import { AgentError } from '../errors.ts';
import { cellOf, PLACE } from './cells.ts';
import { DAY_SECONDS, type Home, type Neighbourhood, type Quarter, QUARTER_SECONDS } from './home.ts';
import { type ArchetypeName, loadOf } from './load.ts';
import { between, random } from './random.ts';
import { onRoof, type Roof } from './sun.ts';
import { lightOf } from './weather.ts';

export const MAX_HOMES = 100;

type Panels = Roof & {
  /** W under standard conditions. */
  peakW: number;
  /** What wires, heat and dust leave of it. */
  yield: number;
};
type Plan = { archetype: ArchetypeName; kwp: number; azimuth: number };

/** Who lives where, in turn: roofs that face east and west, and a few homes without any, so that there is something to trade at noon. */
const PLANS: readonly Plan[] = [
  { archetype: 'commuters', kwp: 5.2, azimuth: 175 },
  { archetype: 'retired', kwp: 4.4, azimuth: 190 },
  { archetype: 'workshop', kwp: 3.2, azimuth: 200 },
  { archetype: 'family', kwp: 4.6, azimuth: 95 },
  { archetype: 'flat', kwp: 0, azimuth: 0 },
  { archetype: 'commuters', kwp: 4.2, azimuth: 260 },
  { archetype: 'home office', kwp: 3.0, azimuth: 150 },
  { archetype: 'night shift', kwp: 4.8, azimuth: 180 },
  { archetype: 'electric car', kwp: 5.6, azimuth: 210 },
  { archetype: 'flat', kwp: 0, azimuth: 0 },
  { archetype: 'workshop', kwp: 4.0, azimuth: 100 },
  { archetype: 'family', kwp: 5.0, azimuth: 265 },
];
/** Visitors, in turn: a large roof to sell from, a busy home to buy for. */
const VISITORS: readonly Plan[] = [
  { archetype: 'commuters', kwp: 6.0, azimuth: 180 },
  { archetype: 'workshop', kwp: 4.5, azimuth: 185 },
  { archetype: 'family', kwp: 5.0, azimuth: 170 },
];
const MONTH_DAYS = 30;
/** What clouds leave of a year's clear sky. */
const CLOUDS = 0.75;
const KEPT_DAYS = 64;

export type GeneratorOptions = {
  /** How many homes, 1 to {@link MAX_HOMES}. */
  homes: number;
  seed: string;
  /** Homes of visitors beside them: metered, and otherwise left to people. */
  visitors?: number;
};

/** @throws {AgentError} */
export function generate({ homes: count, seed, visitors = 0 }: GeneratorOptions): Neighbourhood {
  if (!Number.isInteger(count) || count < 0 || count > MAX_HOMES)
    throw new AgentError('homes', `The number of homes is a whole number up to ${MAX_HOMES}.`);
  const built = [
    ...Array.from({ length: count }, (_, index) => homeOf(seed, index)),
    ...Array.from({ length: visitors }, (_, index) => visitorOf(seed, index)),
  ];
  const byId = new Map(built.map((one) => [one.home.id, one]));
  const days = new Map<string, Quarter[]>();
  const skies = new Map<number, number[]>();

  const skyOf = (day: number) => remembered(skies, day, KEPT_DAYS, () => lightOf(seed, day));
  return {
    homes: built.map(({ home }) => home),
    readings: (id, slot) => {
      const one = byId.get(id);
      if (!one) return undefined;
      const start = Slot.start(slot);
      const day = Math.floor(start / DAY_SECONDS);
      const first = (start % DAY_SECONDS) / QUARTER_SECONDS;
      return remembered(days, `${id} ${day}`, KEPT_DAYS * byId.size, () => measure(seed, one, day, skyOf(day))).slice(
        first,
        first + Slot.READINGS,
      );
    },
  };
}

function remembered<K, V>(cache: Map<K, V>, key: K, most: number, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = make();
  cache.set(key, value);
  if (cache.size > most) cache.delete(cache.keys().next().value!);
  return value;
}

type Built = { home: Home; archetype: ArchetypeName; panels: Panels | undefined };

function homeOf(seed: string, index: number): Built {
  const plan = PLANS[index % PLANS.length]!;
  const number = index + 1;
  const id = `h${String(number).padStart(2, '0')}`;
  return build(seed, plan, { id, name: `${plan.kwp > 0 ? 'Home' : 'Flat'} ${number}`, cell: cellOf(index) });
}

function visitorOf(seed: string, index: number): Built {
  const id = `visitor-${index + 1}`;
  return build(seed, VISITORS[index % VISITORS.length]!, { id, name: `Visitor ${index + 1}`, cell: cellOf(0) });
}

function build(seed: string, plan: Plan, { id, name, cell }: Pick<Home, 'id' | 'name' | 'cell'>): Built {
  const next = random(seed, 'home', id);
  const peakW = Math.round((plan.kwp * 1000 * between(next, 0.9, 1.1)) / 100) * 100;
  const panels: Panels | undefined =
    plan.kwp === 0
      ? undefined
      : {
          peakW,
          tilt: between(next, 8, 22),
          azimuth: plan.azimuth + between(next, -12, 12),
          yield: between(next, 0.78, 0.86),
        };
  const home: Home = {
    id,
    account: `home-${id}`,
    name,
    about: panels ? `${(peakW / 1000).toFixed(1)} kWp, ${plan.archetype}` : 'A flat without a roof of its own',
    cell,
    peakW: BigInt(panels ? peakW : 0),
    monthlyKwh: BigInt(panels ? Math.max(100, Math.round(dailyMean(panels) * MONTH_DAYS)) : 0),
  };
  return { home, archetype: plan.archetype, panels };
}

/** kWh a day over a year, as an installer would work it out. */
function dailyMean(panels: Panels): number {
  const days = [80, 172, 264, 355];
  let wh = 0;
  for (const day of days)
    for (let hour = 0; hour < 24; hour++)
      wh += power(panels, Date.UTC(2026, 0, 1) / 1000 + day * DAY_SECONDS + hour * Slot.SECONDS, 1);
  return (CLOUDS * wh) / days.length / 1000;
}

/** W that the inverter gives. */
function power(panels: Panels, unixSeconds: number, light: number): number {
  const watts = (panels.peakW * panels.yield * onRoof(PLACE, panels, unixSeconds, light)) / 1000;
  return Math.min(watts, panels.peakW);
}

function measure(seed: string, { home, archetype, panels }: Built, day: number, sky: number[]): Quarter[] {
  const load = loadOf(`${seed} ${home.id}`, archetype, day);
  const next = random(seed, 'roof', home.id, day);
  // A cloud reaches one cell a quarter of an hour after the other.
  const lag = Number((home.cell >> 24n) & 1n);
  return load.map((loadWh, quarter) => {
    const light = Math.min(1, sky[Math.max(0, quarter - lag)]! * between(next, 0.97, 1.03));
    const middle = day * DAY_SECONDS + (quarter + 0.5) * QUARTER_SECONDS;
    const pvWh = panels ? Math.round(power(panels, middle, light) / 4) : 0;
    return { loadWh, pvWh, importWh: Math.max(0, loadWh - pvWh), exportWh: Math.max(0, pvWh - loadWh) };
  });
}
