// Every entity of the views, once: tables, digest and GraphQL follow from it.
import { createHash } from 'node:crypto';

/** BigInt: a decimal text, zero or more. Int: small whole number. A reference is written as the name of the other entity. */
export type Scalar = 'ID' | 'String' | 'Int' | 'BigInt' | 'Boolean' | 'Bytes';
export type Field =
  | { type: Scalar; nullable?: true; about?: string }
  | { ref: string; nullable?: true; about?: string };
export type Entity = {
  about: string;
  fields: Record<string, Field>;
  /** Written once, never changed: has no versions but the one. */
  immutable?: true;
  /** Fields by which handlers look for live rows together. */
  indexes?: readonly (readonly string[])[];
  /** Lists that follow from a reference on the other side, or from any of several. */
  derived?: Record<string, { entity: string; field: string | readonly string[] }>;
};

const id = { type: 'ID' } as const;
const big = { type: 'BigInt' } as const;
const text = { type: 'String' } as const;
const flag = { type: 'Boolean' } as const;
const tx = { type: 'Bytes', about: 'Transaction id' } as const;
const at = { type: 'BigInt', about: 'Unix seconds of the block' } as const;
const slot = { type: 'BigInt', about: 'Delivery hour: floor(unix seconds / 3600)' } as const;
const wh = { type: 'BigInt', about: 'Wh' } as const;
const micro = { type: 'BigInt', about: 'microSTX' } as const;
const maybe = <const F extends Field>(field: F) => ({ ...field, nullable: true }) as const;
const ref = <const E extends string>(entity: E) => ({ ref: entity }) as const;

const ENERGY_AND_MONEY = {
  trades: big,
  settled: big,
  mintedWh: wh,
  promisedWh: wh,
  deliveredWh: wh,
  surplusWh: wh,
  lockedMicro: micro,
  paidMicro: micro,
  feesMicro: micro,
  gridMicro: micro,
  refundedMicro: micro,
};

/** Households that have not left, and what they are. */
const CENSUS = {
  active: { type: 'BigInt', about: 'Households that have not left' },
  providers: { type: 'BigInt', about: 'Of these, certified ones that may sell' },
  consumers: { type: 'BigInt', about: 'Of these, ones that buy' },
} as const;

