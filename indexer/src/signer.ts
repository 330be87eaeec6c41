// The indexer's own key: it signs what it says about a block, so that nobody can say one thing to one and another to others unnoticed.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Checkpoint } from '@wattconnect/protocol';
import { schemaHash } from './schema.ts';
import { type BlockRow, StoreError } from './store/types.ts';

export type Signer = {
  publicKey: string;
  /** The private key in PEM, for the processes that answer with it. */
  key: string;
  sign: (block: BlockRow) => string;
};

/** What is signed, as UTF-8 text. */
export const statementOf = (
  deployer: string,
  { height, hash, digest }: Pick<BlockRow, 'height' | 'hash' | 'digest'>,
  deployment = schemaHash,
): string => Checkpoint.statementOf({ deployer, deployment, height, hash, digest });

/** @param path file of the key, made when it is missing; without one the key lives as long as the process @throws {StoreError} */
export function signerOf(deployer: string, path?: string): Signer {
  const key = path === undefined ? generateKeyPairSync('ed25519').privateKey : keyAt(path);
  return signerFrom(deployer, key.export({ type: 'pkcs8', format: 'pem' }) as string);
}

/** @param pem the private key */
export function signerFrom(deployer: string, pem: string): Signer {
  const key = createPrivateKey(pem);
  // The last 32 bytes of the DER form are the key itself.
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  return {
    publicKey: `0x${publicKey}`,
    key: pem,
    sign: (block) => `0x${sign(null, Buffer.from(statementOf(deployer, block)), key).toString('hex')}`,
  };
}

function keyAt(path: string): KeyObject {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    // Whole or not at all: half a key would be in the way of the next start.
    const half = `${path}.new`;
    rmSync(half, { force: true });
    writeFileSync(half, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    renameSync(half, path);
    return privateKey;
  }
  if ((statSync(path).mode & 0o077) !== 0)
    throw new StoreError(`${path} can be read by others: make it yours alone (chmod 600), or remove it for a new key.`);
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is of another kind');
    return key;
  } catch (error) {
    throw new StoreError(
      `${path} holds no key: ${error instanceof Error ? error.message : error}. Remove it for a new one.`,
    );
  }
}
