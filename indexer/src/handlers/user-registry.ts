import { Trust } from '@wattconnect/protocol';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';
import { type Context, census, community, type Handlers, int, NOTHING_HELD } from './common.ts';
import { trust } from './reputation-system.ts';

const ROLE = 3;
const VERIFIED = 4;
const CERTIFIED = 8;
const INACTIVE = 16;

/** What a household's bits say. */
const said = (bits: number) => ({
  bits,
  role: bits & ROLE,
  verified: (bits & VERIFIED) > 0,
  certified: (bits & CERTIFIED) > 0,
  active: (bits & INACTIVE) === 0,
});

function setBits(
  state: State,
  id: string,
  change: (bits: number) => number,
  more: Partial<Row<'Household'>> = {},
): void {
  const before = state.need('Household', id);
  const after = { ...before, ...said(change(before.bits)), ...more };
  state.set('Household', after);
  census(state, before, after);
  if (before.certified !== after.certified) community(state, { certified: after.certified ? 1n : -1n });
}

function note(
  state: State,
  { time, tx }: Context,
  entry: {
    producer: string;
    seq: bigint;
    action: string;
    by: string;
    reason?: string;
    capacityKwh?: bigint;
    peakW?: bigint;
    source?: string;
  },
): void {
  const { producer, seq, action, by, reason = '' } = entry;
  const last = state.get('CertificationEntry', `${producer}-${seq - 1n}`);
  state.set('CertificationEntry', {
    id: `${producer}-${seq}`,
    household: producer,
    seq: int(seq),
    action,
    by,
    reason,
    capacityKwh: entry.capacityKwh ?? last?.capacityKwh ?? 0n,
    peakW: entry.peakW ?? last?.peakW ?? 0n,
    source: entry.source ?? last?.source ?? '',
    at: BigInt(time),
    tx,
  });
}

function decided(state: State, { time, tx }: Context, producer: string, status: string, by: string): void {
  state.change('Application', producer, { status, decidedBy: by, decidedAt: BigInt(time), decidedTx: tx });
}

export const userRegistry: Handlers<'user-registry'> = {
  'household-registered': ({ household, role, cell, at }, state) => {
    const signup = state.where('ScoreChange', { household }).at(-1);
    const { id: _, ...held } = state.get('Account', household) ?? { id: household, ...NOTHING_HELD };
    state.set('Household', {
      id: household,
      ...said(int(role)),
      cell,
      registeredAt: at,
      privacy: 0n,
      source: null,
      capacityKwh: 0n,
      peakW: 0n,
      loadW: 0n,
      nonceFloor: 0n,
      ...trust(signup ? BigInt(signup.after) : Trust.START, BigInt(state.get('Stake', household)?.boost ?? 0)),
      ratingStars: 0,
      ratings: 0,
      meter: null,
      soldWh: 0n,
      boughtWh: 0n,
      earnedMicro: 0n,
      spentMicro: 0n,
      suspendedUntil: 0n,
      ...held,
    });
    census(state, undefined, state.need('Household', household));
    community(state, { households: 1n });
  },
  'profile-updated': ({ household, cell }, state) => {
    const before = state.need('Household', household);
    state.change('Household', household, { cell });
    census(state, before, { ...before, cell });
  },
  'role-changed': ({ household, bits }, state) => setBits(state, household, () => int(bits)),
  'privacy-changed': ({ household, bits }, state) => state.change('Household', household, { privacy: bits }),
  'household-deactivated': ({ household }, state) => setBits(state, household, (bits) => bits | INACTIVE),
  'household-reactivated': ({ household }, state) => setBits(state, household, (bits) => bits & ~INACTIVE),
  'meter-registered': ({ meter, household, deviceKey, algorithm }, state) => {
    state.set('Meter', {
      id: String(meter),
      household,
      deviceKey,
      algorithm: int(algorithm),
      verified: false,
      quality: 0,
    });
    setBits(state, household, (bits) => bits & ~VERIFIED, { meter: String(meter) });
  },
  'meter-verified': ({ meter, household, quality, loadW }, state) => {
    state.change('Meter', String(meter), { verified: true, quality: int(quality) });
    state.change('Household', household, { loadW });
    setBits(state, household, (bits) => bits | VERIFIED);
  },
  'certification-applied': ({ producer, capacityKwh, peakW, source, fee, seq, at }, state, context) => {
    note(state, context, { producer, seq, action: 'applied', by: producer, capacityKwh, peakW, source });
    state.set('Application', {
      id: producer,
      household: producer,
      capacityKwh,
      peakW,
      source,
      fee,
      status: 'pending',
      seq: int(seq),
      at,
      tx: context.tx,
      decidedBy: null,
      decidedAt: null,
      decidedTx: null,
    });
  },
  'producer-certified': ({ producer, by, capacityKwh, peakW, source, seq }, state, context) => {
    note(state, context, { producer, seq, action: 'certified', by, capacityKwh, peakW, source });
    setBits(state, producer, (bits) => bits | CERTIFIED, { capacityKwh, peakW, source });
    decided(state, context, producer, 'certified', by);
  },
  'application-rejected': ({ producer, by, reason, seq }, state, context) => {
    note(state, context, { producer, seq, action: 'rejected', by, reason });
    decided(state, context, producer, 'rejected', by);
  },
  'certification-revoked': ({ producer, by, reason, seq }, state, context) => {
    note(state, context, { producer, seq, action: 'revoked', by, reason });
    setBits(state, producer, (bits) => bits & ~CERTIFIED);
  },
  'certifier-changed': ({ certifier, level }, state) => state.set('Certifier', { id: certifier, level: int(level) }),
  'signed-cancelled-below': ({ maker, nonce }, state) => state.change('Household', maker, { nonceFloor: nonce }),
};
