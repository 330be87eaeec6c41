// What a transaction says by its own bytes: every source carries them, so that all agree on who sent it and what it calls.
import {
  addressFromVersionHash,
  addressHashModeToVersion,
  addressToString,
  deserializeTransaction,
  PayloadType,
  serializeCV,
} from '@stacks/transactions';

export type Said = { sender: string; fn?: { contract: string; name: string; args: string[] } };

/**
 * Sender and call of a transaction in hex. Operations of the burn chain have no bytes, and a kind of transaction that is newer than this library
 * cannot be read: both have no sender. A block with them is a block all the same.
 */
export function said(raw: string): Said {
  const bare = raw.replace(/^0x/i, '');
  if (bare === '' || bare === '00') return { sender: '' };
  try {
    const { auth, chainId, payload } = deserializeTransaction(bare);
    const { hashMode, signer } = auth.spendingCondition;
    const network = chainId === 1 ? 'mainnet' : 'testnet';
    const sender = addressToString(addressFromVersionHash(addressHashModeToVersion(hashMode, network), signer));
    if (payload.payloadType !== PayloadType.ContractCall) return { sender };
    return {
      sender,
      fn: {
        contract: `${addressToString(payload.contractAddress)}.${payload.contractName.content}`,
        name: payload.functionName.content,
        args: payload.functionArgs.map((arg) => `0x${serializeCV(arg)}`),
      },
    };
  } catch {
    return { sender: '' };
  }
}
