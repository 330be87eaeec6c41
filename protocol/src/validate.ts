// Is a gossiped order worth passing on? Shared by relays and the dApp, so that both decide alike. Cheapest checks first.
// reject: provably bad, the sender knew it. ignore: stale, not ours, or not known to us.
import * as Cell from './cell.ts';
import * as Checkpoint from './checkpoint.ts';
import type { Envelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import type { Network } from './keys.ts';
import { CLOCK_SKEW_S, MAX_ORDER_LIFETIME_S, MAX_ORDER_WH, MAX_PRICE, MAX_SLOTS_AHEAD } from './limits.ts';
import * as Message from './message.ts';
import * as Slot from './slot.ts';

/** What the chain says of a maker, as far as this node knows. */
export type MakerState = { active: boolean; cell: bigint; nonceFloor: bigint };

export type OrderContext = {
  chainId: number;
  /** The marketplace that would fill it. */
  contract: string;
  purpose: 'offer' | 'bid';
  network: Network;
  /** Now by the chain's clock, unix seconds. */
  now: number;
  /** Cell of the topic that it came by, where it came by one. */
  cell?: bigint;
  /** Another implementation of recovery (native code in a relay); ours by default. Throws like {@link Message.recover}. */
  recover?: (digest: Uint8Array, signature: Uint8Array) => string;
  /** Called with the maker's address when only the costly signature is left to check: a reason means that it is ignored. */
  admit?: (maker: string) => string | undefined;
};

export type Refusal = { verdict: 'ignore' | 'reject'; reason: string };
export type Verdict = { verdict: 'accept'; order: Message.Order; digest: Uint8Array } | Refusal;
export type CancellationVerdict =
  | { verdict: 'accept'; cancellation: Message.Cancellation; digest: Uint8Array }
  | Refusal;

const reject = (reason: string): Refusal => ({ verdict: 'reject', reason });
const ignore = (reason: string): Refusal => ({ verdict: 'ignore', reason });

/** Refuses what is not signed by `maker` for this chain, contract and purpose; undefined when it is. */
function signed(
  digest: Uint8Array,
  signature: Uint8Array,
  maker: string,
  { network, recover, admit }: Pick<OrderContext, 'network' | 'recover' | 'admit'>,
): Refusal | undefined {
  const unwanted = admit?.(maker);
  if (unwanted !== undefined) return ignore(unwanted);
  try {
    const signer = recover ? recover(digest, signature) : Message.recover(digest, signature, network);
    return signer === maker ? undefined : reject('It is not signed by its maker.');
  } catch (error) {
    if (error instanceof ProtocolError) return reject(error.message);
    throw error;
  }
}

/** Refuses what is past or lives longer than anything is kept. */
function alive(expiry: bigint, now: number): Refusal | undefined {
  const second = BigInt(Math.floor(now));
  if (expiry <= second) return ignore('It has expired.');
  if (expiry > second + BigInt(MAX_ORDER_LIFETIME_S + CLOCK_SKEW_S))
    return ignore('It lives longer than orders are kept.');
  return undefined;
}

/** All that can be said from the bytes alone. */
export function order(cv: Uint8Array, signature: Uint8Array, context: OrderContext): Verdict {
  let order: Message.Order;
  try {
    order = Message.decodeOrder(cv);
  } catch (error) {
    if (error instanceof ProtocolError) return reject(error.message);
    throw error;
  }
  if (order.wh <= 0n || order.wh > MAX_ORDER_WH) return reject('The amount is out of bounds.');
  if (order.minWh <= 0n || order.minWh > order.wh) return reject('The smallest part is out of bounds.');
  if (order.price > MAX_PRICE) return reject('The price is out of bounds.');
  if (order.asset !== null) return ignore('The payment asset is not known here.');
  if (!Cell.isCell(order.cell)) return reject('The cell is not one.');
  if (context.cell !== undefined && order.cell !== context.cell) return reject("The cell is not the topic's.");
  const dead = alive(order.expiry, context.now);
  if (dead) return dead;
  if (Slot.start(order.slot) <= context.now) return ignore('Its hour has begun.');
  if (order.slot > Slot.of(context.now) + MAX_SLOTS_AHEAD) return ignore('Its hour is too far away.');
  const digest = Message.hash({ chainId: context.chainId, contract: context.contract, purpose: context.purpose }, cv);
  const forged = signed(digest, signature, order.maker, context);
  if (forged) return forged;
  return { verdict: 'accept', order, digest };
}

/** The same for a withdrawal. */
export function cancellation(
  cv: Uint8Array,
  signature: Uint8Array,
  context: Omit<OrderContext, 'purpose'>,
): CancellationVerdict {
  let cancellation: Message.Cancellation;
  try {
    cancellation = Message.decodeCancellation(cv);
  } catch (error) {
    if (error instanceof ProtocolError) return reject(error.message);
    throw error;
  }
  if (!Cell.isCell(cancellation.cell)) return reject('The cell is not one.');
  if (context.cell !== undefined && cancellation.cell !== context.cell) return reject("The cell is not the topic's.");
  const dead = alive(cancellation.expiry, context.now);
  if (dead) return dead;
  const digest = Message.hash({ chainId: context.chainId, contract: context.contract, purpose: 'cancel' }, cv);
  const forged = signed(digest, signature, cancellation.maker, context);
  if (forged) return forged;
  return { verdict: 'accept', cancellation, digest };
}

/** What the chain's state adds. Unknown makers are ignored, not rejected: our view may lag behind the sender's. */
export function maker(
  order: Message.Order,
  state: MakerState | undefined,
): { verdict: 'accept' } | { verdict: 'ignore'; reason: string } {
  if (!state) return { verdict: 'ignore', reason: 'The maker is not known here yet.' };
  if (!state.active) return { verdict: 'ignore', reason: 'The maker may not trade.' };
  if (state.cell !== order.cell) return { verdict: 'ignore', reason: "The cell is not the maker's." };
  if (order.nonce < state.nonceFloor) return { verdict: 'ignore', reason: 'The maker has withdrawn it.' };
  return { verdict: 'accept' };
}

export type CheckpointContext = {
  /** Deployer of the contracts that the topic is of. */
  deployer: string;
  /** Height of the newest checkpoint that is known of this key, if any: an author's older ones say nothing new. */
  newest: (signer: string) => number | undefined;
  /** Called when only the costly signature is left to check: a reason means that it is ignored. */
  admit: (signer: string) => string | undefined;
  /** Whether the statement is signed with the key (ed25519). */
  verify: (checkpoint: Checkpoint.Checkpoint) => boolean;
};

/** All that can be said of an indexer's checkpoint without views of one's own. That it is true is not among it. */
export function checkpoint(
  envelope: Envelope,
  { deployer, newest, admit, verify }: CheckpointContext,
): { verdict: 'accept'; checkpoint: Checkpoint.Checkpoint } | Refusal {
  let found: Checkpoint.Checkpoint;
  try {
    found = Checkpoint.decode(envelope);
  } catch (error) {
    if (error instanceof ProtocolError) return reject(error.message);
    throw error;
  }
  if (found.deployer !== deployer) return reject("The deployment is not the topic's.");
  const known = newest(found.signer);
  if (known !== undefined && found.height <= known) return ignore('The indexer has said as much or more before.');
  const unwanted = admit(found.signer);
  if (unwanted !== undefined) return ignore(unwanted);
  return verify(found) ? { verdict: 'accept', checkpoint: found } : reject('It is not signed by its key.');
}
