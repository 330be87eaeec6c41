// What agents read from the contracts, each by one question to the node.
import { Pc, type PostCondition } from '@stacks/transactions';
import { call, resultOf } from '@wattconnect/contracts';
import type { ChainClient } from './node.ts';

/** Bits of a registry row. Source: user-registry. */
const BIT = { consumer: 1n, producer: 2n, verified: 4n, certified: 8n, inactive: 16n };

export type User = {
  cell: bigint;
  /** Certified Wh a month. */
  capacityWh: bigint;
  peakW: bigint;
  nonceFloor: bigint;
  /** Number of its meter; 0 without one. */
  meter: bigint;
  producer: boolean;
  verified: boolean;
  certified: boolean;
  active: boolean;
};

type UserRow = { bits: bigint; cell: bigint; capacityWh: bigint; peakW: bigint; nonceFloor: bigint; meter: bigint };

function userOf(row: UserRow): User {
  const has = (bit: bigint) => (row.bits & bit) !== 0n;
  return {
    cell: row.cell,
    capacityWh: row.capacityWh,
    peakW: row.peakW,
    nonceFloor: row.nonceFloor,
    meter: row.meter,
    producer: has(BIT.producer),
    verified: has(BIT.verified),
    certified: has(BIT.certified),
    active: !has(BIT.inactive),
  };
}

export async function user(chain: ChainClient, who: string): Promise<User | undefined> {
  const row = resultOf('user-registry', 'get-user', await chain.read(call.userRegistry.getUser({ who })));
  return row === null ? undefined : userOf(row);
}

const USERS_PER_QUESTION = 50;

/** Rows of many households; those that are not registered are left out. */
export async function users(chain: ChainClient, who: string[]): Promise<Map<string, User>> {
  const out = new Map<string, User>();
  for (let at = 0; at < who.length; at += USERS_PER_QUESTION) {
    const some = who.slice(at, at + USERS_PER_QUESTION);
    const rows = resultOf('user-registry', 'get-users', await chain.read(call.userRegistry.getUsers({ who: some })));
    for (const [i, row] of rows.entries()) if (row !== null) out.set(some[i]!, userOf(row));
  }
  return out;
}

/** The device of a household's meter, by its number. */
export async function meter(chain: ChainClient, id: bigint) {
  return resultOf('user-registry', 'get-meter', await chain.read(call.userRegistry.getMeter({ id })));
}

export async function application(chain: ChainClient, producer: string) {
  return resultOf('user-registry', 'get-application', await chain.read(call.userRegistry.getApplication({ producer })));
}

export async function certificationFee(chain: ChainClient): Promise<bigint> {
  return resultOf('user-registry', 'get-certification-fee', await chain.read(call.userRegistry.getCertificationFee()));
}

export type Parameters = {
  commissionBps: bigint;
  gridBps: { cell: bigint; district: bigint; far: bigint };
  priceFloor: bigint;
  priceCeiling: bigint;
  minWh: bigint;
  /** Seconds before its start when trade in a slot begins and ends. */
  gateOpening: bigint;
  gateClosure: bigint;
  challengeWindow: bigint;
  reportMaxAge: bigint;
  timeout: bigint;
  defaultLimitWh: bigint;
};

export async function parameters(chain: ChainClient): Promise<Parameters> {
  const row = resultOf('governance-dao', 'get-parameters', await chain.read(call.governanceDao.getParameters()));
  return {
    commissionBps: row.commissionBps,
    gridBps: { cell: row.gridBpsCell, district: row.gridBpsDistrict, far: row.gridBpsFar },
    priceFloor: row.priceFloor,
    priceCeiling: row.priceCeiling,
    minWh: row.minWh,
    gateOpening: row.gateOpening,
    gateClosure: row.gateClosure,
    challengeWindow: row.challengeWindow,
    reportMaxAge: row.reportMaxAge,
    timeout: row.timeout,
    defaultLimitWh: row.defaultLimitWh,
  };
}

