/**
 * The day as a drawing: where an hour sits on the sun's path. Pure geometry for the small dial on offers and for the hero of the home page.
 * It is a clock, not astronomy: up from 5:20 to 21:30, highest in the middle.
 */
export type Point = { x: number; y: number };
export type Sky = 'dawn' | 'day' | 'dusk' | 'night';

const RISE = 16 / 3;
const SET = 21.5;

/** Which sky belongs to a local hour (0 ≤ hour < 24, fractions allowed). */
export const sky = (hour: number): Sky =>
  hour < 4.75 || hour >= 22 ? 'night' : hour < 7.25 ? 'dawn' : hour < 18.75 ? 'day' : 'dusk';

/** Whether the sun of the drawing stands above its horizon. */
export const isUp = (hour: number): boolean => hour >= RISE && hour <= SET;

const round = (value: number): number => Math.round(value * 10) / 10;

/** A point of the hero's arc (viewBox 390 wide, horizon at y = 248) for a local hour. */
export const arcPoint = (hour: number): Point => {
  const angle = (Math.PI * (hour - RISE)) / (SET - RISE);
  return { x: round(205 - 150 * Math.cos(angle)), y: round(248 - 190 * Math.sin(angle)) };
};

/** The path of the arc between two hours. Empty when there is nothing between them. */
export const arcPath = (from: number, to: number): string => {
  if (to <= from) return '';
  return Array.from({ length: 41 }, (_, step) => {
    const { x, y } = arcPoint(from + ((to - from) * step) / 40);
    return `${step === 0 ? 'M' : 'L'}${x} ${y}`;
  }).join('');
};

/** A label beside the arc, `distance` outwards. */
export const arcLabel = (hour: number, distance = 15): Point => {
  const { x, y } = arcPoint(hour);
  const length = Math.hypot(x - 205, y - 248) || 1;
  return { x: round(x + ((x - 205) / length) * distance), y: round(y + ((y - 248) / length) * distance + 4) };
};

export type Dial = { up: boolean; x: number; y: number; label: string };

/** The dial of an hour (viewBox 44): a sun on its arc by day, a moon above the line at night. */
export const dial = (hour: number): Dial => {
  const up = hour >= 5 && hour < 21;
  const share = up ? (hour + 0.5 - 5) / 16 : ((hour + 0.5 - 21 + 24) % 24) / 8;
  const angle = Math.PI * (1 - share);
  return { up, x: round(22 + 16 * Math.cos(angle)), y: round(25 - 17 * Math.sin(angle)), label: hourRange(hour) };
};

const two = (value: number): string => String(value).padStart(2, '0');
/** "13-14", for narrow places. */
export const hourRange = (hour: number): string => `${two(hour)}-${two((hour + 1) % 24)}`;
/** "13:00 to 14:00", for sentences. */
export const hourWords = (hour: number): string => `${two(hour)}:00 to ${two((hour + 1) % 24)}:00`;
