// Native hashing and signature recovery for relays: some twenty times what JavaScript does. Where the native code is not there for the
// platform, protocol's own is used instead.
import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Keys, Message, SignatureError } from '@wattconnect/protocol';

type Native = {
  ecdsaRecover: (signature: Uint8Array, recoveryId: number, digest: Uint8Array, compressed: boolean) => Uint8Array;
};

export type Recover = (digest: Uint8Array, signature: Uint8Array) => string;

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

function load(): Native | undefined {
  try {
    // The bindings themselves: the package's main file would fall back to a slower library than ours.
    return createRequire(import.meta.url)('secp256k1/bindings.js') as Native;
  } catch {
    return undefined;
  }
}

/** The address that signed, like {@link Message.recover}: same results, same errors. */
export function createRecover(network: Keys.Network): { name: 'native' | 'noble'; recover: Recover } {
  const native = load();
  if (!native) return { name: 'noble', recover: (digest, signature) => Message.recover(digest, signature, network) };
  return {
    name: 'native',
    recover(digest, signature) {
      Message.checkForm(signature);
      let compressed: Uint8Array;
      try {
        compressed = native.ecdsaRecover(signature.subarray(0, 64), signature[64]!, digest, true);
      } catch {
        throw new SignatureError('The signature belongs to no key.');
      }
      return Keys.addressOf(compressed, network);
    },
  };
}
