/**
 * Everything that a reader can sign. Each transaction runs in Deny mode with exact conditions: what they do not allow by name and to the last
 * unit makes the whole transaction undone. Contract ids come from the settings and the compiled interfaces, never from an answer.
 */
import {
  Cl,
  type ClarityValue,
  createContractCallPayload,
  Pc,
  type PostCondition,
  serializePayload,
  type TupleCV,
} from '@stacks/transactions';
import { type Call, call } from '@wattconnect/contracts';
import { Bytes, Message } from '@wattconnect/protocol';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';
import { kwhExact } from '../core/format.ts';
import { hourRange } from '../core/sun.ts';
import { slotHour } from '../core/time.ts';
import type { Listing } from '../features/market/listing.ts';
import type { Row } from '../features/sell/plan.ts';
import { gossip } from '../gossip/gossip.svelte.ts';
import type { TradeRow } from '../indexer/queries.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import { request } from '../wallet/connect.ts';
import { nameOf, wallet } from '../wallet/wallet.svelte.ts';
import { follow } from './follow.ts';
import { estimateFee } from './node.ts';

import { disputeBondOf, householdOf, proposalBondOf, type Quote, termsOf } from './reads.ts';

type Terms = ReturnType<typeof termsOf>;
type OfferTerms = {
  slot: bigint;
  wh: bigint;
  minWh: bigint;
  mode: bigint;
  price: bigint;
  endPrice: bigint;
  expiry: bigint;
};
// Only what is signed here, by name: inferring it from the whole interface is more than the checker does in one file.
// The bindings check every value against the interface when they encode it.
type Deeds = {
  marketplace: {
    acceptOffer: (args: { id: bigint; revision: bigint; wh: bigint; maxTotal: bigint }) => Call;
    fillSignedOffer: (args: { order: Terms; signature: Uint8Array; wh: bigint; maxTotal: bigint }) => Call;
    cancelTrade: (args: { id: bigint }) => Call;
    createOffer: (args: OfferTerms) => Call;
    createOffers: (args: { rows: OfferTerms[] }) => Call;
    cancelOffer: (args: { id: bigint }) => Call;
    cancelSigned: (args: { nonce: bigint }) => Call;
  };
  tradeEscrow: { payout: (args: { who: string }) => Call };
  disputeResolution: {
    openDispute: (args: { trade: bigint; claim: bigint; evidenceHash: Uint8Array }) => Call;
    resolveAutomatic: (args: { id: bigint }) => Call;
  };
  energyToken: { retire: (args: { amount: bigint; beneficiary: string; reason: string }) => Call };
  governanceDao: {
    proposeParameter: (args: { key: string; value: bigint }) => Call;
    vote: (args: { id: bigint; choice: bigint }) => Call;
    conclude: (args: { id: bigint }) => Call;
    executeParameter: (args: { id: bigint }) => Call;
  };
};
const deeds = call as unknown as Deeds;

const settings = () => {
  if (!app.settings) throw new AppError('settings-missing', 'It is not known yet which chain this is.');
  return app.settings;
};
const me = (): string => {
  if (!wallet.address) throw new AppError('wallet-missing', 'Connect a wallet first.');
  return wallet.address;
};
const contract = (name: Call['contractName']): `${string}.${string}` => `${settings().deployer}.${name}`;

// bytes of everything around the payload: one signature, the header and the conditions
const AROUND = 180;
const A_CONDITION = 90;

/** What the network asks for a call, in µSTX. */
export const feeOf = async (question: Call, conditions: number): Promise<bigint> => {
  const payload = serializePayload(
    createContractCallPayload(settings().deployer, question.contractName, question.functionName, question.functionArgs),
  );
  return estimateFee(payload, payload.length / 2 + AROUND + conditions * A_CONDITION);
};

type Sending = { title: string; kind: string; link?: string; fee?: bigint };

const send = async (
  question: Call,
  conditions: PostCondition[],
  { title, kind, link, fee }: Sending,
): Promise<string> => {
  const account = me();
  const agreed = fee ?? (await feeOf(question, conditions.length));
  const { txid } = await request('stx_callContract', {
    contract: contract(question.contractName),
    functionName: question.functionName,
    functionArgs: question.functionArgs,
    postConditions: conditions,
    postConditionMode: 'deny',
    network: settings().network,
    fee: agreed.toString(),
  });
  if (!txid) throw new AppError('wallet-refused', 'Your wallet signed but did not send it. Nothing was paid.');
  await follow({
    txid: txid.startsWith('0x') ? txid : `0x${txid}`,
    account,
    kind,
    title,
    ...(link ? { link } : {}),
  });
  return txid;
};

