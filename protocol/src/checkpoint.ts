// What an indexer says of its views after one final block, as gossip carries it. Signed with the indexer's own key (ed25519) over a text that
// its HTTP checkpoints share, so that one signature serves both. No chain knows these keys: a valid one proves who says it, not that it is true.
import { concat, fromHex, toHex } from './bytes.ts';
import * as Clarity from './clarity.ts';
import type { Envelope } from './envelope.ts';
import { DecodeError } from './errors.ts';
import { MAX_CHECKPOINT_BYTES } from './limits.ts';

export type Checkpoint = {
  /** Who deployed the contracts that the views are of. */
  deployer: string;
  /** Hash of the views' definitions, 64 hex digits. */
  deployment: string;
  height: number;
  /** Hash of the block, in hex with 0x. */
  hash: string;
  /** Digest of the views after it, 64 hex digits. */
  digest: string;
  /** Public key (32 bytes) and signature (64) of ed25519, in hex with 0x. */
  signer: string;
  signature: string;
};

/** What is signed, as UTF-8 text. */
export const statementOf = ({
  deployer,
  deployment,
  height,
  hash,
  digest,
}: Pick<Checkpoint, 'deployer' | 'deployment' | 'height' | 'hash' | 'digest'>): string =>
  `wattconnect views ${deployment} ${deployer} ${height} ${hash} ${digest}`;

const bare = (text: string) => fromHex(text.replace(/^0x/, ''));

export function envelopeOf(checkpoint: Checkpoint): Envelope {
  const { deployer, deployment, height, hash, digest, signer, signature } = checkpoint;
  const cv = Clarity.tuple({
    deployer: Clarity.principal(deployer),
    deployment: Clarity.buffer(bare(deployment)),
    digest: Clarity.buffer(bare(digest)),
    hash: Clarity.buffer(bare(hash)),
    height: Clarity.uint(BigInt(height)),
    signer: Clarity.buffer(bare(signer)),
  });
  return { kind: 'checkpoint', cv, sig: bare(signature) };
}

/** The checkpoint of an envelope; whether its signer signed it is another question. Throws {@link DecodeError} for anything but the one form. */
export function decode({ kind, cv, sig }: Envelope): Checkpoint {
  if (kind !== 'checkpoint' || sig.length !== 64) throw new DecodeError('It is no checkpoint.');
  if (cv.length > MAX_CHECKPOINT_BYTES)
    throw new DecodeError(`A checkpoint has at most ${MAX_CHECKPOINT_BYTES} bytes.`);
  const reader = new Clarity.Reader(cv);
  const hash32 = () => toHex(reader.buffer(32));
  const fields = reader.tuple<
    Record<'deployer' | 'deployment' | 'digest' | 'hash' | 'signer', string> & { height: bigint }
  >({
    deployer: () => reader.principal(),
    deployment: hash32,
    digest: hash32,
    hash: hash32,
    height: () => reader.uint(),
    signer: hash32,
  });
  reader.end();
  if (fields.deployer.includes('.')) throw new DecodeError('A deployer is an account.');
  if (fields.height > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('There is no block of this height.');
  return {
    ...fields,
    height: Number(fields.height),
    hash: `0x${fields.hash}`,
    signer: `0x${fields.signer}`,
    signature: `0x${toHex(sig)}`,
  };
}

/** What stands before a public key of ed25519 in its DER form. */
const DER = fromHex('302a300506032b6570032100');

/** The signer's public key in DER (SPKI), as crypto libraries take it. */
export const derOf = ({ signer }: Pick<Checkpoint, 'signer'>): Uint8Array => concat(DER, bare(signer));
