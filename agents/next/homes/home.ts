// A home as its agents know it, and what its meter counts.
import { Slot } from '@wattconnect/protocol';

/** What a meter counts in a quarter of an hour: whole Wh. Import and export are net of own use. */
export type Quarter = { loadWh: number; pvWh: number; importWh: number; exportWh: number };

export type Home = {
  /** Lower-case letters, digits and dashes. */
  id: string;
  /** Name of its development key, such as home-h01. */
  account: string;
  /** For people. */
  name: string;
  /** A few words about it. */
  about: string;
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
export const DAY_SECONDS = 86_400;
const SLOTS_PER_DAY = 24;

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
  return Array.from({ length: SLOTS_PER_DAY }, (_, hour) => first + BigInt(hour));
}

/** Only a home with panels needs a certificate. */
export function isProducer(home: Home): boolean {
  return home.peakW > 0n;
}

/**
 * The neighbourhood and so many flats beside it: neighbours without a roof of their own, who live as the homes do but buy all they use.
 * They make a market in the hours when every roof has more than its home needs.
 */
export function withFlats(source: Neighbourhood, count: number): Neighbourhood {
  const like = new Map<string, string>();
  const flats = Array.from({ length: Math.min(count, source.homes.length) }, (_, index): Home => {
    const number = index + 1;
    const home = source.homes[(index * 2 + 1) % source.homes.length]!;
    like.set(`buyer-${number}`, home.id);
    return {
      id: `buyer-${number}`,
      account: `buyer-${number}`,
      name: `Flat ${number}`,
      about: 'A flat without a roof of its own',
      cell: home.cell,
      peakW: 0n,
      monthlyKwh: 0n,
    };
  });
  return {
    homes: [...source.homes, ...flats],
    readings: (id, slot) => {
      const home = like.get(id);
      if (home === undefined) return source.readings(id, slot);
      return source
        .readings(home, slot)
        ?.map(({ loadWh }) => ({ loadWh, pvWh: 0, importWh: loadWh, exportWh: 0 }));
    },
  };
}