const paysStx = (who: string, amount: bigint): PostCondition[] =>
  amount > 0n ? [Pc.principal(who).willSendEq(amount).ustx()] : [];
const paysEnergy = (who: string, wh: bigint): PostCondition[] =>
  wh > 0n ? [Pc.principal(who).willSendEq(wh).ft(contract('energy-token'), 'kwh')] : [];

// ---- buying

export type Purchase = { question: Call; conditions: PostCondition[] };

/**
 * The call that buys `wh` of a listing for exactly what was quoted. A falling price moves until the block comes: then the quote is the most
 * that may leave the wallet, and less is fine.
 */
export const purchase = (listing: Listing, wh: bigint, quote: Quote): Purchase => {
  const moves = listing.falls ? [Pc.principal(me()).willSendLte(quote.total).ustx()] : paysStx(me(), quote.total);
  if (listing.origin === 'listed')
    return {
      question: deeds.marketplace.acceptOffer({
        id: listing.id,
        revision: listing.revision,
        wh,
        maxTotal: quote.total,
      }),
      conditions: moves,
    };
  return {
    question: deeds.marketplace.fillSignedOffer({
      order: termsOf(listing.order),
      signature: listing.signature,
      wh,
      maxTotal: quote.total,
    }),
    conditions: moves,
  };
};

export const buy = async (listing: Listing, wh: bigint, quote: Quote, fee: bigint): Promise<string> => {
  const { question, conditions } = purchase(listing, wh, quote);
  return send(question, conditions, {
    title: `Buy ${kwhExact(wh)} kWh from ${nameOf(listing.seller)}`,
    kind: 'buy',
    link: '#/trades',
    fee,
  });
};

// ---- trades

export const cancelTrade = async (trade: TradeRow): Promise<void> => {
  await send(deeds.marketplace.cancelTrade({ id: BigInt(trade.id) }), paysStx(contract('trade-escrow'), trade.locked), {
    title: `Cancel ${kwhExact(trade.wh)} kWh from ${nameOf(trade.seller.id)}`,
    kind: 'cancel',
    link: `#/trades/${trade.id}`,
  });
};

/** Sends to the reader what the contract owes them. The amounts must be what the chain says when the block comes. */
export const collect = async (micro: bigint, wh: bigint): Promise<void> => {
  const escrow = contract('trade-escrow');
  await send(deeds.tradeEscrow.payout({ who: me() }), [...paysStx(escrow, micro), ...paysEnergy(escrow, wh)], {
    title: 'Collect what is due',
    kind: 'payout',
    link: '#/me',
  });
};

/** `claim`: Wh that really arrived. `words` stay in this browser, their fingerprint goes on chain. */
export const openDispute = async (trade: TradeRow, claim: bigint, words: string, bond: bigint): Promise<void> => {
  const evidenceHash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(words)));
  await send(
    deeds.disputeResolution.openDispute({ trade: BigInt(trade.id), claim, evidenceHash }),
    paysStx(me(), bond),
    {
      title: `Object to trade ${trade.id}`,
      kind: 'dispute',
      link: `#/trades/${trade.id}`,
    },
  );
};

export const resolveDispute = async (id: string, trade: TradeRow): Promise<void> => {
  const bond = await disputeBondOf(BigInt(id), me());
  await send(
    deeds.disputeResolution.resolveAutomatic({ id: BigInt(id) }),
    paysStx(contract('dispute-resolution'), bond),
    {
      title: `Decide the objection to trade ${trade.id}`,
      kind: 'dispute',
      link: `#/trades/${trade.id}`,
    },
  );
};

// ---- selling

export const listOffers = async (rows: Row[]): Promise<void> => {
  const [only] = rows;
  const plain = rows.map(({ slot, wh, minWh, mode, price, endPrice, expiry }) => ({
    slot: BigInt(slot),
    wh,
    minWh,
    mode,
    price,
    endPrice,
    expiry: BigInt(expiry),
  }));
  const question =
    rows.length === 1 && plain[0]
      ? deeds.marketplace.createOffer(plain[0])
      : deeds.marketplace.createOffers({ rows: plain });
  await send(question, [], {
    title:
      only && rows.length === 1
        ? `Offer ${kwhExact(only.wh)} kWh, ${hourRange(slotHour(only.slot))} h`
        : `Offer energy for ${rows.length} hours`,
    kind: 'offer',
    link: '#/sell',
  });
};

export const cancelOffer = async (id: string): Promise<void> => {
  await send(deeds.marketplace.cancelOffer({ id: BigInt(id) }), [], {
    title: 'Take an offer back',
    kind: 'offer',
    link: '#/sell',
  });
};

