// Names of gossip topics: /wattconnect/1/<chain id>/<contract hash>/<cell>/<what>, and …/<contract hash>/checkpoints: indexers belong to a
// deployment, not to a cell.
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { toHex } from './bytes.ts';
import * as Cell from './cell.ts';
import type { Kind } from './envelope.ts';
import { DecodeError } from './errors.ts';

export const WHATS = ['offers', 'bids', 'commitments', 'reports', 'telemetry'] as const;
export type What = (typeof WHATS)[number];

export type Topic = { chainId: number; contractHash: string; cell: bigint; what: What };

/** Which kinds of envelope belong on which topic. A cancellation follows the order it cancels. */
export const KINDS_OF: Record<What, readonly Kind[]> = {
  offers: ['offer', 'cancel'],
  bids: ['bid', 'cancel'],
  commitments: ['commitment'],
  reports: ['report'],
  telemetry: ['telemetry'],
};

/** First 8 hex digits of sha256 of the marketplace's contract id: another deployment never hears this one. */
export function contractHash(contract: string): string {
  return toHex(sha256(utf8ToBytes(contract))).slice(0, 8);
}

export function name({ chainId, contractHash, cell, what }: Topic): string {
  return `/wattconnect/1/${chainId}/${contractHash}/${Cell.toHex(cell)}/${what}`;
}

/** The topic of the deployment's indexers. */
export function checkpoints(chainId: number, contract: string): string {
  return `/wattconnect/1/${chainId}/${contractHash(contract)}/checkpoints`;
}

export function parse(text: string): Topic {
  const parts = /^\/wattconnect\/1\/(\d{1,10})\/([0-9a-f]{8})\/([0-9a-f]{15})\/([a-z]{1,12})$/.exec(text);
  const what = WHATS.find((known) => known === parts?.[4]);
  if (!parts || !what) throw new DecodeError('Not a topic of WattConnect.');
  return { chainId: Number(parts[1]), contractHash: parts[2]!, cell: Cell.fromHex(parts[3]!), what };
}
