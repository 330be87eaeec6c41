// Delivery slots: the hour of UTC in which energy is delivered. slot = floor(unix seconds / 3600).

export const SECONDS = 3600;
/** Meters read every quarter of an hour: four readings a slot. */
export const READINGS = 4;

/** The slot that a moment (unix seconds, also with a fraction) lies in. */
export function of(unixSeconds: number | bigint): bigint {
  const second = typeof unixSeconds === 'bigint' ? unixSeconds : BigInt(Math.floor(unixSeconds));
  return second / BigInt(SECONDS);
}

/** First second of the slot. */
export function start(slot: bigint): number {
  return Number(slot) * SECONDS;
}

/** First second after the slot. */
export function end(slot: bigint): number {
  return start(slot) + SECONDS;
}
