/** Read-only questions to the contracts on a Stacks node, typed by the contracts' own interfaces. Loaded when something has to be known for certain. */
import { cvToHex, hexToCV } from '@stacks/transactions';
import { type Call, ContractError, call, resultOf } from '@wattconnect/contracts';
import type { Message } from '@wattconnect/protocol';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';
import type { Listing } from '../features/market/listing.ts';
import { callReadOnly } from './node.ts';

/** Asks and decodes by the interface of the function that was called; `T` is what that interface says. */
const read = async <T>(question: Call, sender: string): Promise<T> => {
  const deployer = app.settings?.deployer;
  if (!deployer) throw new AppError('settings-missing', 'It is not known yet which contracts to ask.');
  try {
    const args = question.functionArgs.map((arg) => cvToHex(arg));
    const value = hexToCV(
      await callReadOnly(`${deployer}.${question.contractName}`, question.functionName, args, sender),
    );
    return resultOf(question.contractName, question.functionName as never, value) as T;
  } catch (error) {
    throw refused(error);
  }
};

const refused = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  if (error instanceof ContractError)
    return new AppError('contract-refused', error.message, {
      cause: error,
      ...(error.code === undefined ? {} : { contractCode: Number(error.code) }),
    });
  return new AppError('contract-refused', 'The contract answered in a way this page does not understand.', {
    cause: error,
  });
};

type Terms = ReturnType<typeof termsOf>;
type Who = { who: string };
type Pair = {
  seller: string;
  sellerCapacityWh: bigint;
  buyer: string;
  buyerCapacityWh: bigint;
  defaultLimitWh: bigint;
};
// Only the questions that are asked here, by name: inferring them from the whole interface is more than the checker does in one file.
// The bindings check every value against the interface when they encode it.
type Questions = {
  marketplace: {
    quote: (args: { id: bigint; wh: bigint; buyer: string }) => Call;
    quoteSigned: (args: { order: Terms; wh: bigint; buyer: string }) => Call;
    getOfferDetails: (args: { id: bigint }) => Call;
    getFilled: (args: { maker: string; nonce: bigint }) => Call;
  };
  tradeEscrow: { getAccount: (args: Who) => Call; getUsed: (args: Who) => Call };
  energyToken: { getBalance: (args: Who) => Call };
  userRegistry: { getUser: (args: Who) => Call };
  reputationSystem: { limits: (args: { row: Pair }) => Call };
  disputeResolution: { getDispute: (args: { id: bigint }) => Call };
  governanceDao: { getProposal: (args: { id: bigint }) => Call };
};
const questions = call as unknown as Questions;

/** kWh in a wallet, as Wh. */
export const energyOf = (address: string): Promise<bigint> =>
  read(questions.energyToken.getBalance({ who: address }), address);

export type Quote = { price: bigint; cost: bigint; fee: bigint; grid: bigint; total: bigint };

/** What `buyer` would pay for `wh` of a listing at this moment, in µSTX. Throws AppError `contract-refused` with the contract's own reason. */
export const quoteOf = (listing: Listing, wh: bigint, buyer: string): Promise<Quote> => {
  if (listing.origin === 'listed') return read(questions.marketplace.quote({ id: listing.id, wh, buyer }), buyer);
  return read(questions.marketplace.quoteSigned({ order: termsOf(listing.order), wh, buyer }), buyer);
};

/** The terms of a signed order as the marketplace takes them: area and asset are its own knowledge. */
export const termsOf = ({ maker, slot, wh, minWh, price, nonce, expiry }: Message.Order) => ({
  maker,
  slot,
  wh,
  minWh,
  price,
  nonce,
  expiry,
});

/** How much of a listing is left right now, in Wh; zero when it cannot be bought any more. */
export const leftOf = async (listing: Listing, sender: string): Promise<bigint> => {
  if (listing.origin === 'listed') {
    type Offer = { status: bigint; revision: bigint; remaining: bigint };
    const offer = await read<Offer | null>(questions.marketplace.getOfferDetails({ id: listing.id }), sender);
    return offer && offer.status === 0n && offer.revision === listing.revision ? offer.remaining : 0n;
  }
  const { maker, nonce, wh } = listing.order;
  const filled = await read<{ wh: bigint; cancelled: boolean }>(
    questions.marketplace.getFilled({ maker, nonce }),
    sender,
  );
  return filled.cancelled || filled.wh >= wh ? 0n : wh - filled.wh;
};

/** What the contract holds for a household: money and energy that it can collect. */
export const accountOf = (address: string): Promise<{ vault: bigint; due: bigint; dueWh: bigint }> =>
  read(questions.tradeEscrow.getAccount({ who: address }), address);

/** Wh of the rolling month that count against a household's limit. */
export const usedBy = (address: string): Promise<bigint> =>
  read(questions.tradeEscrow.getUsed({ who: address }), address);

export type Household = {
  buys: boolean;
  sells: boolean;
  verified: boolean;
  certified: boolean;
  active: boolean;
  cell: bigint;
  capacityWh: bigint;
  nonceFloor: bigint;
};

/** A household as the registry has it; undefined when it has not joined. */
export const householdOf = async (address: string): Promise<Household | undefined> => {
  type Row = { bits: bigint; cell: bigint; capacityWh: bigint; nonceFloor: bigint };
  const row = await read<Row | null>(questions.userRegistry.getUser({ who: address }), address);
  if (!row) return undefined;
  const has = (mask: bigint) => (row.bits & mask) !== 0n;
  const { cell, capacityWh, nonceFloor } = row;
  return {
    buys: has(1n),
    sells: has(2n),
    verified: has(4n),
    certified: has(8n),
    active: !has(16n),
    cell,
    capacityWh,
    nonceFloor,
  };
};

/** Wh that two households may trade in a rolling month. */
export const limitsOf = (pair: Pair): Promise<{ seller: bigint; buyer: bigint }> =>
  read(questions.reputationSystem.limits({ row: pair }), pair.buyer);

/** µSTX that whoever opened a dispute has left with the contract. */
export const disputeBondOf = async (id: bigint, sender: string): Promise<bigint> => {
  const dispute = await read<{ bond: bigint; answerBond: bigint } | null>(
    questions.disputeResolution.getDispute({ id }),
    sender,
  );
  return dispute ? dispute.bond + dispute.answerBond : 0n;
};

/** µSTX that the proposer has left with the contract. */
export const proposalBondOf = async (id: bigint, sender: string): Promise<bigint> =>
  (await read<{ bond: bigint } | null>(questions.governanceDao.getProposal({ id }), sender))?.bond ?? 0n;
