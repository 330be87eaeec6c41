/**
 * How figures are written. Amounts stay bigints until the last moment: money in µSTX, energy in Wh, rates in basis points.
 * "Unknown" is a dash, never a zero.
 */
export const DASH = '–';

// The pages are in English, so numbers and dates follow the reader's English if there is one.
const preferred = typeof document === 'undefined' ? [] : navigator.languages;
export const LOCALE = preferred.find((language) => /^en\b/i.test(language)) ?? 'en-GB';

const numbers = new Map<number, Intl.NumberFormat>();
const grouped = (decimal: string, digits: number): string => {
  let format = numbers.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    numbers.set(digits, format);
  }
  return format.format(decimal as unknown as number).replace('-', '−');
};

/** `value / 10^scale` as an exact decimal, rounded half up (away from zero) to `digits`. */
export const decimal = (value: bigint, scale: number, digits: number): string => {
  const sign = value < 0n ? '-' : '';
  let units = value < 0n ? -value : value;
  let places = scale;
  if (digits < scale) {
    const cut = 10n ** BigInt(scale - digits);
    units = (units + cut / 2n) / cut;
    places = digits;
  }
  const text = units.toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  const part = text.slice(text.length - places);
  const zero = units === 0n;
  return (zero ? '' : sign) + whole + (places === 0 ? '' : `.${part}`);
};

type Maybe = bigint | null | undefined;

/** µSTX as STX with three decimals, "1.254"; two for balances. */
export const stx = (micro: Maybe, digits = 3): string =>
  micro === null || micro === undefined ? DASH : grouped(decimal(micro, 6, digits), digits);

/** µSTX as STX to the last µSTX, at least three decimals: what a signature moves is shown whole. */
export const stxExact = (micro: Maybe): string => {
  if (micro === null || micro === undefined) return DASH;
  const digits = micro % 1000n === 0n ? 3 : micro % 100n === 0n ? 4 : micro % 10n === 0n ? 5 : 6;
  return stx(micro, digits);
};

/** Wh as kWh with one decimal. */
export const kwh = (wh: Maybe, digits = 1): string =>
  wh === null || wh === undefined ? DASH : grouped(decimal(wh, 3, digits), digits);

/** Wh as kWh without rounding: "2.5", "1.234". */
export const kwhExact = (wh: Maybe): string => {
  if (wh === null || wh === undefined) return DASH;
  return kwh(wh, wh % 100n === 0n ? 1 : wh % 10n === 0n ? 2 : 3);
};

/** A whole number with separators. */
export const count = (value: bigint | number | null | undefined): string =>
  value === null || value === undefined ? DASH : grouped(value.toString(), 0);

/** Basis points as a percentage: 500 → "5%", 250 → "2.5%". */
export const percent = (bps: bigint): string => `${grouped(decimal(bps, 2, 2), 2).replace(/[.,]?0+$/, '')}%`;

/** Trust in basis points as the number from 0 to 1 that people see: 7600 → "0.76". */
export const trust = (bps: Maybe): string =>
  bps === null || bps === undefined ? DASH : grouped(decimal(bps, 4, 2), 2);

/** A change with its sign, for trust: "+0.05", "−0.01". */
export const change = (bps: bigint): string => `${bps > 0n ? '+' : bps < 0n ? '−' : ''}${trust(bps < 0n ? -bps : bps)}`;

const plural = new Intl.PluralRules('en');
/** "1 home", "3 homes". */
export const many = (value: bigint | number, one: string, other = `${one}s`): string =>
  `${count(value)} ${plural.select(Number(value)) === 'one' ? one : other}`;

/** An age in words: "8 s ago", "4 min ago", "2 h ago". */
export const ago = (seconds: number): string =>
  seconds < 5 ? 'just now' : seconds < 90 ? `${Math.round(seconds)} s ago` : span(seconds, ' ago');

const span = (seconds: number, tail: string): string =>
  seconds < 90 * 60
    ? `${Math.round(seconds / 60)} min${tail}`
    : seconds < 36 * 3600
      ? `${Math.round(seconds / 3600)} h${tail}`
      : `${many(Math.round(seconds / 86400), 'day')}${tail}`;

/** A duration in words: "50 s", "30 min", "4 h", "2 days". */
export const duration = (seconds: number): string => (seconds < 90 ? `${Math.round(seconds)} s` : span(seconds, ''));
