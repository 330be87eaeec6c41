/**
 * Chain time as people read it. The clock is the chain's (the newest block), the zone is the neighbourhood's when the settings name one,
 * otherwise the reader's. Slots are hours: `slot = floor(unix / 3600)`.
 */
import { LOCALE } from './format.ts';
import { hourWords } from './sun.ts';

let zone: string | undefined;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Sets the neighbourhood's time zone (an IANA name); a name the browser does not know is ignored. */
export const useZone = (name: string | undefined): void => {
  try {
    new Intl.DateTimeFormat(LOCALE, { timeZone: name });
    zone = name;
    formats.clear();
  } catch {
    zone = undefined;
  }
};

const format = (key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE, { ...options, ...(zone ? { timeZone: zone } : {}) });
    formats.set(key, found);
  }
  return found;
};

const date = (unix: number): Date => new Date(unix * 1000);
const clockOptions: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** "12:40" */
export const clock = (unix: number): string => format('clock', clockOptions).format(date(unix));
/** "Sat 13 June" */
export const day = (unix: number): string =>
  format('day', { weekday: 'short', day: 'numeric', month: 'long' }).format(date(unix)).replace(',', '');
/** "Sunday 14 June" */
export const longDay = (unix: number): string =>
  format('longDay', { weekday: 'long', day: 'numeric', month: 'long' }).format(date(unix)).replace(',', '');
/** "4 March 2026" */
export const fullDate = (unix: number): string =>
  format('fullDate', { day: 'numeric', month: 'long', year: 'numeric' }).format(date(unix));

/** The local hour of day, with its fraction. */
export const hourOf = (unix: number): number => {
  const [hour = '0', minute = '0'] = format('numeric', clockOptions).format(date(unix)).split(/\D+/);
  return Number(hour) + Number(minute) / 60;
};

/** The first second of the local day that `unix` falls in. Exact unless the zone changes its offset on that very day. */
export const startOfDay = (unix: number): number => {
  const [hour = '0', minute = '0', second = '0'] = format('seconds', { ...clockOptions, second: '2-digit' })
    .format(date(unix))
    .split(/\D+/);
  return unix - (Number(hour) * 3600 + Number(minute) * 60 + Number(second));
};

export const slotOf = (unix: number): number => Math.floor(unix / 3600);
export const slotStart = (slot: number): number => slot * 3600;
/** The local hour (0–23) at which a slot starts. */
export const slotHour = (slot: number): number => Math.floor(hourOf(slot * 3600));

/** How many days lie between the day of `now` and that of `unix`: 0 today, 1 tomorrow, −1 yesterday. */
export const daysFrom = (now: number, unix: number): number => Math.round((startOfDay(unix) - startOfDay(now)) / 86400);

/** "Today", "Tomorrow", "Yesterday" or "Sat 13 June". */
export const dayWords = (unix: number, now: number): string => {
  const days = daysFrom(now, unix);
  return days === 0 ? 'Today' : days === 1 ? 'Tomorrow' : days === -1 ? 'Yesterday' : day(unix);
};

/** "Tomorrow, 13:00 to 14:00" */
export const slotWords = (slot: number, now: number): string =>
  `${dayWords(slotStart(slot), now)}, ${hourWords(slotHour(slot))}`;

/** "13:10" today, "Fri 18:02" in the last days, "4 March 2026" before. */
export const moment = (unix: number, now: number): string => {
  const days = Math.abs(daysFrom(now, unix));
  if (days === 0) return clock(unix);
  const weekday = format('weekday', { weekday: 'short' }).format(date(unix));
  return days < 7 ? `${weekday} ${clock(unix)}` : fullDate(unix);
};
