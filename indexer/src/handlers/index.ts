// From events to rows: pure functions of an event and the state before it. METHODOLOGY.md says how each figure is computed.
import { type ContractEvent, parameters } from '@wattconnect/contracts';
import { Fees, Trust } from '@wattconnect/protocol';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';

export type Context = { height: number; time: number; tx: string; rank: number };
type Of<T extends ContractEvent['topic']> = Extract<ContractEvent, { topic: T }>;
type Handlers = { [T in ContractEvent['topic']]?: (event: Of<T>, state: State, context: Context) => void };

const DAY_S = 86_400n;
const VERIFIED = 4;
const CERTIFIED = 8;
const INACTIVE = 16;
const CAUSES = [
  '',
  'signup',
  'meter',
  'delivery-success',
  'delivery-partial',
  'delivery-failed',
  'buyer-cancel',
  'dispute',
];
const TRADE_STATUS = [
  'open',
  'settled',
  'partially-settled',
  'failed',
  'cancelled',
  'timed-out',
  'disputed',
  'resolved',
];
const CHOICES = ['against', 'for', 'abstain'];

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
const NOBODY_YET: Row<'Community'> = {
  id: 'all',
  households: 0n,
  certified: 0n,
  offers: 0n,
  openOffers: 0n,
  failed: 0n,
  retiredWh: 0n,
  ...NOTHING,
};

type Total = Partial<Record<keyof typeof NOTHING, bigint>>;

/** Counts for all time and for the UTC day of the delivery hour. */
function count(state: State, slot: bigint, amounts: Total): void {
  state.add('Community', NOBODY_YET, amounts);
  const day = (slot * 3600n) / DAY_S;
  state.add('CommunityDay', { id: String(day), day, ...NOTHING }, amounts);
}
function community(
  state: State,
  amounts: Partial<Record<'households' | 'certified' | 'offers' | 'openOffers' | 'failed' | 'retiredWh', bigint>>,
): void {
  state.add('Community', NOBODY_YET, amounts);
}
function householdDay(
  state: State,
  household: string,
  slot: bigint,
  amounts: Partial<Record<'exportedWh' | 'soldWh' | 'boughtWh' | 'earnedMicro' | 'spentMicro', bigint>>,
): void {
  const day = (slot * 3600n) / DAY_S;
  state.add(
    'HouseholdDay',
    {
      id: `${household}-${day}`,
      household,
      day,
      exportedWh: 0n,
      soldWh: 0n,
      boughtWh: 0n,
      earnedMicro: 0n,
      spentMicro: 0n,
    },
    amounts,
  );
}

/** A household with new bits, and everything that follows from them. */
function withBits(row: Row<'Household'>, bits: number): Row<'Household'> {
  return {
    ...row,
    bits,
    role: bits & 3,
    verified: (bits & VERIFIED) > 0,
    certified: (bits & CERTIFIED) > 0,
    active: (bits & INACTIVE) === 0,
  };
}
function setBits(
  state: State,
  id: string,
  change: (bits: number) => number,
  more: Partial<Row<'Household'>> = {},
): void {
  const before = state.need('Household', id);
  const after = { ...withBits(before, change(before.bits)), ...more };
  state.set('Household', after);
  if (before.certified !== after.certified) community(state, { certified: after.certified ? 1n : -1n });
}
function note(
  state: State,
  context: Context,
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
    seq: Number(seq),
    action,
    by,
    reason,
    capacityKwh: entry.capacityKwh ?? last?.capacityKwh ?? 0n,
    peakW: entry.peakW ?? last?.peakW ?? 0n,
    source: entry.source ?? last?.source ?? '',
    at: BigInt(context.time),
    tx: context.tx,
  });
}
const fill = (maker: string, nonce: bigint): string => `${maker}-${nonce}`;
const slotId = (seller: string, slot: bigint): string => `${seller}-${slot}`;
/** An offer's remaining energy, and whether it is still open. */
function remaining(state: State, id: bigint, remainingWh: bigint): void {
  const before = state.need('Offer', String(id));
  const status = before.status === 'cancelled' ? 'cancelled' : remainingWh === 0n ? 'filled' : 'open';
  state.set('Offer', { ...before, remainingWh, status });
  if (status !== before.status) community(state, { openOffers: status === 'open' ? 1n : -1n });
}

