// Is a message worth keeping and passing on? Decided the same way for gossip and for sync, by relays and browsers. Cheapest checks first:
// size, form, cell, expiry, already known, rates, signature. What the chain says of the maker comes after.
import { Envelope, ProtocolError, type Topic, Validate } from '@wattconnect/protocol';
import type { Buckets } from '../guard/buckets.ts';
import { MAX_ORDER_ENVELOPE_BYTES } from '../limits.ts';
import type { Book, Entry } from './book.ts';

export type Judgement = { verdict: 'accept'; entry: Entry } | { verdict: 'ignore' | 'reject'; reason: string };

export type JudgeOptions = {
  chainId: number;
  /** The marketplace that fills what is accepted. */
  contract: string;
  network: 'devnet' | 'testnet' | 'mainnet';
  /** Unix seconds by the chain's clock. */
  now: () => number;
  book: Book;
  cells: ReadonlySet<bigint>;
  /** Rates: orders of a maker, and messages of strangers that one peer passes on. */
  authors: Buckets;
  strangers: Buckets;
  /** Whether the chain is known to know the maker; false when it is not, or nobody has asked yet. */
  isKnown: (maker: string) => boolean;
  recover?: (digest: Uint8Array, signature: Uint8Array) => string;
};

/** The topics of this package, and the kinds of envelope on each. */
export const TOPICS = ['offers', 'bids'] as const satisfies readonly Topic.What[];
export type OrderTopic = (typeof TOPICS)[number];

const reject = (reason: string): Judgement => ({ verdict: 'reject', reason });
const ignore = (reason: string): Judgement => ({ verdict: 'ignore', reason });

/**
 * @param where topic that it came by; undefined for sync, where kind and cell come from the message itself
 * @param peer who brought it, for the rates
 */
export type Judge = (
  id: string,
  bytes: Uint8Array,
  peer: string,
  where?: { what: OrderTopic; cell: bigint },
) => Judgement;

export function createJudge(options: JudgeOptions): Judge {
  const { book, cells, authors, strangers, chainId, contract, network } = options;
  const recover = options.recover ? { recover: options.recover } : {};

  return (id, bytes, peer, where) => {
    if (bytes.length > MAX_ORDER_ENVELOPE_BYTES) return reject('The message is too large.');
    if (book.has(id)) return ignore('It is known already.');
    let envelope: Envelope.Envelope;
    try {
      envelope = Envelope.decode(bytes, { maxBytes: MAX_ORDER_ENVELOPE_BYTES });
    } catch (error) {
      if (error instanceof ProtocolError) return reject(error.message);
      throw error;
    }
    const { kind, cv, sig } = envelope;
    const context = {
      chainId,
      contract,
      network,
      now: options.now(),
      ...(where ? { cell: where.cell } : {}),
      ...recover,
      admit: (maker: string) => {
        // Only looked at here and paid for below: a forger must not use up the rate of whom he pretends to be.
        // Sync brings a maker's whole stock at once; there the bounds are the stock's size and the number of sessions.
        if (where && !authors.has(maker)) return 'The maker sends too much.';
        if (!options.isKnown(maker) && !strangers.has(peer)) return 'The peer passes on too much of strangers.';
        return undefined;
      },
    };
    const receivedAt = Math.floor(context.now);
    if (kind === 'cancel') {
      const result = Validate.cancellation(cv, sig, context);
      if (result.verdict !== 'accept') return result;
      if (!cells.has(result.cancellation.cell)) return ignore('The cell is not followed here.');
      if (where && !authors.take(result.cancellation.maker)) return ignore('The maker sends too much.');
      return { verdict: 'accept', entry: { id, kind, cancellation: result.cancellation, cv, sig, receivedAt } };
    }
    if (kind !== 'offer' && kind !== 'bid') return reject('The kind of message does not belong here.');
    if (where && where.what !== `${kind}s`) return reject("The kind of message is not the topic's.");
    const result = Validate.order(cv, sig, { ...context, purpose: kind });
    if (result.verdict !== 'accept') return result;
    if (!cells.has(result.order.cell)) return ignore('The cell is not followed here.');
    if (where && !authors.take(result.order.maker)) return ignore('The maker sends too much.');
    return { verdict: 'accept', entry: { id, kind, order: result.order, cv, sig, receivedAt } };
  };
}
