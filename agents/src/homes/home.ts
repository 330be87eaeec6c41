// A home as its agents know it, and what its meter counts.
import { Slot } from '@wattconnect/protocol';

/** What a meter counts in a quarter of an hour: whole Wh. Import and export are net of own use. */
export type Quarter = { loadWh: number; pvWh: number; importWh: number; exportWh: number };

export type Home = {
  /** Lower-case letters, digits and dashes: the development key is `home-<id>`. */
  id: string;
  /** For people. */
  name: string;
  /** H3 cell of resolution 7. */
  cell: bigint;
  /** Peak power in W that the certificate names; 0 without panels. */
  peakW: bigint;
  /** kWh a month that the certificate names; 0 without panels. */
  monthlyKwh: bigint;
};

/** Homes and their meters. Readings of an hour never change. */
export type Neighbourhood = {
  homes: Home[];
  /** The four quarters of an hour, oldest first; undefined where there are no readings. */
  readings: (id: string, slot: bigint) => Quarter[] | undefined;
};

export const QUARTER_SECONDS = 900;
export const SLOTS_PER_DAY = 24n;
const DAY_SECONDS = 86_400;

/** Sums of an hour in Wh. */
export type Hour = { importWh: bigint; exportWh: bigint };

export function hourOf(quarters: readonly Quarter[]): Hour {
  let importWh = 0;
  let exportWh = 0;
  for (const quarter of quarters) {
    importWh += quarter.importWh;
    exportWh += quarter.exportWh;
  }
  return { importWh: BigInt(importWh), exportWh: BigInt(exportWh) };
}

/** Unix seconds of midnight UTC; undefined unless the text is a real date such as 2016-08-05. */
export function midnightOf(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day ? time / 1000 : undefined;
}

/** The date of a moment, in UTC. */
export function dayOf(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().slice(0, 10);
}

/** The 24 slots of a day that begins at `midnight`. */
export function slotsOf(midnight: number): bigint[] {
  const first = Slot.of(midnight);
  return Array.from({ length: Number(SLOTS_PER_DAY) }, (_, hour) => first + BigInt(hour));
}

/** Whole days since 1970. */
export function dayNumber(unixSeconds: number): number {
  return Math.floor(unixSeconds / DAY_SECONDS);
}

/** A home that exports needs a certificate. */
export function isProducer(home: Home): boolean {
  return home.peakW > 0n;
}