const handlers: Handlers = {
  // ---- governance-dao
  constructed: (_, state) => {
    for (const [key, { initial }] of Object.entries(parameters))
      if (!state.get('Parameter', key)) state.set('Parameter', { id: key, value: initial });
  },
  'parameter-changed': ({ key, after }, state) => state.set('Parameter', { id: key, value: after }),
  'member-changed': ({ member, active, since }, state) => state.set('Member', { id: member, active, since }),
  'proposal-created': ({ id, proposer, kind, key, value, target, opensAt, closesAt, quorum, bond }, state, { tx }) =>
    state.set('Proposal', {
      id: String(id),
      proposer,
      kind: kind === 1n ? 'parameter' : 'contract',
      key,
      value,
      contract: target,
      status: 'voting',
      forVotes: 0,
      againstVotes: 0,
      abstainVotes: 0,
      quorum: Number(quorum),
      bond,
      opensAt,
      closesAt,
      executableAt: null,
      createdTx: tx,
    }),
  'vote-cast': (event, state, { time, tx }) => {
    state.change('Proposal', String(event.id), {
      forVotes: Number(event.for),
      againstVotes: Number(event.against),
      abstainVotes: Number(event.abstain),
    });
    state.set('Vote', {
      id: `${event.id}-${event.voter}`,
      proposal: String(event.id),
      voter: event.voter,
      choice: CHOICES[Number(event.choice)] ?? 'unknown',
      at: BigInt(time),
      tx,
    });
  },
  'proposal-concluded': ({ id, passed, executableAt }, state) =>
    state.change('Proposal', String(id), {
      status: passed ? 'passed' : 'rejected',
      executableAt: passed ? executableAt : null,
    }),
  'proposal-executed': ({ id }, state) => state.change('Proposal', String(id), { status: 'executed' }),
  'proposal-vetoed': ({ id }, state) => state.change('Proposal', String(id), { status: 'vetoed' }),

  // ---- energy-token
  'export-minted': ({ producer, slot, custody, surplus }, state, { time, tx }) => {
    state.set('Mint', {
      id: slotId(producer, slot),
      producer,
      slot,
      custodyWh: custody,
      surplusWh: surplus,
      at: BigInt(time),
      tx,
    });
    count(state, slot, { mintedWh: custody + surplus, surplusWh: surplus });
  },
  'energy-retired': ({ id, owner, beneficiary, amount, reason }, state, { time, tx }) => {
    state.set('Certificate', { id: String(id), owner, beneficiary, wh: amount, reason, at: BigInt(time), tx });
    community(state, { retiredWh: amount });
  },

  // ---- user-registry
  'household-registered': ({ household, role, cell, at }, state) => {
    const blank: Row<'Household'> = {
      id: household,
      role: 0,
      bits: 0,
      cell,
      registeredAt: at,
      verified: false,
      certified: false,
      active: true,
      source: null,
      capacityKwh: 0n,
      peakW: 0n,
      nonceFloor: 0n,
      score: Number(Trust.START),
      tier: Trust.tierOf(Trust.START).name.toLowerCase(),
      limitPercent: Number(Trust.tierOf(Trust.START).limitPercent),
      meter: null,
      soldWh: 0n,
      boughtWh: 0n,
      earnedMicro: 0n,
      spentMicro: 0n,
      dueMicro: 0n,
      dueWh: 0n,
      vaultMicro: 0n,
    };
    state.set('Household', withBits(state.get('Household', household) ?? blank, Number(role)));
    community(state, { households: 1n });
  },
  'profile-updated': ({ household, cell }, state) => state.change('Household', household, { cell }),
  'role-changed': ({ household, bits }, state) => setBits(state, household, () => Number(bits)),
  'household-deactivated': ({ household }, state) => setBits(state, household, (bits) => bits | INACTIVE),
  'household-reactivated': ({ household }, state) => setBits(state, household, (bits) => bits & ~INACTIVE),
  'meter-registered': ({ meter, household, deviceKey, algorithm }, state) => {
    state.set('Meter', {
      id: String(meter),
      household,
      deviceKey,
      algorithm: Number(algorithm),
      verified: false,
      quality: 0,
    });
    setBits(state, household, (bits) => bits & ~VERIFIED, { meter: String(meter) });
  },
  'meter-verified': ({ meter, household, quality }, state) => {
    state.change('Meter', String(meter), { verified: true, quality: Number(quality) });
    setBits(state, household, (bits) => bits | VERIFIED);
  },
  'certification-applied': ({ producer, capacityKwh, peakW, source, seq }, state, context) =>
    note(state, context, { producer, seq, action: 'applied', by: producer, capacityKwh, peakW, source }),
  'producer-certified': ({ producer, by, capacityKwh, peakW, source, seq }, state, context) => {
    note(state, context, { producer, seq, action: 'certified', by, capacityKwh, peakW, source });
    setBits(state, producer, (bits) => bits | CERTIFIED, { capacityKwh, peakW, source });
  },
  'application-rejected': ({ producer, by, reason, seq }, state, context) =>
    note(state, context, { producer, seq, action: 'rejected', by, reason }),
  'certification-revoked': ({ producer, by, reason, seq }, state, context) => {
    note(state, context, { producer, seq, action: 'revoked', by, reason });
    setBits(state, producer, (bits) => bits & ~CERTIFIED);
  },
  'signed-cancelled-below': ({ maker, nonce }, state) => state.change('Household', maker, { nonceFloor: nonce }),

  // ---- reputation-system
  'score-changed': ({ who, before, after, cause, ref }, state, { height, time, tx, rank }) => {
    const { name, limitPercent } = Trust.tierOf(after);
    const found = state.get('Household', who);
    // The score of a newcomer is told just before the registration itself.
    if (found)
      state.set('Household', {
        ...found,
        score: Number(after),
        tier: name.toLowerCase(),
        limitPercent: Number(limitPercent),
      });
    state.set('ScoreChange', {
      id: `${height}-${tx}-${rank}`,
      household: who,
      before: Number(before),
      after: Number(after),
      cause: CAUSES[Number(cause)] ?? 'unknown',
      ref,
      at: BigInt(time),
      tx,
    });
  },

  // ---- energy-oracle
  'production-reported': ({ seller, slot, exportWh, root, revision }, state, { time, tx }) => {
    const before = state.get('ProductionReport', slotId(seller, slot));
    state.set('ProductionReport', {
      id: slotId(seller, slot),
      seller,
      slot,
      exportWh,
      revision: Number(revision),
      root,
      final: false,
      curtailed: false,
      custodyWh: null,
      surplusWh: null,
      firstAt: before?.firstAt ?? BigInt(time),
      tx,
      finalTx: null,
    });
    for (const trade of state.where('Trade', { seller, slot })) state.set('Trade', { ...trade, reportedTx: tx });
  },
  'production-final': ({ seller, slot, exportWh, custody, surplus, curtailed }, state, { tx }) => {
    state.change('ProductionReport', slotId(seller, slot), {
      final: true,
      exportWh,
      custodyWh: custody,
      surplusWh: surplus,
      curtailed,
      finalTx: tx,
    });
    householdDay(state, seller, slot, { exportedWh: exportWh });
    for (const trade of state.where('Trade', { seller, slot })) state.set('Trade', { ...trade, finalTx: tx });
  },

  // ---- trade-escrow
  deposited: ({ who, vault }, state) => vaultOf(state, who, vault),
  withdrawn: ({ who, vault }, state) => vaultOf(state, who, vault),
  'paid-out': ({ who, due, dueWh }, state, { height, time, tx, rank }) => {
    state.set('Payout', { id: `${height}-${tx}-${rank}`, household: who, micro: due, wh: dueWh, at: BigInt(time), tx });
    if (state.get('Household', who)) state.change('Household', who, { dueMicro: 0n, dueWh: 0n });
  },
  'trade-opened': ({ id, seller, buyer, wh, cost, locked, slot, terms, origin, ref, at }, state, { tx }) => {
    const { commissionBps, gridBps } = Fees.unpack(terms);
    const signed = origin === 1n;
    state.set('Trade', {
      id: String(id),
      seller,
      buyer,
      offer: signed ? null : String(ref),
      signedNonce: signed ? ref : null,
      origin: signed ? 'signed' : 'listed',
      wh,
      cost,
      locked,
      slot,
      price: (cost * 1000n) / wh,
      commissionBps: Number(commissionBps),
      gridBps: Number(gridBps),
      status: 'open',
      deliveredWh: null,
      paid: null,
      fee: null,
      grid: null,
      refund: null,
      openedAt: at,
      openedTx: tx,
      reportedTx: null,
      finalTx: null,
      settledTx: null,
      settledAt: null,
      cancelledTx: null,
    });
    count(state, slot, { trades: 1n, promisedWh: wh, lockedMicro: locked });
  },
  'trade-cancelled': ({ id, refund }, state, { tx }) => {
    const trade = state.need('Trade', String(id));
    state.set('Trade', {
      ...trade,
      status: 'cancelled',
      refund,
      deliveredWh: 0n,
      paid: 0n,
      fee: 0n,
      grid: 0n,
      cancelledTx: tx,
    });
    count(state, trade.slot, { promisedWh: -trade.wh, refundedMicro: refund });
  },
  'trade-disputed': ({ id }, state) => state.change('Trade', String(id), { status: 'disputed' }),
  'trade-settled': ({ id, seller, buyer, slot, delivered, paid, fee, grid, refund, status }, state, { time, tx }) => {
    const word = TRADE_STATUS[Number(status)] ?? 'unknown';
    state.change('Trade', String(id), {
      status: word,
      deliveredWh: delivered,
      paid,
      fee,
      grid,
      refund,
      settledTx: tx,
      settledAt: BigInt(time),
    });
    count(state, slot, {
      settled: 1n,
      deliveredWh: delivered,
      paidMicro: paid,
      feesMicro: fee,
      gridMicro: grid,
      refundedMicro: refund,
    });
    if (word === 'failed' || word === 'timed-out') community(state, { failed: 1n });
    const spent = paid + fee + grid;
    credit(state, seller, { soldWh: delivered, earnedMicro: paid, dueMicro: paid });
    credit(state, buyer, { boughtWh: delivered, spentMicro: spent, dueMicro: refund, dueWh: delivered });
    householdDay(state, seller, slot, { soldWh: delivered, earnedMicro: paid });
    householdDay(state, buyer, slot, { boughtWh: delivered, spentMicro: spent });
  },
  'slot-dust': ({ seller, slot, wh }, state) => {
    credit(state, seller, { dueWh: wh });
    count(state, slot, { surplusWh: wh });
  },

  // ---- marketplace
  'offer-created': ({ id, seller, slot, wh, minWh, mode, price, endPrice, cell, expiry, at }, state, { tx }) => {
    state.set('Offer', {
      id: String(id),
      seller,
      slot,
      wh,
      minWh,
      mode: Number(mode),
      price,
      endPrice,
      cell,
      expiry,
      remainingWh: wh,
      revision: 1,
      status: 'open',
      createdAt: at,
      updatedAt: at,
      createdTx: tx,
    });
    community(state, { offers: 1n, openOffers: 1n });
  },
  'offer-updated': ({ id, revision, wh, price, endPrice, expiry }, state, { time }) => {
    state.change('Offer', String(id), {
      revision: Number(revision),
      price,
      endPrice,
      expiry,
      updatedAt: BigInt(time),
    });
    remaining(state, id, wh);
  },
  'offer-cancelled': ({ id }, state) => {
    if (state.need('Offer', String(id)).status === 'open') community(state, { openOffers: -1n });
    state.change('Offer', String(id), { status: 'cancelled' });
  },
  'offer-accepted': ({ id, remaining: left }, state) => remaining(state, id, left),
  'offer-released': ({ id, remaining: left }, state) => remaining(state, id, left),
  'signed-filled': ({ maker, nonce, filled }, state) =>
    state.set('SignedFill', {
      id: fill(maker, nonce),
      maker,
      nonce,
      filledWh: filled,
      cancelled: state.get('SignedFill', fill(maker, nonce))?.cancelled ?? false,
    }),
  'signed-released': ({ maker, nonce, filled }, state) =>
    state.change('SignedFill', fill(maker, nonce), { filledWh: filled }),
  'signed-cancelled': ({ maker, nonce }, state) =>
    state.set('SignedFill', {
      id: fill(maker, nonce),
      maker,
      nonce,
      filledWh: state.get('SignedFill', fill(maker, nonce))?.filledWh ?? 0n,
      cancelled: true,
    }),

  // ---- dispute-resolution
  'dispute-opened': ({ id, trade, claimant, claim, evidenceHash, bond, revision, at }, state, { tx }) =>
    state.set('Dispute', {
      id: String(id),
      trade: String(trade),
      claimant,
      claim: Number(claim),
      evidenceHash,
      bond,
      status: 'open',
      revision: Number(revision),
      upheld: null,
      openedAt: at,
      openedTx: tx,
      resolvedTx: null,
    }),
  'dispute-resolved': ({ id, upheld, revision }, state, { tx }) =>
    state.change('Dispute', String(id), { status: 'resolved', upheld, revision: Number(revision), resolvedTx: tx }),
};

function vaultOf(state: State, who: string, vaultMicro: bigint): void {
  if (state.get('Household', who)) state.change('Household', who, { vaultMicro });
}
function credit(
  state: State,
  who: string,
  amounts: Partial<Record<'soldWh' | 'boughtWh' | 'earnedMicro' | 'spentMicro' | 'dueMicro' | 'dueWh', bigint>>,
): void {
  state.add('Household', state.need('Household', who), amounts);
}

/** Applies one event of the contracts; every event is also kept as it came. */
export function handle(event: ContractEvent, state: State, context: Context): void {
  const { contract, topic, ...data } = event;
  const { height, time, tx, rank } = context;
  state.set('Event', {
    id: `${height}-${tx}-${rank}`,
    block: height,
    tx,
    rank,
    contract,
    topic,
    data: JSON.stringify(data, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    at: BigInt(time),
  });
  (handlers[topic] as ((event: ContractEvent, state: State, context: Context) => void) | undefined)?.(
    event,
    state,
    context,
  );
}
