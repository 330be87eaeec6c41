// What a home expects of an hour, from other days than the one in question: deliveries differ from promises as they do in life.
import { inHour, type Meters, type Quarter } from './meters.ts';

const DAYS_BACK = 7;

/** Mean Wh of the same hour on up to seven days before; where there are none, on the days after. Whole Wh, rounded down. */
export function expected(meters: Meters, home: string, day: string, hour: number, what: keyof Quarter): number {
  const at = meters.days.indexOf(day);
  const before = meters.days.slice(Math.max(0, at - DAYS_BACK), at);
  const days = before.length > 0 ? before : meters.days.filter((other) => other !== day).slice(0, DAYS_BACK);
  if (days.length === 0) return 0;
  return Math.floor(days.reduce((sum, other) => sum + inHour(meters.of(home, other), hour, what), 0) / days.length);
}
