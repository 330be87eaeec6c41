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
  /** Lists that follow from a reference on the other side. */
  derived?: Record<string, { entity: string; field: string }>;
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
      source: maybe(text),
      capacityKwh: { type: 'BigInt', about: 'Certified kWh a month' },
      peakW: { type: 'BigInt', about: 'Certified peak power in W' },
      nonceFloor: { type: 'BigInt', about: 'Signed orders below this nonce are withdrawn' },
      score: { type: 'Int', about: 'Trust in basis points' },
      tier: text,
      limitPercent: { type: 'Int', about: 'Share of the certified monthly energy that may be traded' },
      meter: maybe(ref('Meter')),
      soldWh: wh,
      boughtWh: wh,
      earnedMicro: micro,
      spentMicro: micro,
      dueMicro: { type: 'BigInt', about: 'microSTX that escrow holds for it' },
      dueWh: { type: 'BigInt', about: 'Wh that escrow holds for it' },
      vaultMicro: { type: 'BigInt', about: 'microSTX in its vault' },
    },
    derived: {
      offers: { entity: 'Offer', field: 'seller' },
      sales: { entity: 'Trade', field: 'seller' },
      purchases: { entity: 'Trade', field: 'buyer' },
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
  CertificationEntry: {
    about: 'One line of a certification’s history',
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
      mode: { type: 'Int', about: '0 fixed price, 1 linear from its last change to its expiry' },
      price: { type: 'BigInt', about: 'microSTX a kWh' },
      endPrice: big,
      cell: big,
      expiry: at,
      remainingWh: wh,
      revision: { type: 'Int' },
      status: text,
      createdAt: at,
      updatedAt: { ...at, about: 'When its terms last changed; a linear price runs from here' },
      createdTx: tx,
    },
    derived: { trades: { entity: 'Trade', field: 'offer' } },
  },
  SignedFill: {
    about: 'How much of a signed order is taken',
    fields: { id, maker: text, nonce: big, filledWh: wh, cancelled: flag },
  },
  Trade: {
    about: 'A trade in escrow',
    fields: {
      id,
      seller: ref('Household'),
      buyer: ref('Household'),
      offer: maybe(ref('Offer')),
      signedNonce: maybe(big),
      origin: text,
      wh,
      cost: micro,
      locked: micro,
      slot,
      price: { type: 'BigInt', about: 'microSTX a kWh, from cost and energy' },
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
      settledTx: maybe(tx),
      settledAt: maybe(at),
      cancelledTx: maybe(tx),
    },
    derived: { disputes: { entity: 'Dispute', field: 'trade' } },
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
    fields: { id, producer: ref('Household'), slot, custodyWh: wh, surplusWh: wh, at, tx },
  },
  Certificate: {
    about: 'Energy used for good',
    fields: { id, owner: ref('Household'), beneficiary: text, wh, reason: text, at, tx },
  },
  ScoreChange: {
    about: 'One change of trust',
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
  Dispute: {
    about: 'A disputed trade',
    fields: {
      id,
      trade: ref('Trade'),
      claimant: ref('Household'),
      claim: { type: 'Int' },
      evidenceHash: { type: 'Bytes' },
      bond: micro,
      status: text,
      revision: { type: 'Int' },
      upheld: maybe(flag),
      openedAt: at,
      openedTx: tx,
      resolvedTx: maybe(tx),
    },
  },
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
  Vote: { about: 'One household’s vote', fields: { id, proposal: ref('Proposal'), voter: text, choice: text, at, tx } },
  Parameter: { about: 'A rule of the DAO', fields: { id, value: big } },
  Member: { about: 'A household with a vote', fields: { id, active: flag, since: at } },
  Payout: { about: 'Collected from escrow', fields: { id, household: ref('Household'), micro, wh, at, tx } },
  Community: {
    about: 'All households together',
    fields: {
      id,
      households: big,
      certified: big,
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
export function fieldsOf(name: EntityName): [string, Field][] {
  return Object.entries(entities[name].fields as Record<string, Field>);
}

/** Two indexers with the same schema hash compute the same digest. Raise VERSION when a handler computes something else. */
const VERSION = 1;
export const schemaHash = createHash('sha256')
  .update(JSON.stringify([VERSION, entities]))
  .digest('hex');
