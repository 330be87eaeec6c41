// What meters say: integer Wh for each home and quarter of an hour. Times are UTC.

export type Quarter = { loadWh: number; pvWh: number; importWh: number; exportWh: number };
/** 96 quarters of one UTC day. */
export type Day = Quarter[];
export const QUARTERS_A_DAY = 96;

/** Readings of a neighbourhood: home → day (YYYY-MM-DD) → quarters. */
export type Meters = { homes: string[]; days: string[]; of: (home: string, day: string) => Day };

/** Input that cannot be used; the message says where and why. */
export class MeterFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MeterFileError';
  }
}

export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;

/** Whether a text is a day of the calendar such as 2016-08-03: Date.parse takes 30 February for 1 March. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Wh of a quantity in one hour of a day. */
export function inHour(day: Day, hour: number, what: keyof Quarter): number {
  let sum = 0;
  for (let q = 4 * hour; q < 4 * hour + 4; q++) sum += day[q]![what];
  return sum;
}

export function inDay(day: Day, what: keyof Quarter): number {
  return day.reduce((sum, quarter) => sum + quarter[what], 0);
}