/** What a deployment computes is computed alike by everybody who has the same definitions. */
export const entities = {
  Household: {
    about: 'A registered household',
    fields: {
      id,
      role: { type: 'Int', about: '1 consumer, 2 producer, 3 both' },
      bits: { type: 'Int', about: 'role, 4 verified, 8 certified, 16 has left' },
      cell: { type: 'BigInt', about: 'H3 cell of resolution 7' },
      registeredAt: at,
      verified: flag,
      certified: flag,
      active: flag,
      privacy: { type: 'BigInt', about: 'Bits of what it wants to keep to itself' },
      source: maybe(text),
      capacityKwh: { type: 'BigInt', about: 'Certified kWh a month' },
      peakW: { type: 'BigInt', about: 'Certified peak power in W' },
      loadW: {
        type: 'BigInt',
        about: 'What its connection carries, in W, which bounds what it buys of an hour; 0: not said',
      },
      nonceFloor: { type: 'BigInt', about: 'Signed orders below this nonce are withdrawn' },
      score: { type: 'Int', about: 'Trust in basis points' },
      tier: text,
      limitPercent: { type: 'Int', about: 'Share of the certified monthly energy that may be traded' },
      nextTier: maybe({ type: 'String', about: 'The tier above; none at the top' }),
      nextTierScore: maybe({ type: 'Int', about: 'Score at which it begins' }),
      tierPercent: { type: 'Int', about: 'How much of the way to it has been gone' },
      boost: { type: 'Int', about: 'Basis points that its stake adds when the tier is looked up' },
      ratingStars: { type: 'Int', about: 'Stars of all ratings that count' },
      ratings: { type: 'Int', about: 'How many ratings count' },
      meter: maybe(ref('Meter')),
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
      dueMicro: { type: 'BigInt', about: 'microSTX that escrow holds for it' },
      dueWh: { type: 'BigInt', about: 'Wh that escrow holds for it' },
      vaultMicro: { type: 'BigInt', about: 'microSTX in its vault' },
      balanceWh: { type: 'BigInt', about: 'Wh of the token that it has' },
      lockedMicro: { type: 'BigInt', about: 'microSTX that its open purchases have locked in escrow' },
      promisedWh: { type: 'BigInt', about: 'Wh that it has promised in trades that are not settled' },
      suspendedUntil: { type: 'BigInt', about: 'It sells nothing new before; 0 if it never failed too often' },
    },
    derived: {
      offers: { entity: 'Offer', field: 'seller' },
      requests: { entity: 'Request', field: 'buyer' },
      sales: { entity: 'Trade', field: 'seller' },
      purchases: { entity: 'Trade', field: 'buyer' },
      trades: { entity: 'Trade', field: ['seller', 'buyer'] },
      reports: { entity: 'ProductionReport', field: 'seller' },
      certifications: { entity: 'CertificationEntry', field: 'household' },
      scores: { entity: 'ScoreChange', field: 'household' },
      ratingsGiven: { entity: 'Rating', field: 'by' },
      ratingsReceived: { entity: 'Rating', field: 'of' },
      spotSales: { entity: 'Purchase', field: 'seller' },
      spotPurchases: { entity: 'Purchase', field: 'buyer' },
      payouts: { entity: 'Payout', field: 'household' },
      history: { entity: 'HistoryEntry', field: 'household' },
      hours: { entity: 'HouseholdHour', field: 'household' },
      days: { entity: 'HouseholdDay', field: 'household' },
    },
  },
  Meter: {
    about: 'A metering device',
    fields: {
      id,
      household: ref('Household'),
      deviceKey: { type: 'Bytes' },
      algorithm: { type: 'Int', about: '1 ed25519, 2 secp256k1' },
      verified: flag,
      quality: { type: 'Int', about: '1 low, 2 medium, 3 high; 0 unverified' },
    },
  },
  Application: {
    about: 'The last application of a household for certification: the certifiers’ queue',
    fields: {
      id,
      household: ref('Household'),
      capacityKwh: big,
      peakW: big,
      source: text,
      fee: micro,
      status: { type: 'String', about: 'pending, certified, rejected' },
      seq: { type: 'Int' },
      at,
      tx,
      decidedBy: maybe(text),
      decidedAt: maybe(at),
      decidedTx: maybe(tx),
    },
    indexes: [['status', 'at']],
  },
  Certifier: {
    about: 'Who may read meters and certify',
    fields: { id, level: { type: 'Int', about: '0 none, 1 meter reader, 2 certifier, 3 auditor' } },
  },
  CertificationEntry: {
    about: 'One line of a certification’s history',
    immutable: true,
    fields: {
      id,
      household: ref('Household'),
      seq: { type: 'Int' },
      action: text,
      by: text,
      reason: text,
      capacityKwh: big,
      peakW: big,
      source: text,
      at,
      tx,
    },
  },
  Offer: {
    about: 'A forward offer listed on chain',
    fields: {
      id,
      seller: ref('Household'),
      slot,
      wh,
      minWh: wh,
      mode: {
        type: 'Int',
        about:
          '0 fixed price, 1 linear from its last change to its expiry, 2 above and 3 below the reference price: price is then the distance from the parameter reference-price, endPrice the least',
      },
      price: { type: 'BigInt', about: 'microSTX a kWh' },
      endPrice: big,
      cell: big,
      expiry: at,
      remainingWh: wh,
      revision: { type: 'Int' },
      status: {
        type: 'String',
        about:
          'open, filled, cancelled. An open one can be taken while its expiry and its hour allow it, its seller is active and certified, and the seller’s suspendedUntil is over',
      },
      createdAt: at,
      updatedAt: { ...at, about: 'When its terms last changed; a linear price runs from here' },
      createdTx: tx,
    },
    indexes: [
      ['status', 'price'],
      ['status', 'slot'],
    ],
    derived: { trades: { entity: 'Trade', field: 'offer' } },
  },
  Request: {
    about: 'A household asks for energy, paid from its vault',
    fields: {
      id,
      buyer: ref('Household'),
      wh,
      minWh: wh,
      maxPrice: { type: 'BigInt', about: 'microSTX a kWh, or base units of the asset' },
      asset: maybe({ type: 'String', about: 'What it is priced and paid in; none is STX' }),
      urgency: { type: 'String', about: 'immediate, urgent, normal, scheduled' },
      slotFrom: slot,
      slotTo: slot,
      expiry: at,
      cell: big,
      remainingWh: wh,
      status: { type: 'String', about: 'open, filled, cancelled' },
      createdAt: at,
      createdTx: tx,
    },
    indexes: [['status', 'slotFrom']],
    derived: { trades: { entity: 'Trade', field: 'request' } },
  },
  SignedFill: {
    about: 'How much of a signed order is taken',
    fields: { id, maker: text, nonce: big, filledWh: wh, cancelled: flag },
  },
  StandingFill: {
    about: 'How much of a standing bid is taken, and what it has spent of its cap',
    fields: { id, maker: text, nonce: big, filledWh: wh, spentMicro: micro },
  },
  SpotListing: {
    about: 'Metered energy that a household has on sale now',
    fields: {
      id,
      seller: ref('Household'),
      wh: { type: 'BigInt', about: 'Wh on sale' },
      price: { type: 'BigInt', about: 'microSTX a kWh' },
      cell: big,
      expiresAt: at,
      updatedAt: at,
      tx,
    },
    indexes: [['price']],
    derived: { purchases: { entity: 'Purchase', field: 'listing' } },
  },
  Purchase: {
    about: 'Energy bought on the spot; the proceeds are held while it can be given back',
    fields: {
      id,
      listing: ref('SpotListing'),
      seller: ref('Household'),
      buyer: ref('Household'),
      wh,
      price: { type: 'BigInt', about: 'microSTX a kWh' },
      cost: micro,
      fee: micro,
      refundBps: { type: 'Int', about: 'Share of the price that comes back with the energy' },
      closesAt: { type: 'BigInt', about: 'Unix seconds until which it can be given back' },
      refundedWh: wh,
      refundedMicro: micro,
      heldMicro: micro,
      releasedMicro: micro,
      status: { type: 'String', about: 'held, refunded when all was given back, released' },
      at,
      tx,
    },
    indexes: [['status', 'closesAt']],
  },
  SpotMarket: {
    about: 'The spot market as a whole',
    fields: {
      id,
      reserveWh: { type: 'BigInt', about: 'Wh on sale, which the reserve limit bounds' },
      purchases: big,
      boughtWh: wh,
      refundedWh: wh,
      costMicro: micro,
      feesMicro: micro,
      refundedMicro: micro,
    },
  },
  Auction: {
    about: 'The call auction of an hour in a district: the posting that stands',
    fields: {
      id: { type: 'ID', about: 'slot-district' },
      slot,
      district: { type: 'BigInt', about: 'A cell without its last 30 bits' },
      posting: big,
      postings: { type: 'Int', about: 'Those that were outbid included' },
      poster: text,
      bondMicro: { type: 'BigInt', about: 'microSTX; 0 when it has gone back' },
      rows: { type: 'Int', about: 'Rows of the posting' },
      volumeWh: wh,
      welfare: { type: 'BigInt', about: 'Sum of Wh × (bid − offer)' },
      low: { type: 'BigInt', about: 'The least price that suits all listed orders' },
      high: { type: 'BigInt', about: 'The highest price that suits all listed orders' },
      price: { type: 'BigInt', about: 'microSTX a kWh, for all' },
      closesAt: { type: 'BigInt', about: 'Unix seconds from which no better posting is taken' },
      endsAt: { type: 'BigInt', about: 'Unix seconds at which the gate closes' },
      status: { type: 'String', about: 'posted, executed' },
      trades: { type: 'Int', about: 'Trades that were made of it' },
      postedTx: tx,
      executedTx: maybe(tx),
    },
    indexes: [['slot']],
  },
  Trade: {
    about: 'A trade in escrow',
    fields: {
      id,
      seller: ref('Household'),
      buyer: ref('Household'),
      offer: maybe(ref('Offer')),
      request: maybe(ref('Request')),
      signedNonce: maybe({ type: 'BigInt', about: 'Nonce of the seller’s signed order' }),
      bidNonce: maybe({ type: 'BigInt', about: 'Nonce of the buyer’s signed order' }),
      origin: {
        type: 'String',
        about: 'listed, signed, matched, requested, paired, bid, standing, standing-listed, standing-signed, auction',
      },
      asset: maybe({ type: 'String', about: 'Contract of the asset that all money of this trade is in; none is STX' }),
      wh,
      cost: micro,
      locked: micro,
      slot,
      price: { type: 'BigInt', about: 'microSTX (or base units of the asset) a kWh, from cost and energy' },
      commissionBps: { type: 'Int' },
      gridBps: { type: 'Int' },
      status: text,
      deliveredWh: maybe(wh),
      paid: maybe(micro),
      fee: maybe(micro),
      grid: maybe(micro),
      refund: maybe(micro),
      openedAt: at,
      openedTx: tx,
      reportedTx: maybe(tx),
      finalTx: maybe(tx),
      confirmedTx: maybe(tx),
      settledTx: maybe(tx),
      settledAt: maybe(at),
      cancelledTx: maybe(tx),
    },
    indexes: [
      ['seller', 'slot'],
      ['status', 'slot'],
    ],
    derived: { disputes: { entity: 'Dispute', field: 'trade' } },
  },
  Delivery: {
    about: 'What a seller has promised for an hour, and what became of it',
    fields: {
      id,
      seller: ref('Household'),
      slot,
      promisedWh: wh,
      trades: { type: 'Int', about: 'Not counting cancelled ones' },
      settled: { type: 'Int' },
      exportWh: maybe(wh),
      custodyWh: maybe(wh),
      deliveredWh: wh,
      surplusWh: maybe(wh),
      curtailed: flag,
      status: { type: 'String', about: 'open, reported, final, void' },
    },
    indexes: [['slot'], ['seller', 'slot']],
  },
  ProductionReport: {
    about: 'What a household’s meter exported in an hour',
    fields: {
      id,
      seller: ref('Household'),
      slot,
      exportWh: wh,
      revision: { type: 'Int' },
      root: { type: 'Bytes' },
      final: flag,
      curtailed: flag,
      custodyWh: maybe(wh),
      surplusWh: maybe(wh),
      firstAt: at,
      tx,
      finalTx: maybe(tx),
    },
  },
  Mint: {
    about: 'Tokens made from a final report',
    immutable: true,
    fields: { id, producer: ref('Household'), slot, custodyWh: wh, surplusWh: wh, at, tx },
  },
  Certificate: {
    about: 'Energy used for good',
    immutable: true,
    fields: { id, owner: ref('Household'), beneficiary: text, wh, reason: text, at, tx },
  },
  ConsumptionReport: {
    about: 'What a household took from the grid in an hour, as last revised',
    fields: {
      id,
      household: ref('Household'),
      slot,
      importWh: wh,
      revision: { type: 'Int' },
      root: { type: 'Bytes', about: 'Merkle root of the readings' },
      at,
      tx,
    },
  },
  ScoreChange: {
    about: 'One change of trust',
    immutable: true,
    fields: {
      id,
      household: ref('Household'),
      before: { type: 'Int' },
      after: { type: 'Int' },
      cause: text,
      ref: big,
      at,
      tx,
    },
  },
  Rating: {
    about: 'What one side of a settled trade said of the other',
    immutable: true,
    fields: {
      id,
      trade: ref('Trade'),
      by: ref('Household'),
      of: ref('Household'),
      stars: { type: 'Int', about: '1 to 5' },
      commentHash: { type: 'Bytes' },
      counted: { type: 'Boolean', about: 'False: another rating of the same pair counted shortly before' },
      at,
      tx,
    },
  },
  Stake: {
    about: 'What somebody, household or operator, stands with for what it says',
    fields: {
      id,
      stakedMicro: micro,
      leavingMicro: { type: 'BigInt', about: 'microSTX on their way out, which can still be slashed' },
      leavesAt: maybe(at),
      holds: { type: 'Int', about: 'Seats and disputes that keep it' },
      slashedMicro: { type: 'BigInt', about: 'microSTX that were taken from it' },
      boost: { type: 'Int', about: 'Basis points that it adds when the tier is looked up' },
    },
  },
  Dispute: {
    about: 'A disputed trade',
    fields: {
      id,
      trade: ref('Trade'),
      claimant: ref('Household'),
      respondent: ref('Household'),
      claim: big,
      evidenceHash: { type: 'Bytes' },
      bond: micro,
      status: { type: 'String', about: 'open, judging, resolved' },
      answer: { type: 'String', about: 'none, agreed, contested' },
      answerBond: micro,
      revision: { type: 'Int' },
      upheld: maybe(flag),
      how: maybe({ type: 'String', about: 'report, revision, agreement, jury, silence' }),
      openedAt: at,
      openedTx: tx,
      resolvedTx: maybe(tx),
    },
  },
  Jury: {
    about: 'Neighbors who judge a dispute',
    fields: {
      id,
      dispute: ref('Dispute'),
      caller: ref('Household'),
      size: { type: 'Int' },
      feeMicro: { type: 'BigInt', about: 'microSTX for each juror' },
      status: { type: 'String', about: 'called, sitting, failed, concluded' },
      commitUntil: maybe(at),
      endsAt: maybe(at),
      upheld: { type: 'Int', about: 'Votes for the claim' },
      rejected: { type: 'Int', about: 'Votes for the meter' },
      verdict: maybe({ type: 'String', about: 'upheld, rejected, none' }),
      calledTx: tx,
    },
    derived: { seats: { entity: 'JurySeat', field: 'jury' } },
  },
  JurySeat: {
    about: 'One juror of a jury',
    fields: {
      id,
      jury: ref('Jury'),
      juror: ref('Household'),
      committed: flag,
      revealed: flag,
      uphold: maybe(flag),
    },
  },
  Juror: { about: 'A household that is or was in the pool of jurors', fields: { id, active: flag } },
  Proposal: {
    about: 'A proposal to the DAO',
    fields: {
      id,
      proposer: text,
      kind: text,
      key: text,
      value: big,
      contract: maybe(text),
      status: text,
      forVotes: { type: 'Int' },
      againstVotes: { type: 'Int' },
      abstainVotes: { type: 'Int' },
      quorum: { type: 'Int' },
      bond: micro,
      opensAt: at,
      closesAt: at,
      executableAt: maybe(at),
      createdTx: tx,
    },
    derived: { votes: { entity: 'Vote', field: 'proposal' } },
  },
  Vote: {
    about: 'One household’s vote',
    fields: { id, proposal: ref('Proposal'), voter: text, member: ref('Member'), choice: text, at, tx },
  },
  Delegation: {
    about: 'Who votes for whom',
    fields: { id, delegate: maybe(text) },
    indexes: [['delegate']],
  },
  Parameter: { about: 'A rule of the DAO', fields: { id, value: big } },
  Member: {
    about: 'A household with a vote',
    fields: {
      id,
      active: flag,
      since: at,
      delegate: maybe({ type: 'String', about: 'Who votes for it' }),
      delegators: { type: 'Int', about: 'Of how many it is the delegate, members or not' },
      votes: { type: 'Int', about: 'Votes that it has cast' },
    },
    derived: { ballots: { entity: 'Vote', field: 'member' } },
  },
  Payout: {
    about: 'Collected from escrow',
    immutable: true,
    fields: { id, household: ref('Household'), micro, wh, at, tx },
  },
  Account: {
    about: 'What somebody has, household or not: tokens, and what escrow holds for them',
    fields: {
      id,
      vaultMicro: micro,
      dueMicro: micro,
      dueWh: wh,
      balanceWh: wh,
      lockedMicro: micro,
      promisedWh: wh,
    },
  },
  TreasuryMovement: {
    about: 'Money that came to, or left, the DAO’s treasury and the grid operator',
    immutable: true,
    fields: {
      id,
      kind: { type: 'String', about: 'fees, grid, paid, slashed' },
      to: maybe(text),
      micro,
      at,
      tx,
    },
  },
  Community: {
    about: 'All households together',
    fields: {
      id,
      households: { type: 'BigInt', about: 'That have ever registered' },
      certified: big,
      ...CENSUS,
      offers: big,
      openOffers: big,
      failed: big,
      retiredWh: wh,
      ...ENERGY_AND_MONEY,
    },
  },
  CommunityDay: {
    about: 'What happened in deliveries of one UTC day',
    fields: {
      id,
      day: { type: 'BigInt', about: 'floor(unix seconds / 86400) of the delivery hour' },
      ...ENERGY_AND_MONEY,
    },
  },
  CommunityHour: {
    about: 'What happened in deliveries of one hour',
    fields: { id, slot, ...ENERGY_AND_MONEY },
  },
  Cell: {
    about: 'A grid cell: who lives there, and what its households have sold and bought, by their cell at the time',
    fields: {
      id,
      cell: { type: 'BigInt', about: 'H3 cell of resolution 7' },
      ...CENSUS,
      exportedWh: wh,
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
    },
  },
  CellHour: {
    about: 'What a grid cell’s households sold and bought in deliveries of one hour',
    fields: {
      id,
      cell: { type: 'BigInt', about: 'H3 cell of resolution 7' },
      slot,
      exportedWh: wh,
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
    },
    indexes: [['cell', 'slot']],
  },
  CellDay: {
    about: 'What a grid cell’s households sold and bought in deliveries of one UTC day',
    fields: {
      id,
      cell: { type: 'BigInt', about: 'H3 cell of resolution 7' },
      day: big,
      exportedWh: wh,
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
    },
  },
  HouseholdHour: {
    about: 'A household’s deliveries of one hour',
    fields: {
      id,
      household: ref('Household'),
      slot,
      exportedWh: wh,
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
    },
    indexes: [['household', 'slot']],
  },
  HistoryEntry: {
    about: 'One line of what happened to a household, for its notifications and its records',
    immutable: true,
    fields: {
      id,
      household: ref('Household'),
      kind: { type: 'String', about: 'sold, bought, settled and so on: METHODOLOGY.md lists them' },
      counterparty: maybe(text),
      subject: { type: 'String', about: 'What it is about: an offer’s, a proposal’s, a meter’s number, or words' },
      trade: maybe(ref('Trade')),
      slot: maybe(slot),
      wh: maybe(wh),
      micro: maybe(micro),
      at,
      tx,
    },
    indexes: [['household', 'at']],
  },
  HouseholdDay: {
    about: 'A household’s deliveries of one UTC day',
    fields: {
      id,
      household: ref('Household'),
      day: big,
      exportedWh: wh,
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
    },
  },
  Event: {
    about: 'Every event of the contracts, as it came',
    immutable: true,
    indexes: [['tx']],
    fields: {
      id,
      block: { type: 'Int' },
      tx,
      rank: { type: 'Int' },
      contract: text,
      topic: text,
      data: { type: 'String', about: 'JSON' },
      at,
    },
  },
} as const satisfies Record<string, Entity>;

