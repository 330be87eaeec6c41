// What an indexer says of its views after one block, signed: small enough to be kept, passed on and held against what others say.
import { createPublicKey, verify } from 'node:crypto';
import { Checkpoint as Protocol } from '@wattconnect/protocol';
import { schemaHash } from './schema.ts';
import { type Signer, statementOf } from './signer.ts';
import { type BlockRow, blockRow, type Store } from './store/types.ts';

export type Checkpoint = Protocol.Checkpoint;

export const MAX_CHECKPOINT_BYTES = 2048;

/** What comes of holding another's checkpoint against our views of the same block. */
export const COMPARED = {
  agrees: 'agrees',
  differs: 'DIFFERS: run verify',
  'other chain': 'sees another chain',
  'other views': 'has other definitions of the views, or another deployment',
} as const;

export const checkpointOf = (deployer: string, block: BlockRow, signer: Signer): Checkpoint => ({
  deployer,
  deployment: schemaHash,
  height: block.height,
  hash: block.hash,
  digest: block.digest,
  signer: signer.publicKey,
  signature: signer.sign(block),
});

/** A checkpoint of another, from its text; undefined unless it has every field in its form and is signed by its signer. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  if (text.length > MAX_CHECKPOINT_BYTES) return undefined;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { deployer, deployment, height, hash, digest, signer, signature } = value;
  const is = (one: unknown, form: RegExp): one is string => typeof one === 'string' && form.test(one);
  if (
    !is(deployer, /^S[TPNM][0-9A-HJKMNP-TV-Z]{25,41}$/) ||
    !is(deployment, /^[0-9a-f]{64}$/) ||
    !(Number.isSafeInteger(height) && (height as number) >= 0) ||
    !is(hash, /^0x[0-9a-f]{64}$/) ||
    !is(digest, /^[0-9a-f]{64}$/) ||
    !is(signer, /^0x[0-9a-f]{64}$/) ||
    !is(signature, /^0x[0-9a-f]{128}$/)
  )
    return undefined;
  const found: Checkpoint = { deployer, deployment, height: height as number, hash, digest, signer, signature };
  const key = createPublicKey({ key: Buffer.from(Protocol.derOf(found)), format: 'der', type: 'spki' });
  const statement = statementOf(deployer, found, deployment);
  return verify(null, Buffer.from(statement), key, Buffer.from(signature.slice(2), 'hex')) ? found : undefined;
}

/** The newest block that no fork takes back, if there is one yet. */
export async function finalBlock(store: Store, finality: number): Promise<BlockRow | undefined> {
  const snapshot = await store.snapshot();
  try {
    if (!snapshot.tip) return undefined;
    const [raw] = await snapshot.all('select * from block where burn_height < ? order by height desc limit 1', [
      snapshot.tip.burnHeight - finality,
    ]);
    return blockRow(raw);
  } finally {
    snapshot.close();
  }
}
