// Weather of a neighbourhood as two Markov processes: kinds of day follow each other, and clouds follow each other within a day.
import { between, choose, type Random, random } from './random.ts';

type Day = 'clear' | 'mixed' | 'dull';
type Sky = 'open' | 'thin' | 'thick';

/** Fine days tend to follow fine days. */
const DAYS: Record<Day, Record<Day, number>> = {
  clear: { clear: 0.6, mixed: 0.33, dull: 0.07 },
  mixed: { clear: 0.3, mixed: 0.5, dull: 0.2 },
  dull: { clear: 0.12, mixed: 0.5, dull: 0.38 },
};
/** From one quarter of an hour to the next. */
const SKIES: Record<Day, Record<Sky, Record<Sky, number>>> = {
  clear: {
    open: { open: 0.96, thin: 0.035, thick: 0.005 },
    thin: { open: 0.4, thin: 0.55, thick: 0.05 },
    thick: { open: 0.3, thin: 0.4, thick: 0.3 },
  },
  mixed: {
    open: { open: 0.8, thin: 0.14, thick: 0.06 },
    thin: { open: 0.3, thin: 0.5, thick: 0.2 },
    thick: { open: 0.15, thin: 0.3, thick: 0.55 },
  },
  dull: {
    open: { open: 0.4, thin: 0.35, thick: 0.25 },
    thin: { open: 0.08, thin: 0.6, thick: 0.32 },
    thick: { open: 0.02, thin: 0.16, thick: 0.82 },
  },
};
const LIGHT: Record<Sky, [number, number]> = { open: [0.94, 1], thin: [0.55, 0.8], thick: [0.15, 0.38] };
/** The chain of days begins anew so often, always with a mixed day: any day can be computed without all days before it. */
const SPELL_DAYS = 32;
const QUARTERS = 96;

function kindOf(seed: string, day: number): Day {
  const spell = Math.floor(day / SPELL_DAYS);
  const next = random(seed, 'days', spell);
  let kind: Day = 'mixed';
  for (let at = spell * SPELL_DAYS; at <= day; at++) kind = choose(next, DAYS[kind]);
  return kind;
}

/**
 * Share of a clear sky's light in each quarter of a day.
 * @param day days since 1970
 */
export function lightOf(seed: string, day: number): number[] {
  const kind = kindOf(seed, day);
  const next: Random = random(seed, 'sky', day);
  let sky: Sky = choose(next, { open: kind === 'clear' ? 8 : 2, thin: 2, thick: kind === 'dull' ? 8 : 1 });
  let before: number | undefined;
  return Array.from({ length: QUARTERS }, () => {
    sky = choose(next, SKIES[kind][sky]);
    const light = between(next, ...LIGHT[sky]);
    // A cloud does not come and go within an instant.
    const value = before === undefined ? light : (2 * light + before) / 3;
    before = light;
    return value;
  });
}
