// Integer energy and money. Energy is in Wh, money in base units of the asset (1 STX = 1,000,000 µSTX); nothing is ever a float.
import { DecodeError } from './errors.ts';

export const WH_PER_KWH = 1000n;
export const MICRO_PER_STX = 1_000_000n;
/** The largest Clarity uint. */
export const MAX_UINT = (1n << 128n) - 1n;

/** a / b rounded up, for a ≥ 0 and b > 0. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return min(max(value, low), high);
}

/** A decimal text of `value / 10^scale`, rounded half up to `digits` places; `digits = scale` is exact. No grouping, no unit. */
export function formatDecimal(value: bigint, scale: number, digits: number): string {
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  const drop = 10n ** BigInt(scale - digits);
  const rounded = (size + drop / 2n) / drop;
  const base = 10n ** BigInt(digits);
  const whole = (rounded / base).toString();
  return digits === 0 ? sign + whole : `${sign}${whole}.${(rounded % base).toString().padStart(digits, '0')}`;
}

/** kWh as text: `formatKwh(3440n)` is "3.4". */
export function formatKwh(wh: bigint, digits = 1): string {
  return formatDecimal(wh, 3, digits);
}

/** STX as text: `formatStx(1254000n)` is "1.254". */
export function formatStx(micro: bigint, digits = 3): string {
  return formatDecimal(micro, 6, digits);
}

function parseDecimal(text: string, scale: number, what: string): bigint {
  const parts = /^(\d{1,15})(?:\.(\d+))?$/.exec(text.trim());
  if (!parts?.[1]) throw new DecodeError(`Write ${what} as a number such as 1.5.`);
  const fraction = parts[2] ?? '';
  if (fraction.length > scale)
    throw new DecodeError(
      `At most ${scale} decimals: the smallest amount of ${what} is 0.${'1'.padStart(scale, '0')}.`,
    );
  return BigInt(parts[1] + fraction.padEnd(scale, '0'));
}

/** Wh of a text in kWh, at most 3 decimals. Throws {@link DecodeError}. */
export function parseKwh(text: string): bigint {
  return parseDecimal(text, 3, 'kWh');
}

/** µSTX of a text in STX, at most 6 decimals. Throws {@link DecodeError}. */
export function parseStx(text: string): bigint {
  return parseDecimal(text, 6, 'STX');
}
