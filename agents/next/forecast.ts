// What a home expects of an hour to come: from the same hour of days that are over, never from the day itself.
import { Slot } from '@wattconnect/protocol';
import { type Home, hourOf, isProducer, type Neighbourhood } from './homes/home.ts';

export type Expectation = {
  /** Wh that the home expects to have over. */
  surplusWh: bigint;
  /** Wh that the home expects to need from outside. */
  needWh: bigint;
};

const SLOTS_PER_DAY = 24n;
/** Yesterday counts most, a week ago hardly any more. */
const WEIGHTS = [16n, 12n, 9n, 7n, 5n, 4n, 3n];

/** Expectation for `slot` as it can be had at `now` (unix seconds). */
export function expectationOf(
  { readings }: Pick<Neighbourhood, 'readings'>,
  home: Home,
  slot: bigint,
  now: number,
): Expectation {
  let weights = 0n;
  let surplus = 0n;
  let need = 0n;
  let past = slot;
  for (const weight of WEIGHTS) {
    // The newest such hour that is over; further ahead than a day, that is not yesterday's.
    do past -= SLOTS_PER_DAY;
    while (Slot.end(past) > now);
    const quarters = readings(home.id, past);
    if (!quarters) continue;
    const { importWh, exportWh } = hourOf(quarters);
    weights += weight;
    surplus += weight * exportWh;
    need += weight * importWh;
  }
  if (weights === 0n) return fromProfile(home, slot);
  return { surplusWh: surplus / weights, needWh: need / weights };
}

/** Wh an hour that a household uses, by the hour of the day: the standard profile that utilities assume, for a home without any history. */
const USE = [
  210, 180, 170, 165, 170, 200, 300, 420, 430, 380, 360, 400, 450, 420, 370, 350, 380, 480, 620, 680, 640, 540, 400, 280,
].map(BigInt);
/** Percent of its peak power that a roof gives on an average day. */
const SUN = [0, 0, 0, 0, 0, 0, 3, 12, 25, 36, 44, 48, 48, 44, 36, 25, 12, 3, 0, 0, 0, 0, 0, 0].map(BigInt);

function fromProfile(home: Home, slot: bigint): Expectation {
  const hour = Number(slot % SLOTS_PER_DAY);
  const sun = isProducer(home) ? (home.peakW * SUN[hour]!) / 100n : 0n;
  const net = sun - USE[hour]!;
  return { surplusWh: net > 0n ? net : 0n, needWh: net < 0n ? -net : 0n };
}
