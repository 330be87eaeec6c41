// What several contracts' handlers share: words for numbers, and the sums that their events add to.
import type { ContractEvent } from '@wattconnect/contracts';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';

/** Where an event stands. */
export type Context = { height: number; time: number; tx: string; rank: number };
type Of<C extends ContractEvent['contract'], T> = Extract<ContractEvent, { contract: C; topic: T }>;
/** Pure functions of an event and the state before it, by topic. Topics without one change no view but the list of events. */
export type Handlers<C extends ContractEvent['contract']> = {
  [T in Extract<ContractEvent, { contract: C }>['topic']]?: (event: Of<C, T>, state: State, context: Context) => void;
};

/** Identity of an event: unique, and the same for everybody. */
export const eventId = ({ height, tx, rank }: Context): string => `${height}-${tx}-${rank}`;
export const slotId = (seller: string, slot: bigint): string => `${seller}-${slot}`;

const MAX_INT = 2_147_483_647n;
/** A number of the chain as GraphQL's Int. The contracts bound those that come here; one that were beyond would be cut, not wrong by a wrap. */
export const int = (value: bigint): number => Number(value > MAX_INT ? MAX_INT : value);
/** The word for a number of the chain. */
export const word = (words: readonly string[], value: bigint): string => words[int(value)] ?? 'unknown';

const DAY_S = 86_400n;
const HOUR_S = 3600n;
/** UTC day of a delivery hour. */
const dayOf = (slot: bigint): bigint => (slot * HOUR_S) / DAY_S;

const NOTHING = {
  trades: 0n,
  settled: 0n,
  mintedWh: 0n,
  promisedWh: 0n,
  deliveredWh: 0n,
  surplusWh: 0n,
  lockedMicro: 0n,
  paidMicro: 0n,
  feesMicro: 0n,
  gridMicro: 0n,
  refundedMicro: 0n,
};
const NO_CENSUS = { active: 0n, providers: 0n, consumers: 0n };
const NOBODY_YET: Row<'Community'> = {
  id: 'all',
  households: 0n,
  certified: 0n,
  ...NO_CENSUS,
  offers: 0n,
  openOffers: 0n,
  failed: 0n,
  retiredWh: 0n,
  ...NOTHING,
};

/** Counts for all time, for the delivery hour and for its UTC day. */
export function count(state: State, slot: bigint, amounts: Partial<Record<keyof typeof NOTHING, bigint>>): void {
  state.add('Community', NOBODY_YET, amounts);
  const day = dayOf(slot);
  state.add('CommunityDay', { id: String(day), day, ...NOTHING }, amounts);
  state.add('CommunityHour', { id: String(slot), slot, ...NOTHING }, amounts);
}

export function community(
  state: State,
  amounts: Partial<Record<'households' | 'certified' | 'offers' | 'openOffers' | 'failed' | 'retiredWh', bigint>>,
): void {
  state.add('Community', NOBODY_YET, amounts);
}

const NO_SUMS = { exportedWh: 0n, soldWh: 0n, boughtWh: 0n, earnedMicro: 0n, spentMicro: 0n };
const PRODUCER = 2;
const CONSUMER = 1;

/** Counts a household where it was, and where it is, for everybody and for its grid cell. */
export function census(state: State, before: Row<'Household'> | undefined, after: Row<'Household'> | undefined): void {
  for (const [household, sign] of [
    [before, -1n],
    [after, 1n],
  ] as const) {
    if (!household?.active) continue;
    const { cell, certified, role } = household;
    const one = {
      active: sign,
      providers: certified && (role & PRODUCER) > 0 ? sign : 0n,
      consumers: (role & CONSUMER) > 0 ? sign : 0n,
    };
    state.add('Community', NOBODY_YET, one);
    state.add('Cell', { id: String(cell), cell, ...NO_CENSUS, ...NO_SUMS }, one);
  }
}

/** Counts for a household's hour and UTC day of delivery, and for those of its grid cell. */
export function ofHousehold(
  state: State,
  household: string,
  slot: bigint,
  amounts: Partial<Record<'exportedWh' | 'soldWh' | 'boughtWh' | 'earnedMicro' | 'spentMicro', bigint>>,
): void {
  const day = dayOf(slot);
  state.add('HouseholdDay', { id: `${household}-${day}`, household, day, ...NO_SUMS }, amounts);
  state.add('HouseholdHour', { id: `${household}-${slot}`, household, slot, ...NO_SUMS }, amounts);
  const cell = state.get('Household', household)?.cell;
  if (cell === undefined) return;
  state.add('CellHour', { id: `${cell}-${slot}`, cell, slot, ...NO_SUMS }, amounts);
  state.add('CellDay', { id: `${cell}-${day}`, cell, day, ...NO_SUMS }, amounts);
  state.add('Cell', { id: String(cell), cell, ...NO_CENSUS, ...NO_SUMS }, amounts);
}

/** What a seller has promised for an hour; made when it is first heard of. */
export function delivery(state: State, seller: string, slot: bigint): Row<'Delivery'> {
  return (
    state.get('Delivery', slotId(seller, slot)) ?? {
      id: slotId(seller, slot),
      seller,
      slot,
      promisedWh: 0n,
      trades: 0,
      settled: 0,
      exportWh: null,
      custodyWh: null,
      deliveredWh: 0n,
      surplusWh: null,
      curtailed: false,
      status: 'open',
    }
  );
}

export type Held = Omit<Row<'Account'>, 'id'>;
export const NOTHING_HELD: Held = {
  vaultMicro: 0n,
  dueMicro: 0n,
  dueWh: 0n,
  balanceWh: 0n,
  lockedMicro: 0n,
  promisedWh: 0n,
};
/** Changes what somebody has, or what escrow holds for them; a household shows the same. */
export function hold(state: State, who: string, change: (before: Held) => Partial<Held>): void {
  const { id: _, ...before } = state.get('Account', who) ?? { id: who, ...NOTHING_HELD };
  const after = { ...before, ...change(before) };
  state.set('Account', { id: who, ...after });
  const household = state.get('Household', who);
  if (household) state.set('Household', { ...household, ...after });
}