export type EntityName = keyof typeof entities;
type Value<F> = F extends { readonly type: infer S }
  ? S extends 'BigInt'
    ? bigint
    : S extends 'Int'
      ? number
      : S extends 'Boolean'
        ? boolean
        : string
  : string;
type Nullable<F> = F extends { readonly nullable: true } ? null : never;
/** A row as handlers see it. Nullability is checked when it is written. */
export type Row<E extends EntityName> = {
  [K in keyof (typeof entities)[E]['fields']]:
    | Value<(typeof entities)[E]['fields'][K]>
    | Nullable<(typeof entities)[E]['fields'][K]>;
};
export type AnyRow = Record<string, bigint | number | boolean | string | null>;

export const entityNames = Object.keys(entities) as EntityName[];
const lists = new Map(
  entityNames.map((name) => [name, Object.entries(entities[name].fields as Record<string, Field>)]),
);
export function fieldsOf(name: EntityName): readonly [string, Field][] {
  return lists.get(name)!;
}
/** A definition without its exact type. */
export function entityOf(name: EntityName): Entity {
  return entities[name];
}

/** Two indexers with the same schema hash compute the same digest. Raise VERSION when a handler computes something else. */
const VERSION = 4;
export const schemaHash = createHash('sha256')
  .update(JSON.stringify([VERSION, entities]))
  .digest('hex');
