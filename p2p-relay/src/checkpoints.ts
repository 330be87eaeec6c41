// What indexers of this deployment said last, one checkpoint a key. A key costs nothing, so nothing here is believed: the relay only sees to it
// that what it passes on is signed, new and bounded. Who matters is for those to decide who run an indexer.
import { createPublicKey, verify } from 'node:crypto';
import { Checkpoint, Envelope, ProtocolError, Topic, Validate } from '@wattconnect/protocol';
import type { Verdict } from './gossip/node.ts';
import { Buckets, type Rate } from './guard/buckets.ts';
import { CHECKPOINTS, MAX_BUCKETS } from './limits.ts';

export type HeardCheckpoint = Checkpoint.Checkpoint & {
  /** When this relay got it, unix seconds of its clock. */
  receivedAt: number;
};

export type Checkpoints = {
  topic: string;
  /** Judges, and keeps what is good. @param peer who brought it, for the rates */
  take: (bytes: Uint8Array, peer: string) => { verdict: Verdict; reason: string };
  /** The newest of each key. */
  list: () => HeardCheckpoint[];
};

const isSigned = (checkpoint: Checkpoint.Checkpoint): boolean => {
  const key = createPublicKey({ key: Buffer.from(Checkpoint.derOf(checkpoint)), format: 'der', type: 'spki' });
  return verify(
    null,
    Buffer.from(Checkpoint.statementOf(checkpoint)),
    key,
    Buffer.from(checkpoint.signature.slice(2), 'hex'),
  );
};

/** @param rates other ones than the relay's, for tests */
export function createCheckpoints({
  chainId,
  contract,
  now,
  rates = CHECKPOINTS,
}: {
  chainId: number;
  contract: string;
  /** Unix seconds. */
  now: () => number;
  rates?: { perAuthor: Rate; perPeer: Rate };
}): Checkpoints {
  const clock = () => now() * 1000;
  const deployer = contract.split('.')[0]!;
  const authors = new Buckets(rates.perAuthor, CHECKPOINTS.authors, clock);
  const peers = new Buckets(rates.perPeer, MAX_BUCKETS, clock);
  /** By key, the one that was silent for longest first. */
  const newest = new Map<string, HeardCheckpoint>();

  /** Whoever is here stays while it speaks: a flood of new keys drives nobody out. */
  function hasRoom(): boolean {
    const oldest = newest.values().next().value;
    return newest.size < CHECKPOINTS.authors || oldest!.receivedAt + CHECKPOINTS.silentS <= now();
  }

  function take(bytes: Uint8Array, peer: string): { verdict: Verdict; reason: string } {
    if (bytes.length > CHECKPOINTS.maxBytes) return { verdict: 'reject', reason: 'The message is too large.' };
    let envelope: Envelope.Envelope;
    try {
      envelope = Envelope.decode(bytes, { maxBytes: CHECKPOINTS.maxBytes });
    } catch (error) {
      if (error instanceof ProtocolError) return { verdict: 'reject', reason: error.message };
      throw error;
    }
    const result = Validate.checkpoint(envelope, {
      deployer,
      newest: (signer) => newest.get(signer)?.height,
      admit: (signer) => {
        if (!newest.has(signer) && !hasRoom()) return 'As many indexers are known as are kept.';
        return peers.take(peer) ? undefined : 'The peer passes on too many checkpoints.';
      },
      verify: isSigned,
    });
    if (result.verdict !== 'accept') return result;
    const { checkpoint } = result;
    newest.delete(checkpoint.signer);
    newest.set(checkpoint.signer, { ...checkpoint, receivedAt: Math.floor(now()) });
    if (newest.size > CHECKPOINTS.authors) newest.delete(newest.keys().next().value!);
    // Kept anyway: whoever plays back what a key said long ago must not be able to keep out what it says now.
    if (!authors.take(checkpoint.signer)) return { verdict: 'ignore', reason: 'The indexer says too much.' };
    return { verdict: 'accept', reason: '' };
  }

  return { topic: Topic.checkpoints(chainId, contract), take, list: () => [...newest.values()] };
}