/** One of the DAO's parameters; 0 when there is none of this name. */
export async function parameter(chain: ChainClient, key: string): Promise<bigint> {
  return resultOf('governance-dao', 'get-parameter', await chain.read(call.governanceDao.getParameter({ key })));
}

export async function score(chain: ChainClient, who: string): Promise<bigint> {
  return resultOf('reputation-system', 'get-score', await chain.read(call.reputationSystem.getScore({ who })));
}

/** Wh that count against the trade limit now. */
export async function used(chain: ChainClient, who: string): Promise<bigint> {
  return resultOf('trade-escrow', 'get-used', await chain.read(call.tradeEscrow.getUsed({ who })));
}

export async function account(chain: ChainClient, who: string) {
  return resultOf('trade-escrow', 'get-account', await chain.read(call.tradeEscrow.getAccount({ who })));
}

export async function slotRow(chain: ChainClient, seller: string, slot: bigint) {
  return resultOf('trade-escrow', 'get-slot', await chain.read(call.tradeEscrow.getSlot({ seller, slot })));
}

export async function trade(chain: ChainClient, id: bigint) {
  return resultOf('trade-escrow', 'get-trade', await chain.read(call.tradeEscrow.getTrade({ id })));
}

export async function tradeCount(chain: ChainClient): Promise<bigint> {
  return resultOf('trade-escrow', 'get-trade-count', await chain.read(call.tradeEscrow.getTradeCount()));
}

export async function pots(chain: ChainClient) {
  return resultOf('trade-escrow', 'get-pots', await chain.read(call.tradeEscrow.getPots()));
}

export async function report(chain: ChainClient, seller: string, slot: bigint) {
  return resultOf('energy-oracle', 'get-report', await chain.read(call.energyOracle.getReport({ seller, slot })));
}

export async function operators(chain: ChainClient) {
  return resultOf('energy-oracle', 'get-operators', await chain.read(call.energyOracle.getOperators()));
}

export async function offer(chain: ChainClient, id: bigint) {
  return resultOf('marketplace', 'get-offer-details', await chain.read(call.marketplace.getOfferDetails({ id })));
}

export async function offerCount(chain: ChainClient): Promise<bigint> {
  return resultOf('marketplace', 'get-offer-count', await chain.read(call.marketplace.getOfferCount()));
}

export async function quote(chain: ChainClient, id: bigint, wh: bigint, buyer: string) {
  return resultOf('marketplace', 'quote', await chain.read(call.marketplace.quote({ id, wh, buyer })));
}

/** An order as the marketplace takes it: the cell is the registry's, the asset STX. */
export type SignedTerms = {
  maker: string;
  slot: bigint;
  wh: bigint;
  minWh: bigint;
  price: bigint;
  nonce: bigint;
  expiry: bigint;
};

export async function quoteSigned(chain: ChainClient, order: SignedTerms, wh: bigint, buyer: string) {
  return resultOf('marketplace', 'quote-signed', await chain.read(call.marketplace.quoteSigned({ order, wh, buyer })));
}

export async function filled(chain: ChainClient, maker: string, nonce: bigint) {
  return resultOf('marketplace', 'get-filled', await chain.read(call.marketplace.getFilled({ maker, nonce })));
}

// ---- what a transaction may move

/** Exactly so much leaves the account. */
export function pays(who: string, micro: bigint): PostCondition {
  return Pc.principal(who).willSendEq(micro).ustx();
}

/** At most so much leaves the account: for prices that move with time. */
export function paysAtMost(who: string, micro: bigint): PostCondition {
  return Pc.principal(who).willSendLte(micro).ustx();
}

/** Exactly so many Wh of energy tokens leave the account. */
export function handsOver(chain: ChainClient, who: string, wh: bigint): PostCondition {
  return Pc.principal(who)
    .willSendEq(wh)
    .ft(chain.contract('energy-token') as `${string}.${string}`, 'kwh');
}
