// Keys and addresses of single-signature accounts.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { fromHex, toHex } from './bytes.ts';
import * as C32 from './c32.ts';
import { DecodeError } from './errors.ts';

export type Network = 'devnet' | 'testnet' | 'mainnet';

export const CHAIN_ID: Record<Network, number> = { devnet: 0x80000000, testnet: 0x80000000, mainnet: 1 };
const ADDRESS_VERSION: Record<Network, number> = { devnet: 26, testnet: 26, mainnet: 22 };

/** The well-known deployer of Clarinet's development network. */
export const DEVELOPMENT_DEPLOYER_KEY = '753b7cc01a1a2e86221266a154af739463fce51219d97e4f856cd7200c3bd2a601';

/** A development key that everybody can derive from its name: 32 bytes and the mark of a compressed public key, in hex. Never for real value. */
export function development(name: string): string {
  if (name === 'deployer') return DEVELOPMENT_DEPLOYER_KEY;
  return `${toHex(sha256(utf8ToBytes(`wattconnect development key ${name}`)))}01`;
}

/** The 32 secret bytes of a key in Stacks' form (with or without the trailing 01). */
export function secret(key: string): Uint8Array {
  const bytes = fromHex(key);
  if (bytes.length !== 32 && !(bytes.length === 33 && bytes[32] === 1))
    throw new DecodeError('A private key has 32 bytes.');
  return bytes.subarray(0, 32);
}

/** Compressed public key, 33 bytes. */
export function publicKey(key: string): Uint8Array {
  return secp256k1.getPublicKey(secret(key), true);
}

/** The address of a compressed public key. */
export function addressOf(compressed: Uint8Array, network: Network = 'devnet'): string {
  return C32.address(ADDRESS_VERSION[network], ripemd160(sha256(compressed)));
}

export function address(key: string, network: Network = 'devnet'): string {
  return addressOf(publicKey(key), network);
}

/** The network's address version of an address text. */
export function isAddressOf(text: string, network: Network): boolean {
  return text.startsWith(network === 'mainnet' ? 'SP' : 'ST');
}