export const cancelPromise = async (nonce: bigint): Promise<void> => {
  await send(deeds.marketplace.cancelSigned({ nonce }), [], {
    title: 'Take a promise back',
    kind: 'offer',
    link: '#/sell',
  });
};

/** Unique for this wallet and growing, so that all older promises can be taken back at once: microseconds of now. */
let lastNonce = 0n;
const nextNonce = (): bigint => {
  const now = BigInt(Date.now()) * 1000n;
  lastNonce = now > lastNonce ? now : lastNonce + 1n;
  return lastNonce;
};

const orderTuple = (order: Message.Order): TupleCV =>
  Cl.tuple({
    asset: order.asset === null ? Cl.none() : Cl.some(Cl.principal(order.asset)),
    cell: Cl.uint(order.cell),
    expiry: Cl.uint(order.expiry),
    maker: Cl.principal(order.maker),
    'min-wh': Cl.uint(order.minWh),
    nonce: Cl.uint(order.nonce),
    price: Cl.uint(order.price),
    slot: Cl.uint(order.slot),
    wh: Cl.uint(order.wh),
  });

/** Has the wallet sign a promise (SIP-018), checks the signature as everybody will, and sends it to the neighbours. */
export const signPromise = async (row: Row): Promise<void> => {
  const maker = me();
  const household = await householdOf(maker);
  if (!household) throw new AppError('contract-refused', 'This wallet has not joined the neighbourhood.');
  const floor = household.nonceFloor;
  const fresh = nextNonce();
  const order: Message.Order = {
    maker,
    cell: household.cell,
    slot: BigInt(row.slot),
    wh: row.wh,
    minWh: row.minWh,
    price: row.price,
    nonce: fresh > floor ? fresh : floor,
    expiry: BigInt(row.expiry),
    asset: null,
  };
  const { chainId, network } = settings();
  const domain: Message.Domain = { chainId, contract: contract('marketplace'), purpose: 'offer' };
  const { signature } = await request('stx_signStructuredMessage', {
    message: orderTuple(order),
    domain: Cl.tuple({
      'chain-id': Cl.uint(BigInt(chainId)),
      contract: Cl.principal(domain.contract),
      name: Cl.stringAscii('wattconnect'),
      purpose: Cl.stringAscii(domain.purpose),
      version: Cl.stringAscii('1'),
    }),
    network,
  } as { message: ClarityValue; domain: TupleCV });
  const cv = Message.encodeOrder(order);
  const sig = Bytes.fromHex(signature.replace(/^0x/, ''));
  let signer: string | undefined;
  try {
    signer = Message.recover(Message.hash(domain, cv), sig, network);
  } catch {
    signer = undefined;
  }
  if (signer !== maker)
    throw new AppError('wallet-refused', 'What your wallet signed is not this promise, so it was not sent.');
  await gossip.publish('offer', cv, sig);
  toasts.show('pen', 'Signed and sent to the neighbours.', { href: '#/market', text: 'Market' });
};

// ---- energy and rules

export const retire = async (wh: bigint, reason: string): Promise<void> => {
  await send(deeds.energyToken.retire({ amount: wh, beneficiary: me(), reason }), paysEnergy(me(), wh), {
    title: `Use up ${kwhExact(wh)} kWh`,
    kind: 'retire',
    link: '#/me',
  });
};

export const propose = async (key: string, value: bigint, bond: bigint): Promise<void> => {
  await send(deeds.governanceDao.proposeParameter({ key, value }), paysStx(me(), bond), {
    title: 'Propose a change',
    kind: 'vote',
    link: '#/votes',
  });
};
/** 0 against, 1 for, 2 no opinion. */
export const castVote = async (id: string, choice: bigint): Promise<void> => {
  await send(deeds.governanceDao.vote({ id: BigInt(id), choice }), [], {
    title: `Vote on proposal ${id}`,
    kind: 'vote',
    link: '#/votes',
  });
};
/** The proposer's deposit goes back when the votes allow it, so it may leave the contract or stay there. */
export const conclude = async (id: string): Promise<void> => {
  const bond = await proposalBondOf(BigInt(id), me());
  await send(
    deeds.governanceDao.conclude({ id: BigInt(id) }),
    bond > 0n ? [Pc.principal(contract('governance-dao')).willSendLte(bond).ustx()] : [],
    { title: `Count the votes of proposal ${id}`, kind: 'vote', link: '#/votes' },
  );
};
export const execute = async (id: string): Promise<void> => {
  await send(deeds.governanceDao.executeParameter({ id: BigInt(id) }), [], {
    title: `Put proposal ${id} into force`,
    kind: 'vote',
    link: '#/votes',
  });
};
